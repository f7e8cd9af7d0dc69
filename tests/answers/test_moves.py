"""The three parts of a change of rank add up to it, whatever the index."""

from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.moves import moves
from parlib.datasets import record
from parlib.errors import UsageError
from parlib.frameworks import Framework

SCORE = st.integers(0, 40).map(lambda n: n / 4)
OLD, NEW = ["A.1", "A.2", "B.1"], ["A.1", "A.2", "B.2"]


def tables(columns, rows=5):
    return st.lists(
        st.lists(SCORE, min_size=len(columns), max_size=len(columns)), min_size=rows, max_size=rows
    ).map(lambda cells: pd.DataFrame(cells, columns=columns, index=[f"p{i}" for i in range(rows)]))


def split(index, province="p0", **options):
    return moves(
        index.edition(2016),
        index.framework(2016),
        index.edition(2017),
        index.framework(2017),
        province,
        breaks=index.breaks,
        **options,
    )


@settings(max_examples=25)
@given(old=tables(OLD), new=tables(NEW))
def test_parts_add_up_to_the_change_of_rank(make_index, old, new):
    result = split(make_index({2016: old, 2017: new}))
    total = result.total
    assert total.own + total.field + total.framework == pytest.approx(
        total.rank_from - total.rank_to, abs=1e-9
    )
    assert (set(total.comparable), set(total.changed)) == ({"A.1", "A.2"}, {"B.1", "B.2"})
    for row in result.dimensions.dropna(subset=["own"]).to_dict("records"):
        assert row["own"] + row["field"] + row["framework"] == pytest.approx(
            row["rank_from"] - row["rank_to"], abs=1e-9
        )
    assert result.dimensions["own_in_total"].sum() == pytest.approx(total.own, abs=1e-9)


@settings(max_examples=25)
@given(old=tables(OLD), new=tables(OLD), seed=st.integers(0, 99))
def test_the_parts_are_the_averages_over_all_orders_and_ignore_row_order(make_index, old, new, seed):
    index = make_index({2016: old, 2017: new})
    result = split(index)

    def rank(own, field):
        totals = {name: (new if field else old).loc[name].sum() for name in old.index[1:]}
        mine = (new if own else old).loc["p0"].sum()
        return 1 + sum(score > mine + 1e-9 for score in totals.values())

    gained = {"own": 0.0, "field": 0.0}
    for order in permutations(gained):
        state = {"own": 0, "field": 0}
        for player in order:
            before = rank(**state)
            state[player] = 1
            gained[player] += (before - rank(**state)) / 2
    assert (result.total.own, result.total.field) == pytest.approx((gained["own"], gained["field"]))
    assert result.total.framework == 0
    shuffled = index.history.sample(frac=1, random_state=seed)
    again = moves(
        shuffled[shuffled["year"] == 2016],
        index.framework(2016),
        shuffled[shuffled["year"] == 2017],
        index.framework(2017),
        "p0",
        breaks=index.breaks,
    )
    assert again.total == result.total


def test_a_province_that_stood_still_owes_its_fall_to_the_others(make_index):
    old = pd.DataFrame({"A.1": [5.0, 4.0, 3.0]}, index=["p0", "p1", "p2"])
    new = pd.DataFrame({"A.1": [5.0, 6.0, 7.0]}, index=["p0", "p1", "p2"])
    total = split(make_index({2016: old, 2017: new})).total
    assert (total.own, total.field, total.framework) == (0, -2, 0)


def test_a_new_leaf_that_favours_others_is_the_frameworks_part(make_index):
    old = pd.DataFrame({"A.1": [5.0, 4.0]}, index=["p0", "p1"])
    new = pd.DataFrame({"A.1": [5.0, 4.0], "B.1": [1.0, 9.0]}, index=["p0", "p1"])
    total = split(make_index({2016: old, 2017: new})).total
    assert (total.own, total.field, total.framework) == (0, 0, -1)


def test_a_break_makes_a_leaf_part_of_the_framework(make_index):
    old = pd.DataFrame({"A.1": [5.0, 4.0], "B.1": [1.0, 1.0]}, index=["p0", "p1"])
    new = pd.DataFrame({"A.1": [3.0, 4.0], "B.1": [1.0, 1.0]}, index=["p0", "p1"])
    breaks = pd.DataFrame({"index": ["own"], "year": [2017], "indicator": ["A.1"]})
    broken = split(make_index({2016: old, 2017: new}, breaks=breaks)).total
    assert (broken.own, broken.framework, broken.changed) == (0, -1, ("A.1",))
    everything = breaks.assign(indicator="*")
    assert split(make_index({2016: old, 2017: new}, breaks=everything)).total.comparable == ()
    assert split(make_index({2016: old, 2017: new})).total.own == -1


