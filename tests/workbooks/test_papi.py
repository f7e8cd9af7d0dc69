"""The publisher's yearly PAPI workbooks: every defect by its rule, every figure as it is."""

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from parlib import Record
from parlib.checks.reading import Reading
from parlib.errors import DataError
from parlib.frameworks import ROOT
from parlib.provinces import Provinces
from parlib.workbooks.papi import INDEX, read_papi

Books = dict[int, Provinces]
Read = Callable[..., Reading]
OFFICIAL = os.environ.get("PARLIB_OFFICIAL", "")
FILES = {
    "PAPI 2012 vie.xlsx": 2012,
    "PAPI 2013 eng.xlsx": 2013,
    "PAPI 2017 eng.xlsx": 2017,
    "PAPI 2018 eng.xlsx": 2018,
    "PAPI 2018 FULL vie.xlsx": 2018,
}


@pytest.fixture
def read(known: Record, books: Books, tmp_path: Path) -> Read:
    """Save a workbook, import it as a given year, as if the record did not have that year."""

    def run(book: Workbook, year: int, *, framework_year: int | None = None) -> Reading:
        path = tmp_path / "papi.xlsx"
        book.save(path)
        scores = known.scores(INDEX)
        framework = known.framework(INDEX, framework_year or year)
        others = scores[scores["year"] != year]
        return read_papi(
            path,
            year,
            books,
            framework,
            known=others,
            editions=known.editions,
            breaks=known.breaks,
            formulas=known.table("papi/rescaling.csv"),
        )

    return run


def differences(reading: Reading, known: Record, year: int) -> pd.DataFrame:
    """Figures of a reading beside those of the record, wherever one of them has one."""
    keys = ["year", "frame", "province", "indicator"]
    scores = known.scores(INDEX)
    mine = scores.loc[scores["year"] == year, [*keys, "score"]]
    both = reading.scores[[*keys, "score"]].merge(mine, on=keys, how="outer", suffixes=("", "_known"))
    return both.assign(gap=(both["score"] - both["score_known"]).abs())


def errors(reading: Reading) -> list[tuple[str, str]]:
    return [(f.code, str(f.place)) for f in reading.findings if f.severity == "error"]


@pytest.mark.parametrize(
    ("year", "lang", "colours"),
    [
        *((2011, "vi", False), (2013, "en", False), (2016, "en", False), (2017, "vi", False)),
        *((2018, "en", True), (2019, "vi", True), (2021, "en", False), (2024, "vi", False)),
    ],
)
def test_a_yearly_workbook_reads_as_the_record_has_it(mutate: ModuleType, known, read, year, lang, colours):
    reading = read(mutate.build_papi(known, year, lang, colours=colours), year)
    assert errors(reading) == []
    both = differences(reading, known, year)
    assert both["gap"].notna().all()  # nothing more, nothing less
    assert both.loc[both["indicator"] != ROOT, "gap"].max() < 1e-6
    assert both.loc[both["indicator"] == ROOT, "gap"].max() < 1e-3 if year == 2022 else 1e-5
    assert reading.frame == 63
    assert reading.released


def test_the_headings_of_2015_are_read_as_what_they_hold(mutate, known, read):
    reading = read(mutate.build_papi(known, 2015), 2015)
    said = {(item.found, item.read_as.split()[0]) for item in reading.renamed if item.rule.startswith("R2")}
    assert said == {
        ("2.1: Access to Information", "D2.2"),
        ("2.2: Poverty Lists", "D2.3"),
        ("2.3: Communal Budgets", "D2.4"),
        ("3.2: Governments Responsive to Citizen Appeals", "D3.PIB"),
        ("3.3: Access to Justice Services", "D3.CISB"),
    }


def test_the_response_to_appeals_of_2017_keeps_its_name_and_the_boards_do_not(mutate, known, read):
    reading = read(mutate.build_papi(known, 2017), 2017)
    said = {item.read_as.split()[0] for item in reading.renamed if item.rule.startswith("R2")}
    assert said == {"D2.2", "D2.3", "D2.4", "D3.PIB"}
    hue = reading.scores.query("province == 'thua-thien-hue' and indicator == 'TOTAL'").iloc[0]
    assert hue["score"] == pytest.approx(36.032028, abs=1e-5)
    assert hue["basis"] == "derived"


def test_the_full_table_of_2018_reads_turned_either_way(mutate, known, read):
    reading = read(mutate.build_full(known), 2018)
    assert errors(reading) == []
    # A net change printed as a share of 0 to 1.
    assert [f.values["n"] for f in reading.findings if f.code == "ranges.raw"] == [4]
    assert differences(reading, known, 2018)["gap"].max() < 1e-6
    total = reading.scores[reading.scores["indicator"] == ROOT]
    assert set(total["basis"]) == {"published"}
    assert len(total) == 61
    assert [item.sheet for item in reading.read] == ["ProvincialIndicators_VIE", "Transposed", "NamDinh"]


