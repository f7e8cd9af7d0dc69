"""The scorecard workbook: what the template holds, what comes back, and how a doubt is located."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from scorecard_trees import texts, trees, without_points_where_inapplicable

from parlib.characters import printable
from parlib.datasets import record
from parlib.errors import DataError, UsageError
from parlib.scorecards import ILLUSTRATIVE_NOTICE, Scorecard, evaluate, gaps
from parlib.workbooks._reading import clean
from parlib.workbooks.scorecard import read_scorecard
from parlib.workbooks.scorecard_form import (
    HEADINGS,
    SHEET,
    framework_of,
    scorecard_template,
    scorecard_workbook,
)

HEADING_ROW = 8
COLUMN = {key: place for place, key in enumerate(HEADINGS, start=1)}


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def read(content: bytes, folder: Path) -> Scorecard:
    path = folder / "bang.xlsx"
    path.write_bytes(content)
    return read_scorecard(path, record())


def changed(content: bytes, change: Callable[[Any], None]) -> bytes:
    book = opened(content)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(sheet: Any, row: int, **values: object) -> None:
    for key, value in values.items():
        sheet.cell(row, COLUMN[key]).value = value


@pytest.fixture(scope="module")
def hue() -> Scorecard:
    return Scorecard.from_table("par", record().table("par/illustrative/hue_2017.csv", "scorecard"))


@pytest.fixture(scope="module")
def hue_workbook(hue: Scorecard) -> bytes:
    return scorecard_workbook(hue, record(), name="par-2017")


@pytest.fixture(scope="module")
def part_workbook(hue: Scorecard) -> bytes:
    """Domain 1 whole, and one row each with steps and with a checklist: enough to go wrong."""
    kept = hue.rows["indicator"].str.match(r"TOTAL|D1|D2$|D2\.3|D4$|D4\.2")
    card = replace(hue, rows=hue.rows[kept])
    return scorecard_workbook(card, record(), name="par-2017")


# The template -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "maxima"),
    [
        ("par-2017", [10, 10, 14.5, 11, 16, 7, 16, 15.5]),
        ("par-2022", [9.5, 10, 13, 10.5, 15, None, None, 16.5]),
    ],
)
def test_the_template_holds_the_confirmed_domains_and_nothing_below_them(
    name: str, maxima: list[float | None]
) -> None:
    sheet = opened(scorecard_template(record(), name))[SHEET]
    filled = [
        row for row in sheet.iter_rows(min_row=HEADING_ROW + 1) if any(c.value is not None for c in row)
    ]
    *domains, total = filled
    assert [row[COLUMN["number"] - 1].value for row in domains] == [str(n) for n in range(1, 9)]
    assert [row[COLUMN["max_score"] - 1].value for row in domains] == maxima
    assert total[COLUMN["name_vi"] - 1].value == "Tổng cộng"
    assert total[COLUMN["max_score"] - 1].value == 100
    empty = [b[0].row - a[0].row - 1 for a, b in pairwise(domains)]
    assert min(empty) >= 10


def test_the_template_says_that_criteria_are_to_be_filled_in() -> None:
    sheet = opened(scorecard_template(record(), "par-2017"))[SHEET]
    note = next(c.value for row in sheet.iter_rows(max_row=7) for c in row if "KHÔNG có" in str(c.value))
    assert "điền" in note
    assert "không phải quy định chính thức" in note


def test_the_template_has_lists_frozen_headings_and_no_formula_or_protection() -> None:
    book = opened(scorecard_template(record(), "par-2017"))
    sheet = book[SHEET]
    assert sheet.freeze_panes == f"C{HEADING_ROW + 1}"
    listed = {
        str(rule.sqref).split(":")[0] for rule in sheet.data_validations.dataValidation if rule.type == "list"
    }
    for key in ("assessed_by", "not_applicable", "rule", "zero_denominator", "basis"):
        assert sheet.cell(HEADING_ROW + 1, COLUMN[key]).coordinate in listed
    assert "C5" in listed
    for each in book:
        assert not each.protection.sheet
        assert all(cell.data_type != "f" for row in each.iter_rows() for cell in row)


def test_the_headings_are_those_of_the_form() -> None:
    sheet = opened(scorecard_template(record(), "par-2017"))[SHEET]
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    asked = ["STT/mã", "Điểm tối đa", "Cách đánh giá", "Điểm tự đánh giá", "Điểm thẩm định", "Điểm đạt"]
    asked += ["Không áp dụng", "Nguyên nhân mất điểm", "Cơ quan chủ trì", "Tài liệu kiểm chứng"]
    assert set(asked) <= set(headings)


def test_an_unknown_framework_is_refused() -> None:
    with pytest.raises(UsageError, match="par-2017"):
        framework_of(record(), "PAR INDEX")
    with pytest.raises(UsageError, match="pax"):
        framework_of(record(), "pax-2017")


def test_a_template_filled_in_is_read_written_and_read_again_as_itself(tmp_path: Path) -> None:
    def office(book: Any) -> None:
        sheet = book[SHEET]
        sheet["C5"] = "Thừa Thiên Huế"
        first = HEADING_ROW + 2
        fill(sheet, first, number="1.1", name_vi="Kế hoạch", max_score=4)
        fill(
            sheet,
            first + 1,
            number="1.1.1",
            name_vi="Ban hành kế hoạch",
            max_score=1.5,
            assessed_by="Thẩm định",
        )
        fill(sheet, first + 1, rule="Có/Không", numerator="Có", self_assessed=1.5, appraised=1.5)
        fill(sheet, first + 2, number="1.1.2", name_vi="Mức độ hoàn thành", max_score=2.5)
        fill(
            sheet,
            first + 2,
            rule="Đến mục tiêu",
            rule_parameters="mục tiêu=80%",
            numerator=60,
            denominator=100,
        )
        fill(
            sheet,
            first + 2,
            zero_denominator="0 điểm",
            self_assessed=2.5,
            appraised="1,875",
            agency="Sở Nội vụ",
        )
        fill(sheet, first + 3, number="1.2", name_vi="Sáng kiến", max_score=6, score="Không áp dụng")

    once = read(changed(scorecard_template(record(), "par-2017"), office), tmp_path)
    assert not once.illustrative
    assert (once.province, once.year, once.frame) == ("thua-thien-hue", 2017, 63)
    result = evaluate(once).set_index("indicator")
    assert (result.at["D1", "points"], result.at["D1", "applicable_max"]) == (3.375, 4.0)
    assert result.at["D1.1.2", "difference"] == -0.625
    assert not result.at["D1.2", "applies"]
    assert {gap.indicator for gap in gaps(once, evaluate(once))} == {f"D{n}" for n in range(2, 9)}
    again = read(scorecard_workbook(once, record(), name="par-2017"), tmp_path)
    assert again.rows.equals(once.rows)


# There and back ---------------------------------------------------------------------------------------------------


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees(full=False), st.data())
def test_any_scorecard_comes_back_as_it_was(tmp_path: Path, card: Scorecard, data: st.DataObject) -> None:
    card = without_points_where_inapplicable(card)
    written = {
        column: [data.draw(texts)] * len(card.leaves) for column in ("agency", "documents", "reason", "note")
    }
    for column, values in written.items():
        for leaf, value in zip(card.leaves, values, strict=True):
            card.rows.loc[card.rows["indicator"] == leaf, column] = value
    back = read(scorecard_workbook(card, record()), tmp_path)
    for column in card.rows.columns.difference(list(written)):
        assert back.rows[column].equals(card.rows[column]), column
    for column in written:
        storable = card.rows[column].fillna("").map(lambda text: clean(printable(text)))
        assert back.rows[column].fillna("").tolist() == storable.tolist()
    assert read(scorecard_workbook(back, record()), tmp_path).rows.equals(back.rows)


@given(texts)
@settings(max_examples=20)
def test_no_text_becomes_a_formula(text: str) -> None:
    card = Scorecard.from_table("par", record().table("par/illustrative/hue_2017.csv", "scorecard").head(5))
    card.rows["documents"] = text
    for sheet in opened(scorecard_workbook(card, record())):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), cell.coordinate
                if isinstance(cell.value, str) and cell.value[:1] in ("=", "+", "-", "@"):
                    assert cell.quotePrefix


def test_the_illustrative_scorecard_comes_back_as_it_was(
    hue: Scorecard, hue_workbook: bytes, tmp_path: Path
) -> None:
    assert read(hue_workbook, tmp_path).rows.equals(hue.rows)


# The mark of illustrative data ----------------------------------------------------------------------------------------


def test_every_sheet_every_printed_page_and_every_row_says_illustrative(hue_workbook: bytes) -> None:
    book = opened(hue_workbook)
    for sheet in book:
        assert any(cell.value == ILLUSTRATIVE_NOTICE for row in sheet.iter_rows(max_row=3) for cell in row)
        assert sheet.oddHeader.center.text == ILLUSTRATIVE_NOTICE
        assert ILLUSTRATIVE_NOTICE in sheet.oddFooter.center.text
    assert ILLUSTRATIVE_NOTICE in book.properties.title
    rows = [r for r in book[SHEET].iter_rows(min_row=HEADING_ROW + 1) if r[1].value is not None]
    assert {row[COLUMN["basis"] - 1].value for row in rows} == {"Minh họa"}


def _clear_cells(book: Any) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "MINH HỌA" in cell.value.upper():
                    cell.value = cell.value.replace(ILLUSTRATIVE_NOTICE, "") or None


def _clear_basis(book: Any) -> None:
    for row in range(HEADING_ROW + 1, book[SHEET].max_row + 1):
        fill(book[SHEET], row, basis=None, note=None)


def _drop_sheets(book: Any) -> None:
    del book["Hướng dẫn"], book["Danh mục"]


def _one_row_left(book: Any) -> None:
    for row in range(HEADING_ROW + 1, book[SHEET].max_row):
        fill(book[SHEET], row, basis="Tự đánh giá", note=None)
    for cell in ("A2",):
        book[SHEET][cell] = None
    _drop_sheets(book)


@pytest.mark.parametrize("meddling", [_clear_cells, _clear_basis, _drop_sheets, _one_row_left])
def test_the_mark_survives_whoever_clears_only_part_of_it(
    meddling: Callable[[Any], None], hue_workbook: bytes, tmp_path: Path
) -> None:
    if meddling is _clear_cells:

        def meddle(book: Any) -> None:
            notes = [
                book[SHEET].cell(row, COLUMN["basis"]).value for row in range(1, book[SHEET].max_row + 1)
            ]
            _clear_cells(book)
            for row, value in enumerate(notes, start=1):
                book[SHEET].cell(row, COLUMN["basis"]).value = value
            for row in range(HEADING_ROW + 1, book[SHEET].max_row + 1):
                name = book[SHEET].cell(row, COLUMN["name_vi"])
                name.value = name.value or "Tiêu chí"

        content = changed(hue_workbook, meddle)
    else:
        content = changed(hue_workbook, meddling)
    card = read(content, tmp_path)
    assert card.illustrative
    assert set(evaluate(card)["basis"]) == {"illustrative"}


def test_an_illustrative_scorecard_in_csv_keeps_its_mark(hue_workbook: bytes, tmp_path: Path) -> None:
    import csv

    sheet = opened(hue_workbook)[SHEET]
    path = tmp_path / "bang.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [c.value if c.value is not None else "" for c in row] for row in sheet.iter_rows()
        )
    card = read_scorecard(path, record())
    assert card.illustrative
    assert evaluate(card)["points"].iloc[0] == pytest.approx(79.86)


# Doubts, located ----------------------------------------------------------------------------------------------------


def _at(sheet: Any, number: str) -> int:
    return next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value == number)


def _set(code: str, /, **values: object) -> Callable[[Any], None]:
    return lambda book: fill(book[SHEET], _at(book[SHEET], code), **values)


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (_set("1.1.1", score=1.5), "score", "from 0 to 1"),
        (_set("1.1.1", score="một"), "score", "một"),
        (_set("1.1.1", score="90%"), "score", "per cent"),
        (_set("1.1.1", not_applicable="x"), None, "does not apply"),
        (_set("1.1.1", not_applicable="có thể"), "not_applicable", "Không áp dụng"),
        (_set("1.1.1", number=None), "number", "without a code"),
        (_set("1.1.1", number=1.1), "number", "already stands"),
        (_set("1.1.1", number=dt.datetime(2001, 1, 1)), "number", "2001-01-01"),  # noqa: DTZ001
        (_set("1.1.1", number="1.7.1"), "number", "a row 1.7"),
        (_set("1.1", name_vi=None), "name_vi", "the name of the row"),
        (_set("1", max_score=11), "max_score", "10, as published for 2017"),
        (_set("1.1", max_score=2.4), "max_score", "add to 2.5"),
        (_set("1", score=8.6), "score", "add to 8.45"),
        (_set("1.3.1", numerator=201), "numerator", "contradicts"),
        (_set("1.3.1", numerator="1.250"), "numerator", "thousands"),
        (_set("1.3.1", rule="Tùy ý"), "rule", "Bậc thang"),
        (_set("2.3.1", rule_parameters="bậc=50%:5"), "rule_parameters", "highest step"),
        (_set("2.3.1", rule_parameters="nấc=1"), "rule_parameters", "no parameter"),
        (_set("4.2.1", items="1,3"), "items", "contradicts"),
        (_set("1.1.1", reason="x" * 2_001), "reason", "2,001 letters in a cell; expected at most 2,000"),
        (_set("1.1.1", rule_parameters="x" * 2_001), "rule_parameters", "Shorten the text"),
        (lambda book: book[SHEET].merge_cells("G10:I12"), None, "merged"),
    ],
)
def test_a_doubt_names_sheet_row_and_column(
    change: Callable[[Any], None], column: str | None, said: str, part_workbook: bytes, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read(changed(part_workbook, change), tmp_path)
    place = caught.value.place
    assert (place.file, place.sheet) == ("bang.xlsx", SHEET)
    assert place.row is not None
    if column is not None:
        letter = opened(part_workbook)[SHEET].cell(1, COLUMN[column]).column_letter
        assert place.column == letter
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("C3", "bộ tiêu chí mới", "par-2017"),
        ("C4", "năm ngoái", "year"),
        ("C5", "Thừa Thiên", "63 provinces"),
        ("C5", None, "Fill in"),
        ("B5", None, "above the table"),
        ("H8", "Điểm", "one of the headings"),
        ("H8", "Điểm đạt", "twice"),
        ("C8", None, "no sheet with the headings"),
    ],
)
def test_a_doubt_about_what_stands_above_the_table_is_located_too(
    cell: str, value: str | None, said: str, part_workbook: bytes, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        book[SHEET][cell] = value

    with pytest.raises(DataError, match=said):
        read(changed(part_workbook, change), tmp_path)


def _without_columns(*keys: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for place in sorted((COLUMN[key] for key in keys), reverse=True):
            book[SHEET].delete_cols(place)

    return change


def _without_rows(book: Any) -> None:
    book[SHEET].delete_rows(HEADING_ROW + 1, book[SHEET].max_row)


def _year_twice(book: Any) -> None:
    book[SHEET]["E4"] = book[SHEET]["B4"].value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without_columns("number"), f"row {HEADING_ROW}: found no heading 'STT/mã'"),
        (_without_columns("name_vi"), "found no heading 'Lĩnh vực – tiêu chí"),
        (
            _without_columns("numerator", "denominator", "items", "self_assessed", "appraised", "score"),
            "no column of points or evidence",
        ),
        (_without_rows, f"row {HEADING_ROW + 1}: found no rows"),
        (_year_twice, "row 4, column 'E': found 'Năm đánh giá' twice"),
    ],
)
def test_a_table_that_lacks_what_a_scorecard_needs_is_refused(
    change: Callable[[Any], None], said: str, part_workbook: bytes, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=said):
        read(changed(part_workbook, change), tmp_path)


def test_a_table_without_a_total_has_that_of_its_set_of_criteria(
    part_workbook: bytes, tmp_path: Path
) -> None:
    def without_total(book: Any) -> None:
        (row,) = (
            r for r in range(HEADING_ROW + 1, book[SHEET].max_row + 1) if not book[SHEET].cell(r, 1).value
        )
        book[SHEET].delete_rows(row)

    card = read(changed(part_workbook, without_total), tmp_path)
    assert card.rows.set_index("indicator").at["TOTAL", "max_score"] == 100


def test_printed_sums_may_be_off_by_a_hundredth_per_part(part_workbook: bytes, tmp_path: Path) -> None:
    card = read(changed(part_workbook, _set("1", score=8.5)), tmp_path)  # the nine rows below add to 8.45
    assert evaluate(card).set_index("indicator").at["D1", "points"] == pytest.approx(8.45)


def test_texts_that_no_report_could_print_in_its_time_are_refused(
    hue_workbook: bytes, tmp_path: Path
) -> None:
    def filled(book: Any) -> None:
        sheet = book[SHEET]
        for row in range(_at(sheet, "1.1.1"), sheet.max_row):
            fill(sheet, row, **dict.fromkeys(("reason", "documents", "note"), "x" * 2_000))

    with pytest.raises(
        DataError, match=r"row 4\d, column '\w'.*200,000 letters up to here.*Shorten the texts"
    ):
        read(changed(hue_workbook, filled), tmp_path)


def test_a_second_scorecard_in_the_file_is_refused(part_workbook: bytes, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="second scorecard"):
        read(changed(part_workbook, lambda book: book.copy_worksheet(book[SHEET])), tmp_path)


def test_a_formula_is_never_computed(part_workbook: bytes, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="formula"):
        read(changed(part_workbook, _set("1.1.1", score="=0.5+0.5")), tmp_path)


def test_the_same_scorecard_gives_the_same_bytes(hue: Scorecard, hue_workbook: bytes) -> None:
    assert scorecard_workbook(hue, record(), name="par-2017") == hue_workbook
