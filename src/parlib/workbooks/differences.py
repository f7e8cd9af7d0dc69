"""How a table differs from what it was, row by row, as a person would tell it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from parlib.checks.reading import Change, RowChange
from parlib.tables import read_schema


def change_of(root: Path, path: str, before: str, after: str) -> Change:
    """Compare two states of a table of a record.

    Parameters
    ----------
    root
        The record; the schema of the table says which cells name a row. Where it names none, a row that differs in
        any cell is another row.
    path
        The table, below ``root``.
    before, after
        The table as CSV.

    Returns
    -------
    Change
        Rows removed, changed and added, in this order, each in the order of its table. A row that only moved is no
        change.
    """
    was, now = _rows(before), _rows(after)
    gone, come = _left(was, now), _left(now, was)
    keys = read_schema(root / "schemas" / f"{Path(path).stem}.json").get("primaryKey", [])
    pairs = _pairs(gone, come, keys) if keys else []
    paired = {id(row) for pair in pairs for row in pair}
    rows = [RowChange("removed", *_named(old, keys), {}) for old in gone if id(old) not in paired]
    rows += [
        RowChange("changed", _named(new, keys)[0], _only(old, new, keys), _only(new, old, keys))
        for old, new in pairs
    ]
    for new in come:
        if id(new) not in paired:
            key, cells = _named(new, keys)
            rows.append(RowChange("added", key, {}, cells))
    return Change(path, rows)


Row = dict[str, str]


def _rows(text: str) -> list[Row]:
    return [
        {str(column): cell or "" for column, cell in row.items()} for row in csv.DictReader(io.StringIO(text))
    ]


def _left(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """Rows that do not stand among the others, as often as they do not."""
    spare = Counter(tuple(row.items()) for row in others)
    left = []
    for row in rows:
        spare[tuple(row.items())] -= 1
        if spare[tuple(row.items())] < 0:
            left.append(row)
    return left


def _pairs(gone: Sequence[Row], come: Sequence[Row], keys: Sequence[str]) -> list[tuple[Row, Row]]:
    """A row that went and one that came under the same name are one row that changed."""
    by_key = {tuple(row.get(key) for key in keys): row for row in gone}
    pairs = []
    for new in come:
        old = by_key.pop(tuple(new.get(key) for key in keys), None)
        if old is not None:
            pairs.append((old, new))
    return pairs


def _named(row: Row, keys: Sequence[str]) -> tuple[Row, Row]:
    """The cells that name a row, and the others; empty ones are left out."""
    filled = {column: cell for column, cell in row.items() if cell}
    return (
        {column: cell for column, cell in filled.items() if column in keys},
        {column: cell for column, cell in filled.items() if column not in keys},
    )


def _only(row: Row, other: Row, keys: Sequence[str]) -> Row:
    return {
        column: cell for column, cell in row.items() if column not in keys and cell != other.get(column, "")
    }
