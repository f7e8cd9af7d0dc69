"""The scorecard as a workbook (bảng chấm điểm): out to the office that fills it in, and back.

The form is Vietnamese, as the offices that fill it in work. It holds what is confirmed and nothing else: domains with
their maxima, and empty rows below them. Columns may be moved, and rows added or left empty; a heading is found by its
words (:data:`HEADINGS`), never by its place or by likeness.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from parlib.datasets import Record
from parlib.errors import DataError, Place, UsageError
from parlib.frameworks import ROOT, Framework
from parlib.provinces import fold
from parlib.scorecards import (
    COLUMNS,
    ENTERED,
    ILLUSTRATIVE,
    LEVELS,
    SELF_ASSESSED,
    Fault,
    Scorecard,
    faults,
    from_framework,
)
from parlib.workbooks._reading import Sheet, Workbook, letters, open_workbook, quoted
from parlib.workbooks._writing import put

SHEET: Final = "Bảng chấm điểm"
GUIDE: Final = "Hướng dẫn"
LISTS: Final = "Danh mục"

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("STT/mã", "STT", "Mã", "Mã số"),
    "name_vi": (
        "Lĩnh vực – tiêu chí – tiêu chí thành phần",
        "Tiêu chí, tiêu chí thành phần",
        "Lĩnh vực, tiêu chí, tiêu chí thành phần",
        "Tiêu chí",
    ),
    "max_score": ("Điểm tối đa", "Điểm chuẩn"),
    "assessed_by": ("Cách đánh giá",),
    "numerator": ("Số liệu: tử số", "Tử số", "Số liệu", "Số liệu kê khai"),
    "denominator": ("Số liệu: mẫu số", "Mẫu số"),
    "items": ("Mục đã đạt",),
    "self_assessed": ("Điểm tự đánh giá", "Điểm tự chấm"),
    "appraised": ("Điểm thẩm định",),
    "score": ("Điểm đạt", "Điểm đạt được"),
    "not_applicable": ("Không áp dụng",),
    "reason": ("Nguyên nhân mất điểm",),
    "agency": ("Cơ quan chủ trì",),
    "documents": ("Tài liệu kiểm chứng",),
    "rule": ("Quy tắc tính điểm",),
    "rule_parameters": ("Tham số quy tắc",),
    "zero_denominator": ("Khi mẫu số bằng 0",),
    "basis": ("Cơ sở số liệu",),
    "note": ("Ghi chú",),
}
"""Columns of the form: the heading that is written, then others that are understood."""

META: Final[Mapping[str, str]] = {
    "framework": "Bộ tiêu chí",
    "year": "Năm đánh giá",
    "province": "Tỉnh, thành phố",
}

_REQUIRED = ("number", "name_vi", "max_score")
_WIDTHS = {
    "number": 9,
    "name_vi": 58,
    "reason": 36,
    "documents": 36,
    "agency": 24,
    "rule_parameters": 30,
    "note": 30,
}
_POINTS = ("max_score", *ENTERED)
_EVIDENCE = ("numerator", "denominator")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "assessed_by": {
        "appraisal": "Thẩm định",
        "survey": "Điều tra xã hội học",
        "statistics": "Thống kê",
    },
    "not_applicable": {"yes": "Không áp dụng"},
    "rule": {
        "proportional": "Tỷ lệ",
        "to_target": "Đến mục tiêu",
        "binary": "Có/Không",
        "steps": "Bậc thang",
        "linear_with_floor": "Tuyến tính có sàn",
        "checklist": "Danh mục kiểm tra",
        "survey_scale": "Thang điểm điều tra",
    },
    "zero_denominator": {"full": "Điểm tối đa", "zero": "0 điểm", "missing": "Không có điểm"},
    "basis": {SELF_ASSESSED: "Tự đánh giá", ILLUSTRATIVE: "Minh họa"},
}
"""Columns that take one of a list of words."""
_ALSO: Mapping[str, Mapping[str, str]] = {"not_applicable": {"x": "yes", "kad": "yes", "co": "yes"}}
_PARAMETERS = {
    "target": "mục tiêu",
    "floor": "sàn",
    "at_floor": "phần điểm tại sàn",
    "steps": "bậc",
    "items": "mục",
    "low": "thấp nhất",
    "high": "cao nhất",
    "reads": "đọc",
    "may_exceed": "được vượt",
    "no_evidence": "không có số liệu",
}
_PARAMETER_WORDS = {
    "share": "tỷ lệ",
    "value": "giá trị",
    "yes": "có",
    "no": "không",
    "full": "điểm tối đa",
    "zero": "0 điểm",
    "missing": "không có điểm",
}
_YES_NO = {"co": 1.0, "khong": 0.0}
_TOTALS = {"tongcong", "tong", "tongdiem", "total"}
_CODE = re.compile(r"[1-9][0-9]?(?:\.[1-9][0-9]?){0,5}")
_FRAMEWORK = re.compile(r"([a-z0-9_]+)-([0-9]{4})")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([.,][0-9]{3})+")
_MARKERS = ("solieuminhhoa",)
_SEARCHED_ROWS = 40
_NEW_MAP_FROM = (
    2025  # 34 provinces since 1 July 2025: the assessment of that year is the first on the new map
)

_TITLE = "BẢNG CHẤM ĐIỂM"
_NOTE = (
    "Chỉ tên và điểm tối đa của lĩnh vực (dòng đậm) là số liệu đã được xác nhận trong các nguồn công khai; ô điểm tối "
    "đa để trống là chưa có nguồn. Mã, tên và điểm tối đa của tiêu chí, tiêu chí thành phần KHÔNG có trong các nguồn "
    "đó: hãy điền vào các dòng trống theo bảng tiêu chí chính thức của năm đánh giá. Quy tắc tính điểm do người dùng "
    "tự đặt, không phải quy định chính thức."
)
_GUIDE = (
    "Mỗi dòng là một lĩnh vực (mã 1), tiêu chí (1.1) hoặc tiêu chí thành phần (1.1.1); dòng không có dòng con là dòng "
    "chấm điểm. Gõ mã dưới dạng văn bản, để 1.10 không thành 1.1.",
    "Thêm dòng tùy ý dưới mỗi lĩnh vực; dòng trống được bỏ qua. Có thể đổi chỗ các cột, không đổi tên cột.",
    "Điểm của một dòng là điểm đạt; nếu để trống thì là điểm thẩm định, rồi đến điểm tự đánh giá.",
    "Tổng của lĩnh vực và tiêu chí được tự cộng từ các dòng con; nếu tự ghi, tổng được lệch 0,01 cho mỗi dòng con.",
    "Không áp dụng: chọn ở cột cùng tên; dòng đó ra khỏi cả điểm và điểm tối đa. Chỉ số = điểm / điểm tối đa được áp "
    "dụng.",
    "Số liệu: tử số và mẫu số là số vụ việc (ví dụ 170 và 200); với quy tắc Có/Không, tử số là Có hoặc Không; với quy "
    "tắc đọc giá trị, tử số là giá trị đó.",
    "Cơ quan chấm theo quy tắc thì chọn quy tắc và ghi tham số: tên=giá trị, cách nhau bằng dấu chấm phẩy.",
)
_RULES = (
    ("Tỷ lệ", "", "Điểm tối đa nhân tỷ lệ tử số/mẫu số"),
    ("Đến mục tiêu", "mục tiêu=80%", "Đủ điểm khi tỷ lệ đạt mục tiêu, dưới mục tiêu thì theo tỷ lệ"),
    ("Có/Không", "", "Có: điểm tối đa; Không: 0 điểm"),
    ("Bậc thang", "bậc=50%:0,5/80%:1", "Mỗi bậc là ngưỡng:điểm; đạt bậc nào được điểm bậc đó"),
    (
        "Tuyến tính có sàn",
        "sàn=70%; mục tiêu=100%",
        "Dưới sàn 0 điểm; từ sàn đến mục tiêu tăng đều đến điểm tối đa",
    ),
    (
        "Danh mục kiểm tra",
        "mục=0,5/0,25/0,25",
        "Cộng điểm các mục đã đạt; ghi số thứ tự các mục: 1;3 (không mục nào: 0)",
    ),
    (
        "Thang điểm điều tra",
        "thấp nhất=1; cao nhất=5; đọc=giá trị",
        "Điểm trung bình khảo sát quy đổi trên thang",
    ),
)
_EMPTY_ROWS = 15


def framework_of(known: Record, name: str) -> Framework:
    """The framework that a name such as ``par-2017`` stands for: an index and the first year of a set of criteria.

    Raises
    ------
    UsageError
        When the name is not of that form, or the record has no such index or year.
    """
    match = _FRAMEWORK.fullmatch(name.strip().casefold())
    if match is None:
        raise UsageError(f"no framework is called {name[:60]!r}; write an index and a year, as par-2017.")
    return known.framework(known.require_index(match[1]), int(match[2]))


def map_of(year: int) -> int:
    """The map of provinces that the assessment of a year uses: 34 since 2025."""
    return 34 if year >= _NEW_MAP_FROM else 63


def scorecard_template(known: Record, name: str, province: str = "") -> bytes:
    """An empty scorecard as an .xlsx file: confirmed domains and maxima, and empty rows to fill in.

    Parameters
    ----------
    known
        The record.
    name
        Framework, as ``par-2017``; see :func:`framework_of`.
    province
        Slug of the province, where known.
    """
    framework = framework_of(known, name)
    card = from_framework(framework, map_of(framework.year), province)
    return scorecard_workbook(card, known, name=name, empty_rows=_EMPTY_ROWS)


def scorecard_workbook(card: Scorecard, known: Record, *, name: str = "", empty_rows: int = 0) -> bytes:
    """A scorecard as an .xlsx file that :func:`read_scorecard` reads back.

    Parameters
    ----------
    card
        The scorecard. An illustrative one says so on every sheet, in every printed header and in every row.
    known
        The record, for the names of the index and the provinces.
    name
        Framework, as ``par-2017``; default: index and year.
    empty_rows
        Empty rows below every domain.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = " – ".join(filter(None, [_TITLE, card.notice]))
    sheet: Any = book.active
    sheet.title = SHEET
    index = known.indices.loc[known.require_index(card.index)]
    found = known.provinces(card.frame).get(card.province) if card.province else None
    meta = {
        "framework": name or f"{card.index}-{card.year}",
        "year": card.year,
        "province": found.name_vi if found else "",
    }
    heading = _write_head(sheet, f"{_TITLE} {str(index['title_vi']).upper()}", card.notice, meta)
    last = _write_rows(sheet, heading, card, empty_rows)
    _write_guide(book.create_sheet(GUIDE), card.notice)
    provinces = [p.name_vi for p in known.provinces(card.frame).all]
    ranges = _write_lists(book.create_sheet(LISTS), card.notice, provinces)
    _offer_choices(sheet, heading, last, ranges)
    sheet.freeze_panes = sheet.cell(heading + 1, 3)
    for each in book.worksheets:
        _set_pages(each, card.notice)
    sheet.print_title_rows = f"{heading}:{heading}"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _set_pages(sheet: Any, notice: str) -> None:
    """Landscape, as wide as one page, the notice above and below every printed page."""
    sheet.oddHeader.center.text = notice or None
    sheet.oddFooter.center.text = " ".join(filter(None, [notice, "&P/&N"]))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_head(sheet: Any, title: str, notice: str, meta: Mapping[str, Any]) -> int:
    """Title, notice, what the scorecard is about; the row of the headings."""
    from openpyxl.styles import Alignment, Font, PatternFill

    put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    put(sheet, 2, 1, notice).font = Font(bold=True, size=13, color="B00020")
    for row, (key, label) in enumerate(META.items(), start=3):
        put(sheet, row, 2, label).font = Font(bold=True)
        put(sheet, row, 3, meta[key])
    put(sheet, 6, 2, _NOTE).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[6].height = 110
    heading = 8
    for column, (key, (written, *_)) in enumerate(HEADINGS.items(), start=1):
        cell = put(sheet, heading, column, written)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6ECF0")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[letters(column)].width = _WIDTHS.get(key, 14)
    return heading


