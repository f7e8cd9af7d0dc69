"""The yearly PAPI workbooks as their publisher issues them, in either language and either orientation.

What these workbooks do wrong is known and handled by stated rules, never by guessing:

R1
    A sheet is recognised by its headings (``1:``, ``1.1:``), not by its name: tabs are misspelt ("Dimention",
    "Điêm thành phần 5") or carry another year ("2012PAPI" in the Vietnamese file of 2011).
R2
    A heading is read by its number, as printed that year (``number`` in ``papi/framework.csv``), and its name
    must be one that the number is known under. In 2011-2017 the parts of dimensions 2 and 3 are headed with
    the names of 2018 (:data:`MISNAMED`); what they hold is known from the report of 2015.
R3
    A name that belongs to another number, headings out of order, a heading twice: refused.
R4
    Columns without a heading, the legend beside the table, rows of notes below it: left out, and said so.
R5
    Provinces are found by the table of spellings (no diacritics, stray spaces, "Ba Ria-Vung Tau"); a row of
    figures under a name that is not in it is refused.
R6
    Numbers may be text, with a comma or a point. "KCDL" and its kin mean no data; so does an empty cell.
R7
    What stands in two sheets must be the same in both.
R8
    Raw indicators stand below (or right of) their sub-dimension without a number; their place gives the
    number. Shares are 0-1 although headed 0%-100%; an indicator headed so whose values go beyond 1 is in per
    cent.
    Their names go into the record, so one that a spreadsheet would take for a formula is refused.
R9
    A file without a total gets the sum of the dimensions, marked ``derived``.
R10
    Fills are read as groups only where a sheet carries its legend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd

from parlib.checks.claims import check_groups, check_raw, check_rescaled
from parlib.checks.figures import check_coverage, check_magnitude, check_sums
from parlib.checks.finding import Family, Finding, FindingValue, Named, Severity, Subject, from_error
from parlib.checks.reading import LeftOut, Reading, ReadSheet, Renamed, frame_of_names, scores_frame
from parlib.errors import DataError, Place, nearest, quoted
from parlib.frameworks import MAIN, ROOT, SCALE_ROUNDING, Framework
from parlib.provinces import Province, Provinces, fold
from parlib.workbooks._reading import Sheet, Workbook, open_workbook
from parlib.workbooks._writing import FORMULA_STARTS

INDEX: Final = "papi"
NO_DATA: Final = frozenset(
    {"kcdl", "không có dữ liệu", "na", "n/a", "n.a.", "nd", "-", "–", "—", ".", "..", "…"}
)
_SAME: Final = 1e-6

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "D1": ("Participation at Local Levels", "Tham gia của người dân ở cấp cơ sở"),
    "D1.1": ("Civic Knowledge", "Tri thức công dân"),
    "D1.2": (
        "Opportunities for Participation",
        "Opportunities for Participation in Elections",
        "Cơ hội tham gia",
    ),
    "D1.3": ("Quality of Village Head Elections", "Quality of Elections", "Chất lượng bầu cử"),
    "D1.4": ("Voluntary Contributions", "Đóng góp tự nguyện"),
    "D2": (
        "Transparency",
        "Transparency of Local Decision-making",
        "Transparency in Local Decision-making",
        "Công khai, minh bạch",
        "Công khai, minh bạch trong ra quyết định",
        "Công khai, minh bạch trong việc ra quyết định",
    ),
    "D2.1": ("Access to Information", "Tiếp cận thông tin"),
    "D2.2": (
        "Poverty Lists",
        "Poverty List Transparency",
        "Transparent Poverty Lists",
        "Danh sách hộ nghèo",
        "Công khai danh sách hộ nghèo",
        "Công khai, minh bạch danh sách hộ nghèo",
    ),
    "D2.3": (
        "Communal Budgets",
        "Communal Budget Transparency",
        "Communal Budget and Expenditure",
        "Thu, chi ngân sách cấp xã/phường",
        "Công khai thu, chi ngân sách cấp xã/phường",
        "Công khai, minh bạch ngân sách cấp xã/phường",
    ),
    "D2.4": (
        "Land-Use Plan/Pricing",
        "Transparent Land-Use Plan/Price Frames",
        "Land-Use Plans and Price Frames",
        "Quy hoạch, kế hoạch sử dụng đất; giá bồi thường thu hồi đất",
        "Công khai quy hoạch, kế hoạch sử dụng đất, khung giá đất",
    ),
    "D3": ("Vertical Accountability", "Accountability", "Trách nhiệm giải trình với người dân"),
    "D3.1": (
        "Interactions With Local Authorities",
        "Tương tác với các cấp chính quyền",
        "Mức độ và hiệu quả trong tiếp xúc với chính quyền",
    ),
    "D3.2": (
        "Governments Responsive to Citizen Appeals",
        "Government Response to Citizens' Appeals",
        "Giải đáp khiếu nại, tố cáo, khúc mắc của người dân",
        "Giải quyết khiếu nại, tố giác của người dân",
    ),
    "D3.3": ("Access to Justice Services", "Tiếp cận dịch vụ tư pháp"),
    "D3.PIB": ("People's Inspection Boards", "Ban Thanh tra nhân dân"),
    "D3.CISB": (
        "Community Investment Boards",
        "Community Investment Supervision Boards",
        "Ban Giám sát đầu tư cộng đồng",
    ),
    "D4": (
        "Control of Corruption",
        "Control of Corruption in the Public Sector",
        "Kiểm soát tham nhũng trong khu vực công",
    ),
    "D4.1": (
        "Limits on Corruption in Local Governments",
        "Limits on Public Sector Corruption",
        "Kiểm soát tham nhũng trong chính quyền",
        "Kiểm soát tham nhũng trong chính quyền địa phương",
    ),
    "D4.2": ("Limits on Corruption in Service Delivery", "Kiểm soát tham nhũng trong cung ứng dịch vụ công"),
    "D4.3": (
        "Equity in State Employment",
        "Equity in Employment",
        "Công bằng trong tuyển dụng vào khu vực công",
        "Công bằng trong tuyển dụng vào khu vực nhà nước",
    ),
    "D4.4": (
        "Willingness to Fight Corruption",
        "Quyết tâm chống tham nhũng",
        "Quyết tâm chống tham nhũng của chính quyền địa phương",
    ),
    "D5": ("Public Administrative Procedures", "Thủ tục hành chính công"),
    "D5.1": (
        "Certification Procedures",
        "Cung ứng dịch vụ chứng thực, xác nhận",
        "Dịch vụ chứng thực, xác nhận của chính quyền",
    ),
    "D5.2": ("Construction Permits", "Dịch vụ cấp phép xây dựng", "Thủ tục xin cấp phép xây dựng"),
    "D5.3": (
        "Land Tittle Procedures",
        "Land Title Procedures",
        "Land Procedures",
        "Dịch vụ cấp giấy CNQSD đất",
        "Thủ tục liên quan đến giấy chứng nhận quyền sử dụng đất",
    ),
    "D5.4": (
        "Personal Procedures",
        "Dịch vụ hành chính cấp xã/phường",
        "Thủ tục hành chính cấp xã/phường",
    ),
    "D6": ("Public Service Delivery", "Cung ứng dịch vụ công"),
    "D6.1": ("Public Healthcare", "Public Health", "Dịch vụ y tế công lập", "Y tế công lập"),
    "D6.2": (
        "Primary Education",
        "Public Primary Education",
        "Dịch vụ giáo dục tiểu học công lập",
        "Giáo dục tiểu học công lập",
    ),
    "D6.3": ("Basic Infrastructure", "Infrastructure", "Cơ sở hạ tầng căn bản"),
    "D6.4": ("Law and Order", "An ninh, trật tự khu dân cư", "An ninh, trật tự"),
    "D7": ("Environmental Governance", "Quản trị môi trường"),
    "D7.1": (
        "Environmental Protection",
        "Seriousness in Environmental Protection",
        "Nghiêm túc trong bảo vệ môi trường",
    ),
    "D7.2": ("Quality of Air", "Air Quality", "Chất lượng không khí"),
    "D7.3": ("Quality of Water", "Water Quality", "Chất lượng nước"),
    "D8": ("E-Governance", "Quản trị điện tử"),
    "D8.1": (
        "Access to E-Government Portals",
        "Use of E-Government Portals",
        "Sử dụng cổng thông tin điện tử của chính quyền địa phương",
    ),
    "D8.2": (
        "Access to the Internet",
        "Access to and Use of the Internet",
        "Tiếp cận và sử dụng Internet tại địa phương",
    ),
    "D8.3": (
        "E-Responsiveness of Provincial Authorities",
        "Phúc đáp của chính quyền qua cổng thông tin điện tử",
    ),
}
"""Names that each indicator is known under in the publisher's workbooks and reports, in both languages."""

