"""The difference of two tables tells everything that is needed to get from one to the other."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.tables import read_schema
from parlib.workbooks.differences import change_of

DATA = Path(__file__).parents[2] / "data"
COLUMNS = [field["name"] for field in read_schema(DATA / "schemas" / "breaks.json")["fields"]]
KEYS = read_schema(DATA / "schemas" / "breaks.json")["primaryKey"]
cells = st.sampled_from(["", "a", "b", 'c "d", e', "two\nlines"])
tables = st.dictionaries(
    st.tuples(*[st.sampled_from(["1", "2", "3"])] * len(KEYS)),
    st.fixed_dictionaries({column: cells for column in COLUMNS if column not in KEYS}),
    max_size=6,
)


def text(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def rows_of(table):
    return [{**dict(zip(KEYS, key, strict=True)), **others} for key, others in table.items()]


def filled(table):
    """The table without its empty cells."""
    return {key: {column: cell for column, cell in others.items() if cell} for key, others in table.items()}


@settings(max_examples=200)
@given(tables, tables)
def test_a_change_leads_from_the_one_table_to_the_other(before, after):
    change = change_of(DATA, "breaks.csv", text(rows_of(before)), text(rows_of(after)))
    made = filled(before)
    for row in change.rows:
        key = tuple(row.key[column] for column in KEYS)
        if row.kind == "removed":
            assert row.before == made.pop(key)
        elif row.kind == "added":
            assert key not in before
            made[key] = {**dict.fromkeys((before and next(iter(before.values()))) or {}, ""), **row.after}
        else:
            assert row.before.keys() == row.after.keys() != set()
            assert all(before[key][column] == cell for column, cell in row.before.items())
            made[key] |= row.after
    assert filled(made) == filled(after)


@given(tables, st.randoms())
def test_a_row_that_only_moved_is_no_change(table, random):
    rows = rows_of(table)
    moved = rows[:]
    random.shuffle(moved)
    assert change_of(DATA, "breaks.csv", text(rows), text(moved)).rows == []


def test_what_goes_is_told_first():
    """Among thousands of new rows, the few that go or change must not be out of sight."""
    rows = [dict.fromkeys(COLUMNS, "x") | {"year": str(year)} for year in range(5)]
    changed = {**rows[0], COLUMNS[-1]: "y"}
    change = change_of(DATA, "breaks.csv", text(rows[:2]), text([changed, *rows[2:]]))
    assert [row.kind for row in change.rows] == ["removed", "changed", "added", "added", "added"]
    assert (change.rows[1].before, change.rows[1].after) == ({COLUMNS[-1]: "x"}, {COLUMNS[-1]: "y"})


@pytest.mark.parametrize("times", [1, 2])
def test_rows_without_a_name_are_counted(times):
    """``disputed.csv`` names no key: two sources may print the same wrong figure."""
    old = (DATA / "disputed.csv").read_text(encoding="utf-8")
    last = old.splitlines()[-1]
    change = change_of(DATA, "disputed.csv", old, old + f"{last}\n" * times)
    assert [row.kind for row in change.rows] == ["added"] * times