def _write_rows(sheet: Any, heading: int, card: Scorecard, empty_rows: int) -> int:
    """The rows of the scorecard, the total last; the last row."""
    rows = card.rows.set_index("indicator", drop=False)
    domains = card.framework.split_children(ROOT)
    at = heading
    for domain in domains:
        for node in card.framework.walk(domain):
            at += 1
            _write_row(sheet, at, rows.loc[node], bold=node == domain)
        for _ in range(empty_rows):
            at += 1
            _write_row(sheet, at, None)
    at += 1
    rows.loc[ROOT, "name_vi"] = "Tổng cộng"
    _write_row(sheet, at, rows.loc[ROOT], bold=True)
    return at


def _write_row(sheet: Any, at: int, row: pd.Series | None, *, bold: bool = False) -> None:
    from openpyxl.styles import Alignment, Font

    for column, key in enumerate(HEADINGS, start=1):
        cell = put(sheet, at, column, None if row is None else _cell_of(row, key))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
        if key in ("number", "items", "rule_parameters"):
            cell.number_format = "@"  # or 1.10 would become 1.1


def _cell_of(row: pd.Series, key: str) -> Any:
    if key == "not_applicable":
        return "" if row["applicable"] else _WORDS[key]["yes"]
    value = row[key]
    if key in _WORDS and isinstance(value, str):
        return _WORDS[key].get(value, "")
    return _parameters_out(value) if key == "rule_parameters" and isinstance(value, str) else value


