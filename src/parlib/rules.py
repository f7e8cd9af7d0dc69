"""Evidence to points, and back: how a leaf of a framework or scorecard is scored. Pure.

A rule is data: a kind and its parameters, held by a row of ``framework.csv`` (columns ``rule``, ``target``,
``zero_denominator`` and, where a table has it, ``rule_parameters``) or of a scorecard. What a zero denominator and
absent evidence give is part of the rule, because published indices differ in it: Index 766 gives full points to a
province without petitions and none to one without surveyed dossiers.

The rules of PAR INDEX are not public in machine form. Rules that a user attaches to a scorecard are the user's.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from itertools import pairwise
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from parlib.errors import UsageError, nearest
from parlib.frameworks import Framework

Outcome: TypeAlias = Literal["full", "zero", "missing"]
"""What a case that the rule cannot compute gives: all points, none, or no score at all."""
Reading: TypeAlias = Literal["share", "value"]
"""``share``: numerator over denominator. ``value``: the numerator as it stands."""

EVIDENCE = ["numerator", "denominator", "items"]
STATES = ("scored", "zero_denominator", "no_evidence", "fault")
UNSCORED = ("sum", "monitoring")
"""Words of the column ``rule`` that say where a figure comes from, but not how a leaf earns points."""

_OUTCOMES = get_args(Outcome)
_READINGS = get_args(Reading)
_SLACK = 1e-9  # points that binary fractions may be off by
_CASE_SLACK = 1e-12  # of the cases due: 0.6 * 40 is 24.000000000000004 and needs 24 cases, not 25

Floats: TypeAlias = npt.NDArray[np.float64]
Texts: TypeAlias = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """How the points of one leaf follow from its evidence.

    Parameters
    ----------
    zero_denominator
        What a denominator of 0 gives (nothing was due).
    no_evidence
        What an absent numerator or denominator gives.
    """

    zero_denominator: Outcome = "missing"
    no_evidence: Outcome = "missing"

    kind: ClassVar[str]

    @property
    def of_share(self) -> bool:
        """Whether the points follow from numerator over denominator, so that they can be told in cases."""
        return getattr(self, "reads", None) == "share"

    def __post_init__(self) -> None:
        for name in ("zero_denominator", "no_evidence"):
            _require(getattr(self, name) in _OUTCOMES, f"{name} must be one of {', '.join(_OUTCOMES)}")

    @abstractmethod
    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        """The value that each row's evidence amounts to, and its state (one of :data:`STATES`)."""

    @abstractmethod
    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        """Points of values that are within the rule's range."""

    def points(self, evidence: pd.DataFrame, max_score: float | pd.Series) -> pd.Series:
        """Points of every row of evidence, at full precision.

        Parameters
        ----------
        evidence
            Columns ``numerator``, ``denominator`` and, for checklists, ``items`` (places of the items met, from 1,
            separated by semicolons: ``1;3``). A column that the rule does not read may be absent.
        max_score
            Points of the leaf when everything is met, one for all rows or one per row.

        Returns
        -------
        pandas.Series
            ``score``, from 0 to ``max_score``; missing where the evidence is faulty (see :meth:`states`) or the rule
            says that such a case has no score.
        """
        values, states = self._values(evidence)
        maximum = np.broadcast_to(np.asarray(max_score, dtype="float64"), values.shape)
        earned = np.where(states == "scored", self._earned(values, maximum), np.nan)
        for state, outcome in (
            ("zero_denominator", self.zero_denominator),
            ("no_evidence", self.no_evidence),
        ):
            factor = {"full": 1.0, "zero": 0.0, "missing": np.nan}[outcome]
            earned = np.where(states == state, maximum * factor, earned)
        return pd.Series(earned, index=evidence.index, name="score")

    def states(self, evidence: pd.DataFrame) -> pd.Series:
        """What each row's evidence is: ``scored``, ``zero_denominator``, ``no_evidence`` or ``fault``.

        A fault is evidence that contradicts itself or the rule: a numerator above its denominator, cases of none due,
        an answer that is neither 0 nor 1, an item that the checklist does not have.
        """
        return pd.Series(self._values(evidence)[1], index=evidence.index, name="state", dtype="str")

    @abstractmethod
    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The least evidence that earns at least ``points``: a share, a value, or the items of a checklist.

        Missing where the points are missing or above ``max_score``; nothing is needed for none.
        """

    @property
    def parameters(self) -> str:
        """The parameters as text that :func:`make_rule` reads back; defaults are left out."""
        return "; ".join(
            f"{field.name}={_write(getattr(self, field.name))}"
            for field in fields(self)
            if field.name != "zero_denominator" and getattr(self, field.name) != field.default
        )


@dataclass(frozen=True, kw_only=True)
class _ShareRule(Rule):
    """A rule on numerator over denominator.

    Parameters
    ----------
    may_exceed
        Whether more than was due is possible (revenue above plan). The points stop at the maximum either way; where
        it is not possible, such evidence is a fault.
    """

    may_exceed: bool = False

    reads: ClassVar[Reading] = "share"

    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        return _shares(evidence, may_exceed=self.may_exceed)


@dataclass(frozen=True, kw_only=True)
class Proportional(_ShareRule):
    """Maximum times share."""

    kind: ClassVar[str] = "proportional"

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        return max_score * np.minimum(values, 1.0)

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The share that earns ``points``."""
        return _reachable(points, max_score) / max_score


