"""The figures of a report as a workbook to take away: contents, plan, points lost, and a sheet for every table.

Everything written is plain text, numbers and dates; no cell computes. The plan comes back in as
:func:`parlib.workbooks.plan.open_plan` reads it, costs filled in beside the points lost as
:func:`parlib.workbooks.plan.read_costs` does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from parlib.workbooks._reading import letters
from parlib.workbooks._writing import put, put_head, put_mark, saved, set_pages
from parlib.workbooks.plan import COSTS, PlanWords, add_cost_words, add_plan

_LONGEST_TITLE: Final = 31  # of a sheet, in XLSX
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_HEADING_ROW: Final = 5
_NARROWEST, _TO_FILL_IN, _WIDEST = 9.0, 24.0, 48.0


@dataclass(frozen=True)
class Contents:
    """The first sheet.

    Attributes
    ----------
    sheet, title
        Title of the sheet, and of the report.
    mark
        What must be seen on every sheet, such as that the figures are illustrative; mostly empty.
    lines
        What the workbook is and how it is used.
    head
        Headings of the list of sheets: sheet, and what it shows.
    day
        Date of the data.
    """

    sheet: str
    title: str
    mark: str
    lines: Sequence[str]
    head: tuple[str, str]
    day: dt.date


@dataclass(frozen=True)
class Table:
    """One table of the report.

    Attributes
    ----------
    section
        Heading above it in the report.
    cells
        As :func:`parlib.blocks.table.sheet` gives it.
    """

    section: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class WorkingPlan:
    """The plan of the report, as :func:`parlib.workbooks.plan.add_plan` takes it."""

    rows: pd.DataFrame
    names: Mapping[str, str]
    meta: Mapping[str, str]
    words: PlanWords


def takeaway_workbook(
    contents: Contents, tables: Sequence[Table], plan: WorkingPlan | None, cost: str
) -> bytes:
    """Write the figures of a report as an .xlsx file; the same figures give the same bytes.

    Parameters
    ----------
    contents
        The first sheet.
    tables
        In the order of the report. A table of the role ``ledger`` gets an empty column to fill in.
    plan
        The plan to fill in, where the report has one.
    cost
        Heading of the column to fill in.
    """
    import openpyxl

    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = contents.sheet
    listed: list[tuple[str, str]] = []
    if plan:
        add_plan(book, plan.rows, plan.names, plan.meta, plan.words)
        listed.append((plan.words.sheet, plan.words.title))
    for number, table in enumerate(tables, start=1):
        sheet = book.create_sheet(_title(f"{number}. {table.section}"))
        _fill(sheet, table.cells, contents, cost)
        listed.append((sheet.title, table.cells["caption"]))
    for table in tables:
        if table.cells["role"] == "ledger":
            code = table.cells["columns"][0]["header"]
            add_cost_words(book, dict(zip(COSTS, (code, cost), strict=True)))
            break
    _list(first, contents, listed)
    for sheet in book.worksheets:
        set_pages(sheet, contents.mark)
    return saved(book, contents.day)


def _title(text: str) -> str:
    """Cut a sheet's title to what XLSX allows, at the end of a word."""
    text = " ".join(_NOT_IN_TITLES.sub(" ", text).split()).strip("'")
    if len(text) <= _LONGEST_TITLE:
        return text
    return text[: _LONGEST_TITLE + 1].rpartition(" ")[0].rstrip(" ,;–-(") or text[:_LONGEST_TITLE]


def _fill(sheet: Any, cells: Mapping[str, Any], contents: Contents, cost: str) -> None:
    from openpyxl.styles import Alignment, Font

    put(sheet, 1, 1, cells["caption"]).font = Font(bold=True, size=13)
    put(sheet, 2, 1, contents.title)
    put_mark(sheet, 3, 1, contents.mark)
    columns = list(cells["columns"])
    if cells["role"] == "ledger":
        columns.append({"header": cost, "kind": "score", "decimals": 2, "of": None})
    for at, column in enumerate(columns, start=1):
        cell = put_head(sheet, _HEADING_ROW, at, column["header"])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        words = [str(row[at - 1]) for row in cells["rows"] if at <= len(row) and isinstance(row[at - 1], str)]
        room = _TO_FILL_IN if words and not any(words) else _NARROWEST
        longest = max([room, *(len(word) + 2 for word in words), len(column["header"]) / 2 + 4])
        sheet.column_dimensions[letters(at)].width = min(longest, _WIDEST)
    for number, row in enumerate(cells["rows"]):
        for at, (column, value) in enumerate(zip(columns, row, strict=False), start=1):
            cell = put(sheet, _HEADING_ROW + 1 + number, at, value)
            cell.number_format = _format(column, number)
            if cells["emphasis"][number]:
                cell.font = Font(bold=True)
            if isinstance(value, str):
                indent = cells["indent"][number] if column["kind"] == "text" else 0
                cell.alignment = Alignment(wrap_text=True, vertical="top", indent=indent)
    under = _HEADING_ROW + len(cells["rows"]) + 2
    for number, remark in enumerate(cells["remarks"]):
        put(sheet, under + number, 1, remark).font = Font(italic=True)
    sheet.freeze_panes = sheet.cell(_HEADING_ROW + 1, 2)
    sheet.print_title_rows = f"{_HEADING_ROW}:{_HEADING_ROW}"


def _format(column: Mapping[str, Any], row: int) -> str:
    """Give the number format of a cell: the number stays whole, and is shown as the report prints it."""
    decimals = "." + "0" * column["decimals"] if column["decimals"] else ""
    kind = column["kind"]
    if kind == "signed":
        return f"+0{decimals};-0{decimals};0{decimals}"
    if kind == "percent":
        return f'0{decimals}"%"'
    if kind == "score":
        return f"#,##0{decimals}"
    if kind == "rank":
        of = column["of"] and column["of"][row]
        return f'0"/{of}"' if of else "0"
    return "#,##0" if kind == "int" else "@"


def _list(sheet: Any, contents: Contents, listed: Sequence[tuple[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font

    put(sheet, 1, 1, contents.title).font = Font(bold=True, size=14)
    put_mark(sheet, 2, 1, contents.mark)
    row = 3
    for line in contents.lines:
        put(sheet, row, 1, line)
        row += 1
    row += 1
    for at, word in enumerate(contents.head, start=1):
        put_head(sheet, row, at, word)
    for number, (name, shows) in enumerate(listed, start=row + 1):
        put(sheet, number, 1, name)
        put(sheet, number, 2, shows).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = _LONGEST_TITLE + 3
    sheet.column_dimensions["B"].width = 90
