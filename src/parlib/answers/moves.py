"""Was it us, the field or the yardstick: a change of rank split exactly into three parts.

The split is a Shapley value of three players: the province's own scores, the scores of the others, and the framework.
Each can be *old* or *new*; the rank in each of the eight states is computed, and a player's part is the average of
what its change does over the six orders in which the three could have changed. The three parts add up to the change.

*Framework.* The comparable part of a total is the sum of the leaves that have the same code and the same scale in both
years, no comparability break between, and scores in both. The rest (leaves dropped, added or rebuilt) is the part that
the framework changes: under the old framework every province keeps the old year's rest, under the new one it has the
new year's. What a province really did in a leaf that only one year measured cannot be told apart from the choice to
measure it; it counts as framework. Where all leaves are comparable the framework's part is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import permutations, product
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.answers._field import Field, rank_among
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """A change of rank and its parts, in places gained (negative: lost).

    Attributes
    ----------
    indicator
        Of what.
    rank_from, rank_to, of_from, of_to, score_from, score_to
        Places, provinces with a score, and points.
    own, field, framework
        The parts; their sum is ``rank_from - rank_to``.
    coverage
        Of the field's part, the places due to provinces that have a score in only one of the editions.
    comparable, changed
        Leaves of the comparable part, and leaves of either year outside it.
    """

    indicator: str
    rank_from: int
    rank_to: int
    of_from: int
    of_to: int
    score_from: float
    score_to: float
    own: float
    field: float
    framework: float
    coverage: int
    comparable: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Moves:
    """The split of one province's change of rank, for the total and for each of its dimensions.

    Attributes
    ----------
    before, after
        The editions: ``index, year, date, frame``.
    province
        Slug.
    total
        The split.
    dimensions
        One row per child of the indicator, with the columns of :class:`Split` (missing where one of the editions lacks
        it), ``change`` (points, where all of it is comparable) and ``own_in_total``: what this dimension's own move
        contributed to the own part of the total, in places. These contributions (Owen values) add up to
        ``total.own`` but for what no dimension holds, the rounding of printed totals.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    province: str
    total: Split
    dimensions: pd.DataFrame


def moves(
    before: pd.DataFrame,
    framework_before: Framework,
    after: pd.DataFrame,
    framework_after: Framework,
    province: str,
    *,
    breaks: pd.DataFrame,
    indicator: str = ROOT,
) -> Moves:
    """Split a change of rank into the province's own move, the field's and the framework's.

    Parameters
    ----------
    before, framework_before, after, framework_after
        The two editions (scores frames with ranks) and their trees.
    province
        Slug.
    breaks
        Columns ``index, year, indicator`` (see :func:`parlib.scoring.add_change`).
    indicator
        The total, or another indicator that both editions have.

    Raises
    ------
    UsageError
        When the editions are of two indices or two maps of provinces, are not in order of time, or one of them lacks
        the province's score or is known in part only.
    """
    old, new = Field(before, framework_before), Field(after, framework_after)
    _check_pair(old, new)
    broken = _broken_between(old, new, breaks)
    total, change = _split(old, new, province, indicator, _comparable(old, new, indicator, broken))
    dimensions = _dimensions(old, new, province, total, change, broken)
    return Moves(old.edition, new.edition, province, total, dimensions)


def moves_of_all(
    before: pd.DataFrame,
    framework_before: Framework,
    after: pd.DataFrame,
    framework_after: Framework,
    *,
    breaks: pd.DataFrame,
    indicator: str = ROOT,
) -> pd.DataFrame:
    """Split the change of rank of every province that has a score in both editions.

    Parameters
    ----------
    before, framework_before, after, framework_after, breaks, indicator
        As for :func:`moves`.

    Returns
    -------
    pandas.DataFrame
        One row per province, by slug: ``province`` and the columns of :class:`Split`.

    Raises
    ------
    UsageError
        When the editions are of two indices or two maps of provinces, are not in order of time, or one of them is known
        in part only.
    """
    old, new = Field(before, framework_before), Field(after, framework_after)
    _check_pair(old, new)
    comparable = _comparable(old, new, indicator, _broken_between(old, new, breaks))
    scores = [field.require_whole(indicator).index for field in (old, new)]
    rows = [
        {"province": province, **vars(_split(old, new, province, indicator, comparable)[0])}
        for province in scores[0].intersection(scores[1]).sort_values()
    ]
    return pd.DataFrame(rows, columns=["province", *(column.name for column in fields(Split))])