@dataclass(frozen=True, kw_only=True)
class ToTarget(_ShareRule):
    """Full points at a target share, in proportion below it.

    Parameters
    ----------
    target
        Share that earns all points, above 0.
    """

    kind: ClassVar[str] = "to_target"
    target: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(self.target > 0, "target must be above 0")
        _require(
            self.target <= 1 or self.may_exceed,
            "a target above 100 % needs may_exceed=yes, or nobody could reach it",
        )

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        return max_score * np.minimum(values / self.target, 1.0)

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The least share that earns ``points``."""
        return self.target * _reachable(points, max_score) / max_score


@dataclass(frozen=True, kw_only=True)
class LinearWithFloor(_ShareRule):
    """Nothing below a floor, then a straight line up to all points at the target.

    Parameters
    ----------
    floor
        Share below which there are no points.
    target
        Share that earns all points.
    at_floor
        Part of the maximum that the floor itself earns: 0 for a line that starts from nothing, ``floor / target``
        for points in proportion that are only paid out from the floor on.
    """

    kind: ClassVar[str] = "linear_with_floor"
    floor: float
    target: float = 1.0
    at_floor: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(0 <= self.floor < self.target, "floor must be 0 or more and below target")
        _require(0 <= self.at_floor <= 1, "at_floor must be a part from 0 to 1")
        _require(self.target <= 1 or self.may_exceed, "a target above 100 % needs may_exceed=yes")

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        way = np.clip((values - self.floor) / (self.target - self.floor), 0.0, 1.0)
        part = self.at_floor + (1 - self.at_floor) * way
        return max_score * np.where(values < self.floor, 0.0, part)

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The least share that earns ``points``: at least the floor for any points at all."""
        part = _reachable(points, max_score) / max_score
        rest = 1 - self.at_floor
        way = ((part - self.at_floor) / rest).clip(lower=0.0) if rest > 0 else part * 0.0
        return (self.floor + (self.target - self.floor) * way).where(part != 0, 0.0).where(part.notna())


@dataclass(frozen=True, kw_only=True)
class Binary(Rule):
    """All points for yes (1), none for no (0), in the column ``numerator``."""

    kind: ClassVar[str] = "binary"

    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        return _ranged(_numbers(evidence, "numerator"), lambda answer: (answer == 0) | (answer == 1))

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        return max_score * values

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """1 (yes) for any points, 0 for none."""
        wanted = _reachable(points, max_score)
        return (wanted > 0).astype("float64").where(wanted.notna())


