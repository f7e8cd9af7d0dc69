"""What partial publications prove about the score at a rank, and about the ranks of a score."""

import itertools
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.bounds import Bounds, ContradictionError, Fact, _levels, published_facts
from parlib.datasets import record
from parlib.errors import UsageError


def placed(rank, score, province=None):
    return Fact("score", "S1", province=province or f"p{rank}", rank=rank, score=score)


def unplaced(score, province="u"):
    return Fact("score", "S2", province=province, score=score)


def interval(bounds, rank):
    found = bounds.score_at(rank)
    return (found.low.value if found.low else None, found.high.value if found.high else None)


def test_a_rank_between_two_known_ones_lies_between_their_scores():
    assert interval(Bounds([placed(2, 80.0), placed(6, 70.0)], 10, "x"), 4) == (70.0, 80.0)


def test_one_known_score_bounds_every_place_above_and_below_it():
    bounds = Bounds([placed(5, 70.0)], 9, "x")
    assert {interval(bounds, rank) for rank in range(1, 5)} == {(70.0, None)}
    assert {interval(bounds, rank) for rank in range(6, 10)} == {(None, 70.0)}
    assert {interval(Bounds([placed(9, 70.0)], 9, "x"), rank) for rank in range(1, 9)} == {(70.0, None)}
    assert {interval(Bounds([placed(1, 70.0)], 9, "x"), rank) for rank in range(2, 10)} == {(None, 70.0)}


def test_nothing_bounds_a_rank_above_the_first_known_one_without_a_scale():
    assert interval(Bounds([placed(2, 80.0)], 10, "x"), 1) == (80.0, None)


def test_the_scale_bounds_what_nothing_else_does():
    facts = [placed(2, 80.0), Fact("scale", low=0.0, high=100.0)]
    assert interval(Bounds(facts, 10, "x"), 1) == (80.0, 100.0)
    assert interval(Bounds(facts, 10, "x"), 9) == (0.0, 80.0)


def test_a_class_at_the_top_leaves_its_limit_open_below():
    band = Fact("band", "S3", low=90.0, count=13)
    found = Bounds([band, placed(20, 89.33)], 63, "x").score_at(15)
    assert (found.low.value, found.low.closed) == (89.33, True)
    assert (found.high.value, found.high.closed) == (90.0, False)
    assert found.high.facts == (band,)
    assert [fact.rank for fact in found.low.facts] == [20]


def test_a_class_in_the_middle_is_counted_from_the_class_above():
    above = Fact("band", "S3", low=80.0, count=9)
    band = Fact("band", "S3", low=75.0, high=80.0, high_closed=False, count=36)
    bounds = Bounds([band, above, Fact("scale", low=0.0, high=100.0)], 63, "x")
    assert interval(bounds, 9) == (80.0, 100.0)
    assert interval(bounds, 10) == (75.0, 80.0)
    assert interval(bounds, 45) == (75.0, 80.0)
    assert interval(bounds, 46) == (0.0, 75.0)
    assert set(bounds.score_at(45).low.facts) == {band, above}


def test_a_class_too_small_for_all_who_reach_its_lower_limit_has_the_rest_above_it():
    band = Fact("band", low=80.0, high=90.0, high_closed=False, count=2)
    low = Bounds([band, placed(2, 85.0), placed(3, 80.0)], 5, "x").score_at(1).low
    assert (low.value, low.closed, [fact.rank for fact in low.facts]) == (90.0, True, [None, 3])
    # A field of three that all reach 80, whatever their order.
    low = Bounds([band, placed(3, 80.0)], 3, "x").score_at(1).low
    assert (low.value, low.closed, [fact.rank for fact in low.facts]) == (90.0, True, [None, 3])


def test_a_class_too_small_for_all_who_stay_under_its_upper_limit_has_the_rest_below_it():
    band = Fact("band", low=80.0, low_closed=False, high=90.0, count=2)
    high = Bounds([band, placed(3, 90.0), placed(4, 85.0)], 5, "x").score_at(5).high
    assert (high.value, high.closed, [fact.rank for fact in high.facts]) == (80.0, True, [None, 3])


