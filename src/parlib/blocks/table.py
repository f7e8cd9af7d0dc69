"""Tables: one frame, printed for a reader, with every number kept for the result JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from markupsafe import Markup

from parlib.blocks.block import Block
from parlib.blocks.figure import figure
from parlib.blocks.markup import Typst, join, tag, typst_call
from parlib.characters import plain
from parlib.wording.language import MISSING, Language, is_missing
from parlib.wording.sentence import Figure
from parlib.wording.terms import group_name

Kind = Literal["text", "code", "printed", "score", "int", "rank", "signed", "percent", "group"]

_SENSE = {"+": "up", "\N{MINUS SIGN}": "down"}
_SHORT = 16
"""Text of up to so many letters stays on one line."""
_COUNTS = ("int", "rank")
_NUMERIC = ("score", "int", "rank", "signed", "percent")


@dataclass(frozen=True)
class Column:
    """How one column of a frame is printed.

    Parameters
    ----------
    key
        Column of the frame.
    header
        Heading, with the unit.
    kind
        ``text``, ``code`` (never broken over lines) and ``printed`` (numbers that come with a unit each); with
        `decimals` ``score``, ``signed`` (a change) and ``percent`` (already in per cent); ``int`` and ``rank``;
        ``group`` (one of the four groups).
    decimals
        Decimals of every cell, so that the column lines up on the decimal mark.
    of
        For ``rank``: the column with the number ranked, printed as ``23/63``.
    """

    key: str
    header: str
    kind: Kind = "text"
    decimals: int = 2
    of: str | None = None

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers, kept as such."""
        return self.kind in _NUMERIC

    @property
    def flush_right(self) -> bool:
        """Whether cells read as numbers, and stand so that their units lie under each other."""
        return self.numeric or self.kind == "printed"

    def print(self, lang: Language, row: dict[str, Any]) -> str:
        """Print the cell of a row; missing is a dash."""
        value = row[self.key]
        if is_missing(value):
            return MISSING
        if self.kind in ("text", "code", "printed"):
            return plain(value)
        if self.kind == "group":
            return group_name(lang, value)
        if self.kind == "rank":
            return lang.rank(value, row[self.of] if self.of else None)
        if self.kind == "int":
            return lang.integer(value)
        if self.kind == "signed":
            return lang.signed(value, self.decimals)
        if self.kind == "percent":
            return lang.percent(value, self.decimals)
        return lang.number(value, self.decimals)


@dataclass(frozen=True)
class _Row:
    cells: list[str]
    values: list[Any]
    emphasis: bool
    mark: bool
    indent: int


def table(
    lang: Language,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    id: str,
    key: str,
    caption: str,
    source: str | None = None,
    notes: Sequence[str] = (),
    row_header: str | None = None,
    emphasis: str | None = None,
    mark: str | None = None,
    indent: str | None = None,
    sortable: bool = False,
) -> Block:
    """Print a frame as a table, in the order of its rows.

    Parameters
    ----------
    frame
        One row per printed row.
    columns
        What to print, from left to right.
    key
        Column whose values name the rows in the result JSON: row ``D6``, column ``score`` gives ``D6.score``.
    caption
        What the table shows, of whom and when.
    source
        Who published the figures.
    notes
        Sentences under the table. One on missing figures is added where there are any.
    row_header
        Column that names a row for the reader; if not given, the first or, after a code, the second.
    emphasis, mark
        Boolean columns: rows set in bold (totals), and rows set apart by colour (this province).
    indent
        Column of whole numbers: steps by which the row header moves in (sub-dimensions).
    sortable
        Let the reader of the HTML sort by a column.

    Raises
    ------
    ValueError
        If `key` does not name rows uniquely, or a column is not in the frame.
    """
    absent = {column.key for column in columns} - set(frame.columns)
    if absent:
        raise ValueError(f"Table {id!r} prints columns that its frame lacks: {', '.join(sorted(absent))}.")
    names = [str(name) for name in frame[key]]
    if len(set(names)) < len(names):
        raise ValueError(
            f"Table {id!r} has two rows of the same {key!r}: their figures could not be told apart."
        )
    named = len(columns) > 1 and (columns[0].kind, columns[1].kind) == ("code", "text")
    header = row_header or columns[1 if named else 0].key
    records: list[dict[str, Any]] = frame.to_dict("records")
    rows = [
        _Row(
            cells=[column.print(lang, record) for column in columns],
            values=[record[column.key] for column in columns],
            emphasis=bool(emphasis and record[emphasis]),
            mark=bool(mark and record[mark]),
            indent=int(record[indent]) if indent else 0,
        )
        for record in records
    ]
    remarks = [plain(text) for text in notes]
    if any(MISSING in row.cells for row in rows):
        remarks.append(lang.t("–: no figure."))
    if source:
        remarks.append(lang.t("Source: {source}", source=plain(source)))
    return Block(
        id=id,
        kind="table",
        html=_html(columns, rows, header, id=id, caption=caption, remarks=remarks, sortable=sortable),
        typst=_typst(columns, rows, header, caption=caption, remarks=remarks),
        text=_text(columns, rows, caption, remarks),
        figures=_figures(columns, names, records),
        sheet=sheet(lang, frame, columns, caption=caption, remarks=remarks, emphasis=emphasis, indent=indent),
    )


