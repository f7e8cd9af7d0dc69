import numpy as np
import pandas as pd
import pytest

from parlib.audit import aggregate, alternatives, rescale
from parlib.errors import UsageError

EVEN = pd.Series(1.0, index=list("abcd"))
# Handbook, table 38, column GME: ranks by the geometric mean of the raw indicators, equal weights.
TABLE_38_GME = {
    "Finland": 2, "United States": 1, "Sweden": 3, "Japan": 4, "Korea": 16, "Netherlands": 5, "United Kingdom": 6,
    "Singapore": 18, "Canada": 13, "Australia": 14, "Germany": 8, "Norway": 11, "Ireland": 7, "Belgium": 9,
    "New Zealand": 17, "Austria": 12, "France": 10, "Israel": 15, "Spain": 19, "Italy": 21, "Czech Republic": 23,
    "Hungary": 22, "Slovenia": 20,
}  # fmt: skip


def test_geometric_means_of_the_handbooks_two_countries():
    # Handbook, section 6.11: 2.14, 2.54, 6 and 6.23, where decimals beyond the second are cut off.
    parts = pd.DataFrame([[21, 1, 1, 1], [21, 2, 1, 1], [6, 6, 6, 6], [6, 7, 6, 6]], columns=list("abcd"))
    cut = np.floor(100 * aggregate(parts, EVEN, "geometric") + 1e-9) / 100
    assert list(cut) == [2.14, 2.54, 6.0, 6.23]
    assert list(aggregate(parts, EVEN)) == [6, 6.25, 6, 6.25]


def test_geometric_ranks_of_tai_are_those_of_the_handbook(tai):
    totals = aggregate(tai, pd.Series(1.0, index=tai.columns), "geometric")
    assert totals.rank(ascending=False).astype(int).to_dict() == TABLE_38_GME


def test_scales_of_schooling_are_those_of_the_handbook(tai):
    # Handbook, table 15: z-scores 0.26, 1.52, 1.14, -0.06 and min-max 0.59, 1.00, 0.88, 0.49.
    first = tai[["schooling"]], ["Finland", "United States", "Sweden", "Japan"]
    z = (rescale(first[0], "z_score") - 100) / 10
    assert list(z.loc[first[1], "schooling"].round(2)) == [0.26, 1.52, 1.14, -0.06]
    share = (rescale(first[0], "min_max") - 1) / 99
    assert list(share.loc[first[1], "schooling"].round(2)) == [0.59, 1.0, 0.88, 0.49]


def test_ranks_give_bordas_count_of_moulins_example():
    # Handbook, tables 25 and 26 (Moulin 1988): 21 indicators; Borda's count a 24, b 44, c 38, d 20.
    orders = ["abcd"] * 3 + ["acbd"] * 5 + ["bdca"] * 7 + ["cbda"] * 6
    parts = pd.DataFrame({n: {c: -order.index(c) for c in "abcd"} for n, order in enumerate(orders)})
    count = rescale(parts, "ranks").sum(axis=1) - 21 / 2
    assert count.to_dict() == {"a": 24, "b": 44, "c": 38, "d": 20}


def test_zero_in_one_part_makes_a_geometric_mean_zero_unless_it_weighs_nothing():
    parts = pd.DataFrame({"a": [0.0, 1.0], "b": [4.0, 4.0]})
    assert list(aggregate(parts, pd.Series({"a": 1.0, "b": 1.0}), "geometric")) == [0, 2]
    assert list(aggregate(parts, pd.Series({"a": 0.0, "b": 1.0}), "geometric")) == pytest.approx([4, 4])


def test_a_geometric_mean_of_negative_scores_is_refused():
    with pytest.raises(UsageError, match="not negative"):
        aggregate(pd.DataFrame({"a": [-1.0], "b": [1.0]}), pd.Series({"a": 1, "b": 1}), "geometric")


def test_nominal_ranks_are_the_published_order(papi_2017):
    scores, _ = papi_2017
    found = alternatives(*papi_2017)
    published = scores["TOTAL"].rank(ascending=False, method="min").astype(int)
    assert (found["nominal"] == published.reindex(found.index)).all()
    assert (found["nominal"] == found["equal"]).all()  # six dimensions of 10 points each
    assert (found["best"] <= found["nominal"]).all()
    assert (found["worst"] >= found["nominal"]).all()


@pytest.mark.parametrize("scale", ["min_max", "z_score", "ranks"])
def test_a_part_without_differences_stays_in_the_middle(scale):
    scaled = rescale(pd.DataFrame({"a": [2.0, 2.0, 2.0]}), scale)
    assert np.ptp(scaled["a"]) == 0
    assert scaled.notna().all(axis=None)
