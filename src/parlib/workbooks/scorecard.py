"""Reading a scorecard that an office has filled in (the form is :mod:`parlib.workbooks.scorecard_form`).

Columns are found by their headings, wherever they stand; rows by their codes. What is not understood is refused with
its place: nothing is guessed, corrected or passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from parlib.datasets import Record
from parlib.errors import DataError, Place, UsageError, quoted
from parlib.frameworks import ROOT, Framework
from parlib.provinces import fold, frame_in
from parlib.scorecards import COLUMNS, ENTERED, ILLUSTRATIVE, LEVELS, SELF_ASSESSED, Fault, Scorecard, faults
from parlib.workbooks._reading import MAX_TEXTS, Sheet, Workbook, open_workbook
from parlib.workbooks.scorecard_form import (
    EVIDENCE,
    FRAMEWORK_NAME,
    HEADINGS,
    META,
    PARAMETER_WORDS,
    PARAMETERS,
    POINTS,
    WORDS,
)

_REQUIRED = ("number", "name_vi", "max_score")
_ALSO: Mapping[str, Mapping[str, str]] = {"not_applicable": {"x": "yes", "kad": "yes", "co": "yes"}}
_YES_NO = {"co": 1.0, "khong": 0.0}
_TOTALS = {"tongcong", "tong", "tongdiem", "total"}
_CODE = re.compile(r"[1-9][0-9]?(?:\.[1-9][0-9]?){0,5}")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([.,][0-9]{3})+")
_MARKER = "solieuminhhoa"
_SEARCHED_ROWS = 40


def read_scorecard(path: Path, known: Record) -> Scorecard:
    """A scorecard as an office filled it in, from XLSX or CSV.

    Parameters
    ----------
    path
        The file. Formulas count as the result stored with them.
    known
        The record: provinces, frameworks and their confirmed maxima.

    Returns
    -------
    Scorecard
        Basis ``self-assessed``; ``illustrative`` as soon as one row, or any cell that says so, is marked.

    Raises
    ------
    DataError
        Naming file, sheet, row and column: a heading that is missing, unknown or there twice, a code that is missing,
        there twice or without the row above it, a cell that is not what its column holds, texts too long to print,
        points above the maximum,
        sums that do not hold, a maximum that is not the confirmed one, a rule or evidence that does not fit.
    """
    book = open_workbook(path)
    sheet, heading, columns = _find_table(book)
    meta = _Meta(sheet, heading, known)
    rows, places = _read_rows(sheet, heading, columns, meta)
    if _marked(book):
        rows["basis"] = ILLUSTRATIVE
    card = Scorecard(meta.index, meta.year, meta.frame, meta.province, rows)
    for fault in (*_unlike_framework(card, meta.framework), *faults(card)):
        raise _located(fault, sheet, places, columns)
    return card


def _marked(book: Workbook) -> bool:
    """Whether any cell of any sheet says that the figures are illustrative."""
    texts = (
        sheet.cell(row, column).value
        for sheet in book
        for row in range(1, sheet.rows + 1)
        for column in range(1, sheet.columns + 1)
    )
    return any(_MARKER in fold(text) for text in texts if isinstance(text, str))


def _find_table(book: Workbook) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet with the table, the row of its headings, and the column of each."""
    by_words = {fold(word): key for key, words in HEADINGS.items() for word in words}
    tables = []
    for sheet in book:
        for row in range(1, min(sheet.rows, _SEARCHED_ROWS) + 1):
            cells = {c: sheet.cell(row, c).value for c in range(1, sheet.columns + 1)}
            keys = {c: by_words.get(fold(v)) for c, v in cells.items() if isinstance(v, str)}
            if {"name_vi", "max_score"} <= set(keys.values()) or {"number", "max_score"} <= set(
                keys.values()
            ):
                tables.append((sheet, row, keys))
                break
    if not tables:
        wanted = ", ".join(HEADINGS[key][0] for key in _REQUIRED)
        raise DataError(
            Place(book.file),
            "no sheet with the headings of a scorecard",
            f"a row with the headings {wanted}",
            "Start from `parlib scorecard template`, or give the columns these headings.",
        )
    if len(tables) > 1:
        other = tables[1][0]
        other.refuse(
            tables[1][1], None, "a second scorecard in the file", "one", "Keep one of the two sheets."
        )
    sheet, row, keys = tables[0]
    return sheet, row, _columns(sheet, row, keys)


