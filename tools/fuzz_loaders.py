"""Feed the loaders what nobody should send, guided by coverage: they read it, or say in a line what is wrong.

A loader gives a value or raises a :class:`~parlib.errors.ParlibError` of one readable line (a DataError names its
file), in bounded time and memory. Anything else is a finding: the input is kept, and can be run again.

Run by hand: ``python tools/fuzz_loaders.py --minutes 60`` shares the time among all targets. That needs atheris, which
is not among the tools of development (CONTRIBUTING.md says why): ``pip install atheris``. The tests feed the same
targets for a few seconds, and need hypothesis only: ``tests/test_hostile.py``.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

try:
    import atheris
except ImportError:
    atheris = None

with atheris.instrument_imports(include=["parlib"]) if atheris else nullcontext():
    from parlib.blocks.markup import html, plain, typst_call
    from parlib.datasets import Record, record
    from parlib.errors import LONGEST, DataError, ParlibError
    from parlib.pages.report import parse_target
    from parlib.publishing.document import read_document
    from parlib.publishing.formats import WRITERS
    from parlib.publishing.manifest import read_manifest
    from parlib.publishing.markdown import markdown_parts
    from parlib.publishing.report import notebook_path, read_notebook
    from parlib.publishing.site import Atlas, site
    from parlib.tables import read_table
    from parlib.wording.language import Language
    from parlib.workbooks._reading import open_workbook
    from parlib.workbooks.overlay import provinces_of
    from parlib.workbooks.papi import read_papi
    from parlib.workbooks.par import read_par
    from parlib.workbooks.plan import open_plan, read_costs
    from parlib.workbooks.scorecard import read_scorecard
    from parlib.workbooks.scorecard_form import scorecard_template

MEMORY_MB, SECONDS = 2_000, 20
"""What one input may take."""

Feed = Callable[[bytes], object]
Cells = dict[tuple[int, int], Any]

_ODD: Final = (
    *(
        "=1+1",
        "KCDL",
        "-",
        "1e400",
        "-0",
        "1,5",
        "12,34,5",
        "٣",
        "²",
        "nan",
        "\u202e12",
        "<b>",
        "#REF!",
        "1/1/2018",
    ),
    *(
        "9" * 400,
        "D1",
        "D1.1",
        "1.10",
        "TOTAL",
        "Tổng cộng",
        "TT Huế",
        "Hà Nội",
        "2017",
        "SỐ LIỆU MINH HỌA",
        "",
    ),
)
_UNSEEN: Final = ("Cc", "Cs", "Zl", "Zp")
_TURNS_TEXT: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def require(holds: object, otherwise: str) -> None:
    """Raise what the fuzzer takes for a finding."""
    if not holds:
        raise AssertionError(otherwise)


def check_refusal(error: ParlibError) -> None:
    """Hold a refusal to its promise: one readable line that says where."""
    message = str(error)
    require(message, "an empty message")
    require(len(message) <= LONGEST, f"a message of {len(message):,} letters")
    unseen = [c for c in message if unicodedata.category(c) in _UNSEEN or _TURNS_TEXT.match(c)]
    require(not unseen, f"a message with {unseen[:3]!r}")
    if isinstance(error, DataError):
        require(
            error.place.file and error.found and error.expected, f"a refusal that does not say where: {error}"
        )


@cache
def folder() -> Path:
    """Where inputs that must be files lie, one at a time."""
    return Path(tempfile.mkdtemp(prefix="parlib-fuzz-"))


@cache
def known() -> Record:
    """The record, read once."""
    return record()


def as_file(name: str, content: bytes) -> Path:
    """Write an input to a file."""
    path = folder() / name
    path.write_bytes(content)
    return path


# --- workbooks: a sound one, with some cells or bytes changed ---------------------------------------


@cache
def sound(kind: str) -> bytes:
    """A workbook as a loader wants it."""
    from mutate_workbooks import build_panel, build_papi

    from parlib.answers.plan import Target, learn, plan
    from parlib.answers.progress import draft
    from parlib.pages.path import plan_meta
    from parlib.publishing.takeaway import plan_words
    from parlib.workbooks.plan import plan_workbook

    if kind == "scorecard":
        return scorecard_template(known(), "par-2017", "thua-thien-hue")
    if kind == "plan":
        framework = known().framework("papi", 2017)
        scored = known().scored_edition(known().edition("papi", 2017))
        experience = learn(known().scored("papi"), scored, framework)
        result = plan(scored, framework, "thua-thien-hue", Target("rank", 20), experience)
        names = dict(framework.table["name_vi"])
        words = plan_words(Language("vi"), "Huế", [])
        meta = plan_meta(result, result.plans[0].name, "2018-08-28")
        return plan_workbook(draft(result.plans[0], framework), names, meta, words)
    book = build_papi(known(), 2012, "vi") if kind == "papi" else build_panel(known())
    for sheet in book.worksheets[2:]:  # the others are like the second
        book.remove(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def cells_of(kind: str) -> tuple[tuple[str, Cells], ...]:
    """Title and cells of every sheet of a sound workbook."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(sound(kind)))
    return tuple(
        (
            sheet.title,
            {(c.row, c.column): c.value for row in sheet.iter_rows() for c in row if c.value is not None},
        )
        for sheet in book.worksheets
    )


