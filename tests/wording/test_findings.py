"""Sentences of findings and errors: each is translated, and text from a file is never taken for a field."""

import ast
import re
from pathlib import Path

import pytest

from parlib.checks.finding import Finding, Named, from_error, worst
from parlib.errors import DataError, Place
from parlib.wording.findings import _PHRASES, _SENTENCES, phrase, sentence, where
from parlib.wording.language import Language

VI, EN = Language("vi"), Language("en")
SOURCES = Path(__file__).parents[2] / "src" / "parlib"


def codes_used() -> set[str]:
    """Every text constant of the library that looks like the code of a check."""
    rooms = [*(SOURCES / "checks").glob("*.py"), *(SOURCES / "workbooks").glob("*.py")]
    constants = [
        node.value
        for path in rooms
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    families = {code.partition(".")[0] for code in _SENTENCES}
    return {c for c in constants if re.fullmatch(r"[a-z-]+\.[a-z_]+", c) and c.partition(".")[0] in families}


def test_every_check_has_its_sentence_and_every_sentence_its_check():
    assert codes_used() | {"schema.refused"} == set(_SENTENCES)


@pytest.mark.parametrize("template", [*_SENTENCES.values(), *_PHRASES])
def test_every_wording_is_translated(template):
    fields = set(re.findall(r"\{(\w+)\}", template))
    said = VI.t(template, **{name: f"<{name}>" for name in fields})
    # Some are all field and figure, or the same in both languages.
    assert said != EN.t(template, **{name: f"<{name}>" for name in fields}) or template.startswith(
        "a table such as"
    )
    assert all(f"<{name}>" in said for name in fields)


def test_an_error_is_said_in_vietnamese_with_its_place():
    place = Place("papi.xlsx", "Dimension 1", 7, "C")
    finding = from_error(DataError(place, "'abc'", "a number", "Correct the cell."))
    assert where(place, VI) == "papi.xlsx, trang tính “Dimension 1”, dòng 7, cột C"
    assert sentence(finding, VI) == "Thấy 'abc'; cần một số. Hãy sửa ô này."
    assert sentence(finding, EN) == "Found 'abc'; expected a number. Correct the cell."


def test_figures_in_a_wording_are_kept():
    assert phrase("a value from 0 to 100", VI) == "giá trị từ 0 đến 100"


def test_names_that_are_near_are_told_apart_in_the_reader_s_language():
    advice = "Correct the name. Did you mean Hà Nội or Hà Nam?"
    assert phrase(advice, VI) == "Hãy sửa tên; gần giống: Hà Nội hoặc Hà Nam."
    assert phrase(advice, EN) == advice


def test_what_a_year_lacks_is_said_in_vietnamese():
    assert phrase("2016 has no D8 in par/framework.csv", VI) == "năm 2016 không có D8 trong par/framework.csv"


def test_a_share_is_not_called_one_above_1():
    said = phrase("Shares of 1 are not read; multiply them by 100.", VI)
    assert said == "Không đọc tỷ lệ trong khoảng từ 0 đến 1; hãy nhân với 100."


def test_a_limit_of_letters_is_said_as_one():
    assert phrase("at most 2,000 letters", VI) == "không quá 2,000 ký tự"


def test_a_wording_that_the_catalogue_does_not_know_stays_as_it_is():
    assert phrase("a purple cow", VI) == "a purple cow"


@pytest.mark.parametrize("text", ["{sum}", "{published} %s", "<b>", "{", "\\1"])
def test_text_from_a_file_is_never_a_field(text):
    values = {
        "province": Named(text, text),
        "edition": text,
        "sum": 1.0,
        "published": 2.0,
        "gap": 1.0,
        "source": text,
    }
    finding = Finding("error", "sums", "sums.total", Place(text), "", "", values)
    assert (
        sentence(finding, EN)
        == f"{text} {text}: the parts add up to 1.00, published 2.00 (off by 1.00), source {text}."
    )


def test_the_gravest_severity_counts():
    made = [Finding(s, "sums", "sums.total", Place("a"), "", "") for s in ("info", "error", "warning")]
    assert (worst(made), worst(made[:1]), worst([])) == ("error", "info", None)
