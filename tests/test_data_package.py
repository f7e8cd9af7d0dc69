"""The record as a data package: everything described, everything counted, everything sourced."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, system

DATA = Path(__file__).parents[1] / "data"
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES: dict[str, dict[str, Any]] = {
    item["path"]: item for item in PACKAGE["resources"] if "schema" in item
}
TABLES = sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.csv"))
STATED = dict(
    re.findall(
        r"^\| `([\w/]+\.csv)` \| (\d+) \|", (DATA / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
)


def rows(path: str) -> list[dict[str, str]]:
    with (DATA / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sources() -> set[str]:
    return {row["source_id"] for row in rows("sources.csv")}


def test_every_table_is_described_and_every_description_has_its_table():
    assert sorted(RESOURCES) == TABLES


@pytest.mark.filterwarnings("ignore")  # of frictionless and what it imports, not ours
def test_frictionless_finds_the_package_valid():
    with system.use_context(trusted=True):
        report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:10]
    assert report.stats["tasks"] == len(PACKAGE["resources"])


@pytest.mark.parametrize("path", TABLES)
def test_rows_are_as_many_as_the_readme_says(path):
    assert len(rows(path)) == int(STATED[path])


def test_the_readme_counts_no_table_that_is_not_there():
    assert sorted(STATED) == TABLES


@pytest.mark.parametrize("path", [path for path in TABLES if "sortedBy" in RESOURCES[path]])
def test_rows_stand_in_the_order_that_the_package_states(path):
    schema = json.loads((DATA / RESOURCES[path]["schema"]).read_text(encoding="utf-8"))
    numeric = {field["name"] for field in schema["fields"] if field["type"] in ("integer", "number")}

    def part(row: dict[str, str], column: str) -> Any:
        descending, name = column.startswith("-"), column.lstrip("-")
        if name not in numeric:
            return row[name]
        value = float(row[name]) if row[name] else float("-inf")
        return -value if descending else value

    keys = [tuple(part(row, column) for column in RESOURCES[path]["sortedBy"]) for row in rows(path)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("path", [path for path in TABLES if path != "sources.csv"])
def test_every_source_named_exists(path):
    named = {key for row in rows(path) for key in (row.get("source_id") or "").split(";") if key}
    assert named <= sources()


@pytest.mark.parametrize("path", TABLES)
def test_every_province_named_exists_in_its_frame(path):
    known = {(row["frame"], row["province"]) for row in rows("provinces.csv")}
    named = {
        (row["frame"], row["province"]) for row in rows(path) if row.get("province") and row.get("frame")
    }
    assert named <= known


def test_english_notes_spell_the_provinces_as_english_reports_do():
    names = {row["name_vi"] for row in rows("provinces.csv") if row["name_vi"] != row["name_en"]}
    notes = [row["note_en"] for row in rows("editions.csv")] + [
        row["reason_en"] for row in rows("breaks.csv")
    ]
    assert [note for note in notes if any(name in note for name in names)] == []


def test_par_figures_in_print_are_told_from_those_that_follow_by_arithmetic():
    basis = [row["basis"] for row in rows("par/scores.csv")]
    assert (basis.count("published"), basis.count("derived")) == (331, 64)
    assert all(row["note"] for row in rows("par/scores.csv") if row["basis"] == "derived")


def test_every_resource_says_whose_it_is():
    for item in RESOURCES.values():
        assert item["title"]
        assert item["description"].endswith(".")
        assert item["rights"]
        assert all(source["title"] for source in item["sources"])
