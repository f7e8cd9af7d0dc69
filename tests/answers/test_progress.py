"""A plan goes out as a workbook, comes back filled in, and is judged on a day."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.plan import Target, learn, plan
from parlib.answers.progress import COLUMNS, STATES, STATUSES, draft, progress, room
from parlib.errors import DataError
from parlib.wording import answers as say
from parlib.wording.language import Language
from parlib.workbooks.plan import PlanWords, open_plan, plan_workbook, read_costs

NAMES = [f"p{i}" for i in range(4)]
TABLE = pd.DataFrame(
    {"A.1": [1.0, 4.0, 6.0, 9.0], "A.2": [2.0, 4.0, 6.0, 9.0], "B.1": [3.0, 4.0, 6.0, 9.0]}, NAMES
)
META = {
    "index": "own",
    "year": "2017",
    "date": "",
    "province": "p0",
    "target": "rank:2",
    "made_on": "2018-01-01",
}
TODAY = dt.date(2018, 7, 1)


@pytest.fixture(scope="module")
def index(make_index):
    return make_index({2017: TABLE})


def a_row(**changed):
    row = {"indicator": "A.1", "points": 3.0, "cause": "low_result", "measure": "m", "department": "d"}
    row |= {"deadline": pd.Timestamp("2018-12-31"), "status": "in_progress", "done": 60.0, "evidence": ""}
    return row | changed


def judge(index, *rows, **options):
    options = {"as_of": TODAY, "started": dt.date(2018, 1, 1)} | options
    return progress(pd.DataFrame(list(rows)), index.edition(2017), index.framework(2017), "p0", **options)


def words(code):
    lang = Language(code)
    return PlanWords(
        title="Kế hoạch", note="", sheet=lang.t("Plan"), examples_sheet=lang.t("Examples"),
        headings=say.plan_headings(lang), choices=say.plan_choices(lang),
        examples_heading="=1+1", examples=say.plan_examples(lang),
    )  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """A plan workbook of some rows, with cells changed afterwards by their heading key and row."""

    def make(rows, code="vi", cells=()):
        path = tmp_path / "plan.xlsx"
        path.write_bytes(plan_workbook(pd.DataFrame(rows), {"A.1": "Tên"}, META, words(code)))
        if cells:
            book = openpyxl.load_workbook(path)
            sheet = book.worksheets[0]
            headings = [cell.value for cell in sheet[4]]
            for key, row, value in cells:
                sheet.cell(row, headings.index(words(code).headings[key]) + 1).value = value
            book.save(path)
        return path

    return make


def read_back(index, path):
    limits = room(index.edition(2017), index.framework(2017), "p0").to_dict()
    return open_plan(path).rows(limits, 2017)


# --- judging ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "state", "reason"),
    [
        ({"status": "done", "done": 100.0, "evidence": "QĐ 12"}, "done", ""),
        ({"status": "done", "done": 100.0, "evidence": "  "}, "at_risk", "no_evidence"),
        ({"status": "dropped"}, "dropped", ""),
        ({"deadline": pd.NaT}, "at_risk", "no_deadline"),
        ({"deadline": pd.Timestamp("2018-06-30")}, "late", ""),
        ({"deadline": pd.Timestamp("2018-07-01")}, "at_risk", "behind"),
        ({"deadline": pd.Timestamp("2018-07-01"), "done": 90.0}, "due", ""),
        ({"deadline": pd.Timestamp("2018-07-31"), "done": 90.0}, "due", ""),
        ({"deadline": pd.Timestamp("2018-08-01"), "done": 90.0}, "on_course", ""),
        ({"done": 20.0}, "at_risk", "behind"),
        ({}, "on_course", ""),
    ],
)
def test_the_state_of_a_measure_on_the_first_of_july(index, changed, state, reason):
    row = judge(index, a_row(**changed)).rows.iloc[0]
    assert (row["state"], row["reason"]) == (state, reason)


def test_points_secured_expected_and_lost_give_the_range_of_score_and_rank(index):
    result = judge(
        index,
        a_row(status="done", done=100.0, evidence="QĐ 12", points=7.0),
        a_row(indicator="A.2", points=6.0),
        a_row(indicator="B.1", points=2.0, deadline=pd.Timestamp("2018-03-01")),
        target=Target("rank", 2),
    )
    assert (result.secured, result.expected, result.lost) == (7.0, 6.0, 2.0)
    assert (result.score, result.score_low, result.score_high) == (6.0, 13.0, 19.0)
    assert (result.rank, result.rank_low, result.rank_high) == (4, 3, 2)
    assert (result.target_low, result.target_high) == (False, True)


@given(data=st.data())
@settings(max_examples=30)
def test_every_point_is_either_secured_expected_or_lost(index, data):
    rows = data.draw(
        st.lists(
            st.builds(
                a_row,
                points=st.integers(1, 20).map(float),
                status=st.sampled_from(STATUSES),
                done=st.floats(0, 100),
                evidence=st.sampled_from(["", "x"]),
                department=st.sampled_from(["a", "b"]),
                deadline=st.dates(dt.date(2017, 1, 1), dt.date(2019, 1, 1)).map(pd.Timestamp)
                | st.just(pd.NaT),
            ),
            min_size=1,
            max_size=8,
        )
    )
    result = judge(index, *rows)
    total = sum(row["points"] for row in rows)
    assert result.secured + result.expected + result.lost == pytest.approx(total)
    assert result.states["points"].sum() == pytest.approx(total)
    assert result.states["state"].tolist() == list(STATES)
    assert result.states["measures"].sum() == result.departments["measures"].sum() == len(rows)
    assert result.rank_high <= result.rank_low <= result.rank


def test_an_unknown_status_is_refused(index):
    with pytest.raises(ValueError, match="no status finished"):
        judge(index, a_row(status="finished"))


# --- out and back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["vi", "en"])
def test_a_plan_comes_back_as_it_went_out(index, write, code):
    scored, framework = index.edition(2017), index.framework(2017)
    made = plan(scored, framework, "p0", Target("rank", 1), learn(index.history, scored, framework)).plans[0]
    rows = draft(made, framework)
    path = write(rows.to_dict("records"), code)
    pd.testing.assert_frame_equal(read_back(index, path), rows, check_dtype=False)
    assert open_plan(path).meta == META


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "<b>",
    "Số hóa 1.240 hồ sơ",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(index, write, text):
    path = write([a_row(measure=text, department=text, evidence=text)])
    for sheet in openpyxl.load_workbook(path):
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    row = read_back(index, path).iloc[0]
    assert (row["measure"], row["department"], row["evidence"]) == (text, text, text)


def test_what_the_office_fills_in_is_read(index, write):
    cells = [
        ("deadline", 5, "31/10/2018"),
        ("status", 5, "đã hoàn thành"),
        ("done", 5, None),
        ("evidence", 5, "Báo cáo 45/BC-UBND"),
        ("points", 5, "2,5"),
        ("indicator", 6, "A.2"),
        ("points", 6, 1),
        ("deadline", 6, dt.date(2018, 11, 30)),
        ("cause", 6, "Kết quả thấp"),
    ]
    rows = read_back(index, write([a_row(measure="")], cells=cells))
    assert rows["indicator"].tolist() == ["A.1", "A.2"]
    assert rows["points"].tolist() == [2.5, 1.0]
    assert rows["deadline"].dt.date.tolist() == [dt.date(2018, 10, 31), dt.date(2018, 11, 30)]
    assert rows["status"].tolist() == ["done", "not_started"]
    assert rows["cause"].tolist() == ["low_result", "low_result"]
    assert rows["done"].tolist() == [100.0, 0.0]
    assert set(rows.columns) == set(COLUMNS)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("indicator", "A.9", r"row 5, column 'A': found the indicator 'A.9'.*Did you mean A\.\d"),
        ("indicator", None, "row 5, column 'A': found an empty cell"),
        ("indicator", "TOTAL", "found the indicator 'TOTAL'; expected a leaf of own 2017"),
        ("points", 9.5, r"row 5, column 'C': found 9.5 points; expected at most 9.00"),
        ("points", 0, "found 0 points; expected points above 0"),
        ("points", "many", "found 'many'; expected points to gain"),
        ("deadline", "31/02/2018", "row 5, column 'G': found '31/02/2018'; expected a date"),
        ("deadline", "soon", "found 'soon'; expected a date"),
        ("deadline", dt.date(2016, 1, 1), "found the date 01/01/2016; expected a deadline from 2017 to 2027"),
        ("deadline", "2018-13-01", "found '2018-13-01'; expected a date"),
        (
            "status",
            "xong",
            "row 5, column 'H': found 'xong'; expected one of chưa thực hiện.*Choose from the list",
        ),
        ("cause", "xong", "row 5, column 'D': found 'xong'"),
        ("done", 120, "row 5, column 'I': found 120 %; expected 0 to 100 %"),
        ("evidence", "=1/0", "row 5, column 'J'"),
        ("evidence", "x" * 2001, "row 5, column 'J': found 2,001 letters in a cell; expected at most 2,000"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place(index, write, key, value, said):
    path = write([a_row()], cells=[(key, 5, value)])
    with pytest.raises(DataError, match=said):
        read_back(index, path)


def test_points_of_one_leaf_add_up_over_its_measures(index, write):
    assert len(read_back(index, write([a_row(points=5.0), a_row(points=4.0)]))) == 2
    with pytest.raises(DataError, match=r"row 6.*5 points \(10 in all rows of A.1\)"):
        read_back(index, write([a_row(points=5.0), a_row(points=5.0)]))


def test_done_at_60_per_cent_is_a_contradiction(index, write):
    with pytest.raises(DataError, match=r"found 60 % of a measure called done"):
        read_back(index, write([a_row()], cells=[("status", 5, "Đã hoàn thành")]))


def test_another_workbook_is_no_plan(index, write, tmp_path):
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(DataError, match="no sheet 'parlib'"):
        open_plan(path)
    path = write([a_row()])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(4, 7).value = "Ngày"
    book.save(path)
    with pytest.raises(DataError, match="no column 'Thời hạn'"):
        open_plan(path)
    empty = write([a_row()], cells=[(key, 5, None) for key in (*COLUMNS, "name")])
    with pytest.raises(DataError, match="no measure"):
        read_back(index, empty)


@pytest.mark.parametrize("word", ["cause", "deadline", "year"])
def test_a_hidden_sheet_that_lacks_a_word_is_refused(write, word):
    path = write([a_row()])
    book = openpyxl.load_workbook(path)
    keys = book["parlib"]
    row = next(row for row in range(1, keys.max_row + 1) if keys.cell(row, 2).value == word)
    keys.delete_rows(row)
    book.save(path)
    with pytest.raises(DataError, match=rf"sheet 'parlib', .*no line of '\w+' '{word}'"):
        open_plan(path)


def test_columns_may_be_moved_and_rows_left_empty(index, write):
    path = write([a_row(), a_row(indicator="A.2")])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.insert_cols(1)
    sheet.insert_rows(6)
    book.save(path)
    assert read_back(index, path)["indicator"].tolist() == ["A.1", "A.2"]


def test_costs_are_read_and_refused_with_their_place(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text("indicator,cost\nA.1,2.5\nB.1,0\n", encoding="utf-8")
    assert read_costs(path, ["A.1", "B.1"]) == {"A.1": 2.5, "B.1": 0.0}
    for text, said in (
        ("indicator,price\nA.1,1", "no column 'cost'"),
        ("indicator,cost\nA.3,1", "row 2, column 'A': found the indicator 'A.3'"),
        ("indicator,cost\nA.1,1\nA.1,2", "row 3, column 'A': found 'A.1' twice"),
        ("indicator,cost\nA.1,-1", "row 2, column 'B': found -1"),
        ("indicator,cost\nA.1,", "row 2, column 'B': found an empty cell"),
        (
            "indicator,cost\n",
            "column 'B': found no cost; expected a cost per point of at least one indicator",
        ),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=said):
            read_costs(path, ["A.1", "B.1"])
