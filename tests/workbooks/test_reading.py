"""Opening files that somebody sent: what is dangerous or damaged is refused with a sentence, never with a traceback."""

import datetime as dt
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from parlib.errors import DataError
from parlib.workbooks._reading import clean, letters, open_workbook, parse_number, tinted


def save(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def simple() -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Điểm"
    sheet.append(["Tỉnh", "Điểm"])
    sheet.append(["Huế", 36.03])
    return book


def rewrite(path: Path, part: str, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(name, data)
    return path


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        open_workbook(path)
    assert caught.value.place.file == path.name
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("79,86", 79.86),
        ("79.86", 79.86),
        (" 79,86 % ", 79.86),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567,5", 1234567.5),
        ("−0,69", -0.69),
        ("23", 23.0),
        ("1e-3", 0.001),
        ("1 234,5", 1234.5),
        ("KCDL", None),
        ("1.2.3", None),
        ("12,34,5", None),
        ("1,23.4,5", None),
        ("", None),
        ("٣", None),
        ("nan", None),
        ("inf", None),
        ("1e30", None),
        ("0x1F", None),
        ("1_000", None),
    ],
)
def test_numbers_are_read_in_both_manners(text, value):
    assert parse_number(text) == value


@given(st.decimals(min_value=-1_000_000, max_value=1_000_000, places=3))
def test_what_vietnamese_and_english_print_is_read_back(number):
    english = f"{number:,.3f}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    if "," in english:  # with one mark alone it is a decimal mark
        assert parse_number(english) == parse_number(vietnamese) == float(number)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_is_not(text):
    value = parse_number(text)
    assert value is None or value == value
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_a_spreadsheet_names_them(column, name):
    assert letters(column) == name


def test_cells_know_their_place(tmp_path):
    sheet = open_workbook(save(simple(), tmp_path / "a.xlsx")).sheets[0]
    assert (sheet.text(2, 1), sheet.number(2, 2), sheet.title) == ("Huế", 36.03, "Điểm")
    assert str(sheet.place(2, 2)) == "a.xlsx, sheet 'Điểm', row 2, column 'B'"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (dt.datetime(2018, 5, 7, tzinfo=None), "a date (2018-05-07)"),  # noqa: DTZ001
        (True, "a truth value (TRUE)"),
        ("bảy", "'bảy'"),
        ("#REF!", "the error #REF!"),
        ("=1+1", "a formula whose result was not stored"),
    ],
)
def test_a_cell_that_is_no_number_is_refused_where_it_stands(tmp_path, value, found):
    book = simple()
    book.worksheets[0]["B2"] = value
    sheet = open_workbook(save(book, tmp_path / "a.xlsx")).sheets[0]
    with pytest.raises(DataError) as caught:
        sheet.number(2, 2)
    assert caught.value.found == found
    assert str(caught.value.place) == "a.xlsx, sheet 'Điểm', row 2, column 'B'"


def test_a_formula_counts_as_the_result_stored_with_it(tmp_path):
    path = save(simple(), tmp_path / "a.xlsx")
    rewrite(path, "xl/worksheets/sheet1.xml", b"<v>36.03</v>", b"<f>[1]Other!A1</f><v>36.03</v>")
    assert open_workbook(path).sheets[0].number(2, 2) == 36.03


def test_cells_swallowed_by_a_merge_cannot_be_read_and_the_first_can(tmp_path):
    book = simple()
    book.worksheets[0].append(["Hà Nội", 32.5])
    book.worksheets[0].merge_cells("B2:B3")
    sheet = open_workbook(save(book, tmp_path / "a.xlsx")).sheets[0]
    assert sheet.number(2, 2) == 36.03
    with pytest.raises(DataError, match="merged cells B2:B3"):
        sheet.number(3, 2)


def test_a_cell_in_per_cent_reads_as_shown_or_as_stored(tmp_path):
    book = simple()
    book.worksheets[0]["B2"] = 0.7986
    book.worksheets[0]["B2"].number_format = "0.00%"
    sheet = open_workbook(save(book, tmp_path / "a.xlsx")).sheets[0]
    assert sheet.number(2, 2) == pytest.approx(79.86)
    assert sheet.number(2, 2, as_shown=False) == 0.7986


