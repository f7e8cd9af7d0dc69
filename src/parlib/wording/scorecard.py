"""Sentences of a scorecard: where the points of a row come from, and what keeps a sum from being known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parlib.rules import Checklist, LinearWithFloor, Rule, Steps, SurveyScale, ToTarget, rule_of
from parlib.scorecards import Gap
from parlib.wording.language import Language, is_missing


def assessment_name(lang: Language, assessed_by: object) -> str:
    """Name of a way of assessment; a dash where none is stated."""
    names = {
        "appraisal": lang.t("appraisal"),
        "survey": lang.t("sociological survey"),
        "statistics": lang.t("statistics"),
    }
    return names.get(str(assessed_by), "–")


def rule_name(lang: Language, rule: Rule) -> str:
    """A rule in words, with its parameters."""
    if isinstance(rule, ToTarget):
        return lang.t("up to a target of {target}", target=lang.percent(100 * rule.target))
    if isinstance(rule, LinearWithFloor):
        low, high = lang.percent(100 * rule.floor), lang.percent(100 * rule.target)
        return lang.t("in a straight line from a floor of {floor} to {target}", floor=low, target=high)
    if isinstance(rule, Steps):
        limit = lang.number if rule.reads == "value" else (lambda share: lang.percent(100 * share))
        steps = [f"{limit(threshold)}: {lang.number(points)}" for threshold, points in rule.steps]
        return lang.t("steps ({steps})", steps="; ".join(steps))
    if isinstance(rule, Checklist):
        return lang.t("checklist of {n} items", n=len(rule.items))
    if isinstance(rule, SurveyScale) and rule.reads == "value":
        return lang.t(
            "survey scale from {low} to {high}", low=_count(lang, rule.low), high=_count(lang, rule.high)
        )
    return {
        "proportional": lang.t("in proportion"),
        "binary": lang.t("yes or no"),
        "survey_scale": lang.t("share in a survey"),
    }[rule.kind]


def origin(lang: Language, row: Mapping[str, Any]) -> str:
    """Which rule and which evidence, or which entry, gave a row its points.

    Parameters
    ----------
    row
        A row of :func:`parlib.scorecards.evaluate`.
    """
    source = row["points_from"]
    if source == "sum":
        return lang.t("sum of the rows below")
    if source == "not_applicable":
        return lang.t("does not apply: out of both points and maximum")
    if source == "rule":
        return _by_rule(lang, row)
    if row["nothing_due"]:
        return lang.t("nothing was due: no points, the maximum stays")
    entered = {
        "score": lang.t("points as entered"),
        "appraised": lang.t("appraised points as entered"),
        "self_assessed": lang.t("self-assessed points as entered"),
    }.get(source, lang.t("no points yet"))
    if not is_missing(row["rule"]):
        return lang.t(
            "{entered}; the rule “{rule}” lacks evidence", entered=entered, rule=rule_name(lang, row["rule"])
        )
    return entered


def _by_rule(lang: Language, row: Mapping[str, Any]) -> str:
    rule = rule_of(row)
    name = "" if rule is None else rule_name(lang, rule)
    evidence = {
        "zero_denominator": lang.t("nothing was due"),
        "no_evidence": lang.t("no evidence"),
    }.get(row["rule_state"], _evidence(lang, row))
    return lang.t(
        "{rule}: {evidence} gives {points} of {max}",
        rule=name,
        evidence=evidence,
        points=lang.number(row["points"]),
        max=lang.number(row["max_score"]),
    )


def _evidence(lang: Language, row: Mapping[str, Any]) -> str:
    if row["rule"] == "checklist":
        return (
            lang.t("items {items} met", items=row["items"]) if row["items"] != "0" else lang.t("no item met")
        )
    if row["rule"] == "binary":
        return lang.t("yes") if row["numerator"] == 1 else lang.t("no")
    if is_missing(row["denominator"]):
        return _count(lang, row["numerator"])
    share = lang.percent(100 * row["numerator"] / row["denominator"])
    return f"{_count(lang, row['numerator'])}/{_count(lang, row['denominator'])} = {share}"


def _count(lang: Language, figure: float) -> str:
    return lang.number(figure, 0 if float(figure).is_integer() else 2)


def gap_sentence(lang: Language, gap: Gap, row: Mapping[str, Any]) -> str:
    """What to fill in so that a sum becomes known.

    Parameters
    ----------
    row
        The row that the gap is in.
    """
    name = row["name_vi"] if is_missing(row["number"]) else f"{row['number']}. {row['name_vi']}"
    if gap.kind == "no_points":
        return lang.t("{name}: no points yet.", name=name)
    if gap.kind == "no_maximum":
        return lang.t("{name}: the maximum is not filled in.", name=name)
    return lang.t(
        "{name}: the rows below it add to {found} points of {expected}; the rest is still to be filled in.",
        name=name,
        found=lang.number(gap.found),
        expected=lang.number(gap.expected),
    )