@dataclass(frozen=True, kw_only=True)
class Steps(Rule):
    """Thresholds to points: the highest step reached counts.

    Parameters
    ----------
    steps
        Pairs (threshold, points), both rising; the threshold itself belongs to its step, and below the first there
        are no points.
    reads
        Whether thresholds are shares or values.
    may_exceed
        For shares: whether more than was due is possible.
    """

    kind: ClassVar[str] = "steps"
    steps: tuple[tuple[float, float], ...]
    reads: Reading = "share"
    may_exceed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(bool(self.steps), "steps must hold at least one threshold:points")
        _require(self.reads in _READINGS, f"reads must be one of {', '.join(_READINGS)}")
        for column, what in zip(zip(*self.steps, strict=True), ("thresholds", "points"), strict=True):
            rising = all(low < high for low, high in pairwise(column))
            _require(rising and column[0] >= 0, f"the {what} of steps must rise from 0 or more")

    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        if self.of_share:
            return _shares(evidence, may_exceed=self.may_exceed)
        return _ranged(_numbers(evidence, "numerator"), lambda value: value >= 0)

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        thresholds, given = (np.array(column, dtype="float64") for column in zip(*self.steps, strict=True))
        _fits(given[-1], max_score, "the highest step")
        return np.concatenate([[0.0], given])[np.searchsorted(thresholds, values, side="right")]

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The lowest threshold whose step gives ``points`` or more."""
        thresholds, given = (np.array(column, dtype="float64") for column in zip(*self.steps, strict=True))
        _fits(given[-1], np.array([max_score]), "the highest step")
        wanted = _reachable(points, float(given[-1]))
        place = np.searchsorted(given, wanted.fillna(0.0).to_numpy() - _SLACK, side="left")
        least = pd.Series(thresholds[place], index=points.index)
        return least.where(wanted != 0, 0.0).where(wanted.notna())


@dataclass(frozen=True, kw_only=True)
class Checklist(Rule):
    """The sum of the points of the items that are met.

    Parameters
    ----------
    items
        Points of each item, in the order of the list. Evidence names the items met by their place: ``1;3``;
        ``0`` says that none is.
    """

    kind: ClassVar[str] = "checklist"
    items: tuple[float, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(bool(self.items), "items must hold the points of at least one item")
        _require(all(points > 0 for points in self.items), "every item must have points above 0")

    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        written = evidence["items"] if "items" in evidence else pd.Series(np.nan, index=evidence.index)
        sums = [self._sum(text) for text in written]
        values = np.array([math.nan if earned is None else earned for earned in sums], dtype="float64")
        states = np.where(
            written.isna().to_numpy(), "no_evidence", np.where(np.isnan(values), "fault", "scored")
        )
        return values, states.astype("object")

    def _sum(self, text: Any) -> float | None:
        """Points of the items that ``text`` names; ``None`` where it names none properly."""
        if not isinstance(text, str):
            return None
        places = [place.strip() for place in text.split(";")]
        if places == ["0"]:
            return 0.0
        if not all(place.isascii() and place.isdigit() and len(place) <= 4 for place in places):
            return None
        numbers = [int(place) for place in places]
        if len(set(numbers)) != len(numbers) or not all(1 <= n <= len(self.items) for n in numbers):
            return None
        return math.fsum(self.items[n - 1] for n in numbers)

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        _fits(math.fsum(self.items), max_score, "all items together")
        return np.minimum(values, max_score)

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The fewest items that earn ``points``, the most valuable first, as text (``1;3``; ``0`` for none)."""
        _fits(math.fsum(self.items), np.array([max_score]), "all items together")
        wanted = _reachable(points, math.fsum(self.items))
        order = sorted(range(len(self.items)), key=lambda place: -self.items[place])

        def fewest(goal: float) -> str | None:
            if math.isnan(goal):
                return None
            chosen: list[int] = []
            while math.fsum(self.items[place] for place in chosen) < goal - _SLACK:
                chosen.append(order[len(chosen)])
            return ";".join(str(place + 1) for place in sorted(chosen)) or "0"

        return pd.Series([fewest(goal) for goal in wanted], index=points.index, dtype="str")


@dataclass(frozen=True, kw_only=True)
class SurveyScale(Rule):
    """A survey answer to points: linear from the low to the high end of its scale.

    Parameters
    ----------
    low, high
        Ends of the scale: 0 and 1 for a share of satisfied people, 1 and 5 for a mean of answers.
    reads
        ``share`` (satisfied over asked) or ``value`` (the mean, in the column ``numerator``).
    """

    kind: ClassVar[str] = "survey_scale"
    low: float = 0.0
    high: float = 1.0
    reads: Reading = "share"

    def __post_init__(self) -> None:
        super().__post_init__()
        _require(self.low < self.high, "low must be below high")
        _require(self.reads in _READINGS, f"reads must be one of {', '.join(_READINGS)}")
        _require(self.reads == "value" or 0 <= self.low < self.high <= 1, "a share lies from 0 to 1")

    def _values(self, evidence: pd.DataFrame) -> tuple[Floats, Texts]:
        if self.of_share:
            values, states = _shares(evidence, may_exceed=False)
            outside = (states == "scored") & ((values < self.low) | (values > self.high))
            return values, np.where(outside, "fault", states)
        return _ranged(_numbers(evidence, "numerator"), lambda mean: (mean >= self.low) & (mean <= self.high))

    def _earned(self, values: Floats, max_score: Floats) -> Floats:
        return max_score * (values - self.low) / (self.high - self.low)

    def inverse(self, points: pd.Series, max_score: float) -> pd.Series:
        """The share or mean that earns ``points``."""
        return self.low + (self.high - self.low) * _reachable(points, max_score) / max_score


