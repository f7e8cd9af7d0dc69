"""A scorecard (bảng chấm điểm): one province's tree of criteria with points, evidence and rules. Pure.

A scorecard is a framework and its scores in one table, of any depth: a domain or criterion without rows below it is
itself a leaf. It is checked as a whole (:func:`faults`), its doubts are named (:func:`gaps`), and its points follow
either from what was entered or from the rules (:func:`evaluate`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from parlib.errors import UsageError
from parlib.frameworks import MAIN, ROOT, Framework
from parlib.rules import Rule, rule_of
from parlib.scoring import roll_up

ILLUSTRATIVE: Final = "illustrative"
SELF_ASSESSED: Final = "self-assessed"
ILLUSTRATIVE_NOTICE: Final = "SỐ LIỆU MINH HỌA / ILLUSTRATIVE"
"""What every sheet, page and file made from an illustrative scorecard carries, in both languages at once."""

LEVELS = ("index", "domain", "criterion", "component", "item")
ENTERED = ("score", "appraised", "self_assessed")
"""Columns of entered points; the first that is filled in counts (the published points are the appraised ones)."""
PRINTED_ROUNDING = 0.01
"""By how much a printed sum may be off for each of its parts, since parts are rounded one by one."""

_NUMBERS = ["max_score", "numerator", "denominator", *ENTERED]
COLUMNS = [
    *("indicator", "parent", "level", "number", "name_vi", "max_score", "assessed_by"),
    *("numerator", "denominator", "items", "self_assessed", "appraised", "score", "applicable"),
    *("reason", "agency", "documents", "rule", "rule_parameters", "zero_denominator", "basis", "note"),
]
"""Columns of :attr:`Scorecard.rows`; see ``data/schemas/scorecard.json`` (there ``applicable`` is said the other way
round, by ``not_applicable``)."""

_TEXTS = [column for column in COLUMNS if column not in (*_NUMBERS, "applicable")]
_EXACT = 0.0005  # maxima are stated to three decimals at most


@dataclass(frozen=True)
class Fault:
    """Why a scorecard cannot be taken as it stands, at one indicator and column."""

    indicator: str
    column: str
    found: str
    expected: str
    remedy: str = ""


@dataclass(frozen=True)
class Gap:
    """What keeps a sum from being known.

    ``kind`` is ``no_points`` (a leaf without points), ``no_maximum`` (a leaf whose maximum is not stated) or
    ``rows_missing`` (the maxima below a node add to less than the node's own: criteria are still to be filled in).
    """

    indicator: str
    kind: str
    found: float = np.nan
    expected: float = np.nan


@dataclass(frozen=True)
class Scorecard:
    """One province's scorecard of one year.

    Parameters
    ----------
    index, year, frame, province
        Which index (the key of a framework), year, map of provinces and province.
    rows
        :data:`COLUMNS`, one row per node, parents before children; the root is ``TOTAL``.

    Notes
    -----
    A scorecard with one illustrative row is illustrative as a whole: every row is marked so on construction, and
    whatever is computed from it carries the mark in ``basis``.
    """

    index: str
    year: int
    frame: int
    province: str
    rows: pd.DataFrame

    def __post_init__(self) -> None:
        rows = self.rows.reindex(columns=COLUMNS).reset_index(drop=True)
        rows = rows.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_TEXTS, "str"))
        rows["applicable"] = rows["applicable"].astype("boolean").fillna(True).astype(bool)
        if (rows["basis"] == ILLUSTRATIVE).any():
            rows["basis"] = ILLUSTRATIVE
        object.__setattr__(self, "rows", rows)

    @property
    def illustrative(self) -> bool:
        """Whether the figures are made up to show the structure."""
        return bool((self.rows["basis"] == ILLUSTRATIVE).any())

    @property
    def notice(self) -> str:
        """:data:`ILLUSTRATIVE_NOTICE`, or nothing."""
        return ILLUSTRATIVE_NOTICE if self.illustrative else ""

    @cached_property
    def framework(self) -> Framework:
        """The tree. Its rules are the user's, hence its status."""
        table = self.rows.assign(
            split=MAIN,
            name_en=self.rows["name_vi"],
            min_score=0.0,
            printed_max=np.nan,
            unit="points",
            target=np.nan,
            status="user",
            source_id="scorecard",
        )
        return Framework(self.index, self.year, table)

    @cached_property
    def leaves(self) -> list[str]:
        """The nodes without nodes below them, in order."""
        return [node for node in self.framework.walk() if not self.framework.split_children(node)]

    @cached_property
    def maxima(self) -> pd.Series:
        """Maximum of every node: as stated, else the sum of those below it; missing where neither is known."""
        table = self.framework.table
        out = table["max_score"].copy()
        for node in reversed(list(self.framework.walk())):  # children come first
            children = self.framework.split_children(node)
            if children and np.isnan(out[node]):
                out[node] = out[children].sum(skipna=False)
        return out

    @cached_property
    def rows_missing(self) -> dict[str, float]:
        """Nodes whose maximum is more than the maxima below them, which are given: rows are still to be filled in."""
        below = {
            node: self.maxima[children].sum(skipna=False)
            for node in self.framework.walk()
            if (children := self.framework.split_children(node))
        }
        return {node: points for node, points in below.items() if points < self.maxima[node] - _EXACT}

    @cached_property
    def inapplicable(self) -> pd.Series:
        """For every node whether it, or a node above it, does not apply."""
        table = self.framework.table
        out = ~table["applicable"]
        for node in self.framework.walk():  # parents come first
            parent = table.at[node, "parent"]
            if isinstance(parent, str):
                out[node] |= out[parent]
        return out

    def rule(self, indicator: str) -> Rule | None:
        """The rule of one row, if it carries one."""
        return rule_of(self.framework.table.loc[indicator])

    @classmethod
    def from_table(cls, index: str, table: pd.DataFrame) -> Scorecard:
        """The scorecard that a tidy table holds.

        Parameters
        ----------
        index
            Which index.
        table
            Columns of ``data/schemas/scorecard.json``: one province in one year.
        """
        ((year, frame, province),) = (
            table[["year", "frame", "province"]].drop_duplicates().to_numpy().tolist()
        )
        return cls(
            index, int(year), int(frame), province, table.assign(applicable=table["not_applicable"].isna())
        )


def from_framework(framework: Framework, frame: int, province: str = "") -> Scorecard:
    """An empty scorecard: the total and its parts, with the maxima that are confirmed and nothing below them."""
    nodes = [ROOT, *framework.split_children(ROOT)]
    rows = framework.table.loc[nodes, ["indicator", "parent", "level", "number", "name_vi", "max_score"]]
    return Scorecard(framework.index, framework.year, frame, province, rows.assign(basis=SELF_ASSESSED))


def faults(card: Scorecard) -> Iterator[Fault]:
    """What contradicts itself: points above a maximum, sums that do not hold, rules and evidence that do not fit.

    A printed sum may be off by :data:`PRINTED_ROUNDING` for each of the leaves below it. Sums are looked at only where
    the rows themselves are in order.
    """
    leaves, rows = set(card.leaves), card.rows.to_dict("records")
    sound = True
    for row in rows:
        for fault in (*_faults_of_points(row), *(_faults_of_rule(row) if row["indicator"] in leaves else ())):
            sound = False
            yield fault
    if not sound:
        return
    inner = [
        row for row in rows if row["indicator"] not in leaves and not card.inapplicable[row["indicator"]]
    ]
    for row in inner:
        yield from _faults_of_maxima(card, row)
    printed = [(row, column) for row in inner for column in ENTERED if not np.isnan(row[column])]
    if printed:
        result = evaluate(card, by_rules=False)
        below = result[result["leaf"] & result["applies"]].set_index("indicator")
        for row, column in printed:
            node = row["indicator"]
            parts = below.loc[[leaf for leaf in card.framework.walk(node) if leaf in below.index]]
            yield from _faults_of_sum(node, column, row[column], parts)


def _faults_of_points(row: Mapping[str, Any]) -> Iterator[Fault]:
    node, most = row["indicator"], row["max_score"]
    if most <= 0:
        yield Fault(node, "max_score", f"{most:g}", "a maximum above 0", "Enter the points of the row.")
    for column in ENTERED:
        points = row[column]
        if np.isnan(points):
            continue
        if not row["applicable"] and points != 0:
            yield Fault(
                node, column, f"{points:g} in a row that does not apply", "no points", "Clear one of the two."
            )
        elif points < 0 or points > most + 1e-9:
            yield Fault(
                node,
                column,
                f"{points:g}",
                f"points from 0 to {most:g}",
                "Correct the points or the maximum.",
            )


def _faults_of_rule(row: Mapping[str, Any]) -> Iterator[Fault]:
    node = row["indicator"]
    try:
        rule = rule_of(row)
        if rule is None:
            return
        evidence = pd.DataFrame([row])
        rule.points(evidence, row["max_score"])
    except UsageError as error:
        known = isinstance(row["rule_parameters"], str)
        yield Fault(node, "rule_parameters" if known else "rule", str(error), "a rule that fits the row", "")
        return
    if rule.states(evidence).item() == "fault":
        column = "items" if rule.kind == "checklist" else "numerator"
        shown = row["items"] if column == "items" else f"{row['numerator']:g} of {row['denominator']:g}"
        yield Fault(
            node,
            column,
            f"evidence that contradicts itself or the rule {rule.kind} ({shown})",
            "evidence within the range of the rule",
            "Correct the figures, or the rule.",
        )


def _faults_of_maxima(card: Scorecard, row: Mapping[str, Any]) -> Iterator[Fault]:
    below = card.maxima[card.framework.split_children(row["indicator"])].sum()
    if below > row["max_score"] + _EXACT:
        yield Fault(
            row["indicator"],
            "max_score",
            f"{row['max_score']:g}, while the rows below it add to {below:g}",
            "the sum of the maxima below",
            "Correct the maximum, or the rows below.",
        )


def _faults_of_sum(node: str, column: str, printed: float, leaves: pd.DataFrame) -> Iterator[Fault]:
    if column == "score":
        parts = leaves["entered"].fillna(leaves["rule_points"])
    else:  # nobody assesses or appraises what a survey measures
        surveyed = leaves["assessed_by"].isin(["survey", "statistics"])
        parts = leaves[column][~surveyed | leaves[column].notna()]
    if parts.empty or parts.isna().any():
        return
    if abs(parts.sum() - printed) > PRINTED_ROUNDING * len(parts) + 1e-9:
        yield Fault(
            node,
            column,
            f"{printed:g}, while the {len(parts)} rows below it add to {parts.sum():.6g}",
            f"their sum, to {PRINTED_ROUNDING:g} for each of them",
            "Correct the sum or the rows; an empty cell is summed for you.",
        )


def gaps(card: Scorecard, evaluated: pd.DataFrame) -> list[Gap]:
    """What keeps sums from being known, in the order of the scorecard.

    Parameters
    ----------
    card
        The scorecard.
    evaluated
        Its result from :func:`evaluate`.
    """
    out: list[Gap] = []
    table = evaluated.set_index("indicator")
    for node in card.framework.walk():
        row = table.loc[node]
        if not row["applies"]:
            continue
        if row["leaf"]:
            if np.isnan(row["max_score"]):
                out.append(Gap(node, "no_maximum"))
            if np.isnan(row["points"]) and not row["nothing_due"]:
                out.append(Gap(node, "no_points"))
        elif node in card.rows_missing:
            out.append(Gap(node, "rows_missing", card.rows_missing[node], card.maxima[node]))
    return out


def evaluate(card: Scorecard, *, by_rules: bool = True) -> pd.DataFrame:
    """Points of every leaf and every sum, at full precision.

    Parameters
    ----------
    card
        A scorecard without :func:`faults`.
    by_rules
        Whether a leaf whose rule and evidence give points takes them, rather than what was entered.

    Returns
    -------
    pandas.DataFrame
        In the order of the scorecard, the scores frame (``index, year, date, frame, province, indicator, score,
        published_rank, numerator, denominator, basis, source_id, note``), the other columns of the scorecard, and:

        ``leaf``, ``applies``
            Whether the row has none below it; whether it, and all above it, applies.
        ``points``
            The same as ``score``: points taken, or the sum of those below; missing where one is not known.
        ``points_from``
            Where a leaf's points come from: ``rule``, ``score``, ``appraised``, ``self_assessed``, ``not_applicable``;
            ``sum`` for other rows; missing where there are none.
        ``entered``
            Points that were entered (score, else appraised, else self-assessed).
        ``rule_points``, ``rule_state``
            What the rule gives, and on what evidence (see :meth:`parlib.rules.Rule.states`).
        ``nothing_due``
            Whether the rule leaves the leaf without points because nothing was due; it then adds nothing to the points
            and keeps its maximum.
        ``difference``
            Appraised less self-assessed points.
        ``applicable_max``, ``percent``, ``lost``
            Maximum of what applies, points over it in per cent, and points lost to it.
    """
    rows = card.rows.rename(columns={"score": "achieved"})
    inner = ~rows["indicator"].isin(card.leaves)
    applies = ~card.inapplicable.reindex(rows["indicator"]).to_numpy()
    entered = rows["achieved"].fillna(rows["appraised"]).fillna(rows["self_assessed"])
    entered_in = np.select(
        [rows[column].notna() for column in ("achieved", "appraised", "self_assessed")],
        list(ENTERED),
        default="",
    )
    rule_points, rule_state = _by_rules(card)
    use_rule = rule_points.notna() & by_rules & ~inner & applies
    nothing_due = (
        (rule_state == "zero_denominator") & (rows["zero_denominator"] == "missing") & entered.isna()
    )
    source = np.select([inner, ~applies, use_rule], ["sum", "not_applicable", "rule"], default=entered_in)
    frame = rows.assign(
        index=card.index,
        year=card.year,
        date=pd.Series(np.nan, index=rows.index, dtype="str"),
        frame=card.frame,
        province=card.province,
        score=entered.mask(use_rule, rule_points).mask(inner | ~applies),
        published_rank=pd.Series(pd.NA, index=rows.index, dtype="Int64"),
        source_id="scorecard",
        leaf=~inner,
        applies=applies,
        applicable=applies,
        points_from=pd.Series(source, index=rows.index, dtype="str").replace("", np.nan),
        entered=entered,
        rule_points=rule_points,
        rule_state=rule_state,
        nothing_due=nothing_due,
        difference=rows["appraised"] - rows["self_assessed"],
    )
    return _with_sums(card, frame)


def _by_rules(card: Scorecard) -> tuple[pd.Series, pd.Series]:
    rows, leaves = card.rows, set(card.leaves)
    points = pd.Series(np.nan, index=rows.index)
    states = pd.Series(np.nan, index=rows.index, dtype="str")
    for place, row in enumerate(rows.to_dict("records")):
        rule = rule_of(row) if row["indicator"] in leaves else None
        if rule is not None:
            evidence = rows.iloc[[place]]
            points.iloc[place] = rule.points(evidence, row["max_score"]).item()
            states.iloc[place] = rule.states(evidence).item()
    return points, states


def _with_sums(card: Scorecard, frame: pd.DataFrame) -> pd.DataFrame:
    sums = roll_up(frame, card.framework, leaves=card.leaves).set_index("indicator")
    leaf = frame["leaf"]
    computed, most = (frame["indicator"].map(sums[column]) for column in ("computed", "applicable_max"))
    own_max = frame["max_score"].where(frame["applies"], 0.0)
    incomplete = frame["indicator"].isin(_unknown_sums(card))
    points = frame["score"].where(leaf, computed).mask(incomplete)
    applicable_max = own_max.where(leaf, most).mask(incomplete)
    percent = 100 * points / applicable_max.where(applicable_max > 0)
    return frame.assign(
        score=points,
        points=points,
        applicable_max=applicable_max,
        percent=percent,
        lost=applicable_max - points,
    )


def _unknown_sums(card: Scorecard) -> set[str]:
    """Nodes below which rows are still missing, and all above them."""
    table = card.framework.table
    out: set[str] = set()
    for node in card.rows_missing:
        above: Any = node
        while isinstance(above, str):
            out.add(above)
            above = table.at[above, "parent"]
    return out


def by_assessment(evaluated: pd.DataFrame) -> pd.DataFrame:
    """Points and maxima by how the leaves are assessed.

    Returns
    -------
    pandas.DataFrame
        Columns ``assessed_by, leaves, at_max, points, applicable_max, basis``: one row per way of assessment that
        occurs. ``at_max`` counts the leaves that lose nothing.
    """
    leaves = evaluated[evaluated["leaf"] & evaluated["applies"]]
    points = leaves["points"].mask(leaves["nothing_due"], 0.0)
    leaves = leaves.assign(points=points, at_max=leaves["lost"].abs() < 1e-9, leaves=1)
    by = leaves.groupby("assessed_by", sort=False, dropna=False)
    sums = by[["points", "applicable_max"]].agg(lambda part: part.sum(skipna=False))
    counts = by[["leaves", "at_max"]].sum()
    return counts.join(sums).join(by["basis"].first()).reset_index()


_NODE = [
    *("indicator", "parent", "level", "number", "name_vi", "assessed_by", "leaf", "applies", "max_score"),
    *("applicable_max", "points", "percent", "lost", "points_from", "self_assessed", "appraised", "achieved"),
    *("entered", "difference", "rule", "rule_parameters", "zero_denominator", "rule_state", "rule_points"),
    *("numerator", "denominator", "items", "nothing_due", "reason", "agency", "documents", "basis", "note"),
]


def summary(card: Scorecard, evaluated: pd.DataFrame) -> dict[str, Any]:
    """The scorecard and its result as plain records, ready to be written as JSON.

    Returns
    -------
    dict
        ``index, year, frame, province, illustrative, notice, rules_set_by`` (always the user), ``total``,
        ``by_assessment``, ``nodes`` (in the order of the scorecard) and ``gaps``. A missing value is ``NaN`` or
        ``None``.
    """
    nodes = evaluated[_NODE].to_dict("records")
    total = {key: nodes[0][key] for key in ("points", "applicable_max", "percent", "lost", "basis")}
    return {
        "index": card.index,
        "year": card.year,
        "frame": card.frame,
        "province": card.province,
        "illustrative": card.illustrative,
        "notice": card.notice or None,
        "rules_set_by": "user",
        "total": total,
        "by_assessment": by_assessment(evaluated).to_dict("records"),
        "nodes": nodes,
        "gaps": [vars(gap) for gap in gaps(card, evaluated)],
    }
