"""What sampling errors leave of a rank."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.answers.intervals import error_year, rank_ends, rank_intervals, rank_shares, standard_errors
from parlib.datasets import record
from parlib.errors import UsageError
from parlib.scoring import GROUPS


def intervals(year, index="papi", **options):
    held = record()
    edition = held.edition(index, year)
    uncertainty = held.table("papi/uncertainty.csv")
    return rank_intervals(held.scored_edition(edition), held.framework(index, year), uncertainty, **options)


@pytest.fixture(scope="module")
def of_2019():
    return intervals(2019)


def test_the_errors_of_2019_are_the_published_ones(of_2019):
    published = record().table("papi/uncertainty.csv")
    ends = published[(published["indicator"] == "TOTAL") & (published["weighting"] == "unweighted")]
    wide = ends.pivot(index="province", columns="statistic", values="value")
    mine = of_2019.rows.set_index("province")
    reach = (wide["interval_high"] - wide["interval_low"]) / 2
    assert (reach / mine["standard_error"]).to_numpy() == pytest.approx(1.645, abs=2e-3)
    assert not of_2019.proxy


def test_every_other_year_is_marked_a_proxy():
    found = intervals(2017).of_province("thua-thien-hue")
    assert found["proxy"] is True
    assert found["error_year"] == 2019
    assert found["rank"] == 37
    assert found["rank_low"] < 37 < found["rank_high"]


def test_the_published_rank_lies_in_its_interval_and_chances_add_to_one(of_2019):
    rows = of_2019.rows
    assert (rows["rank_low"] <= rows["rank"]).all()
    assert (rows["rank"] <= rows["rank_high"]).all()
    assert rows[list(GROUPS)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert rows["top_5"].sum() == pytest.approx(5)


def test_groups_keep_their_sizes_16_16_15_16(of_2019):
    assert of_2019.rows[list(GROUPS)].sum().to_list() == pytest.approx([16, 16, 15, 16])


def test_the_same_seed_gives_the_same_interval_and_another_seed_nearly(of_2019):
    pd.testing.assert_frame_equal(of_2019.rows, intervals(2019).rows)
    other = intervals(2019, seed=2).rows
    assert (other["rank_low"] - of_2019.rows["rank_low"]).abs().max() <= 2
    assert (other["top_10"] - of_2019.rows["top_10"]).abs().max() < 0.03


def test_a_higher_level_is_never_narrower(of_2019):
    wide = intervals(2019, level=0.99).rows
    assert (wide["rank_low"] <= of_2019.rows["rank_low"]).all()
    assert (wide["rank_high"] >= of_2019.rows["rank_high"]).all()


def test_two_provinces_alone_follow_the_normal_law():
    # Difference 1, error of each 1: the better stays ahead with probability Phi(1 / sqrt(2)) = 0.7602.
    chance = np.random.default_rng(3)
    drawn = np.array([10.0, 9.0]) + chance.standard_normal((200_000, 2))
    assert rank_shares(drawn)[0, 0] == pytest.approx(0.7602, abs=0.005)


def test_without_an_error_there_is_no_interval_but_the_others_keep_theirs():
    held = record()
    uncertainty = held.table("papi/uncertainty.csv")
    uncertainty = uncertainty[uncertainty["province"] != "ha-noi"]
    edition = held.edition("papi", 2019)
    found = rank_intervals(held.scored_edition(edition), held.framework("papi", 2019), uncertainty)
    assert pd.isna(found.of_province("ha-noi")["rank_low"])
    assert found.of_province("thua-thien-hue")["rank_low"] < 5
    assert len(found.rows) == 63


def test_a_dimension_takes_the_root_of_its_variance():
    uncertainty = record().table("papi/uncertainty.csv")
    errors = standard_errors(uncertainty, "D1")
    assert errors.median() == pytest.approx(0.10, abs=0.01)
    assert intervals(2019, indicator="D1").indicator == "D1"


def test_the_total_of_six_dimensions_can_be_drawn_from_its_parts():
    found = intervals(2017, errors_of="parts").of_province("thua-thien-hue")
    errors = record().table("papi/uncertainty.csv")
    mine = errors[(errors["province"] == "thua-thien-hue") & (errors["statistic"] == "variance")]
    of_six = mine[mine["indicator"].isin([f"D{n}" for n in range(1, 7)])]["value"].sum()
    assert found["standard_error"] == pytest.approx(of_six**0.5)


def test_provinces_without_a_score_are_not_ranked():
    found = intervals(2018)
    assert found.of_province("thua-thien-hue")["of"] == 61
    with pytest.raises(UsageError, match="quang-ninh has no score"):
        found.of_province("quang-ninh")


def test_an_index_known_in_part_has_no_interval():
    with pytest.raises(UsageError, match="provinces only"):
        intervals(2017, index="par")


def test_an_index_without_published_errors_has_no_interval():
    with pytest.raises(UsageError, match="no sampling errors are published for D1\\.1"):
        intervals(2019, indicator="D1.1")


def test_errors_of_the_parts_need_parts():
    with pytest.raises(UsageError, match=r"D1\.1 of papi 2019 has no parts with scores"):
        intervals(2019, indicator="D1.1", errors_of="dimensions")


def test_a_level_is_a_share():
    with pytest.raises(UsageError, match="between 0 and 1"):
        intervals(2019, level=90)


@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_shares_add_to_one_both_ways_and_ends_hold_the_level(size, seed):
    drawn = np.random.default_rng(seed).normal(size=(50, size))
    shares = rank_shares(drawn)
    assert shares.sum(axis=0) == pytest.approx(1)
    assert shares.sum(axis=1) == pytest.approx(1)
    low, high = rank_ends(shares, 0.9)
    for row, (start, stop) in enumerate(zip(low, high, strict=True)):
        assert shares[row, start - 1 : stop].sum() >= 0.9 - 1e-9
        assert shares[row, : start - 1].sum() <= 0.05 + 1e-9
        assert shares[row, stop:].sum() <= 0.05 + 1e-9


@pytest.mark.parametrize("year", [2011, 2019, 2024])
def test_the_year_of_the_errors_is_told_without_a_draw(year):
    held = record()
    edition = held.scored_edition(held.edition("papi", year))
    uncertainty = held.table("papi/uncertainty.csv")
    assert (
        error_year(edition, held.framework("papi", year), uncertainty) == intervals(year, draws=10).error_year
    )
