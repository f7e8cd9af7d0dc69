import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.datasets import record
from parlib.frameworks import Framework
from parlib.scoring import add_change, add_groups, add_ranks, group_cutoffs, profile, ranking, roll_up

EDITIONS = pd.DataFrame([{"index": "toy", "year": 2020, "date": None, "frame": 63, "coverage": "whole"}])
NO_BREAKS = pd.DataFrame(columns=["index", "year", "indicator"])


def scores(values, *, year=2020, indicator="TOTAL", frame=63):
    return pd.DataFrame(
        {
            "index": "toy",
            "year": year,
            "date": pd.Series([None] * len(values), dtype="str"),
            "frame": frame,
            "indicator": indicator,
            "province": [f"p{i}" for i in range(len(values))],
            "score": pd.array(values, dtype="float64"),
            "published_rank": pd.array([None] * len(values), dtype="Int64"),
            "basis": "published",
        }
    )


points = st.lists(st.integers(0, 40).map(lambda n: n / 4) | st.none(), min_size=1, max_size=63)


@given(points)
def test_a_rank_is_one_more_than_the_number_of_better_provinces(values):
    ranked = add_ranks(scores(values), EDITIONS)
    for row in ranked.itertuples():
        if pd.isna(row.score):
            assert pd.isna(row.rank)
        else:
            assert row.rank == 1 + (ranked["score"] > row.score).sum()
            assert row.of == ranked["score"].notna().sum()


@given(points, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_rank_and_no_group(values, random):
    frame = scores(values)
    order = list(range(len(values)))
    random.shuffle(order)

    def judged(rows):
        result = add_groups(add_ranks(rows, EDITIONS)).set_index("province")
        return result[["rank", "group"]].sort_index()

    pd.testing.assert_frame_equal(judged(frame), judged(frame.iloc[order]))


@given(points, st.sampled_from(["exclude", "lowest"]))
def test_a_better_score_is_never_in_a_lower_group(values, missing):
    grouped = add_groups(add_ranks(scores(values), EDITIONS), missing).dropna(subset=["score"])
    order = {"highest": 0, "high_average": 1, "low_average": 2, "lowest": 3}
    positions = grouped.sort_values("score", ascending=False)["group"].map(order).to_list()
    assert positions == sorted(positions)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=63))
def test_cutoffs_are_numpys_linear_percentiles(values):
    cuts = group_cutoffs(scores(values)).iloc[0]
    assert [cuts["p25"], cuts["p50"], cuts["p75"]] == pytest.approx(list(np.percentile(values, [25, 50, 75])))


def test_a_field_of_one_is_its_highest_group_and_a_field_without_scores_has_no_cutoffs():
    alone = scores([5.0])
    assert add_groups(add_ranks(alone, EDITIONS))["group"].tolist() == ["highest"]
    nobody = group_cutoffs(scores([None, None]))
    assert len(nobody) == 1
    assert nobody[["p25", "p50", "p75"]].isna().all(axis=None)


@pytest.mark.parametrize("missing", ["exclude", "lowest"])
def test_fields_of_any_size_are_cut_each_by_its_own_scores(missing):
    chance = np.random.default_rng(7)
    sizes = {("A", 63): 61, ("B", 63): 61, ("C", 63): 40, ("A", 34): 30, ("B", 34): 34, ("C", 34): 1}
    known = {field: chance.uniform(0, 10, size) for field, size in sizes.items()}
    rows = pd.concat(
        [
            scores([*values, None], indicator=indicator, frame=frame)
            for (indicator, frame), values in known.items()
        ]
    ).sample(frac=1, random_state=7)
    cuts = group_cutoffs(rows, missing).set_index(["indicator", "frame"])[["p25", "p50", "p75"]]
    assert len(cuts) == len(sizes)
    for (indicator, frame), values in known.items():
        absent = frame - len(values) if missing == "lowest" else 0
        counted = [min(values)] * absent + list(values)
        assert list(cuts.loc[(indicator, frame)]) == list(np.percentile(counted, [25, 50, 75]))


def test_a_province_without_a_score_has_no_rank_group_or_change():
    row = add_change(add_groups(add_ranks(scores([5.0, None, 3.0]), EDITIONS)), NO_BREAKS).iloc[1]
    assert all(pd.isna(row[key]) for key in ("score", "rank", "group", "change", "notable"))


def test_ties_share_the_best_rank():
    assert list(add_ranks(scores([5.0, 7.0, 7.0, 3.0]), EDITIONS)["rank"]) == [3, 1, 1, 4]


