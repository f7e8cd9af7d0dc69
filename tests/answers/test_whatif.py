import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.whatif import what_if
from parlib.datasets import record
from parlib.errors import UsageError

HUE = "thua-thien-hue"
KNOWN = record()
PAPI = KNOWN.scored_edition(KNOWN.edition("papi", 2017)), KNOWN.framework("papi", 2017)
LEAVES = [code for code in PAPI[1] if not PAPI[1].split_children(code)]


def row(frame, indicator, province=HUE):
    return frame[(frame["province"] == province) & (frame["indicator"] == indicator)].iloc[0]


def test_two_tenths_more_on_corruption_lift_hue_with_the_same_points():
    before = row(PAPI[0], "D4.1")["score"]
    found = what_if(*PAPI, HUE, {"D4.1": before + 0.2})
    for node in ("D4.1", "D4", "TOTAL"):
        assert row(found, node)["score"] - row(PAPI[0], node)["score"] == pytest.approx(0.2)
        assert row(found, node)["basis"] == "illustrative"
    others = PAPI[0].query("indicator == 'TOTAL' and province != @HUE")["score"]
    assert row(found, "TOTAL")["rank"] == 1 + (others > row(found, "TOTAL")["score"]).sum() == 36
    assert row(found, "D1").equals(row(PAPI[0], "D1"))


def test_the_others_lose_the_place_that_hue_takes():
    found = what_if(*PAPI, HUE, {"D4.1": 2.4})
    totals = found[found["indicator"] == "TOTAL"]
    assert sorted(totals["rank"]) == list(range(1, 64))
    assert totals.loc[totals["province"] != HUE, "basis"].eq("published").all()


def test_nothing_changed_changes_nothing():
    pd.testing.assert_frame_equal(what_if(*PAPI, HUE, {}), PAPI[0])
    pd.testing.assert_frame_equal(what_if(*PAPI, HUE, {"D1.1": row(PAPI[0], "D1.1")["score"]}), PAPI[0])


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from(LEAVES), st.floats(0.34, 2.5), min_size=1, max_size=4))
def test_ranks_and_groups_are_those_of_the_whole_field_scored_anew(scores):
    found = what_if(*PAPI, HUE, scores)
    assert found.dtypes.equals(PAPI[0].dtypes)
    for indicator, field in found.groupby("indicator"):
        assert (field["rank"] == field["score"].rank(ascending=False, method="min")).all(), indicator
    totals = found[found["indicator"] == "TOTAL"]
    top = totals["score"] >= totals["score"].quantile(0.75)
    assert (totals["group"] == "highest").equals(top)


def test_change_is_that_of_the_new_score():
    found = row(what_if(*PAPI, HUE, {"D4.1": 2.4}), "TOTAL")
    assert found["change"] == pytest.approx(found["score"] - found["previous_score"])
    assert found["rank_change"] == found["previous_rank"] - found["rank"]


def test_a_component_of_index_766_moves_its_group_and_the_total():
    edition = KNOWN.edition("i766", 2026)
    frame, tree = KNOWN.scored_edition(edition), KNOWN.framework("i766", 2026)
    leaf = "1.1"
    start = row(frame, leaf, "hue")["score"]
    found = what_if(frame, tree, "hue", {leaf: start / 2})
    gone = start / 2
    for node in (leaf, "1", "TOTAL"):
        assert row(frame, node, "hue")["score"] - row(found, node, "hue")["score"] == pytest.approx(gone)


@pytest.mark.parametrize(
    ("scores", "message"),
    [({"D4": 5.0}, "no leaf"), ({"D4.1": 2.6}, "0.25 to 2.5"), ({"D4.9": 1.0}, "no indicator")],
)
def test_what_cannot_be_is_refused(scores, message):
    with pytest.raises(UsageError, match=message):
        what_if(*PAPI, HUE, scores)