KINDS: Mapping[str, type[Rule]] = {
    kind.kind: kind
    for kind in (Proportional, ToTarget, Binary, Steps, LinearWithFloor, Checklist, SurveyScale)
}
"""Every kind of rule by its word in the column ``rule``."""


def make_rule(
    kind: str, parameters: str = "", *, target: float | None = None, zero_denominator: str | None = None
) -> Rule:
    """A rule from its columns.

    Parameters
    ----------
    kind
        A key of :data:`KINDS`.
    parameters
        ``name=value`` pairs separated by semicolons. Numbers take a decimal point or comma and may be per cent; lists
        separate their members by a slash, steps are ``threshold:points``: ``target=80%``;
        ``steps=0.5:0.5 / 0.8:1; reads=share``; ``items=0.5/0.5/1``; ``low=1; high=5; reads=value``.
    target, zero_denominator
        The columns of the same names; ``None`` where empty.

    Raises
    ------
    UsageError
        Naming the parameter that is unknown, absent, or out of its range.

    Examples
    --------
    >>> make_rule("to_target", "target=80%").points(pd.DataFrame({"numerator": [60], "denominator": [100]}), 2)[0]
    1.5
    """
    if kind not in KINDS:
        raise UsageError(
            f"no rule is called {kind!r}.{nearest(kind, list(KINDS))} Known: {', '.join(KINDS)}."
        )
    known = {field.name: field for field in fields(KINDS[kind])}
    given: dict[str, Any] = {}
    for pair in filter(None, (part.strip() for part in parameters.split(";"))):
        name, equals, text = (part.strip() for part in pair.partition("="))
        if name not in known or not equals:
            raise UsageError(
                f"the rule {kind} has no parameter {pair!r}; it has {', '.join(known)}, written name=value."
            )
        if name in given:
            raise UsageError(f"the parameter {name} stands twice.")
        given[name] = _read(name, text)
    for name, value in (("target", target), ("zero_denominator", zero_denominator)):
        if value is not None:
            if name in given:
                raise UsageError(f"{name} stands both in its own column and among the parameters.")
            if name not in known:
                raise UsageError(f"the rule {kind} has no {name}.")
            given[name] = value
    for name, field in known.items():
        if field.default is MISSING and name not in given:
            raise UsageError(f"the rule {kind} needs {name}.")
    return KINDS[kind](**given)


def rule_of(row: Mapping[str, Any]) -> Rule | None:
    """The rule that a framework or scorecard row carries; ``None`` where it carries none.

    Parameters
    ----------
    row
        Keys ``rule``, ``target``, ``zero_denominator`` and ``rule_parameters``, as far as the table has them.

    Raises
    ------
    UsageError
        When the rule is not one of :data:`KINDS` or its parameters do not fit.
    """
    kind = row.get("rule")
    if not isinstance(kind, str) or kind in UNSCORED:
        return None
    parameters, target, zero = (row.get(key) for key in ("rule_parameters", "target", "zero_denominator"))
    return make_rule(
        kind,
        parameters if isinstance(parameters, str) else "",
        target=None if target is None or pd.isna(target) else float(target),
        zero_denominator=zero if isinstance(zero, str) else None,
    )