MISNAMED: Final[Mapping[tuple[int, int, str], str]] = {
    (2011, 2017, "2.1"): "D2.1",
    (2011, 2017, "2.2"): "D2.2",
    (2011, 2017, "2.3"): "D2.3",
    (2011, 2015, "3.2"): "D3.2",
    (2011, 2017, "3.3"): "D3.3",
}
"""First year, last year and number of headings that carry the name of the indicator given, which they do not hold."""

_NUMBERED: Final = re.compile(
    r"^(?:chỉ số nội dung|nội dung|dimension|dimention)?\s*(\d{1,2}(?:\.\d{1,2})?)\s*[:.]\s*(?=\D)(.+)$",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_LEGEND: Final[Mapping[str, str]] = {
    "bestperformers": "highest",
    "highaverage": "high_average",
    "lowaverage": "low_average",
    "poorperformers": "lowest",
    "nhomdatdiemcaonhat": "highest",
    "nhomdiemcaonhat": "highest",
    "caonhat": "highest",
    "nhomdatdiemtrungbinhcao": "high_average",
    "trungbinhcao": "high_average",
    "nhomdatdiemtrungbinhthap": "low_average",
    "trungbinhthap": "low_average",
    "nhomdatdiemthapnhat": "lowest",
    "thapnhat": "lowest",
}
_NOTES: Final = ("note", "ghi chu", "copyright", "kcdl", "nguon", "source", "color", "colour", "mau")
_NOT_PROVINCES: Final = frozenset(
    {
        "trungbinh",
        "trungbinhcanuoc",
        "canuoc",
        "toanquoc",
        "average",
        "nationalaverage",
        "national",
        "mean",
        "median",
    }
    | {"min", "max", "minimum", "maximum", "trungvi", "lonnhat", "nhonhat"}
)
_SCALE_HEADS: Final = frozenset({"thangdiem", "scale", "donvi", "unit"})
_WEIGHTED: Final = re.compile(r"(?<!không )có trọng số|(?<!un)weighted", re.IGNORECASE)


@dataclass(frozen=True)
class _Heading:
    """One column of figures: what it is, and where its heading stands."""

    text: str
    at: int
    code: str | None  # indicator, None for a raw one
    parent: str | None = None  # sub-dimension of a raw indicator
    number: int = 0  # place of a raw indicator within it

    @property
    def key(self) -> tuple[str, int, str]:
        """What the column holds, whichever sheet it stands in."""
        return (self.code, 0, "") if self.code else (self.parent or "", self.number, self.text)


@dataclass
class _Grid:
    """A table of provinces and figures in a sheet, whichever way it is turned."""

    sheet: Sheet
    turned: bool  # provinces stand in columns
    line: int  # where the headings stand: row, or column if turned
    names: int  # where the provinces stand: column, or row if turned
    headings: list[_Heading]
    scales: dict[int, str]
    provinces: dict[int, Province] = field(default_factory=dict)

    def cell(self, province_at: int, heading_at: int) -> tuple[int, int]:
        """Row and column of a figure."""
        return (heading_at, province_at) if self.turned else (province_at, heading_at)


def read_papi(
    path: Path,
    year: int,
    books: Mapping[int, Provinces],
    framework: Framework,
    *,
    known: pd.DataFrame | None = None,
    editions: pd.DataFrame | None = None,
    breaks: pd.DataFrame | None = None,
    formulas: pd.DataFrame | None = None,
) -> Reading:
    """Read a yearly workbook.

    Parameters
    ----------
    path
        ``.xlsx`` or CSV, as issued by the publisher.
    year
        Year that the figures describe.
    books
        Provinces by frame.
    framework
        The tree of that year; where it was made for an earlier one, its years say so.
    known
        Scores frame of the record: a file that repeats the figures of another year is refused, and a change larger
        than such figures make is doubted.
    editions, breaks
        Tables of the record, for the same purpose.
    formulas
        ``rescaling.csv``: raw indicators must give the sub-dimensions beside them, where a formula is known.

    Returns
    -------
    Reading
        Scores with their places, raw indicators and colour groups where the file has them, and the account of what was
        renamed, left out and doubted. Nothing may be used of a reading that is ``refused``.

    Raises
    ------
    DataError
        When the file cannot be opened, or holds no table of PAPI scores.
    """
    book = open_workbook(path)
    reader = _Reader(book, year, books, framework)
    reading = reader.read()
    reading.findings += _year_findings(book, year)
    if known is not None and not reading.refused:
        reading.findings += _other_year(reading, known, year)
    subject = reading.subject(INDEX, books, lambda _index, _year: framework)
    if not reading.refused:
        reading.findings += check_sums(reading.scores.assign(source_id=reading.file), subject)
        if len(reading.values):
            raw = Subject(
                books, subject.framework, lambda at, _: reading.value_places.get(at, Place(reading.file))
            )
            reading.findings += check_raw(reading.values, reading.labels, raw, "warning")
            if formulas is not None:
                reading.findings += check_rescaled(reading.scores, reading.values, formulas, subject)
        if editions is not None and breaks is not None and known is not None:
            reading.findings += _moved(reading, known, editions, breaks, subject)
            reading.findings += _coloured(reading, editions, subject)
    return reading


class _Reader:
    """One pass over a workbook, collecting the account as it goes."""

    def __init__(
        self, book: Workbook, year: int, books: Mapping[int, Provinces], framework: Framework
    ) -> None:
        self.book = book
        self.year = year
        self.books = books
        self.framework = framework
        self.by_number = {
            str(row.number): str(row.indicator)
            for row in framework.table.itertuples()
            if isinstance(row.number, str) and row.split == MAIN
        }
        self.out = Reading(book.file, 63, scores_frame([]))
        self.figures: dict[tuple[str, int, str], dict[str, tuple[float | None, Place]]] = {}

    # The account

    def fault(self, place: Place, found: str, expected: str, remedy: str) -> None:
        self.out.findings.append(from_error(DataError(place, found, expected, remedy)))

    def doubt(
        self,
        severity: Severity,
        family: Family,
        code: str,
        place: Place,
        found: str,
        expected: str,
        /,
        **values: FindingValue,
    ) -> None:
        self.out.findings.append(Finding(severity, family, code, place, found, expected, values, decimals=6))

    # The steps

    def read(self) -> Reading:
        grids = [grid for sheet in self.book for grid in [self._grid(sheet)] if grid is not None]
        if not grids:
            raise DataError(
                Place(self.book.file),
                "no sheet with headings such as '1: …' and '1.1: …' beside provinces",
                "a yearly PAPI workbook",
                "Check that this is the publisher's file of scores by province.",
            )
        names = [name for grid in grids for _, name in self._names(grid)]
        self.out.frame = frame_of_names(names, self.books, self.year)
        for grid in grids:
            self._find_provinces(grid)
        main = max(grids, key=lambda grid: (len(grid.provinces) * len(grid.headings), len(grid.scales)))
        self._check_complete(main)
        for grid in [main, *(grid for grid in grids if grid is not main)]:
            self._read_figures(grid, first=grid is main)
            self._compare_headings(main, grid)
        self._collect(main)
        self._read_groups(grids)
        return self.out

    def _grid(self, sheet: Sheet) -> _Grid | None:
        """The table of a sheet: the line with the most numbered headings, across or down."""
        best: tuple[int, bool, int] | None = None
        for turned, lines in ((False, sheet.rows), (True, sheet.columns)):
            for line in range(1, min(lines, 30) + 1):
                count = sum(1 for _, text in self._along(sheet, turned, line) if _NUMBERED.match(text))
                if count >= 2 and (best is None or count > best[0]):
                    best = (count, turned, line)
        if best is None:
            if sheet.rows:
                place = sheet.place()
                self.out.left_out.append(LeftOut(place, sheet.title or self.book.file, "no table of scores"))
            return None
        _, turned, line = best
        texts = list(self._along(sheet, turned, line))
        grid = _Grid(sheet, turned, line, 0, [], {})
        grid.names = self._names_line(grid)
        self._head(grid, texts)
        return grid if any(h.code for h in grid.headings) else None

    @staticmethod
    def _along(sheet: Sheet, turned: bool, line: int) -> Iterator[tuple[int, str]]:
        """Texts of a row (or column), with their positions; cells with a problem count as empty here."""
        length = sheet.rows if turned else sheet.columns
        for at in range(1, length + 1):
            cell = sheet.cell(at, line) if turned else sheet.cell(line, at)
            if cell.problem is None and isinstance(cell.value, str):
                yield at, cell.value

    def _names_line(self, grid: _Grid) -> int:
        """The column (or row, if turned) that holds the most names of provinces."""
        sheet, counts = grid.sheet, {}
        lines = sheet.rows if grid.turned else sheet.columns
        for line in range(1, min(lines, 30) + 1):
            texts = self._along(sheet, not grid.turned, line)
            counts[line] = sum(1 for _, text in texts if any(book.get(text) for book in self.books.values()))
        return max(counts, key=lambda line: counts[line])

    def _place(self, grid: _Grid, at: int | None = None, name_at: int | None = None) -> Place:
        """Place of a heading, or of a province's name."""
        first, second = (grid.line, at) if at is not None else (name_at, grid.names)
        return grid.sheet.place(second, first) if grid.turned else grid.sheet.place(first, second)

    def _head(self, grid: _Grid, texts: Sequence[tuple[int, str]]) -> None:
        """Give every heading its indicator."""
        raw = sum(1 for _, text in texts if not _NUMBERED.match(text)) > len(texts) // 2
        for at, text in texts:
            if at == grid.names:
                continue
            place = self._place(grid, at)
            match = _NUMBERED.match(text)
            if match is not None:
                self._add_coded(grid, at, text, self._code(match[1], match[2], place, text))
            elif fold(text) in _SCALE_HEADS:
                continue
            elif "papi" in text.casefold() and _is_total(text):
                if _WEIGHTED.search(text):
                    self.out.left_out.append(LeftOut(place, text, "the weighted total"))
                else:
                    self._add_coded(grid, at, text, ROOT)
            elif self._has_figures(grid, at):
                above = next((heading for heading in reversed(grid.headings) if heading.code != ROOT), None)
                if raw and above is not None:
                    self._add_raw(grid, at, text, above)
                else:
                    self.out.left_out.append(LeftOut(place, text, "a heading that is no indicator of PAPI"))
        self._check_order(grid)
        if grid.turned:
            self._read_scales(grid)

    def _add_coded(self, grid: _Grid, at: int, text: str, code: str | None) -> None:
        """Take a heading of an indicator, once; ``None`` was refused already."""
        if code is None:
            return
        if any(heading.code == code for heading in grid.headings):
            self.fault(self._place(grid, at), f"{quoted(text)} again", "every heading once", "Correct it.")
        else:
            grid.headings.append(_Heading(text, at, code))

    def _add_raw(self, grid: _Grid, at: int, text: str, above: _Heading) -> None:
        """Take a heading of a raw indicator: the next one of the sub-dimension above it (rule R8)."""
        if at != grid.headings[-1].at + 1:
            self.fault(
                self._place(grid, at),
                f"{quoted(text)} apart from the indicators before it",
                "raw indicators directly below (or right of) their sub-dimension",
                "Remove the gap, or the row.",
            )
        elif text.startswith(tuple(FORMULA_STARTS)):
            self.fault(
                self._place(grid, at),
                f"{quoted(text)}, which a spreadsheet may take for a formula",
                "a name that begins with a letter or a digit",
                "Remove the sign at its beginning, in every sheet.",
            )
        else:
            grid.headings.append(_Heading(text, at, None, above.code or above.parent, above.number + 1))

    def _has_figures(self, grid: _Grid, at: int) -> bool:
        sheet = grid.sheet
        length = sheet.columns if grid.turned else sheet.rows
        places = (grid.cell(i, at) for i in range(grid.line + 1, length + 1))
        return any(sheet.cell(*place).problem is not None or sheet.holds_number(*place) for place in places)

    def _code(self, number: str, name: str, place: Place, text: str) -> str | None:
        """The indicator of a numbered heading (rules R2 and R3)."""
        code = self.by_number.get(number)
        if code is None:
            self.fault(
                place,
                quoted(text),
                f"a heading numbered as in {self.year}: {', '.join(sorted(self.by_number))}",
                "Check the year; a new set of indicators needs rows in papi/framework.csv.",
            )
            return None
        plain = fold(name.rstrip("* "))
        own = {fold(known) for known in NAMES.get(code, ())} | {
            fold(self._named(code, lang)) for lang in ("vi", "en")
        }
        if plain in own:
            return code
        for (first, last, at), misnamed in MISNAMED.items():
            if (
                at == number
                and first <= self.year <= last
                and plain in {fold(known) for known in NAMES[misnamed]}
            ):
                rule = f"R2: until {last} the publisher headed this column with a name of 2018"
                self.out.renamed.append(Renamed(place, text, f"{code} {self._named(code, 'en')}", rule))
                return code
        for other, names in NAMES.items():
            if other in self.framework and plain in {fold(known) for known in names}:
                self.fault(
                    place,
                    f"{quoted(text)}, the name of {other}",
                    f"number {number} with the name of {code} ({self._named(code, 'en')})",
                    "Number and name contradict each other; check with the publisher's file.",
                )
                return None
        self.doubt(
            "warning",
            "schema",
            "schema.heading",
            place,
            text,
            self._named(code, "en"),
            heading=text,
            code=code,
        )
        return code

    def _named(self, code: str, lang: str) -> str:
        return str(self.framework.table.at[code, f"name_{lang}"])

    def _check_order(self, grid: _Grid) -> None:
        """Headings stand in the order of their numbers; exchanged headings would exchange figures."""
        numbers = {code: tuple(map(int, number.split("."))) for number, code in self.by_number.items()}
        last: tuple[int, ...] = ()
        for heading in grid.headings:
            if heading.code not in numbers:
                continue
            if numbers[heading.code] < last:
                self.fault(
                    self._place(grid, heading.at),
                    f"{quoted(heading.text)} after a later heading",
                    "headings in the order of their numbers",
                    "Put the columns back into the publisher's order.",
                )
            last = max(last, numbers[heading.code])

    def _read_scales(self, grid: _Grid) -> None:
        """Printed scales beside the headings, where a column of them is headed so."""
        sheet = grid.sheet
        for column in range(1, min(sheet.columns, 30) + 1):
            if fold(str(sheet.cell(grid.names, column).value or "")) in _SCALE_HEADS:
                for heading in grid.headings:
                    value = sheet.cell(heading.at, column).value
                    if isinstance(value, str):
                        grid.scales[heading.at] = value
                return

    def _names(self, grid: _Grid) -> Iterator[tuple[int, str]]:
        for at, text in self._along(grid.sheet, not grid.turned, grid.names):
            if at > grid.line or (grid.turned and at != grid.line):
                yield at, text

    def _find_provinces(self, grid: _Grid) -> None:
        """Give every line of figures its province (rules R4 and R5)."""
        book, sheet = self.books[self.out.frame], grid.sheet
        seen: dict[str, int] = {}
        texts = dict(self._names(grid))
        end = sheet.columns if grid.turned else sheet.rows
        for at in range(grid.line + 1, end + 1):
            text = texts.get(at, "")
            place = self._place(grid, name_at=at)
            province = book.get(text) if text else None
            if province is None:
                self._no_province(grid, at, text, place)
            elif province.slug in seen:
                self.fault(place, f"{quoted(text)} again", "every province once", "Remove one of the two.")
            else:
                seen[province.slug] = at
                grid.provinces[at] = province
                if text not in (province.name_vi, province.name_en):
                    self.out.renamed.append(Renamed(place, text, province.slug, "R5: table of spellings"))

    def _no_province(self, grid: _Grid, at: int, text: str, place: Place) -> None:
        places = [grid.cell(at, heading.at) for heading in grid.headings]
        cells = [grid.sheet.cell(*cell) for cell in places]
        figures = sum(grid.sheet.holds_number(*cell) for cell in places)
        if fold(text) in _SCALE_HEADS or (not text and not figures):
            return
        if fold(text) in _NOT_PROVINCES:
            self.out.left_out.append(LeftOut(place, text, "a summary row, not a province", figures))
        elif figures or any(cell.problem for cell in cells):
            known = [name for p in self.books[self.out.frame].all for name in (p.name_vi, p.name_en)]
            found = quoted(text) if text else "figures without a province"
            self.fault(
                place,
                found,
                f"one of the {self.out.frame} provinces",
                f"Correct the name.{nearest(text, known)}",
            )
        elif any(isinstance(cell.value, str) and cell.value.casefold() in NO_DATA for cell in cells):
            self.fault(place, quoted(text), f"one of the {self.out.frame} provinces", "Correct the name.")
        else:
            note = fold(text).startswith(tuple(fold(word) for word in _NOTES))
            self.out.left_out.append(LeftOut(place, text, "a note" if note else "a row without figures"))

    def _check_complete(self, main: _Grid) -> None:
        """Every dimension and sub-dimension of the year must have its column."""
        have = {heading.code for heading in main.headings}
        for number, code in self.by_number.items():
            if code not in have:
                self.fault(
                    main.sheet.place(),
                    f"no heading {number}",
                    f"all dimensions and sub-dimensions of {self.year}",
                    f"Add the column of {code} ({self._named(code, 'en')}), or check the year.",
                )

    def _read_figures(self, grid: _Grid, *, first: bool) -> None:
        """Read every cell; in all but the main sheet only to compare."""
        title = grid.sheet.title or self.book.file
        self.out.read.append(ReadSheet(title, "", len(grid.provinces), len(grid.headings)))
        for at, province in grid.provinces.items():
            for heading in grid.headings:
                cell = grid.cell(at, heading.at)
                place = grid.sheet.place(*cell)
                try:
                    value = grid.sheet.number(
                        *cell,
                        missing=NO_DATA,
                        expected=f"a figure of {province.name_en}",
                        as_shown=heading.code is not None,
                    )
                except DataError as error:
                    self.out.findings.append(from_error(error))
                    continue
                line = self.figures.setdefault(heading.key, {})
                if first:
                    line[province.slug] = value, place
                elif province.slug in line:
                    self._compare(line[province.slug], value, place, province, heading)
                elif value is not None:
                    self._only_here(place, province, heading)

    def _compare_headings(self, main: _Grid, grid: _Grid) -> None:
        """Rule R7 for raw indicators: two sheets that have those of a sub-dimension have the same ones."""

        def raw(of: _Grid) -> dict[tuple[str | None, int, str], _Heading]:
            return {(h.parent, h.number, fold(h.text)): h for h in of.headings if h.code is None}

        mine, theirs = raw(main), raw(grid)
        parents = {parent for parent, _, _ in theirs}
        for key, heading in theirs.items():
            if key not in mine:
                self._unmatched(grid, heading, main)
        for key, heading in mine.items():
            if key not in theirs and heading.parent in parents:
                self._unmatched(main, heading, grid)

    def _unmatched(self, grid: _Grid, heading: _Heading, other: _Grid) -> None:
        self.fault(
            self._place(grid, heading.at),
            f"{quoted(heading.text)}, in place {heading.number} of {heading.parent}",
            f"the same raw indicators as in {quoted(other.sheet.title or self.book.file)}",
            "Compare the two sheets.",
        )

    def _only_here(self, place: Place, province: Province, heading: _Heading) -> None:
        self.doubt(
            "error",
            "cross-source",
            "cross-source.only_here",
            place,
            quoted(heading.text),
            "the same figure in the main sheet",
            province=Named.of(province),
            heading=heading.text,
        )

    def _compare(
        self,
        main: tuple[float | None, Place],
        value: float | None,
        place: Place,
        province: Province,
        heading: _Heading,
    ) -> None:
        other, there = main
        if value is None and other is None:
            return
        if value is not None and other is not None and abs(value - other) <= _SAME:
            return
        self.doubt(
            "error",
            "cross-source",
            "cross-source.sheets",
            place,
            *("no figure" if figure is None else str(figure) for figure in (value, other)),
            province=Named.of(province),
            heading=heading.text,
            found=value,
            kept=other,
            there=there,
        )

    def _collect(self, main: _Grid) -> None:
        """Scores, raw indicators and their labels out of the main sheet's figures."""
        rows: list[dict[str, object]] = []
        places: dict[object, Place] = {}
        absent: dict[str, int] = {}
        for heading in main.headings:
            if heading.code is None:
                continue
            for slug, (value, place) in self.figures.get(heading.key, {}).items():
                if value is None:
                    absent[slug] = absent.get(slug, 0) + 1
                    continue
                self._check_scale(heading, heading.code, value, place)
                places[len(rows)] = place
                rows.append(self._row(slug, heading.code, value))
        if not any(heading.code == ROOT for heading in main.headings):
            self._add_totals(rows, places, main)
        self.out.scores, self.out.places = scores_frame(rows), places
        self._say_missing(main, absent)
        self._collect_raw(main)

    def _row(self, slug: str, code: str, score: float) -> dict[str, object]:
        """A row of the scores, as published."""
        return {
            "index": INDEX,
            "year": self.year,
            "date": None,
            "frame": self.out.frame,
            "province": slug,
            "indicator": code,
            "score": score,
            "basis": "published",
        }

    def _check_scale(self, heading: _Heading, code: str, value: float, place: Place) -> None:
        low, high = self.framework.scale(code)
        if not low - SCALE_ROUNDING <= value <= high + SCALE_ROUNDING:
            self.doubt(
                "error",
                "ranges",
                "ranges.scale",
                place,
                str(value),
                f"{low:g} to {high:g}",
                heading=heading.text,
                found=value,
                low=low,
                high=high,
            )

    def _add_totals(self, rows: list[dict[str, object]], places: dict[object, Place], main: _Grid) -> None:
        """Rule R9: the total is the plain sum of the dimensions, where all are there."""
        dimensions = self.framework.split_children(ROOT)
        scores = {(row["province"], row["indicator"]): float(str(row["score"])) for row in rows}
        for at, province in main.provinces.items():
            parts = [scores.get((province.slug, dimension)) for dimension in dimensions]
            if all(part is not None for part in parts):
                places[len(rows)] = self._place(main, name_at=at)
                total = sum(part for part in parts if part is not None)
                derived = {"basis": "derived", "note": "sum of the dimensions"}
                rows.append(self._row(province.slug, ROOT, total) | derived)

    def _say_missing(self, main: _Grid, absent: Mapping[str, int]) -> None:
        """Which provinces the main sheet does not list, and how many cells of those listed hold no data."""
        book = self.books[self.out.frame]
        listed = {province.slug for province in main.provinces.values()}
        missing = [province for province in book.all if province.slug not in listed]
        self.out.released = not missing
        if missing:
            self.doubt(
                "warning",
                "coverage",
                "coverage.not_listed",
                main.sheet.place(),
                str(len(listed)),
                str(len(book)),
                n=len(listed),
                of=len(book),
                absent=tuple(Named.of(province) for province in missing),
            )
        for slug, count in absent.items():
            at = next(at for at, province in main.provinces.items() if province.slug == slug)
            self.out.left_out.append(
                LeftOut(self._place(main, name_at=at), book.find(slug).name_en, "cells without data", count)
            )

    def _collect_raw(self, main: _Grid) -> None:
        labels: list[dict[str, object]] = []
        values: list[dict[str, object]] = []
        for heading in main.headings:
            if heading.code is not None:
                continue
            line = self.figures.get(heading.key, {})
            known = [value for value, _ in line.values() if value is not None]
            unit, low, high = _unit(heading.text, main.scales.get(heading.at, ""), known)
            key = {"year": self.year, "indicator": heading.parent, "number": heading.number}
            labels.append(
                {**key, "name_vi": heading.text, "unit": unit, "scale_low": low, "scale_high": high}
            )
            for slug, (value, place) in line.items():
                if value is not None:
                    self.out.value_places[len(values)] = place
                    values.append(
                        {
                            **key,
                            "frame": self.out.frame,
                            "province": slug,
                            "unit": unit,
                            "value": value,
                            "basis": "published",
                        }
                    )
        self.out.labels, self.out.values = pd.DataFrame(labels), pd.DataFrame(values)

    def _read_groups(self, grids: Sequence[_Grid]) -> None:
        """Rule R10: fills as groups, where a sheet has its legend; of a figure in two such sheets, the first fill."""
        found: dict[tuple[str, str], tuple[str | None, Place]] = {}
        for grid in grids:
            legend = _legend(grid.sheet)
            if len(legend) < 4:
                continue
            for heading in grid.headings:
                if heading.code is None:
                    continue
                for at, province in grid.provinces.items():
                    cell = grid.cell(at, heading.at)
                    group = _group(grid.sheet.cell(*cell).fill, legend)
                    if found.get((province.slug, heading.code), (None,))[0] is None:
                        found[province.slug, heading.code] = group, grid.sheet.place(*cell)
        common = {"year": self.year, "frame": self.out.frame}
        rows = [
            {**common, "province": slug, "indicator": code, "group": group}
            for (slug, code), (group, _) in found.items()
        ]
        self.out.groups = pd.DataFrame(rows)
        self.out.group_places = dict(enumerate(place for _, place in found.values()))


def _is_total(text: str) -> bool:
    plain = text.casefold()
    return any(
        word in plain for word in ("chỉ số papi", "papi index", "tổng điểm", "total", "trọng số", "weighted")
    )


def _unit(label: str, scale: str, values: Sequence[float]) -> tuple[str, float | None, float | None]:
    """Unit and ends of the printed scale of a raw indicator (rule R8)."""
    if "(KM" in label:
        return "km", None, None
    if "(PHÚT" in label:
        return "minutes", None, None
    ends = [float(end.replace(",", "")) for end in re.findall(r"\d[\d,]*(?:\.\d+)?", scale)]
    low, high = (ends[0], ends[1]) if len(ends) == 2 else (None, None)
    if "VN" in scale:
        return "thousand VND", low, high
    if "%" in scale:
        return ("percent", 0.0, 100.0) if values and max(values) > 1 + _SAME else ("share", 0.0, 1.0)
    return "scale", low, high


def _legend(sheet: Sheet) -> dict[str, str]:
    """Colours of the legend: colour to group."""
    out: dict[str, str] = {}
    for row in range(1, sheet.rows + 1):
        for column in range(1, sheet.columns + 1):
            value = sheet.cell(row, column).value
            group = _LEGEND.get(fold(value)) if isinstance(value, str) else None
            if group is None:
                continue
            colours = (sheet.cell(row, near).fill for near in (column, column + 1, column - 1))
            colour = next((colour for colour in colours if colour), None)
            if colour:
                out[colour] = group
    return out


def _group(fill: str | None, legend: Mapping[str, str]) -> str | None:
    """The group whose legend colour a fill is nearest to; the tables use theme colours, the legend fixed ones."""
    if fill is None or fill == "FFFFFF":
        return None

    def distance(colour: str) -> int:
        return sum((int(fill[i : i + 2], 16) - int(colour[i : i + 2], 16)) ** 2 for i in (0, 2, 4))

    return legend[min(legend, key=distance)]


def _year_findings(book: Workbook, year: int) -> list[Finding]:
    """Tabs that name another year (rule R1: said, not believed)."""
    out = []
    for sheet in book:
        years = set(_YEAR.findall(sheet.title or ""))
        if years and str(year) not in years:
            values: dict[str, FindingValue] = {"found": ", ".join(sorted(years)), "year": str(year)}
            out.append(
                Finding(
                    "warning", "schema", "schema.year", sheet.place(), str(values["found"]), str(year), values
                )
            )
    return out


def _other_year(reading: Reading, known: pd.DataFrame, year: int) -> list[Finding]:
    """Figures that the record has under another year: the wrong file, or the wrong --year."""
    keys = ["frame", "province", "indicator"]
    pairs = reading.scores[reading.scores["basis"] == "published"].merge(
        known.loc[known["year"] != year, [*keys, "year", "score"]], on=keys, suffixes=("", "_known")
    )
    same = (pairs["score"] - pairs["score_known"]).abs() <= 1e-5
    out = []
    for other, share in same.groupby(pairs["year_known"]).mean().items():
        if share > 0.2:
            values: dict[str, FindingValue] = {
                "other": str(other),
                "year": str(year),
                "percent": 100 * float(share),
            }
            place = Place(reading.file)
            out.append(
                Finding(
                    "error",
                    "cross-source",
                    "cross-source.other_year",
                    place,
                    str(other),
                    str(year),
                    values,
                    0,
                )
            )
    return out


def _moved(
    reading: Reading, known: pd.DataFrame, editions: pd.DataFrame, breaks: pd.DataFrame, subject: Subject
) -> list[Finding]:
    """Change on the last year that is larger than such figures make, at the place in this file."""
    new = reading.scores.assign(source_id=reading.file)
    years = known["year"].isin({int(year) - 1 for year in new["year"].unique()}) & (
        known["frame"] == reading.frame
    )
    before = known[years].copy()
    before.index = pd.Index([f"known {at}" for at in before.index])
    both = pd.concat([new, before[[*new.columns]]])
    listed = _with_edition(editions, new)
    moved = check_magnitude(both, listed, breaks, subject, "warning")
    return [
        *moved,
        *(f for f in check_coverage(new, listed, subject) if f.code == "coverage.absent"),
    ]


def _with_edition(editions: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    keys = ["index", "year", "date", "frame"]
    mine = scores[keys].drop_duplicates().assign(coverage="whole").astype({"date": editions["date"].dtype})
    rest = editions[[*keys, "coverage"]].merge(mine[["index", "year", "frame"]], how="left", indicator=True)
    return pd.concat([rest[rest["_merge"] == "left_only"].drop(columns="_merge"), mine], ignore_index=True)


def _coloured(reading: Reading, editions: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Colours that the publisher gave against the groups that its rule gives."""
    if reading.groups.empty:
        return []
    painted = Subject(
        subject.provinces,
        subject.framework,
        lambda at, _: reading.group_places.get(at, Place(reading.file)),
    )
    return check_groups(reading.scores, reading.groups, _with_edition(editions, reading.scores), painted)
