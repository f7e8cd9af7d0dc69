"""Evidence to points and back: every kind of rule, on its edges and on anything hypothesis finds."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.errors import UsageError
from parlib.rules import (
    KINDS,
    Binary,
    Checklist,
    LinearWithFloor,
    Proportional,
    Rule,
    Steps,
    SurveyScale,
    ToTarget,
    cases_needed,
    make_rule,
    rule_of,
)

NAN = math.nan


def evidence(*rows: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["numerator", "denominator"], dtype="float64")


def points(rule: Rule, max_score: float, *rows: tuple[float, float]) -> list[float]:
    return rule.points(evidence(*rows), max_score).tolist()


def test_proportional_gives_the_share_of_the_maximum() -> None:
    assert points(Proportional(), 6, (3, 4), (0, 4), (4, 4)) == [4.5, 0, 6]


def test_a_target_of_80_percent_gives_all_points_from_80_percent_on() -> None:
    assert points(ToTarget(target=0.8), 2, (40, 100), (80, 100), (95, 100)) == [1, 2, 2]


def test_yes_gives_all_points_and_no_none() -> None:
    assert points(Binary(), 0.5, (1, NAN), (0, NAN)) == [0.5, 0]


def test_a_step_begins_at_its_threshold() -> None:
    rule = Steps(steps=((0.5, 0.5), (0.8, 1.0)))
    assert points(rule, 1, (49, 100), (50, 100), (79, 100), (80, 100)) == [0, 0.5, 0.5, 1]


def test_steps_can_count_instead_of_measuring_a_share() -> None:
    assert points(Steps(steps=((1, 1), (3, 2)), reads="value"), 2, (2, NAN), (7, NAN)) == [1, 2]


def test_nothing_below_the_floor_and_a_line_from_it_to_the_target() -> None:
    rule = LinearWithFloor(floor=0.5, target=0.9)
    assert points(rule, 2, (49, 100), (50, 100), (70, 100), (95, 100)) == pytest.approx([0, 0, 1, 2])


def test_points_in_proportion_can_be_paid_out_from_the_floor_on() -> None:
    rule = LinearWithFloor(floor=0.7, at_floor=0.7)
    assert points(rule, 2, (69, 100), (70, 100), (85, 100)) == pytest.approx([0, 1.4, 1.7])


def test_a_checklist_adds_up_the_items_met() -> None:
    rule = Checklist(items=(0.5, 0.25, 0.25))
    met = pd.DataFrame({"items": ["1;3", "0", "3;2;1"]})
    assert rule.points(met, 1).tolist() == [0.75, 0, 1]


def test_a_mean_of_answers_is_placed_on_its_scale() -> None:
    assert points(SurveyScale(low=1, high=5, reads="value"), 2, (1, NAN), (4, NAN)) == [0, 1.5]


def test_a_share_of_satisfied_people_gives_that_share_of_the_points() -> None:
    assert points(SurveyScale(), 10, (8.19, 10)) == pytest.approx([8.19])


@pytest.mark.parametrize(("outcome", "given_points"), [("full", 6.0), ("zero", 0.0), ("missing", NAN)])
def test_the_rule_says_what_a_zero_denominator_gives(outcome: str, given_points: float) -> None:
    rule = make_rule("proportional", zero_denominator=outcome)
    np.testing.assert_equal(points(rule, 6, (0, 0), (NAN, 0)), [given_points] * 2)


@pytest.mark.parametrize(("outcome", "given_points"), [("full", 6.0), ("zero", 0.0), ("missing", NAN)])
def test_the_rule_says_what_absent_evidence_gives(outcome: str, given_points: float) -> None:
    rule = make_rule("proportional", f"no_evidence={outcome}")
    np.testing.assert_equal(points(rule, 6, (NAN, NAN), (3, NAN), (NAN, 3)), [given_points] * 3)


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        (Proportional(), {"numerator": 5, "denominator": 4}),
        (Proportional(zero_denominator="full"), {"numerator": 1, "denominator": 0}),
        (ToTarget(target=0.8), {"numerator": -1, "denominator": 4}),
        (Binary(), {"numerator": 0.5}),
        (Steps(steps=((1, 1),), reads="value"), {"numerator": -2}),
        (SurveyScale(low=1, high=5, reads="value"), {"numerator": 5.1}),
        (Checklist(items=(1, 1)), {"items": "3"}),
        (Checklist(items=(1, 1)), {"items": "1;1"}),
        (Checklist(items=(1, 1)), {"items": "first"}),
        (Checklist(items=(1, 1)), {"items": "-1"}),
        (Checklist(items=(1, 1)), {"items": ""}),
    ],
)
def test_evidence_that_contradicts_itself_or_the_rule_earns_no_points(
    rule: Rule, row: dict[str, object]
) -> None:
    frame = pd.DataFrame([row])
    assert rule.states(frame).tolist() == ["fault"]
    assert rule.points(frame, 2).isna().all()


def test_revenue_above_plan_stops_at_the_maximum_where_the_rule_allows_it() -> None:
    assert points(Proportional(may_exceed=True), 1.5, (120, 100)) == [1.5]


@pytest.mark.parametrize(
    ("kind", "parameters", "what"),
    [
        ("to_target", "", "needs target"),
        ("to_target", "target=0", "above 0"),
        ("to_target", "target=abc", "must be a number"),
        ("to_target", "target=0.8; target=0.9", "twice"),
        ("proportional", "target=0.8", "no parameter"),
        ("steps", "steps=0.8:1/0.5:2", "thresholds"),
        ("steps", "steps=0.5:2/0.8:1", "points"),
        ("linear_with_floor", "floor=0.9; target=0.8", "floor"),
        ("linear_with_floor", "floor=0.8; target=0.8", "below target"),
        ("linear_with_floor", "floor=0.5; at_floor=1.5", "at_floor must be a part"),
        ("linear_with_floor", "floor=0.5; at_floor=-0.5", "at_floor must be a part"),
        ("survey_scale", "low=5; high=1; reads=value", "low"),
        ("checklist", "items=1/0", "above 0"),
        ("binary", "no_evidence=perhaps", "no_evidence"),
        ("proportonal", "", "Did you mean proportional"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_name(kind: str, parameters: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        make_rule(kind, parameters)


def test_steps_above_the_maximum_are_refused() -> None:
    with pytest.raises(UsageError, match="3 points of 2"):
        points(Steps(steps=((0.5, 3.0),)), 2, (1, 1))


def test_a_vietnamese_decimal_comma_and_a_percent_sign_are_numbers() -> None:
    assert make_rule("steps", "steps=50%:0,5/0,8:1") == Steps(steps=((0.5, 0.5), (0.8, 1.0)))


def test_points_on_a_line_from_a_floor_ask_for_the_floor_at_least() -> None:
    wanted = pd.Series([0.0, 0.5, 1.0, 2.0, NAN])
    line = LinearWithFloor(floor=0.5, target=0.9)
    np.testing.assert_allclose(line.inverse(wanted, 2), [0, 0.6, 0.7, 0.9, NAN])
    paid_from_the_floor = LinearWithFloor(floor=0.7, at_floor=0.7)
    np.testing.assert_allclose(paid_from_the_floor.inverse(wanted, 2), [0, 0.7, 0.7, 1, NAN])
    all_or_nothing = LinearWithFloor(floor=0.7, at_floor=1.0)
    np.testing.assert_allclose(all_or_nothing.inverse(wanted, 2), [0, 0.7, 0.7, 0.7, NAN])


def test_points_of_a_checklist_ask_for_its_most_valuable_items() -> None:
    rule = Checklist(items=(0.25, 0.5, 0.25))
    asked = rule.inverse(pd.Series([0.0, 0.3, 0.75, 1.0]), 1)
    assert asked.tolist() == ["0", "2", "1;2", "1;2;3"]
    assert pd.isna(rule.inverse(pd.Series([NAN]), 1)[0])
    assert pd.isna(rule.inverse(pd.Series([1.25]), 1)[0]), "more than all items together"


def test_a_column_and_a_parameter_do_not_both_say_the_target() -> None:
    with pytest.raises(UsageError, match="target stands both in its own column and among the parameters"):
        make_rule("to_target", "target=80%", target=0.9)
    with pytest.raises(UsageError, match="the rule binary has no target"):
        make_rule("binary", target=0.8)


def test_sums_and_monitoring_are_not_rules_for_points() -> None:
    assert rule_of({"rule": "sum"}) is None
    assert rule_of({"rule": "monitoring"}) is None
    assert rule_of({"rule": NAN, "target": NAN}) is None


def test_eight_more_dossiers_reach_the_target() -> None:
    needed = cases_needed(
        ToTarget(target=0.8), evidence((24, 40), (40, 40), (NAN, 40)), pd.Series([2.0] * 3), 2
    )
    np.testing.assert_equal(needed.tolist(), [8, 0, NAN])


@pytest.mark.parametrize(
    "rule",
    [
        Checklist(items=(0.5, 0.5, 1.0)),
        Binary(),
        SurveyScale(low=1, high=5, reads="value"),
        Steps(steps=((1, 1), (2, 2)), reads="value"),
    ],
)
def test_no_cases_are_told_where_points_do_not_follow_from_a_share(rule: Rule) -> None:
    counted = evidence((1, 3)).assign(items="1")
    assert rule.states(counted).item() == "scored"
    assert cases_needed(rule, counted, pd.Series([2.0]), 2).isna().all()


# Any rule -------------------------------------------------------------------------------------------------------

outcomes = st.sampled_from(["full", "zero", "missing"])
part = st.floats(0.01, 0.99)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    common = {"zero_denominator": draw(outcomes), "no_evidence": draw(outcomes)}
    kind = draw(st.sampled_from(sorted(KINDS)))
    low, high = sorted(draw(st.lists(part, min_size=2, max_size=2, unique_by=lambda x: round(x, 3))))
    thresholds = sorted(draw(st.lists(part, min_size=1, max_size=4, unique_by=lambda x: round(x, 3))))
    given = sorted(draw(st.lists(part, min_size=len(thresholds), max_size=len(thresholds), unique=True)))
    own = {
        "proportional": {"may_exceed": draw(st.booleans())},
        "to_target": {"target": high},
        "binary": {},
        "steps": {
            "steps": tuple(zip(thresholds, given, strict=True)),
            "reads": draw(st.sampled_from(["share", "value"])),
        },
        "linear_with_floor": {
            "floor": low,
            "target": high,
            "at_floor": draw(st.sampled_from([0.0, 0.3, 1.0])),
        },
        "checklist": {"items": tuple(given[:2] if sum(given[:2]) <= 1 else given[:1])},
        "survey_scale": draw(st.sampled_from([{}, {"low": 1.0, "high": 5.0, "reads": "value"}])),
    }[kind]
    return KINDS[kind](**common, **own)  # type: ignore[arg-type]


def evidence_of(rule: Rule, least: object) -> pd.DataFrame:
    """Evidence that amounts to what ``inverse`` returned."""
    if isinstance(rule, Checklist):
        return pd.DataFrame({"items": [least]})
    return pd.DataFrame({"numerator": [least], "denominator": [1.0]}, dtype="float64")


@given(rules(), st.floats(0, 1), st.floats(1, 20))
def test_what_the_inverse_asks_for_earns_the_points(rule: Rule, wanted: float, max_score: float) -> None:
    goal = pd.Series([wanted * (1 if isinstance(rule, Steps | Checklist) else max_score)])
    least = rule.inverse(goal, max_score)
    if least.isna().item():
        assert isinstance(rule, Steps | Checklist)  # their best may lie below the maximum
        best = max(p for _, p in rule.steps) if isinstance(rule, Steps) else sum(rule.items)
        assert goal.item() > best
        return
    frame = evidence_of(rule, least.item())
    earned = rule.points(frame, max_score).item()
    assert goal.item() - 1e-6 <= earned <= max_score + 1e-9


@given(rules(), st.floats(0.001, 1), st.floats(1, 20))
def test_less_evidence_than_the_inverse_asks_for_is_not_enough(
    rule: Rule, wanted: float, max_score: float
) -> None:
    goal = pd.Series([wanted * (1 if isinstance(rule, Steps) else max_score)])
    least = rule.inverse(goal, max_score)
    if isinstance(rule, Checklist | Binary) or least.isna().item() or least.item() < 1e-4:
        return
    if isinstance(rule, SurveyScale) and least.item() < rule.low + 1e-3:
        return
    less = evidence_of(rule, least.item() - 1e-4)
    assert rule.points(less, max_score).item() < goal.item()


@given(rules(), st.floats(1, 20), st.lists(st.tuples(st.integers(-1, 12), st.integers(-1, 12)), min_size=1))
def test_points_stay_within_the_maximum_whatever_the_evidence(
    rule: Rule, max_score: float, rows: list[tuple[int, int]]
) -> None:
    frame = evidence(*rows).assign(items=[str(n) for n, _ in rows])
    earned, states = rule.points(frame, max_score), rule.states(frame)
    assert earned.dropna().between(0, max_score + 1e-9).all()
    assert earned[states == "fault"].isna().all()
    assert earned[states == "scored"].notna().all()


@given(rules(), st.floats(1, 20), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1))
def test_a_frame_is_scored_as_its_rows_one_by_one(
    rule: Rule, max_score: float, rows: list[tuple[int, int]]
) -> None:
    frame = evidence(*rows).assign(items=[str(n) for n, _ in rows])
    alone = [rule.points(frame.iloc[[place]], max_score).item() for place in range(len(frame))]
    np.testing.assert_equal(rule.points(frame, max_score).tolist(), alone)


@given(rules())
def test_a_rule_written_as_text_reads_back_as_itself(rule: Rule) -> None:
    assert make_rule(rule.kind, rule.parameters, zero_denominator=rule.zero_denominator) == rule


@given(st.integers(1, 500), st.integers(0, 500), st.floats(0, 1), st.sampled_from([1.0, 0.8, 0.9]))
def test_one_case_less_than_needed_is_not_enough(due: int, done: int, wanted: float, target: float) -> None:
    rule, max_score = ToTarget(target=target), 6.0
    row = evidence((min(done, due), due))
    goal = pd.Series([wanted * max_score])
    more = cases_needed(rule, row, goal, max_score).item()
    reached = rule.points(row.assign(numerator=row["numerator"] + more), max_score).item()
    assert reached >= goal.item() - 1e-9
    if more > 0:
        short = rule.points(row.assign(numerator=row["numerator"] + more - 1), max_score).item()
        assert short < goal.item()
