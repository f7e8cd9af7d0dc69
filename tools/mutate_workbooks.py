"""Damage workbooks in every way that people and programs do, and see what the importers make of them.

Each workbook is built from the record in the shape that its publisher gives it, damaged once or twice, and imported.
The importer must either read every figure as it was or refuse the file, naming the place. Anything else is a fault:

- an exception that is not a :class:`~parlib.errors.DataError` (a traceback for the user),
- a refusal that names no place,
- a figure that differs from the one put in, or is missing, without the account saying so.

Run by hand: ``python tools/mutate_workbooks.py 2000``. The tests run a small number of the same.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from parlib import Record, record
from parlib.checks.reading import Reading
from parlib.errors import DataError, UsageError
from parlib.frameworks import ROOT
from parlib.workbooks.overlay import provinces_of
from parlib.workbooks.papi import INDEX, MISNAMED, NAMES, read_papi
from parlib.workbooks.par import read_par

SAME = 1e-6
FILLS = {"highest": "4372C4", "high_average": "A9D08E", "low_average": "FFC000", "lowest": "FFFF99"}
LEGEND = {
    "highest": "Best Performers",
    "high_average": "High Average",
    "low_average": "Low Average",
    "lowest": "Poor Performers ",
}
Truth = Mapping[tuple[int, str, str], float]
"""Year, province and indicator to the figure that stands in the workbook."""


# --- workbooks as issued ---------------------------------------------------------------------------


def heading(known: Record, year: int, code: str, lang: str) -> str:
    """The heading that the publisher prints over an indicator: with the wrong names of 2011-2017, and stray spaces."""
    number = str(known.framework(INDEX, year).table.at[code, "number"])
    for (first, last, at), misnamed in MISNAMED.items():
        if at == number and first <= year <= last:
            code = misnamed
    name = NAMES[code][0] if lang == "en" else next(name for name in NAMES[code] if not name.isascii())
    return f"{' ' if number == '1' else ''}{number}: {name}{' ' if lang == 'vi' else ''}"


def papi_truth(known: Record, year: int) -> Truth:
    """Scores of a year as the record has them."""
    scores = known.scores(INDEX)
    rows = scores[(scores["year"] == year) & scores["score"].notna()]
    keys = zip(rows["province"], rows["indicator"], rows["score"], strict=True)
    return {(year, province, indicator): float(score) for province, indicator, score in keys}


def build_papi(known: Record, year: int, lang: str = "en", *, colours: bool = False) -> Workbook:
    """A yearly workbook in the publisher's shape: one sheet of everything and one for every dimension.

    Parameters
    ----------
    known
        The record that the figures come from.
    year
        Which year.
    lang
        ``en`` (names without diacritics) or ``vi`` (with, and with stray spaces).
    colours
        Whether the sheets of dimensions carry group colours and their legend, as from 2018 on.
    """
    framework, truth = known.framework(INDEX, year), papi_truth(known, year)
    book = Workbook()
    every = [code for code in framework.walk() if code != ROOT]
    provinces = known.provinces(63).all
    title = f"{year}PAPI- Bảng tổng hợp kết quả" if lang == "vi" else f"{year}- PAPI ALL Dimensions "
    sheets = [(title, every, list(provinces))]
    for dimension in framework.split_children(ROOT):
        codes = list(framework.walk(dimension))
        number = dimension.removeprefix("D")
        tab = f"Điêm thành phần {number}" if lang == "vi" else f"Dimention {number}"
        sheets.append((tab, codes, sorted(provinces, key=lambda province: province.name_en)))
    book.remove(book.worksheets[0])
    groups = _groups(known, year) if colours else {}
    for tab, codes, order in sheets:
        sheet = book.create_sheet(tab)
        sheet.append(
            ["Tên tỉnh " if lang == "vi" else "Provinces", *(heading(known, year, c, lang) for c in codes)]
        )
        for province in order:
            name = f"{province.name_vi} " if lang == "vi" else province.name_en
            if province.slug == "ba-ria-vung-tau" and lang == "en":
                name = "Ba Ria-Vung Tau"
            sheet.append([name, *(truth.get((year, province.slug, code)) for code in codes)])
            if colours and tab != title:
                for column, code in enumerate(codes, start=2):
                    group = groups.get((province.slug, code))
                    if group is not None:
                        sheet.cell(sheet.max_row, column).fill = PatternFill("solid", fgColor=FILLS[group])
        if colours and tab != title:
            for row, (group, text) in enumerate(LEGEND.items(), start=14):
                sheet.cell(row, len(codes) + 4, text)
                sheet.cell(row, len(codes) + 5).fill = PatternFill("solid", fgColor=FILLS[group])
    return book


def _groups(known: Record, year: int) -> dict[tuple[str, str], str]:
    scored = known.scored(INDEX, "lowest")
    rows = scored[(scored["year"] == year) & scored["group"].notna()]
    return dict(zip(zip(rows["province"], rows["indicator"], strict=True), rows["group"], strict=True))


def full_truth(known: Record, year: int = 2018) -> Truth:
    """What the full table says: the scores, and the raw indicators as ``D1.1#1``."""
    values = known.table("papi/indicator_values.csv")
    raw = {
        (year, str(row["province"]), f"{row['indicator']}#{row['number']}"): float(row["value"])
        for row in values[values["year"] == year].to_dict("records")
    }
    return {**papi_truth(known, year), **raw}