def test_fills_are_read_as_a_reader_sees_them(tmp_path):
    book = simple()
    book.worksheets[0]["B2"].fill = PatternFill("solid", fgColor="FF4372C4")
    assert open_workbook(save(book, tmp_path / "a.xlsx")).sheets[0].cell(2, 2).fill == "4372C4"
    assert tinted("4472C4", -0.25) == "2F5597"
    assert tinted("FFC000", 0.8) == "FFF2CC"


def test_a_hidden_sheet_is_read_as_any_other(tmp_path):
    book = simple()
    book.create_sheet("x").sheet_state = "hidden"
    assert [sheet.title for sheet in open_workbook(save(book, tmp_path / "a.xlsx"))][1:] == ["x"]


def test_a_size_that_the_file_states_wrongly_hides_nothing(tmp_path):
    path = save(simple(), tmp_path / "a.xlsx")
    rewrite(path, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
    assert open_workbook(path).sheets[0].number(2, 2) == 36.03


def test_a_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    save(simple(), path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/a.xml", b"0" * 3_000_000)
    assert "packed" in refusal(path).found
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(70):
            archive.writestr(f"xl/media/{number}.xml", b"0" * 999_999)
    assert "unpacks to" in refusal(path).found


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/core.xml"]
)
def test_markup_that_expands_itself_is_refused(tmp_path, part):
    path = save(simple(), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        start = archive.read(part)[:40]
    doctype = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    at = start.find(b"?>") + 2 if b"?>" in start else 0
    head = start[: at or 5]
    rewrite(path, part, head, head + doctype if at else doctype + head)
    assert "entities" in refusal(path).found


def stored(path, parts):
    """A workbook with parts replaced, not packed: nothing about its size looks odd."""
    save(simple(), path)
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {
            **held,
            **{name: change(held.get(name, b"")) for name, change in parts.items()},
        }.items():
            archive.writestr(name, content)
    return path


def beside(extra):
    return lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + extra)


SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({SHEET: beside(b"<x/>" * 3_100_000)}, "more markup than tables need"),
        ({SHEET: beside(b"<x/>" * 210_000)}, "more formats and rules than tables need"),
        ({SHEET: beside(b"<x>" * 210_000)}, "more formats and rules than tables need"),
        (
            {SHEET: lambda sheet: sheet.replace(b"</sheetData>", b"<row/>" * 210_000)},
            "more formats and rules",
        ),
        (
            {STYLES: lambda styles: styles.replace(b"</cellXfs>", b"<xf/>" * 500_000)},
            "more markup than tables need",
        ),
        ({SHEET: beside(b'<x a="' + b"a" * 2_000_000 + b'"/>')}, "a tag of more than"),
        (
            {SHEET: beside(b"<x " + b" ".join(b'a%d=">"' % n for n in range(300_000)) + b"/>")},
            "a tag of more than",
        ),
        ({SHEET: beside(b"<!--" + b"a" * 2_000_000 + b"-->")}, "a tag of more than"),
        (
            {
                BOOK: lambda book: book.replace(
                    b"</sheets>",
                    b"".join(
                        b'<sheet name="s%d" sheetId="%d" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/'
                        b'officeDocument/2006/relationships"/>' % (n, n)
                        for n in range(9, 300)
                    )
                    + b"</sheets>",
                )
            },
            "292 sheets",
        ),
        (
            {
                "[Content_Types].xml": lambda types: types.replace(
                    b"</Types>",
                    b'<Override PartName="/xl/strings.bin" ContentType="application/vnd.openxmlformats-'
                    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
                ),
                "xl/strings.bin": lambda _: b"<!DOCTYPE x><sst/>",
            },
            "markup in a part called '/xl/strings.bin'",
        ),
        (
            {SHEET: lambda sheet: sheet.replace(b"</t>", b"a" * 34_000 + b"</t>", 1)},
            "34,004 letters in a cell",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_workbook_made_to_exhaust_its_reader_is_refused_in_seconds(tmp_path, parts, found):
    path = stored(tmp_path / "a.xlsx", parts)
    begun = time.process_time()
    assert refusal(path).found.startswith(found)
    assert time.process_time() - begun < 10


def test_one_long_text_in_many_cells_is_refused(tmp_path):
    book = simple()
    for row in range(3, 400):
        book.worksheets[0].cell(row, 1, "dài " * 8_000)
    save(book, tmp_path / "packed.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "packed.xlsx") as packed,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as plain,
    ):
        for name in packed.namelist():
            plain.writestr(name, packed.read(name))
    error = refusal(tmp_path / "a.xlsx")
    assert error.found == "more than 10,000,000 letters up to here"
    assert error.place.row == 315


def test_a_cell_of_a_megabyte_in_csv_is_refused_where_it_stands(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Tỉnh,Điểm\nHuế,36\n" + "x" * 100_000 + ",1\n", encoding="utf-8")
    error = refusal(path)
    assert (error.place.row, error.found) == (3, "100,000 letters in a cell")
    path.write_text("Tỉnh,Điểm\n" + "x" * 1_000_000, encoding="utf-8")
    assert refusal(path).place.row == 2


@pytest.mark.parametrize("far", [b"XFD9", b"A1048576"])
def test_a_cell_far_out_is_refused_before_it_costs_anything(tmp_path, far):
    path = save(simple(), tmp_path / "a.xlsx")
    cell = b'<row r="1048576"><c r="' + far + b'"><v>1</v></c></row></sheetData>'
    rewrite(path, "xl/worksheets/sheet1.xml", b"</sheetData>", cell)
    error = refusal(path)
    assert error.place.sheet == "Điểm"
    assert error.found == "a cell this far out"


def test_a_merge_over_the_whole_sheet_costs_nothing(tmp_path):
    path = save(simple(), tmp_path / "a.xlsx")
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    rewrite(path, "xl/worksheets/sheet1.xml", b"</sheetData>", merge)
    assert open_workbook(path).sheets[0].cell(2, 2).problem is not None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "a workbook locked with a password",
        ),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page or XML file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x00\x01\x02", "a file of an unknown kind"),
        (b"", "an empty file"),
        (b"PK\x03\x04" + b"\0" * 80, "a damaged workbook"),
        ("Tỉnh;Điểm\nHuế;36".encode("utf-16-be")[1:], "a file of an unknown kind"),
        ("Tỉnh,Điểm\nHuế,36".encode("cp1258", "replace"), "a byte that is not UTF-8 at position"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path, content, found):
    path = tmp_path / "table.xls"
    path.write_bytes(content)
    error = refusal(path)
    assert error.found.startswith(found)
    assert error.remedy


def test_an_archive_of_another_kind_is_named(tmp_path):
    for names, found in (
        (["mimetype", "content.xml"], "an OpenDocument file"),
        (["xl/workbook.bin"], "a binary workbook (.xlsb)"),
        (["a.txt"], "an archive that is no Excel workbook"),
    ):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"x")
        assert refusal(path).found == found


def test_a_workbook_locked_with_a_password_is_named(tmp_path):
    path = save(simple(), tmp_path / "a.xlsx")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        heads = [part.header_offset + 6 for part in archive.infolist()]
        at = archive.start_dir
        for _ in archive.infolist():
            heads.append(at + 8)
            at = content.find(b"PK\x01\x02", at + 4)
    for head in heads:
        content[head] |= 1  # the mark of a part that is encrypted
    path.write_bytes(content)
    assert refusal(path).found == "a locked archive"


def test_a_file_or_an_archive_beyond_any_table_is_not_opened(tmp_path):
    with (tmp_path / "large.xlsx").open("wb") as file:
        file.truncate(32 * 1024**2 + 1)  # takes no room on the disk
    assert refusal(tmp_path / "large.xlsx").found == "33,554,433 bytes"
    with zipfile.ZipFile(tmp_path / "parts.xlsx", "w") as archive:
        for number in range(2001):
            archive.writestr(f"{number}.xml", "")
    assert refusal(tmp_path / "parts.xlsx").found == "2,001 parts"
    (tmp_path / "wide.csv").write_text("a,b\n" + "," * 1000 + "\n", encoding="utf-8")
    assert refusal(tmp_path / "wide.csv").place.row == 2


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert refusal(tmp_path / "none.xlsx").found == "no such file"
    assert "cannot be opened" in refusal(tmp_path).found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_however_excel_saved_it(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    decimal = "36.03" if delimiter == "," else "36,03"
    path.write_text(f"Tỉnh{delimiter}Điểm\nHuế{delimiter}{decimal}\n", encoding=encoding)
    sheet = open_workbook(path).sheets[0]
    assert (sheet.text(2, 1), sheet.number(2, 2), sheet.title) == ("Huế", 36.03, None)


def test_a_broken_line_of_csv_is_refused_with_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Tỉnh,Điểm\n"Huế" x,36\n', encoding="utf-8")
    assert refusal(path).place.row == 2
