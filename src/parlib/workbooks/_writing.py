"""Writing cells so that a spreadsheet shows text and never computes it."""

from __future__ import annotations

from typing import Any

_FORMULA_STARTS = "=+-@"


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write one value into an openpyxl sheet.

    Parameters
    ----------
    sheet, row, column
        Where; rows and columns count from 1.
    value
        Text is stored as text whatever it begins with, without the control characters that XLSX cannot hold; what is
        missing leaves the cell empty.

    Returns
    -------
    openpyxl.cell.Cell
        To be formatted.
    """
    import pandas as pd

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        if text:
            cell.value = text
            cell.data_type = "s"
            cell.quotePrefix = text[0] in _FORMULA_STARTS
    elif value is not None and not pd.isna(value):
        cell.value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return cell
