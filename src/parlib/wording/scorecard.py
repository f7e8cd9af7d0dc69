"""Sentences of a scorecard: where the points of a row come from, and what keeps a sum from being known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.rules import Checklist, LinearWithFloor, Rule, Steps, SurveyScale, ToTarget, rule_of
from parlib.scorecards import Gap
from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Sentence


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
    rule = rule_of(row)
    if rule is None:
        return entered
    if is_missing(row["rule_points"]):
        return lang.t(
            "{entered}; the rule “{rule}” lacks evidence", entered=entered, rule=rule_name(lang, rule)
        )
    return lang.t(
        "{entered}; the rule “{rule}” gives {points}",
        entered=entered,
        rule=rule_name(lang, rule),
        points=lang.number(row["rule_points"]),
    )


def _by_rule(lang: Language, row: Mapping[str, Any]) -> str:
    rule = rule_of(row)
    name = "" if rule is None else rule_name(lang, rule)
    return lang.t(
        "{rule}: {evidence} gives {points} of {max}",
        rule=name,
        evidence=_evidence(lang, row),
        points=lang.number(row["points"]),
        max=lang.number(row["max_score"]),
    )


def _evidence(lang: Language, row: Mapping[str, Any]) -> str:
    if row["rule_state"] == "zero_denominator":
        return lang.t("nothing was due")
    if row["rule_state"] == "no_evidence":
        return lang.t("no evidence")
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


def total(lang: Language, province: str, row: Mapping[str, Any]) -> list[Sentence]:
    """Points of a scorecard, and of how many they are.

    Parameters
    ----------
    province
        Name as printed.
    row
        The root of what :func:`parlib.scorecards.evaluate` gives.
    """
    if is_missing(row["points"]):
        return [
            Sentence(lang.t("The scorecard of {province} does not add up to a total yet.", province=province))
        ]
    named = {
        "province": province,
        "points": lang.number(row["points"]),
        "max": _count(lang, row["applicable_max"]),
        "lost": lang.number(row["lost"]),
    }
    text = (
        lang.t("The scorecard gives {province} {points} of {max} points; {lost} were lost.", **named)
        if row["applicable_max"] == row["max_score"]
        else lang.t(
            "The scorecard gives {province} {points} of {max} applicable points ({percent}); {lost} were lost.",
            percent=lang.percent(row["percent"], 2),
            **named,
        )
    )
    return [Sentence(text, {name: row[name] for name in ("points", "applicable_max", "percent", "lost")})]


def assessed(lang: Language, rows: pd.DataFrame) -> list[Sentence]:
    """Points by way of assessment.

    Parameters
    ----------
    rows
        What :func:`parlib.scorecards.by_assessment` gives.
    """
    sentences = []
    for row in rows.to_dict("records"):
        text = lang.t(
            "{way}: {points} of {max} points; {at_max} of {n} criteria at the maximum.",
            way=_capital(assessment_name(lang, row["assessed_by"])),
            points=lang.number(row["points"]),
            max=_count(lang, row["applicable_max"]),
            at_max=int(row["at_max"]),
            n=int(row["leaves"]),
        )
        names = ("points", "applicable_max", "at_max", "leaves")
        sentences.append(Sentence(text, {f"{row['assessed_by']}.{name}": row[name] for name in names}))
    return sentences


def enough_for(
    lang: Language,
    rank: int,
    threshold: float,
    gap: float,
    gains: pd.Series | None,
    room: float,
) -> list[Sentence]:
    """The fewest rows whose lost points are enough for a rank, whatever the scores that are not published.

    Parameters
    ----------
    rank, threshold
        The rank, and the most points that it can take.
    gap, room
        Points missing to it, and points lost in all.
    gains
        Points to gain by row; ``None`` where all of them are not enough.
    """
    figures = {"threshold": threshold, "gap": gap, "room": room}
    named = {"rank": rank, "threshold": lang.number(threshold), "gap": lang.number(gap)}
    if gains is None:
        text = lang.t(
            "Rank {rank} takes at most {threshold} points, {gap} more; all points lost together are {room}.",
            room=lang.number(room),
            **named,
        )
        return [Sentence(text, figures)]
    text = lang.n(
        "Rank {rank} takes at most {threshold} points, {gap} more; {n} criterion below would be enough.",
        "Rank {rank} takes at most {threshold} points, {gap} more; the {n} criteria below would be enough.",
        len(gains),
        **named,
    )
    return [Sentence(text, figures | {"criteria": len(gains)})]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