def test_a_leaf_with_another_maximum_is_not_comparable(make_index):
    table = pd.DataFrame({"A.1": [5.0, 4.0]}, index=["p0", "p1"])
    index = make_index({2016: table, 2017: table})
    index.framework(2017).table.loc["A.1", "max_score"] = 20.0
    assert split(index).total.changed == ("A.1",)


def test_a_leaf_that_went_to_another_dimension_makes_both_part_of_the_framework(make_index):
    old = pd.DataFrame({"A.1": [5.0, 4.0], "A.2": [1.0, 9.0], "B.1": [5.0, 4.0]}, index=["p0", "p1"])
    index = make_index({2016: old, 2017: old})
    tree, scored = index.framework(2017).table.copy(), index.history.copy()
    tree.loc["A.2", "parent"] = "B"
    for group, points in (("A", [5.0, 4.0]), ("B", [6.0, 13.0])):
        mine = (scored["year"] == 2017) & (scored["indicator"] == group)
        scored.loc[mine, "score"] = points
    result = moves(
        scored[scored["year"] == 2016],
        index.framework(2016),
        scored[scored["year"] == 2017],
        Framework("own", 2017, tree),
        "p0",
        breaks=index.breaks,
    )
    assert (result.total.changed, result.total.framework) == ((), 0)
    rows = result.dimensions.set_index("indicator")
    assert rows["changed"].tolist() == [("A.2",), ("A.2",)]
    assert rows[["own", "field", "framework"]].to_numpy().tolist() == [[0, 0, 1], [0, 0, -1]]
    assert rows["change"].isna().all()


def test_a_newcomer_makes_the_field_larger(make_index):
    names = ["p0", "p1", "p2", "p3"]
    old, new = (
        pd.DataFrame({"A.1": [5.0, 8.0, None, None]}, index=names),
        pd.DataFrame({"A.1": [5.0] * 4}, index=names),
    )
    there = split(make_index({2016: old, 2017: new})).total
    back = split(make_index({2016: new, 2017: old})).total
    assert (there.of_from, there.of_to, back.of_from, back.of_to) == (2, 4, 4, 2)


def test_provinces_that_come_or_go_count_as_the_field(make_index):
    old = pd.DataFrame({"A.1": [5.0, 8.0, None, 3.0]}, index=["p0", "p1", "p2", "p3"])
    new = pd.DataFrame({"A.1": [5.0, None, 2.0, 6.0]}, index=["p0", "p1", "p2", "p3"])
    total = split(make_index({2016: old, 2017: new})).total
    assert (total.rank_from, total.rank_to, total.of_from, total.of_to) == (2, 2, 3, 3)
    assert (total.own, total.field, total.coverage) == (0, 0, 1)


def test_editions_must_stand_in_order_and_be_of_one_map(make_index):
    table = pd.DataFrame({"A.1": [5.0, 4.0]}, index=["p0", "p1"])
    index = make_index({2016: table, 2017: table})
    with pytest.raises(UsageError, match="not before"):
        moves(
            index.edition(2017),
            index.framework(2017),
            index.edition(2016),
            index.framework(2016),
            "p0",
            breaks=index.breaks,
        )
    with pytest.raises(UsageError, match="map of provinces"):
        moves(
            index.edition(2016).assign(frame=34),
            index.framework(2016),
            index.edition(2017),
            index.framework(2017),
            "p0",
            breaks=index.breaks,
        )


@pytest.mark.parametrize(
    "years", [(2011, 2012), (2015, 2016), (2017, 2018), (2018, 2019), (2020, 2021), (2016, 2024)]
)
def test_parts_add_up_for_provinces_of_papi_across_its_breaks(years):
    known = record()
    first, last = (known.scored_edition(known.edition("papi", year)) for year in years)
    trees = [known.framework("papi", year) for year in years]
    for province in ("thua-thien-hue", "ha-noi", "ca-mau"):
        total = moves(first, trees[0], last, trees[1], province, breaks=known.breaks).total
        assert total.own + total.field + total.framework == pytest.approx(total.rank_from - total.rank_to)


def test_two_days_of_index_766_are_compared_by_what_both_publish():
    known = record()
    days = [known.edition("i766", 2026, day) for day in ("2026-10-05", "2026-10-10")]
    tree = known.framework("i766", 2026)
    result = moves(
        *(x for day in days for x in (known.scored_edition(day), tree)), "hue", breaks=known.breaks
    )
    assert (result.total.rank_from, result.total.rank_to) == (11, 10)
    assert (result.total.changed, result.total.framework) == ((), 0)


def test_an_indicator_that_one_edition_lacks_has_no_moves():
    held = record()
    old, new = (held.scored_edition(held.edition("papi", year)) for year in (2017, 2018))
    trees = [held.framework("papi", year) for year in (2017, 2018)]
    with pytest.raises(UsageError, match="papi 2017 has no indicator 'D7'"):
        moves(old, trees[0], new, trees[1], "thua-thien-hue", breaks=held.breaks, indicator="D7")
