import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.errors import UsageError
from parlib.wording.language import Language, is_missing

vi, en = Language("vi"), Language("en")

reasonable = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "decimals", "in_vi", "in_en"),
    [
        (79.86, 2, "79,86", "79.86"),
        (36.032028, 2, "36,03", "36.03"),
        (0.125, 2, "0,13", "0.13"),
        (0.005, 2, "0,01", "0.01"),
        (2.675, 2, "2,68", "2.68"),  # in binary it is below the half; a reader sees the half
        (-0.125, 2, "−0,13", "−0.13"),
        (-0.004, 2, "0,00", "0.00"),
        (0.1 + 0.2, 1, "0,3", "0.3"),
        (28854, 0, "28.854", "28,854"),
        (1234567.5, 1, "1.234.567,5", "1,234,567.5"),
        (Decimal(10) / 3, 2, "3,33", "3.33"),
        (np.float64(5), 2, "5,00", "5.00"),
    ],
)
def test_numbers_are_printed_as_officials_print_them(value, decimals, in_vi, in_en):
    assert vi.number(value, decimals) == in_vi
    assert en.number(value, decimals) == in_en


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_a_missing_figure_is_a_dash(missing):
    assert is_missing(missing)
    assert vi.number(missing) == vi.signed(missing) == vi.percent(missing) == vi.rank(missing, 63) == "–"


@pytest.mark.parametrize("present", [0, 0.0, "", False, np.float64(0), np.int64(0), "nan"])
def test_zero_and_empty_text_are_not_missing(present):
    assert not is_missing(present)


@pytest.mark.parametrize(
    ("value", "printed"),
    [(60.0, "60"), (97.5, "97,5"), (10 / 3, "3,33"), (8.83, "8,83"), (9.999999999999998, "10"), (0.001, "0"),
     (None, "–")],
)  # fmt: skip
def test_a_maximum_has_no_idle_decimals(value, printed):
    assert Language("vi").maximum(value) == printed


def test_a_number_of_any_size_is_printed():
    assert Language("vi").number(1e30) == f"{'1' + '.000' * 10},00"
    assert Language("en").number(-1.7e308, 6).startswith("−170,000,000")


def test_a_change_always_has_its_sign():
    assert vi.signed(0.694) == "+0,69"
    assert vi.signed(-0.694) == "−0,69"
    assert vi.signed(0.004) == vi.signed(-0.004) == "0,00"
    assert vi.percent(-9.6, signed=True) == "−9,6%"


def test_ranks_and_dates():
    assert vi.rank(23, 63) == "23/63"
    assert vi.rank(23, None) == "23"
    assert vi.date("2018-08-28") == "28/8/2018"
    assert en.date("2018-08-28") == "28 August 2018"


def test_lists_read_like_a_sentence():
    assert vi.list(["a", "b", "c"]) == "a, b và c"
    assert en.list(["a", "b"]) == "a and b"
    assert en.list(["a"]) == "a"
    assert en.list([]) == ""


@given(reasonable, st.integers(min_value=0, max_value=4))
def test_a_printed_number_is_the_number_rounded_half_up(value, decimals):
    printed = vi.number(value, decimals)
    read_back = Decimal(printed.replace(".", "").replace(",", ".").replace("−", "-"))
    exact = Decimal(format(value, ".15g"))
    assert read_back == exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert re.fullmatch(r"−?\d{1,3}(\.\d{3})*(,\d+)?", printed)


@given(reasonable, st.integers(min_value=0, max_value=4))
def test_zero_never_carries_a_sign(value, decimals):
    for printed in (vi.number(value, decimals), vi.signed(value, decimals)):
        if not re.search(r"[1-9]", printed):
            assert printed[0] == "0"


@given(reasonable)
def test_both_languages_print_the_same_digits(value):
    assert re.sub(r"\D", "", vi.number(value)) == re.sub(r"\D", "", en.number(value))


def test_an_unknown_language_is_a_usage_error_that_lists_the_known():
    with pytest.raises(UsageError, match="vi, en"):
        Language("fr")


def test_values_enter_a_sentence_after_translation():
    assert vi.t("Rank {rank}", rank="23/63") == "Hạng 23/63"
    assert en.t("Rank {rank}", rank="{year}") == "Rank {year}"


def test_an_english_count_has_two_forms_and_a_vietnamese_one():
    assert [en.n("up {n} place", "up {n} places", n) for n in (1, 5)] == ["up 1 place", "up 5 places"]
    assert [vi.n("up {n} place", "up {n} places", n) for n in (1, 5)] == ["tăng 1 bậc", "tăng 5 bậc"]


@pytest.mark.parametrize(
    "values", [{}, {"rank": "1", "of": "63"}, {"place": "1"}, {"rank": 1.5}, {"rank": Decimal(1)}]
)
def test_a_sentence_refuses_wrong_fields_and_unformatted_decimals(values):
    with pytest.raises(TypeError, match="rank"):
        en.t("Rank {rank}", **values)


def test_names_follow_the_language():
    row = {"name_vi": "Thừa Thiên Huế", "name_en": "Thua Thien-Hue"}
    assert vi.name(row) == "Thừa Thiên Huế"
    assert en.name(row) == "Thua Thien-Hue"
