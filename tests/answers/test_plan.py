"""Plans are exact optima, feasible when scored again, and say plainly what cannot be reached."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parlib.answers.plan import Outlook, Target, _least_cost, fewest, learn, plan, survey_leaves, threshold_of
from parlib.datasets import record
from parlib.errors import UsageError
from parlib.frameworks import Framework
from parlib.scoring import add_groups, add_ranks, roll_up

SCORE = st.integers(0, 400).map(lambda n: n / 40)
ROOMS = st.lists(st.integers(1, 1000).map(lambda n: n / 100), min_size=1, max_size=12)
LEAVES = ["A.1", "A.2", "B.1", "B.2"]
KNOWN = record()


def tables(rows=6):
    return st.lists(st.lists(SCORE, min_size=4, max_size=4), min_size=rows, max_size=rows).map(
        lambda cells: pd.DataFrame(cells, columns=LEAVES, index=[f"p{i}" for i in range(rows)])
    )


def series(values):
    return pd.Series(values, index=[f"L{i}" for i in range(len(values))], dtype="float64")


def solve(index, target, province="p0", year=2017, **options):
    scored, framework = index.edition(year), index.framework(year)
    return plan(scored, framework, province, target, learn(index.history, scored, framework), **options)


def score_again(scored, framework, province, leaves):
    """The edition with a plan carried out, added up and ranked by the scoring module."""
    moved = scored.loc[:, :"note"].copy()
    for step in leaves.to_dict("records"):
        mine = (moved["province"] == province) & (moved["indicator"] == step["indicator"])
        moved.loc[mine, "score"] = step["to"]
    before = roll_up(scored, framework).query("indicator == 'TOTAL'").set_index("province")["computed"]
    after = roll_up(moved, framework).query("indicator == 'TOTAL'").set_index("province")["computed"]
    total = scored[scored["indicator"] == "TOTAL"].copy()
    # Published totals are rounded apart from their parts: what the plan adds is the difference of two sums.
    total["score"] += (after - before).reindex(total["province"]).to_numpy()
    total["score"] = total["score"].round(9)
    editions = total[["index", "year", "date", "frame"]].drop_duplicates().assign(coverage="whole")
    return add_groups(add_ranks(total, editions)).set_index("province").loc[province]


@given(rooms=ROOMS, part=st.floats(0.01, 1.0))
def test_fewest_agrees_with_brute_force(rooms, part):
    room = series(rooms)
    gap = part * room.sum()
    gains = fewest(room, gap)
    sizes = range(1, len(rooms) + 1)
    sets = ([c for c in combinations(rooms, size) if sum(c) >= gap - 1e-9] for size in sizes)
    best = next(found for found in sets if found)
    assert len(gains) == len(best[0])
    assert room[gains.index].sum() == pytest.approx(max(map(sum, best)))
    assert gains.sum() == pytest.approx(gap)
    assert (gains <= room[gains.index] + 1e-12).all()


def test_a_leaf_whose_room_is_just_the_gap_is_enough_alone():
    assert fewest(series([1.0, 1.0, 1.0]), 1.0).tolist() == [1.0]


@given(rooms=ROOMS, part=st.floats(0.01, 1.0), data=st.data())
def test_least_cost_agrees_with_filling_the_cheapest_first(rooms, part, data):
    room = series(rooms)
    cost = series(data.draw(st.lists(st.floats(0.01, 100), min_size=len(rooms), max_size=len(rooms))))
    gap = part * room.sum()
    gains = _least_cost(room, cost, gap)
    left, spent = gap, 0.0
    for leaf in cost.sort_values().index:
        taken = min(left, room[leaf])
        left, spent = left - taken, spent + taken * cost[leaf]
    assert (gains * cost[gains.index]).sum() == pytest.approx(spent, rel=1e-5)
    assert gains.sum() == pytest.approx(gap)
    assert (gains <= room[gains.index] + 1e-12).all()


@given(rooms=ROOMS)
def test_a_gap_beyond_all_room_has_no_plan(rooms):
    room = series(rooms)
    assert fewest(room, room.sum() + 0.01) is None
    assert _least_cost(room, room, room.sum() + 0.01) is None


@settings(max_examples=25)
@given(old=tables(), table=tables(), place=st.integers(1, 6))
def test_plans_reach_their_target_when_scored_again(make_index, old, table, place):
    index = make_index({2016: old, 2017: table})
    result = solve(index, Target("rank", place))
    assert result.reached == (result.rank <= place)
    attainable = index.edition(2017).groupby("indicator")["score"].max()
    for made in result.plans:
        if made.feasible:
            again = score_again(index.edition(2017), index.framework(2017), "p0", made.leaves)
            assert again["rank"] == made.rank_after
            assert made.rank_after <= place
            assert again["score"] == pytest.approx(made.score_after)
            assert (made.leaves["to"] <= attainable[made.leaves["indicator"]].to_numpy() + 1e-9).all()
        else:
            assert made.leaves.empty
            assert made.best_reachable_rank > place
    if not result.feasible:
        assert result.best_reachable_rank > place


@settings(max_examples=25)
@given(table=tables(8), group=st.sampled_from(["highest", "high_average", "low_average"]))
def test_entering_a_group_is_what_the_group_rule_says(make_index, table, group):
    index = make_index({2017: table})
    result = solve(index, Target("group", group))
    groups = ["highest", "high_average", "low_average", "lowest"]
    better = groups[: groups.index(group) + 1]
    now = index.edition(2017).query("province == 'p0' and indicator == 'TOTAL'")["group"].item()
    assert result.reached == (now in better)
    for made in result.plans:
        if made.feasible:
            again = score_again(index.edition(2017), index.framework(2017), "p0", made.leaves)
            assert again["group"] in better


@settings(max_examples=25)
@given(table=tables(), place=st.integers(1, 5), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(make_index, table, place, seed):
    index = make_index({2016: table[::-1], 2017: table})
    shuffled = index.history.sample(frac=1, random_state=seed)
    scored, framework = shuffled[shuffled["year"] == 2017], index.framework(2017)
    first = solve(index, Target("rank", place))
    second = plan(scored, framework, "p0", Target("rank", place), learn(shuffled, scored, framework))
    assert (first.threshold, first.gap, first.rank) == (second.threshold, second.gap, second.rank)
    for made, again in zip(first.plans, second.plans, strict=True):
        pd.testing.assert_frame_equal(made.leaves, again.leaves)


def test_the_threshold_is_the_nth_score_of_the_others():
    others = pd.Series([9.0, 7.0, 7.0, 5.0])
    assert threshold_of(Target("rank", 2), others) == (2, 7.0)
    assert threshold_of(Target("rank", 3), others) == (3, 7.0)
    assert threshold_of(Target("rank", 5), others) == (5, None)
    assert threshold_of(Target("score", 6.5), others) == (None, 6.5)


def test_the_last_place_is_everybodys(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 5.0, 9.0]}, index=["p0", "p1", "p2"])})
    result = solve(index, Target("rank", 3))
    assert (result.reached, result.threshold, result.gap, result.plans) == (True, None, 0.0, ())
    assert not solve(index, Target("rank", 2)).reached


@pytest.mark.parametrize(("of", "begin"), [(63, [16, 32, 47]), (34, [9, 17, 25])])
def test_groups_of_63_and_of_34_begin_at_these_ranks(of, begin):
    others = pd.Series(range(of - 1), dtype="float64")
    places = [threshold_of(Target("group", group), others)[0] for group in ("highest", "high", "low")]
    assert places == begin


def test_provinces_without_data_that_count_as_lowest_leave_more_places_above():
    others = pd.Series(range(60), dtype="float64")
    assert threshold_of(Target("group", "highest"), others, 63)[0] == 16  # 61 scores among 63


def test_proven_gains_stop_at_what_half_of_the_peers_have(make_index):
    table = pd.DataFrame(
        {"A.1": [0.0, 4.0, 6.0, 8.0, 10.0], "B.1": [5.0, 4.0, 3.0, 2.0, 1.0]},
        index=[f"p{i}" for i in range(5)],
    )
    index = make_index({2017: table})
    peers = ["p1", "p2", "p3"]
    proven = solve(index, Target("score", 11.0), peers=peers).plans[1]
    assert proven.leaves[["indicator", "to"]].to_dict("records") == [{"indicator": "A.1", "to": 6.0}]
    beyond = solve(index, Target("score", 11.5), peers=peers).plans[1]
    assert not beyond.feasible
    assert beyond.best_reachable_score == 11.0


def test_peers_are_the_region_where_it_has_three_others(make_index):
    table = pd.DataFrame({"A.1": [0.0, 1.0, 2.0, 3.0, 4.0]}, index=[f"p{i}" for i in range(5)])
    index = make_index({2017: table})
    regions = {"p0": "north", "p1": "north", "p2": "north", "p3": "north", "p4": "south"}
    result = solve(index, Target("rank", 1), regions=regions)
    assert (result.peers_by, result.peers) == ("region", ("p1", "p2", "p3"))
    few = solve(index, Target("rank", 1), regions=regions | {"p3": "south"})
    assert (few.peers_by, few.peers) == ("all", ("p1", "p2", "p3", "p4"))
    with pytest.raises(UsageError, match="no province 'p9'"):
        solve(index, Target("rank", 1), peers=["p9"])


def test_least_effort_takes_the_leaf_that_moves_easily(make_index):
    old = pd.DataFrame({"A.1": [1.0, 1.0, 9.0], "B.1": [1.0, 1.0, 9.0]}, index=["p0", "p1", "p2"])
    new = pd.DataFrame({"A.1": [1.0, 4.0, 9.0], "B.1": [1.0, 1.5, 9.0]}, index=["p0", "p1", "p2"])
    index = make_index({2016: old, 2017: new})
    result = solve(index, Target("score", 4.0))
    assert result.effort_unit == "yearly_movement"
    effort = result.plans[2]
    assert effort.leaves["indicator"].tolist() == ["A.1"]
    assert effort.effort == pytest.approx(2.0 / 1.0)  # two points; A.1 moved by 0, 3 and 0, one on average
    priced = solve(index, Target("score", 4.0), costs={"A.1": 10.0, "B.1": 1.0})
    assert (priced.effort_unit, priced.plans[2].leaves["indicator"].tolist()) == ("cost", ["B.1"])
    assert priced.plans[2].effort == pytest.approx(2.0)


def test_a_plan_lists_its_largest_gain_first_and_equal_gains_by_code(make_index):
    names = ["p0", "p1"]
    index = make_index(
        {2017: pd.DataFrame({"B.1": [1.0, 3.0], "A.1": [1.0, 3.0], "A.2": [1.0, 6.0]}, index=names)}
    )
    leaves = solve(index, Target("rank", 1)).plans[0].leaves
    assert leaves["indicator"].tolist() == ["A.2", "A.1", "B.1"]
    assert leaves["gain"].tolist() == pytest.approx([5.0, 2.0, 2.0])


def test_a_plan_ends_on_the_threshold_where_its_gains_miss_it_by_the_last_digit(make_index):
    table = pd.DataFrame({"A.1": [2.2, 4.9], "A.2": [0.5, 0.7], "B.1": [0.4, 3.2]}, index=["p0", "p1"])
    result = solve(make_index({2017: table}), Target("score", 7.8))
    assert result.score + result.plans[0].leaves["gain"].sum() < 7.8
    assert result.plans[0].score_after == 7.8


def test_a_leaf_without_a_cost_is_left_out_of_least_effort_only(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 9.0], "B.1": [1.0, 9.0]}, index=["p0", "p1"])})
    result = solve(index, Target("rank", 1), costs={"A.1": 1.0})
    assert result.effort_unknown == ("B.1",)
    assert [made.feasible for made in result.plans] == [True, True, False]
    for costs, word in (
        ({"A.9": 1.0}, "A.9"),
        ({"A": 1.0}, "not a leaf"),
        ({"A.1": -1.0}, "0 or more"),
        ({"A.1": math.inf}, "not inf"),
    ):
        with pytest.raises(UsageError, match=word):
            solve(index, Target("rank", 1), costs=costs)


def test_effort_is_the_usual_movement_while_that_of_half_of_the_leaves_is_known(make_index):
    names, new = ["p0", "p1"], {"B.1": [1.0, 9.0], "C.1": [1.0, 9.0]}
    old = pd.DataFrame({"A.1": [1.0, 7.0]}, index=names)
    half = pd.DataFrame({"A.1": [1.0, 9.0], "B.1": [1.0, 9.0]}, index=names)
    result = solve(make_index({2016: old, 2017: half}), Target("rank", 1))
    assert (result.effort_unit, result.effort_unknown) == ("yearly_movement", ("B.1",))
    third = pd.DataFrame({"A.1": [1.0, 9.0], **new}, index=names)
    result = solve(make_index({2016: old, 2017: third}), Target("rank", 1))
    assert (result.effort_unit, result.effort_unknown) == ("spread", ())


def test_effort_is_the_spread_where_no_movement_is_on_record(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 9.0]}, index=["p0", "p1"])})
    result = solve(index, Target("rank", 1))
    assert (result.effort_unit, result.outlook, result.probability_now) == ("spread", None, None)
    assert result.plans[2].effort == pytest.approx(8 / 4)


def test_survey_leaves_can_be_excluded_and_the_answer_says_what_is_left(make_index):
    table = pd.DataFrame({"A.1": [1.0, 9.0], "B.1": [1.0, 9.0]}, index=["p0", "p1"])
    index = make_index(
        {2017: table}, assessed_by=["statistics", "mixed", "survey", "documents+survey", "statistics"]
    )
    assert survey_leaves(index.framework(2017)) == ["B", "A.1"]
    result = solve(index, Target("rank", 1), exclude=["A.1"])
    assert (result.feasible, result.best_reachable_rank, result.excluded) == (False, 2, ("A.1",))
    assert all(not made.feasible for made in result.plans)


def test_a_leaf_without_a_score_is_left_out_and_named(make_index):
    table = pd.DataFrame({"A.1": [1.0, 5.0, 6.0], "B.1": [None, 4.0, 4.0]}, index=["p0", "p1", "p2"])
    index = make_index({2017: table})
    scored = index.edition(2017).copy()
    scored.loc[(scored["province"] == "p0") & (scored["indicator"] == "TOTAL"), "score"] = 1.0
    framework = index.framework(2017)
    result = plan(scored, framework, "p0", Target("score", 5.0), learn(index.history, scored, framework))
    assert result.unknown == ("B.1",)
    assert result.plans[0].leaves["indicator"].tolist() == ["A.1"]


def test_wrong_targets_are_refused(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 9.0]}, index=["p0", "p1"])})
    for place in (0, 3):
        with pytest.raises(UsageError, match="write 1 to 2"):
            solve(index, Target("rank", place))
    with pytest.raises(UsageError, match="Did you mean highest"):
        Target("group", "higest")
    with pytest.raises(UsageError, match="no group 'lowest'"):
        Target("group", "lowest")
    with pytest.raises(UsageError, match="no indicator 'Z'"):
        solve(index, Target("rank", 1), exclude=["Z"])


def test_provinces_without_a_total_count_for_the_groups_only_where_they_count_as_lowest():
    scored, framework, history = papi(2018)  # 61 totals of 63
    past = learn(history, scored, framework, draws=1)

    def place(group, missing):
        target = Target("group", group)
        return plan(scored, framework, "thua-thien-hue", target, past, missing=missing).target_rank

    assert [place(group, "exclude") for group in ("high", "low")] == [31, 46]
    assert [place(group, "lowest") for group in ("high", "low")] == [32, 47]


def test_a_province_without_a_score_has_no_plan():
    scored, framework, history = papi(2018)
    with pytest.raises(UsageError, match="quang-ninh has no score of TOTAL in papi 2018"):
        plan(scored, framework, "quang-ninh", Target("rank", 15), learn(history, scored, framework))


def test_nobody_is_the_only_peer_of_itself(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 9.0]}, index=["p0", "p1"])})
    with pytest.raises(UsageError, match="the list of peers is empty"):
        solve(index, Target("rank", 1), peers=["p0"])


def test_a_field_known_in_part_points_to_the_threshold_verb():
    edition = KNOWN.edition("par", 2017)
    scored, framework = KNOWN.scored_edition(edition), KNOWN.framework("par", 2017)
    with pytest.raises(UsageError, match="parlib threshold"):
        learn(KNOWN.scored("par"), scored, framework)


# --- the field moves ---------------------------------------------------------------------------------


def papi(year):
    scored, framework = KNOWN.scored_edition(KNOWN.edition("papi", year)), KNOWN.framework("papi", year)
    return scored, framework, KNOWN.scored("papi")


def test_the_outlook_draws_from_comparable_years_up_to_the_edition_only():
    scored, framework, history = papi(2017)
    outlook = learn(history, scored, framework).outlook
    assert outlook.editions == ("2012", "2013", "2014", "2015", "2017")  # 2016 is a new base year
    without_future = learn(history[history["year"] <= 2017], scored, framework).outlook
    assert np.array_equal(outlook.totals, without_future.totals)


def test_the_outlook_is_the_same_for_the_same_seed_and_row_order_and_another_for_another():
    scored, framework, history = papi(2017)
    first = learn(history, scored, framework, draws=200).outlook
    again = learn(
        history.sample(frac=1, random_state=1), scored.sample(frac=1, random_state=2), framework, draws=200
    )
    assert np.array_equal(first.totals, again.outlook.totals)
    other = learn(history, scored, framework, draws=200, seed=1).outlook
    assert not np.array_equal(first.totals, other.totals)


def test_two_past_movements_are_too_few_for_a_probability():
    scored, framework, history = papi(2013)
    assert learn(history, scored, framework).outlook is None
    scored, framework, history = papi(2014)
    assert learn(history, scored, framework).outlook is not None


def test_without_a_window_the_field_moves_as_it_did_in_one_of_the_years(make_index):
    names = ["p0", "p1", "p2"]
    leaves = {
        2013: pd.DataFrame({"A.1": [4.0, 3.0, 2.0]}, index=names),
        2014: pd.DataFrame({"A.1": [5.0, 3.0, 1.0]}, index=names),
        2015: pd.DataFrame({"A.1": [4.0, 4.5, 1.5]}, index=names),
        2016: pd.DataFrame({"A.1": [4.0, 3.6, 3.0]}, index=names),
    }
    index = make_index(leaves)
    scored, framework = index.edition(2016), index.framework(2016)
    outlook = learn(index.history, scored, framework, window=0, draws=500).outlook
    now = {"p0": 4.0, "p1": 3.6, "p2": 3.0}
    # By place at the start: 4, 3, 2 -> 5, 3, 1; 5, 3, 1 -> 4, 4.5, 1.5; 4.5, 4, 1.5 -> 3.6, 4, 3.
    growth = [(5 / 4, 1.0, 1 / 2), (4 / 5, 3 / 2, 3 / 2), (3.6 / 4.5, 1.0, 2.0)]
    expected = {tuple(round(now[name] * g, 9) for name, g in zip(names, row, strict=True)) for row in growth}
    assert {tuple(np.round(row, 9)) for row in outlook.totals} == expected
    assert outlook.provinces == ("p0", "p1", "p2")


def test_a_province_moves_as_one_did_that_began_within_the_window(make_index):
    names = [f"p{i}" for i in range(6)]
    start = pd.Series([9.0, 8.0, 7.0, 6.0, 5.0, 4.0], index=names)
    # In each of three years every place moves by a per cent of its own, and no place overtakes another.
    per_cent = {2014: [6, 5, 4, 3, 2, 1], 2015: [0] * 6, 2016: [-1, -2, -3, -4, -5, -6]}
    leaves, level = {2013: start.to_frame("A.1")}, start
    for year, changes in per_cent.items():
        level = level * (1 + np.array(changes) / 100)
        leaves[year] = level.to_frame("A.1")
    index = make_index(leaves)
    outlook = learn(index.history, index.edition(2016), index.framework(2016), window=2, draws=500).outlook
    moved = np.round(100 * (outlook.totals / level.to_numpy() - 1), 6)
    for place in range(6):
        near = range(max(place - 2, 0), min(place + 2, 5) + 1)
        assert {*moved[:, place]} == {float(changes[at]) for changes in per_cent.values() for at in near}
    assert (outlook.draws, outlook.window, outlook.editions) == (500, 2, ("2014", "2015", "2016"))


def test_who_ties_with_a_moved_score_shares_its_place():
    outlook = Outlook(
        ("a", "b", "c"), np.array([[9.0, 2.0, 1.0], [9.0, 2.0, 3.0]]), ("2015", "2016"), 2, 1, 0
    )
    assert outlook.probability("a", 2.0, 1) == 0.5  # first where b has 2 and c has 1, second where c has 3
    assert outlook.probability("a", 2.0, 2) == 1.0
    assert outlook.probability("a", 1.9, 1) == 0.0


def test_an_outlook_is_shown_without_its_thousands_of_scores():
    outlook = Outlook(("a", "b"), np.array([[9.0, 2.0]]), ("2015", "2016"), 1, 766, 3)
    assert "totals" not in repr(outlook)


def test_usual_movement_counts_from_the_year_that_brought_the_present_scale(make_index):
    names = ["p0", "p1"]
    index = make_index(
        {
            2014: pd.DataFrame({"A.1": [1.0, 1.0], "B.1": [1.0, 1.0]}, index=names),
            2015: pd.DataFrame({"A.1": [5.0, 1.0], "B.1": [5.0, 1.0]}, index=names),
            2016: pd.DataFrame({"A.1": [4.0, 4.0], "B.1": [4.0, 4.0]}, index=names),
        }
    )
    table = index.framework(2016).table.copy()
    table.loc["B.1", "first_year"] = 2015
    movement = learn(index.history, index.edition(2016), Framework("own", 2016, table)).movement
    assert movement["A.1"] == pytest.approx((4 + 0 + 1 + 3) / 4)
    assert movement["B.1"] == pytest.approx((1 + 3) / 2)


def test_what_another_index_or_map_did_is_no_movement_of_this_one(make_index):
    names = ["p0", "p1"]
    index = make_index(
        {
            2015: pd.DataFrame({"A.1": [1.0, 1.0]}, index=names),
            2016: pd.DataFrame({"A.1": [2.0, 4.0]}, index=names),
        }
    )
    scored, framework = index.edition(2016), index.framework(2016)
    wild = index.history.assign(change=index.history["change"] * 100)
    history = pd.concat([index.history, wild.assign(index="other"), wild.assign(frame=34)], ignore_index=True)
    assert learn(history, scored, framework).movement["A.1"] == pytest.approx((1 + 3) / 2)


def test_of_editions_dated_by_day_only_those_up_to_the_day_are_past(make_index):
    names = ["p0", "p1"]
    index = make_index(
        {
            year: pd.DataFrame({"A.1": scores}, index=names)
            for year, scores in ((2015, [1.0, 1.0]), (2016, [2.0, 4.0]), (2017, [9.0, 9.0]))
        }
    )
    days = {2015: "2017-01-31", 2016: "2017-02-28", 2017: "2017-03-31"}
    history = index.history.assign(date=index.history["year"].map(days), year=2017)
    february, framework = history[history["date"] == "2017-02-28"], index.framework(2017)
    assert learn(history, february, framework).movement["A.1"] == pytest.approx((1 + 3) / 2)
    assert learn(history, february, framework).outlook is None
    march = history[history["date"] == "2017-03-31"]
    assert learn(history, march, framework).movement["A.1"] == pytest.approx((1 + 3 + 7 + 5) / 4)


def test_a_higher_score_is_never_less_likely_to_be_enough():
    scored, framework, history = papi(2017)
    outlook = learn(history, scored, framework).outlook
    chances = [outlook.probability("thua-thien-hue", score, 15) for score in np.arange(34, 44, 0.5)]
    assert chances == sorted(chances)
    assert (chances[0], chances[-1]) == (0.0, 1.0)


def test_a_score_as_target_has_no_probability(make_index):
    scored, framework, history = papi(2017)
    result = plan(
        scored, framework, "thua-thien-hue", Target("score", 37.0), learn(history, scored, framework)
    )
    assert result.probability_now is None
    assert all(made.probability is None for made in result.plans)


# --- the record --------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [Target("rank", 5), Target("group", "highest"), Target("score", 46.5)])
@pytest.mark.parametrize("year", [2018, 2024])
def test_plans_of_papi_reach_their_target_when_scored_again(year, target):
    scored, framework, history = papi(year)
    past = learn(history, scored, framework)
    for province in ("thua-thien-hue", "ca-mau", "lai-chau"):
        result = plan(scored, framework, province, target, past)
        for made in (made for made in result.plans if made.feasible):
            again = score_again(scored, framework, province, made.leaves)
            assert again["score"] >= result.threshold - 1e-9
            assert again["rank"] == made.rank_after


def test_index_766_says_what_a_plan_asks_for_in_dossiers():
    edition = KNOWN.edition("i766", 2026, "2026-10-10")
    scored, framework = KNOWN.scored_edition(edition), KNOWN.framework("i766", 2026)
    costs = {"4.2": 1.0}  # what is digitised, and nothing else
    past = learn(KNOWN.scored("i766"), scored, framework)
    result = plan(scored, framework, "hue", Target("score", 64.5), past, costs=costs)
    (step,) = result.plans[2].leaves.to_dict("records")
    assert (step["numerator"], step["denominator"], step["rule"]) == (28112, 151684, "proportional")
    more = math.ceil(step["to"] / 4 * 151684 - 28112)
    assert step["cases"] == more
    assert 4 * (28112 + more) / 151684 >= step["to"] > 4 * (28112 + more - 1) / 151684


@settings(max_examples=25)
@given(table=tables(), points=st.floats(0.1, 35))
def test_gaps_of_any_size_are_met_or_said_to_be_out_of_reach(make_index, table, points):
    index = make_index({2017: table})
    assume(table.loc["p0"].sum() < points)
    result = solve(index, Target("score", points))
    best = table.max().sum()
    assert result.feasible == (best >= points - 1e-9)
    assert result.best_reachable_score == pytest.approx(best)
    if result.feasible:
        assert result.plans[0].score_after == pytest.approx(points)


@pytest.mark.parametrize("points", [float("inf"), float("nan")])
def test_points_that_nobody_can_reach_are_no_target(points):
    with pytest.raises(UsageError, match="no score of"):
        Target("score", points)
