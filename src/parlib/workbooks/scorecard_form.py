"""The scorecard as a form (bảng chấm điểm) that an office fills in; :mod:`parlib.workbooks.scorecard` reads it back.

The form is Vietnamese, as the offices that fill it in work. It holds what is confirmed and nothing else: domains with
their maxima, and empty rows below them. Columns may be moved, and rows added or left empty; a heading is found by its
words (:data:`HEADINGS`), never by its place or by likeness.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from parlib.datasets import Record
from parlib.errors import UsageError, quoted
from parlib.frameworks import ROOT, Framework
from parlib.provinces import frame_in
from parlib.scorecards import (
    ENTERED,
    ILLUSTRATIVE,
    SELF_ASSESSED,
    Scorecard,
    from_framework,
)
from parlib.workbooks._reading import letters
from parlib.workbooks._writing import ROOM_TO_FILL_IN, put, put_head, put_mark, saved, set_pages

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

POINTS = ("max_score", *ENTERED)
EVIDENCE = ("numerator", "denominator")
"""Columns that hold numbers."""
WORDS: Mapping[str, Mapping[str, str]] = {
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
PARAMETERS = {
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
"""Names of the parameters of rules."""
PARAMETER_WORDS = {
    "share": "tỷ lệ",
    "value": "giá trị",
    "yes": "có",
    "no": "không",
    "full": "điểm tối đa",
    "zero": "0 điểm",
    "missing": "không có điểm",
}
"""Words that parameters take as values."""
FRAMEWORK_NAME = re.compile(r"([a-z0-9_]+)-([0-9]{4})")
"""An index and the first year of a set of criteria, as ``par-2017``."""

_WIDTHS = {
    "number": 9,
    "name_vi": 58,
    "reason": 36,
    "documents": 36,
    "agency": 24,
    "rule_parameters": 30,
    "note": 30,
}

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
_META_ROW = 3  # the first of the lines that say what the scorecard is about


def framework_of(known: Record, name: str) -> Framework:
    """The framework that a name such as ``par-2017`` stands for: an index and the first year of a set of criteria.

    Raises
    ------
    UsageError
        When the name is not of that form, or the record has no such index or year.
    """
    match = FRAMEWORK_NAME.fullmatch(name.strip().casefold())
    if match is None:
        raise UsageError(f"no framework is called {quoted(name)}; write an index and a year, as par-2017.")
    return known.framework(known.require_index(match[1]), int(match[2]))


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
    card = from_framework(framework, frame_in(framework.year, known.frames), province)
    return scorecard_workbook(card, known, name=name, empty_rows=_EMPTY_ROWS)


def scorecard_workbook(card: Scorecard, known: Record, *, name: str = "", empty_rows: int = 0) -> bytes:
    """A scorecard as an .xlsx file that :func:`parlib.workbooks.scorecard.read_scorecard` reads back.

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
        set_pages(each, card.notice)
    sheet.print_title_rows = f"{heading}:{heading}"
    return saved(book, dt.date.fromisoformat(known.as_of))


def _write_head(sheet: Any, title: str, notice: str, meta: Mapping[str, Any]) -> int:
    """Title, notice, what the scorecard is about; the row of the headings."""
    from openpyxl.styles import Alignment, Font

    put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    put_mark(sheet, 2, 1, notice, size=13)
    for row, (key, label) in enumerate(META.items(), start=_META_ROW):
        put(sheet, row, 2, label).font = Font(bold=True)
        put(sheet, row, 3, meta[key])
    put(sheet, 6, 2, _NOTE).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.row_dimensions[6].height = 110
    heading = 8
    for column, (key, (written, *_)) in enumerate(HEADINGS.items(), start=1):
        cell = put_head(sheet, heading, column, written)
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
        return "" if row["applicable"] else WORDS[key]["yes"]
    value = row[key]
    if key in WORDS and isinstance(value, str):
        return WORDS[key].get(value, "")
    return _parameters_out(value) if key == "rule_parameters" and isinstance(value, str) else value


def _write_guide(sheet: Any, notice: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 40
    sheet.column_dimensions["C"].width = 80
    put_mark(sheet, 1, 1, notice)
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
    lists = {key: list(words.values()) for key, words in WORDS.items()} | {"province": list(provinces)}
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
    room = last + ROOM_TO_FILL_IN
    for key, source in ranges.items():
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.error = "Chọn một giá trị trong danh mục."
        place = _META_ROW + list(META).index("province")
        rule.add(f"C{place}" if key == "province" else f"{columns[key]}{heading + 1}:{columns[key]}{room}")
        sheet.add_data_validation(rule)
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.error, rule.showErrorMessage = "Nhập điểm là một số từ 0 trở lên.", True
    for key in POINTS:
        rule.add(f"{columns[key]}{heading + 1}:{columns[key]}{room}")
    sheet.add_data_validation(rule)


def _parameters_out(text: str) -> str:
    """The parameters in Vietnamese words, with decimal commas."""
    out = []
    for pair in text.split(";"):
        name, equals, value = (part.strip() for part in pair.partition("="))
        shown = PARAMETER_WORDS.get(value, value.replace(".", ","))
        out.append(f"{PARAMETERS.get(name, name)}{equals}{shown}")
    return "; ".join(out)
