"""Indices of one year side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from parlib.answers.bounds import bounds
from parlib.answers.crossview import as_dict, crossview, spearman
from parlib.datasets import record
from parlib.errors import UsageError


def view(year, indices=("par", "sipas", "papi", "pci")):
    held = record()
    scored, known = {}, {}
    for index in indices:
        if year in held.years(index):
            edition = held.edition(index, year)
            framework = held.framework(index, year)
            scored[index] = held.scored_edition(edition)
            known[index] = bounds(held.scores_of(edition), edition, framework, held.bands, held.national)
    return crossview(scored, known)


def between(found, x, y):
    return next(c for c in found.correlations if (c.x, c.y) == (x, y))


def test_hue_2017_stands_in_the_upper_half_for_officials_and_the_lower_for_citizens():
    rows = view(2017).of_province("thua-thien-hue").set_index("index")
    assert rows.at["par", "rank"] == 23
    assert rows.at["papi", "rank"] == 37
    assert rows["half"].to_dict() == {"par": "upper", "papi": "lower"}


def test_a_score_without_a_rank_is_in_no_half_unless_it_is_proved():
    rows = view(2017).rows
    dak_lak = rows[(rows["province"] == "dak-lak") & (rows["index"] == "par")].iloc[0]
    assert (dak_lak["best"], dak_lak["worst"]) == (24, 62)
    assert dak_lak["half"] != dak_lak["half"]


def test_quadrants_hold_only_provinces_proved_in_both():
    found = view(2017)
    quadrants = found.quadrants("par", "papi")
    assert "dak-lak" not in set(quadrants["province"])
    hue = quadrants.set_index("province").loc["thua-thien-hue"]
    assert (hue["x_half"], hue["y_half"]) == ("upper", "lower")


def test_a_whole_table_is_halved_at_its_middle():
    rows = view(2016).rows
    papi = rows[rows["index"] == "papi"]
    assert papi["half"].value_counts().to_dict() == {"upper": 32, "lower": 31}


def test_coverage_is_said_by_index():
    coverage = view(2017).coverage
    assert coverage.loc["par", ["known", "ranked", "of"]].tolist() == [4, 14, 63]
    assert coverage.loc["papi", ["known", "ranked", "of"]].tolist() == [63, 63, 63]
    assert not coverage.at["par", "whole"]
    assert coverage.at["papi", "whole"]


def test_printed_ranks_are_compared_where_they_reach_further_than_scores():
    correlation = between(view(2017), "par", "papi")
    assert (correlation.measure, correlation.n) == ("rank", 14)
    assert correlation.selective


def test_two_whole_tables_are_compared_by_score_without_reserve():
    correlation = between(view(2016), "papi", "pci")
    assert (correlation.measure, correlation.n) == ("score", 63)
    assert not correlation.selective


def test_no_interval_is_given_for_three_provinces():
    correlation = between(view(2017), "par", "sipas")
    assert correlation.n == 3
    assert correlation.rho is not None
    assert correlation.low is None


def test_years_and_maps_are_not_mixed():
    held = record()
    first, second = held.edition("papi", 2016), held.edition("pci", 2015)
    with pytest.raises(UsageError, match="side by side"):
        crossview({"papi": held.scored_edition(first), "pci": held.scored_edition(second)}, {})


def test_one_index_alone_is_no_view():
    with pytest.raises(UsageError, match="two or more"):
        view(2017, ("papi",))


def test_an_index_without_figures_has_no_quadrant():
    with pytest.raises(UsageError, match="there are papi, pci"):
        view(2016, ("papi", "pci")).quadrants("par", "papi")


def test_the_dictionary_has_one_entry_per_province_and_index():
    told = as_dict(view(2017), "thua-thien-hue")
    (row,) = told["rows"]
    assert row["par"]["rank"] == 23
    assert row["papi"]["score"] == pytest.approx(36.032028, abs=1e-6)
    assert "sipas" not in row


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=40)


@given(PAIRS)
def test_the_coefficient_is_scipys_and_lies_in_its_interval(pairs):
    x, y = np.array(pairs, dtype=float).T
    rho, low, high = spearman(x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert rho is None
        return
    assert rho == pytest.approx(spearmanr(x, y).statistic)
    if low is not None:
        assert -1 <= low <= rho <= high <= 1


def test_the_interval_is_that_of_bonett_and_wright():
    chance = np.random.default_rng(0)
    x = np.arange(28.0)
    y = chance.permutation(x)
    rho, low, high = spearman(x, y)
    reach = 1.959964 * np.sqrt((1 + rho**2 / 2) / 25)
    assert (np.arctanh(rho) - np.arctanh(low)) == pytest.approx(reach)
    assert (np.arctanh(high) - np.arctanh(rho)) == pytest.approx(reach)


def test_a_level_of_95_covers_the_truth_about_95_times_in_100():
    # Bivariate normal with correlation 0.6: Spearman's rho is 6/pi asin(0.3) = 0.5819.
    chance, truth, inside = np.random.default_rng(7), 6 / np.pi * np.arcsin(0.3), 0
    for _ in range(1000):
        x = chance.standard_normal(40)
        y = 0.6 * x + 0.8 * chance.standard_normal(40)
        _, low, high = spearman(x, y)
        inside += low <= truth <= high
    assert 0.93 < inside / 1000 < 0.97


def test_an_index_without_any_total_stands_beside_the_others_and_correlates_with_none():
    held = record()
    scored, known = {}, {}
    for index in ("papi", "par", "sipas"):
        edition = held.edition(index, 2017) | ({"coverage": "partial"} if index == "papi" else {})
        rows = held.scored_edition(edition)
        scored[index] = rows[rows["indicator"] != "TOTAL"] if index == "papi" else rows
        framework = held.framework(index, 2017)
        known[index] = bounds(scored[index], edition, framework, held.bands, held.national)
    found = crossview(scored, known)
    assert found.coverage.at["papi", "known"] == 0
    assert [(c.x, c.y) for c in found.correlations] == [("par", "sipas")]
    assert found.quadrants("papi", "par").empty