@cache
def parts_of(kind: str) -> dict[str, bytes]:
    """Parts of a sound workbook's archive."""
    with zipfile.ZipFile(io.BytesIO(sound(kind))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(parts: dict[str, bytes]) -> bytes:
    """Put parts into an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_xml(cells: Cells) -> bytes:
    """Write a sheet's part; the library's own writer would take most of the time."""
    rows: dict[int, list[str]] = {}
    for (row, column), value in sorted(cells.items()):
        letters, rest = "", column
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(65 + letter) + letters
        at = f'r="{letters}{row}"'
        if isinstance(value, bool):
            cell = f'<c {at} t="b"><v>{value:d}</v></c>'
        elif isinstance(value, int | float):
            cell = f"<c {at}><v>{value!r}</v></c>"
        else:
            text = "".join(
                c for c in str(value) if c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"
            )
            cell = f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        rows.setdefault(row, []).append(cell)
    body = "".join(f'<row r="{row}">{"".join(line)}</row>' for row, line in rows.items())
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'.encode()


class Dice:
    """Bytes as choices; when they are used up, the first choice every time."""

    def __init__(self, content: bytes) -> None:
        self._left = io.BytesIO(content)

    def number(self, below: int) -> int:
        """A whole number from 0."""
        return int.from_bytes(self._left.read(4 if below > 65_536 else 2 if below > 256 else 1)) % below

    def one_of(self, things: Sequence[Any]) -> Any:
        """One of several things."""
        return things[self.number(len(things))]

    def bytes(self, most: int) -> bytes:
        """Some bytes."""
        return self._left.read(self.number(most + 1))


def value_from(dice: Dice, cells: Cells) -> Any:
    """Choose what a cell becomes."""
    choice = dice.number(7)
    if choice == 0:
        return dice.one_of(_ODD)
    if choice == 1:
        return dice.one_of(list(cells.values()) or [""])
    if choice == 2:
        return dice.number(2_000_000) - 1_000_000
    if choice == 3:
        return struct.unpack("d", dice.bytes(8).ljust(8, b"\0"))[0]
    if choice == 4:
        return bool(dice.number(2))
    return None if choice == 5 else dice.bytes(40).decode("utf-8", "replace")


def changed(kind: str, content: bytes) -> bytes:
    """Change some cells of a sound workbook, as the input says."""
    dice = Dice(content)
    sheets = cells_of(kind)
    parts = dict(parts_of(kind))
    for _ in range(1 + dice.number(4)):
        number = dice.number(len(sheets))
        cells = dict(sheets[number][1])
        for _ in range(1 + dice.number(8)):
            anywhere = 1 + dice.number(80), 1 + dice.number(30)
            place = dice.one_of(list(cells)) if cells and dice.number(2) else anywhere
            value = value_from(dice, cells)
            if value is None:
                cells.pop(place, None)
            else:
                cells[place] = value
        parts[f"xl/worksheets/sheet{number + 1}.xml"] = sheet_xml(cells)
    return archived(parts)


def spliced(kind: str, content: bytes) -> bytes:
    """Overwrite some bytes of a part of a sound workbook, as the input says."""
    dice = Dice(content)
    parts = dict(parts_of(kind))
    name = dice.one_of(list(parts))
    part = parts[name]
    for _ in range(1 + dice.number(4)):
        at = dice.number(len(part) + 1)
        part = part[:at] + dice.bytes(24) + part[at + dice.number(25) :]
    return archived(parts | {name: part})


# --- targets -----------------------------------------------------------------------------------------


def _table(content: bytes) -> object:
    schemas = sorted((known().root / "schemas").glob("*.json"))
    return read_table(as_file("table.csv", content[1:]), schemas[(content or b"\0")[0] % len(schemas)])


def _papi(path: Path) -> object:
    return read_papi(path, 2012, provinces_of(known()), known().framework("papi", 2012))


def _par(path: Path) -> object:
    return read_par(path, 2012, provinces_of(known()), known().framework)


def _plan(path: Path) -> object:
    opened = open_plan(path)
    return opened.rows(dict.fromkeys(known().framework("papi", 2017).table.index, 1.0), 2017)


def _costs(path: Path) -> object:
    return read_costs(path, list(known().framework("papi", 2017).table.index))


def _words(content: bytes) -> object:
    text = content.decode("utf-8", "surrogateescape")  # half characters stand for what is no UTF-8
    shown = plain(text)
    require("<" not in html(text), "text became HTML")
    require(typst_call("pl-note", body=text).count("\n") == 1, "text left its string")
    return shown.encode(), markdown_parts(text, "text")


def _text(read: Callable[[str], object]) -> Feed:
    return lambda content: read(content.decode("utf-8", "replace"))


def _notebook(content: bytes) -> object:
    notebook = read_notebook(as_file("report.ipynb", content))
    document = read_document(notebook)
    return [WRITERS[form](document) for form in ("html", "json", "xlsx")]


def _manifest(content: bytes) -> object:
    as_file("run.json", content)
    found = read_manifest(folder())
    return site({2017: found} if found else {}, Atlas(), Language("vi")).encode()


TARGETS: Final[dict[str, Feed]] = {
    "table": _table,
    "papi-csv": lambda content: _papi(as_file("papi.csv", content)),
    "papi-cells": lambda content: _papi(as_file("papi.xlsx", changed("papi", content))),
    "par-csv": lambda content: _par(as_file("par.csv", content)),
    "par-cells": lambda content: _par(as_file("par.xlsx", changed("par", content))),
    "scorecard-csv": lambda content: read_scorecard(as_file("card.csv", content), known()),
    "scorecard-cells": lambda content: read_scorecard(
        as_file("card.xlsx", changed("scorecard", content)), known()
    ),
    "plan-cells": lambda content: _plan(as_file("plan.xlsx", changed("plan", content))),
    "costs-csv": lambda content: _costs(as_file("costs.csv", content)),
    "archive": lambda content: open_workbook(as_file("a.xlsx", spliced("plan", content))),
    "target": _text(parse_target),
    "province": _text(lambda text: known().find_province(text)),
    "words": _words,
    "notebook": _notebook,
    "manifest": _manifest,
}


def as_csv(cells: Cells) -> bytes:
    """The first rows of a sheet as CSV."""
    width = max(column for _, column in cells)
    lines = [
        ",".join(
            '"' + str(cells.get((row, column), "")).replace('"', '""') + '"' for column in range(1, width + 1)
        )
        for row in range(1, 13)
    ]
    return "\n".join(lines).encode()


def seeds(target: str) -> list[bytes]:
    """Sound inputs of a target, for the fuzzer to depart from."""
    kind, _, form = target.partition("-")
    if target == "table":
        root = known().root
        schemas = [path.stem for path in sorted((root / "schemas").glob("*.json"))]
        tables = [path for path in sorted(root.rglob("*.csv")) if path.stem in schemas]
        heads = [
            (schemas.index(path.stem), path.read_bytes().splitlines(keepends=True)[:4]) for path in tables
        ]
        return [bytes([number]) + b"".join(lines) for number, lines in heads]
    if target == "costs-csv":
        return [b"indicator,cost\nD1.1,1\nD1.2,2.5\n", b"indicator;cost\nD1.1;1,5\n"]
    if form == "csv":
        return [as_csv(cells_of(kind)[0][1])]
    if target == "target":
        return [b"papi:rank:15", b"papi:group:high", b"papi:score:38.5"]
    if target == "province":
        return [name.encode() for name in ("hue", "TT Huế", "46", unicodedata.normalize("NFD", "Đắk Lắk"))]
    if target == "words":
        return [
            b'# a\n\n- *b* `c` [d](http://e)\n\n> "f\\" #read("g")',
            "Thừa\u202e Thiên\u0300 Huế".encode(),
        ]
    if target == "notebook":
        block = {"id": "a", "kind": "heading", "figures": {}, "meta": {"level": 2, "text": "b"}}
        bundle = {
            "text/html": "<h2 id='a'>b</h2>",
            "application/vnd.parlib.typst": '#pl-heading(level: 1, body: "b")',
        }
        data = bundle | {"application/vnd.parlib.block+json": {"blocks": [block]}}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        cell = {
            "cell_type": "code",
            "id": "c",
            "source": "",
            "metadata": {},
            "outputs": [output],
            "execution_count": 1,
        }
        whole = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return [json.dumps(whole).encode(), notebook_path("province").read_bytes()[:4000]]
    if target == "manifest":
        counts = {"made": 1, "unchanged": 0, "failed": 0, "not_reached": 0}
        entry = {
            "kind": "province",
            "stem": "hue",
            "lang": "vi",
            "names": {"vi": "Huế", "en": "Hue"},
            "region": "btb",
        }
        entry |= {"status": "made", "stale": False, "error": None, "ingredients": {}, "parameters": {}}
        entry["files"] = {"html": {"name": "hue.vi.html", "sha256": "0", "bytes": 1}}
        run = {"started": "2026-01-01T00:00:00+00:00", "seconds": 1, "counts": counts}
        return [
            json.dumps(
                {"schema": "parlib-run/1", "year": 2017, "run": run, "reports": {"hue.vi": entry}}
            ).encode()
        ]
    return [bytes(range(64)), b"\xff" * 200]


def feed(target: str, content: bytes) -> None:
    """Give one input to a target; whatever is neither a value nor a good refusal is raised."""
    try:
        TARGETS[target](content)
    except ParlibError as error:
        check_refusal(error)


def run_one(target: str, arguments: list[str]) -> None:
    """Be the fuzzer of one target; never returns."""
    for content in seeds(target):
        feed(target, content)
    atheris.Setup([sys.argv[0], *arguments], lambda content: feed(target, content))
    atheris.Fuzz()


def run_all(targets: list[str], minutes: float, out: Path) -> int:
    """Give each target its share of the time; print executions and findings."""
    failed = 0
    for target in targets:
        corpus, found = out / "corpus" / target, out / "found" / target
        for path in (corpus, found):
            path.mkdir(parents=True, exist_ok=True)
        for number, content in enumerate(seeds(target)):
            (corpus / f"seed-{number}").write_bytes(content)
        seconds = max(1, round(minutes * 60 / len(targets)))
        limits = [f"-max_total_time={seconds}", f"-rss_limit_mb={MEMORY_MB}", f"-timeout={SECONDS}"]
        command = [
            sys.executable,
            __file__,
            "--only",
            target,
            "--",
            str(corpus),
            f"-artifact_prefix={found}/",
        ]
        command += [*limits, "-print_final_stats=1", "-max_len=20000"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        (out / f"{target}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        runs = re.search(r"number_of_executed_units: *(\d+)", done.stderr)
        failed += done.returncode != 0
        kept = f"failed: see {out / target}.log" if done.returncode else "nothing found"
        print(f"{target}: {int(runs[1]) if runs else 0:,} inputs in {seconds} s, {kept}", flush=True)
    return int(failed > 0)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="time of all targets together")
    parser.add_argument("--targets", default=",".join(TARGETS), help="some of: " + ", ".join(TARGETS))
    parser.add_argument(
        "--out", type=Path, default=Path("build/fuzz"), help="folder of corpus, findings and logs"
    )
    parser.add_argument(
        "--only", choices=TARGETS, help="be the fuzzer of one target; libFuzzer's options after --"
    )
    parser.add_argument(
        "options", nargs="*", help="libFuzzer's options, or a file that was found, to run it again"
    )
    asked = parser.parse_args()
    if atheris is None:
        sys.exit("This tool needs atheris, which nothing else does. Install it: pip install atheris")
    if asked.only:
        run_one(asked.only, asked.options)
    sys.exit(run_all(asked.targets.split(","), asked.minutes, asked.out))


if __name__ == "__main__":
    main()