def build_full(known: Record, year: int = 2018) -> Workbook:
    """The full table of raw indicators: indicators down, provinces across, and the same turned round."""
    framework, truth = known.framework(INDEX, year), papi_truth(known, year)
    labels = known.table("papi/indicator_labels.csv").query(f"year == {year}")
    values = known.table("papi/indicator_values.csv").query(f"year == {year}")
    raw = {
        (row["province"], row["indicator"], row["number"]): row["value"] for row in values.to_dict("records")
    }
    provinces = known.provinces(63).all
    lines: list[list[Any]] = [["Tên tỉnh/thành phố", "Thang điểm", *(p.name_en for p in provinces)]]

    def line(text: str, scale: str, figures: Iterator[float | None]) -> None:
        lines.append([text, scale, *("KCDL" if figure is None else figure for figure in figures)])

    for code in framework.walk():
        if code == ROOT:
            text = f"Chỉ số PAPI {year} (không có trọng số)"
        else:
            text = heading(known, year, code, "vi").strip() + ("*" if code == "D2.1" else "")
            text = f"Chỉ số nội dung {text}" if "." not in code else text
        low, high = framework.table.at[code, "min_score"], framework.table.at[code, "max_score"]
        line(text, f"{low:g}-{high:.3g} điểm", (truth.get((year, p.slug, code)) for p in provinces))
        for label in labels[labels["indicator"] == code].to_dict("records"):
            key = code, label["number"]
            line(label["name_vi"], _scale(label), (raw.get((p.slug, *key)) for p in provinces))
    book = Workbook()
    down = book.worksheets[0]
    down.title = "ProvincialIndicators_VIE"
    for cells in lines:
        down.append(cells)
    down.append([])
    down.append(["Ghi chú: (*) Những nội dung được điều chỉnh trong năm 2018"])
    down.append(["KCDL = Không có dữ liệu"])
    across = book.create_sheet("Transposed")
    for number, column in enumerate(zip(*lines, strict=True)):
        if number != 1:
            across.append([None if number == 0 else number, *column])
    one = book.create_sheet("NamDinh")
    at = next(i for i, p in enumerate(provinces, start=2) if p.slug == "nam-dinh")
    for cells in lines:
        one.append([cells[0], cells[1], cells[at]])
    return book


def _scale(label: Mapping[Any, Any]) -> str:
    low, high = label["scale_low"], label["scale_high"]
    if label["unit"] in ("share", "percent"):
        return "0%-100%"
    if low != low:
        return "Tối thiểu - Tối đa"
    return f"{low:g}-{high:,.0f}VND" if label["unit"] == "thousand VND" else f"{low:g}-{high:g} điểm"


def panel_rows(known: Record) -> list[dict[str, Any]]:
    """The first 19 rows of 2012 of the panel vn-par-master, as the record has them from it (source H001)."""
    scores = known.scores("par")
    of_2012 = scores[scores["year"] == 2012]
    parts = of_2012[of_2012["source_id"].str.contains("H001")]
    disputed = known.disputed[known.disputed["source_id"] == "H001"].set_index("province")["score"]
    ranks = of_2012[of_2012["indicator"] == ROOT].set_index("province")["published_rank"]
    out = []
    for slug, group in parts[parts["indicator"] != ROOT].groupby("province"):
        figures = group.set_index("indicator")["score"]
        province = known.provinces(63).find(str(slug))
        total = disputed.get(slug, round(float(figures.sum()), 2))
        out.append(
            {
                "year": 2012,
                "unit_type": "province",
                "unit_code": str(int(province.gso_code)),
                "unit_name": province.name_en,
                "par_index": float(total),
                "par_rank": int(ranks[slug]),
                "ranked": 1,
                "score_moha": float(figures["RESULT"]),
                "score_survey": float(figures["SURVEY"]),
            }
        )
    return sorted(out, key=lambda row: row["par_rank"])


