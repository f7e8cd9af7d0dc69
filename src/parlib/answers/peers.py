"""Whom to compare with, and whom to ask.

A peer is a province of the same region, of the same group, on the user's own list, or of the most similar profile. For
each weakness of the province the peers that do well there are named, with their scores and how they came to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from parlib.answers._field import Field
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework
from parlib.scoring import EDITION

By = Literal["similarity", "region", "group", "list"]

NEAREST = 6
WEAKNESSES = 5
TREND_EDITIONS = 5
_USED = [
    *(*EDITION, "province", "indicator", "score", "rank", "of", "rank_basis", "group"),
    *("comparable", "previous_score"),
]
_COMMON = 0.5  # a profile compared on fewer than half of the leaves is not the same profile


@dataclass(frozen=True)
class Peers:
    """The peers of a province in one edition, and what they do better.

    Attributes
    ----------
    edition
        ``index, year, date, frame``.
    province, by
        Whose peers, and how they were chosen.
    rows
        Columns ``province, distance, compared``: distance of the profile (root mean square difference of the leaves,
        in standard deviations of the field; missing where too few leaves are known) and the number of leaves compared.
        Nearest first.
    contributions
        Peers by leaves: share of each leaf in the squared distance, 0 to 1.
    weaknesses
        Columns ``indicator, score, max_score, rank, of, lost, best``: leaves in the lower half of the field, those
        with the most points lost against the best first.
    better
        Columns ``indicator, province, score, own, gain, rank, of, trend``: peers in the upper half of the field on a
        weakness, highest score first. ``trend`` is a tuple of (year, date, score) over comparable editions, oldest
        first.
    """

    edition: dict[str, Any]
    province: str
    by: By
    rows: pd.DataFrame
    contributions: pd.DataFrame
    weaknesses: pd.DataFrame
    better: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """``{rows: [{province, distance, contributions, better_on: [...]}], weaknesses: [...]}``."""
        better = self.better.assign(trend=[_trend_rows(trend) for trend in self.better["trend"]])
        on = {
            province: rows.drop(columns="province")
            for province, rows in better.groupby("province", sort=False)
        }
        return {
            "rows": [
                {
                    **row,
                    "contributions": self.contributions.loc[row["province"]].dropna().to_dict(),
                    "better_on": on[row["province"]].to_dict("records") if row["province"] in on else [],
                }
                for row in self.rows.to_dict("records")
            ],
            "weaknesses": self.weaknesses.to_dict("records"),
        }


def _trend_rows(trend: Sequence[tuple[int, str | None, float]]) -> list[dict[str, Any]]:
    return [{"year": year, "date": date, "score": score} for year, date, score in trend]


def peers(
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    *,
    by: By = "similarity",
    regions: Mapping[str, str | None] | None = None,
    named: Sequence[str] = (),
    count: int = NEAREST,
    weak: int = WEAKNESSES,
    date: str | None = None,
) -> Peers:
    """The peers of a province and what they do better.

    Parameters
    ----------
    scored
        Scored rows of all editions of one index (:meth:`parlib.datasets.Record.scored`): the framework's year is
        answered, earlier ones give the trends.
    framework
        The tree of the year to answer.
    province
        Slug.
    by
        ``similarity``: the ``count`` provinces of the nearest profile; ``region``: those of its region, by
        ``regions`` (slug to region); ``group``: those of its group in the total; ``list``: those ``named``.
    weak
        How many weaknesses to look at.
    date
        Day of the edition, for an index dated by day (default: the latest of the year).

    Raises
    ------
    UsageError
        When the province has no figures, no region, no group or no known profile, as the choice needs.
    """
    scored = scored[_USED]
    year = scored[scored["year"] == framework.year]
    day = date or (year["date"].max() if year["date"].notna().any() else None)
    field = Field(year if day is None else year[year["date"] == day], framework)
    field.require_province(province)
    distances, contributions = profile_distances(field, province)
    members = _members(field, province, by, distances, regions or {}, named, count)
    rows = distances.reindex(members).rename_axis("province").reset_index()
    rows["compared"] = rows["compared"].fillna(0).astype("int64")
    rows = rows.sort_values("distance", kind="stable", na_position="last").reset_index(drop=True)
    weaknesses = _weaknesses(field, province, weak)
    return Peers(
        field.edition,
        province,
        by,
        rows,
        contributions.reindex(members),
        weaknesses,
        _better(scored, field, weaknesses, members),
    )


def profile_distances(field: Field, province: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How far every other province's profile is, and which leaves make it so.

    Each leaf is standardised over the field, so that a leaf on which all provinces are alike weighs as much as one on
    which they differ widely; the distance is the root mean square difference over the leaves that both have.

    Returns
    -------
    tuple of pandas.DataFrame
        By province: ``distance, compared``; and the share of each leaf in the squared distance. Provinces with
        fewer than half of the leaves in common are missing.
    """
    leaves = field.scores[field.leaves]
    spread = leaves.std(ddof=0)
    standard = (leaves - leaves.mean()) / spread.where(spread > 0)
    own = standard.loc[province]
    squares = (standard - own).drop(index=province) ** 2
    squares = squares.loc[:, own.notna().to_numpy()]
    compared = squares.notna().sum(axis=1)
    enough = (compared >= _COMMON * squares.shape[1]) & (compared > 0)
    squares, compared = squares[enough], compared[enough]
    distance = np.sqrt(squares.mean(axis=1))
    shares = squares.div(squares.sum(axis=1).replace(0.0, np.nan), axis=0)
    return pd.DataFrame({"distance": distance, "compared": compared}), shares


