"""Writing workbooks: text that a spreadsheet shows and never computes, and files that are the same each time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from parlib.characters import printable

ROOM_TO_FILL_IN = 200
"""Rows below a table that still offer its lists, for rows that are added at its end."""

FORMULA_STARTS = "=+-@\t\r"
"""What a spreadsheet takes for the beginning of a formula."""
_LONGEST = 32_767  # letters of a cell, counted as UTF-16 does; a file with more is called damaged
_HEAD, _MARK = "E6ECF0", "B00020"  # a light ground, a dark red
_PROPERTIES = "docProps/core.xml"
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # what an archive says where nobody knows


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write one value into an openpyxl sheet.

    Parameters
    ----------
    sheet, row, column
        Where; rows and columns count from 1.
    value
        Text is stored as text whatever it begins with, as :func:`parlib.characters.printable` gives it, and cut
        where a cell can hold no more; what is missing leaves the cell empty.

    Returns
    -------
    openpyxl.cell.Cell
        To be formatted.
    """
    import pandas as pd

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        text = _held(printable(value))
        if text:
            cell.value = text
            cell.data_type = "s"
            cell.quotePrefix = text[0] in FORMULA_STARTS
    elif value is not None and not pd.isna(value):
        cell.value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return cell


def put_head(sheet: Any, row: int, column: int, text: str) -> Any:
    """Write the heading of a column: bold on a light ground; the cell, to be aligned."""
    from openpyxl.styles import Font, PatternFill

    cell = put(sheet, row, column, text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
    return cell


def put_mark(sheet: Any, row: int, column: int, mark: str, size: int | None = None) -> None:
    """Write what must be seen, such as that figures are illustrative, in bold red."""
    from openpyxl.styles import Font

    put(sheet, row, column, mark).font = Font(bold=True, color=_MARK, size=size)


def _held(text: str) -> str:
    """Cut text to what a cell can hold; a cut ends in an ellipsis."""
    coded = text.encode("utf-16-le")
    if len(coded) <= 2 * _LONGEST:
        return text
    return coded[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def set_pages(sheet: Any, notice: str) -> None:
    """Print a sheet landscape, as wide as one page, the notice above and below every page."""
    notice = notice.replace("&", "&&")  # a single one begins a code
    sheet.oddHeader.center.text = notice or None
    sheet.oddFooter.center.text = " ".join(filter(None, [notice, "&P/&N"]))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def saved(book: Any, day: dt.date) -> bytes:
    """Save an openpyxl workbook so that the same content gives the same bytes.

    Parameters
    ----------
    day
        The only date in the file, as that of its making.
    """
    from openpyxl.xml.functions import tostring

    stream, packed = io.BytesIO(), io.BytesIO()
    book.save(stream)
    midnight = dt.datetime.combine(day, dt.time())
    book.properties.created = book.properties.modified = midnight
    book.properties.creator = "parlib"
    with zipfile.ZipFile(stream) as made, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            content = tostring(book.properties.to_tree()) if name == _PROPERTIES else made.read(name)
            part = zipfile.ZipInfo(name, _NO_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, content)
    return packed.getvalue()
