"""Scorecards: sums of any tree, what does not apply, what contradicts itself, and the illustrative one of Huế 2017."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scorecard_trees import trees, without_points_where_inapplicable

from parlib.cli._output import plain
from parlib.datasets import record
from parlib.scorecards import (
    ILLUSTRATIVE_NOTICE,
    Scorecard,
    by_assessment,
    evaluate,
    faults,
    from_framework,
    gaps,
    summary,
)
from parlib.scoring import roll_up


@pytest.fixture(scope="module")
def hue() -> Scorecard:
    return Scorecard.from_table("par", record().table("par/illustrative/hue_2017.csv", "scorecard"))


def small(**leaf: object) -> Scorecard:
    """One domain of 3 points with two criteria, of which the second is given."""
    rows = [
        {"indicator": "TOTAL", "max_score": 3.0},
        {"indicator": "D1", "parent": "TOTAL", "number": "1", "max_score": 3.0},
        {"indicator": "D1.1", "parent": "D1", "number": "1.1", "max_score": 1.0, "score": 1.0},
        {"indicator": "D1.2", "parent": "D1", "number": "1.2", "max_score": 2.0, **leaf},
    ]
    table = pd.DataFrame(rows).assign(basis="self-assessed", name_vi="Tên", level="criterion")
    return Scorecard("par", 2030, 34, "hue", table)


def row(card: Scorecard, indicator: str, **options: bool) -> pd.Series:
    return evaluate(card, **options).set_index("indicator").loc[indicator]


# Any tree ---------------------------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(trees())
def test_the_total_is_the_sum_of_the_leaves_that_apply(card: Scorecard) -> None:
    result = evaluate(card).set_index("indicator")
    leaves = result[result["leaf"] & result["applies"]]
    total = result.loc["TOTAL"]
    assert total["points"] == pytest.approx(leaves["points"].sum())
    assert total["applicable_max"] == pytest.approx(leaves["max_score"].sum())
    if total["applicable_max"] > 0:
        assert total["percent"] == pytest.approx(100 * total["points"] / total["applicable_max"])
    else:
        assert math.isnan(total["percent"])


@settings(max_examples=20)
@given(trees())
def test_every_sum_is_that_of_its_children(card: Scorecard) -> None:
    result = evaluate(card).set_index("indicator")
    for node in card.framework.walk():
        children = card.framework.split_children(node)
        if children:
            applying = result.loc[children].query("applies")
            assert result.at[node, "points"] == pytest.approx(applying["points"].sum())
            assert result.at[node, "lost"] == pytest.approx(applying["lost"].sum(), abs=1e-9)


@settings(max_examples=20)
@given(trees(), st.data())
def test_what_does_not_apply_leaves_both_points_and_maximum(card: Scorecard, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from([n for n in card.framework.walk() if n != "TOTAL"]))
    rows = card.rows.assign(applicable=card.rows["applicable"] & (card.rows["indicator"] != node))
    before, after = row(card, "TOTAL"), evaluate(replace(card, rows=rows)).set_index("indicator")
    gone = evaluate(card).set_index("indicator").loc[node]
    if gone["applies"]:
        assert after.at["TOTAL", "points"] == pytest.approx(before["points"] - gone["points"], abs=1e-9)
        assert after.at["TOTAL", "applicable_max"] == pytest.approx(
            before["applicable_max"] - gone["applicable_max"], abs=1e-9
        )


@settings(max_examples=20)
@given(trees(full=False))
def test_a_leaf_without_points_leaves_every_sum_above_it_unknown(card: Scorecard) -> None:
    result = evaluate(card).set_index("indicator")
    empty = [
        leaf for leaf in card.leaves if result.at[leaf, "applies"] and np.isnan(result.at[leaf, "points"])
    ]
    above = set()
    for leaf in empty:
        node = card.framework.table.at[leaf, "parent"]
        while isinstance(node, str):
            above.add(node)
            node = card.framework.table.at[node, "parent"]
    inner = result[~result["leaf"] & result["applies"]]
    assert set(inner.index[inner["points"].isna()]) == {node for node in above if result.at[node, "applies"]}
    assert [gap.indicator for gap in gaps(card, evaluate(card))] == empty


@settings(max_examples=20)
@given(trees(), st.data())
def test_a_printed_sum_may_be_off_by_a_hundredth_per_part_and_no_more(
    card: Scorecard, data: st.DataObject
) -> None:
    card = without_points_where_inapplicable(card)
    result = evaluate(card).set_index("indicator")
    inner = [
        n for n in result.index[~result["leaf"] & result["applies"]] if result.at[n, "applicable_max"] > 0
    ]
    assume(inner)
    node = data.draw(st.sampled_from(inner))
    below = result.loc[[leaf for leaf in card.framework.walk(node) if leaf in set(card.leaves)]].query(
        "applies"
    )

    def printed(value: float) -> list[str]:
        rows = card.rows.assign(score=card.rows["score"].mask(card.rows["indicator"] == node, value))
        rows["max_score"] = rows["max_score"].mask(rows["indicator"].isin(inner), np.nan)
        return [fault.indicator for fault in faults(replace(card, rows=rows))]

    assert printed(float(below["points"].round(2).sum())) == []
    off = 0.01 * len(below) + 0.001
    assert printed(float(below["points"].sum() + off)) == [node]


@settings(max_examples=20)
@given(trees())
def test_points_above_a_maximum_are_a_fault(card: Scorecard) -> None:
    leaf = card.leaves[0]
    above = card.framework.max_score(leaf) + 0.01
    rows = card.rows.assign(
        applicable=True, score=card.rows["score"].mask(card.rows["indicator"] == leaf, above)
    )
    assert (leaf, "score") in [(fault.indicator, fault.column) for fault in faults(replace(card, rows=rows))]


# Which points count -------------------------------------------------------------------------------------------------


def test_the_points_in_the_end_count_before_the_appraised_and_the_self_assessed() -> None:
    assert row(small(score=0.5, appraised=1.0, self_assessed=2.0), "D1.2")["points_from"] == "score"
    appraised = row(small(appraised=1.0, self_assessed=2.0), "D1.2")
    assert (appraised["points"], appraised["points_from"], appraised["difference"]) == (
        1.0,
        "appraised",
        -1.0,
    )
    assert row(small(self_assessed=2.0), "D1.2")["points_from"] == "self_assessed"


def test_a_rule_with_evidence_gives_the_points_and_what_was_entered_is_kept_beside() -> None:
    card = small(rule="proportional", numerator=3, denominator=4, score=1.2)
    scored = row(card, "D1.2")
    assert (scored["points"], scored["points_from"], scored["entered"]) == (1.5, "rule", 1.2)
    as_read = row(card, "D1.2", by_rules=False)
    assert (as_read["points"], as_read["points_from"], as_read["rule_points"]) == (1.2, "score", 1.5)


def test_a_rule_without_evidence_leaves_the_entered_points() -> None:
    assert row(small(rule="proportional", score=1.2), "D1.2")["points_from"] == "score"


def test_where_nothing_was_due_the_rule_says_what_counts() -> None:
    evidence = {"rule": "proportional", "numerator": 0, "denominator": 0}
    assert row(small(**evidence, zero_denominator="full"), "TOTAL")["points"] == 3.0
    assert row(small(**evidence, zero_denominator="zero"), "TOTAL")["points"] == 1.0
    nothing = evaluate(small(**evidence, zero_denominator="missing")).set_index("indicator")
    assert math.isnan(nothing.at["D1.2", "points"])
    assert nothing.at["D1.2", "nothing_due"]
    assert (nothing.at["TOTAL", "points"], nothing.at["TOTAL", "applicable_max"]) == (1.0, 3.0)


def test_an_index_of_2016_is_points_over_97_and_a_half() -> None:
    rows = pd.DataFrame(
        [
            {"indicator": "TOTAL", "max_score": 100.0},
            {"indicator": "D1", "parent": "TOTAL", "max_score": 97.5, "score": 67.41},
            {"indicator": "D2", "parent": "TOTAL", "max_score": 2.5, "applicable": False},
        ]
    ).assign(basis="self-assessed", name_vi="Lĩnh vực", level="domain")
    total = row(Scorecard("par", 2016, 63, "lai-chau", rows), "TOTAL")
    assert total["applicable_max"] == 97.5
    assert total["percent"] == pytest.approx(69.14, abs=0.005)


@pytest.mark.parametrize(
    ("leaf", "column"),
    [
        ({"score": 2.5}, "score"),
        ({"score": -0.1}, "score"),
        ({"score": 1.0, "applicable": False}, "score"),
        ({"max_score": 0.0}, "max_score"),
        ({"max_score": 2.5, "score": 1.0}, "max_score"),
        ({"rule": "to_target"}, "rule"),
        ({"rule": "steps", "rule_parameters": "steps=0.5:3"}, "rule_parameters"),
        ({"rule": "proportional", "numerator": 5, "denominator": 4}, "numerator"),
        ({"rule": "checklist", "rule_parameters": "items=1/1", "items": "4"}, "items"),
    ],
)
def test_what_contradicts_itself_is_named_with_its_column(leaf: dict[str, object], column: str) -> None:
    found = list(faults(small(**leaf)))
    assert column in [fault.column for fault in found]
    assert all(fault.found and fault.expected for fault in found)


def test_rows_still_to_be_filled_in_leave_the_sum_unknown() -> None:
    card = small(max_score=1.5, score=1.5)
    assert list(faults(card)) == []
    result = evaluate(card)
    assert result.set_index("indicator").loc[["TOTAL", "D1"], "points"].isna().all()
    assert [(g.indicator, g.kind, g.found, g.expected) for g in gaps(card, result)] == [
        ("D1", "rows_missing", 2.5, 3.0)
    ]


def test_the_split_of_25_and_a_half_points_of_2022_stays_unknown() -> None:
    card = from_framework(record().framework("par", 2022), 63)
    unknown = card.rows.loc[card.rows["max_score"].isna(), "indicator"]
    assert unknown.tolist() == ["D6", "D7"]
    assert card.rows["score"].isna().all()
    kinds = {(gap.indicator, gap.kind) for gap in gaps(card, evaluate(card))}
    assert {("D6", "no_maximum"), ("D7", "no_maximum")} <= kinds


# The illustrative scorecard of Huế 2017 -----------------------------------------------------------------------------


def test_the_illustrative_scorecard_keeps_the_published_structure(hue: Scorecard) -> None:
    framework = record().framework("par", 2017)
    domains = hue.framework.split_children("TOTAL")
    assert domains == framework.split_children("TOTAL")
    assert hue.framework.table.loc[domains, "max_score"].tolist() == [10, 10, 14.5, 11, 16, 7, 16, 15.5]
    assert list(faults(hue)) == []


def test_the_illustrative_scorecard_adds_up_to_what_the_newspaper_printed(hue: Scorecard) -> None:
    result = evaluate(hue)
    leaves = result[result["leaf"]]
    at_max = leaves["lost"].abs() < 1e-9
    assert (len(leaves), at_max.sum(), (~at_max).sum()) == (81, 56, 25)
    ways = by_assessment(result).set_index("assessed_by")
    results, impact = ways.loc["appraisal"], ways.loc[["survey", "statistics"]].sum(numeric_only=True)
    assert (results["points"], results["applicable_max"]) == pytest.approx((49.05, 62))
    assert (impact["points"], impact["applicable_max"]) == pytest.approx((30.81, 38))
    assert result["points"].iloc[0] == pytest.approx(79.86)
    assert gaps(hue, result) == []


def test_its_rules_give_the_points_that_stand_in_it(hue: Scorecard) -> None:
    leaves = evaluate(hue).query("points_from == 'rule'")
    assert len(leaves) == 25
    assert set(leaves["rule"]) == {
        *("proportional", "to_target", "binary", "steps", "linear_with_floor", "checklist", "survey_scale")
    }
    assert leaves["points"].tolist() == pytest.approx(leaves["entered"].tolist())


def test_every_row_of_it_says_that_it_is_illustrative(hue: Scorecard) -> None:
    table = record().table("par/illustrative/hue_2017.csv", "scorecard")
    assert set(table["basis"]) == {"illustrative"}
    below = table[table["level"].isin(["criterion", "component"])]
    assert below["name_vi"].str.contains("minh họa").all()


def test_one_illustrative_row_makes_the_scorecard_illustrative(hue: Scorecard) -> None:
    for marked in (0, 7, len(hue.rows) - 1):
        rows = hue.rows.assign(
            basis=["illustrative" if n == marked else "self-assessed" for n in hue.rows.index]
        )
        card = replace(hue, rows=rows)
        assert card.illustrative
        assert set(card.rows["basis"]) == {"illustrative"}


def test_whatever_is_computed_from_it_stays_illustrative(hue: Scorecard) -> None:
    for by_rules in (True, False):
        result = evaluate(hue, by_rules=by_rules)
        assert set(result["basis"]) == {"illustrative"}
        assert set(by_assessment(result)["basis"]) == {"illustrative"}
        assert set(roll_up(result, hue.framework)["basis"]) == {"illustrative"}


def test_its_json_says_so_at_the_top_and_in_every_row(hue: Scorecard) -> None:
    found = json.loads(json.dumps(plain(summary(hue, evaluate(hue))), allow_nan=False))
    assert found["illustrative"] is True
    assert found["notice"] == ILLUSTRATIVE_NOTICE
    assert found["rules_set_by"] == "user"
    assert found["total"]["basis"] == "illustrative"
    assert {node["basis"] for node in found["nodes"]} == {"illustrative"}
    assert {way["basis"] for way in found["by_assessment"]} == {"illustrative"}


def test_an_ordinary_scorecard_is_not_marked() -> None:
    card = small(score=1.0)
    assert not card.illustrative
    assert card.notice == ""
    assert set(evaluate(card)["basis"]) == {"self-assessed"}
    assert summary(card, evaluate(card))["notice"] is None