def _members(
    field: Field,
    province: str,
    by: By,
    distances: pd.DataFrame,
    regions: Mapping[str, str | None],
    named: Sequence[str],
    count: int,
) -> list[str]:
    others = [other for other in field.scores.index if other != province]
    if by == "list":
        if not named:
            raise UsageError("a list of peers needs names; give at least one province.")
        return [field.require_province(name) for name in dict.fromkeys(named) if name != province]
    if by == "region":
        region = regions.get(province)
        if region is None:
            raise UsageError(
                f"{province} has no region in {field.title}; choose peers by similarity, group or list."
            )
        return [other for other in others if regions.get(other) == region]
    if by == "group":
        total = field.wide("group").get(ROOT)
        group = None if total is None else total.get(province)
        if not isinstance(group, str):
            raise UsageError(
                f"{province} has no group in {field.title}, as groups need the whole field; "
                "choose peers by region or list."
            )
        return [other for other in others if total[other] == group]
    if distances.empty:
        raise UsageError(
            f"the profile of {province} in {field.title} is not known well enough to compare; "
            "choose peers by region or list."
        )
    return list(distances.sort_values("distance", kind="stable").index[:count])


def _weaknesses(field: Field, province: str, count: int) -> pd.DataFrame:
    rows = field.scored[field.scored["province"] == province]
    rows = rows[rows["indicator"].isin(field.leaves)]
    low = rows[(rows["rank"] > (rows["of"] + 1) / 2).fillna(False).astype(bool) & rows["score"].notna()]
    low = low[["indicator", "score", "rank", "of"]].reset_index(drop=True)
    low.insert(2, "max_score", [field.framework.max_score(code) for code in low["indicator"]])
    low["best"] = field.scores[list(low["indicator"])].max().to_numpy(dtype="float64")
    low["lost"] = low["best"] - low["score"]
    return low.sort_values("lost", ascending=False, kind="stable").head(count).reset_index(drop=True)


def _better(
    history: pd.DataFrame, field: Field, weaknesses: pd.DataFrame, members: list[str]
) -> pd.DataFrame:
    now = field.scored[field.scored["province"].isin(members)]
    good = now[(now["rank"] <= (now["of"] + 1) / 2).fillna(False).astype(bool)]
    own = weaknesses[["indicator", "score"]].rename(columns={"score": "own"})
    rows = own.merge(good[["indicator", "province", "score", "rank", "of"]], on="indicator", how="inner")
    rows["gain"] = rows["score"] - rows["own"]
    rows = rows[rows["gain"] > 0]
    order = {code: at for at, code in enumerate(weaknesses["indicator"])}
    rows = rows.sort_values(
        ["indicator", "score"],
        key=lambda column: column.map(order) if column.name == "indicator" else -column,
        kind="stable",
    ).reset_index(drop=True)
    trends = _trends(history, field, rows)
    rows["trend"] = pd.Series(
        [trends[key] for key in zip(rows["indicator"], rows["province"], strict=True)], dtype="object"
    )
    return rows[["indicator", "province", "score", "own", "gain", "rank", "of", "trend"]]


def _trends(
    history: pd.DataFrame, field: Field, rows: pd.DataFrame
) -> dict[tuple[str, str], tuple[tuple[int, str | None, float], ...]]:
    """Comparable scores up to the edition, oldest first: back to a break, a gap, or the editions shown."""
    edition = field.edition
    mine = history[history["indicator"].isin(rows["indicator"].unique())]
    mine = mine[(mine["frame"] == edition["frame"]) & mine["province"].isin(rows["province"].unique())]
    until = mine["year"] <= edition["year"]
    if edition["date"]:
        until &= mine["date"] <= edition["date"]
    mine = mine[until].sort_values(EDITION, ascending=False, kind="stable")
    steps: dict[tuple[str, str], list[tuple[int, str | None, float]]] = {}
    ended: set[tuple[str, str]] = set()
    columns = ["indicator", "province", "year", "date", "score", "comparable", "previous_score"]
    for code, province, year, day, score, comparable, previous in zip(
        *(mine[c] for c in columns), strict=True
    ):
        key = (code, province)
        if key in ended:
            continue
        shown = steps.setdefault(key, [])
        shown.append((int(year), day if isinstance(day, str) else None, float(score)))
        if len(shown) == TREND_EDITIONS or not comparable or pd.isna(previous):
            ended.add(key)
    return {key: tuple(reversed(shown)) for key, shown in steps.items()}