def sheet(
    lang: Language,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    caption: str,
    remarks: Sequence[str] = (),
    emphasis: str | None = None,
    indent: str | None = None,
    role: Literal["table", "ledger"] = "table",
) -> dict[str, Any]:
    """Give the cells of a table for the take-away workbook: numbers unrounded, words as printed.

    Parameters
    ----------
    frame, columns, caption, emphasis, indent
        As for :func:`table`.
    remarks
        Lines under the table.
    role
        ``ledger`` for the points lost per indicator, to which the workbook adds room for costs; its first column
        holds the codes.

    Returns
    -------
    dict
        ``role, caption, remarks, columns, rows, emphasis, indent``, of what JSON knows. Each column is a dict of
        ``header, kind, decimals`` and, for a rank, ``of``: how many are ranked, row by row.
    """
    records: list[dict[str, Any]] = frame.to_dict("records")
    return {
        "role": role,
        "caption": plain(caption),
        "remarks": list(remarks),
        "columns": [
            {
                "header": plain(column.header),
                "kind": column.kind,
                "decimals": column.decimals,
                "of": [_count(record[column.of]) for record in records] if column.of else None,
            }
            for column in columns
        ],
        "rows": [[_cell(lang, column, record[column.key]) for column in columns] for record in records],
        "emphasis": [bool(emphasis and record[emphasis]) for record in records],
        "indent": [int(record[indent]) if indent else 0 for record in records],
    }


def _cell(lang: Language, column: Column, value: Any) -> Figure:
    if is_missing(value):
        return None
    if column.kind == "group":
        return group_name(lang, value)
    if not column.numeric:
        return plain(value)
    return _count(value) if column.kind in _COUNTS else float(value)


def _count(value: Any) -> int | None:
    """Give a whole number; a frame with a gap in it holds its counts as floats."""
    return None if is_missing(value) else int(value)


def _figures(
    columns: Sequence[Column], names: Sequence[str], records: Sequence[dict[str, Any]]
) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for name, record in zip(names, records, strict=True):
        for column in columns:
            if column.kind in _COUNTS and not is_missing(record[column.key]):
                figures[f"{name}.{column.key}"] = _count(record[column.key])
            elif column.numeric or column.kind == "group":
                figures[f"{name}.{column.key}"] = record[column.key]
            if column.of:
                # Where there is no rank, nothing is printed of how many were ranked, either.
                printed = not is_missing(record[column.key])
                figures[f"{name}.{column.of}"] = _count(record[column.of]) if printed else None
    return figures


def _html(
    columns: Sequence[Column],
    rows: Sequence[_Row],
    header: str,
    *,
    id: str,
    caption: str,
    remarks: Sequence[str],
    sortable: bool,
) -> Markup:
    heads = join(tag("th", column.header, scope="col", class_=_class(column)) for column in columns)
    body = join(
        tag(
            "tr",
            *(
                _html_cell(
                    column, cell, value, row.indent if column.key == header else None, sortable=sortable
                )
                for column, cell, value in zip(columns, row.cells, row.values, strict=True)
            ),
            class_=" ".join(name for name in ("emphasis", "mark") if getattr(row, name)),
        )
        for row in rows
    )
    printed = tag(
        "table",
        tag("thead", tag("tr", heads)),
        tag("tbody", body),
        aria_labelledby=f"{id}-caption",
        data_sortable=sortable,
    )
    return figure(printed, id=id, kind="table", caption=caption, remarks=remarks)


def _html_cell(column: Column, cell: str, value: Any, indent: int | None, *, sortable: bool) -> Markup:
    known = not is_missing(value)
    content = tag("span", cell, class_=f"group g-{value}") if column.kind == "group" and known else cell
    if indent is not None:  # the cell that names the row
        return tag("th", content, scope="row", class_=f"in-{indent}" if indent else None)
    kind = [_class(column, cell)]
    if column.kind == "signed" and cell[0] in _SENSE:
        kind.append(_SENSE[cell[0]])
    return tag(
        "td",
        content,
        class_=" ".join(filter(None, kind)),
        data_v=value if sortable and column.numeric and known else None,
    )


def _class(column: Column, cell: str = "") -> str:
    if column.flush_right:
        return "num"
    if column.kind == "code":
        return "code"
    return "short" if 0 < len(cell) <= _SHORT else ""


def _typst(
    columns: Sequence[Column], rows: Sequence[_Row], header: str, *, caption: str, remarks: Sequence[str]
) -> Typst:
    return typst_call(
        "pl-table",
        caption=caption,
        shares=[_share(column, [row.cells[i] for row in rows]) for i, column in enumerate(columns)],
        kinds=[
            column.kind if column.kind == "group" else "num" if column.flush_right else "text"
            for column in columns
        ],
        header=[column.header for column in columns],
        first=[column.key for column in columns].index(header),
        rows=[
            {
                "cells": row.cells,
                "groups": [
                    str(v) if c.kind == "group" and not is_missing(v) else None
                    for c, v in zip(columns, row.values, strict=True)
                ],
                "emphasis": row.emphasis,
                "mark": row.mark,
                "indent": row.indent,
            }
            for row in rows
        ],
        remarks=remarks,
    )


def _share(column: Column, cells: Sequence[str]) -> float | None:
    """Weigh a column of running text in the room that numbers and short words leave; these have no share."""
    return round(max(map(len, cells)) ** 0.5, 2) if _is_long(column, cells) else None


def _is_long(column: Column, cells: Sequence[str]) -> bool:
    """Tell running text, which may break, from words that stay on one line."""
    return column.kind == "text" and any(len(cell) > _SHORT for cell in cells)


def _text(columns: Sequence[Column], rows: Sequence[_Row], caption: str, remarks: Sequence[str]) -> str:
    lines = [" | ".join(plain(column.header) for column in columns), *(" | ".join(row.cells) for row in rows)]
    return "\n".join([plain(caption), *lines, *remarks])