def _check_pair(old: Field, new: Field) -> None:
    first, last = old.edition, new.edition
    for key, what in (("index", "index"), ("frame", "map of provinces")):
        if first[key] != last[key]:
            raise UsageError(
                f"{old.title} and {new.title} are not of the same {what}: {first[key]}, {last[key]}."
            )
    if (first["year"], first["date"] or "") >= (last["year"], last["date"] or ""):
        raise UsageError(f"{old.title} is not before {new.title}; exchange the two.")


def _broken_between(old: Field, new: Field, breaks: pd.DataFrame) -> set[str]:
    """Indicators (``*``: all) that a break after the one edition and up to the other makes incomparable."""
    mine = breaks[breaks["index"] == new.framework.index]
    return set(mine.loc[mine["year"].between(old.framework.year + 1, new.framework.year), "indicator"])


@dataclass(frozen=True)
class _Change:
    """Totals of the provinces that both editions have, as a comparable part and the rest, old and new."""

    part: tuple[Floats, Floats]
    rest: tuple[Floats, Floats]
    me: int

    def rank(self, own: float, field: int, framework: int) -> int:
        """The place with ``own`` points in the comparable part; 0 is the old and 1 the new field or framework."""
        rest = self.rest[framework]
        return rank_among(own + rest[self.me], np.delete(self.part[field] + rest, self.me))

    def rank_in(self, own: int, field: int, framework: int) -> int:
        """The place where each of the three is old (0) or new (1)."""
        return self.rank(self.part[own][self.me], field, framework)

    def shapley(self) -> tuple[float, float, float]:
        """Places gained by the change of own scores, of the field, of the framework."""
        rank = {state: self.rank_in(*state) for state in product((0, 1), repeat=3)}
        gained = [0, 0, 0]
        for order in permutations(range(3)):
            state = [0, 0, 0]
            for player in order:
                before = rank[state[0], state[1], state[2]]
                state[player] = 1
                gained[player] += before - rank[state[0], state[1], state[2]]
        own, field, framework = (places / factorial(3) for places in gained)
        return own, field, framework

    def owen(self, steps: Floats) -> Floats:
        """The own part shared among steps (points) that add up to the own change, by the Owen value.

        The own scores are one union whose members move one by one while field and framework stand as a whole.
        """
        members = len(steps)
        taken = (np.arange(2**members)[:, None] >> np.arange(members)) & 1
        size = taken.sum(axis=1)
        own = self.part[0][self.me] + taken @ steps
        weight = np.array([factorial(s) * factorial(members - s - 1) for s in range(members)]) / factorial(
            members
        )
        shares = np.zeros(members)
        for field, framework in product((0, 1), repeat=2):
            outside = field + framework
            outer = factorial(outside) * factorial(2 - outside) / factorial(3)
            ranks = np.array([self.rank(value, field, framework) for value in own])
            for member in range(members):
                without = np.flatnonzero(taken[:, member] == 0)
                gained = ranks[without] - ranks[without + (1 << member)]
                shares[member] += outer * (weight[size[without]] * gained).sum()
        return shares