def add_points(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Add what the framework's rules make of each row's evidence.

    Parameters
    ----------
    scores
        Scores frame of one index and year with ``numerator`` and ``denominator`` (and ``items``).
    framework
        The tree of that year, whose rows carry the rules.

    Returns
    -------
    pandas.DataFrame
        With ``points`` (full precision; missing where there is no rule or no evidence), ``points_state`` (see
        :meth:`Rule.states`; missing without a rule), ``rule`` and ``rule_status`` (how sure the framework is of the
        rule; only ``confirmed`` ones may be called the index's own).
    """
    points = pd.Series(np.nan, index=scores.index)
    states = pd.Series(np.nan, index=scores.index, dtype="str")
    kinds, statuses = states.copy(), states.copy()
    for indicator, rows in scores.groupby("indicator", sort=False):
        row = framework.table.loc[indicator]
        rule = rule_of(row)
        if rule is None:
            continue
        points.loc[rows.index] = rule.points(rows, float(row["max_score"]))
        states.loc[rows.index] = rule.states(rows)
        kinds.loc[rows.index] = rule.kind
        statuses.loc[rows.index] = row["status"]
    return scores.assign(points=points, points_state=states, rule=kinds, rule_status=statuses)


def cases_needed(rule: Rule, evidence: pd.DataFrame, points: pd.Series, max_score: float) -> pd.Series:
    """How many more cases each row needs to earn ``points``, its denominator staying as it is.

    Parameters
    ----------
    rule
        Any rule.
    evidence
        Columns ``numerator`` and ``denominator``, in cases.
    points
        The wanted points of each row.
    max_score
        Points of the leaf.

    Returns
    -------
    pandas.Series
        Whole cases, 0 where the points are already earned; missing where they cannot be reached, there is no
        evidence to start from, or the rule reads no share (:attr:`Rule.of_share`).
    """
    if not rule.of_share:
        return pd.Series(np.nan, index=evidence.index, name="cases")
    scored = rule.states(evidence) == "scored"
    share = rule.inverse(points, max_score).astype("float64")
    due = _numbers(evidence, "denominator")
    done = _numbers(evidence, "numerator")
    more = np.ceil(share.to_numpy() * due - done - _CASE_SLACK * due)
    return pd.Series(np.maximum(more, 0.0), index=evidence.index, name="cases").where(scored)


def _shares(evidence: pd.DataFrame, *, may_exceed: bool) -> tuple[Floats, Texts]:
    done, due = _numbers(evidence, "numerator"), _numbers(evidence, "denominator")
    nothing_due = due == 0
    share = np.divide(done, due, out=np.full(due.shape, np.nan), where=~nothing_due)
    fault = (done < 0) | (due < 0) | (nothing_due & (done > 0)) | ((share > 1) & (not may_exceed))
    absent = np.isnan(due) | (np.isnan(done) & ~nothing_due)
    states = np.select([fault, nothing_due, absent], ["fault", "zero_denominator", "no_evidence"], "scored")
    return share, states.astype("object")


def _ranged(values: Floats, allowed: Callable[[Floats], npt.NDArray[np.bool_]]) -> tuple[Floats, Texts]:
    states = np.select([np.isnan(values), ~allowed(values)], ["no_evidence", "fault"], "scored")
    return values, states.astype("object")


def _numbers(evidence: pd.DataFrame, column: str) -> Floats:
    if column not in evidence:
        return np.full(len(evidence), np.nan)
    numbers: Floats = evidence[column].to_numpy(dtype="float64", na_value=np.nan)
    return numbers


def _reachable(points: pd.Series, most: float) -> pd.Series:
    wanted = points.astype("float64")
    return wanted.clip(lower=0.0, upper=most).where(wanted <= most + _SLACK)


def _fits(points: float, max_score: Floats, what: str) -> None:
    if (points > max_score + _SLACK).any():
        raise UsageError(f"{what} would give {points:g} points of {float(max_score.min()):g}.")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise UsageError(f"{sentence}.")


def _read(name: str, text: str) -> Any:
    if name == "steps":
        pairs = [part.partition(":") for part in text.split("/")]
        return tuple((_number(name, low), _number(name, points)) for low, _, points in pairs)
    if name == "items":
        return tuple(_number(name, part) for part in text.split("/"))
    if name == "may_exceed":
        _require(text in ("yes", "no"), "may_exceed must be yes or no")
        return text == "yes"
    if name in ("reads", "zero_denominator", "no_evidence"):
        return text
    return _number(name, text)


def _number(name: str, text: str) -> float:
    plain = text.strip().replace(",", ".")
    percent = plain.endswith("%")
    try:
        value = float(plain.removesuffix("%"))
    except ValueError:
        value = math.nan
    _require(math.isfinite(value), f"{name} must be a number, not {text.strip()!r}")
    return value / 100 if percent else value


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, tuple):
        return "/".join(
            ":".join(_write(part) for part in member) if isinstance(member, tuple) else _write(member)
            for member in value
        )
    return str(value)