def panel_truth(known: Record) -> Truth:
    """What the panel's rows say."""
    columns = {"par_index": ROOT, "score_moha": "RESULT", "score_survey": "SURVEY"}
    book = known.provinces(63)
    return {
        (2012, book.find(row["unit_name"]).slug, indicator): row[column]
        for row in panel_rows(known)
        for column, indicator in columns.items()
    }


def build_panel(known: Record) -> Workbook:
    """The panel as a workbook, with two ministries among its units."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "vn-par-master"
    rows = panel_rows(known)
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    for name, total in (("Bo Noi vu", 80.1), ("Bo Tai chinh", 79.4)):
        sheet.append([2012, "ministry", None, name, total, 3, 1, 50.0, total - 50])
    return book


# --- damage ----------------------------------------------------------------------------------------

Damage = Callable[[Workbook, random.Random], None]


def _at(dice: random.Random, first: int, last: int) -> int:
    """A row or column; the first one where a damage before left no more."""
    return dice.randint(first, max(first, last))


def _sheet(book: Workbook, dice: random.Random) -> Any:
    return dice.choice(book.worksheets)


def _figure(book: Workbook, dice: random.Random) -> Any:
    """Any cell that holds a number."""
    sheet = _sheet(book, dice)
    for _ in range(200):
        cell = sheet.cell(_at(dice, 2, sheet.max_row), _at(dice, 2, sheet.max_column))
        if isinstance(cell.value, (int, float)):
            return cell
    return sheet.cell(2, 2)


def swap_cells(book: Workbook, dice: random.Random) -> None:
    """Two figures change places."""
    one, other = _figure(book, dice), _figure(book, dice)
    one.value, other.value = other.value, one.value


def swap_names(book: Workbook, dice: random.Random) -> None:
    """Two names of a sheet change places."""
    sheet = _sheet(book, dice)
    column = 4 if sheet.title == "vn-par-master" else 1
    one, other = (sheet.cell(_at(dice, 2, min(sheet.max_row, 20)), column) for _ in range(2))
    one.value, other.value = other.value, one.value


def mistype(book: Workbook, dice: random.Random) -> None:
    """A figure is typed over: a digit, the point, the sign."""
    cell = _figure(book, dice)
    value = float(cell.value or 1)
    cell.value = dice.choice(
        [value * 10, value / 10, -value, value + 1, round(value, 1), value * 100, 0, value + 0.01]
    )


def retype(book: Workbook, dice: random.Random) -> None:
    """A figure becomes text, a date, a truth value, nothing."""
    cell = _figure(book, dice)
    value = cell.value
    comma = str(value).replace(".", ",")
    cell.value = dice.choice(
        [
            str(value),
            comma,
            f" {value} ",
            f"{value}%",
            "n/a",
            "abc",
            "KCDL",
            None,
            True,
            dt.datetime(2018, 5, 7, tzinfo=None),  # noqa: DTZ001 - cells know no zone
            *(f"{value}*", f"'{value}", "1.2.3", "=", "\u200b", "٣"),
        ]
    )


def cut_rows(book: Workbook, dice: random.Random) -> None:
    """Rows are deleted."""
    sheet = _sheet(book, dice)
    sheet.delete_rows(_at(dice, 1, sheet.max_row), dice.randint(1, 6))


def cut_columns(book: Workbook, dice: random.Random) -> None:
    """Columns are deleted."""
    sheet = _sheet(book, dice)
    sheet.delete_cols(_at(dice, 1, sheet.max_column), dice.randint(1, 2))


def add_blank(book: Workbook, dice: random.Random) -> None:
    """An empty row or column is put in."""
    sheet = _sheet(book, dice)
    if dice.random() < 0.5:
        sheet.insert_rows(_at(dice, 1, sheet.max_row))
    else:
        sheet.insert_cols(_at(dice, 1, sheet.max_column))


def repeat_row(book: Workbook, dice: random.Random) -> None:
    """A row stands twice."""
    sheet = _sheet(book, dice)
    sheet.append([cell.value for cell in sheet[_at(dice, 2, sheet.max_row)]])


def move_row(book: Workbook, dice: random.Random) -> None:
    """A row moves to the end."""
    sheet = _sheet(book, dice)
    row = _at(dice, 2, sheet.max_row)
    values = [cell.value for cell in sheet[row]]
    sheet.delete_rows(row)
    sheet.append(values)


def rename_sheet(book: Workbook, dice: random.Random) -> None:
    """A tab gets another name."""
    _sheet(book, dice).title = dice.choice(
        ["Sheet1", "Điểm", "2031", "PAPI 2016", "D 1", "x" * 31, "Ghi chú"]
    )


def drop_sheet(book: Workbook, dice: random.Random) -> None:
    """A sheet is deleted, or all but one."""
    if len(book.worksheets) > 1:
        keep = dice.random() < 0.2
        for sheet in book.worksheets[1:] if keep else [_sheet(book, dice)]:
            book.remove(sheet)


def shuffle_headings(book: Workbook, dice: random.Random) -> None:
    """Headings change places over their columns."""
    sheet = _sheet(book, dice)
    row = sheet[1]
    one, other = dice.choice(row), dice.choice(row)
    one.value, other.value = other.value, one.value


def garble_heading(book: Workbook, dice: random.Random) -> None:
    """A heading is misspelt, doubled, emptied or renumbered."""
    sheet = _sheet(book, dice)
    cell = dice.choice(sheet[1])
    text = str(cell.value or "")
    cell.value = dice.choice(
        [
            None,
            text + text,
            text.upper(),
            text[::-1],
            text.replace("1", "2"),
            f"  {text}  ",
            7,
            text[:3],
            "9.9: New",
            *(text.replace(":", " :"), str(sheet.cell(1, 2).value)),
        ]
    )


def garble_name(book: Workbook, dice: random.Random) -> None:
    """A province is written otherwise, or cannot be known."""
    sheet = _sheet(book, dice)
    column = 4 if sheet.title == "vn-par-master" else 1
    cell = sheet.cell(_at(dice, 2, min(sheet.max_row, 20)), column)
    text = str(cell.value or "")
    cell.value = dice.choice(
        [
            text.upper(),
            f"\u00a0{text} ",
            f"Tỉnh {text}",
            text[:-1],
            "Atlantis",
            None,
            12,
            "Average",
            "Ha Noi",
            "Note",
            *(text.replace(" ", ""), "Cả nước", "{x}", "<b>"),
        ]
    )


def merge_cells(book: Workbook, dice: random.Random) -> None:
    """Cells are merged, losing all but one."""
    sheet = _sheet(book, dice)
    row, column = _at(dice, 1, sheet.max_row), _at(dice, 1, sheet.max_column)
    sheet.merge_cells(
        start_row=row,
        start_column=column,
        end_row=row + dice.randint(0, 2),
        end_column=column + dice.randint(0, 2),
    )


def put_formula(book: Workbook, dice: random.Random) -> None:
    """A figure becomes a formula whose result nobody stored."""
    _figure(book, dice).value = dice.choice(
        ["=1+1", "=SUM(B2:B9)", "=[1]Sheet1!$A$1", '=HYPERLINK("http://a.invalid","1")', "=cmd|' /C calc'!A0"]
    )


def put_error(book: Workbook, dice: random.Random) -> None:
    """A cell shows an error."""
    sheet = _sheet(book, dice)
    cell = dice.choice(
        [_figure(book, dice), sheet.cell(_at(dice, 1, sheet.max_row), 1), dice.choice(sheet[1])]
    )
    cell.value = dice.choice(["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?"])


DAMAGES: tuple[Damage, ...] = (
    swap_cells,
    swap_names,
    mistype,
    retype,
    cut_rows,
    cut_columns,
    add_blank,
    repeat_row,
    move_row,
    rename_sheet,
    drop_sheet,
    shuffle_headings,
    garble_heading,
    garble_name,
    merge_cells,
    put_formula,
    put_error,
)


def _cut_short(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randint(0, len(content) - 1)]


def _flip_bytes(content: bytes, dice: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _drop_part(content: bytes, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        gone = dice.choice(archive.namelist())
    return _rewrite(content, lambda name, data: None if name == gone else data)


def _break_xml(content: bytes, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        broken = dice.choice(archive.namelist())
    at = dice.random()

    def cut(name: str, data: bytes) -> bytes:
        if name != broken:
            return data
        place = int(len(data) * at)
        return dice.choice(
            [data[:place], data[:place] + b"<" + data[place:], data[:place] + b"\x00" + data[place:]]
        )

    return _rewrite(content, cut)


def _bomb(content: bytes, dice: random.Random) -> bytes:
    filler = b"0" * dice.choice([2_000_000, 100_000_000])
    return _rewrite(
        content, lambda name, data: data + filler if name.startswith("xl/worksheets/sheet1") else data
    )


def _entities(content: bytes, dice: random.Random) -> bytes:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    part = dice.choice(
        ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
    )
    return _rewrite(content, lambda name, data: _after_declaration(data, laughs) if name == part else data)


def _after_declaration(data: bytes, inserted: bytes) -> bytes:
    head, mark, rest = data.partition(b"?>")
    return head + mark + inserted + rest if mark else inserted + data


def _store_formulas(content: bytes, dice: random.Random) -> bytes:
    """Figures become formulas whose right result is stored: they must be read as that result."""
    part = f"xl/worksheets/sheet{dice.randint(1, 2)}.xml"
    return _rewrite(
        content,
        lambda name, data: data.replace(b"<v>5.", b"<f>[1]Sheet1!A1*2</f><v>5.") if name == part else data,
    )


def _far_cell(content: bytes, dice: random.Random) -> bytes:
    far = dice.choice([b"XFD1048576", b"ZZZ9", b"A99999999", b"AAAA1", b"B2"])
    cell = b'<row r="1048576"><c r="' + far + b'"><v>1</v></c></row></sheetData>'
    return _rewrite(
        content,
        lambda name, data: (
            data.replace(b"</sheetData>", cell) if name == "xl/worksheets/sheet1.xml" else data
        ),
    )


def _huge_merge(content: bytes, _dice: random.Random) -> bytes:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="B2:XFD1048576"/></mergeCells>'
    return _rewrite(
        content,
        lambda name, data: (
            data.replace(b"</sheetData>", merge) if name == "xl/worksheets/sheet1.xml" else data
        ),
    )


def _rewrite(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


FileDamage = Callable[[bytes, random.Random], bytes]
FILE_DAMAGES: tuple[FileDamage, ...] = (
    _cut_short,
    _flip_bytes,
    _flip_bytes,  # drawn twice as often as the others
    _drop_part,
    _break_xml,
    _bomb,
    _entities,
    _store_formulas,
    _far_cell,
    _huge_merge,
)


# --- the trial -------------------------------------------------------------------------------------


@dataclass
class Trial:
    """What became of the workbooks: counts of outcomes, by damage, and every fault."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_damage: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The result in words."""
        total = sum(self.outcomes.values())
        lines = [
            f"{total:,} mutated workbooks: " + ", ".join(f"{n:,} {what}" for what, n in self.outcomes.items())
        ]
        names = sorted({name for name, _ in self.by_damage})
        for name in names:
            counts = {what: self.by_damage[name, what] for what in ("read", "refused", "fault")}
            lines.append(
                f"  {name:<18} read {counts['read']:>4}  refused {counts['refused']:>4}  fault {counts['fault']}"
            )
        return "\n".join([*lines, *self.faults])


