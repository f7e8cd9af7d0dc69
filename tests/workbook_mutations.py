"""Workbooks as they come back from an office, and worse: one random mishap at a time.

Each mishap takes the workbook's bytes and a random source and returns other bytes. :data:`HARMLESS` ones change nothing
that a reader may take for a figure; after any other, a reader must either take what stands there or refuse it.
"""

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

Mishap = Callable[[bytes, random.Random], bytes]

STRANGE: list[Any] = [
    *(
        "KCDL",
        "#REF!",
        "n/a",
        "một",
        "1,5",
        "1.5",
        " 2 ",
        "1.250",
        "12%",
        "-1",
        "1e400",
        "=1+1",
        "'=1",
        "\u200b",
        "∞",
    ),
    *(-1, 0, 0.25, 1e9, 1e308, True, False, None, dt.date(2017, 3, 1), dt.time(3, 2)),
    *("=SUM(C1:C9)", "='[1]Sheet1'!A1", '=HYPERLINK("http://example.org")', "Không áp dụng", "x", "#N/A"),
]


def on_sheet(change: Callable[[Any, random.Random, list[Any]], None]) -> Mishap:
    """A mishap on the first sheet; ``change`` also gets its filled cells."""

    def mishap(content: bytes, chance: random.Random) -> bytes:
        book = load_workbook(io.BytesIO(content))
        sheet = book.worksheets[0]
        change(sheet, chance, [cell for line in sheet.iter_rows() for cell in line if cell.value is not None])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return mishap


def _swap(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    one, other = chance.sample(cells, 2)
    one.value, other.value = other.value, one.value


def _change(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    chance.choice(cells).value = chance.choice(STRANGE)


def _fill_in(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    row, column = chance.randint(1, sheet.max_row + 2), chance.randint(1, sheet.max_column + 2)
    sheet.cell(row, column).value = chance.choice(STRANGE)


def _scale(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    cell = chance.choice([c for c in cells if isinstance(c.value, int | float)])
    cell.value = cell.value * chance.choice([10, 100, 0.01, -1])


def _as_text(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    for cell in cells:
        if isinstance(cell.value, float) and chance.random() < 0.5:
            cell.value = repr(cell.value).replace(".", chance.choice([",", "."]))


def _as_number(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    cell = chance.choice(cells)
    try:
        cell.value = float(cell.value)
    except (TypeError, ValueError):
        cell.value = 1.1


def _per_cent(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    chance.choice([c for c in cells if isinstance(c.value, int | float)]).number_format = "0.0%"


def _cut_row(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    sheet.delete_rows(chance.choice(cells).row, chance.randint(1, 3))


def _cut_column(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    sheet.delete_cols(chance.choice(cells).column)


def _repeat_row(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    source, target = chance.choice(cells).row, sheet.max_row + chance.randint(1, 3)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(target, column).value = sheet.cell(source, column).value


def _merge(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    cell = chance.choice(cells)
    down, right = cell.row + chance.randint(0, 2), cell.column + chance.randint(0, 2)
    sheet.merge_cells(start_row=cell.row, start_column=cell.column, end_row=down, end_column=right)


def _swap_headings(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    row = max(range(1, 15), key=lambda r: sum(c.row == r for c in cells))
    one, other = chance.sample([cell for cell in cells if cell.row == row], 2)
    one.value, other.value = other.value, one.value


def _misspell_heading(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    row = max(range(1, 15), key=lambda r: sum(c.row == r for c in cells))
    cell = chance.choice([cell for cell in cells if cell.row == row])
    cell.value = chance.choice([str(cell.value)[:-1], f"{cell.value} (2)", "", "Cột"])


def _rename(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    sheet.title = chance.choice(["Sheet1", "bang cham diem ", "Ban cuoi (2)", "x" * 31, "Điểm"])


def _spaces(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    for cell in cells:
        if isinstance(cell.value, str) and not cell.value.startswith("=") and chance.random() < 0.5:
            cell.value = f" {cell.value.replace(' ', chr(160))}  "


def _move_columns(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    heading = max(range(1, 15), key=lambda r: sum(c.row == r for c in cells))
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=heading)]
    order = list(range(sheet.max_column))
    chance.shuffle(order)
    for at, line in enumerate(lines, start=heading):
        for column, source in enumerate(order, start=1):
            cell = sheet.cell(at, column)
            if not isinstance(cell, MergedCell):
                cell.value = line[source]


def _upper_case(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    heading = max(range(1, 15), key=lambda r: sum(c.row == r for c in cells))
    for cell in cells:
        if cell.row == heading:
            cell.value = cell.value.upper()


def _blank_below(sheet: Any, chance: random.Random, cells: list[Any]) -> None:
    sheet.cell(sheet.max_row + chance.randint(1, 50), 1).value = "   "


def flip_bytes(content: bytes, chance: random.Random) -> bytes:
    """A few bytes of the file are not what they were."""
    out = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def truncate(content: bytes, chance: random.Random) -> bytes:
    """The download stopped."""
    return content[: chance.randrange(len(content))]


def drop_part(content: bytes, chance: random.Random) -> bytes:
    """A part of the archive is missing, empty, or another one's."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name, other = chance.choice(list(parts)), chance.choice(list(parts))
    kind = chance.choice(["missing", "empty", "other", "cut"])
    if kind == "missing":
        del parts[name]
    else:
        cut = parts[name][: len(parts[name]) // 2]
        parts[name] = {"empty": b"", "other": parts[other], "cut": cut}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return out.getvalue()


HARMLESS: dict[str, Mishap] = {
    "sheet renamed": on_sheet(_rename),
    "columns moved": on_sheet(_move_columns),
    "spaces added": on_sheet(_spaces),
    "headings in capitals": on_sheet(_upper_case),
    "blanks below": on_sheet(_blank_below),
    "numbers as text": on_sheet(_as_text),
}
HARMFUL: dict[str, Mishap] = {
    "cells swapped": on_sheet(_swap),
    "cell changed": on_sheet(_change),
    "cell filled in": on_sheet(_fill_in),
    "number scaled": on_sheet(_scale),
    "text became a number": on_sheet(_as_number),
    "formatted as per cent": on_sheet(_per_cent),
    "rows cut": on_sheet(_cut_row),
    "column cut": on_sheet(_cut_column),
    "row repeated": on_sheet(_repeat_row),
    "cells merged": on_sheet(_merge),
    "headings swapped": on_sheet(_swap_headings),
    "heading misspelt": on_sheet(_misspell_heading),
    "bytes flipped": flip_bytes,
    "file truncated": truncate,
    "part of the archive lost": drop_part,
}