def test_a_year_of_which_only_some_provinces_are_known_keeps_the_printed_ranks():
    partial = EDITIONS.assign(coverage="partial")
    known = scores([80.0, 90.0])
    known["published_rank"] = pd.array([23, None], dtype="Int64")
    ranked = add_ranks(known, partial)
    assert ranked["rank"].tolist() == [23, pd.NA]
    assert ranked["of"].tolist() == [63, pd.NA]
    assert add_groups(ranked)["group"].isna().all()


def test_a_year_that_becomes_whole_is_ranked_by_computation():
    ranked = add_ranks(scores(list(np.linspace(50, 90, 63))), EDITIONS.assign(coverage="partial"))
    assert ranked["rank"].tolist() == list(range(63, 0, -1))
    assert set(ranked["rank_basis"]) == {"computed"}


def test_a_break_leaves_the_earlier_score_visible_but_computes_no_change():
    both = pd.concat([scores([5.0]), scores([7.0], year=2021)], ignore_index=True)
    editions = pd.concat([EDITIONS, EDITIONS.assign(year=2021)])
    breaks = pd.DataFrame([{"index": "toy", "year": 2021, "indicator": "*"}])
    now = add_change(add_ranks(both, editions), breaks).iloc[1]
    assert now["previous_score"] == 5.0
    assert not now["comparable"]
    assert pd.isna(now["change"])
    assert pd.isna(now["rank_change"])


def years(*values, index="toy", indicator="TOTAL"):
    """One province's scores from 2020 on, a year each."""
    rows = [scores([value], year=2020 + at, indicator=indicator) for at, value in enumerate(values)]
    return pd.concat(rows, ignore_index=True).assign(index=index)


def change_of(rows, breaks):
    editions = rows[["index", "year", "date", "frame"]].drop_duplicates().assign(coverage="whole")
    changed = add_change(add_ranks(rows, editions), breaks).dropna(subset=["change"])
    table = changed["index"] + " " + changed["indicator"]
    return {
        name: dict(zip(rows["year"], rows["change"], strict=True)) for name, rows in changed.groupby(table)
    }


def test_a_break_concerns_its_index_its_indicator_and_the_year_that_begins_it_only():
    marks = (1.0, 3.0, 6.0, 10.0)
    tables = [years(*marks, indicator="A"), years(*marks, indicator="B"), years(*marks, index="other")]
    rows = pd.concat(tables, ignore_index=True)
    steps, without_2022 = {2021: 2.0, 2022: 3.0, 2023: 4.0}, {2021: 2.0, 2023: 4.0}
    change = change_of(rows, pd.DataFrame([{"index": "toy", "year": 2022, "indicator": "A"}]))
    assert change == {"toy A": without_2022, "toy B": steps, "other TOTAL": steps}
    change = change_of(rows, pd.DataFrame([{"index": "toy", "year": 2022, "indicator": "*"}]))
    assert change == {"toy A": without_2022, "toy B": without_2022, "other TOTAL": steps}


def test_a_fall_from_80_to_76_is_minus_4_points_and_minus_5_per_cent():
    editions = pd.concat([EDITIONS, EDITIONS.assign(year=2021)])
    row = add_change(add_ranks(years(80.0, 76.0), editions), NO_BREAKS).iloc[1]
    assert (row["change"], row["change_pct"], row["notable"]) == (-4.0, -5.0, True)


def test_an_edition_dated_by_day_is_compared_with_the_one_before_it_in_the_record():
    days = ["2020-03-01", "2020-01-15", "2020-02-20"]
    rows = pd.concat(
        [scores([value]).assign(date=day) for day, value in zip(days, (9.0, 4.0, 5.0), strict=True)],
        ignore_index=True,
    )
    editions = rows[["index", "year", "date", "frame"]].assign(coverage="whole")
    changed = add_change(add_ranks(rows, editions), NO_BREAKS).set_index("date")
    assert changed["previous_date"].dropna().to_dict() == {
        "2020-03-01": "2020-02-20",
        "2020-02-20": "2020-01-15",
    }
    assert changed["change"].dropna().to_dict() == {"2020-03-01": 4.0, "2020-02-20": 1.0}
    assert changed["previous_year"].dropna().tolist() == [2020, 2020]


def test_two_maps_of_provinces_are_neither_ranked_nor_compared_together():
    rows = pd.concat([scores([5.0]), scores([7.0, 6.0], year=2021, frame=34)], ignore_index=True)
    editions = rows[["index", "year", "date", "frame"]].drop_duplicates().assign(coverage="whole")
    changed = add_change(add_ranks(rows, editions), NO_BREAKS)
    assert changed["rank"].tolist() == [1, 1, 2]
    assert changed["previous_score"].isna().all()


