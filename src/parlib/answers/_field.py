"""One edition as a table of provinces and indicators: what every answer about that edition starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from parlib.errors import UsageError, nearest
from parlib.frameworks import ROOT, Framework
from parlib.scoring import EDITION

EXACT = 1e-9
"""Two scores nearer than this are the same: sums of printed scores differ in the last binary digits."""


@dataclass(frozen=True)
class Field:
    """One edition of one index.

    Parameters
    ----------
    scored
        Scores frame of one edition with the columns of :mod:`parlib.scoring`.
    framework
        The tree of that year.

    Raises
    ------
    ValueError
        When ``scored`` holds no edition or several, or an edition that is not the framework's.
    """

    scored: pd.DataFrame
    framework: Framework

    def __post_init__(self) -> None:
        editions = self.scored[EDITION].drop_duplicates()
        if len(editions) != 1:
            raise ValueError(
                f"one edition is needed, not {len(editions)}; filter by year, date and frame first"
            )
        found = f"{editions['index'].iloc[0]} {editions['year'].iloc[0]}"
        wanted = f"{self.framework.index} {self.framework.year}"
        if found != wanted:
            raise ValueError(f"scores of {found} and the framework of {wanted}")

    @property
    def edition(self) -> dict[str, Any]:
        """``index``, ``year``, ``date`` (``None`` when dated by year) and ``frame``."""
        row = self.scored.iloc[0]
        date = row["date"] if isinstance(row["date"], str) else None
        return {"index": row["index"], "year": int(row["year"]), "date": date, "frame": int(row["frame"])}

    @property
    def title(self) -> str:
        """The edition in a few words, for messages."""
        return title_of(self.edition)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Provinces by indicators, in points; provinces by slug, so that no answer depends on the order of rows."""
        return self.wide("score").astype("float64")

    def wide(self, column: str) -> pd.DataFrame:
        """Any column of the scored frame as provinces by indicators."""
        return self.scored.pivot(index="province", columns="indicator", values=column).sort_index()

    @cached_property
    def whole(self) -> frozenset[str]:
        """Indicators of which every province that has a score is known, so that ranks can be computed."""
        computed = (self.scored["rank_basis"] == "computed").to_numpy()
        return frozenset(self.scored["indicator"].to_numpy()[computed])

    @cached_property
    def known(self) -> frozenset[str]:
        """Indicators that at least one province has a score in."""
        return frozenset(self.scores.columns[self.scores.notna().any()])

    @cached_property
    def leaves(self) -> list[str]:
        """The deepest indicators that have scores, in the order of the framework."""
        return self.framework.scored_leaves(self.known)

    @cached_property
    def scale(self) -> dict[str, tuple[float, float]]:
        """Least and greatest score of every indicator; what is not known counts as infinite, so as to compare."""
        ends = self.framework.table[["min_score", "max_score"]].fillna(np.inf)
        return dict(zip(ends.index, ends.itertuples(index=False, name=None), strict=True))

    def require_province(self, province: str) -> str:
        """``province`` itself if the edition has it, else a :class:`UsageError` naming the nearest."""
        if province not in self.scores.index:
            hint = nearest(province, list(self.scores.index))
            raise UsageError(f"{self.title} has no province {province!r}.{hint}")
        return province

    def require_whole(self, indicator: str, remedy: str = "") -> pd.Series:
        """Scores of an indicator that is known of the whole field (provinces without a score left out).

        Raises
        ------
        UsageError
            When only some provinces are known: no rank can be computed.
        """
        self.framework.require(indicator)
        if indicator not in self.whole:
            known = int(self.scores[indicator].notna().sum()) if indicator in self.scores else 0
            raise UsageError(
                f"{indicator} of {self.title} is known of {known} of {self.edition['frame']} provinces only, "
                f"so places cannot be computed. {remedy}".rstrip()
            )
        return self.scores[indicator].dropna()

    def standing(self, province: str, indicator: str = ROOT, remedy: str = "") -> tuple[float, pd.Series]:
        """The province's score and those of the others, of an indicator that is known of the whole field."""
        column = self.require_whole(indicator, remedy)
        if self.require_province(province) not in column.index:
            raise UsageError(f"{province} has no score of {indicator} in {self.title}.")
        return float(column[province]), column.drop(province)


def title_of(edition: Mapping[str, Any]) -> str:
    """``par 2018``: how messages call an edition."""
    return f"{edition['index']} {edition['date'] or edition['year']}"


def rank_among(score: float, others: npt.ArrayLike) -> int:
    """The place that ``score`` takes among others: one more than those above it; ties share the best place."""
    return 1 + int((np.asarray(others, dtype="float64") > score + EXACT).sum())
