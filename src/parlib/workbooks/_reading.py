"""Opening other people's workbooks: XLSX and CSV in, cells that know their place out.

A workbook is untrusted input. Nothing in it is executed (formulas count as the result that was stored with them, macros
are never looked at, links to other files never followed), and what could exhaust the machine is refused before it is
unpacked. What cannot be read is a :class:`~parlib.errors.DataError` that names file, sheet, row and column; openpyxl's
own exceptions never come out.

Use::

    book = open_workbook(path)
    for sheet in book.sheets:
        for row in range(1, sheet.rows + 1):
            name, points = sheet.text(row, 1), sheet.number(row, 2)
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from parlib.errors import DataError, Place, quoted

Value: TypeAlias = str | float | int | bool | dt.datetime | None

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200  # a real sheet packs about 5 to 20 times; a bomb 1,000 times and more
MAX_PARTS = 2_000
MAX_ROWS = 20_000
MAX_COLUMNS = 1_000
MAX_CELLS = 300_000  # the largest table of the publisher has 15,000
MAX_CELL_LETTERS = 32_767  # what a spreadsheet allows
MAX_LETTERS = 10_000_000
MAX_TEXT = 2_000  # of a cell whose words a report prints: as many as a cell of the record may have
MAX_TEXTS = 200_000  # of all those of a table; the whole scorecard of the example has 21,000
MAX_SHEETS = 200
MAX_MARKS = 3_000_000
"""Tags and attributes of all parts of a workbook: each becomes an object of the parser's."""
MAX_OTHER_MARKS = 400_000
"""The same of a part that holds no cells, such as the styles."""
MAX_BESIDE = 200_000
"""The same of what stands beside the cells of a sheet."""
MAX_TAG = 300_000  # bytes; a parser that reads piece by piece takes the square of it
MAX_NUMBER = 1e15
"""A spreadsheet keeps 15 digits of a number; no figure of any table has more."""
_PIECE = 65_536

