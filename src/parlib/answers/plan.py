"""What reaches a target: the threshold, the gap, three plans over the leaves, and how likely each is to be enough.

The plans are exact optima. No gain goes beyond the maximum of a leaf or beyond its *attainable maximum*, the best score
that any province reached in that edition; nothing else binds the leaves together, so sorting them finds each optimum.

``fewest``
    The smallest number of leaves whose room closes the gap; among those the set with most room, each leaf taking the
    same part of its room.
``proven``
    The same with less room: only up to what at least half of the peers already have.
``least_effort``
    The least sum of gains measured in units of effort: the usual movement of the leaf from one edition to the next
    (mean of the absolute changes over all provinces and comparable editions so far), or the user's cost per point.

The rank after a plan assumes that all others stand still. How likely the plan is to be enough when they move is the
business of :class:`Outlook`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.answers._field import EXACT, Field, rank_among
from parlib.answers.shortfall import cases_to
from parlib.errors import UsageError, nearest
from parlib.frameworks import ROOT, Framework
from parlib.scoring import GROUPS, MissingRule

Floats = NDArray[np.float64]
EffortUnit = Literal["yearly_movement", "spread", "cost"]

DRAWS = 4000
SEED = 766
WINDOW = 3  # places on either side whose movement a province may take
LEAST_PAIRS = 3  # fewer past movements of the field say nothing about how it moves
MOST_UNKNOWN = 0.5  # of the leaves; beyond that, movements do not tell one leaf from another
LEAST_PEERS = 3  # "half of the peers" of two is one province
_QUANTILE = dict(zip(GROUPS, (0.75, 0.5, 0.25), strict=False))
_SHORT_GROUPS = {"high": "high_average", "low": "low_average"}
EVIDENCE = ["numerator", "denominator"]
_PARTIAL = "`parlib threshold` says what follows from the figures that are known."


@dataclass(frozen=True)
class Target:
    """What a plan is to reach.

    Attributes
    ----------
    kind, value
        ``rank`` and a place (that place or better), ``group`` and a group of :data:`parlib.scoring.GROUPS` (or a
        better one), ``score`` and points.

    Raises
    ------
    UsageError
        When there is no such group, or the number is none that can be reached.
    """

    kind: Literal["rank", "group", "score"]
    value: int | float | str

    def __post_init__(self) -> None:
        if self.kind == "group":
            group = _SHORT_GROUPS.get(str(self.value), str(self.value))
            if group not in _QUANTILE:
                raise UsageError(
                    f"no group {self.value!r} to enter.{nearest(group, list(_QUANTILE))} "
                    f"Write one of: {', '.join(_QUANTILE)}."
                )
            object.__setattr__(self, "value", group)
        elif isinstance(self.value, float) and not math.isfinite(self.value):
            raise UsageError(f"no {self.kind} of {self.value} to reach; write a number.")


@dataclass(frozen=True)
class Outlook:
    """The field as it may stand one edition later, if it moves as it did before.

    A bootstrap over whole past movements. Each draw takes one pair of consecutive comparable editions, and every
    province then moves, in per cent of its score, as a province moved that began the pair near the same place (within
    ``window`` places, drawn at random). So a good or bad year stays common to all, and those ahead fall back as those
    ahead did.

    Attributes
    ----------
    provinces, totals
        Slugs, and draws by provinces: simulated scores in points.
    editions
        The later edition of each pair that was drawn from.
    draws, seed, window
        Number of draws, seed of the generator, and width of the neighbourhood in places.
    """

    provinces: tuple[str, ...]
    totals: Floats = dataclass_field(repr=False)
    editions: tuple[str, ...]
    draws: int
    seed: int
    window: int

    def probability(self, province: str, score: float, place: int) -> float:
        """How often ``score`` takes ``place`` or better among the moved others (0-1)."""
        others = self.totals[:, [slug != province for slug in self.provinces]]
        return float(((others > score + EXACT).sum(axis=1) < place).mean())


@dataclass(frozen=True)
class Plan:
    """One way to close the gap.

    Attributes
    ----------
    name
        ``fewest``, ``proven`` or ``least_effort``.
    feasible
        Whether the leaves that this plan may use reach the target.
    best_reachable_score, best_reachable_rank
        With all the room that this plan may use.
    leaves
        Columns ``indicator, from, to, gain`` (points), ``effort`` (in the unit of the result; missing where unknown),
        and where a rule ties the leaf to evidence ``cases, numerator, denominator, rule, rule_status``: how many more
        cases earn the gain, and from what. Empty where infeasible.
    score_after, rank_after
        If all others stand still; missing where infeasible.
    probability
        That the target is reached when the others move as in past editions (see :class:`Outlook`) and this province
        moves by the plan alone. ``None`` where infeasible, for a score (which no other province can change), and where
        too few movements are on record.
    effort
        Sum of the leaves' effort.
    """

    name: str
    feasible: bool
    best_reachable_score: float
    best_reachable_rank: int
    leaves: pd.DataFrame
    score_after: float | None = None
    rank_after: int | None = None
    probability: float | None = None
    effort: float | None = None


@dataclass(frozen=True)
class PlanResult:
    """What it takes to reach a target.

    Attributes
    ----------
    edition, province, target
        ``index, year, date, frame``; slug; what to reach.
    score, rank, of
        Where the province stands, among how many.
    target_rank
        The place that the target amounts to; ``None`` for a score.
    threshold
        The least score that reaches the target; ``None`` where any score does.
    gap
        Points missing, 0 where the target is reached.
    reached
        Whether the present score is enough.
    feasible
        Whether all leaves at their attainable maximum reach the target.
    best_reachable_score, best_reachable_rank
        With all leaves that may be used at their attainable maximum.
    plans
        The three plans; none where the target is reached.
    probability_now
        That the target is reached if nothing changes here while the others move as in past editions.
    effort_unit
        ``yearly_movement``, ``cost`` or, where the movement of most leaves is not on record, ``spread``: the standard
        deviation between provinces.
    effort_unknown, excluded, unknown
        Leaves left out of ``least_effort`` because their effort is not known, out of all plans on request, and out of
        all plans because the province has no score in them.
    peers_by, peers
        ``list``, ``region`` or ``all``, and the slugs.
    outlook
        ``draws, seed, window, editions`` of the bootstrap; ``None`` where too few movements are on record.
    """

    edition: dict[str, Any]
    province: str
    target: Target
    score: float
    rank: int
    of: int
    target_rank: int | None
    threshold: float | None
    gap: float
    reached: bool
    feasible: bool
    best_reachable_score: float
    best_reachable_rank: int
    plans: tuple[Plan, ...]
    probability_now: float | None
    effort_unit: EffortUnit
    effort_unknown: tuple[str, ...]
    excluded: tuple[str, ...]
    unknown: tuple[str, ...]
    peers_by: Literal["list", "region", "all"]
    peers: tuple[str, ...]
    outlook: dict[str, Any] | None


@dataclass(frozen=True)
class Past:
    """What earlier editions tell about the coming one; the same for all provinces, so made once per edition.

    Attributes
    ----------
    movement
        By leaf, in points: how much it usually moves from one edition to the next. The mean absolute change over all
        provinces and comparable editions so far, counted from the first year in which the leaf had its present scale;
        missing where nothing is on record.
    outlook
        The field as it may stand next; ``None`` where fewer than :data:`LEAST_PAIRS` pairs of comparable editions are
        on record.
    """

    movement: pd.Series
    outlook: Outlook | None


def learn(
    history: pd.DataFrame,
    scored: pd.DataFrame,
    framework: Framework,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    window: int = WINDOW,
) -> Past:
    """What the editions up to one tell about the next.

    Parameters
    ----------
    history
        Scores frame of all editions of the index, with change; editions after this one are not used.
    scored, framework
        The edition and its tree.
    draws, seed, window
        Of the bootstrap (see :class:`Outlook`).

    Raises
    ------
    UsageError
        When the edition is not known whole.
    """
    now = Field(scored, framework)
    totals = now.require_whole(ROOT, _PARTIAL).sort_index().sort_values(ascending=False, kind="stable")
    past = _comparable_changes(history, now)
    since = past["indicator"].map(framework.table["first_year"])
    same_scale = (past["previous_year"] >= since).fillna(False).astype(bool)
    movement = past["change"].abs()[same_scale].groupby(past["indicator"]).mean().reindex(now.leaves)
    moved = past[(past["indicator"] == ROOT) & np.isfinite(past["change_pct"])]
    pairs = {
        str(day if isinstance(day, str) else year): pair["change_pct"].to_numpy()
        for (year, day), pair in moved.sort_values(
            ["previous_score", "province"], ascending=[False, True]
        ).groupby(["year", "date"], dropna=False)
    }
    if len(pairs) < LEAST_PAIRS:
        return Past(movement, None)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(pairs), size=draws)
    nudge = generator.integers(-window, window + 1, size=(draws, len(totals)))
    place = (np.arange(len(totals)) + 0.5) / len(totals)
    growth = np.empty(nudge.shape)
    for number, changes in enumerate(pairs.values()):
        rows = drawn == number
        near = (place * changes.size).astype(int) + nudge[rows]
        growth[rows] = changes[near.clip(0, changes.size - 1)]
    simulated = totals.to_numpy() * (1 + growth / 100)
    return Past(movement, Outlook(tuple(totals.index), simulated, tuple(pairs), draws, seed, window))


def _comparable_changes(history: pd.DataFrame, now: Field) -> pd.DataFrame:
    """Changes of the same index and map, up to this edition."""
    edition = now.edition
    until = history["year"] < edition["year"]
    until |= (history["year"] == edition["year"]) & (history["date"].fillna("") <= (edition["date"] or ""))
    same = (history["index"] == edition["index"]) & (history["frame"] == edition["frame"])
    kept = same & until & history["change"].notna()
    columns = [
        "year",
        "date",
        "province",
        "indicator",
        "previous_year",
        "previous_score",
        "change",
        "change_pct",
    ]
    return history.loc[kept, columns]


def plan(
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    target: Target,
    past: Past,
    *,
    regions: Mapping[str, str | None] | None = None,
    peers: Collection[str] | None = None,
    exclude: Collection[str] = (),
    costs: Mapping[str, float] | None = None,
    missing: MissingRule = "exclude",
) -> PlanResult:
    """The threshold of a target, the gap, and three plans that close it.

    Parameters
    ----------
    scored, framework
        One edition (scores frame with ranks) and its tree.
    province
        Slug.
    target
        What to reach. Entering rank N means scoring at least as much as the N-th of the others.
    past
        What :func:`learn` makes of the editions up to this one.
    regions
        Region of each province, for peers.
    peers
        Slugs whose scores prove a gain; default: the same region, or everybody where that has fewer than
        :data:`LEAST_PEERS` others.
    exclude
        Leaves that no plan may use, such as those assessed by survey (see :func:`survey_leaves`).
    costs
        Cost per point of each leaf, replacing the usual movement; a leaf without cost is left out of
        ``least_effort``.
    missing
        How provinces without a score count for the groups.

    Raises
    ------
    UsageError
        When the edition is not known whole, the province has no score, or target, peers, leaves or costs are wrong.
    """
    now = Field(scored, framework)
    score, others = now.standing(province, remedy=_PARTIAL)
    everyone = len(others) + 1
    counted = now.edition["frame"] if missing == "lowest" else everyone
    place, threshold = threshold_of(target, others, counted)
    gap = 0.0 if threshold is None else threshold - score
    reached = gap <= EXACT
    rooms = _rooms(now, province, exclude)
    peers_by, chosen = _peers(now, province, peers, regions or {})
    unit, efforts = _efforts(now, past.movement, costs)
    future = past.outlook

    def likely(reaching: float) -> float | None:
        return future.probability(province, reaching, place) if future is not None and place else None

    def made(name: str, room: pd.Series, effort: pd.Series | None = None) -> Plan:
        best = score + float(room.sum())
        gains = _least_cost(room, effort, gap) if effort is not None else fewest(room, gap)
        if gains is None:
            return Plan(name, False, best, rank_among(best, others), _steps(now, province, efforts, room[:0]))
        after = score + float(gains.sum())
        after = threshold if threshold is not None and abs(after - threshold) < EXACT else after
        steps = _steps(now, province, efforts, gains)
        total = float(steps["effort"].sum(skipna=False)) if len(steps) else 0.0
        return Plan(
            name,
            True,
            best,
            rank_among(best, others),
            steps,
            after,
            rank_among(after, others),
            likely(after),
            total,
        )

    known = efforts.reindex(rooms.index).notna()
    plans = (
        ()
        if reached
        else (
            made("fewest", rooms),
            made("proven", _proven(now, province, rooms, chosen)),
            made("least_effort", rooms[known], efforts.reindex(rooms.index)[known]),
        )
    )
    best = score + float(rooms.sum())
    return PlanResult(
        edition=now.edition,
        province=province,
        target=target,
        score=score,
        rank=rank_among(score, others),
        of=everyone,
        target_rank=place,
        threshold=threshold,
        gap=0.0 if reached else gap,
        reached=reached,
        feasible=reached or float(rooms.sum()) >= gap - EXACT,
        best_reachable_score=best,
        best_reachable_rank=rank_among(best, others),
        plans=plans,
        probability_now=likely(score),
        effort_unit=unit,
        effort_unknown=tuple(rooms.index[~known]),
        excluded=tuple(leaf for leaf in now.leaves if leaf in set(exclude)),
        unknown=tuple(leaf for leaf in now.leaves if pd.isna(now.scores.at[province, leaf])),
        peers_by=peers_by,
        peers=chosen,
        outlook=None
        if future is None
        else {
            "draws": future.draws,
            "seed": future.seed,
            "window": future.window,
            "editions": future.editions,
        },
    )


def survey_leaves(framework: Framework) -> list[str]:
    """Indicators that are assessed by a survey, alone or among other things."""
    assessed = framework.table["assessed_by"].astype("str")
    return list(framework.table.index[assessed.str.contains("survey", na=False)])


def threshold_of(
    target: Target, others: pd.Series, counted: int | None = None
) -> tuple[int | None, float | None]:
    """The place that a target amounts to, and the least score that reaches it while the others stand still.

    Parameters
    ----------
    target
        What to reach.
    others
        Scores of the other provinces, in points.
    counted
        Provinces that count for the groups, this one included (default: those with a score).

    Returns
    -------
    tuple
        Place (``None`` for a score) and threshold in points (``None`` where any score does).

    Raises
    ------
    UsageError
        When there is no such rank.

    Notes
    -----
    A score is at or above a percentile by linear interpolation exactly if no more scores stand above it than there
    are positions above the percentile's: the percentile lies at position ``q (n - 1)`` from below, and a score that
    stands at the next whole position or higher is at least the interpolated value.
    """
    everyone = len(others) + 1
    if target.kind == "score":
        return None, float(target.value)
    if target.kind == "group":
        known = counted or everyone
        place = min(known - math.ceil(_QUANTILE[str(target.value)] * (known - 1)), everyone)
    else:
        place = int(target.value)
        if not 1 <= place <= everyone:
            raise UsageError(f"no rank {target.value} among {everyone} provinces; write 1 to {everyone}.")
    return place, float(others.nlargest(place).iloc[-1]) if place <= len(others) else None


def _rooms(now: Field, province: str, exclude: Collection[str]) -> pd.Series:
    """Points that each leaf can gain up to its attainable maximum; leaves without room are left out."""
    for leaf in exclude:
        now.framework.require(leaf)
    scores = now.scores[now.leaves]
    attainable = np.fmin(scores.max(), now.framework.table.loc[now.leaves, "max_score"])
    room = attainable - scores.loc[province]
    return room[(room > EXACT) & ~room.index.isin(list(exclude))]


def _peers(
    now: Field, province: str, listed: Collection[str] | None, regions: Mapping[str, str | None]
) -> tuple[Literal["list", "region", "all"], tuple[str, ...]]:
    if listed is not None:
        chosen = tuple(dict.fromkeys(now.require_province(peer) for peer in listed if peer != province))
        if not chosen:
            raise UsageError("the list of peers is empty; name at least one other province.")
        return "list", chosen
    others = now.scores.index.drop(province)
    home = regions.get(province)
    near = tuple(slug for slug in others if home is not None and regions.get(slug) == home)
    return ("region", near) if len(near) >= LEAST_PEERS else ("all", tuple(others))


def _proven(now: Field, province: str, rooms: pd.Series, peers: tuple[str, ...]) -> pd.Series:
    """Room up to the best score that at least half of the peers have."""
    have = now.scores.loc[list(peers), list(rooms.index)]
    half = np.ceil(have.notna().sum() / 2)
    level = have.where(have.rank(method="first", ascending=False) == half).max()
    room = np.fmin(level - now.scores.loc[province, rooms.index], rooms).astype("float64")
    return room[room > EXACT]


def _efforts(
    now: Field, movement: pd.Series, costs: Mapping[str, float] | None
) -> tuple[EffortUnit, pd.Series]:
    """Effort per point of every leaf."""
    if costs is not None:
        for leaf, cost in costs.items():
            if now.framework.require(leaf) not in now.leaves:
                raise UsageError(
                    f"{leaf} is not a leaf of {now.title}; costs go with {', '.join(now.leaves)}."
                )
            if not (np.isfinite(cost) and cost >= 0):
                raise UsageError(f"the cost of {leaf} must be 0 or more per point, not {cost}.")
        return "cost", pd.Series(costs, dtype="float64").reindex(now.leaves)
    unit: EffortUnit = "yearly_movement"
    if movement.isna().mean() > MOST_UNKNOWN:
        unit, movement = "spread", now.scores[now.leaves].std(ddof=0)
    return unit, 1 / movement.where(movement > EXACT)


def fewest(room: pd.Series, gap: float) -> pd.Series | None:
    """Gains of the smallest set of leaves that closes the gap; of equally small sets, of the one with most room.

    That set is the leaves with most room, as many as it takes (of equal ones the first); they share the gap in
    proportion to their rooms.
    """
    if room.empty or room.sum() < gap - EXACT:
        return None
    largest = room.sort_values(ascending=False, kind="stable")
    taken = int(np.argmax(largest.cumsum() >= gap - EXACT)) + 1
    chosen = room[room.index.isin(largest.index[:taken])]
    return chosen * min(gap / chosen.sum(), 1.0)


def _least_cost(room: pd.Series, effort: pd.Series, gap: float) -> pd.Series | None:
    """Gains of least total effort that close the gap: the cheapest leaf is filled first, the last one in part."""
    if room.sum() < gap - EXACT:
        return None
    cheapest = room[effort.sort_values(kind="stable").index]
    filled_before = cheapest.cumsum() - cheapest
    gains = (gap - filled_before).clip(0.0, cheapest).reindex(room.index)
    return gains[gains > EXACT]


def _steps(now: Field, province: str, efforts: pd.Series, gains: pd.Series) -> pd.DataFrame:
    """Gains as rows, with the evidence that earns them where a rule ties points to evidence."""
    start = now.scores.loc[province, gains.index]
    steps = pd.DataFrame(
        {
            "indicator": list(gains.index),
            "from": start.to_numpy(),
            "to": (start + gains).to_numpy(),
            "gain": gains.to_numpy(),
            "effort": (gains * efforts.reindex(gains.index)).to_numpy(),
        }
    )
    held = [column for column in EVIDENCE if column in now.scored]
    own = now.scored.loc[now.scored["province"] == province, ["indicator", *held]].set_index("indicator")
    evidence = own.reindex(index=gains.index, columns=EVIDENCE).astype("float64")
    cases = {
        leaf: cases_to(now.framework, leaf, evidence.loc[[leaf]], float(start[leaf] + gains[leaf]))
        for leaf in gains.index[evidence.notna().all(axis=1)]
    }
    shown = [leaf if not np.isnan(cases.get(leaf, np.nan)) else None for leaf in gains.index]
    steps["cases"] = [cases.get(leaf, np.nan) for leaf in gains.index]
    for column in EVIDENCE:
        steps[column] = [np.nan if leaf is None else evidence.at[leaf, column] for leaf in shown]
    for name, column in (("rule", "rule"), ("rule_status", "status")):
        steps[name] = [None if leaf is None else now.framework.table.at[leaf, column] for leaf in shown]
    return steps.sort_values(["gain", "indicator"], ascending=[False, True], ignore_index=True)
