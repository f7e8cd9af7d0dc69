"""Who stands just above and below, and what a little more or less would be worth in places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from parlib.answers._field import EXACT, Field, rank_among
from parlib.frameworks import ROOT, Framework

STEPS = (1.0, 0.5, 0.1, -0.1, -0.5, -1.0)


@dataclass(frozen=True)
class Ladder:
    """The neighbourhood of a province in one edition.

    Attributes
    ----------
    edition
        ``index, year, date, frame``.
    province, indicator
        Whose ladder, and of what.
    score, rank, of
        Points, place, and number of provinces that have a score.
    rows
        Columns ``place`` (``above``, ``level``, ``self``, ``below``), ``province, rank, score, difference``
        (points from this province; positive above it), best first.
    steps
        Columns ``points, score, rank, places``: the place with so many points more or less while all others
        stand still, and the places gained (negative: lost). Steps beyond the scale of the indicator are left out.
    """

    edition: dict[str, Any]
    province: str
    indicator: str
    score: float
    rank: int
    of: int
    rows: pd.DataFrame
    steps: pd.DataFrame


def ladder(
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    *,
    indicator: str = ROOT,
    neighbours: int = 3,
    steps: Sequence[float] = STEPS,
) -> Ladder:
    """The provinces next above and below, in points, and the worth of small gains and losses.

    Parameters
    ----------
    scored, framework
        One edition and its tree.
    province
        Slug.
    indicator
        The total or any other indicator that is known of the whole field.
    neighbours
        How many to show on either side; provinces level with this one are all shown.
    steps
        Gains and losses to try, in points of the indicator.

    Raises
    ------
    UsageError
        When the province has no score, or only some provinces are known.
    """
    field = Field(scored, framework)
    score, others = field.standing(province, indicator)
    everyone = pd.concat([others, pd.Series({province: score})])
    difference = everyone - score
    place = pd.Series("level", index=everyone.index, dtype="str")
    place = place.mask(difference > EXACT, "above").mask(difference < -EXACT, "below")
    place[province] = "self"
    rows = pd.DataFrame(
        {
            "place": place,
            "province": everyone.index,
            "rank": everyone.rank(method="min", ascending=False).astype("Int64"),
            "score": everyone,
            "difference": difference.mask(place.isin(["self", "level"]), 0.0),
        }
    ).sort_values(["score", "province"], ascending=[False, True])
    near = pd.concat(
        [
            rows[rows["place"] == "above"].tail(neighbours),
            rows[rows["place"].isin(["level", "self"])],
            rows[rows["place"] == "below"].head(neighbours),
        ]
    )
    rank = rank_among(score, others)
    low, high = framework.scale(indicator)
    tried = pd.DataFrame({"points": pd.Series(steps, dtype="float64")})
    tried["score"] = score + tried["points"]
    tried = tried[~(tried["score"] > high + EXACT) & ~(tried["score"] < low - EXACT)].reset_index(drop=True)
    tried["rank"] = pd.Series([rank_among(value, others) for value in tried["score"]], dtype="Int64")
    tried["places"] = rank - tried["rank"]
    return Ladder(
        field.edition, province, indicator, score, rank, len(everyone), near.reset_index(drop=True), tried
    )
