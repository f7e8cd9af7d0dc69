"""Result tables of the PAR INDEX (and of SIPAS): provinces by total, parts and domains, and whole panels.

A table is recognised by its headings, looked up in an explicit list of Vietnamese and English names (:data:`HEADINGS`);
nothing is matched by likeness. Two public panels are known by their columns (:data:`PANELS`): ministries stand among
their units and are set aside and counted.

Points or per cent is decided by the heading where it says so (``(%)``, ``(điểm)``), else by the maximum: a domain whose
values exceed its maximum can only be per cent. Where the maximum is not known and the heading silent, the column is
refused until ``unit`` says which it is.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

import pandas as pd

from parlib.checks.figures import PERCENT, check_monotonicity, check_percentages, check_ranks, check_sums
from parlib.checks.finding import Finding, FindingValue, Named, from_error
from parlib.checks.reading import (
    SET_ASIDE,
    FrameworkOf,
    LeftOut,
    Reading,
    ReadSheet,
    Renamed,
    frame_of_names,
    scores_frame,
)
from parlib.errors import DataError, Place, UsageError, nearest, quoted
from parlib.frameworks import MAIN, ROOT, SCALE_ROUNDING, Framework
from parlib.provinces import Province, Provinces, fold
from parlib.workbooks._reading import Sheet, open_workbook, parse_number

Unit: TypeAlias = Literal["points", "percent"]
NO_DATA: Final = frozenset({"na", "n/a", "-", "–", "—", ".", "..", "…", "kcdl", "không có", "chưa công bố"})
_ROUNDING: Final = 0.005  # figures are printed with two decimals

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "province": (
        *(
            "Tỉnh",
            "Tỉnh/thành phố",
            "Tỉnh, thành phố",
            "Các tỉnh, thành phố",
            "Tên tỉnh",
            "Tên tỉnh/thành phố",
        ),
        *("Tỉnh, thành phố trực thuộc trung ương", "Địa phương", "Tên địa phương", "Đơn vị", "Tên đơn vị"),
        *("Province", "Provinces", "Province/city", "Province name", "Name", "Unit", "unit_name", "geo_name"),
    ),
    "rank": (
        *("Xếp hạng", "Thứ hạng", "Hạng", "Vị thứ", "Vị trí xếp hạng", "Xếp thứ", "Xếp hạng PAR INDEX"),
        *("Xếp hạng chỉ số CCHC", "Xếp hạng SIPAS", "Rank", "Ranking", "par_rank", "sipas_rank"),
    ),
    "year": ("Năm", "Year"),
    "code": ("Mã", "Mã tỉnh", "Mã đơn vị", "Mã GSO", "Code", "GSO code", "unit_code", "geo_code"),
    "type": ("Loại đơn vị", "Unit type", "unit_type"),
    "ignored": (
        "STT",
        "TT",
        "Số TT",
        "No",
        "No.",
        "#",
        "Ghi chú",
        "Note",
        "ranked",
        "geo_short",
        "geo_system",
    ),
    "RESULT": (
        *(
            "score_moha",
            "Điểm thẩm định",
            "Thẩm định",
            "Kết quả thẩm định",
            "Điểm đánh giá kết quả thực hiện",
        ),
        *("Điểm Bộ Nội vụ chấm", "Điểm kết quả", "Result", "Results", "Appraisal", "Appraised points"),
    ),
    "SURVEY": (
        *(
            "score_survey",
            "Điều tra xã hội học",
            "Điểm điều tra xã hội học",
            "Điểm ĐTXHH",
            "ĐTXHH",
            "Điểm điều tra",
        ),
        *("Survey", "Sociological survey", "Survey points"),
    ),
    "IMPACT": ("Tác động", "Điểm tác động", "Điểm đánh giá tác động", "Impact", "Impact points"),
    "SIPAS_PART": ("Điểm SIPAS", "Điểm chỉ số hài lòng", "SIPAS points", "SIPAS part"),
    "LEADER_SURVEY": (
        *("Điểm khảo sát lãnh đạo", "Khảo sát lãnh đạo, quản lý", "Điều tra lãnh đạo, quản lý"),
        *("Leader survey", "Leaders' survey"),
    ),
    "SOCIOECON": (
        *("Tác động đến phát triển KT-XH", "Điểm KT-XH", "KT-XH", "Phát triển kinh tế - xã hội"),
        *("Socio-economic impact", "Socio-economic development"),
    ),
    "D1": (
        "Công tác chỉ đạo điều hành",
        "Công tác chỉ đạo, điều hành CCHC",
        "Chỉ đạo, điều hành CCHC",
        "Steering",
    ),
    "D2": ("Xây dựng và tổ chức thực hiện VBQPPL", "Thể chế", "Cải cách thể chế", "Institutional reform"),
    "D3": ("Cải cách TTHC", "Thủ tục hành chính", "Cải cách thủ tục hành chính", "Administrative procedures"),
    "D4": ("Tổ chức bộ máy", "Cải cách tổ chức bộ máy", "Cải cách tổ chức bộ máy hành chính", "Organisation"),
    "D5": (
        "Cải cách chế độ công vụ",
        "Công vụ",
        "Đội ngũ CBCCVC",
        "Đội ngũ cán bộ, công chức",
        "Civil service",
    ),
    "D6": ("Cải cách tài chính công", "Tài chính công", "Public finance"),
    "D7": (
        *("Hiện đại hóa hành chính", "Hiện đại hoá hành chính", "Chính quyền điện tử, chính quyền số"),
        *("Xây dựng và phát triển chính quyền điện tử, chính quyền số", "Modernisation", "E-government"),
    ),
    "D8": ("Tác động của CCHC", "Tác động của cải cách hành chính", "Tác động CCHC", "Impact of reform"),
}
"""Headings by what they stand for; compared without case, diacritics, spaces and punctuation."""

TOTALS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        *("Chỉ số", "Kết quả chỉ số", "Giá trị chỉ số", "Tổng điểm", "Tổng số điểm", "Tổng điểm đạt được"),
        *("Tổng cộng", "Tổng", "Điểm", "Điểm số", "Kết quả", "Total", "Total score", "Score", "Index"),
    ),
    "par": (
        *(
            "PAR INDEX",
            "par_index",
            "Chỉ số PAR INDEX",
            "Điểm PAR INDEX",
            "Chỉ số CCHC",
            "Kết quả chỉ số CCHC",
        ),
        *("Chỉ số cải cách hành chính", "Kết quả chỉ số cải cách hành chính"),
    ),
    "sipas": ("SIPAS", "sipas_index", "Chỉ số SIPAS", "Chỉ số hài lòng"),
    "pci": ("PCI", "Chỉ số PCI", "Điểm PCI"),
}
"""Headings of the total: those of every index, and those of one."""

PROVINCE_KINDS: Final = (
    "province",
    "provinces",
    "provincial",
    "city",
    "local",
    "tỉnh",
    "tỉnh/thành phố",
    "địa phương",
)
MINISTRY_KINDS: Final = (
    *("ministry", "ministries", "ministerial", "agency", "central", "bộ", "bộ, ngành", "cơ quan ngang bộ"),
    "trung ương",
)
_PROVINCE_TYPES: Final = frozenset(fold(kind) for kind in PROVINCE_KINDS)
_MINISTRY_TYPES: Final = frozenset(fold(kind) for kind in MINISTRY_KINDS)
_MINISTRIES: Final = (
    *(
        "bộ ",
        "ngân hàng nhà nước",
        "thanh tra chính phủ",
        "ủy ban dân tộc",
        "uỷ ban dân tộc",
        "văn phòng chính phủ",
    ),
    *(
        "bảo hiểm xã hội",
        "ban quản lý lăng",
        "bo ",
        "ngan hang nha nuoc",
        "thanh tra chinh phu",
        "uy ban dan toc",
    ),
    *("van phong chinh phu", "bao hiem xa hoi", "ministry", "state bank", "government inspectorate"),
    *("committee for ethnic", "government office", "vietnam social security", "viet nam social security"),
)
_SUMMARY: Final = frozenset(
    {"trungbinh", "trungbinhcanuoc", "canuoc", "toanquoc", "average", "mean", "tong", "tongcong"}
)


@dataclass(frozen=True)
class Panel:
    """A table of several years that is known by its columns.

    Attributes
    ----------
    name
        What its publisher calls it.
    index
        Index of its figures.
    columns
        All its columns in their order; a file is this panel if it has every one. In another order it is refused:
        headings exchanged over the figures of two parts would not show in any sum.
    """

    name: str
    index: str
    columns: tuple[str, ...]


PANELS: Final = (
    Panel(
        "vn-par-master",
        "par",
        (
            *("year", "unit_type", "unit_code", "unit_name", "par_index", "par_rank", "ranked"),
            *("score_moha", "score_survey"),
        ),
    ),
    Panel(
        "vn-sipas-provincial",
        "sipas",
        ("year", "geo_code", "geo_name", "geo_short", "geo_system", "sipas_rank", "sipas_index"),
    ),
)


@dataclass
class _Column:
    at: int
    text: str
    role: str
    unit: Unit | None


@dataclass
class _Head:
    """The headings of a table, and which index they are about."""

    row: int
    columns: list[_Column]
    index: str
    panel: Panel | None


@dataclass
class _Line:
    """One row of figures that belongs to a province."""

    row: int
    year: int
    province: str
    figures: dict[str, tuple[float, Place]] = field(default_factory=dict)
    rank: int | None = None
    rank_place: Place | None = None


def read_par(
    path: Path,
    year: int | None,
    books: Mapping[int, Provinces],
    framework_of: FrameworkOf,
    *,
    index: str = "par",
    unit: Unit | None = None,
    set_aside: bool = False,
) -> Reading:
    """Read a table of results, or a panel.

    Parameters
    ----------
    path
        ``.xlsx`` or CSV.
    year
        Year that a table describes; needed unless the table has a column of years, of which it then picks one.
    books
        Provinces by frame.
    framework_of
        Tree of an index in a year.
    index
        Index of a plain table; a panel says its own.
    unit
        Points or per cent, for domain columns whose heading and maximum do not tell.
    set_aside
        Whether provinces whose figures contradict each other are set aside instead of refusing the file.

    Returns
    -------
    Reading
        Scores with places. Rows of provinces set aside carry :data:`~parlib.checks.reading.SET_ASIDE`.

    Raises
    ------
    DataError
        When the file cannot be opened, or holds no such table.
    UsageError
        When ``year`` is needed and missing.
    """
    book = open_workbook(path)
    tables = [(sheet, found) for sheet in book for found in [_find_head(sheet, index)] if found is not None]
    if not tables:
        raise DataError(
            Place(book.file),
            "no row of headings with a province and a score",
            "a table such as: Tỉnh/thành phố | PAR INDEX | Xếp hạng",
            "The headings understood are listed in docs/data.md.",
        )
    sheet, head = max(tables, key=lambda item: item[0].rows * len(item[1].columns))
    reader = _Reader(sheet, head, year, books, framework_of, unit)
    reading = reader.read()
    for other in book:
        if other is not sheet and other.rows:
            title = other.title or book.file
            reading.left_out.append(LeftOut(other.place(), title, "only the largest table of a file is read"))
    if not reading.refused:
        _check(reading, reader.index, books, framework_of, set_aside)
    return reading


def _find_head(sheet: Sheet, index: str) -> _Head | None:
    """The row of headings: the first of the top 20 with a province (or a code) and a score or rank."""
    for row in range(1, min(sheet.rows, 20) + 1):
        texts = {
            at: value
            for at in range(1, sheet.columns + 1)
            if isinstance(value := sheet.cell(row, at).value, str) and value
        }
        panel = next((panel for panel in PANELS if set(panel.columns) <= set(texts.values())), None)
        known = _roles(panel.index if panel else index)
        columns = [_Column(at, text, *_role(text, known)) for at, text in texts.items()]
        roles = {column.role for column in columns}
        if roles & {"province", "code"} and roles & {ROOT, "rank"}:
            return _Head(row, columns, panel.index if panel else index, panel)
    return None


_ROLES: Final = {fold(name): role for role, names in HEADINGS.items() for name in names}


def _roles(index: str) -> dict[str, str]:
    totals = (*TOTALS[""], *TOTALS.get(index, ()))
    return _ROLES | {fold(name): ROOT for name in totals}


_DOMAIN: Final = re.compile(
    r"^(?:lĩnh vực|linh vuc|lv|domain|d)?\s*([1-9])\s*(?:[.:)\-–]\s*(\D.*))?$", re.IGNORECASE
)
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)\s*$")


def _role(text: str, known: Mapping[str, str]) -> tuple[str, Unit | None]:
    """What a heading stands for (empty if unknown), and the unit that it states."""
    unit: Unit | None = None
    plain = text
    bracket = _IN_BRACKETS.search(text)
    said = bracket[1].strip().casefold() if bracket else ""
    if said in ("%", "tỷ lệ %", "tỉ lệ %", "per cent", "percent") or text.rstrip().endswith("%"):
        unit = "percent"
    elif said in ("điểm", "points", "point", "diem"):
        unit = "points"
    if unit is not None:
        plain = (text[: bracket.start()] if bracket else text).rstrip("% ").strip()
    return known.get(fold(plain), ""), unit


class _Reader:
    """One pass over a table."""

    def __init__(
        self,
        sheet: Sheet,
        head: _Head,
        year: int | None,
        books: Mapping[int, Provinces],
        framework_of: FrameworkOf,
        unit: Unit | None,
    ) -> None:
        self.sheet, self.head, self.columns, self.year = sheet, head.row, head.columns, year
        self.books, self.framework_of, self.unit = books, framework_of, unit
        self.panel, self.index = head.panel, head.index
        self.out = Reading(sheet.file, 63, scores_frame([]))
        self.ministries = 0

    def fault(self, place: Place, found: str, expected: str, remedy: str = "") -> None:
        self.out.findings.append(from_error(DataError(place, found, expected, remedy)))

    def read(self) -> Reading:
        self._check_order()
        if self.panel is None and self.year is None and not self._columns("year"):
            raise UsageError(
                f"{self.sheet.file} has no column of years; say which year it describes with --year."
            )
        lines = self._lines(self._years())
        self._resolve_columns(sorted({line.year for line in lines}))
        self._read_figures(lines)
        self._units(lines)
        self._collect(lines)
        return self.out

    def _check_order(self) -> None:
        """A panel's columns stand as published; see :attr:`Panel.columns`."""
        if self.panel is None:
            return
        found = [column.text for column in self.columns if column.text in self.panel.columns]
        for text, expected in zip(found, self.panel.columns, strict=False):
            if text != expected:
                at = next(column.at for column in self.columns if column.text == text)
                self.fault(
                    self.sheet.place(self.head, at),
                    quoted(text),
                    f"{quoted(expected)}: the columns of {self.panel.name} in their order",
                    "Put the columns back into the publisher's order.",
                )
                return

    def _columns(self, role: str) -> list[_Column]:
        return [column for column in self.columns if column.role == role]

    def _years(self) -> dict[int, int]:
        """Year of every row below the headings."""
        column = next(iter(self._columns("year")), None)
        out: dict[int, int] = {}
        for row in range(self.head + 1, self.sheet.rows + 1):
            if self.sheet.blank_row(row):
                continue
            if column is None:
                out[row] = self.year or 0
                continue
            try:
                value = self.sheet.number(row, column.at, expected="a year")
            except DataError as error:
                self.out.findings.append(from_error(error))
                continue
            if value is None or value != int(value) or not 2000 <= value <= 2100:
                found = "an empty cell" if value is None else f"{value:g}"
                self.fault(
                    self.sheet.place(row, column.at), found, "a year such as 2024", "Correct the year."
                )
            elif self.year is None or int(value) == self.year:
                out[row] = int(value)
        return out

    # Who

    def _lines(self, years: Mapping[int, int]) -> list[_Line]:
        names, codes, types = self._columns("province"), self._columns("code"), self._columns("type")
        written = {row: self._text(row, names) for row in years}
        latest = max(years.values(), default=self.year or 0)
        self.out.frame = frame_of_names(written.values(), self.books, latest)
        out: list[_Line] = []
        seen: dict[tuple[int, str], int] = {}
        for row, year in years.items():
            province = self._province(
                row, written[row], self._text(row, codes), self._text(row, types), names or codes
            )
            if province is None:
                continue
            place = self.sheet.place(row, (names or codes)[0].at)
            first = seen.setdefault((year, province.slug), row)
            if first != row:
                self.fault(
                    place,
                    f"{province.name_en} {year}, which already stands in row {first}",
                    "every province once a year",
                    "Remove one of the two rows.",
                )
                continue
            if written[row] and written[row] not in (province.name_vi, province.name_en):
                self.out.renamed.append(Renamed(place, written[row], province.slug, "table of spellings"))
            out.append(_Line(row, year, province.slug))
        if self.ministries:
            place, title = self.sheet.place(), self.sheet.title or self.sheet.file
            self.out.left_out.append(
                LeftOut(place, title, "ministries and agencies, not provinces", self.ministries)
            )
        return out

    def _text(self, row: int, columns: Sequence[_Column]) -> str:
        for column in columns:
            try:
                return self.sheet.text(row, column.at)
            except DataError as error:
                self.out.findings.append(from_error(error))
        return ""

    def _province(
        self, row: int, name: str, code: str, kind: str, columns: Sequence[_Column]
    ) -> Province | None:
        """The province of a row; ``None`` for a ministry, a summary, a note, or a fault."""
        book = self.books[self.out.frame]
        place = self.sheet.place(row, columns[0].at)
        if fold(kind) in _MINISTRY_TYPES or (not kind and name.casefold().startswith(_MINISTRIES)):
            self.ministries += 1
            return None
        by_name = book.get(name) if name else None
        by_code = book.get(code) if code.isdigit() else None
        if by_name and by_code and by_name != by_code:
            self.fault(
                place,
                f"{quoted(name)} with the code {code}, which is {by_code.name_en}",
                f"{by_name.name_en} with its code {by_name.gso_code}",
                "Correct the name or the code.",
            )
            return None
        found = by_name or (by_code if not name else None)
        if found is not None:
            return found
        if fold(name) in _SUMMARY:
            self.out.left_out.append(LeftOut(place, name, "a summary row, not a province"))
            return None
        if kind and fold(kind) not in _PROVINCE_TYPES:
            expected = f"a kind of unit: {', '.join((*PROVINCE_KINDS, *MINISTRY_KINDS))}"
            self.fault(place, f"{quoted(name)}, of the kind {quoted(kind)}", expected, "Correct the kind.")
            return None
        if not any(self._has_figure(row, column) for column in self.columns if column.role in (ROOT, "rank")):
            self.out.left_out.append(LeftOut(place, name or "no name", "a row without figures"))
            return None
        known = [text for p in book.all for text in (p.name_vi, p.name_en)]
        said = quoted(name) if name else "figures without a province"
        hint = nearest(name, known) if name else ""
        self.fault(place, said, f"one of the {self.out.frame} provinces", f"Correct the name.{hint}")
        return None

    def _has_figure(self, row: int, column: _Column) -> bool:
        problem = self.sheet.cell(row, column.at).problem
        return problem is not None or self.sheet.holds_number(row, column.at)

    # What

    def _resolve_columns(self, years: Sequence[int]) -> None:
        """Give every column its indicator, by the frameworks of the years concerned."""
        frameworks = [self.framework_of(self.index, year) for year in years]
        names = {
            fold(str(row[f"name_{lang}"])): str(row["indicator"])
            for framework in frameworks
            for row in framework.table.to_dict("records")
            for lang in ("vi", "en")
            if row["split"] == MAIN and row["indicator"] != ROOT
        }
        aliases = {
            fold(name): role for role, known in HEADINGS.items() if role.startswith("D") for name in known
        }
        kept: list[_Column] = []
        taken: dict[str, _Column] = {}
        for column in self.columns:
            column.role = column.role or self._domain(column, names | aliases)
            if not column.role:
                if any(self._has_figure(row, column) for row in range(self.head + 1, self.sheet.rows + 1)):
                    place = self.sheet.place(self.head, column.at)
                    self.out.left_out.append(LeftOut(place, column.text, "a heading that is not known"))
                continue
            other = taken.get(column.role) if column.role != "ignored" else None
            if other is not None and other.unit == column.unit:
                self.fault(
                    self.sheet.place(self.head, column.at),
                    f"{quoted(column.text)}, which means the same as {quoted(other.text)}",
                    "one column for each figure",
                    "Remove or rename one of the two.",
                )
                continue
            taken[column.role] = column
            kept.append(column)
        self.columns = kept
        domains = [column for column in kept if column.role.startswith("D")]
        for before, after in itertools.pairwise(domains):
            if after.role < before.role and after.unit == before.unit:
                self.fault(
                    self.sheet.place(self.head, after.at),
                    f"{quoted(after.text)} after a later heading",
                    "headings in the order of their numbers",
                    "Put the columns back into the publisher's order.",
                )

    def _domain(self, column: _Column, names: Mapping[str, str]) -> str:
        """The domain of a heading: by number, by name, or by both, which must then agree."""
        plain = _IN_BRACKETS.sub("", column.text).rstrip("% ").strip() if column.unit else column.text
        match = _DOMAIN.match(plain)
        if match is None:
            return names.get(fold(plain), "")
        code = f"D{match[1]}"
        if match[2] and names.get(fold(match[2]), code) != code:
            self.fault(
                self.sheet.place(self.head, column.at),
                f"{quoted(column.text)}, the name of {names[fold(match[2])]}",
                f"number {match[1]} with its own name",
                "Number and name contradict each other; check with the source.",
            )
            return ""
        return code

    def _read_figures(self, lines: Sequence[_Line]) -> None:
        for line in lines:
            for column in self.columns:
                if column.role in ("province", "code", "type", "year", "ignored"):
                    continue
                place = self.sheet.place(line.row, column.at)
                try:
                    if column.role == "rank":
                        self._read_rank(line, column, place)
                        continue
                    value = self.sheet.number(line.row, column.at, missing=NO_DATA)
                except DataError as error:
                    self.out.findings.append(from_error(error))
                    continue
                if value is not None:
                    if self.sheet.cell(line.row, column.at).percent and column.unit is None:
                        column.unit = "percent"
                    line.figures[f"{column.role}|{column.at}"] = value, place

    def _read_rank(self, line: _Line, column: _Column, place: Place) -> None:
        text = self.sheet.text(line.row, column.at).strip()
        if not text or text.casefold() in NO_DATA:
            return
        number = parse_number(text.partition("/")[0])
        size = len(self.books[self.out.frame])
        if number is None or number != int(number) or not 1 <= number <= size:
            self.fault(place, quoted(text), f"a rank from 1 to {size}", "Correct the rank.")
            return
        line.rank, line.rank_place = int(number), place

    # In which unit

    def _units(self, lines: Sequence[_Line]) -> None:
        """Decide points or per cent for every domain whose heading does not say which."""
        for column in self.columns:
            if not column.role.startswith("D") or column.unit is not None:
                continue
            key = f"{column.role}|{column.at}"
            years = {line.year for line in lines if key in line.figures}
            maxima = [self._maximum(year, column.role) for year in years]
            values = [line.figures[key][0] for line in lines if key in line.figures]
            if self.unit is not None:
                column.unit = self.unit
            elif values and all(known == known for known in maxima) and max(values) > max(maxima) + _ROUNDING:
                column.unit = "percent"
                rule = "values above the maximum in points can only be per cent"
                place = self.sheet.place(self.head, column.at)
                self.out.renamed.append(Renamed(place, column.text, f"{column.role}{PERCENT}", rule))
            elif values and all(known == known for known in maxima):
                column.unit = "points"
            elif values:
                self.fault(
                    self.sheet.place(self.head, column.at),
                    f"{quoted(column.text)} without a unit, and its maximum is not known",
                    "points or per cent",
                    "Write (điểm) or (%) after the heading, or use --unit.",
                )

    def _maximum(self, year: int, code: str) -> float:
        framework = self.framework_of(self.index, year)
        return framework.max_score(code) if code in framework else float("nan")

    # Out

    def _collect(self, lines: Sequence[_Line]) -> None:
        """Scores, ranks and the account out of what was read."""
        rows: list[dict[str, object]] = []
        places: dict[object, Place] = {}
        skipped: Counter[tuple[str, str]] = Counter()
        for line in lines:
            figures = self._figures(line, skipped)
            if ROOT not in figures and line.rank is not None:
                figures[ROOT] = float("nan"), line.rank_place or self.sheet.place(line.row)
            for code, (value, place) in figures.items():
                places[len(rows)] = place
                rows.append(
                    {
                        "index": self.index,
                        "year": line.year,
                        "date": None,
                        "frame": self.out.frame,
                        "province": line.province,
                        "indicator": code,
                        "score": value,
                        "published_rank": line.rank if code == ROOT else None,
                        "basis": "published",
                    }
                )
        for (what, reason), count in skipped.items():
            self.out.left_out.append(LeftOut(self.sheet.place(self.head), what, reason, count))
        self.out.scores, self.out.places = scores_frame(rows), places
        years = sorted({line.year for line in lines})
        span = f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years))
        kind = f"{self.panel.name} {span}" if self.panel else span
        self.out.read.append(
            ReadSheet(self.sheet.title or self.sheet.file, kind, len(lines), len(self.columns))
        )
        if not rows and not self.out.refused:
            year = f" of {self.year}" if self.year else ""
            self.fault(
                self.sheet.place(), f"no figures{year} of provinces", "at least one", "Check the year."
            )

    def _figures(self, line: _Line, skipped: Counter[tuple[str, str]]) -> dict[str, tuple[float, Place]]:
        """The figures of a row by indicator; those that the framework of its year lacks are counted as skipped."""
        framework = self.framework_of(self.index, line.year)
        figures: dict[str, tuple[float, Place]] = {}
        for column in self.columns:
            figure = line.figures.get(f"{column.role}|{column.at}")
            if figure is None:
                continue
            value, place = figure
            code = column.role
            if column.unit == "percent" and code.startswith("D"):
                code += PERCENT
            if code not in framework:
                skipped[column.text, f"{line.year} has no {code} in {self.index}/framework.csv"] += 1
                continue
            self._check_scale(framework, code, value, place, column)
            known, _ = figures.setdefault(code, figure)
            if abs(known - value) > _ROUNDING:
                self.fault(place, f"{value:g}", f"{known:g}, as in another column", "Correct one.")
        return figures

    def _check_scale(
        self, framework: Framework, code: str, value: float, place: Place, column: _Column
    ) -> None:
        low, high = framework.scale(code)
        if value < low - SCALE_ROUNDING or value > high + SCALE_ROUNDING:
            values: dict[str, FindingValue] = {
                "heading": column.text,
                "found": value,
                "low": low,
                "high": high,
            }
            self.out.findings.append(
                Finding(
                    "error", "ranges", "ranges.scale", place, f"{value:g}", f"{low:g} to {high:g}", values
                )
            )
        elif code == ROOT and 0 < value <= 1:
            self.fault(
                place, f"{value:g}", "points, or per cent", "Shares of 1 are not read; multiply them by 100."
            )


