"""Text of strangers is only ever read: on a page, in a cell, on a terminal, in a log."""

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.characters import json_spelt_out, plain, printable, spelt_out
from parlib.errors import LONGEST, DataError, Place, UsageError, WorkError

any_text = st.text(st.characters(exclude_categories=[]))
TERMINAL = "a\x1b[2J\x1b]0;title\x07b\x9b31mc\r\n[9/9] all made\x08"


@pytest.mark.parametrize("shown", [printable, plain, spelt_out, json_spelt_out])
@given(any_text)
def test_nothing_shown_steers_a_terminal_or_turns_the_text(shown, text):
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown(text))
    shown(text).encode()


@given(any_text)
def test_what_cannot_be_seen_is_spelt_out_on_one_line_and_once(text):
    line = spelt_out(text)
    assert not re.search("[\r\n\t\u2028\u2029]", line)
    assert spelt_out(line) == line


def test_the_letters_of_a_message_stay_as_they_are():
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "Tỉnh Đắk Lắk – “96 %” 😀")
        assert spelt_out(name) == name


@given(any_text)
def test_json_reads_back_as_it_was_written(text):
    assert json.loads(json_spelt_out(json.dumps({text: [text]}, ensure_ascii=False))) == {text: [text]}


@pytest.mark.parametrize(
    "error", [UsageError(TERMINAL), WorkError(TERMINAL), DataError(Place(TERMINAL), "a", "b")]
)
def test_a_message_is_one_line_that_no_name_can_forge(error):
    assert r"a\x1b[2J\x1b]0;title\x07b\x9b31mc [9/9] all made\x08" in str(error)
    assert str(error).isprintable()


def test_a_message_that_quotes_a_megabyte_is_cut_and_keeps_its_ends():
    message = str(UsageError(f"no province is called {'x' * 1_000_000}. Did you mean Huế?"))
    assert len(message) == LONGEST
    assert message.startswith("no province is called x")
    assert message.endswith("x. Did you mean Huế?")
