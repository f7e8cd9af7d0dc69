"""Nothing that a name, a cell or a sentence holds can become markup."""

import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parlib.blocks.markup import SPACE, html, tag, typst_call, typst_code
from parlib.blocks.markup import typst as literal
from parlib.characters import plain

HOSTILE = [
    "<script>alert(1)</script>",
    '#read("/etc/passwd")',
    '"] #panic() "',
    "$x$ @ref *bold* _it_ `raw` // no",
    "back\\slash \\u{41} \\",
    "a\x00b\x07c\ud800d",
    "left\u202eright\u200f",
    "Thừa Thiên Huế",
    "line\r\nbreak\u2028end",
    "{{ 7 * 7 }} &amp; ]]>",
]

any_text = st.text(st.characters(exclude_categories=[]))


class Collector(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text += data


def read_html(source):
    collector = Collector()
    collector.feed(source)
    collector.close()
    return collector


def with_hostile(test):
    for text in HOSTILE:
        test = example(text)(test)
    return test


@with_hostile
@given(any_text)
def test_text_stays_text_in_html(text):
    read = read_html(tag("p", text, title=text))
    assert read.tags in ([("p", [("title", plain(text))])], [("p", [])])
    assert read.text == plain(text)


@with_hostile
@settings(max_examples=40)
@given(any_text)
def test_text_stays_text_in_typst(text):
    source = f"#metadata({literal(text)}) <x>".encode()
    assert json.loads(typst.query(source, "<x>", field="value", one=True)) == plain(text)


@with_hostile
@given(any_text)
def test_plain_text_is_one_composed_printable_line(text):
    shown = plain(text)
    assert unicodedata.is_normalized("NFC", shown)
    assert plain(shown) == shown
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode("utf-8")


def test_a_decomposed_name_is_the_same_as_the_composed():
    assert html(unicodedata.normalize("NFD", "Đắk Lắk")) == html("Đắk Lắk")


def test_what_cannot_be_printed_is_seen_to_be_lost():
    assert plain("a\x00b\ud800") == "a\ufffdb\ufffd"


def test_direction_marks_cannot_turn_a_number():
    assert plain("12\u202e34") == "1234"


def test_no_break_spaces_stay():
    assert plain(" 36\u00a0điểm\u202f ") == "36\u00a0điểm\u00a0"


def test_attributes():
    built = tag(
        "td", "a", SPACE, 0, class_="num", data_v=0, hidden=True, title=None, lang="", draggable=False
    )
    assert built == '<td class="num" data-v="0" hidden>a 0</td>'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "none"),
        (True, "true"),
        (3, "3"),
        (0.25, "0.25"),
        (["a"], '("a", )'),
        ([], "()"),
        ({}, "(:)"),
        ({"of-max": 'x"'}, '("of-max": "x\\"")'),
    ],
)
def test_typst_literals(value, written):
    assert literal(value) == written


def test_typst_has_no_literal_for_an_object():
    with pytest.raises(TypeError, match="object"):
        literal(object())


def test_a_call_names_its_arguments():
    assert typst_call("pl-note", kind="info", body="x", first_row=1) == (
        '#pl-note(kind: "info", body: "x", first-row: 1)\n'
    )


def test_line_ends_of_a_drawing_stay():
    assert typst_code("<svg>\n</svg>") == '"<svg>\\n</svg>"'
