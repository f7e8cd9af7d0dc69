"""The picture of the house is that of the code."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = re.search(r"```text\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.DOTALL)
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
][0]


def test_the_rooms_of_the_picture_stand_in_the_order_that_the_linter_holds():
    drawn = [set(room.split()) for room in re.findall(r"│ ([a-z ]+?) *│", PICTURE[1])]
    held = [set(re.findall(r"[a-z]+", layer)) for layer in LAYERS["layers"]]
    assert drawn == held


def test_every_room_of_the_picture_is_there_and_no_other():
    inside = (ROOT / "src" / "parlib").iterdir()
    found = {path.stem for path in inside if path.name[0] != "_" and (path.is_dir() or path.suffix == ".py")}
    assert {room for rooms in re.findall(r"│ ([a-z ]+?) *│", PICTURE[1]) for room in rooms.split()} == found