def _columns(sheet: Sheet, heading: int, keys: Mapping[int, str | None]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column in range(1, sheet.columns + 1):
        key = keys.get(column)
        if key is None:
            filled = next((r for r in range(heading, sheet.rows + 1) if not sheet.blank(r, column)), None)
            if filled is not None:
                shown = sheet.cell(heading, column)
                sheet.refuse(
                    heading,
                    column,
                    shown.problem or (quoted(str(shown.value)) if shown.value is not None else "no heading"),
                    f"one of the headings {', '.join(words[0] for words in HEADINGS.values())}",
                    "Correct the heading, or move the column to another sheet.",
                )
        elif key in columns:
            sheet.refuse(
                heading, column, f"the heading {HEADINGS[key][0]!r} twice", "it once", "Remove one of them."
            )
        else:
            columns[key] = column
    for key in _REQUIRED:
        if key not in columns:
            sheet.refuse(heading, None, f"no heading {HEADINGS[key][0]!r}", "that heading", "Add the column.")
    if not any(key in columns for key in (*ENTERED, *EVIDENCE)):
        sheet.refuse(
            heading, None, "no column of points or evidence", "at least one of them", "Add the column."
        )
    return columns


class _Meta:
    """What stands above the table: set of criteria, year, province."""

    def __init__(self, sheet: Sheet, heading: int, known: Record) -> None:
        self._sheet = sheet
        self._heading = heading
        place, name = self._find("framework", "a set of criteria, as par-2017")
        match = FRAMEWORK_NAME.fullmatch(name.casefold())
        if match is None or match[1] not in known.indices.index:
            sheet.refuse(
                *place,
                quoted(name),
                f"an index and a year, as par-2017 ({', '.join(known.indices.index)})",
                "Correct the cell.",
            )
        self.index = match[1]
        place, text = self._find("year", "a year")
        if not re.fullmatch(r"20[0-9]{2}", text):
            sheet.refuse(*place, quoted(text), "a year from 2000 to 2099", "Correct the cell.")
        self.year = int(text)
        self.frame = frame_in(self.year, known.frames)
        place, text = self._find("province", f"one of the {self.frame} provinces")
        try:
            self.province = known.provinces(self.frame).find(text).slug
        except UsageError as error:
            sheet.refuse(*place, quoted(text), f"one of the {self.frame} provinces", str(error))
        try:
            self.framework: Framework | None = known.framework(self.index, self.year)
        except UsageError:
            self.framework = None  # a set of criteria that the record does not have yet

    def _find(self, key: str, expected: str) -> tuple[tuple[int, int], str]:
        """Place and text of the cell to the right of a label."""
        sheet, label = self._sheet, fold(META[key])
        found: tuple[tuple[int, int], str] | None = None
        for row in range(1, self._heading):
            for column in range(1, sheet.columns + 1):
                value = sheet.cell(row, column).value
                if not isinstance(value, str) or fold(value.rstrip(": ")) != label:
                    continue
                if found is not None:
                    sheet.refuse(row, column, f"{META[key]!r} twice", "it once", "Remove one of them.")
                filled = [c for c in range(column + 1, sheet.columns + 1) if not sheet.blank(row, c)]
                if not filled:
                    sheet.refuse(row, column + 1, "an empty cell", expected, f"Fill in {META[key]!r}.")
                found = (row, filled[0]), sheet.text(row, filled[0])
        if found is None:
            sheet.refuse(
                None, None, f"no cell {META[key]!r} above the table", expected, "Add it, as in the template."
            )
        return found


def _read_rows(
    sheet: Sheet, heading: int, columns: Mapping[str, int], meta: _Meta
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows of the table as :data:`COLUMNS`, and the sheet row of every indicator."""
    roots = _domain_codes(meta.framework)
    found: dict[str, dict[str, Any]] = {}
    places: dict[str, int] = {}
    letters_left = MAX_TEXTS
    for at in range(heading + 1, sheet.rows + 1):
        if all(sheet.blank(at, column) for key, column in columns.items() if key != "basis"):
            continue
        letters_left = sheet.check_texts(at, columns.values(), letters_left)
        row = _read_row(sheet, at, columns)
        number = row["number"]
        if number is None:
            indicator, parent, level = ROOT, None, LEVELS[0]
        else:
            root, _, rest = number.partition(".")
            indicator = roots.get(root, root) + (f".{rest}" if rest else "")
            above, _, last = indicator.rpartition(".")
            parent = above if rest and last else ROOT
            level = LEVELS[min(number.count(".") + 1, len(LEVELS) - 1)]
        if indicator in places:
            sheet.refuse(
                at,
                columns["number"],
                f"{number or 'a total'}, which already stands in row {places[indicator]}",
                "every code once",
                "Correct the code; if it is 1.10, format the cell as text and type it again.",
            )
        found[indicator] = row | {"indicator": indicator, "parent": parent, "level": level}
        places[indicator] = at
    _check_parents(sheet, found, places, columns)
    if not set(found) - {ROOT}:
        sheet.refuse(
            heading + 1, None, "no rows", "domains and criteria with their points", "Fill in the table."
        )
    if ROOT not in found:
        found[ROOT] = {"indicator": ROOT, "level": LEVELS[0], "max_score": _total_of(meta.framework)}
    found[ROOT]["name_vi"] = _name_of_total(meta.framework)
    ordered = sorted(found.values(), key=lambda row: _order(row.get("number")))
    rows = pd.DataFrame(ordered).reindex(columns=[*COLUMNS, "not_applicable"])
    rows["applicable"] = rows["not_applicable"].isna()
    return rows.assign(basis=rows["basis"].astype("str").fillna(SELF_ASSESSED)), places


def _read_row(sheet: Sheet, at: int, columns: Mapping[str, int]) -> dict[str, Any]:
    row: dict[str, Any] = {"number": _code(sheet, at, columns)}
    for key, column in columns.items():
        if key == "number":
            continue
        if key in POINTS or key in EVIDENCE:
            row[key], inapplicable = _figure(sheet, at, column, key)
            if inapplicable:
                row["not_applicable"] = "yes"
        elif key in WORDS:
            row[key] = _choice(sheet, at, column, key) or row.get(key)
        elif key == "rule_parameters":
            row[key] = _parameters_in(sheet, at, column)
        else:
            row[key] = sheet.text(at, column) or None
    if not row["name_vi"]:
        sheet.refuse(at, columns["name_vi"], "an empty cell", "the name of the row", "Enter it.")
    return row


def _code(sheet: Sheet, at: int, columns: Mapping[str, int]) -> str | None:
    """The dotted code of a row; ``None`` for the total."""
    column = columns["number"]
    text = sheet.text(at, column).rstrip(".")
    name = sheet.text(at, columns["name_vi"])
    if fold(text) in _TOTALS or (not text and fold(name) in _TOTALS):
        return None
    if not _CODE.fullmatch(text):
        sheet.refuse(
            at,
            column,
            quoted(text) if text else "a row without a code",
            "a code as 1, 1.2 or 1.2.3",
            "Enter the code; if the spreadsheet made a date of it, format the cell as text and type it again.",
        )
    return text


def _figure(sheet: Sheet, at: int, column: int, key: str) -> tuple[float | None, bool]:
    """A number, and whether the cell says instead that the row does not apply."""
    value = sheet.cell(at, column).value
    if isinstance(value, str):
        word = fold(value)
        if key != "max_score" and word == fold(WORDS["not_applicable"]["yes"]):
            return None, True
        if key == "numerator" and word in _YES_NO:
            return _YES_NO[word], False
        if key in EVIDENCE and _THOUSANDS.fullmatch(value.replace(" ", "")):
            sheet.refuse(
                at,
                column,
                f"{quoted(value)} written as text",
                "a number",
                "Is it thousands or decimals? Type it as a number.",
            )
    wanted = "points" if key in POINTS else "a number of cases, or a value"
    if sheet.cell(at, column).percent or (isinstance(value, str) and "%" in value):
        remedy = (
            "Enter points."
            if key in POINTS
            else "Enter the cases, or the per cent over a denominator of 100."
        )
        sheet.refuse(at, column, f"{value} in per cent", wanted, remedy)
    return sheet.number(at, column, expected=wanted), False


def _choice(sheet: Sheet, at: int, column: int, key: str) -> str | None:
    text = sheet.text(at, column)
    if not text:
        return None
    known = {fold(word): value for value, word in WORDS[key].items()} | {
        fold(value): value for value in WORDS[key]
    }
    known |= _ALSO.get(key, {})
    value = known.get(fold(text))
    if value is None:
        offered = ", ".join(WORDS[key].values())
        sheet.refuse(
            at, column, quoted(text), f"one of: {offered}", "Choose from the list, or clear the cell."
        )
    return value


def _parameters_in(sheet: Sheet, at: int, column: int) -> str | None:
    """The parameters in the words of :func:`parlib.rules.make_rule`."""
    text = sheet.text(at, column)
    names = {fold(word): name for name, word in PARAMETERS.items()}
    values = {fold(word): value for value, word in PARAMETER_WORDS.items()}
    out = []
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = pair.partition("=")
        out.append(
            f"{names.get(fold(name), name.strip())}{equals}{values.get(fold(value), value.strip().replace(',', '.'))}"
        )
    return "; ".join(out) or None


def _check_parents(
    sheet: Sheet,
    found: Mapping[str, Mapping[str, Any]],
    places: Mapping[str, int],
    columns: Mapping[str, int],
) -> None:
    for indicator, row in found.items():
        if row["parent"] not in (None, ROOT) and row["parent"] not in found:
            above = str(row["number"]).rpartition(".")[0]
            sheet.refuse(
                places[indicator],
                columns["number"],
                f"{row['number']} without a row {above}",
                f"a row {above} that it belongs to",
                f"Add the row {above}, or correct the code.",
            )


def _order(number: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".")) if number else ()


def _domain_codes(framework: Framework | None) -> dict[str, str]:
    """Number as printed to indicator, for the parts of the total."""
    if framework is None:
        return {}
    parts = framework.table.loc[framework.split_children(ROOT)]
    return {str(number): code for code, number in parts["number"].items()}


def _total_of(framework: Framework | None) -> float:
    return np.nan if framework is None else framework.max_score(ROOT)


def _name_of_total(framework: Framework | None) -> str:
    return "Tổng cộng" if framework is None else str(framework.table.at[ROOT, "name_vi"])


def _unlike_framework(card: Scorecard, framework: Framework | None) -> list[Fault]:
    """Rows whose maximum is not the one that sources confirm for that year."""
    if framework is None:
        return []
    own = card.rows.set_index("indicator")["max_score"]
    out = []
    for node in [ROOT, *framework.split_children(ROOT)]:
        confirmed = framework.max_score(node)
        stated = own.get(node, np.nan)
        if not np.isnan(confirmed) and not np.isnan(stated) and abs(stated - confirmed) > 1e-9:
            out.append(
                Fault(
                    node,
                    "max_score",
                    f"{stated:g}",
                    f"{confirmed:g}, as published for {card.year}",
                    "Correct the maximum, or the year.",
                )
            )
    return out


def _located(fault: Fault, sheet: Sheet, places: Mapping[str, int], columns: Mapping[str, int]) -> DataError:
    place = sheet.place(places.get(fault.indicator), columns.get(fault.column))
    return DataError(place, fault.found, fault.expected, fault.remedy)
