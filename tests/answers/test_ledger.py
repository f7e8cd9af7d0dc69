"""The ledger accounts for every point between the maximum and the score."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.ledger import ledger
from parlib.datasets import record
from parlib.errors import UsageError

LEAVES = ["A.1", "A.2", "B.1", "C.1", "C.2", "C.3"]
POINTS = st.floats(0, 10 / 3, allow_nan=False).map(lambda x: round(x, 6))


def tables(rows=4):
    return st.lists(st.lists(POINTS, min_size=6, max_size=6), min_size=rows, max_size=rows).map(
        lambda cells: pd.DataFrame(cells, columns=LEAVES, index=[f"p{i}" for i in range(rows)])
    )


def test_an_edition_is_read_on_the_tree_of_its_own_year(make_index):
    table = pd.DataFrame([[1.0] * 6] * 2, columns=LEAVES, index=["p0", "p1"])
    index = make_index({2016: table, 2017: table})
    with pytest.raises(ValueError, match="scores of own 2017 and the framework of own 2016"):
        ledger(index.edition(2017), index.framework(2016), "p0")
    with pytest.raises(ValueError, match="one edition is needed, not 2"):
        ledger(index.history, index.framework(2017), "p0")


@settings(max_examples=25)
@given(table=tables())
def test_every_node_sums_exactly_to_its_maximum_minus_its_score(make_index, table):
    index = make_index({2017: table}, 10 / 3)
    rows = ledger(index.edition(2017), index.framework(2017), "p0").set_index("indicator")
    for code, row in rows.iterrows():
        assert row["lost"] == pytest.approx(row["max_score"] - row["score"], abs=1e-9)
        below = rows[rows["parent"] == code]["lost"]
        if len(below):
            assert below.sum() == pytest.approx(row["lost"], abs=1e-9)
            assert row["unassigned"] == pytest.approx(0, abs=1e-9)
    leaves = rows[rows["leaf"]]
    assert leaves["lost"].sum() == pytest.approx(rows.at["TOTAL", "lost"], abs=1e-9)
    if rows.at["TOTAL", "lost"] > 1e-6:
        assert leaves["share"].sum() == pytest.approx(1)


@settings(max_examples=25)
@given(table=tables(), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(make_index, table, seed):
    index = make_index({2017: table}, 10 / 3)
    edition = index.edition(2017)
    shuffled = edition.sample(frac=1, random_state=seed)
    framework = index.framework(2017)
    pd.testing.assert_frame_equal(ledger(edition, framework, "p1"), ledger(shuffled, framework, "p1"))


@pytest.mark.parametrize("index", ["papi", "i766"])
def test_each_published_edition_accounts_for_all_points_lost(index):
    known = record()
    for row in known.editions[known.editions["index"] == index].to_dict("records"):
        edition = known.edition(
            index, int(row["year"]), row["date"] if isinstance(row["date"], str) else None
        )
        scored, framework = known.scored_edition(edition), known.framework(index, edition["year"])
        for province in scored["province"].unique()[::25]:
            rows = ledger(scored, framework, province).set_index("indicator")
            for code, row in rows[~rows["leaf"]].iterrows():
                parts = rows[rows["parent"] == code]["lost"].sum() + row["unassigned"]
                if not math.isnan(row["lost"]):
                    assert parts == pytest.approx(row["max_score"] - row["score"], abs=1e-9)


def test_a_missing_score_or_maximum_leaves_the_loss_missing(make_index):
    table = pd.DataFrame([[1.0, np.nan], [2.0, 3.0]], columns=["A.1", "B.1"], index=["p0", "p1"])
    index = make_index({2017: table}, {"A.1": 10.0, "B.1": math.nan})
    rows = ledger(index.edition(2017), index.framework(2017), "p0").set_index("indicator")
    assert rows["lost"].drop(index=["A", "A.1"]).isna().all()
    assert rows.at["A.1", "lost"] == 9.0
    assert rows["share"].isna().all()


def test_no_part_is_a_share_of_nothing_lost(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [10.0, 1.0], "A.2": [9.99, 1.0]}, index=["p0", "p1"])})
    scored = index.edition(2017).copy()
    scored.loc[(scored["province"] == "p0") & (scored["indicator"] == "TOTAL"), "score"] = 20.0
    rows = ledger(scored, index.framework(2017), "p0").set_index("indicator")
    assert (rows.at["TOTAL", "lost"], rows.at["A.2", "lost"]) == (0, pytest.approx(0.01))
    assert rows["share"].isna().all()


def test_a_part_of_something_unpublished_accounts_for_what_stands_next_above():
    known = record()
    scored = known.scored_edition(known.edition("par", 2024))
    rows = ledger(scored, known.framework("par", 2024), "khanh-hoa", split="parts")
    assert rows["indicator"].tolist() == ["TOTAL", "SOCIOECON"]  # and not IMPACT, that it is part of
    assert rows["lost"].tolist() == pytest.approx([100 - 90.49, 6.5 - 5.09])
    assert rows.at[0, "unassigned"] == pytest.approx(9.51 - 1.41)


def test_provinces_at_the_maximum_are_counted_at_the_exact_or_the_printed_one(make_index):
    table = pd.DataFrame({"A.1": [10 / 3, 3.33, 3.0, 1.0]}, index=list("abcd"))
    index = make_index({2017: table}, 10 / 3)
    framework = index.framework(2017)
    scored = index.edition(2017)
    assert ledger(scored, framework, "a").set_index("indicator").at["A.1", "at_max"] == 1
    framework.table.loc["A.1", "printed_max"] = 3.33
    row = ledger(scored, framework, "a").set_index("indicator").loc["A.1"]
    assert (row["at_max"], row["of"], row["best_country_provinces"]) == (2, 4, ("a",))


def test_the_best_tenth_are_those_at_or_above_the_90th_percentile(make_index):
    table = pd.DataFrame({"A.1": np.arange(11) / 2}, index=[f"p{i}" for i in range(11)])
    index = make_index({2017: table})
    row = ledger(index.edition(2017), index.framework(2017), "p0").set_index("indicator").loc["A.1"]
    assert (row["best_decile_score"], row["best_decile"], row["of"]) == (4.5, 2, 11)


def test_the_best_of_the_region_is_looked_for_in_the_region_only(make_index):
    table = pd.DataFrame({"A.1": [1.0, 5.0, 5.0, 9.0]}, index=list("abcd"))
    index = make_index({2017: table})
    regions = {"a": "north", "b": "north", "c": "north", "d": "south"}
    row = ledger(index.edition(2017), index.framework(2017), "a", regions=regions).iloc[-1]
    assert (row["best_region"], row["best_region_provinces"]) == (5.0, ("b", "c"))
    assert (row["best_country"], row["attainable_max"]) == (9.0, 9.0)
    without = ledger(index.edition(2017), index.framework(2017), "a").iloc[-1]
    assert math.isnan(without["best_region"])


def test_nothing_is_said_of_all_provinces_where_only_some_are_known():
    known = record()
    scored = known.scored_edition(known.edition("par", 2022))
    rows = ledger(scored, known.framework("par", 2022), scored["province"].iloc[0])
    assert rows[["of", "at_max", "best_decile", "best_country", "attainable_max"]].isna().all(axis=None)


def test_last_years_loss_is_missing_across_a_break():
    known = record()
    rows = {
        year: ledger(
            known.scored_edition(known.edition("papi", year)), known.framework("papi", year), "thua-thien-hue"
        ).set_index("indicator")
        for year in (2016, 2017)
    }
    assert rows[2017].at["TOTAL", "previous_lost"] == pytest.approx(rows[2016].at["TOTAL", "lost"])
    assert math.isnan(rows[2016].at["D1", "previous_lost"])


def test_an_unknown_province_is_named_with_its_nearest(make_index):
    index = make_index({2017: pd.DataFrame({"A.1": [1.0, 2.0]}, index=["ha-noi", "ha-nam"])})
    with pytest.raises(UsageError, match="ha-noi"):
        ledger(index.edition(2017), index.framework(2017), "ha-noy")


def test_two_editions_at_once_are_refused(make_index):
    table = pd.DataFrame({"A.1": [1.0, 2.0]}, index=["a", "b"])
    index = make_index({2016: table, 2017: table})
    with pytest.raises(ValueError, match="one edition"):
        ledger(index.history, index.framework(2017), "a")


def test_a_leaf_that_does_not_apply_loses_nothing(make_index):
    table = pd.DataFrame([[4.0, np.nan], [2.0, 3.0]], columns=["A.1", "A.2"], index=["p0", "p1"])
    index = make_index({2017: table})
    scored = index.edition(2017).copy()
    mine = scored["province"] == "p0"
    scored["applicable"] = ~(mine & (scored["indicator"] == "A.2"))
    scored.loc[mine & scored["indicator"].isin(["A", "TOTAL"]), "score"] = 4.0
    rows = ledger(scored, index.framework(2017), "p0").set_index("indicator")
    assert rows.loc[["TOTAL", "A", "A.1"], "lost"].tolist() == [6.0, 6.0, 6.0]
    assert rows.at["A", "unassigned"] == 0
    assert (rows.at["A.2", "max_score"], math.isnan(rows.at["A.2", "lost"])) == (0.0, True)