_OF_CELLS = frozenset({"c", "v", "f", "is", "t"})
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([1-9][0-9]{0,6})$")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$", re.IGNORECASE)
_SAVE_AS = "Open it in Excel or LibreOffice and save it as an .xlsx workbook (or as CSV UTF-8)."


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell.

    Attributes
    ----------
    value
        Text (trimmed, NFC, single spaces), number, truth value, date, or ``None`` for an empty cell.
    problem
        Why the value cannot be taken as it stands (a formula without a stored result, an error, a cell swallowed by
        a merge), or ``None``.
    fill
        Background colour as ``RRGGBB``, if the cell has one.
    percent
        Whether the cell is formatted as per cent, so that 0.5 shows as 50 %.
    """

    value: Value = None
    problem: str | None = None
    fill: str | None = None
    percent: bool = False


EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """One sheet: cells by row and column, both counted from 1 as a spreadsheet does.

    Attributes
    ----------
    file
        How messages call the file.
    title
        Name of the tab (``None`` in a CSV file, which has none).
    rows, columns
        Size of the used area.
    """

    file: str
    title: str | None
    rows: int
    columns: int
    _cells: dict[tuple[int, int], Cell] = field(default_factory=dict, repr=False)

    def cell(self, row: int, column: int) -> Cell:
        """The cell as it is, with its problem if it has one."""
        return self._cells.get((row, column), EMPTY)

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """Where a cell stands, with the column as its letters."""
        return Place(self.file, self.title, row, None if column is None else letters(column))

    def blank(self, row: int, column: int) -> bool:
        """Whether nothing at all stands in a cell."""
        cell = self.cell(row, column)
        return cell.problem is None and cell.value in (None, "")

    def holds_number(self, row: int, column: int) -> bool:
        """Whether a number stands in a cell, as such or written as text."""
        value = self.cell(row, column).value
        return isinstance(value, (int, float)) or (isinstance(value, str) and parse_number(value) is not None)

    def blank_row(self, row: int) -> bool:
        """Whether a whole row is empty."""
        return all(self.blank(row, column) for column in range(1, self.columns + 1))

    def text(self, row: int, column: int) -> str:
        """What a cell reads as text; empty for an empty cell, a whole number without decimals.

        Raises
        ------
        DataError
            When the cell has a problem.
        """
        value = self._sound(row, column, "text").value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)

    def number(
        self,
        row: int,
        column: int,
        *,
        missing: Collection[str] = (),
        expected: str = "a number",
        as_shown: bool = True,
    ) -> float | None:
        """The number in a cell, also where it is written as text (``"36,03"``, ``"36.03"``, ``"79,86%"``).

        Parameters
        ----------
        row, column
            Which cell.
        missing
            Words, in small letters, that stand for no data (``kcdl``). They and an empty cell give ``None``.
        expected
            What the message says should stand there.
        as_shown
            Whether a cell formatted as per cent gives what the reader sees (50) or what is stored (0.5).

        Returns
        -------
        float or None
            Text with a per cent sign gives the number before it.

        Raises
        ------
        DataError
            For text that is no number, a date, a truth value, or a cell with a problem.
        """
        cell = self._sound(row, column, expected)
        value = cell.value
        if value is None or value == "":
            return None
        if isinstance(value, (bool, dt.datetime)):
            what = "a date" if isinstance(value, dt.datetime) else "a truth value"
            self.refuse(row, column, f"{what} ({self.text(row, column)})", expected, "Enter the number.")
        if isinstance(value, str):
            if value.casefold() in missing:
                return None
            parsed = parse_number(value)
            if parsed is None:
                self.refuse(row, column, quoted(value), expected, "Correct the cell.")
            return parsed
        return float(value) * 100 if cell.percent and as_shown else float(value)

    def check_texts(self, row: int, columns: Iterable[int], left: int = MAX_TEXTS) -> int:
        """How many letters are left for the texts of a table below a row; a report must be able to print them all.

        Parameters
        ----------
        row, columns
            The cells of the row.
        left
            Letters left above it.

        Raises
        ------
        DataError
            For a text of more than :data:`MAX_TEXT` letters, or one for which too few are left.
        """
        for column in columns:
            value = self.cell(row, column).value
            if not isinstance(value, str):
                continue
            left -= len(value)
            if len(value) > MAX_TEXT:
                self.refuse(
                    row,
                    column,
                    f"{len(value):,} letters in a cell",
                    f"at most {MAX_TEXT:,}",
                    "Shorten the text.",
                )
            if left < 0:
                found, expected = (
                    f"more than {MAX_TEXTS:,} letters up to here",
                    f"at most {MAX_TEXTS:,} in the table",
                )
                self.refuse(row, column, found, expected, "Shorten the texts.")
        return left

    def refuse(
        self, row: int | None, column: int | None, found: str, expected: str, remedy: str = ""
    ) -> NoReturn:
        """Raise the located error."""
        raise DataError(self.place(row, column), found, expected, remedy)

    def _sound(self, row: int, column: int, expected: str) -> Cell:
        cell = self.cell(row, column)
        if cell.problem is not None:
            self.refuse(row, column, cell.problem, expected, "Enter the value itself.")
        return cell


@dataclass(frozen=True)
class Workbook:
    """A file's sheets, in its order.

    Attributes
    ----------
    file
        How messages call the file.
    sheets
        All worksheets; chart sheets are left out.
    """

    file: str
    sheets: tuple[Sheet, ...]

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets)


def letters(column: int) -> str:
    """The letters of a column counted from 1: 1 is ``A``, 28 is ``AB``."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def clean(text: str) -> str:
    """Text in one Unicode form (NFC), trimmed, with single plain spaces for everything that is not visible."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return " ".join(composed.split())
    invisible = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs")
    return " ".join("".join(" " if unicodedata.category(c) in invisible else c for c in composed).split())


def parse_number(text: str) -> float | None:
    """The number that a text writes, with a decimal comma or point; ``None`` where it writes none.

    Where both marks stand, the last one is the decimal mark. A single comma or point is a decimal mark: scores are
    never thousands. A per cent sign is dropped, its number kept. What exceeds :data:`MAX_NUMBER` is no number here.

    >>> parse_number("79,86"), parse_number(" 79.86 % "), parse_number("1.234,5"), parse_number("KCDL")
    (79.86, 79.86, 1234.5, None)
    """
    plain = clean(text).replace(" ", "").removesuffix("%").replace("\N{MINUS SIGN}", "-")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "." if comma > point else ","
        head, tail = plain[: max(comma, point)], plain[max(comma, point) + 1 :]
        if "," in tail or "." in tail or not _grouped(head, thousands):
            return None
        plain = f"{head.replace(thousands, '')}.{tail}"
    elif plain.count(",") == 1:
        plain = plain.replace(",", ".")
    if not plain.isascii() or not _NUMBER.match(plain):
        return None
    value = float(plain)
    return value if abs(value) <= MAX_NUMBER else None


def _grouped(head: str, mark: str) -> bool:
    first, *rest = head.lstrip("+-").split(mark)
    return 0 < len(first) <= 3 and all(len(group) == 3 for group in rest)


def open_workbook(path: Path) -> Workbook:
    """Open an ``.xlsx`` workbook or a CSV file (UTF-8, or UTF-16 with a byte order mark).

    Raises
    ------
    DataError
        When the file is missing, too large, encrypted, damaged, of another kind (.xls, .xlsb, .ods, a web page
        called .xls), holds markup that expands itself, or unpacks to more than :data:`MAX_UNPACKED_BYTES`.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        return _xlsx(path.name, content)
    _refuse_other_kinds(path.name, content)
    return Workbook(path.name, (_csv(path.name, content),))


