import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.audit import comparison, concordance
from parlib.errors import UsageError


def test_kendall_of_hollander_and_wolfes_tuna():
    # Hollander and Wolfe (1973), p. 187; R, ?cor.test: tau = 0.4444444.
    lightness = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    quality = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    found = comparison(pd.Series(lightness), pd.Series(quality))
    assert round(found.kendall, 7) == 0.4444444
    assert found.n == 9


def test_concordance_of_siegels_interviewers():
    # Siegel and Castellan (1988), section 9.6: three executives rank six applicants, W = 0.16.
    ranks = pd.DataFrame({"X": [1, 6, 3, 2, 5, 4], "Y": [1, 5, 6, 4, 2, 3], "Z": [6, 3, 2, 5, 4, 1]})
    assert round(concordance(ranks), 2) == 0.16


@given(st.lists(st.permutations(range(6)), min_size=2, max_size=5))
def test_concordance_follows_from_the_mean_spearman(orders):
    # W = ((m - 1) * mean rho + 1) / m without ties (Kendall 1948).
    ranks = pd.DataFrame(orders).T
    rho = ranks.corr(method="spearman").to_numpy()
    m = len(orders)
    mean = rho[np.triu_indices(m, 1)].mean()
    assert concordance(ranks) == pytest.approx(((m - 1) * mean + 1) / m)


def test_shifts_are_counted_among_the_provinces_in_both():
    first = pd.Series({"a": 9.0, "b": 8.0, "c": 7.0, "d": 6.0, "gone": 10.0})
    second = pd.Series({"a": 5.0, "b": 8.0, "c": 7.0, "d": 6.0, "new": 1.0})
    found = comparison(first, second)
    assert found.rows["shift"].to_dict() == {"a": -3, "b": 1, "c": 1, "d": 1}
    assert found.rows.index[0] == "a"
    assert (found.mean_shift, found.largest_shift, found.n) == (1.5, 3, 4)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=20))
def test_a_ranking_agrees_with_itself(values):
    scores = pd.Series(values, dtype="float64")
    found = comparison(scores, 2 * scores + 1)
    assert found.mean_shift == found.largest_shift == 0
    if len(set(values)) > 1:
        assert found.spearman == pytest.approx(1)
        assert found.kendall == pytest.approx(1)


def test_two_provinces_are_not_enough():
    with pytest.raises(UsageError, match="at least 3"):
        comparison(pd.Series({"a": 1.0, "b": 2.0}), pd.Series({"a": 1.0, "b": 2.0}))
