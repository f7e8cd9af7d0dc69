"""The improvement plan followed up: what is done, due, late or at risk, and the score and rank that follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

from parlib.answers._field import EXACT, Field, rank_among
from parlib.answers.plan import Plan, Target, survey_leaves, threshold_of
from parlib.frameworks import Framework

COLUMNS = (
    "indicator",
    "points",
    "cause",
    "measure",
    "department",
    "deadline",
    "status",
    "done",
    "evidence",
)
"""Columns of a working plan, one row per measure."""
CAUSES = ("not_started", "behind_schedule", "low_result", "survey")
"""Why points were lost, as offices sort it."""
STATUSES = ("not_started", "in_progress", "done", "dropped")
STATES = ("done", "on_course", "due", "at_risk", "late", "dropped")
REASONS = ("no_evidence", "no_deadline", "behind")
"""Why a measure is at risk."""

DUE_WITHIN = 30
"""Days before its deadline at which a measure counts as due."""
_BEHIND = 25.0  # per cent of the work that may be missing against the share of the time gone by
_SECURED, _EXPECTED, _LOST = ("done",), ("on_course", "due", "at_risk"), ("late", "dropped")


@dataclass(frozen=True)
class Progress:
    """Where a plan stands on one day.

    Attributes
    ----------
    edition, province, as_of, target
        The edition that the plan starts from, whose plan, the day, and the target if there is one.
    rows
        The plan with ``state`` (one of :data:`STATES`) and ``reason`` (one of :data:`REASONS`, where at risk).
    states, departments
        Columns ``state, measures, points``; and ``department, measures, points, secured, expected, lost``.
    secured, expected, lost
        Points of measures that are done with evidence; that are still open in time; that are late or dropped. A late
        measure counts again once it has a new deadline.
    score, rank, of
        Where the province stands in the edition.
    score_low, score_high, rank_low, rank_high
        With the secured points only, and with the expected ones too, while all others stand still. ``rank_low`` is the
        place that goes with ``score_low``.
    target_low, target_high
        Whether the target is reached at either end; ``None`` without a target.
    """

    edition: dict[str, Any]
    province: str
    as_of: dt.date
    target: Target | None
    rows: pd.DataFrame
    states: pd.DataFrame
    departments: pd.DataFrame
    secured: float
    expected: float
    lost: float
    score: float
    rank: int
    of: int
    score_low: float
    score_high: float
    rank_low: int
    rank_high: int
    target_low: bool | None
    target_high: bool | None


def draft(plan: Plan, framework: Framework) -> pd.DataFrame:
    """A working plan to be filled in: one row per leaf of a plan, with the points to gain.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. The cause is filled in only where the leaf is assessed by survey; measures, departments
        and deadlines are the office's.
    """
    surveyed = set(survey_leaves(framework))
    leaves = plan.leaves["indicator"]
    rows = pd.DataFrame({"indicator": leaves, "points": plan.leaves["gain"]})
    rows["cause"] = ["survey" if leaf in surveyed else "" for leaf in leaves]
    rows[["measure", "department"]] = ""
    rows["deadline"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    rows["status"] = "not_started"
    rows["done"] = 0.0
    rows["evidence"] = ""
    return rows[list(COLUMNS)]


def room(scored: pd.DataFrame, framework: Framework, province: str) -> pd.Series:
    """Points that each leaf of a plan can still gain: maximum minus score (missing where either is not known)."""
    field = Field(scored, framework)
    scores = field.scores.loc[field.require_province(province), field.leaves]
    return (framework.table.loc[field.leaves, "max_score"] - scores).rename("room")


def progress(
    rows: pd.DataFrame,
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    *,
    as_of: dt.date,
    started: dt.date | None = None,
    target: Target | None = None,
    due_within: int = DUE_WITHIN,
) -> Progress:
    """Say what of a plan is done, due, late and at risk on a day, and what score and rank follow.

    A measure is ``done`` when its status says so and evidence is named; ``dropped`` when its status says so; ``late``
    when its deadline has passed; ``at_risk`` when it is called done without evidence, has no deadline, or lies more
    than a quarter of its work behind the share of its time gone by; ``due`` within ``due_within`` days of its deadline;
    otherwise ``on_course``.

    Parameters
    ----------
    rows
        Columns :data:`COLUMNS`: points (0 or more), ``deadline`` as dates, ``done`` in per cent (0-100).
    scored, framework
        The edition that the plan starts from, and its tree.
    province
        Slug.
    as_of
        The day.
    started
        When the plan was made; without it no measure can be behind its time.
    target
        What the plan is to reach.
    due_within
        Days.

    Raises
    ------
    UsageError
        When the edition has no such province or is known in part only.
    ValueError
        For a status that is none of :data:`STATUSES`.
    """
    field = Field(scored, framework)
    score, others = field.standing(province)
    judged = _judged(rows, as_of, started, due_within)
    points = judged["points"]

    def worth(states: tuple[str, ...]) -> pd.Series:
        return points.where(judged["state"].isin(states), 0.0)

    parts = pd.DataFrame({"secured": worth(_SECURED), "expected": worth(_EXPECTED), "lost": worth(_LOST)})
    secured, expected, lost = (float(parts[name].sum()) for name in ("secured", "expected", "lost"))
    by_state = points.groupby(judged["state"]).agg(["size", "sum"]).reindex(list(STATES), fill_value=0)
    states = by_state.set_axis(["measures", "points"], axis=1).rename_axis("state").reset_index()
    departments = (
        parts.assign(measures=1, points=points)
        .groupby(judged["department"], sort=True)[["measures", "points", "secured", "expected", "lost"]]
        .sum()
        .reset_index()
    )
    low, high = score + secured, score + secured + expected
    reached: list[bool | None] = [None, None]
    if target is not None:
        _, wanted = threshold_of(target, others)
        reached = [wanted is None or end >= wanted - EXACT for end in (low, high)]
    return Progress(
        edition=field.edition,
        province=province,
        as_of=as_of,
        target=target,
        rows=judged,
        states=states,
        departments=departments,
        secured=secured,
        expected=expected,
        lost=lost,
        score=score,
        rank=rank_among(score, others),
        of=len(others) + 1,
        score_low=low,
        score_high=high,
        rank_low=rank_among(low, others),
        rank_high=rank_among(high, others),
        target_low=reached[0],
        target_high=reached[1],
    )


def _judged(rows: pd.DataFrame, as_of: dt.date, started: dt.date | None, due_within: int) -> pd.DataFrame:
    unknown = set(rows["status"]) - set(STATUSES)
    if unknown:
        raise ValueError(f"no status {', '.join(sorted(map(str, unknown)))}; there are {', '.join(STATUSES)}")
    today, deadline = pd.Timestamp(as_of), pd.to_datetime(rows["deadline"])
    named = rows["evidence"].fillna("").str.strip() != ""
    behind = pd.Series(False, index=rows.index)
    if started is not None:
        start = pd.Timestamp(started)
        gone = (today - start) / (deadline - start).where(deadline > start)
        behind = rows["done"] < 100 * gone - _BEHIND
    status = rows["status"]
    cases = [
        (status == "dropped", "dropped", ""),
        ((status == "done") & named, "done", ""),
        (status == "done", "at_risk", "no_evidence"),
        (deadline.isna(), "at_risk", "no_deadline"),
        (deadline < today, "late", ""),
        (behind, "at_risk", "behind"),
        (deadline <= today + pd.Timedelta(days=due_within), "due", ""),
    ]
    state = pd.Series("on_course", index=rows.index, dtype="str")
    reason = pd.Series("", index=rows.index, dtype="str")
    for holds, named_state, named_reason in reversed(cases):
        state, reason = state.mask(holds, named_state), reason.mask(holds, named_reason)
    return rows.assign(state=state, reason=reason)