def test_a_class_of_which_no_more_can_be_above_ends_where_its_number_is_used_up():
    band = Fact("band", low=80.0, high=90.0, high_closed=False, count=2)
    high = Bounds([band, placed(3, 85.0)], 5, "x").score_at(5).high
    assert (high.value, high.closed, [fact.rank for fact in high.facts]) == (80.0, False, [None, 3])


def test_a_class_with_some_certainly_below_it_is_one_of_the_places_before_them():
    band, below = Fact("band", low=80.0, high=90.0, high_closed=False, count=2), placed(4, 70.0)
    high = Bounds([band, below], 5, "x").score_at(2).high
    assert (high.value, high.closed, high.facts) == (90.0, False, (band, below))


def test_who_stands_at_the_open_end_of_a_class_is_outside_it():
    band = Fact("band", low=80.0, low_closed=False, high=90.0, count=2)
    low = Bounds([band, placed(3, 85.0), placed(5, 80.0)], 5, "x").score_at(1).low
    assert (low.value, low.closed) == (90.0, False)
    band = Fact("band", low=80.0, high=90.0, high_closed=False, count=2)
    high = Bounds([band, placed(1, 90.0), placed(3, 85.0)], 5, "x").score_at(5).high
    assert (high.value, high.closed) == (80.0, False)


def test_a_class_with_nobody_certainly_above_it_needs_no_other_reason():
    band = Fact("band", low=80.0, high=90.0, high_closed=False, count=2)
    assert Bounds([band, placed(5, 40.0)], 5, "x").score_at(2).low.facts == (band,)


@pytest.mark.parametrize(("closed", "others_closed"), [(True, False), (False, True), (False, False)])
def test_whom_the_next_class_has_is_not_in_this_one(closed, others_closed):
    below = Fact("band", high=80.0, high_closed=others_closed, count=3)
    above = Fact("band", low=90.0, low_closed=others_closed, count=3)
    band = Fact("band", low=80.0, low_closed=closed, high=90.0, high_closed=closed, count=1)
    high = Bounds([below, band], 5, "x").score_at(2).high
    assert (high.value, high.closed, set(high.facts)) == (90.0, closed, {band, below})
    low = Bounds([above, band], 5, "x").score_at(4).low
    assert (low.value, low.closed, set(low.facts)) == (80.0, closed, {band, above})


def test_a_class_in_the_middle_says_nothing_while_its_place_is_open():
    band = Fact("band", low=75.0, high=80.0, high_closed=False, count=3)
    bounds = Bounds([band, Fact("scale", low=0.0, high=100.0)], 10, "x")
    assert interval(bounds, 5) == (0.0, 100.0)


def test_a_score_without_a_rank_bounds_the_places_it_cannot_hold():
    # Ranks 1 and 2 scored more than 75, ranks 6 and on scored less: 75 stands on 3, 4 or 5.
    bounds = Bounds([placed(2, 80.0), placed(6, 70.0), unplaced(75.0)], 10, "x")
    assert interval(bounds, 3) == (75.0, 80.0)
    assert interval(bounds, 4) == (70.0, 80.0)
    assert interval(bounds, 5) == (70.0, 75.0)
    ranks = bounds.ranks_of(75.0)
    assert (ranks.best, ranks.worst, ranks.held) == (3, 5, True)


@pytest.mark.parametrize("first", [1, 2])
def test_a_place_that_a_score_without_a_rank_bounds_names_the_neighbours_that_left_it_no_other(first):
    near, far = (
        [placed(first + 1, 80.0), placed(first + 5, 70.0)],
        [placed(first, 90.0), placed(first + 6, 60.0)],
    )
    bounds = Bounds([*near, *far, unplaced(75.0)], 10, "x")
    assert [fact.score for fact in bounds.score_at(first + 2).low.facts] == [75.0, 80.0]
    assert [fact.score for fact in bounds.score_at(first + 4).high.facts] == [75.0, 70.0]


def test_the_first_and_the_last_are_neighbours_like_any_other():
    bounds = Bounds([placed(1, 80.0), placed(4, 70.0), unplaced(75.0)], 4, "x")
    assert [fact.province for fact in bounds.score_at(2).low.facts] == ["u", "p1"]
    assert [fact.province for fact in bounds.score_at(3).high.facts] == ["u", "p4"]


