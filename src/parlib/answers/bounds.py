"""What partial publications prove: the score that stands at a rank, and the ranks that a score can hold.

A table of which only some rows were printed still says a lot: scores do not rise as the rank falls, no two provinces
stand on the same place, the publisher counts how many reach a class, names the best and the worst, prints the mean.
Each place of the table gets the interval that all these facts leave open, with the facts that give either end. Nothing
is estimated: an end is a proof, and where the facts contradict each other that is said instead of an interval.

Everything is read on the scores as printed. A figure that follows by arithmetic from printed ones (``basis``
``derived``) counts at face value and stays marked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from parlib.answers._field import title_of
from parlib.errors import DataError, Place, UsageError
from parlib.frameworks import ROOT, Framework
from parlib.scoring import EDITION

FactKind = Literal["score", "band", "mean", "median", "gap", "scale"]
Side = Literal["low", "high"]

_SIGN: Final[dict[Side, float]] = {"low": 1.0, "high": -1.0}  # of a step inwards
_SAME = 1e-9  # printed figures have few decimals; anything closer is the noise of adding them up
_SAID: Final = [*EDITION, "indicator", "province", "score", "published_rank", "basis", "source_id", "note"]
_ROUNDS = 200  # the facts of a year settle in a handful of rounds


class ContradictionError(DataError):
    """Published facts that cannot all be true."""


@dataclass(frozen=True)
class Fact:
    """One published statement about the table.

    Attributes
    ----------
    kind
        ``score``: a province's score, rank or both; ``band``: how many provinces have a score from ``low`` to
        ``high``; ``mean``, ``median``: of all provinces; ``gap``: first minus last; ``scale``: the least and the
        greatest possible score.
    source_id, basis
        Where it comes from; ``derived`` if it follows by arithmetic from printed figures (``note`` holds it).
    province, rank, score
        For ``score``; a missing rank or score is ``None``.
    low, high, low_closed, high_closed, count
        For ``band`` and ``scale``; a missing end is ``None``.
    value, tolerance
        For ``mean``, ``median`` and ``gap``: as printed, and how far rounding can have moved it.
    """

    kind: FactKind
    source_id: str = ""
    basis: str = "published"
    note: str | None = None
    province: str | None = None
    rank: int | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None
    low_closed: bool = True
    high_closed: bool = True
    count: int | None = None
    value: float = float("nan")
    tolerance: float = 0.0


@dataclass(frozen=True)
class End:
    """One end of an interval: its value, whether it belongs to the interval, and the facts that give it."""

    value: float
    closed: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ScoreRange:
    """The scores that can stand at a rank; an end that nothing bounds is ``None``."""

    rank: int
    of: int
    low: End | None
    high: End | None

    @property
    def exact(self) -> bool:
        """Whether both ends meet."""
        return self.low is not None and self.high is not None and self.high.value - self.low.value <= _SAME


@dataclass(frozen=True)
class RankRange:
    """The ranks that a score, or a province, can hold.

    Attributes
    ----------
    best, worst, of
        Ranks from best to worst, of how many.
    held
        Whether some province of the table can have that score; if not, the ranks are those that a further one would
        take.
    best_facts, worst_facts
        The facts that exclude better and worse ranks.
    """

    score: float | None
    best: int
    worst: int
    of: int
    held: bool
    best_facts: tuple[Fact, ...]
    worst_facts: tuple[Fact, ...]

    @property
    def exact(self) -> bool:
        """Whether only one rank is left."""
        return self.best == self.worst


def bounds(
    scores: pd.DataFrame,
    edition: Mapping[str, Any],
    framework: Framework,
    bands: pd.DataFrame,
    national: pd.DataFrame,
    indicator: str = ROOT,
) -> Bounds:
    """What is known of one table, reasoned through.

    Parameters
    ----------
    scores
        Scores frame of that edition.
    edition
        ``index, year, date, frame, coverage``. Where the publisher released the whole table, provinces without a
        score are not in it; otherwise it has all provinces of the frame.
    framework, bands, national, indicator
        See :func:`published_facts`.

    Raises
    ------
    ContradictionError
        When the facts on record cannot all be true.
    """
    mine = scores.loc[scores["indicator"] == indicator, _SAID]
    known = int(mine["score"].notna().sum())
    of = known if edition["coverage"] == "whole" else int(edition["frame"])
    if known == of:
        # Nothing is open: the scores themselves give the ranks.
        mine = mine.assign(published_rank=mine["score"].rank(method="min", ascending=False))
    facts = published_facts(mine, framework, bands, national, indicator)
    return Bounds(facts, of, title_of(edition))


def published_facts(
    scores: pd.DataFrame,
    framework: Framework,
    bands: pd.DataFrame,
    national: pd.DataFrame,
    indicator: str = ROOT,
) -> tuple[Fact, ...]:
    """Everything on record about one table.

    Parameters
    ----------
    scores
        Scores frame of one edition of one index.
    framework
        Its tree; gives the scale of the indicator.
    bands
        Columns ``index, year, frame, low, low_closed, high, high_closed, provinces, source_id``: classes of the root
        with the number of provinces in each. Rows of other tables are passed over.
    national
        Columns ``index, year, date, frame, statistic, indicator, value, basis, source_id``; rows of other tables are
        passed over.
    indicator
        Which indicator the table ranks.
    """
    rows = scores.loc[scores["indicator"] == indicator, _SAID].to_dict("records")
    if not rows:
        return tuple(_scale(framework, indicator))
    facts = [
        Fact(
            "score",
            row["source_id"],
            row["basis"],
            _text(row["note"]),
            province=row["province"],
            rank=None if pd.isna(row["published_rank"]) else int(row["published_rank"]),
            score=None if pd.isna(row["score"]) else float(row["score"]),
        )
        for row in rows
        if not (pd.isna(row["published_rank"]) and pd.isna(row["score"]))
    ]
    half_unit = min((_half_unit(fact.score) for fact in facts if fact.score is not None), default=None)
    if indicator == ROOT:
        facts += _bands(_of_edition(bands, rows[0], ["index", "frame"]))
    printed = _of_edition(national, rows[0], ["index", "frame", "date", "indicator"])
    facts += _statistics(printed, half_unit)
    return (*facts, *_scale(framework, indicator))


def _of_edition(table: pd.DataFrame, edition: Mapping[str, Any], keys: list[str]) -> list[dict[str, Any]]:
    """Rows of the edition; of a key that it lacks, those that lack it too."""
    of_year = (table["year"] == edition["year"]).to_numpy(bool, na_value=False)
    rows: list[dict[str, Any]] = table[of_year].to_dict("records")
    for key in keys:
        lacking = pd.isna(edition[key])
        rows = [row for row in rows if pd.isna(row[key]) == lacking and (lacking or row[key] == edition[key])]
    return rows


def _bands(rows: list[dict[str, Any]]) -> list[Fact]:
    return [
        Fact(
            "band",
            row["source_id"],
            low=None if pd.isna(row["low"]) else float(row["low"]),
            high=None if pd.isna(row["high"]) else float(row["high"]),
            low_closed=row["low_closed"] == 1,
            high_closed=row["high_closed"] == 1,
            count=int(row["provinces"]),
        )
        for row in rows
    ]


def _statistics(rows: list[dict[str, Any]], score_half_unit: float | None) -> list[Fact]:
    """Mean, median and gap; each is rounded itself, and taken over scores that are rounded too."""
    kinds: dict[str, tuple[FactKind, float]] = {
        "mean_of_provinces": ("mean", 1),
        "median": ("median", 1),
        "gap_top_bottom": ("gap", 2),
    }
    facts = []
    for row in rows:
        if row["statistic"] not in kinds:
            continue
        kind, rounded_scores = kinds[row["statistic"]]
        # A difference of two printed figures carries the rounding of both.
        shown = _half_unit(row["value"])
        own = shown * (2 if row["basis"] == "derived" else 1)
        facts.append(
            Fact(
                kind,
                row["source_id"],
                row["basis"],
                _text(row["note"]),
                value=float(row["value"]),
                tolerance=own + rounded_scores * (shown if score_half_unit is None else score_half_unit),
            )
        )
    return facts


def _scale(framework: Framework, indicator: str) -> list[Fact]:
    row = framework.table.loc[indicator]
    ends = [None if pd.isna(row[end]) else float(row[end]) for end in ("min_score", "max_score")]
    return [Fact("scale", row["source_id"], low=ends[0], high=ends[1])]


def _half_unit(value: float) -> float:
    """Half a unit of the last decimal shown: what rounding can have added or taken."""
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


class Bounds:
    """The intervals that a set of facts leaves open.

    Parameters
    ----------
    facts
        What is known (see :func:`published_facts`).
    of
        Number of provinces in the table.
    label
        How messages call the table (``par 2018``).

    Raises
    ------
    ContradictionError
        When the facts cannot all be true; the message names them with their sources.
    """

    def __init__(self, facts: Iterable[Fact], of: int, label: str) -> None:
        self.facts = tuple(facts)
        self.of = of
        self._place = Place(label)
        # Slot 0 is the first place. Each end is a value, whether it is excluded, and its reasons.
        self._value: dict[Side, np.ndarray] = {"low": np.full(of, -np.inf), "high": np.full(of, np.inf)}
        self._open: dict[Side, np.ndarray] = {"low": np.zeros(of, bool), "high": np.zeros(of, bool)}
        self._why: dict[Side, list[tuple[Fact, ...]]] = {"low": [()] * of, "high": [()] * of}
        self._owner: list[Fact | None] = [None] * of
        self._spans: dict[Fact, tuple[int, int]] = {}
        self._changed = False
        unplaced = [(f.score, f) for f in self.facts if f.score is not None and f.rank is None]
        self._free = sorted(unplaced, key=lambda item: -item[0])
        self._solve()

    # What the facts say

    def score_at(self, rank: int) -> ScoreRange:
        """The scores that can stand at ``rank``: the ``rank``-th highest score of the table.

        Raises
        ------
        UsageError
            When there is no such rank.
        """
        if not 1 <= rank <= self.of:
            raise UsageError(f"no rank {rank} in a table of {self.of}; ask for 1 to {self.of}.")
        return ScoreRange(rank, self.of, self._end("low", rank - 1), self._end("high", rank - 1))

    def ranks_of(self, score: float) -> RankRange:
        """The ranks that a province with ``score`` can hold: any whose own score is not known to be another.

        Raises
        ------
        UsageError
            When ``score`` is no number.
        """
        if not math.isfinite(score):
            raise UsageError(f"no rank goes with a score of {score}; write a number.")
        for fact in self.facts:
            if fact.score is not None and abs(fact.score - score) <= _SAME:
                return self._ranks_of_fact(fact)
        owners = enumerate(self._owner)
        open_slots = [
            s for s, owner in owners if (owner is None or owner.score is None) and self._fits(score, s)
        ]
        if open_slots:
            first, last = open_slots[0], open_slots[-1]
            return RankRange(score, first + 1, last + 1, self.of, True, *self._why_between(first, last))
        low, high = self._value["low"], self._value["high"]
        above = int(((low > score) | ((low == score) & self._open["low"])).sum())
        at_most = int((high > score).sum())
        return RankRange(
            score, above + 1, at_most + 1, self.of, False, *self._why_between(above, at_most - 1)
        )

    def ranks_of_province(self, province: str) -> RankRange:
        """The ranks that a province can hold; any free one if nothing is known of it."""
        for fact in self.facts:
            if fact.province == province:
                return self._ranks_of_fact(fact)
        free = [slot for slot, owner in enumerate(self._owner) if owner is None]
        if not free:
            raise UsageError(f"{province} is not in {self._place.file}: all {self.of} places are taken.")
        return RankRange(None, free[0] + 1, free[-1] + 1, self.of, True, (), ())

    def _ranks_of_fact(self, fact: Fact) -> RankRange:
        if fact.rank is not None:
            return RankRange(fact.score, fact.rank, fact.rank, self.of, True, (fact,), (fact,))
        first, last = self._spans[fact]
        return RankRange(fact.score, first + 1, last + 1, self.of, True, *self._why_between(first, last))

    def _why_between(self, first: int, last: int) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """What keeps a score from the places before ``first`` and after ``last``."""
        return self._neighbours(range(first - 1, -1, -1), "low"), self._neighbours(
            range(last + 1, self.of), "high"
        )

    def _neighbours(self, slots: range, side: Side) -> tuple[Fact, ...]:
        """Who holds the places, up to the first whose score speaks for all beyond."""
        reasons: list[Fact] = []
        for slot in slots:
            owner = self._owner[slot]
            if owner is None or owner.score is not None:
                reasons += [owner] if owner else self._why[side][slot][:1]
                break
            reasons.append(owner)
        return tuple(fact for fact in dict.fromkeys(reasons) if fact.kind != "scale")

    def _fits(self, score: float, slot: int) -> bool:
        low, high = self._value["low"][slot], self._value["high"][slot]
        over = score > low + _SAME or (abs(score - low) <= _SAME and not self._open["low"][slot])
        under = score < high - _SAME or (abs(score - high) <= _SAME and not self._open["high"][slot])
        return bool(over and under)

    def table(self) -> pd.DataFrame:
        """All ranks: columns ``rank, low, high, low_closed, high_closed, exact`` (missing where unbounded)."""
        ranges = [self.score_at(rank) for rank in range(1, self.of + 1)]
        return pd.DataFrame(
            {
                "rank": [r.rank for r in ranges],
                "low": [r.low.value if r.low else np.nan for r in ranges],
                "high": [r.high.value if r.high else np.nan for r in ranges],
                "low_closed": [bool(r.low and r.low.closed) for r in ranges],
                "high_closed": [bool(r.high and r.high.closed) for r in ranges],
                "exact": [r.exact for r in ranges],
            }
        )

    def _end(self, side: Side, slot: int) -> End | None:
        value = float(self._value[side][slot])
        if not np.isfinite(value):
            return None
        return End(value, not self._open[side][slot], self._why[side][slot])

    # How they are made to say it

    def _solve(self) -> None:
        self._place_ranked()
        self._changed = self.of > 0  # of nobody, nothing follows
        for _ in range(_ROUNDS):
            if not self._changed:
                return
            self._changed = False
            for fact in self.facts:
                self._apply(fact)
            self._order()
            self._place_free()
            self._order()

    def _apply(self, fact: Fact) -> None:
        if fact.kind == "band":
            self._band(fact)
        elif fact.kind == "mean":
            self._mean(fact)
        elif fact.kind == "median":
            self._median(fact)
        elif fact.kind == "gap":
            self._gap(fact)
        elif fact.kind == "scale":
            if fact.low is not None:
                self._tighten("low", range(self.of), fact.low, not fact.low_closed, (fact,))
            if fact.high is not None:
                self._tighten("high", range(self.of), fact.high, not fact.high_closed, (fact,))

    def _tighten(
        self, side: Side, slots: Iterable[int], value: float, excluded: bool, why: tuple[Fact, ...]
    ) -> None:
        """Move an end inwards, never outwards."""
        if not np.isfinite(value):
            return
        values, opens = self._value[side], self._open[side]
        for slot in slots:
            gain = _SIGN[side] * (value - values[slot])
            if gain > _SAME or (abs(gain) <= _SAME and excluded and not opens[slot]):
                values[slot], opens[slot] = value, excluded
                self._why[side][slot] = why
                self._changed = True
                self._check(slot)

    def _check(self, slot: int) -> None:
        low, high = self._value["low"][slot], self._value["high"][slot]
        above, below = self._open["low"][slot], self._open["high"][slot]
        if low > high + _SAME or (abs(low - high) <= _SAME and (above or below)):
            least = f"more than {low:g}" if above else f"{low:g} or more"
            most = f"less than {high:g}" if below else f"{high:g} or less"
            raise self._contradiction(
                (*self._why["low"][slot], *self._why["high"][slot]),
                f"a score for rank {slot + 1} that is {least} and {most}",
            )

    def _contradiction(self, facts: Iterable[Fact], consequence: str) -> ContradictionError:
        said = "; ".join(dict.fromkeys(_in_words(fact) for fact in facts))
        return ContradictionError(
            self._place,
            f"{said}: together they need {consequence}",
            "facts that can all be true",
            "Compare the sources; move a wrong figure to disputed.csv.",
        )

    def _order(self) -> None:
        """Scores do not rise as the rank falls."""
        if not self._in_order("low", slice(None, -1), slice(1, None)):
            for slot in range(self.of - 2, -1, -1):
                self._follow("low", slot, slot + 1)
        if not self._in_order("high", slice(1, None), slice(None, -1)):
            for slot in range(1, self.of):
                self._follow("high", slot, slot - 1)

    def _follow(self, side: Side, slot: int, neighbour: int) -> None:
        values, opens, why = self._value[side], self._open[side], self._why[side]
        self._tighten(side, (slot,), values[neighbour], opens[neighbour], why[neighbour])

    def _in_order(self, side: Side, slots: slice, neighbours: slice) -> bool:
        """Whether no slot would follow its neighbour: mostly so, and seen at once.

        Values say it all: an open end is that of a class or a scale, and the places on its side have it too.
        """
        values = self._value[side]
        with np.errstate(invalid="ignore"):  # two ends that are both open to infinity
            gain = (values[neighbours] - values[slots]) * _SIGN[side]
        return not np.any(gain > _SAME)

    def _place_ranked(self) -> None:
        """Provinces with a rank take their place; those that share rank r take r, r + 1, … and one score."""
        by_rank: dict[int, list[Fact]] = {}
        for fact in self.facts:
            if fact.rank is not None:
                by_rank.setdefault(fact.rank, []).append(fact)
        for rank, tied in sorted(by_rank.items()):
            slots = range(rank - 1, rank - 1 + len(tied))
            if rank < 1 or slots.stop > self.of:
                raise self._contradiction(tied, f"a place that a table of {self.of} does not have")
            holders = [owner for owner in self._owner[slots.start : slots.stop] if owner]
            if holders:
                raise self._contradiction([*holders, *tied], f"two provinces on place {rank}")
            self._owner[slots.start : slots.stop] = tied
            for fact in tied:
                if fact.score is not None:
                    self._tighten("low", slots, fact.score, False, (fact,))
                    self._tighten("high", slots, fact.score, False, (fact,))
        self._order()

    def _place_free(self) -> None:
        """Provinces with a score but no rank take places nobody else has, in the order of their scores."""
        if not self._free:
            return
        first = self._greedy(self._free, range(self.of))
        last = self._greedy(self._free[::-1], range(self.of - 1, -1, -1))[::-1]
        spans = list(zip(self._free, first, last, strict=True))
        self._spans = {fact: (start, stop) for (_, fact), start, stop in spans}
        # From the top, so that a neighbour that excludes a place is known when it is named as the reason.
        for (score, fact), start, _ in spans:
            why = (fact, *_others(fact, self._neighbours(range(start - 1, -1, -1), "low")))
            self._tighten("low", range(start + 1), score, False, why)
        for (score, fact), _, stop in reversed(spans):
            why = (fact, *_others(fact, self._neighbours(range(stop + 1, self.of), "high")))
            self._tighten("high", range(stop, self.of), score, False, why)

    def _greedy(self, unplaced: Sequence[tuple[float, Fact]], order: range) -> list[int]:
        """The nearest slot that each fact can take when those before it took theirs."""
        taken, slots = [], iter(order)
        for score, fact in unplaced:
            slot = next((s for s in slots if self._owner[s] is None and self._fits(score, s)), None)
            if slot is None:
                raise self._contradiction((fact,), "a place in the table, and every one that fits is taken")
            taken.append(slot)
        return taken

    def _band(self, fact: Fact) -> None:
        """``count`` provinces lie in the class: what is above and below it is counted from either side."""
        count = fact.count or 0
        low, high = self._value["low"], self._value["high"]
        low_open, high_open = self._open["low"], self._open["high"]
        certainly_above = possibly_above = certainly_below = possibly_below = 0
        if fact.high is not None:
            at = fact.high
            certainly_above = int(((low > at) | ((low == at) & (low_open | (not fact.high_closed)))).sum())
            possibly_above = int(((high > at) | ((high == at) & ~high_open & (not fact.high_closed))).sum())
        if fact.low is not None:
            at = fact.low
            certainly_below = int(((high < at) | ((high == at) & (high_open | (not fact.low_closed)))).sum())
            possibly_below = int(((low < at) | ((low == at) & ~low_open & (not fact.low_closed))).sum())
        rest = self.of - count
        least_above = max(certainly_above, rest - possibly_below)
        most_above = min(possibly_above, rest - certainly_below)
        # Which slots fixed those two counts, for the reader who asks why; a class open to one side needs none there.
        above_why: tuple[Fact, ...] = ()
        if least_above and least_above == certainly_above:
            above_why = self._why["low"][least_above - 1]
        elif fact.low is not None and least_above:
            above_why = self._why["low"][self.of - possibly_below - 1]
        below_why: tuple[Fact, ...] = ()
        if most_above == possibly_above:
            if fact.high is not None and most_above < self.of:
                below_why = self._why["high"][most_above]
        elif certainly_below:
            below_why = self._why["high"][self.of - certainly_below]
        if least_above > most_above:
            raise self._contradiction(
                (fact, *above_why, *below_why), f"{count} provinces where another number fits"
            )
        if fact.high is not None:
            self._tighten(
                "low", range(least_above), fact.high, fact.high_closed, (fact, *_others(fact, above_why))
            )
            why = (fact, *_others(fact, below_why))
            self._tighten("high", range(most_above, self.of), fact.high, not fact.high_closed, why)
        if fact.low is not None:
            why = (fact, *_others(fact, above_why))
            self._tighten("low", range(least_above + count), fact.low, not fact.low_closed, why)
            why = (fact, *_others(fact, below_why))
            self._tighten("high", range(most_above + count, self.of), fact.low, fact.low_closed, why)

    def _mean(self, fact: Fact) -> None:
        """The scores add up to the mean times the number of provinces.

        The highest score at a rank is reached when everybody above is no higher and everybody below as low as the
        other facts allow; the lowest likewise.
        """
        self._order()
        low, high = self._value["low"].copy(), self._value["high"].copy()
        total, slack = self.of * fact.value, self.of * fact.tolerance + _SAME * self.of
        if np.isfinite(low).all():
            if low.sum() > total + slack:
                raise self._contradiction((fact,), f"scores that add to {low.sum():g} or more")
            for slot, value in enumerate(_levels(low, total + slack)):
                self._tighten("high", (slot,), value, False, (fact,))
        if np.isfinite(high).all():
            if high.sum() < total - slack:
                raise self._contradiction((fact,), f"scores that add to {high.sum():g} or less")
            # The same question upside down.
            for slot, value in enumerate(_levels(-high[::-1], slack - total)):
                self._tighten("low", (self.of - 1 - slot,), -value, False, (fact,))

    def _median(self, fact: Fact) -> None:
        if self.of % 2:
            middle = (self.of // 2,)
            self._tighten("low", middle, fact.value - fact.tolerance, False, (fact,))
            self._tighten("high", middle, fact.value + fact.tolerance, False, (fact,))

    def _gap(self, fact: Fact) -> None:
        low, high, last = self._value["low"], self._value["high"], self.of - 1
        least, most = fact.value - fact.tolerance, fact.value + fact.tolerance
        reason = {
            side: [(fact, *_others(fact, self._why[side][slot])) for slot in (0, last)]
            for side in ("low", "high")
        }
        self._tighten("low", (0,), low[last] + least, False, reason["low"][1])
        self._tighten("high", (0,), high[last] + most, False, reason["high"][1])
        self._tighten("low", (last,), low[0] - most, False, reason["low"][0])
        self._tighten("high", (last,), high[0] - least, False, reason["high"][0])


def _levels(low: np.ndarray, total: float) -> np.ndarray:
    """For each slot the highest value it can have if no slot lies under ``low``, order holds, and the sum is ``total``.

    ``low`` does not rise, and adds to no more than ``total``. Raising slot k to x raises every slot before it that
    lies under x: the first m stay, and x = (total - what stays) / (k + 1 - m), for the first m at which that x is no
    lower than what stood at m. Slot k alone (m = k) always has that x, so no m beyond it comes first.
    """
    before = np.concatenate([[0.0], np.cumsum(low)])
    slot, kept = np.ogrid[: low.size, : low.size]
    spare = total - (before[-1] - before[1:, None])
    x = (spare - before[None, :-1]) / np.maximum(slot + 1 - kept, 1)
    first: np.ndarray = (x >= low - _SAME).argmax(axis=1)
    return np.take_along_axis(x, first[:, None], axis=1)[:, 0]


def _others(fact: Fact, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What stands beside ``fact`` as a reason; the ends of the scale go without saying."""
    return tuple(other for other in dict.fromkeys(facts) if other != fact and other.kind != "scale")


def _in_words(fact: Fact) -> str:
    """A fact as a message names it."""
    if fact.kind == "score":
        parts = [fact.province or "a province"]
        if fact.rank is not None:
            parts.append(f"rank {fact.rank}")
        if fact.score is not None:
            parts.append(f"score {fact.score:g}")
        said = ", ".join(parts)
    elif fact.kind in ("band", "scale"):
        parts = ["a scale" if fact.kind == "scale" else f"{fact.count} provinces"]
        if fact.low is not None:
            parts.append(f"{'from' if fact.low_closed else 'above'} {fact.low:g}")
        if fact.high is not None:
            parts.append(f"{'up to' if fact.high_closed else 'below'} {fact.high:g}")
        said = " ".join(parts)
    else:
        said = f"{fact.kind} {fact.value:g}"
    return f"{said} ({fact.source_id})" if fact.source_id else said