@dataclass(frozen=True)
class Case:
    """A kind of workbook: its bytes as issued, what it says, how it is read, and how far a figure may be off unseen.

    Parts printed with two decimals may miss their printed sum by 0.01 (each is rounded by itself), so a slip of one
    hundredth cannot be told from rounding.
    """

    name: str
    content: bytes
    truth: Truth
    read: Callable[[Path], Reading]
    slack: float = SAME


@cache
def cases() -> tuple[Case, ...]:
    """Three yearly workbooks, a full table and the panel, each read as if the record did not have its figures."""
    known = record()
    books = provinces_of(known)
    scores = known.scores(INDEX)
    out = []

    def yearly(name: str, year: int, book: Workbook, truth: Truth | None = None) -> None:
        others = scores[scores["year"] != year]
        framework = known.framework(INDEX, year)
        out.append(
            Case(
                name,
                _saved(book),
                truth or papi_truth(known, year),
                lambda path: read_papi(
                    *(path, year, books, framework),
                    known=others,
                    editions=known.editions,
                    breaks=known.breaks,
                    formulas=known.table("papi/rescaling.csv"),
                ),
            )
        )

    yearly("papi 2013 en", 2013, build_papi(known, 2013))
    yearly("papi 2017 vi", 2017, build_papi(known, 2017, "vi"))
    yearly("papi 2018 en, coloured", 2018, build_papi(known, 2018, colours=True))
    yearly("papi 2018 vi, full", 2018, build_full(known), full_truth(known))
    out.append(
        Case(
            "vn-par-master",
            _saved(build_panel(known)),
            panel_truth(known),
            lambda path: read_par(path, None, books, known.framework),
            slack=0.01 + SAME,
        )
    )
    return tuple(out)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def damaged(case: Case, dice: random.Random) -> tuple[str, bytes]:
    """The workbook damaged once or twice, and what was done to it."""
    if dice.random() < 0.2:
        blow = dice.choice(FILE_DAMAGES)
        return blow.__name__.lstrip("_"), blow(case.content, dice)
    book = load_workbook(io.BytesIO(case.content))
    blows = [dice.choice(DAMAGES) for _ in range(dice.choice([1, 1, 1, 2]))]
    for change in blows:
        if book.worksheets:
            change(book, dice)
    return "+".join(change.__name__ for change in blows), _saved(book)