def _write_guide(sheet: Any, notice: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 40
    sheet.column_dimensions["C"].width = 80
    put(sheet, 1, 1, notice).font = Font(bold=True, color="B00020")
    put(sheet, 2, 1, "Cách điền bảng chấm điểm").font = Font(bold=True, size=13)
    lines = [(text, "", "") for text in _GUIDE]
    table = [("Quy tắc tính điểm", "Tham số quy tắc (ví dụ)", "Cách tính"), *_RULES]
    for at, line in enumerate([*lines, ("", "", ""), *table], start=3):
        for column, text in enumerate(line, start=1):
            cell = put(sheet, at, column, text)
            cell.alignment = Alignment(wrap_text=bool(line[2]), vertical="top")
            cell.font = Font(bold=line == table[0])


def _write_lists(sheet: Any, notice: str, provinces: Sequence[str]) -> dict[str, str]:
    """Words that cells may take; the range of each list."""
    put(sheet, 1, 1, notice)
    lists = {key: list(words.values()) for key, words in _WORDS.items()} | {"province": list(provinces)}
    ranges = {}
    for column, (key, words) in enumerate(lists.items(), start=1):
        for at, word in enumerate(words, start=2):
            put(sheet, at, column, word)
        letter = letters(column)
        ranges[key] = f"'{LISTS}'!${letter}$2:${letter}${len(words) + 1}"
    return ranges


def _offer_choices(sheet: Any, heading: int, last: int, ranges: Mapping[str, str]) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    columns = {key: letters(place) for place, key in enumerate(HEADINGS, start=1)}
    room = last + 200  # rows that are added at the end offer the lists too
    for key, source in ranges.items():
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.error = "Chọn một giá trị trong danh mục."
        place = list(META).index("province") + 3
        rule.add(f"C{place}" if key == "province" else f"{columns[key]}{heading + 1}:{columns[key]}{room}")
        sheet.add_data_validation(rule)
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.error, rule.showErrorMessage = "Nhập điểm là một số từ 0 trở lên.", True
    for key in _POINTS:
        rule.add(f"{columns[key]}{heading + 1}:{columns[key]}{room}")
    sheet.add_data_validation(rule)


# --- reading ---------------------------------------------------------------------------------------


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
        there twice or without the row above it, a cell that is not what its column holds, points above the maximum,
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
    return any(marker in fold(text) for text in texts if isinstance(text, str) for marker in _MARKERS)


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
    if not any(key in columns for key in (*ENTERED, *_EVIDENCE)):
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
        match = _FRAMEWORK.fullmatch(name.casefold())
        if match is None or match[1] not in known.indices.index:
            sheet.refuse(
                *place, quoted(name), f"an index and a year, as par-2017 ({', '.join(known.indices.index)})"
            )
        self.index = match[1]
        place, text = self._find("year", "a year")
        if not re.fullmatch(r"20[0-9]{2}", text):
            sheet.refuse(*place, quoted(text), "a year from 2000 to 2099", "Correct the cell.")
        self.year = int(text)
        self.frame = map_of(self.year)
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
    for at in range(heading + 1, sheet.rows + 1):
        if all(sheet.blank(at, column) for key, column in columns.items() if key != "basis"):
            continue
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
        if key in _POINTS or key in _EVIDENCE:
            row[key], inapplicable = _figure(sheet, at, column, key)
            if inapplicable:
                row["not_applicable"] = "yes"
        elif key in _WORDS:
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
        if key != "max_score" and word == fold(_WORDS["not_applicable"]["yes"]):
            return None, True
        if key == "numerator" and word in _YES_NO:
            return _YES_NO[word], False
        if key in _EVIDENCE and _THOUSANDS.fullmatch(value.replace(" ", "")):
            sheet.refuse(
                at,
                column,
                f"{quoted(value)} written as text",
                "a number",
                "Is it thousands or decimals? Type it as a number.",
            )
    wanted = "points" if key in _POINTS else "a number of cases, or a value"
    if sheet.cell(at, column).percent or (isinstance(value, str) and "%" in value):
        remedy = (
            "Enter points."
            if key in _POINTS
            else "Enter the cases, or the per cent over a denominator of 100."
        )
        sheet.refuse(at, column, f"{value} in per cent", wanted, remedy)
    return sheet.number(at, column, expected=wanted), False


def _choice(sheet: Sheet, at: int, column: int, key: str) -> str | None:
    text = sheet.text(at, column)
    if not text:
        return None
    known = {fold(word): value for value, word in _WORDS[key].items()} | {
        fold(value): value for value in _WORDS[key]
    }
    known |= _ALSO.get(key, {})
    value = known.get(fold(text))
    if value is None:
        offered = ", ".join(_WORDS[key].values())
        sheet.refuse(
            at, column, quoted(text), f"one of: {offered}", "Choose from the list, or clear the cell."
        )
    return value


def _parameters_in(sheet: Sheet, at: int, column: int) -> str | None:
    """The parameters in the words of :func:`parlib.rules.make_rule`."""
    text = sheet.text(at, column)
    names = {fold(word): name for name, word in _PARAMETERS.items()}
    values = {fold(word): value for value, word in _PARAMETER_WORDS.items()}
    out = []
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, value = pair.partition("=")
        out.append(
            f"{names.get(fold(name), name.strip())}{equals}{values.get(fold(value), value.strip().replace(',', '.'))}"
        )
    return "; ".join(out) or None


def _parameters_out(text: str) -> str:
    """The parameters in Vietnamese words, with decimal commas."""
    out = []
    for pair in text.split(";"):
        name, equals, value = (part.strip() for part in pair.partition("="))
        shown = _PARAMETER_WORDS.get(value, value.replace(".", ","))
        out.append(f"{_PARAMETERS.get(name, name)}{equals}{shown}")
    return "; ".join(out)


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
