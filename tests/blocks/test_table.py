import re

import pandas as pd
import pytest

from parlib.blocks import Column, table
from parlib.wording.language import Language

vi = Language("vi")

FRAME = pd.DataFrame(
    {
        "indicator": ["TOTAL", "D1", "D1.1"],
        "name": ["Tổng điểm", "Tham gia <b>", "Tri thức"],
        "score": [36.032028, 5.5, None],
        "rank": [37, 46, None],
        "of": [63, 63, 63],
        "group": ["low_average", "highest", None],
        "change": [0.694, -0.11, 0.0],
        "level": [0, 0, 1],
        "total": [True, False, False],
    }
)
COLUMNS = [
    Column("indicator", "Mã", "code"),
    Column("name", "Tên"),
    Column("score", "Điểm", "score"),
    Column("rank", "Hạng", "rank", of="of"),
    Column("group", "Nhóm", "group"),
    Column("change", "Thay đổi", "signed"),
]


def make(frame=FRAME, columns=COLUMNS, **more):
    options = {"id": "papi", "key": "indicator", "caption": "PAPI 2017", **more}
    return table(vi, frame, columns, **options)


def cells(block):
    """Text of every cell, row by row."""
    rows = re.findall(r"<tr.*?</tr>", block.html)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_cells_are_printed_by_kind():
    assert cells(make()) == [
        ["Mã", "Tên", "Điểm", "Hạng", "Nhóm", "Thay đổi"],
        ["TOTAL", "Tổng điểm", "36,03", "37/63", "trung bình thấp", "+0,69"],
        ["D1", "Tham gia &lt;b&gt;", "5,50", "46/63", "cao nhất", "−0,11"],
        ["D1.1", "Tri thức", "–", "–", "–", "0,00"],
    ]


def test_every_number_is_kept_by_row_and_column():
    figures = make().figures
    assert figures["TOTAL.score"] == 36.032028
    assert figures["TOTAL.rank"] == 37
    assert isinstance(figures["TOTAL.rank"], int)
    assert figures["D1.group"] == "highest"
    assert figures["TOTAL.of"] == 63
    assert figures["D1.1.score"] is None
    assert figures["D1.1.of"] is None, "a dash says of how many no more than of which place"
    assert "D1.name" not in figures


def test_heads_have_their_scope():
    block = make()
    assert block.html.count('scope="col"') == len(COLUMNS)
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', block.html)[0] == "Tổng điểm"


def test_the_first_column_names_the_row_where_no_name_follows_a_code():
    block = make(columns=[Column("indicator", "Mã", "code"), Column("score", "Điểm", "score")])
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', block.html) == ["TOTAL", "D1", "D1.1"]


def test_missing_figures_are_explained_only_where_there_are_any():
    assert make().text.endswith("–: không có số liệu.")
    assert "không có số liệu" not in make(FRAME.head(2)).text


def test_the_source_stands_under_the_table():
    assert make(source="CECODES").text.endswith("Nguồn: CECODES")


def test_totals_and_steps_are_marked():
    block = make(emphasis="total", indent="level")
    assert '<tr class="emphasis">' in block.html
    assert '<th scope="row" class="in-1">Tri thức' in block.html
    assert '"indent": 1' in block.typst


def test_only_a_sortable_table_carries_raw_values():
    assert 'data-v="36.032028"' in make(sortable=True).html
    assert "data-v" not in make().html


def test_on_paper_only_running_text_shares_the_room_that_is_left():
    long = FRAME.assign(name="Tri thức công dân về tham gia bầu cử")
    assert "shares: (none, 6.0, none, none, none, none, )" in make(long).typst


@pytest.mark.parametrize("order", [[2, 0, 1], [0, 1, 2]])
def test_rows_keep_the_order_of_the_frame(order):
    assert [row[0] for row in cells(make(FRAME.iloc[order]))[1:]] == list(FRAME["indicator"].iloc[order])


def test_rows_that_cannot_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="two rows of the same 'of'"):
        make(key="of")


def test_a_column_that_the_frame_lacks_is_named():
    with pytest.raises(ValueError, match="lacks: rnk"):
        make(columns=[*COLUMNS, Column("rnk", "Hạng", "rank")])