def test_five_per_cent_of_the_earlier_score_is_notable_either_way():
    before, after = [100.0, 100.0, 100.0, 100.0], [105.0, 104.9, 95.0, 95.1]
    both = pd.concat([scores(before), scores(after, year=2021)], ignore_index=True)
    editions = pd.concat([EDITIONS, EDITIONS.assign(year=2021)])
    changed = add_change(add_ranks(both, editions), NO_BREAKS)
    assert changed[changed["year"] == 2021]["notable"].tolist() == [True, False, True, False]


def test_a_year_after_a_gap_has_no_previous_year():
    both = pd.concat([scores([5.0], year=2018), scores([7.0])], ignore_index=True)
    editions = pd.concat([EDITIONS, EDITIONS.assign(year=2018)])
    assert add_change(add_ranks(both, editions), NO_BREAKS)["change"].isna().all()


@st.composite
def trees(draw):
    """A tree of any shape, with a score for every leaf of every province."""
    rows, leaves, frontier = [("TOTAL", None)], [], ["TOTAL"]
    while frontier:
        node = frontier.pop()
        size = (
            draw(st.integers(1, 3))
            if node == "TOTAL"
            else draw(st.integers(0, 3))
            if node.count(".") < 3
            else 0
        )
        if not size:
            leaves.append(node)
        for i in range(size):
            child = f"{'' if node == 'TOTAL' else node + '.'}{i}"
            rows.append((child, node))
            frontier.append(child)
    table = pd.DataFrame(rows, columns=["indicator", "parent"]).assign(
        split="main", zero_denominator=None, max_score=1.0
    )
    values = {
        leaf: draw(st.lists(st.integers(0, 400).map(lambda n: n / 4) | st.none(), min_size=3, max_size=3))
        for leaf in leaves
    }
    return Framework("toy", 2020, table), values


@given(trees())
def test_every_node_is_the_sum_of_the_leaves_below_it(drawn):
    framework, values = drawn
    if all(v is None for row in values.values() for v in row):
        return
    known = {leaf: row for leaf, row in values.items() if any(v is not None for v in row)}
    rolled = roll_up(
        pd.concat([scores(row, indicator=leaf) for leaf, row in known.items()], ignore_index=True), framework
    )
    for row in rolled.to_dict("records"):
        below = [leaf for leaf in framework.walk(row["indicator"]) if leaf in known]
        expected = [known[leaf][int(row["province"][1:])] for leaf in below]
        if any(v is None for v in expected):
            assert pd.isna(row["computed"]), "a missing part is never counted as zero"
        else:
            assert row["computed"] == pytest.approx(sum(expected))


def leaf_scores(**columns):
    """Scores of the leaves A (10 points), B (5) and C (5) of provinces p0, p1, …, and their framework."""
    tree = pd.DataFrame({"indicator": ["TOTAL", "A", "B", "C"], "parent": [None, "TOTAL", "TOTAL", "TOTAL"]})
    tree = tree.assign(
        split="main", max_score=[20.0, 10.0, 5.0, 5.0], zero_denominator=[None, "missing", "full", None]
    )
    values = columns.pop("values")
    rows = [scores(values[leaf], indicator=leaf) for leaf in values]
    return pd.concat(rows, ignore_index=True).assign(**columns), Framework("toy", 2020, tree)


def total_of(rows, framework, **options):
    rolled = roll_up(rows, framework, **options).query("indicator == 'TOTAL'").set_index("province")
    return rolled[["computed", "applicable_max", "basis"]]


def test_a_leaf_that_does_not_apply_leaves_points_and_maximum_and_one_of_which_nothing_is_said_applies():
    rows, framework = leaf_scores(
        values={"A": [4.0, 8.0], "B": [None, 3.0], "C": [2.0, 1.0]},
        applicable=pd.array([True, None, False, None, True, None], dtype="boolean"),
    )
    total = total_of(rows, framework)
    assert total["computed"].to_dict() == {"p0": 6.0, "p1": 12.0}
    assert total["applicable_max"].to_dict() == {"p0": 15.0, "p1": 20.0}


def test_points_of_a_leaf_that_does_not_apply_do_not_count():
    rows, framework = leaf_scores(values={"A": [4.0], "B": [3.0], "C": [2.0]}, applicable=[True, False, True])
    assert total_of(rows, framework).loc["p0", ["computed", "applicable_max"]].tolist() == [6.0, 15.0]