def test_a_rank_without_a_score_takes_a_place_from_a_score_without_a_rank():
    facts = [placed(2, 80.0), placed(5, 70.0), Fact("score", province="o", rank=3), unplaced(75.0)]
    bounds = Bounds(facts, 10, "x")
    assert bounds.ranks_of(75.0).exact
    assert bounds.score_at(4).exact
    assert interval(bounds, 3) == (75.0, 80.0)


def test_two_scores_without_ranks_keep_their_order():
    facts = [placed(1, 90.0), placed(4, 60.0), unplaced(75.0, "a"), unplaced(70.0, "b")]
    bounds = Bounds(facts, 4, "x")
    assert [interval(bounds, rank) for rank in (2, 3)] == [(75.0, 75.0), (70.0, 70.0)]


def test_provinces_that_share_a_rank_take_the_places_after_it():
    facts = [placed(3, 80.0, "a"), Fact("score", province="b", rank=3), placed(5, 70.0)]
    bounds = Bounds(facts, 6, "x")
    assert interval(bounds, 4) == (80.0, 80.0)


def test_the_mean_binds_where_ranks_do_not():
    # Four provinces, mean 70 exactly, best 100, worst 40: the other two add to 140.
    facts = [placed(1, 100.0), placed(4, 40.0), Fact("mean", value=70.0)]
    bounds = Bounds(facts, 4, "x")
    assert interval(bounds, 2) == pytest.approx((70.0, 100.0))
    assert interval(bounds, 3) == pytest.approx((40.0, 70.0))
    assert bounds.score_at(2).low.closed
    assert bounds.score_at(3).high.closed


def test_the_mean_and_the_scale_alone_bound_every_place():
    # Four provinces, 280 points of 400: the last has at most the mean, the first at least; with the first at 100 the
    # other three share 180, with the first two at 100 the other two share 80; three alike have 280 / 3 at most.
    bounds = Bounds([Fact("scale", low=0.0, high=100.0), Fact("mean", value=70.0)], 4, "x")
    expected = [(70.0, 100.0), (60.0, 100.0), (40.0, 280 / 3), (0.0, 70.0)]
    assert [interval(bounds, rank) for rank in range(1, 5)] == [pytest.approx(ends) for ends in expected]


@given(
    low=st.lists(st.integers(-50, 100), min_size=1, max_size=8).map(
        lambda low: np.array(sorted(low)[::-1], float)
    ),
    spare=st.sampled_from([0.0, 0.5, 7.0, 200.0]),
)
def test_a_place_is_highest_when_those_above_are_no_higher_and_all_others_at_their_least(low, spare):
    levels = _levels(low, low.sum() + spare)
    for slot, level in enumerate(levels):
        assert level >= low[slot] - 1e-9
        raised = np.maximum(low[: slot + 1], level)
        assert raised.sum() + low[slot + 1 :].sum() == pytest.approx(low.sum() + spare, abs=1e-9)


def test_the_scale_goes_without_saying_as_a_reason():
    gap = Fact("gap", value=20.0)
    bounds = Bounds([Fact("scale", low=0.0, high=100.0), gap], 5, "x")
    assert bounds.score_at(5).high.facts == bounds.score_at(1).low.facts == (gap,)


def test_the_mean_is_believed_only_to_its_rounding():
    facts = [placed(1, 100.0), placed(4, 40.0), Fact("mean", value=70.0, tolerance=0.005)]
    assert interval(Bounds(facts, 4, "x"), 2)[0] == pytest.approx(69.99)


def test_scores_that_add_to_the_mean_agree_with_it():
    scores = [placed(1, 0.3), placed(2, 0.2), placed(3, 0.1)]  # 0.6, and three times the mean is a hair more
    assert Bounds([*scores, Fact("mean", value=0.2)], 3, "x").table()["exact"].all()


def test_of_a_table_of_nobody_no_place_can_be_asked():
    facts = [Fact("mean", "t", value=60.0, tolerance=0.005), Fact("median", "t", value=60.0, tolerance=0.005)]
    with pytest.raises(UsageError, match="no rank 1 in a table of 0"):
        Bounds([*facts, Fact("scale", "t", low=0, high=100)], 0, "t").score_at(1)