def test_the_114_raw_indicators_of_2018_are_those_of_the_record(mutate, known, read):
    reading = read(mutate.build_full(known), 2018)
    keys = ["year", "indicator", "number"]
    labels = reading.labels.merge(known.table("papi/indicator_labels.csv"), on=keys, suffixes=("", "_known"))
    assert len(labels) == len(reading.labels) == 114
    for column in ("name_vi", "unit"):
        assert (labels[column] == labels[f"{column}_known"]).all()
    for column in ("scale_low", "scale_high"):
        assert labels[column].astype("float64").equals(labels[f"{column}_known"])
    values = reading.values.merge(
        known.table("papi/indicator_values.csv"), on=[*keys, "frame", "province"], suffixes=("", "_known")
    )
    assert len(values) == len(reading.values) == 7108
    assert (values["value"] - values["value_known"]).abs().max() < 1e-12


def test_raw_indicators_exchanged_in_every_sheet_no_longer_give_their_sub_dimension(mutate, known, read):
    book = mutate.build_full(known)
    for sheet, one, other in ((book.worksheets[0], "C5", "C6"), (book.worksheets[1], "F2", "G2")):
        sheet[one], sheet[other] = sheet[other].value, sheet[one].value
    found = [f for f in read(book, 2018).findings if f.code == "sums.rescaled"]
    assert [(f.values["province"].en, f.values["indicator"].en[:4]) for f in found] == [("Ha Noi", "D1.1")]


def test_shares_formatted_as_per_cent_stay_shares(mutate, known, read):
    book = mutate.build_full(known)
    for row in book.worksheets[0].iter_rows(min_row=2, min_col=3, max_col=65):
        for cell in row:
            if isinstance(cell.value, float) and cell.value < 1:
                cell.number_format = "0%"
    reading = read(book, 2018)
    row = reading.values.query("province == 'ha-noi' and indicator == 'D1.1' and number == 1").iloc[0]
    assert row["value"] == pytest.approx(0.5302223, abs=1e-6)


def test_provinces_without_data_are_left_out_and_said_so(mutate, known, read):
    reading = read(mutate.build_full(known), 2018)
    said = {item.what for item in reading.left_out if item.reason == "cells without data"}
    assert said == {"Quang Ninh", "Dong Thap"}
    assert [f.values["n"] for f in reading.findings if f.code == "coverage.absent"] == [61]


def test_colours_are_read_as_groups_and_agree_with_the_rule(mutate, known, read):
    reading = read(mutate.build_papi(known, 2018, colours=True), 2018)
    assert not [f for f in reading.findings if f.code == "cross-source.group"]
    official = known.table("papi/published_groups.csv")
    keys = ["year", "frame", "province", "indicator"]
    both = reading.groups.merge(official, on=keys, suffixes=("", "_official"))
    assert len(both) == 504
    assert (both["group"].fillna("") == both["group_official"].fillna("")).all()


def test_a_figure_coloured_in_two_sheets_has_one_group(mutate, known, read):
    book = mutate.build_papi(known, 2018, colours=True)
    book.copy_worksheet(book["Dimention 6"])
    reading = read(book, 2018)
    assert not reading.refused
    assert not reading.groups.duplicated(["year", "frame", "province", "indicator"]).any()
    assert len(reading.groups) == len(reading.group_places)


def test_a_colour_that_is_not_the_rule_s_is_doubted_where_it_stands(mutate, known, read):
    book = mutate.build_papi(known, 2018, colours=True)
    sheet = book["Dimention 6"]
    row = next(row[0].row for row in sheet if row[0].value == "Thua Thien Hue")
    sheet.cell(row, 2).fill = PatternFill("solid", fgColor=mutate.FILLS["lowest"])
    (finding,) = [f for f in read(book, 2018).findings if f.code == "cross-source.group"]
    assert (finding.found, finding.place.sheet, finding.place.row) == ("lowest", "Dimention 6", row)


@pytest.mark.parametrize("text", ["5,456780", " 5.456780 ", "5.456780%"])
def test_numbers_as_text_are_numbers(mutate, known, read, text):
    book = mutate.build_papi(known, 2013)
    assert book.worksheets[0]["B2"].value == 5.45678
    book.worksheets[0]["B2"] = text
    assert differences(read(book, 2013), known, 2013)["gap"].max() < 1e-5


