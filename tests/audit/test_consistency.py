import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.audit import alpha_if_dropped, consistency, cronbach_alpha
from parlib.errors import UsageError

# Handbook, table 11: correlation with the total and alpha after deleting one indicator (standardised values).
TABLE_11 = {
    "patents": (0.261, 0.704),
    "royalties": (0.527, 0.645),
    "internet": (0.566, 0.636),
    "exports": (-0.108, 0.774),
    "telephones": (0.701, 0.603),
    "electricity": (0.614, 0.624),
    "schooling": (0.451, 0.662),
    "university": (0.249, 0.706),
}
# Law School Admission Test, section VI: 1,000 candidates by pattern of right answers (Bock and Lieberman 1970).
LSAT = """
00000 3 00001 6 00010 2 00011 11 00100 1 00101 1 00110 3 00111 4 01000 1 01001 8 01011 16 01101 3 01110 2
01111 15 10000 10 10001 29 10010 14 10011 81 10100 3 10101 28 10110 15 10111 80 11000 16 11001 56 11010 21
11011 173 11100 11 11101 61 11110 28 11111 298
"""


def test_alpha_of_the_law_school_test_is_as_printed_by_ltm():
    # R package ltm, cronbach.alpha(LSAT): 0.295.
    words = LSAT.split()
    counted = zip(words[::2], words[1::2], strict=True)
    rows = [[int(answer) for answer in pattern] for pattern, n in counted for _ in range(int(n))]
    answers = pd.DataFrame(rows, columns=list("abcde"))
    assert len(answers) == 1000
    assert round(cronbach_alpha(answers), 3) == 0.295


def test_alpha_of_tai_is_that_of_the_handbook(tai):
    assert round(cronbach_alpha(tai, standardised=True), 2) == 0.70


def test_alpha_of_tai_without_one_indicator_is_that_of_the_handbook(tai):
    found = alpha_if_dropped(tai, standardised=True)
    # Logarithms are printed rounded: see conftest.
    assert found["alpha"].to_dict() == pytest.approx({k: v for k, (_, v) in TABLE_11.items()}, abs=0.0016)
    assert found["rest"].to_dict() == pytest.approx({k: v for k, (v, _) in TABLE_11.items()}, abs=0.0065)


@given(st.lists(st.integers(0, 20), min_size=3, max_size=20), st.integers(2, 6))
def test_copies_of_one_item_are_perfectly_consistent(values, copies):
    items = pd.DataFrame({f"i{n}": values for n in range(copies)})
    alpha = cronbach_alpha(items)
    assert pd.isna(alpha) if len(set(values)) == 1 else alpha == pytest.approx(1)


def test_standardised_alpha_follows_from_the_mean_correlation(papi_2017):
    for row in consistency(*papi_2017).itertuples():
        q, r = row.items, row.mean_r
        assert row.alpha_standardised == pytest.approx(q * r / (1 + (q - 1) * r))


def test_only_control_of_corruption_is_consistent_in_2017(papi_2017):
    found = consistency(*papi_2017)
    assert found.index[found["acceptable"]].to_list() == ["D4"]


def test_a_single_item_has_no_alpha():
    with pytest.raises(UsageError, match="at least 2 indicators"):
        cronbach_alpha(pd.DataFrame({"a": [1.0, 2.0, 3.0]}))