def test_the_median_is_the_middle_rank():
    assert Bounds([Fact("median", value=87.02)], 63, "x").score_at(32).exact
    printed = Fact("median", value=87.02, tolerance=0.01)
    assert interval(Bounds([printed], 63, "x"), 32) == pytest.approx((87.01, 87.03))


def test_the_median_of_an_even_number_is_nobodys_score():
    table = Bounds([Fact("median", value=70.0), placed(1, 90.0), placed(4, 50.0)], 4, "x").table()
    assert (table["low"] <= [90.0, 85.0, 55.0, 50.0]).all()
    assert (table["high"] >= [90.0, 85.0, 55.0, 50.0]).all()


@pytest.mark.parametrize("of", [62, 63])
def test_the_gap_gives_the_last_from_the_first(of):
    first, last, gap = placed(1, 89.06), placed(of, 69.53), Fact("gap", value=19.53, tolerance=0.015)
    between = placed(5, 75.0)
    below = Bounds([first, between, gap], of, "x").score_at(of)
    assert (below.low.value, below.high.value) == pytest.approx((69.515, 69.545))
    assert set(below.low.facts) == set(below.high.facts) == {first, gap}
    above = Bounds([last, between, gap], of, "x").score_at(1)
    assert (above.low.value, above.high.value) == pytest.approx((89.045, 89.075))
    assert set(above.low.facts) == set(above.high.facts) == {last, gap}


@pytest.mark.parametrize("place", [4, 5])
def test_a_score_between_two_neighbours_is_nobodys_but_has_a_place(place):
    ranks = Bounds([placed(place - 1, 83.70), placed(place, 83.68)], 63, "x").ranks_of(83.69)
    assert (ranks.best, ranks.worst, ranks.held) == (place, place, False)


def test_the_reasons_against_a_better_rank_are_those_who_hold_it():
    facts = [placed(1, 89.45), Fact("score", "S4", province="second", rank=2), placed(5, 79.86)]
    ranks = Bounds([*facts, unplaced(82.0)], 63, "x").ranks_of_province("u")
    assert (ranks.best, ranks.worst) == (3, 4)
    assert {fact.province for fact in ranks.best_facts} == {"second", "p1"}
    assert [fact.province for fact in ranks.worst_facts] == ["p5"]


def test_a_score_of_nobody_known_can_be_that_of_a_province_known_by_its_rank():
    facts = [placed(1, 89.45), Fact("score", province="second", rank=2), placed(5, 79.86)]
    ranks = Bounds(facts, 63, "x").ranks_of(82.0)
    assert (ranks.best, ranks.worst) == (2, 4)


def test_a_province_of_which_nothing_is_known_can_hold_any_free_rank():
    ranks = Bounds([placed(1, 90.0), placed(5, 60.0)], 5, "x").ranks_of_province("someone")
    assert (ranks.best, ranks.worst) == (2, 4)


def test_a_province_outside_a_table_whose_places_are_all_taken_is_refused():
    with pytest.raises(UsageError, match="someone is not in x: all 2 places are taken"):
        Bounds([placed(1, 90.0), placed(2, 60.0)], 2, "x").ranks_of_province("someone")


def test_of_an_index_without_a_figure_only_the_scale_is_known():
    held = record()
    nothing, framework = held.scores("papi").iloc[:0], held.framework("papi", 2017)
    (scale,) = published_facts(nothing, framework, held.bands, held.national)
    assert (scale.kind, scale.low, scale.high) == ("scale", 6.0, 60.0)


@pytest.mark.parametrize("indicator", ["TOTAL", "D3"])
def test_the_facts_of_a_table_are_those_of_its_indicator(indicator):
    held = record()
    scores, framework = held.scores_of(held.edition("papi", 2017)), held.framework("papi", 2017)
    own = scores[scores["indicator"] == indicator].dropna(subset=["score"])
    facts = published_facts(scores, framework, held.bands, held.national, indicator)
    told = [(fact.province, fact.score) for fact in facts if fact.kind == "score"]
    assert told == list(zip(own["province"], own["score"], strict=True))


@pytest.mark.parametrize("rank", [0, 64])
def test_63_provinces_have_no_rank_0_and_no_rank_64(rank):
    with pytest.raises(UsageError, match="1 to 63"):
        Bounds([], 63, "x").score_at(rank)