def test_a_figure_that_differs_between_two_sheets_is_refused_with_both_places(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    book.worksheets[0]["C2"].value += 0.001
    reading = read(book, 2013)
    (finding,) = [f for f in reading.findings if f.code == "cross-source.sheets"]
    assert finding.place.sheet == "Dimention 1"
    assert str(finding.values["there"]) == "papi.xlsx, sheet '2013- PAPI ALL Dimensions', row 2, column 'C'"
    assert reading.refused


def test_a_figure_that_one_of_two_sheets_lacks_is_called_missing(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    book.worksheets[0]["C2"] = None
    (finding,) = [f for f in read(book, 2013).findings if f.code == "cross-source.sheets"]
    assert (finding.found, finding.expected) == (str(finding.values["found"]), "no figure")


def test_a_figure_wrong_in_every_sheet_breaks_its_sum(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    wrong = book.worksheets[0]["C2"].value
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.value == wrong:
                    cell.value = wrong + 0.1
    assert "sums.parts" in {code for code, _ in errors(read(book, 2013))}


@pytest.mark.parametrize("year", [2012, 2014])
def test_the_figures_of_another_year_are_refused(mutate, known, books, tmp_path, year):
    path = tmp_path / "papi.xlsx"
    mutate.build_papi(known, 2013).save(path)
    reading = read_papi(path, year, books, known.framework(INDEX, year), known=known.scores(INDEX))
    (finding,) = [f for f in reading.findings if f.code == "cross-source.other_year"]
    assert (finding.values["other"], finding.severity) == ("2013", "error")


def test_a_tab_of_another_year_is_only_doubted(mutate, known, read):
    book = mutate.build_papi(known, 2011, "vi")
    book.worksheets[0].title = "2012PAPI"
    reading = read(book, 2011)
    assert [(f.code, f.severity) for f in reading.findings] == [("schema.year", "warning")]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda s: s.cell(1, 3, "1.2: Civic Knowledge"), "the name of D1.1"),
        (lambda s: s.cell(1, 3, "9.1: Civic Knowledge"), "9.1"),
        (lambda s: s.__setitem__("C1", None), "no heading 1.1"),
        (lambda s: s.cell(2, 1, "Atlantis"), "'Atlantis'"),
        (lambda s: s.__setitem__("A2", None), "figures without a province"),
        (lambda s: s.cell(3, 1, "Hà Nội"), "'Hà Nội' again"),
        (lambda s: s.cell(2, 2, "#REF!"), "the error #REF!"),
        (lambda s: s.cell(2, 2, "=A1"), "a formula whose result was not stored"),
        (lambda s: s.cell(2, 2, "five"), "'five'"),
        (lambda s: s.merge_cells("B2:C2"), "merged cells B2:C2"),
        (lambda s: s.cell(2, 2, 54.5678), "54.5678"),
        (lambda s: s.cell(2, 2, 10**20), "a number of more than 15 digits"),
        (lambda s: s.cell(2, 2, 1e30), "a number of more than 15 digits"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused_where_it_stands(mutate, known, read, change, found):
    book = mutate.build_papi(known, 2013)
    change(book.worksheets[0])
    reading = read(book, 2013)
    assert reading.refused
    named = [f for f in reading.findings if f.severity == "error" and found in f.found]
    assert named
    assert named[0].place.file == "papi.xlsx"
    assert named[0].place.sheet == "2013- PAPI ALL Dimensions"


def test_a_row_of_figures_written_as_text_is_not_passed_over_for_its_unknown_name(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    sheet = book.worksheets[0]
    for column in range(2, sheet.max_column + 1):
        sheet.cell(2, column).value = str(sheet.cell(2, column).value)
    sheet["A2"] = "Atlantis"
    named = [f.found for f in read(book, 2013).findings if f.severity == "error"]
    assert "'Atlantis'" in named


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1 + 1", "@SUM(A1)"])
def test_a_raw_indicator_named_as_a_formula_is_refused_where_it_stands(mutate, known, read, name):
    book = mutate.build_full(known)
    cell = book.worksheets[0]["A5"]
    assert cell.value == known.table("papi/indicator_labels.csv").query("year == 2018")["name_vi"].iloc[0]
    cell.value, cell.data_type = name, "s"
    found = [f for f in read(book, 2018).findings if "a spreadsheet may take for a formula" in f.found]
    assert [(f.severity, f.place.sheet, f.place.row, f.place.column) for f in found] == [
        ("error", "ProvincialIndicators_VIE", 5, "A")
    ]


def test_raw_indicators_written_as_text_are_raw_indicators(mutate, known, read):
    book = mutate.build_full(known)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, float):
                    cell.value = repr(cell.value)
    assert len(read(book, 2018).labels) == 114


def test_exchanged_headings_are_refused(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    for sheet in book.worksheets[:2]:
        sheet["C1"], sheet["D1"] = sheet["D1"].value, sheet["C1"].value
    assert any("order of their numbers" in f.expected for f in read(book, 2013).findings)


def test_a_heading_never_seen_before_is_read_by_its_number_and_doubted(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    book.worksheets[0]["C1"] = "1.1: What citizens know"
    reading = read(book, 2013)
    assert [(f.severity, f.code) for f in reading.findings] == [("warning", "schema.heading")]
    assert differences(reading, known, 2013)["gap"].max() < 1e-5


def test_rows_of_averages_and_notes_are_left_out(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    book.worksheets[0].append(["Trung bình cả nước", *([5.0] * 28)])
    book.worksheets[0].append(["Ghi chú: bản quyền"])
    reading = read(book, 2013)
    assert not reading.refused
    assert {item.reason for item in reading.left_out} == {"a summary row, not a province", "a note"}


def test_a_province_not_listed_is_said(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    for sheet in book.worksheets:
        row = next(row[0].row for row in sheet if row[0].value == "Ca Mau")
        sheet.delete_rows(row)
    reading = read(book, 2013)
    (finding,) = [f for f in reading.findings if f.code == "coverage.not_listed"]
    assert [name.vi for name in finding.values["absent"]] == ["Cà Mau"]
    assert not reading.released


def test_a_sheet_without_scores_is_left_out(mutate, known, read):
    book = mutate.build_papi(known, 2013)
    book.create_sheet("Đọc tôi").append(["Xin chào"])
    reading = read(book, 2013)
    assert [(item.what, item.reason) for item in reading.left_out] == [("Đọc tôi", "no table of scores")]


def test_a_file_without_scores_is_no_papi_workbook(read):
    with pytest.raises(DataError, match="a yearly PAPI workbook"):
        read(Workbook(), 2013)


def test_a_jump_beyond_all_experience_is_doubted(mutate, known, read):
    book = mutate.build_papi(known, 2014)
    names = {"Thua Thien Hue"}
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            if row[0].value in names:
                for cell in row[1:]:
                    if sheet.cell(1, cell.column).value.startswith(("4:", "4.")):
                        cell.value = 1.0 if sheet.cell(1, cell.column).value.startswith("4:") else 0.25
    found = [f for f in read(book, 2014).findings if f.code == "magnitude.jump"]
    assert [(f.severity, f.values["indicator"].en[:2]) for f in found] == [("warning", "D4")]


def frame_34(known: Record, books: Books) -> Workbook:
    """A made-up workbook of the 34 provinces: the scores of 2024 under the names of today."""
    framework, scores = known.framework(INDEX, 2024), known.scores(INDEX)
    wide = scores[scores["year"] == 2024].pivot(index="province", columns="indicator", values="score")
    codes = [code for code in framework.walk() if code != ROOT]
    book = Workbook()
    sheet = book.worksheets[0]
    numbers = framework.table["number"]
    sheet.append(
        ["Tỉnh/thành phố", *(f"{numbers[code]}: {framework.table.at[code, 'name_vi']}" for code in codes)]
    )
    for province, donor in zip(books[34].all, wide.dropna().itertuples(), strict=False):
        sheet.append([province.name_vi, *(wide.at[donor.Index, code] for code in codes)])
    return book


def test_a_file_of_34_provinces_is_recognised_and_not_mixed_with_63(known, books, read):
    reading = read(frame_34(known, books), 2025, framework_year=2024)
    assert errors(reading) == []
    assert reading.frame == 34
    assert set(reading.scores["frame"]) == {34}
    assert "hue" in set(reading.scores["province"])
    assert reading.released


def test_a_name_of_the_63_among_the_34_makes_the_file_one_of_63(known, books, read):
    book = frame_34(known, books)
    book.worksheets[0]["A2"] = "Bình Dương"
    reading = read(book, 2025, framework_year=2024)
    assert reading.frame == 63
    assert not reading.released


@pytest.mark.skipif(not OFFICIAL, reason="PARLIB_OFFICIAL names no folder with the publisher's workbooks")
@pytest.mark.parametrize("name", FILES)
def test_the_publisher_s_own_workbook_equals_the_record(known, books, name):
    year = FILES[name]
    reading = read_papi(
        Path(OFFICIAL) / name,
        year,
        books,
        known.framework(INDEX, year),
        known=known.scores(INDEX),
        editions=known.editions,
        breaks=known.breaks,
    )
    raw = ["ranges.raw"] if "FULL" in name else []
    assert [f.code for f in reading.findings] == [*raw, *(["coverage.absent"] if year == 2018 else [])]
    both = differences(reading, known, year)
    assert both["gap"].notna().all()
    assert both.loc[both["indicator"] != ROOT, "gap"].max() < 1e-6
    assert both.loc[both["indicator"] == ROOT, "gap"].max() < 1e-5
    if "FULL" in name:
        assert (len(reading.labels), len(reading.values)) == (114, 7108)