def _split(
    old: Field, new: Field, province: str, indicator: str, comparable: list[str]
) -> tuple[Split, _Change]:
    changed = tuple(
        dict.fromkeys(_uncovered(old, indicator, comparable) + _uncovered(new, indicator, comparable))
    )
    score_from, others_from = old.standing(province, indicator)
    score_to, others_to = new.standing(province, indicator)
    rank_from, rank_to = rank_among(score_from, others_from), rank_among(score_to, others_to)
    change = _change(old, new, province, indicator, None if not changed else comparable)
    own, field, framework = change.shapley()
    coverage = (rank_from - change.rank_in(0, 0, 0)) - (rank_to - change.rank_in(1, 1, 1))
    split = Split(
        indicator=indicator,
        rank_from=rank_from,
        rank_to=rank_to,
        of_from=len(others_from) + 1,
        of_to=len(others_to) + 1,
        score_from=score_from,
        score_to=score_to,
        own=own,
        field=field + coverage,
        framework=framework,
        coverage=coverage,
        comparable=tuple(comparable),
        changed=changed,
    )
    return split, change


def _comparable(old: Field, new: Field, indicator: str, broken: set[str]) -> list[str]:
    """Deepest indicators below one that both editions score on the same scale, with no break between.

    An indicator that both break down, but into other parts, is none of them.
    """
    if "*" in broken or indicator not in old.framework or indicator not in new.framework:
        return []
    common = old.known & new.known
    earlier, later = (field.framework.scored_leaves(common, below=indicator) for field in (old, new))
    undivided = {*old.leaves, *new.leaves}
    return [
        leaf
        for leaf in later
        if leaf in earlier and leaf in undivided and leaf not in broken and old.scale[leaf] == new.scale[leaf]
    ]


def _uncovered(field: Field, indicator: str, comparable: list[str]) -> list[str]:
    """Leaves below an indicator that the comparable part leaves out."""
    if indicator not in field.framework:
        return []
    covered = {node for leaf in comparable for node in field.framework.walk(leaf)}
    below = set(field.framework.walk(indicator)) - covered
    return [leaf for leaf in field.leaves if leaf in below]


def _change(old: Field, new: Field, province: str, indicator: str, leaves: list[str] | None) -> _Change:
    """The two totals; ``leaves`` make up the comparable part (``None``: the totals are comparable as they stand)."""
    columns = [field.require_whole(indicator) for field in (old, new)]
    provinces = columns[0].index.intersection(columns[1].index).sort_values()
    totals = [column.loc[provinces].to_numpy(dtype="float64") for column in columns]
    parts = totals
    if leaves is not None:
        parts = [field.scores.loc[provinces, leaves].sum(axis=1).to_numpy() for field in (old, new)]
    rests = [total - part for total, part in zip(totals, parts, strict=True)]
    return _Change((parts[0], parts[1]), (rests[0], rests[1]), int(provinces.get_loc(province)))


def _dimensions(
    old: Field, new: Field, province: str, total: Split, change: _Change, broken: set[str]
) -> pd.DataFrame:
    trees = [field.framework.split_children(total.indicator) for field in (new, old)]
    children = [c for c in dict.fromkeys(trees[0] + trees[1]) if c in old.scores or c in new.scores]
    known = list(total.comparable)
    ends = [field.scores.loc[province, known].fillna(0.0).to_numpy() for field in (old, new)]
    moved = dict(zip(known, ends[1] - ends[0], strict=True))
    steps, rows = [], []
    for child in children:
        was, inside = (
            set(field.framework.walk(child)) if child in field.framework else set() for field in (old, new)
        )
        steps.append(sum(moved[leaf] for leaf in known if leaf in inside))
        leaves = [leaf for leaf in known if leaf in inside & was]
        both = all(
            child in field.whole and pd.notna(field.scores.at[province, child]) for field in (old, new)
        )
        rows.append(vars(_split(old, new, province, child, leaves)[0]) if both else {"indicator": child})
    own = change.part[1][change.me] - change.part[0][change.me]
    shares = change.owen(np.array([*steps, own - sum(steps)]))[:-1]
    table = pd.DataFrame(rows, columns=[column.name for column in fields(Split)])
    unchanged = (table["changed"].map(len, na_action="ignore") == 0) & ~table["indicator"].isin(broken)
    table["change"] = (table["score_to"] - table["score_from"]).where(unchanged)
    table["own_in_total"] = shares
    return table.astype(dict.fromkeys(["rank_from", "rank_to", "of_from", "of_to", "coverage"], "Int64"))