def test_both_ends_of_the_scale_are_on_it():
    bounds = Bounds([placed(1, 100.0), placed(5, 0.0), Fact("scale", low=0.0, high=100.0)], 5, "x")
    assert (interval(bounds, 1), interval(bounds, 5)) == ((100.0, 100.0), (0.0, 0.0))


def test_a_median_closes_the_open_end_of_a_class_for_all_on_its_side_of_the_middle():
    median = Fact("median", value=75.0)
    low = Bounds([Fact("band", low=70.0, low_closed=False, count=3), median], 5, "x").score_at(1).low
    assert (low.value, low.closed, low.facts) == (75.0, True, (median,))
    high = Bounds([Fact("band", high=80.0, high_closed=False, count=3), median], 5, "x").score_at(5).high
    assert (high.value, high.closed, high.facts) == (75.0, True, (median,))


def test_a_class_with_an_open_end_at_the_score_of_the_next_place_excludes_it():
    above = Fact("band", low=80.0, low_closed=False, count=2)
    low = Bounds([above, placed(3, 80.0)], 5, "x").score_at(2).low
    assert (low.value, low.closed, low.facts) == (80.0, False, (above,))
    below = Fact("band", high=60.0, high_closed=False, count=2)
    high = Bounds([below, placed(3, 60.0)], 5, "x").score_at(4).high
    assert (high.value, high.closed, high.facts) == (60.0, False, (below,))


def test_a_score_at_the_open_end_of_a_class_is_not_in_it():
    above_80, up_to_60 = Fact("band", low=80.0, low_closed=False, count=2), Fact("band", high=60.0, count=1)
    ranks = Bounds([above_80, unplaced(80.0)], 5, "x").ranks_of(80.0)
    assert (ranks.best, ranks.best_facts) == (3, (above_80,))
    assert Bounds([up_to_60, unplaced(60.0)], 5, "x").ranks_of(60.0).worst == 5
    below_60 = Fact("band", high=60.0, high_closed=False, count=1)
    ranks = Bounds([below_60, unplaced(60.0)], 5, "x").ranks_of(60.0)
    assert (ranks.worst, ranks.worst_facts) == (4, (below_60,))


def test_neither_0_nor_twice_a_score_is_taken_for_that_score():
    bounds = Bounds([placed(3, 50.0), Fact("scale", low=0.0)], 5, "x")
    found = [bounds.ranks_of(score) for score in (0.0, 100.0)]
    assert [(ranks.best, ranks.worst, ranks.held) for ranks in found] == [(4, 5, True), (1, 2, True)]


def test_a_score_of_nobody_stands_below_a_class_that_it_does_not_reach():
    facts = [Fact("band", low=80.0, low_closed=False, count=2), placed(3, 75.0)]
    ranks = Bounds(facts, 5, "x").ranks_of(80.0)
    assert (ranks.best, ranks.worst, ranks.held) == (3, 3, False)


def test_a_score_of_nobody_is_not_below_a_class_whose_open_limit_it_exceeds():
    facts = [Fact("band", low=50.0, low_closed=False, count=4), placed(1, 90.0), placed(2, 80.0)]
    ranks = Bounds(facts, 4, "x").ranks_of(85.0)
    assert (ranks.best, ranks.worst, ranks.held) == (2, 2, False)


def test_a_score_of_nobody_stands_between_the_two_that_are_next_to_it():
    ranks = Bounds([placed(4, 83.70), placed(5, 83.68), placed(6, 83.0)], 63, "x").ranks_of(83.69)
    assert [fact.province for fact in (*ranks.best_facts, *ranks.worst_facts)] == ["p4", "p5"]


def test_the_first_place_has_nobody_above_it_to_name():
    facts = [Fact("score", province="first", rank=1), placed(4, 60.0), unplaced(75.0)]
    bounds = Bounds(facts, 4, "x")
    ranks = bounds.ranks_of(75.0)
    assert (ranks.best, [fact.province for fact in ranks.best_facts]) == (2, ["first"])
    assert [fact.province for fact in bounds.score_at(2).low.facts] == ["u", "first"]


