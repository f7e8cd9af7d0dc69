"""Whom to compare with, and whom to ask."""

import numpy as np
import pandas as pd
import pytest

from parlib.answers._field import Field
from parlib.answers.peers import peers, profile_distances
from parlib.datasets import record
from parlib.errors import UsageError

HUE = "thua-thien-hue"


def regions():
    return {province.slug: province.region for province in record().provinces(63).all}


def of_hue(year=2017, index="papi", **options):
    held = record()
    return peers(held.scored(index), held.framework(index, year), HUE, **options)


def field_of(year, index="papi"):
    held = record()
    return Field(held.scored_edition(held.edition(index, year)), held.framework(index, year))


def test_the_distance_is_the_root_mean_square_of_standardised_leaves():
    field = field_of(2017)
    distances, shares = profile_distances(field, HUE)
    leaves = field.scores[field.leaves]
    standard = (leaves - leaves.mean()) / leaves.std(ddof=0)
    other = standard.loc["khanh-hoa"] - standard.loc[HUE]
    assert distances.at["khanh-hoa", "distance"] == pytest.approx(np.sqrt((other**2).mean()))
    assert distances.at["khanh-hoa", "compared"] == 22
    assert shares.loc["khanh-hoa"].to_dict() == pytest.approx((other**2 / (other**2).sum()).to_dict())


def test_contributions_add_to_one_for_every_peer():
    _, shares = profile_distances(field_of(2017), HUE)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)


def test_distance_is_the_same_both_ways():
    field = field_of(2017)
    there, _ = profile_distances(field, HUE)
    back, _ = profile_distances(field, "ha-noi")
    assert there.at["ha-noi", "distance"] == pytest.approx(back.at[HUE, "distance"])


def test_the_nearest_six_are_chosen_and_stand_nearest_first():
    found = of_hue()
    distances, _ = profile_distances(field_of(2017), HUE)
    assert list(found.rows["province"]) == list(distances["distance"].nsmallest(6).index)
    assert found.rows["distance"].is_monotonic_increasing


def test_peers_by_region_are_the_13_others_of_the_central_coast():
    found = of_hue(by="region", regions=regions())
    assert len(found.rows) == 13
    assert {regions()[slug] for slug in found.rows["province"]} == {regions()[HUE]}


def test_peers_by_group_are_the_other_14_of_the_low_average_group():
    found = of_hue(by="group")
    assert len(found.rows) == 14  # the group has 15
    total = field_of(2017).wide("group")["TOTAL"]
    assert {total[slug] for slug in found.rows["province"]} == {"low_average"}


def test_peers_by_list_are_those_named_without_oneself():
    found = of_hue(by="list", named=["da-nang", HUE, "quang-tri", "da-nang"])
    assert sorted(found.rows["province"]) == ["da-nang", "quang-tri"]


def test_weaknesses_are_in_the_lower_half_and_the_costliest_come_first():
    found = of_hue().weaknesses
    assert (found["rank"] > 32).all()
    assert found["lost"].is_monotonic_decreasing
    assert found["lost"].to_numpy() == pytest.approx((found["best"] - found["score"]).to_numpy())


def test_who_to_ask_is_in_the_upper_half_and_above_oneself():
    found = of_hue(by="region", regions=regions()).better
    assert (found["rank"] <= 32).all()
    assert (found["score"] > found["own"]).all()
    assert found["gain"].to_numpy() == pytest.approx((found["score"] - found["own"]).to_numpy())


def test_a_trend_ends_with_the_score_and_stops_at_the_break_of_2016():
    better = of_hue(by="region", regions=regions()).better
    rebuilt = better[better["indicator"].str.startswith("D1")]
    assert not rebuilt.empty
    for row in better.to_dict("records"):
        years = [year for year, _, _ in row["trend"]]
        assert years == list(range(years[0], 2018))
        assert row["trend"][-1][2] == row["score"]
    assert all(row["trend"][0][0] == 2016 for row in rebuilt.to_dict("records"))
    unbroken = better[better["indicator"] == "D6.2"]
    assert all(row["trend"][0][0] == 2013 for row in unbroken.to_dict("records"))


def test_a_trend_stops_where_a_province_has_no_data():
    # Bắc Giang was not surveyed in 2014.
    held = record()
    found = peers(
        held.scored("papi"), held.framework("papi", 2016), HUE, by="list", named=["bac-giang"], weak=30
    )
    unbroken = found.better[~found.better["indicator"].str.match(r"D[135]")]
    assert not unbroken.empty
    assert {row["trend"][0][0] for row in unbroken.to_dict("records")} == {2015}


def test_the_dictionary_repeats_every_peer_with_what_it_does_better():
    found = of_hue()
    told = found.to_dict()
    assert [row["province"] for row in told["rows"]] == list(found.rows["province"])
    named = {(row["province"], item["indicator"]) for row in told["rows"] for item in row["better_on"]}
    assert named == set(zip(found.better["province"], found.better["indicator"], strict=True))


def test_a_dated_index_answers_the_day_asked_for():
    held = record()
    found = peers(held.scored("i766"), held.framework("i766", 2026), "hue")
    assert found.edition["date"] == "2026-10-10"
    assert len(found.rows) == 6


def test_an_unknown_profile_still_has_peers_by_region():
    found = of_hue(2023, index="par", by="region", regions=regions())
    assert "ha-tinh" in set(found.rows["province"])
    assert found.rows["distance"].isna().all()
    assert found.better.empty
    assert found.weaknesses.empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "region"}, "no region"),
        ({"by": "list"}, "at least one"),
        ({"by": "list", "named": ["atlantis"]}, "atlantis"),
    ],
)
def test_a_choice_that_cannot_be_made_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        of_hue(**options)


@pytest.mark.parametrize("by", ["similarity", "group"])
def test_an_index_known_in_part_has_no_such_peers(by):
    with pytest.raises(UsageError, match="choose peers by region or list"):
        of_hue(2023, index="par", by=by)


def test_the_order_of_rows_does_not_matter():
    held = record()
    shuffled = held.scored("papi").sample(frac=1, random_state=5)
    again = peers(shuffled, held.framework("papi", 2017), HUE)
    pd.testing.assert_frame_equal(of_hue().rows, again.rows)
    pd.testing.assert_frame_equal(of_hue().better, again.better)