def test_a_leaf_that_is_asked_for_and_has_no_score_leaves_the_sum_unknown():
    rows, framework = leaf_scores(values={"A": [4.0], "B": [3.0]})
    assert total_of(rows, framework).at["p0", "computed"] == 7.0
    asked = total_of(rows, framework, leaves=["A", "B", "C"])
    assert pd.isna(asked.at["p0", "computed"])
    assert asked.at["p0", "applicable_max"] == 20.0


def test_nobody_could_earn_a_leaf_without_cases_only_where_its_rule_leaves_it_without_points():
    rows, framework = leaf_scores(
        values={"A": [None, None, 6.0], "B": [1.0, None, 1.0], "C": [2.0, 2.0, 2.0]},
        denominator=[0.0, 0.0, 9.0, 9.0, 0.0, 9.0, 9.0, 9.0, 9.0],
    )
    computed = total_of(rows, framework)["computed"]
    assert computed[["p0", "p2"]].tolist() == [3.0, 9.0]
    assert pd.isna(computed["p1"]), "the rule of B gives points without cases, so its score is only not known"
    assert pd.isna(total_of(rows.assign(denominator=9.0), framework).at["p0", "computed"])


def test_what_is_computed_is_no_surer_than_the_least_sure_of_its_parts():
    rows, framework = leaf_scores(values={"A": [1.0] * 4, "B": [1.0] * 4, "C": [1.0] * 4})
    of_b = {"p1": "self-assessed", "p2": "illustrative", "p3": "self-assessed"}
    b, c = rows["indicator"] == "B", (rows["indicator"] == "C") & (rows["province"] == "p3")
    rows["basis"] = (
        rows["province"].map(of_b).where(b, "published").fillna("published").mask(c, "illustrative")
    )
    assert total_of(rows, framework)["basis"].tolist() == [
        "derived",
        "self-assessed",
        "illustrative",
        "illustrative",
    ]


def test_profile_lists_every_indicator_even_without_a_figure():
    known = record()
    edition = known.edition("papi", 2018)
    rows = profile(known.scored_edition(edition), known.framework("papi", 2018), "quang-ninh").set_index(
        "indicator"
    )
    assert len(rows) == 37
    assert pd.isna(rows.at["TOTAL", "score"])
    assert rows.at["TOTAL", "of"] == 61
    assert rows.at["D1", "rank"] > 0


def test_profile_lists_what_is_counted_beside_the_main_tree_only_where_a_province_has_a_figure():
    known = record()
    edition, framework = known.scored_edition(known.edition("par", 2017)), known.framework("par", 2017)

    def parts(rows, province):
        found = profile(rows, framework, province)
        return found[found["split"] == "parts"].set_index("indicator")["score"].dropna().to_dict()

    assert parts(edition, "thua-thien-hue") == {"IMPACT": 30.81, "RESULT": 49.05}
    assert parts(edition, "ha-noi") == {}
    rank_only = edition.assign(score=edition["score"].mask(edition["indicator"] == "RESULT"))
    rank_only["rank"] = rank_only["rank"].mask(rank_only["indicator"] == "RESULT", 23)
    listed = profile(rank_only, framework, "thua-thien-hue").set_index("indicator")["rank"]
    assert listed["RESULT"] == 23


def test_a_ranking_of_printed_places_puts_scores_without_a_place_after_them():
    known = record()
    edition = known.scored_edition(known.edition("par", 2017))
    slugs = known.provinces(63).slugs
    rows = ranking(edition, "TOTAL", slugs)
    assert set(rows.columns) == set(edition.columns)
    assert rows["province"].tolist()[:3] == ["quang-ninh", "ha-noi", "dong-nai"]
    assert rows["province"].tolist()[13:15] == ["quang-ngai", "dak-lak"], "14 places of 2017 were printed"
    assert rows["score"].iloc[15:].isna().all()
    unprinted = edition.assign(rank=edition["rank"].mask(edition["province"] == "quang-ngai"))
    rows = ranking(unprinted, "TOTAL", slugs)
    assert rows.loc[13:14, "province"].tolist() == ["dak-lak", "quang-ngai"]


def test_a_ranking_keeps_provinces_without_a_score_at_the_end():
    known = record()
    rows = ranking(known.scored_edition(known.edition("papi", 2023)), "TOTAL", known.provinces(63).slugs)
    assert len(rows) == 63
    assert set(rows.tail(2)["province"]) == {"quang-ninh", "binh-duong"}
