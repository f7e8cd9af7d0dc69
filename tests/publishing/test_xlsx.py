"""The workbook to take away: the report's figures as cells, nothing that computes, and two ways back in."""

import io
import json

import nbformat
import openpyxl
import pytest

from parlib import pages
from parlib.answers.plan import Target, learn, plan
from parlib.answers.progress import room
from parlib.blocks import Column, Section, heading, masthead, table
from parlib.datasets import record
from parlib.errors import DataError
from parlib.publishing.exporters import ParlibJSONExporter, ParlibXLSXExporter
from parlib.wording.language import Language
from parlib.workbooks.plan import open_plan, read_costs

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\x07=1",
    "a]:*?/\\b",
]


def export(notebook):
    return ParlibXLSXExporter().from_notebook_node(notebook)[0]


def workbook(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(book):
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def hue(lang="vi", frame=0):
    report = pages.Report("hue" if frame else "thua-thien-hue", year=2017, lang=lang, frame=frame)
    return [pages.opening(report, ["papi", "par"]), pages.lost(report, "papi"), pages.path(report, "papi")]


@pytest.fixture(scope="module")
def content(small):
    return export(small.executed(hue()))


@pytest.fixture
def file(content, tmp_path):
    path = tmp_path / "thua-thien-hue.vi.xlsx"
    path.write_bytes(content)
    return path


def filled(file, changes):
    """The workbook with cells of one column filled in, by sheet, heading and code."""
    book = openpyxl.load_workbook(file)
    for title, word, values in changes:
        sheet = next(sheet for sheet in book if title in sheet.title)
        head = next(row for row in sheet.iter_rows() if any(cell.value == word for cell in row))
        at = next(cell.column for cell in head if cell.value == word)
        for row in range(head[0].row + 1, sheet.max_row + 1):
            if sheet.cell(row, 1).value in values:
                sheet.cell(row, at).value = values[sheet.cell(row, 1).value]
    book.save(file)


def test_every_figure_of_a_table_is_a_number_in_a_cell(small, content):
    notebook = small.executed(hue())
    blocks = json.loads(ParlibJSONExporter().from_notebook_node(notebook)[0])["blocks"]
    # A workbook keeps 15 digits of a number.
    found = {f"{cell.value:.14g}" for cell in cells(workbook(content)) if cell.data_type == "n"}
    figures = {**blocks["papi-lost-table"], **blocks["papi-steps"]}
    numbers = [f"{value:.14g}" for value in figures.values() if isinstance(value, int | float)]
    assert len(numbers) > 60
    assert set(numbers) <= found


def test_the_ledger_holds_all_leaves_not_only_those_that_the_page_has_room_for(content):
    sheet = next(sheet for sheet in workbook(content) if "mất" in sheet.title)
    codes = [cell.value for cell in sheet["A"] if str(cell.value).startswith("D")]
    framework = record().framework("papi", 2017)
    assert sorted(codes) == sorted(framework.scored_leaves(framework.table.index))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_headings_are_in_the_language_of_the_report(small, lang):
    book = workbook(export(small.executed(hue(lang))))
    words = {cell.value for cell in cells(book) if cell.font.bold}
    expected = {"vi": {"Điểm mất", "Cơ quan chủ trì"}, "en": {"Points lost", "Department in charge"}}
    assert expected[lang] <= words
    assert not expected["en" if lang == "vi" else "vi"] & words


def test_no_text_becomes_a_formula(small):
    import pandas as pd

    lang = Language("vi")
    frame = pd.DataFrame({"code": [f"D{i}" for i in range(len(HOSTILE))], "name": HOSTILE, "score": 1.5})
    shown = [
        masthead(lang, title=HOSTILE[0], subject=HOSTILE[1], year=2017, as_of="2018-08-28", mark=HOSTILE[2]),
        Section(
            [
                heading(2, HOSTILE[6], id="h"),
                table(
                    lang,
                    frame,
                    [Column("code", "=1+1", "code"), Column("name", "@x"), Column("score", "-1", "score")],
                    id="t",
                    key="code",
                    caption=HOSTILE[1],
                    source=HOSTILE[0],
                ),
            ]
        ),
    ]
    book = workbook(export(small.executed(shown)))
    assert not [cell.coordinate for cell in cells(book) if cell.data_type == "f"]
    texts = {cell.value: cell for cell in cells(book)}
    assert texts[HOSTILE[0]].quotePrefix
    assert texts[HOSTILE[0]].data_type == "s"
    assert not [sheet.title for sheet in book if sheet.title.startswith(("=", "'"))]


def test_a_column_to_be_filled_in_has_room_to_write(small):
    import pandas as pd

    lang = Language("vi")
    frame = pd.DataFrame({"code": ["1.1", "1.2"], "deadline": ""})
    columns = [Column("code", "Mã", "code"), Column("deadline", "Hạn")]
    shown = [
        masthead(lang, title="Kế hoạch", subject="Huế", year=2017, as_of="2018-08-28"),
        Section([table(lang, frame, columns, id="plan", key="code", caption="Kế hoạch")]),
    ]
    sheet = workbook(export(small.executed(shown))).worksheets[-1]
    assert sheet.column_dimensions["B"].width > 2 * sheet.column_dimensions["A"].width


def test_a_notebook_that_was_saved_and_read_again_gives_the_same_bytes(small, content):
    saved = nbformat.reads(nbformat.writes(small.executed(hue())), as_version=4)
    assert export(saved) == content


def test_the_same_report_gives_the_same_bytes(small, content):
    assert export(small.executed(hue())) == content


def test_the_only_date_is_that_of_the_data(content):
    book = workbook(content)
    assert book.properties.created.date().isoformat() == record().as_of
    assert book.properties.modified == book.properties.created


def test_aggregated_figures_are_marked_on_every_sheet(small):
    book = workbook(export(small.executed(hue(frame=34))))
    mark = Language("vi").t("Aggregated to {n} provinces, not official", n=34)
    visible = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert len(visible) >= 3
    for sheet in visible:
        assert any(mark in str(cell.value) for cell in sheet["A"]), sheet.title
        assert sheet.oddHeader.center.text == mark


def test_an_illustrative_report_is_marked_on_every_sheet_the_plan_and_its_examples_too(small):
    lang, mark = Language("vi"), "SỐ LIỆU MINH HỌA"
    head = masthead(lang, title="B", subject="Huế", year=2017, as_of="2018-08-28", mark=mark, id="marked")
    book = workbook(export(small.executed([head, *hue()[1:]])))
    visible = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert len(visible) >= 5
    for sheet in visible:
        assert mark in {cell.value for row in sheet.iter_rows(max_row=4) for cell in row}, sheet.title


def test_a_long_heading_is_cut_at_a_word(content):
    assert all(len(title) <= 31 and not title.endswith((" ", ",")) for title in workbook(content).sheetnames)


def test_the_plan_comes_back_as_it_was_filled_in(file):
    known = record()
    edition = known.edition("papi", 2017)
    limits = room(known.scored_edition(edition), known.framework("papi", 2017), "thua-thien-hue").to_dict()
    rows = open_plan(file).rows(limits, 2017)
    code = rows["indicator"].iloc[0]
    filled(file, [("Kế hoạch", "Cơ quan chủ trì", {code: "Sở Nội vụ"})])
    filled(file, [("Kế hoạch", "Thời hạn", {code: "30/6/2018"})])
    filled(file, [("Kế hoạch", "Tình trạng", {code: "Đang thực hiện"})])
    again = open_plan(file)
    row = again.rows(limits, 2017).iloc[0]
    assert (row["department"], row["status"]) == ("Sở Nội vụ", "in_progress")
    assert row["deadline"].date().isoformat() == "2018-06-30"
    assert again.meta["target"] == "group:high_average"
    assert again.meta["made_on"] == known.as_of


def test_costs_filled_in_beside_the_points_lost_choose_the_plan(file):
    known = record()
    framework = known.framework("papi", 2017)
    codes = list(framework.table.index)
    with pytest.raises(DataError, match="no cost"):
        read_costs(file, codes)
    filled(file, [("mất", "Chi phí cho mỗi điểm", {"D1.4": 1, "D2.3": 2.5, "D3.2": 900})])
    costs = read_costs(file, codes)
    assert costs == {"D1.4": 1.0, "D2.3": 2.5, "D3.2": 900.0}
    scored = known.scored_edition(known.edition("papi", 2017))
    result = plan(
        scored,
        framework,
        "thua-thien-hue",
        Target("group", "high_average"),
        learn(known.scored("papi"), scored, framework),
        costs=costs,
    )
    cheapest = next(made for made in result.plans if made.name == "least_effort")
    assert cheapest.leaves["indicator"].tolist() == ["D1.4"]


def test_costs_of_another_index_are_refused(file):
    filled(file, [("mất", "Chi phí cho mỗi điểm", {"D1.4": 1})])
    with pytest.raises(DataError, match="no table of costs for this index"):
        read_costs(file, ["A.1", "B.1"])