def _content(path: Path) -> bytes:
    place = Place(path.name)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise DataError(
                place, f"{size:,} bytes", f"at most {MAX_FILE_BYTES:,} bytes", "Keep only the sheets needed."
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(place, "no such file", "a workbook", "Check the path.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(
            place, f"a file that cannot be opened ({reason})", "a workbook", "Check the path and its rights."
        ) from None
    if not content.strip():
        raise DataError(place, "an empty file", "a workbook", "Download or save it again.")
    return content


def _refuse_other_kinds(file: str, content: bytes) -> None:
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    found = ""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise DataError(
                Place(file),
                "a workbook locked with a password",
                "a workbook without a password",
                "Remove the password and save it again.",
            )
        found = "an old Excel workbook (.xls)"
    elif start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        found = "a web page or XML file"
    elif content.startswith(b"%PDF"):
        found = "a PDF"
    elif b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = "a file of an unknown kind"
    if found:
        raise DataError(Place(file), found, "an .xlsx workbook or a CSV file", _SAVE_AS)


# --- XLSX ------------------------------------------------------------------------------------------


@dataclass
class _Scan:
    """What the raw XML of one sheet says and openpyxl does not tell: extent, merges, formulas without a result."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    problems: dict[tuple[int, int], str] = field(default_factory=dict)


def _xlsx(file: str, content: bytes) -> Workbook:
    scans = _scan_archive(file, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions that it skips
        try:
            return _read_xlsx(file, content, scans)
        except DataError:
            raise
        # Whatever part is damaged, openpyxl raises what its parser happened to trip over.
        except Exception as error:  # noqa: BLE001
            raise _damaged(file, error) from None


def _damaged(file: str, error: Exception) -> DataError:
    hint = f"{type(error).__name__}: {error}".strip()
    return DataError(
        Place(file),
        f"a damaged workbook ({hint if len(hint) <= 120 else hint[:119] + '…'})",
        "a workbook that opens",
        "Open it in Excel or LibreOffice, repair it, and save it again; or download it again.",
    )


def _scan_archive(file: str, content: bytes) -> dict[str, _Scan]:
    """Refuse what is dangerous to unpack, then scan every sheet; by sheet title."""
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(file, archive)
            return {
                title: _scan_sheet(file, title, archive, part) for title, part in _sheet_parts(file, archive)
            }
    except DataError:
        raise
    except RuntimeError as error:  # zipfile's word for a part that needs a password
        if "password" in str(error) or "encrypted" in str(error):
            raise DataError(
                Place(file), "a locked archive", "a workbook without a password", "Remove the password."
            ) from None
        raise _damaged(file, error) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,  # also defusedxml's refusals
        SyntaxError,  # also ElementTree's ParseError
        OSError,
        LookupError,
        OverflowError,
    ) as error:
        raise _damaged(file, error) from None


def _check_parts(file: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS:
        raise DataError(Place(file), f"{len(parts):,} parts", f"at most {MAX_PARTS:,}", _SAVE_AS)
    if total > MAX_UNPACKED_BYTES:
        raise DataError(
            Place(file),
            f"an archive that unpacks to {total:,} bytes",
            f"at most {MAX_UNPACKED_BYTES:,} bytes",
            "Keep only the sheets needed.",
        )
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise DataError(
                Place(file),
                f"a part packed {part.file_size // max(part.compress_size, 1):,} times ({quoted(part.filename)})",
                f"at most {MAX_RATIO} times",
                "This is not an ordinary workbook; do not open it.",
            )
    if len(set(names)) != len(names):
        raise DataError(Place(file), "an archive that holds a part twice", "every part once", _SAVE_AS)
    if "xl/workbook.bin" in names:
        raise DataError(Place(file), "a binary workbook (.xlsb)", "an .xlsx workbook", _SAVE_AS)
    if "xl/workbook.xml" not in names:
        kind = "an OpenDocument file" if "mimetype" in names else "an archive that is no Excel workbook"
        raise DataError(Place(file), kind, "an .xlsx workbook", _SAVE_AS)
    marks = 0
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        # No program writes one into a workbook; the parsers would not expand it, but nor is such a file to be trusted.
        if any(mark in content for mark in _DOCTYPES):
            raise DataError(
                Place(file),
                f"markup that declares its own entities ({quoted(part.filename)})",
                "an ordinary workbook",
                "This is not an ordinary workbook; do not open it.",
            )
        own = content.count(b"<") + content.count(b"=")
        marks += own
        of_cells = part.filename.startswith("xl/worksheets/") or part.filename == "xl/sharedStrings.xml"
        if marks > MAX_MARKS or (own > MAX_OTHER_MARKS and not of_cells):
            raise DataError(
                Place(file),
                f"more markup than tables need ({quoted(part.filename)}: {own:,} tags and attributes)",
                f"at most {MAX_OTHER_MARKS:,} in a part without cells, and {MAX_MARKS:,} in all",
                "Copy the tables into a new workbook, without formats.",
            )
        _check_tags(Place(file), part.filename, content)
    _check_types(Place(file), archive)


def _check_tags(place: Place, part: str, content: bytes) -> None:
    """Refuse a tag (a comment, a value) so long that reading it in pieces would take hours."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    with suppress(expat.ExpatError):  # told by the parsers that want what it says
        for start in range(0, len(content), _PIECE):
            parser.Parse(content[start : start + _PIECE], False)
            if start - parser.CurrentByteIndex > MAX_TAG:
                raise DataError(
                    place,
                    f"a tag of more than {MAX_TAG:,} letters ({quoted(part)})",
                    "an ordinary workbook",
                    "This is not an ordinary workbook; do not open it.",
                )


def _check_types(place: Place, archive: zipfile.ZipFile) -> None:
    """Refuse markup that hides behind another kind of name: it was not looked at."""
    from defusedxml.ElementTree import fromstring

    for item in fromstring(archive.read("[Content_Types].xml"), forbid_dtd=True):
        name = item.get("PartName", "")
        if item.get("ContentType", "").endswith("xml") and name and not name.endswith((".xml", ".rels")):
            raise DataError(
                place,
                f"markup in a part called {quoted(name)}",
                "an ordinary workbook",
                "This is not an ordinary workbook; do not open it.",
            )


def _sheet_parts(file: str, archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Title and part name of every worksheet."""
    from defusedxml.ElementTree import fromstring

    relations = {
        item.get("Id"): item.get("Target", "")
        for item in fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
        if item.get("TargetMode") != "External" and item.get("Type", "").endswith("/worksheet")
    }
    out = []
    for item in fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter():
        if item.tag not in (f"{_MAIN}sheet", f"{_STRICT}sheet"):
            continue
        target = next(
            (relations[value] for key, value in item.items() if key.endswith("}id") and value in relations),
            "",
        )
        if target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if not part.endswith(".xml"):
                raise ValueError(f"a sheet in a part called {quoted(part)}")
            out.append((item.get("name", ""), part))
    if len(out) > MAX_SHEETS:
        raise DataError(
            Place(file), f"{len(out):,} sheets", f"at most {MAX_SHEETS}", "Keep only the sheets needed."
        )
    if not out:
        raise DataError(Place(file), "no worksheet", "a workbook with at least one sheet", _SAVE_AS)
    return out


def _scan_sheet(file: str, title: str, archive: zipfile.ZipFile, part: str) -> _Scan:
    from defusedxml.ElementTree import iterparse

    scan = _Scan()
    merges: list[str] = []
    row = column = others = 0
    with archive.open(part) as stream:
        for event, item in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            tag = item.tag.rpartition("}")[2]
            if event == "start":
                if tag == "row":
                    row, column = int(item.get("r", row + 1)), 0
                others += 1 + len(item.attrib) if tag not in _OF_CELLS else 0
                if others > MAX_BESIDE:
                    raise DataError(
                        Place(file, title),
                        "more formats and rules than tables need",
                        f"at most {MAX_BESIDE:,} tags and attributes beside the cells",
                        "Copy the table into a new workbook, without formats.",
                    )
                continue
            if tag == "c":
                row, column = _position(item.get("r"), row, column + 1)
                _scan_cell(scan, item, row, column)
                if scan.rows > MAX_ROWS or scan.columns > MAX_COLUMNS or scan.cells > MAX_CELLS:
                    raise DataError(
                        Place(file, title, row, letters(column)),
                        "a cell this far out",
                        f"at most {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns",
                        "Delete what stands outside the table.",
                    )
            elif tag == "mergeCell":
                merges.append(item.get("ref", ""))
            if tag in ("row", "mergeCell"):
                item.clear()
    for reference in merges:
        _scan_merge(scan, reference)
    return scan


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    if reference is None:
        return row, column
    match = _REFERENCE.match(reference)
    if match is None:
        raise ValueError(f"no such cell: {reference!r}")
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return int(match[2]), number


def _scan_cell(scan: _Scan, item: Any, row: int, column: int) -> None:
    children = {child.tag.rpartition("}")[2]: child for child in item}
    scan.cells += 1
    if not children:
        return  # styled only
    scan.rows, scan.columns = max(scan.rows, row), max(scan.columns, column)
    result = children.get("v")
    stored = result is not None and (bool(result.text) or item.get("t") == "str")
    if "f" in children and not stored:
        scan.problems[row, column] = "a formula whose result was not stored"


def _scan_merge(scan: _Scan, reference: str) -> None:
    first, _, last = reference.partition(":")
    if not last:
        return
    (top, left), (bottom, right) = _position(first, 0, 0), _position(last, 0, 0)
    for row in range(top, min(bottom, scan.rows) + 1):
        for column in range(left, min(right, scan.columns) + 1):
            if (row, column) != (top, left):
                scan.problems[row, column] = f"a cell swallowed by the merged cells {first}:{last}"


def _read_xlsx(file: str, content: bytes, scans: dict[str, _Scan]) -> Workbook:
    from openpyxl import load_workbook

    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False, keep_vba=False
    )
    try:
        paint = _Paint(getattr(book, "loaded_theme", None))
        sheets = []
        letters_left = MAX_LETTERS
        for sheet in book.worksheets:
            scan = scans[sheet.title]
            cells: dict[tuple[int, int], Cell] = {}
            if scan.rows:
                sheet.reset_dimensions()  # the size that a file states is often wrong
                # One column more: a legend's colours stand in empty cells beside its words.
                area = sheet.iter_rows(max_row=scan.rows, max_col=scan.columns + 1)
                for row, line in enumerate(area, start=1):
                    for column, item in enumerate(line, start=1):
                        if isinstance(item.value, str):
                            letters_left -= len(item.value)
                            _check_length(
                                Place(file, sheet.title, row, letters(column)), item.value, letters_left
                            )
                        cell = _cell(item, scan.problems.get((row, column)), paint)
                        if cell != EMPTY:
                            cells[row, column] = cell
            sheets.append(Sheet(file, clean(sheet.title), scan.rows, scan.columns, cells))
        return Workbook(file, tuple(sheets))
    finally:
        book.close()


def _check_length(place: Place, text: str, letters_left: int) -> None:
    """Refuse text that no spreadsheet holds, and a file that says more than a table can: one text, in many cells."""
    if len(text) > MAX_CELL_LETTERS:
        raise DataError(
            place, f"{len(text):,} letters in a cell", f"at most {MAX_CELL_LETTERS:,}", "Shorten the text."
        )
    if letters_left < 0:
        raise DataError(
            place,
            f"more than {MAX_LETTERS:,} letters up to here",
            f"at most {MAX_LETTERS:,} in all cells",
            "Keep only the tables needed.",
        )


def _cell(item: Any, problem: str | None, paint: _Paint) -> Cell:
    value = item.value
    # A cell that the file does not mention has nothing but its value.
    styled = getattr(item, "has_style", False)
    if problem is None and isinstance(value, str) and value.strip().upper() in _ERRORS:
        problem = f"the error {value.strip()}"
    if isinstance(value, str):
        value = clean(value)
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a calendar day has no zone
    elif isinstance(value, (dt.time, dt.timedelta)):
        problem, value = problem or f"a time ({value})", None
    elif isinstance(value, float) and value != value:
        problem, value = "not a number (NaN)", None
    elif isinstance(value, (int, float)) and not -MAX_NUMBER <= value <= MAX_NUMBER:
        problem, value = problem or "a number of more than 15 digits", None
    if value is None and problem is None and not styled:
        return EMPTY
    percent = isinstance(value, (int, float)) and "%" in (item.number_format or "")
    return Cell(value, problem, paint.colour(item) if styled else None, percent)


class _Paint:
    """Background colours as a reader sees them: a theme's colours resolved, with their tint."""

    def __init__(self, theme: bytes | str | None) -> None:
        self._theme = self._accents(theme)

    @staticmethod
    def _accents(theme: bytes | str | None) -> list[str]:
        """The theme's twelve colours in the order in which cells refer to them."""
        if not theme:
            return []
        from defusedxml.ElementTree import fromstring

        for scheme in fromstring(theme, forbid_dtd=True).iter():
            if scheme.tag.endswith("}clrScheme"):
                found = [next(iter(slot)) for slot in scheme]
                colours = [str(item.get("lastClr") or item.get("val", "")) for item in found]
                # Cells count light before dark; the scheme lists dark before light.
                return [*(colours[i] for i in (1, 0, 3, 2)), *colours[4:]] if len(colours) >= 4 else colours
        return []

    def colour(self, item: Any) -> str | None:
        fill = item.fill
        if fill is None or fill.fill_type != "solid":
            return None
        ink = fill.fgColor
        if ink.type == "rgb" and isinstance(ink.rgb, str):
            base = ink.rgb[-6:]
        elif ink.type == "theme" and ink.theme < len(self._theme):
            base = self._theme[ink.theme]
        else:
            return None
        return tinted(base, float(ink.tint or 0)) if re.fullmatch(r"[0-9A-Fa-f]{6}", base) else None


@lru_cache(maxsize=256)
def tinted(colour: str, tint: float) -> str:
    """A colour ``RRGGBB`` made lighter (0 to 1) or darker (-1 to 0), as spreadsheets do it."""
    import colorsys

    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(
        f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation)
    )


# --- CSV -------------------------------------------------------------------------------------------


def _csv(file: str, content: bytes) -> Sheet:
    try:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            Place(file),
            f"a byte that is not UTF-8 at position {error.start:,}",
            "UTF-8 text",
            "Save it as CSV UTF-8.",
        ) from None
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    cells: dict[tuple[int, int], Cell] = {}
    rows = columns = 0
    letters_left = MAX_LETTERS
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, line in enumerate(reader, start=1):
            if row > MAX_ROWS or len(line) > MAX_COLUMNS:
                raise DataError(
                    Place(file, row=row),
                    "a table this large",
                    f"at most {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns",
                    "Split the table.",
                )
            for column, value in enumerate(line, start=1):
                letters_left -= len(value)
                _check_length(Place(file, row=row, column=letters(column)), value, letters_left)
                value = clean(value)
                if value:
                    problem = f"the error {value}" if value.upper() in _ERRORS else None
                    cells[row, column] = Cell(value, problem)
                    rows, columns = row, max(columns, column)
    except csv.Error as error:
        raise DataError(
            Place(file, row=reader.line_num), f"a broken line ({error})", "a CSV table", "Mend the quotes."
        ) from None
    return Sheet(file, None, rows, columns, cells)