def _check(
    reading: Reading, index: str, books: Mapping[int, Provinces], framework_of: FrameworkOf, set_aside: bool
) -> None:
    """The checks of figures against each other; what they find is an error, or sets its province aside."""
    subject = reading.subject(index, books, framework_of)
    scores = reading.scores.assign(source_id=reading.file)
    none = pd.DataFrame(columns=["index", "year", "date", "frame", "coverage"])
    found = [
        *check_sums(scores, subject),
        *check_percentages(scores, subject),
        *check_ranks(scores, none, subject),
        *check_monotonicity(scores, none, subject),
    ]
    if not set_aside:
        reading.findings += found
        return
    at_place = {str(place): at for at, place in reading.places.items()}
    doubted: set[tuple[int, str]] = set()
    for finding in found:
        at = at_place.get(str(finding.place))
        if finding.severity == "error" and at is not None:
            doubted |= _involved(finding, reading.scores.loc[at], books[reading.frame])
        reading.findings.append(
            replace(finding, severity="warning") if finding.severity == "error" else finding
        )
    keys = pd.Series(list(zip(reading.scores["year"], reading.scores["province"], strict=True)))
    reading.scores["note"] = (
        reading.scores["note"].astype("object").mask(keys.isin(doubted).to_numpy(), SET_ASIDE)
    )


def _involved(finding: Finding, row: pd.Series, book: Provinces) -> set[tuple[int, str]]:
    """Province and year of a finding, and the other province that it names."""
    year = int(row["year"])
    other = finding.values.get("other")
    named = book.get(other.vi) if isinstance(other, Named) else None
    return {(year, str(row["province"]))} | ({(year, named.slug)} if named else set())
