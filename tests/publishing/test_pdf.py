import io
import re
import shutil
import socket
import subprocess
import sys
import unicodedata
from pathlib import Path

import nbformat
import pandas as pd
import pikepdf
import pypdf
import pytest
import typst

from parlib.blocks import Column, masthead, table
from parlib.blocks.block import BLOCK_MIME, TYPST_MIME
from parlib.blocks.markup import typst_code
from parlib.errors import WorkError
from parlib.publishing.document import read_document
from parlib.publishing.exporters import ParlibJSONExporter, ParlibPDFExporter, ParlibXLSXExporter
from parlib.publishing.inspection import inspect
from parlib.publishing.report import make_report
from parlib.publishing.typesetting import typesetter
from parlib.wording.language import Language


def export(notebook):
    return ParlibPDFExporter().from_notebook_node(notebook)[0]


def words(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


@pytest.fixture(scope="module")
def pdf(small):
    return export(small.executed(small.blocks()))


@pytest.fixture(scope="module")
def reader(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def file(pdf, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(pdf)
    return path


@pytest.fixture(scope="module")
def text(reader):
    return words("".join(page.extract_text() for page in reader.pages))


def test_the_document_is_tagged_and_says_language_title_and_date(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "vi"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Báo cáo: Thừa Thiên Huế, 2017"
    assert reader.metadata.creation_date.date().isoformat() == "2018-08-28"


def test_the_document_claims_both_standards(reader):
    claims = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part>1<", claims)
    assert re.search(r"pdfaid:part>3<.*pdfaid:conformance>A<", claims, re.DOTALL)


def test_the_figures_and_the_tables_travel_inside(small, reader):
    notebook = small.executed(small.blocks())
    (figures,) = reader.attachments["figures.json"]
    (tables,) = reader.attachments["tables.xlsx"]
    assert figures.decode() == ParlibJSONExporter().from_notebook_node(notebook)[0]
    assert tables == ParlibXLSXExporter().from_notebook_node(notebook)[0]


def test_bookmarks_follow_the_headings(reader):
    def titles(outline):
        return [titles(entry) if isinstance(entry, list) else entry.title for entry in outline]

    assert titles(reader.outline) == ["Chỉ số PAPI", "So sánh", ["Các tỉnh"], "Nguồn"]


def test_every_letter_of_vietnamese_can_be_found(text, small):
    assert words(small.letters) in text


def test_hostile_text_is_printed_as_it_is(text, small):
    assert words(small.hostile) in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler-utils)")
def test_pdftotext_reads_it_too(file, small):
    run = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    assert words(small.letters) in words(run.stdout)
    assert "36,03" in run.stdout


def test_pages_are_a4_with_number_and_header(reader):
    pages = reader.pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        assert f"{number}/{len(pages)}" in page.extract_text()
        assert ("Thừa Thiên Huế, 2017" in page.extract_text()) == (number > 1)


def test_a_long_table_repeats_its_head_and_loses_no_row(reader):
    pages = [page.extract_text() for page in reader.pages]
    with_rows = [page for page in pages if re.search(r"^D\d+\b", page, re.MULTILINE)]
    assert len(with_rows) > 1
    for page in with_rows:
        assert re.search(r"Mã\s+Tên\s+Điểm", page)
    assert [int(n) for page in pages for n in re.findall(r"^D(\d+)\b", page, re.MULTILINE)] == list(range(60))


def test_numbers_line_up_on_the_decimal_mark(reader):
    marks = []

    def see(text, _matrix, place, _font, _size):
        if text.strip() == ",":  # digits are set in a font of their own, so the mark is a piece of text
            marks.append(round(place[4], 1))

    reader.pages[1].extract_text(visitor_text=see)
    assert len(marks) > 20
    assert len(set(marks)) == 1


def test_all_fonts_are_embedded_and_ours(pdf):
    names = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                names.add(str(thing["/FontName"]).split("+")[-1].split("-")[0])
                assert "/FontFile2" in thing or "/FontFile3" in thing
    assert names == {"BeVietnamPro", "ParlibFigures"}


def test_the_same_notebook_gives_the_same_bytes(pdf, small):
    assert export(small.executed(small.blocks())) == pdf


def test_letters_that_the_font_lacks_are_shown_as_lost(small):
    cell = small.foreign(text_plain="tên 中文 😀 hết")
    page = pypdf.PdfReader(io.BytesIO(export(small.executed(small.blocks()[:1], cell)))).pages[0]
    assert words("tên �� � hết") in words(page.extract_text())


def test_a_name_with_letters_that_the_font_lacks_stops_no_report(small):
    head = masthead(Language("vi"), title="Báo cáo", subject="Huế 😀 中", year=2017, as_of="2018-08-28")
    executed = small.executed([head, *small.blocks()[1:]])
    inspect(read_document(executed), {"pdf": export(executed)})


@pytest.mark.parametrize(
    "code",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        "#{ let x = 1 }",
        '#pl-note(body: read("x"))',
        "#pl-note(body: [x])",
        "#sys.inputs",
        "$x$",
        "words",
        '#pl-note(body: "a" + read("b"))',
        '#pl-note(body: "\\")#read("/etc/passwd")#pl-note(body: "")',
    ],
)
def test_typst_of_a_notebook_may_only_call_the_template_with_literals(small, code):
    cell = small.foreign(text_plain="x")
    cell.outputs[0].data = {TYPST_MIME: code, "text/html": "", BLOCK_MIME: {"blocks": []}}
    with pytest.raises(WorkError, match="Typst code of its own"):
        export(small.executed([], cell))


SECRET = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.mark.parametrize("way", ["{file}", "/..{file}", "../../../../../../../..{file}"])
@pytest.mark.parametrize("call", ['#read("{}")', '#image("{}")', '#image(bytes({}), format: "svg")'])
def test_the_typesetter_reads_no_file(tmp_path, way, call):
    (tmp_path / "secret.svg").write_text(SECRET)
    path = way.format(file=tmp_path / "secret.svg")
    drawing = SECRET.replace("<rect", f'<image href="{path}"')
    inside = path if '"{}"' in call else typst_code(drawing)
    with (
        typesetter(call.replace("{}", inside)) as setter,
        pytest.raises(typst.TypstError, match=r"not found|would escape|not allowed|failed to load"),
    ):
        setter.compile(format="pdf")


@pytest.mark.parametrize(
    "way", ['#import "@preview/cetz:0.3.0"', '#include "x.typ"', '#let x() = import "y.typ"']
)
def test_the_typesetter_fetches_no_package(monkeypatch, way):
    with socket.create_server(("127.0.0.1", 0)) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(WorkError, match="imports something"), typesetter(way) as setter:
            setter.compile(format="pdf")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_words_about_imports_are_words(small):
    cell = small.foreign(text_plain='#import "@preview/x:1.0.0" #include "y"')
    text = words(pypdf.PdfReader(io.BytesIO(export(small.executed([], cell)))).pages[0].extract_text())
    assert words('#import "@preview/x:1.0.0" #include "y"') in text


def test_markdown_and_foreign_results_are_printed(small):
    cell = nbformat.v4.new_markdown_cell("## Kết quả\n\nMột **đậm** và `mã` #read(1)\n\n- a\n- b")
    made = small.executed(small.blocks()[:1], cell, small.foreign(text_plain="<b>x</b>"))
    text = words(pypdf.PdfReader(io.BytesIO(export(made))).pages[0].extract_text())
    for part in ("Kết quả", "Một đậm và mã #read(1)", "– a", "<b>x</b>"):
        assert words(part) in text


def check(command, *arguments):
    return subprocess.run(
        [Path(sys.executable).with_name(command), *arguments], capture_output=True, text=True, check=False
    )


def test_pdfua_finds_nothing(file):
    run = check("pdfua", "check", file)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "PASS" in run.stdout


def test_outloud_finds_nothing(file):
    # TAG-002 takes a repeated table head, rightly an artifact on the second page, for prose that is never read.
    run = check("outloud", "--skip", "TAG-002", "--fail-on", "warning", file)
    assert run.returncode == 0, run.stdout + run.stderr


# --- the report on Huế in 2017, as it is --------------------------------------------------------------


@pytest.fixture(scope="module")
def hue(tmp_path_factory):
    parameters = {"province": "thua-thien-hue", "year": 2017, "lang": "vi"}
    return make_report("province", parameters, tmp_path_factory.mktemp("hue"), "hue", ["pdf"])[0]


@pytest.mark.slow
def test_the_checkers_find_nothing_in_the_report_on_hue(hue):
    for command in (["pdfua", "check"], ["outloud", "--skip", "TAG-002", "--fail-on", "error"]):
        run = check(*command, hue)
        assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_the_report_on_hue_gives_back_its_letters(hue):
    text = words("".join(page.extract_text() for page in pypdf.PdfReader(hue).pages))
    for said in ("Thừa Thiên Huế đạt 36,03/60 điểm", "Giải đáp khiếu nại, tố cáo, khúc mắc của người dân"):
        assert words(said) in text
    assert "\N{REPLACEMENT CHARACTER}" not in text


@pytest.mark.slow
def test_no_remark_stands_alone_at_the_top_of_a_page(hue):
    for page in pypdf.PdfReader(hue).pages[1:]:
        lines = [line for line in page.extract_text().splitlines() if line.strip()]
        # After the header comes a heading, a paragraph, a caption or the repeated head of a table.
        assert not lines[1].startswith(("Nguồn:", "–: không có số liệu"))


def test_a_number_set_on_its_decimal_mark_is_found_again_by_the_last_look(small):
    lang = Language("vi")
    columns = [Column("code", "Mã", "code"), Column("score", "Điểm", "score")]
    notebook = small.executed(
        [
            masthead(lang, title="Báo cáo", subject="Huế", year=2017, as_of="2018-08-28"),
            table(
                lang,
                pd.DataFrame({"code": ["a", "b"], "score": [6.5196, 6.1]}),
                columns,
                id="t",
                key="code",
                caption="Điểm",
            ),
        ]
    )
    inspect(read_document(notebook), {"pdf": export(notebook)})
    other = small.executed(small.blocks())
    with pytest.raises(WorkError, match="The PDF"):
        inspect(read_document(notebook), {"pdf": export(other)})
