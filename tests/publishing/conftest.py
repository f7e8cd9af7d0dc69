"""A small executed notebook, made of blocks as a report's is; no kernel needed."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest

from parlib.blocks import (
    Card,
    Column,
    Section,
    bullets,
    cards,
    chart,
    heading,
    masthead,
    note,
    palette,
    paragraph,
    table,
)
from parlib.wording.language import Language

HOSTILE = (
    '<script>alert(1)</script> #read("/etc/passwd") $x$ @ref *bold* _under_'
    ' `raw` back\\slash \\u{41} "quoted" // no'
)
LETTERS = (
    "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY aăâbcdđeêghiklmnoôơpqrstuưvxy "
    "àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ"
)


@dataclass
class Drawing:
    alt: str = "Huế đứng thứ 37 trong 63 tỉnh"
    figures: dict = field(default_factory=lambda: {"rank": 37})
    svg: str = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 482 60" width="482pt" height="60pt" '
        f'font-family="Be Vietnam Pro"><circle cx="240" cy="30" r="5" fill="{palette.ACCENT}"/>'
        f'<text x="20" y="20" font-size="8" fill="{palette.INK}">Thừa Thiên Huế</text></svg>'
    )


def blocks(code="vi", rows=60):
    """Every kind of block, and a table that runs over pages."""
    lang = Language(code)
    frame = pd.DataFrame(
        {"code": [f"D{i}" for i in range(rows)], "name": "Tham gia của người dân ở cấp cơ sở"}
    )
    frame["score"] = [5 + i / 7 for i in range(rows)]
    frame.loc[3, "score"] = None
    frame["group"] = "low_average"
    columns = [Column("code", "Mã", "code"), Column("name", "Tên"), Column("score", "Điểm", "score")]
    papi = Card("papi", "PAPI 2017", 36.032, 60, 37, 63, "low_average", 0.69, 5, 2016)
    return [
        masthead(
            lang,
            title="Báo cáo",
            subject="Thừa Thiên Huế",
            year=2017,
            as_of="2018-08-28",
            data_note="Đủ.",
            province="thua-thien-hue",
        ),
        Section(
            [
                cards(lang, [papi], id="headline"),
                paragraph([LETTERS], id="letters", kind="lead"),
                bullets([HOSTILE, "hai"], id="points"),
            ]
        ),
        heading(2, "Chỉ số PAPI", id="papi"),
        table(
            lang,
            frame,
            [*columns, Column("group", "Nhóm", "group")],
            id="scores",
            key="code",
            caption="PAPI 2017",
            source="CECODES",
            sortable=True,
        ),
        heading(2, "So sánh", id="standing"),
        heading(3, "Các tỉnh", id="provinces"),
        chart(lang, Drawing(), id="strip", caption="Các tỉnh theo điểm", source="CECODES"),
        note(lang, "Số liệu minh họa.", id="made-up", kind="illustrative"),
        heading(2, "Nguồn", id="sources"),
    ]


def executed(shown, *more_cells):
    """A notebook whose cells have these results; every cell has code that no reader should see."""
    made = nbformat.v4.new_notebook()
    for item in shown:
        output = nbformat.v4.new_output("display_data", data=item._repr_mimebundle_())
        made.cells.append(nbformat.v4.new_code_cell("secret_code()", outputs=[output], execution_count=7))
    made.cells.extend(more_cells)
    return made


def foreign(**data):
    """A code cell with a result that is no block."""
    bundle = {key.replace("_", "/"): value for key, value in data.items()}
    output = nbformat.v4.new_output("display_data", data=bundle)
    return nbformat.v4.new_code_cell("secret_code()", outputs=[output])


@pytest.fixture(scope="session")
def small():
    """What tests of exporters make notebooks of."""
    return SimpleNamespace(
        blocks=blocks, executed=executed, foreign=foreign, hostile=HOSTILE, letters=LETTERS
    )
