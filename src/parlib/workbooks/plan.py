"""The improvement plan as a workbook: out to the office that fills it in, and back.

The workbook describes itself. Its hidden sheet holds what the plan is about and which key each heading and each choice
stands for, so that it is read back in whatever language it was written, and columns may be moved. Everything written is
plain text, numbers and dates: no text becomes a formula, whatever it begins with.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from parlib.errors import DataError, Place, nearest, quoted
from parlib.workbooks._reading import MAX_TEXTS, Sheet, Workbook, clean, letters, open_workbook
from parlib.workbooks._writing import ROOM_TO_FILL_IN, put, put_head, put_mark, saved

KEYS = "parlib"
"""Title of the hidden sheet."""
COSTS = ("indicator", "cost")
"""Columns of a table of costs."""
COLUMNS = (
    "indicator",
    "name",
    "points",
    "cause",
    "measure",
    "department",
    "deadline",
    "status",
    "done",
    "evidence",
)
"""Columns of the plan; ``name`` is for the reader's eye and is not read back.

The others are those of a plan in :mod:`parlib.answers.progress`. Neither room may know the other; a test of that module
holds what is read back to its list.
"""
CHOICES = ("cause", "status")
"""Columns that take one of a list of words."""

_WIDTHS = (12, 34, 10, 22, 44, 24, 14, 16, 10, 34)
_FORMATS = {"points": "0.00", "done": "0", "deadline": "dd/mm/yyyy"}
_FIRST_TABLE_ROW = 4
_HEADINGS_WITHIN = 50  # rows from the top in which headings are looked for
_SLACK = 0.005  # points are shown, and so typed, with two decimals
_YEARS_AHEAD = 10
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True)
class PlanWords:
    """The words of a plan workbook in one language.

    Attributes
    ----------
    title, note
        Lines above the table.
    sheet, examples_sheet
        Titles of the two visible sheets.
    headings
        Heading of every column of :data:`COLUMNS`.
    choices
        For every column of :data:`CHOICES`, key to word.
    examples_heading, examples
        Measures offered as examples.
    mark
        What must be seen on the sheet, such as that the figures are illustrative; mostly empty.
    """

    title: str
    note: str
    sheet: str
    examples_sheet: str
    headings: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    examples_heading: str
    examples: Sequence[str]
    mark: str = ""


def plan_workbook(
    rows: pd.DataFrame, names: Mapping[str, str], meta: Mapping[str, str], words: PlanWords
) -> bytes:
    """A working plan as an .xlsx file.

    Parameters
    ----------
    rows
        Columns of :data:`COLUMNS` without ``name``; choices by key, ``deadline`` as dates or missing.
    names
        Name of every indicator.
    meta
        What the plan is about; read back as it is. ``made_on`` is the ISO date at which it was drawn up.
    words
        Headings and choices in the language of the office.
    """
    import openpyxl

    book = openpyxl.Workbook()
    first: Any = book.active
    book.remove(first)
    add_plan(book, rows, names, meta, words)
    return saved(book, dt.date.fromisoformat(meta["made_on"]))


def add_plan(
    book: Any, rows: pd.DataFrame, names: Mapping[str, str], meta: Mapping[str, str], words: PlanWords
) -> None:
    """Add a working plan to an openpyxl workbook: the sheets of the plan, of the examples, and the hidden one.

    Parameters
    ----------
    rows, names, meta, words
        As for :func:`plan_workbook`.
    """
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(words.sheet)
    put(sheet, 1, 1, words.title).font = Font(bold=True, size=14)
    put(sheet, 2, 1, words.note)
    put_mark(sheet, 3, 1, words.mark)
    for column, key in enumerate(COLUMNS, start=1):
        cell = put_head(sheet, _FIRST_TABLE_ROW, column, words.headings[key])
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letters(column)].width = _WIDTHS[column - 1]
    last = _FIRST_TABLE_ROW + len(rows) + ROOM_TO_FILL_IN
    for number, row in enumerate(rows.to_dict("records"), start=_FIRST_TABLE_ROW + 1):
        for column, key in enumerate(COLUMNS, start=1):
            value = names.get(row["indicator"], "") if key == "name" else row[key]
            if key in CHOICES:
                value = words.choices[key].get(value, "")
            cell = put(sheet, number, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for key, number_format in _FORMATS.items():
        for number in range(_FIRST_TABLE_ROW + 1, last + 1):
            sheet.cell(number, COLUMNS.index(key) + 1).number_format = number_format
    sheet.freeze_panes = sheet.cell(_FIRST_TABLE_ROW + 1, 3)
    examples = book.create_sheet(words.examples_sheet)
    examples.column_dimensions["A"].width = 60
    for number, text in enumerate([words.examples_heading, *words.examples], start=1):
        put(examples, number, 1, text)
    put_mark(examples, 1, 2, words.mark)
    keys = book.create_sheet(KEYS)
    keys.sheet_state = "hidden"
    ranges = _write_keys(keys, meta, words)
    quoted_title = words.examples_sheet.replace("'", "''")
    offered = f"'{quoted_title}'!$A$2:$A${len(words.examples) + 1}"
    for key, source, strict in [*((key, ranges[key], True) for key in CHOICES), ("measure", offered, False)]:
        letter = letters(COLUMNS.index(key) + 1)
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
        rule.add(f"{letter}{_FIRST_TABLE_ROW + 1}:{letter}{last}")
        sheet.add_data_validation(rule)


def add_cost_words(book: Any, words: Mapping[str, str]) -> None:
    """Tell in the hidden sheet by which headings :func:`read_costs` knows a table of costs.

    Parameters
    ----------
    words
        Heading of every column of :data:`COSTS`.
    """
    if KEYS not in book.sheetnames:
        book.create_sheet(KEYS).sheet_state = "hidden"
    keys = book[KEYS]
    first = keys.max_row + 1
    for number, (key, word) in enumerate(words.items()):
        for column, value in enumerate(("cost", key, word), start=1):
            put(keys, first + number, column, value)


def _write_keys(sheet: Any, meta: Mapping[str, str], words: PlanWords) -> dict[str, str]:
    """Fill the hidden sheet; the cell range of the words of every choice."""
    # A notebook on disk has its keys sorted, one in memory has not: both export to the same bytes.
    lines = [("meta", key, value) for key, value in sorted(meta.items())]
    lines += [("heading", key, words.headings[key]) for key in COLUMNS]
    ranges = {}
    for choice in CHOICES:
        first = len(lines) + 1
        lines += [(choice, key, word) for key, word in words.choices[choice].items()]
        ranges[choice] = f"'{KEYS}'!$C${first}:$C${len(lines)}"
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            put(sheet, number, column, value)
    return ranges


@dataclass(frozen=True)
class PlanFile:
    """A plan workbook that was opened: what it is about, and its rows on demand.

    Attributes
    ----------
    meta
        As given to :func:`plan_workbook`.
    """

    meta: Mapping[str, str]
    _sheet: Sheet
    _heading_row: int
    _columns: Mapping[str, int]
    _choices: Mapping[str, Mapping[str, str]]

    def rows(self, room: Mapping[str, float], year: int) -> pd.DataFrame:
        """The plan as the office filled it in.

        Parameters
        ----------
        room
            Points that each leaf can still gain; ``NaN`` where that is not known.
        year
            Year of the edition that the plan starts from: no deadline lies before it.

        Returns
        -------
        pandas.DataFrame
            Columns of :data:`COLUMNS` without ``name``; choices by key, ``deadline`` as dates, ``done`` in per cent
            (0-100). Empty rows are passed over.

        Raises
        ------
        DataError
            Naming the cell, for a leaf that the index does not have, points that are not a number above 0 or more than
            the leaf can still gain, a date that does not exist or cannot be meant, an unknown choice, a per cent
            outside 0-100, a measure that is called done at less than 100 %, or texts too long to print.
        """
        sheet, at = self._sheet, self._columns
        out: list[dict[str, Any]] = []
        taken: dict[str, float] = {}
        letters_left = MAX_TEXTS
        for row in range(self._heading_row + 1, sheet.rows + 1):
            if all(sheet.blank(row, column) for key, column in at.items() if key != "name"):
                continue
            letters_left = sheet.check_texts(row, at.values(), letters_left)
            leaf = self._leaf(row, room)
            points = self._points(row, leaf, room[leaf], taken)
            status = self._choice(row, "status") or "not_started"
            out.append(
                {
                    "indicator": leaf,
                    "points": points,
                    "cause": self._choice(row, "cause"),
                    "measure": sheet.text(row, at["measure"]),
                    "department": sheet.text(row, at["department"]),
                    "deadline": self._deadline(row, year),
                    "status": status,
                    "done": self._done(row, status),
                    "evidence": sheet.text(row, at["evidence"]),
                }
            )
        if not out:
            sheet.refuse(self._heading_row + 1, None, "no measure", "at least one row", "Fill in the plan.")
        frame = pd.DataFrame(out)
        return frame.assign(deadline=pd.to_datetime(frame["deadline"]))

    def _leaf(self, row: int, room: Mapping[str, float]) -> str:
        column = self._columns["indicator"]
        leaf = self._sheet.text(row, column)
        if leaf not in room:
            hint = nearest(leaf, list(room)).strip() or f"There are {', '.join(room)}."
            found = f"the indicator {quoted(leaf)}" if leaf else "an empty cell"
            self._sheet.refuse(
                row, column, found, f"a leaf of {self.meta['index']} {self.meta['year']}", hint
            )
        return leaf

    def _points(self, row: int, leaf: str, room: float, taken: dict[str, float]) -> float:
        column = self._columns["points"]
        points = self._sheet.number(row, column, expected="points to gain")
        if points is None or points <= 0:
            found = "an empty cell" if points is None else f"{points:g} points"
            self._sheet.refuse(row, column, found, "points above 0", "Enter the points, or delete the row.")
        taken[leaf] = taken.get(leaf, 0.0) + points
        if taken[leaf] > room + _SLACK:
            all_rows = f" ({taken[leaf]:g} in all rows of {leaf})" if taken[leaf] > points else ""
            self._sheet.refuse(
                row,
                column,
                f"{points:g} points{all_rows}",
                f"at most {room:.2f}, what {leaf} lacks to its maximum",
                "Lower the points.",
            )
        return points

    def _choice(self, row: int, key: str) -> str:
        text = self._sheet.text(row, self._columns[key])
        words = self._choices[key]
        if text and text.casefold() not in words:
            remedy = "Choose from the list, or clear the cell."
            self._sheet.refuse(row, self._columns[key], quoted(text), f"one of {', '.join(words)}", remedy)
        return words[text.casefold()] if text else ""

    def _deadline(self, row: int, year: int) -> dt.datetime | None:
        sheet, column = self._sheet, self._columns["deadline"]
        expected = "a date as 31/12/2026"
        if sheet.blank(row, column):
            return None
        value = sheet.cell(row, column).value
        day = value if isinstance(value, dt.datetime) else _day(sheet.text(row, column))
        if day is None:
            sheet.refuse(row, column, quoted(sheet.text(row, column)), expected, "Correct the date.")
        if not year <= day.year <= year + _YEARS_AHEAD:
            sheet.refuse(
                row,
                column,
                f"the date {day:%d/%m/%Y}",
                f"a deadline from {year} to {year + _YEARS_AHEAD}, as the plan starts from {year}",
                "Correct the date.",
            )
        return day

    def _done(self, row: int, status: str) -> float:
        column = self._columns["done"]
        done = self._sheet.number(row, column, expected="per cent done")
        if done is None:
            return 100.0 if status == "done" else 0.0
        if not 0 <= done <= 100:
            self._sheet.refuse(row, column, f"{done:g} %", "0 to 100 %", "Correct the per cent done.")
        if status == "done" and done < 100:
            self._sheet.refuse(
                row,
                column,
                f"{done:g} % of a measure called done",
                "100 %",
                "Correct the status or the per cent.",
            )
        return done


def open_plan(path: Path) -> PlanFile:
    """Open a plan workbook written by :func:`plan_workbook`.

    Raises
    ------
    DataError
        When it is no such workbook, or its headings were changed.
    """
    book = open_workbook(path)
    keys = next((sheet for sheet in book if sheet.title == KEYS), None)
    if keys is None:
        raise DataError(
            Place(book.file),
            f"no sheet {KEYS!r}",
            "a plan that `parlib plan … --export` wrote",
            "Fill in the exported workbook itself; its hidden sheet tells what it is about.",
        )
    told = _told(keys)
    for kind, names in {"meta": ("index", "year"), "heading": COLUMNS, **dict.fromkeys(CHOICES, ())}.items():
        lacking = [name for name in names if name not in told.get(kind, {})]
        if kind not in told or lacking:
            what = " ".join(map(repr, [kind, *lacking[:1]]))
            keys.refuse(
                None, 1, f"no line of {what}", "the sheet as it was written", "Export the plan again."
            )
    headings = {clean(text).casefold(): key for key, text in told["heading"].items()}
    # Other tables of the workbook share some headings with the plan, but none has as many of them.
    rows = [
        (sheet, row, _headings(sheet, row, headings))
        for sheet in book
        if sheet is not keys
        for row in range(1, min(sheet.rows, _HEADINGS_WITHIN) + 1)
    ]
    sheet, row, found = max(rows, key=lambda place: len(place[2]), default=(keys, 0, {}))
    if "indicator" not in found or len(found) < 2:
        raise DataError(
            Place(book.file),
            "no table of measures",
            f"a row with the headings {', '.join(told['heading'].values())}",
            "Restore the headings.",
        )
    missing = [told["heading"][key] for key in COLUMNS if key not in found and key != "name"]
    if missing:
        sheet.refuse(row, None, f"no column {missing[0]!r}", "all columns of the plan", "Restore it.")
    choices = {key: {word.casefold(): name for name, word in told[key].items()} for key in CHOICES}
    return PlanFile(told["meta"], sheet, row, found, choices)


def _headings(sheet: Sheet, row: int, headings: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in range(1, sheet.columns + 1):
        value = sheet.cell(row, column).value
        if isinstance(value, str) and value.casefold() in headings:
            found.setdefault(headings[value.casefold()], column)
    return found


def _day(text: str) -> dt.datetime | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    day, month, year = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return dt.datetime(int(year), int(month), int(day))  # noqa: DTZ001 - a calendar day has no zone
    except ValueError:
        return None


def _told(keys: Sheet) -> dict[str, dict[str, str]]:
    """Read the hidden sheet: what the plan is about, and the words of headings and choices."""
    told: dict[str, dict[str, str]] = {}
    for row in range(1, keys.rows + 1):
        told.setdefault(keys.text(row, 1), {})[keys.text(row, 2)] = keys.text(row, 3)
    return told


def read_costs(path: Path, indicators: Sequence[str]) -> dict[str, float]:
    """Costs per point: of a CSV file or workbook, or as an office filled them in beside the points lost of a report.

    Parameters
    ----------
    path
        A table with the headings ``indicator`` and ``cost`` in its first row, where every row has a cost; or the
        workbook of a report (:mod:`parlib.workbooks.takeaway`), where a cost left empty is not known.
    indicators
        Codes of the index.

    Raises
    ------
    DataError
        Naming the cell, for a missing column, an indicator that is unknown or stands twice, a cost below 0, and for
        no cost at all.
    """
    book = open_workbook(path)
    keys = next((sheet for sheet in book if sheet.title == KEYS), None)
    sheet, heading, at = _cost_table(book, _told(keys).get("cost", {}) if keys else {}, set(indicators))
    for column in COSTS:
        if column not in at:
            sheet.refuse(heading, None, f"no column {column!r}", "the columns indicator and cost", "Add it.")
    costs: dict[str, float] = {}
    for row in range(heading + 1, sheet.rows + 1):
        if sheet.blank(row, at["cost"]) and (keys or sheet.blank_row(row)):
            continue
        code = sheet.text(row, at["indicator"])
        if code not in indicators or code in costs:
            found = f"{quoted(code)} twice" if code in costs else f"the indicator {quoted(code)}"
            hint = nearest(code, list(indicators)).strip()
            sheet.refuse(row, at["indicator"], found, "every indicator of the index once", hint)
        cost = sheet.number(row, at["cost"], expected="a cost per point")
        if cost is None or cost < 0:
            found = "an empty cell" if cost is None else f"{cost:g}"
            sheet.refuse(
                row, at["cost"], found, "a cost of 0 or more per point", "Enter it, or delete the row."
            )
        costs[code] = cost
    if not costs:
        sheet.refuse(None, at["cost"], "no cost", "a cost per point of at least one indicator", "Enter it.")
    return costs


def _cost_table(
    book: Workbook, words: Mapping[str, str], indicators: set[str]
) -> tuple[Sheet, int, Mapping[str, int]]:
    """Find the table of costs: sheet, row of the headings, and columns by key."""
    if not words:
        return book.sheets[0], 1, _headings(book.sheets[0], 1, {key: key for key in COSTS})
    headings = {clean(word).casefold(): key for key, word in words.items()}
    for sheet in book:
        for row in range(1, min(sheet.rows, _HEADINGS_WITHIN) + 1):
            at = _headings(sheet, row, headings)
            # A workbook may hold the points lost on several indices.
            if len(at) == len(COSTS) and sheet.text(row + 1, at["indicator"]) in indicators:
                return sheet, row, at
    raise DataError(
        Place(book.file),
        "no table of costs for this index",
        f"a row with the headings {', '.join(words.values())} above its indicators",
        "Take the workbook of a report on this index.",
    )
