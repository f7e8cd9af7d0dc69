"""Sentences on the answers: the points lost, the way to a target, the moves, the neighbours, a plan's progress.

Each function takes a result of :mod:`parlib.answers` and names, and returns finished sentences with the figures they
print. None says anything of a figure that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from parlib.answers.ladder import Ladder
from parlib.answers.moves import Moves
from parlib.answers.plan import Plan, PlanResult, Target
from parlib.answers.progress import CAUSES, COLUMNS, STATUSES, Progress
from parlib.frameworks import ROOT
from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Sentence, joined
from parlib.wording.terms import group_name

Names = Mapping[str, str]
_WORST = 3


def lost_points(lang: Language, province: str, rows: pd.DataFrame) -> list[Sentence]:
    """How many points were lost, where most of them, and what others show to be attainable.

    Parameters
    ----------
    province
        Name as printed.
    rows
        The result of :func:`parlib.answers.ledger.ledger`.
    """
    by_code = rows.set_index("indicator", drop=False)
    if ROOT not in by_code.index or is_missing(by_code.at[ROOT, "lost"]):
        return []
    total = by_code.loc[ROOT]
    text = lang.t(
        "{province} lost {lost} of {max} points.",
        province=province,
        lost=lang.number(total["lost"]),
        max=lang.maximum(total["max_score"]),
    )
    sentences = [Sentence(text, {"TOTAL.lost": total["lost"], "TOTAL.max_score": total["max_score"]})]
    leaves = rows[rows["leaf"] & rows["lost"].notna()]
    worst = leaves.nlargest(_WORST, "lost").to_dict("records")
    if worst and not is_missing(worst[0]["share"]):
        names = [f"{_coded(lang, row)} ({lang.number(row['lost'])})" for row in worst]
        share = 100 * sum(row["share"] for row in worst)
        text = lang.t(
            "Most were lost in {names}: {share} of the loss.",
            names=lang.list(names),
            share=lang.percent(share),
        )
        figures = {f"{row['indicator']}.lost": row["lost"] for row in worst}
        sentences.append(Sentence(text, figures | {"worst.share": share}))
    room = (leaves["attainable_max"] - leaves["score"]).sum(min_count=len(leaves))
    if len(leaves) and not is_missing(room):
        text = lang.t(
            "With the best score that any province reached in each of the {n} indicators, it would have {points} "
            "points more.",
            n=len(leaves),
            points=lang.number(room),
        )
        sentences.append(Sentence(text, {"attainable_gain": room}))
    return sentences


def target_name(lang: Language, target: Target) -> str:
    """A target in words: ``rank 15 or better``."""
    if target.kind == "rank":
        return lang.t("rank {rank} or better", rank=int(target.value))
    if target.kind == "group":
        return lang.t("the {group} group", group=group_name(lang, str(target.value)))
    return lang.t("{score} points", score=lang.number(float(target.value)))


def plan_name(lang: Language, name: str) -> str:
    """The name of one of the three plans."""
    return {
        "fewest": lang.t("Fewest indicators"),
        "proven": lang.t("Proven by peers"),
        "least_effort": lang.t("Least effort"),
    }[name]


def the_gap(lang: Language, province: str, result: PlanResult) -> list[Sentence]:
    """The threshold of a target, the points missing, and the best that can be reached where it cannot.

    Parameters
    ----------
    province
        Name as printed.
    """
    target = target_name(lang, result.target)
    figures: dict[str, Any] = {"score": result.score, "gap": result.gap}
    if result.reached:
        text = lang.t("{province} has reached {target}.", province=province, target=target)
        sentences = [Sentence(text, figures)]
        if result.probability_now is not None:
            text = lang.t(
                "If nothing changes here and the others move as in past years, it keeps the target with a "
                "probability of {percent}.",
                percent=lang.percent(100 * result.probability_now, 0),
            )
            sentences.append(Sentence(text, {"probability_now": result.probability_now}))
        return sentences
    text = lang.t(
        "To reach {target}, {province} needs {threshold} points: {gap} more than its {score}.",
        target=target,
        province=province,
        threshold=lang.number(result.threshold),
        gap=lang.number(result.gap),
        score=lang.number(result.score),
    )
    sentences = [Sentence(text, figures | {"threshold": result.threshold})]
    if not result.feasible:
        best = {
            "score": lang.number(result.best_reachable_score),
            "rank": lang.rank(result.best_reachable_rank, result.of),
        }
        text = (
            lang.t(
                "The target is out of reach without the indicators left out: with the best score of any province in "
                "all others it would have {score} points, rank {rank}.",
                **best,
            )
            if result.excluded
            else lang.t(
                "The target is out of reach: with the best score of any province in every indicator it would have "
                "{score} points, rank {rank}.",
                **best,
            )
        )
        sentences.append(Sentence(text, {"best_reachable_rank": result.best_reachable_rank}))
    return sentences


def one_plan(lang: Language, result: PlanResult, plan: Plan, names: Names) -> list[Sentence]:
    """What one plan moves, the place it leads to, its evidence, and how likely it is to be enough.

    Parameters
    ----------
    names
        Names of the indicators.
    """
    title = plan_name(lang, plan.name)
    if not plan.feasible:
        text = lang.t(
            "{plan}: not enough; at most {score} points, rank {rank}.",
            plan=title,
            score=lang.number(plan.best_reachable_score),
            rank=lang.rank(plan.best_reachable_rank, result.of),
        )
        return [Sentence(text, {f"{plan.name}.best_reachable_rank": plan.best_reachable_rank})]
    steps = plan.leaves.to_dict("records")
    moved = [f"{_named(names, step['indicator'])} ({lang.signed(step['gain'])})" for step in steps]
    text = lang.t(
        "{plan}: {steps}; then {score} points, rank {rank} if the others stand still.",
        plan=title,
        steps=", ".join(moved),
        score=lang.number(plan.score_after),
        rank=lang.rank(plan.rank_after, result.of),
    )
    figures = {f"{plan.name}.{step['indicator']}.gain": step["gain"] for step in steps}
    figures |= {f"{plan.name}.score_after": plan.score_after, f"{plan.name}.rank_after": plan.rank_after}
    sentences = [Sentence(text, figures)]
    if plan.probability is not None:
        text = lang.t(
            "If the others move as in past years, the probability that this is enough is {percent}.",
            percent=lang.percent(100 * plan.probability, 0),
        )
        sentences.append(Sentence(text, {f"{plan.name}.probability": plan.probability}))
    return sentences


def all_plans(lang: Language, result: PlanResult, names: Names) -> list[Sentence]:
    """The plans as a list to compare: those that move the same are told once, and so is an outcome common to all.

    Parameters
    ----------
    names
        Names of the indicators.
    """
    distinct = plans_alike(result)
    outcomes = {_outcome(lang, result, same[0]).text for same in distinct}
    sentences = []
    for same in distinct:
        plan = same[0]
        steps = plan.leaves.to_dict("records")
        text = lang.t(
            "{plan}: {steps}.",
            plan=plan_names(lang, same),
            steps=", ".join(f"{_named(names, s['indicator'])} ({lang.signed(s['gain'])})" for s in steps),
        )
        moved = Sentence(text, {f"{plan.name}.{step['indicator']}.gain": step["gain"] for step in steps})
        sentences.append(moved if len(outcomes) == 1 else joined([moved, _outcome(lang, result, plan)]))
    sentences += [
        sentence
        for plan in result.plans
        if not plan.feasible
        for sentence in one_plan(lang, result, plan, names)
    ]
    if len(outcomes) == 1:
        sentences.append(_outcome(lang, result, distinct[0][0]))
    return sentences


def plans_alike(result: PlanResult) -> list[list[Plan]]:
    """The plans that reach the target, those together that move the same indicators by the same."""
    alike: dict[tuple[tuple[str, float], ...], list[Plan]] = {}
    for plan in result.plans:
        if plan.feasible:
            steps = zip(plan.leaves["indicator"], plan.leaves["gain"].round(6), strict=True)
            alike.setdefault(tuple(steps), []).append(plan)
    return list(alike.values())


def plan_names(lang: Language, plans: Sequence[Plan]) -> str:
    """The names of plans that are one and the same: ``Fewest indicators and least effort``."""
    first, *others = [plan_name(lang, plan.name) for plan in plans]
    return lang.list([first, *(name[0].lower() + name[1:] for name in others)])


def _outcome(lang: Language, result: PlanResult, plan: Plan) -> Sentence:
    reached = {"score": lang.number(plan.score_after), "rank": lang.rank(plan.rank_after, result.of)}
    figures = {f"{plan.name}.score_after": plan.score_after, f"{plan.name}.rank_after": plan.rank_after}
    if plan.probability is None:
        text = lang.t("Result: {score} points, rank {rank} if the others stand still.", **reached)
        return Sentence(text, figures)
    text = lang.t(
        "Result: {score} points, rank {rank} if the others stand still; if they move as in past years, the "
        "probability that this is enough is {percent}.",
        percent=lang.percent(100 * plan.probability, 0),
        **reached,
    )
    return Sentence(text, figures | {f"{plan.name}.probability": plan.probability})


def evidence(lang: Language, plan: Plan, names: Names, cases: Names) -> list[Sentence]:
    """What a plan asks for in evidence, where a rule ties points to cases.

    Parameters
    ----------
    names
        Names of the indicators.
    cases
        What the numerator of each indicator counts.
    """
    sentences = []
    for step in plan.leaves.to_dict("records"):
        if is_missing(step["cases"]) or step["cases"] <= 0:
            continue
        leaf = step["indicator"]
        counted = {
            "name": _named(names, leaf),
            "now": lang.integer(step["numerator"]),
            "due": lang.integer(step["denominator"]),
        }
        more = int(step["cases"])
        if cases.get(leaf):
            text = lang.n(
                "{name}: {n} more of “{cases}” (now {now} of {due}).",
                "{name}: {n} more of “{cases}” (now {now} of {due}).",
                more,
                cases=cases[leaf],
                **counted,
            )
        else:
            text = lang.n(
                "{name}: {n} more case (now {now} of {due}).",
                "{name}: {n} more cases (now {now} of {due}).",
                more,
                **counted,
            )
        if step["rule_status"] != "confirmed":
            text = lang.t("{sentence} The rule is not confirmed.", sentence=text)
        sentences.append(Sentence(text, {f"{plan.name}.{leaf}.cases": more}))
    return sentences


def how_sure(lang: Language, result: PlanResult) -> list[Sentence]:
    """How the probabilities and the effort were come by."""
    sentences = []
    if result.outlook is not None:
        editions = lang.list([_when(lang, edition) for edition in result.outlook["editions"]])
        text = lang.t(
            "Probability: {draws} draws (seed {seed}), each with the movement of the whole field from one of "
            "these years and the year before: {editions}; a province moves as one near its place moved. "
            "The plan is taken as carried out in full.",
            draws=lang.integer(result.outlook["draws"]),
            seed=result.outlook["seed"],
            editions=editions,
        )
        sentences.append(Sentence(text, {"draws": result.outlook["draws"], "seed": result.outlook["seed"]}))
    elif result.target_rank is not None:
        sentences.append(
            Sentence(
                lang.t("No probability is given: too few comparable movements of the field are on record.")
            )
        )
    effort = {
        "yearly_movement": lang.t("Effort: gain in units of the usual yearly movement of the indicator."),
        "spread": lang.t("Effort: gain in units of the standard deviation between provinces."),
        "cost": lang.t("Effort: gain times the cost per point that was given."),
    }[result.effort_unit]
    sentences.append(Sentence(effort))
    return sentences


def moved(lang: Language, province: str, result: Moves) -> list[Sentence]:
    """The change of rank and its three parts, and which dimension of its own moved it most.

    Parameters
    ----------
    province
        Name as printed.
    """
    split = result.total
    places = split.rank_from - split.rank_to
    change = (
        lang.n("{n} place up", "{n} places up", places)
        if places > 0
        else lang.n("{n} place down", "{n} places down", -places)
        if places < 0
        else lang.t("no change of place")
    )
    text = lang.t(
        "{province} went from rank {before} ({start}) to {after} ({end}): {change}.",
        province=province,
        before=lang.rank(split.rank_from, split.of_from),
        start=edition_name(lang, result.before),
        after=lang.rank(split.rank_to, split.of_to),
        end=edition_name(lang, result.after),
        change=change,
    )
    sentences = [Sentence(text, {"rank_from": split.rank_from, "rank_to": split.rank_to})]
    text = lang.t(
        "Of this, in places gained: its own scores {own}, the others' scores {field}, the change of the framework "
        "{framework}.",
        own=lang.signed(split.own, 1),
        field=lang.signed(split.field, 1),
        framework=lang.signed(split.framework, 1),
    )
    figures = {"own": split.own, "field": split.field, "framework": split.framework}
    sentences.append(Sentence(text, figures))
    if split.changed:
        text = lang.t(
            "Not comparable between the two and counted as framework: {codes}.",
            codes=", ".join(split.changed),
        )
        sentences.append(Sentence(text))
    return sentences


def edition_name(lang: Language, edition: Mapping[str, Any]) -> str:
    """An edition by its day, or its year."""
    return lang.date(edition["date"]) if edition["date"] else str(edition["year"])


def neighbours(lang: Language, province: str, result: Ladder, names: Names) -> list[Sentence]:
    """Who stands next above and below, and what small gains would be worth.

    Parameters
    ----------
    province
        Name as printed.
    names
        Names of the provinces.
    """
    sentences = []
    for place, row in (("above", -1), ("below", 0)):
        near = result.rows[result.rows["place"] == place]
        if near.empty:
            continue
        other = near.iloc[row]
        named = {
            "other": _named(names, other["province"]),
            "rank": int(other["rank"]),
            "points": lang.number(abs(other["difference"]), 3),
        }
        text = (
            lang.t("Next above is {other} (rank {rank}), {points} points ahead.", **named)
            if place == "above"
            else lang.t("Next below is {other} (rank {rank}), {points} points behind.", **named)
        )
        sentences.append(Sentence(text, {f"{place}.difference": other["difference"]}))
    worth = [
        lang.t(
            "{points} points: rank {rank}",
            points=lang.signed(row["points"], 1),
            rank=lang.rank(row["rank"], result.of),
        )
        for row in result.steps.to_dict("records")
    ]
    if worth:
        text = lang.t(
            "For {province}, while the others stand still: {worth}.",
            province=province,
            worth="; ".join(worth),
        )
        figures = {f"rank_at_{row['points']:+g}": row["rank"] for row in result.steps.to_dict("records")}
        figures |= {f"step_{row['points']:+g}": row["points"] for row in result.steps.to_dict("records")}
        sentences.append(Sentence(text, figures))
    return sentences


def state_name(lang: Language, state: str) -> str:
    """The state of a measure in words."""
    return {
        "done": lang.t("done"),
        "on_course": lang.t("on course"),
        "due": lang.t("due soon"),
        "at_risk": lang.t("at risk"),
        "late": lang.t("late"),
        "dropped": lang.t("dropped"),
    }[state]


def reason_name(lang: Language, reason: str) -> str:
    """Why a measure is at risk; empty where it is not."""
    return {
        "": "",
        "no_evidence": lang.t("no evidence named"),
        "no_deadline": lang.t("no deadline"),
        "behind": lang.t("behind its time"),
    }[reason]


def progressed(lang: Language, result: Progress) -> list[Sentence]:
    """How a plan stands: measures by state, points, and the range of score and rank that follows."""
    counted = [row for row in result.states.to_dict("records") if row["measures"]]
    parts = [
        lang.n(
            "{n} {state} ({points} points)",
            "{n} {state} ({points} points)",
            row["measures"],
            state=state_name(lang, row["state"]),
            points=lang.number(row["points"]),
        )
        for row in counted
    ]
    text = lang.n(
        "On {day}, of {n} measure: {parts}.",
        "On {day}, of {n} measures: {parts}.",
        len(result.rows),
        day=lang.date(result.as_of),
        parts=", ".join(parts),
    )
    sentences = [Sentence(text, {f"{row['state']}.measures": row["measures"] for row in counted})]
    text = lang.t(
        "Points secured {secured}, expected {expected}, lost unless there is a new deadline {lost}.",
        secured=lang.number(result.secured),
        expected=lang.number(result.expected),
        lost=lang.number(result.lost),
    )
    sentences.append(
        Sentence(text, {"secured": result.secured, "expected": result.expected, "lost": result.lost})
    )
    text = lang.t(
        "While the others stand still, this leads to {low} to {high} points, rank {worst} to {best} "
        "(now {score}, {rank}).",
        low=lang.number(result.score_low),
        high=lang.number(result.score_high),
        worst=lang.rank(result.rank_low, result.of),
        best=lang.rank(result.rank_high, result.of),
        score=lang.number(result.score),
        rank=lang.rank(result.rank, result.of),
    )
    figures = {name: getattr(result, name) for name in ("score_low", "score_high", "rank_low", "rank_high")}
    sentences.append(Sentence(text, figures))
    if result.target is not None:
        target = target_name(lang, result.target)
        text = (
            lang.t("The points secured already reach the target: {target}.", target=target)
            if result.target_low
            else lang.t("The target, {target}, is reached only if all open measures succeed.", target=target)
            if result.target_high
            else lang.t(
                "The target, {target}, is not reached even if all open measures succeed.", target=target
            )
        )
        sentences.append(Sentence(text))
    return sentences


def plan_headings(lang: Language) -> dict[str, str]:
    """Headings of a plan workbook, by column."""
    words = {
        "indicator": lang.t("Code"),
        "name": lang.t("Indicator"),
        "points": lang.t("Points to gain"),
        "cause": lang.t("Cause of the loss"),
        "measure": lang.t("Measure"),
        "department": lang.t("Department in charge"),
        "deadline": lang.t("Deadline"),
        "status": lang.t("Status"),
        "done": lang.t("% done"),
        "evidence": lang.t("Evidence"),
    }
    assert set(COLUMNS) | {"name"} == set(words)  # noqa: S101 - the two lists are one contract
    return words


def plan_choices(lang: Language) -> dict[str, dict[str, str]]:
    """Words of the choices of a plan workbook, by column and key."""
    causes = {
        "not_started": lang.t("Not carried out"),
        "behind_schedule": lang.t("Carried out, but not on schedule"),
        "low_result": lang.t("Low result"),
        "survey": lang.t("Sociological survey"),
    }
    statuses = {
        "not_started": lang.t("Not started"),
        "in_progress": lang.t("In progress"),
        "done": lang.t("Completed"),
        "dropped": lang.t("Given up"),
    }
    return {"cause": {key: causes[key] for key in CAUSES}, "status": {key: statuses[key] for key in STATUSES}}


def plan_examples(lang: Language) -> list[str]:
    """Measures that Huế's conference of 2018 on PAR INDEX and PAPI named, as examples."""
    return [
        lang.t("Transactions online"),
        lang.t("One-stop shop at commune level"),
        lang.t("Procedures linked across the three levels"),
        lang.t("Review of administrative procedures"),
        lang.t("Strengthening the staff"),
        lang.t("Software"),
    ]


def _when(lang: Language, edition: str) -> str:
    """An edition that is told apart by its year, or its ISO day."""
    return edition if edition.isdigit() else lang.date(edition)


def _coded(lang: Language, row: Mapping[str, Any]) -> str:
    return f"{row['indicator']} {lang.name(row)}"


def _named(names: Names, key: str) -> str:
    return names.get(key, key)