@pytest.mark.parametrize(
    "facts",
    [
        [placed(5, 80.0), placed(6, 81.0)],
        [placed(5, 80.0, "a"), placed(5, 81.0, "b")],
        [placed(1, 80.0), unplaced(81.0)],
        [placed(1, 95.0), placed(2, 94.0), Fact("band", low=94.5, count=2)],
        [placed(1, 90.0), placed(10, 80.0), Fact("mean", value=95.0)],
        [placed(1, 90.0), placed(10, 80.0), Fact("mean", value=79.0)],
        [placed(11, 80.0)],
        [placed(0, 80.0)],
        [placed(1, 80.0), Fact("band", low=80.0, low_closed=False, count=1)],
        [placed(10, 50.0), Fact("band", high=50.0, high_closed=False, count=1)],
        [Fact("scale", low=0.0, high=100.0), placed(1, 101.0)],
        [placed(1, 90.0, "a"), placed(1, 90.0, "b"), placed(2, 80.0, "c")],
        [placed(2, 80.0), placed(4, 70.0), Fact("score", province="o", rank=3), unplaced(75.0)],
    ],
)
def test_facts_that_cannot_all_be_true_are_refused_with_their_sources(facts):
    with pytest.raises(ContradictionError) as caught:
        Bounds(facts, 10, "par 2030")
    assert str(caught.value).startswith("par 2030: found ")


def test_a_class_of_the_wrong_size_is_named_with_the_province_that_does_not_fit():
    with pytest.raises(ContradictionError) as caught:
        Bounds([placed(1, 95.0), placed(3, 80.0), Fact("band", low=80.0, count=2)], 5, "par 2030")
    assert "2 provinces from 80; p3, rank 3, score 80 (S1): together" in str(caught.value)
    with pytest.raises(ContradictionError) as caught:
        Bounds([placed(5, 40.0), placed(3, 60.0), Fact("band", high=60.0, count=2)], 5, "par 2030")
    assert "2 provinces up to 60; p3, rank 3, score 60 (S1): together" in str(caught.value)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([placed(1, 101.0), Fact("scale", "S5", low=0.0, high=100.0)], "a scale from 0 up to 100 (S5)"),
        ([placed(5, -1.0), Fact("scale", low=0.0)], "a scale from 0; p5, rank 5, score -1 (S1)"),
        ([placed(1, 90.0), Fact("mean", "S6", value=95.5)], "mean 95.5 (S6)"),
        ([placed(3, 70.0), Fact("median", "S6", value=60.0)], "median 60 (S6)"),
        (
            [
                placed(5, 70.0),
                Fact("band", low=70.0, low_closed=False, high=80.0, high_closed=False, count=5),
            ],
            "5 provinces above 70 below 80; p5, rank 5, score 70 (S1)",
        ),
    ],
)
def test_a_contradiction_says_each_fact_in_words(facts, said):
    with pytest.raises(ContradictionError) as caught:
        Bounds(facts, 5, "par 2030")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("band", "needed"),
    [
        (Fact("band", low=80.0, low_closed=False, count=3), "more than 80 and 80 or less"),
        (Fact("band", high=80.0, high_closed=False, count=3), "80 or more and less than 80"),
    ],
)
def test_a_middle_at_the_open_end_of_a_class_that_has_it_is_refused(band, needed):
    with pytest.raises(ContradictionError, match=f"a score for rank 3 that is {needed}"):
        Bounds([band, Fact("median", value=80.0)], 5, "par 2030")


def test_two_provinces_on_one_place_are_both_named():
    tied = [placed(1, 90.0, "a"), placed(1, 90.0, "b"), placed(1, 90.0, "c")]
    with pytest.raises(ContradictionError, match=r"c, rank 1.*d, rank 3.*two provinces on place 3"):
        Bounds([*tied, placed(3, 80.0, "d")], 10, "par 2030")


def test_the_message_names_both_sources():
    facts = [
        Fact("score", "S7", province="a", rank=5, score=80.0),
        Fact("score", "S8", province="b", rank=6, score=81.0),
    ]
    with pytest.raises(ContradictionError, match=r"S8.*S7|S7.*S8") as caught:
        Bounds(facts, 10, "par 2030")
    assert "a score for rank 5 that is 81 or more and 80 or less" in str(caught.value)