def judge(case: Case, path: Path) -> tuple[str, str]:
    """``read``, ``refused`` or ``fault``, and why."""
    try:
        reading = case.read(path)
    except UsageError as error:  # a panel that lost its years needs --year: a sentence, too
        return ("refused", "") if path.name in str(error) else ("fault", f"no place: {error}")
    except DataError as error:
        return ("refused", "") if error.place.file == path.name else ("fault", f"no place: {error}")
    except Exception:  # noqa: BLE001 - that is what the trial is about
        return "fault", traceback.format_exc(limit=-3)
    if reading.refused:
        lost = [f for f in reading.findings if f.severity == "error" and f.place.file != path.name]
        return ("fault", f"no place: {lost[0]}") if lost else ("refused", "")
    return _compare(case, reading)


def _compare(case: Case, reading: Reading) -> tuple[str, str]:
    """Every figure read must be the one put in; every one missing must be accounted for."""
    published = reading.scores[reading.scores["score"].notna()]
    read = {
        (int(row["year"]), str(row["province"]), str(row["indicator"])): float(row["score"])
        for row in published.to_dict("records")
    }
    # What stands in one sheet alone has no witness; whether it was mistyped nobody can tell.
    witnessed = sum(sheet.provinces > 1 for sheet in reading.read) > 1
    for row in reading.values.to_dict("records") if witnessed else ():
        code = f"{row['indicator']}#{row['number']}"
        read[int(row["year"]), str(row["province"]), code] = float(row["value"])
    for key, value in read.items():
        slack = max(case.slack, 1e-5) if key[2] == ROOT else case.slack
        if key not in case.truth or abs(case.truth[key] - value) > slack:
            return "fault", f"{key}: read {value}, put in {case.truth.get(key)}"
    missing = {key[1] for key in case.truth if key not in read and "#" not in key[2]}
    said = {item.what for item in reading.left_out if item.reason == "cells without data"}
    listed = any(finding.code == "coverage.not_listed" for finding in reading.findings)
    book = provinces_of(record())[63]
    accounted = {book.find(name).slug for name in said}
    if missing - accounted and not listed and case.name.startswith("papi"):
        return "fault", f"missing without a word: {sorted(missing - accounted)[:5]}"
    return "read", ""


def run(count: int, seed: int = 0) -> Trial:
    """Damage ``count`` workbooks and import them."""
    trial = Trial()
    dice = random.Random(seed)  # noqa: S311 - the same damage every time is the point
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.xlsx"
        for number in range(count):
            # The full table is ten times the size of the others: one in fifteen.
            *usual, full, panel = cases()
            case = full if number % 15 == 14 else [*usual, panel][number % 4]
            state = dice.getrandbits(48)
            what, content = damaged(case, random.Random(state))  # noqa: S311
            path.write_bytes(content)
            outcome, why = judge(case, path)
            trial.outcomes[outcome] += 1
            for name in what.split("+"):
                trial.by_damage[name, outcome] += 1
            if outcome == "fault":
                trial.faults.append(f"{case.name}, {what}, state {state}: {why}")
    return trial


def main(arguments: Sequence[str]) -> int:
    """Run the trial and print its result."""
    trial = run(int(arguments[0]) if arguments else 2000, int(arguments[1]) if len(arguments) > 1 else 0)
    sys.stdout.write(trial.text() + "\n")
    return bool(trial.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