@cache
def _table(index, year):
    scores = record().scores(index)
    rows = scores[(scores["year"] == year) & (scores["indicator"] == "TOTAL")]
    return rows["score"].dropna().sort_values(ascending=False).to_numpy()


WHOLE = [
    ("papi", 2011),
    ("papi", 2017),
    ("papi", 2018),
    ("papi", 2024),
    ("pci", 2015),
    ("pci", 2016),
    ("pci", 2020),
]


def _publications(truth, seed):
    """True statements about a table, some of them in any order; and a larger set that holds them too."""
    chance = np.random.default_rng(seed)
    shares = chance.dirichlet(np.ones(4))
    told = []
    for place, score in enumerate(truth):
        kind = chance.choice(["both", "score", "rank", "none"], p=shares)
        if kind != "none":
            rank = int((truth > score).sum()) + 1 if kind != "score" else None
            told.append(
                Fact("score", province=f"p{place}", rank=rank, score=None if kind == "rank" else float(score))
            )
    cuts = chance.choice(truth, size=chance.integers(0, 5), replace=False)
    ends = [None, *sorted({float(cut.round(chance.integers(0, 7))) for cut in cuts}), None]
    for low, high in itertools.pairwise(ends):
        low_closed, high_closed = (bool(closed) for closed in chance.integers(0, 2, size=2))
        above = np.ones_like(truth, bool) if low is None else (truth >= low if low_closed else truth > low)
        below = (
            np.ones_like(truth, bool) if high is None else (truth <= high if high_closed else truth < high)
        )
        told.append(
            Fact(
                "band",
                low=low,
                high=high,
                low_closed=low_closed,
                high_closed=high_closed,
                count=int((above & below).sum()),
            )
        )
    told.append(Fact("mean", value=round(float(truth.mean()), 2), tolerance=0.005))
    told.append(Fact("gap", value=float(truth[0] - truth[-1])))
    told.append(Fact("scale", low=0.0, high=100.0))
    if truth.size % 2:
        told.append(Fact("median", value=float(np.median(truth))))
    order = chance.permutation(len(told))
    told = [told[at] for at in order]
    return told[: chance.integers(0, len(told))], told


@pytest.mark.parametrize(("index", "year"), WHOLE)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_interval_holds_the_truth_and_shrinks_as_facts_are_added(index, year, seed):
    truth = _table(index, year)
    fewer, more = _publications(truth, seed)
    wide, narrow = Bounds(fewer, truth.size, "x").table(), Bounds(more, truth.size, "x").table()
    for table in (wide, narrow):
        low, high = table["low"].fillna(-math.inf).to_numpy(), table["high"].fillna(math.inf).to_numpy()
        assert (low <= truth + 1e-6).all()
        assert (high >= truth - 1e-6).all()
        assert table.loc[np.isclose(low, truth, rtol=0, atol=1e-12), "low_closed"].all()
        assert table.loc[np.isclose(high, truth, rtol=0, atol=1e-12), "high_closed"].all()
    assert (narrow["low"].fillna(-math.inf) >= wide["low"].fillna(-math.inf) - 1e-6).all()
    assert (narrow["high"].fillna(math.inf) <= wide["high"].fillna(math.inf) + 1e-6).all()


@pytest.mark.parametrize(("index", "year"), WHOLE)
@given(seed=st.integers(0, 2**32 - 1), place=st.integers(0, 59))
@settings(max_examples=30)
def test_the_possible_ranks_hold_the_true_rank(index, year, seed, place):
    truth = _table(index, year)
    told, _ = _publications(truth, seed)
    ranks = Bounds(told, truth.size, "x").ranks_of(float(truth[place]))
    tied = np.flatnonzero(truth == truth[place]) + 1
    assert ranks.held
    assert ranks.best <= tied[-1]
    assert ranks.worst >= tied[0]


@pytest.mark.parametrize(("index", "year"), WHOLE)
def test_scores_alone_make_a_whole_table_exact(index, year):
    truth = _table(index, year)
    facts = [Fact("score", province=f"p{i}", score=float(score)) for i, score in enumerate(truth)]
    table = Bounds(reversed(facts), truth.size, "x").table()
    assert table["exact"].all()
    assert table["low"].tolist() == truth.tolist()
