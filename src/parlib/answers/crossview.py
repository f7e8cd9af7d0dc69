"""Several indices of one year side by side: who stands where in each, and whether they agree.

The indices differ in what they measure and in how many provinces of a year are known. So nothing is filled in: a
correlation is that of the provinces known in both, with its number and interval, and a province is put in a half of
the field only where what is known proves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from parlib.answers.bounds import Bounds
from parlib.errors import UsageError
from parlib.frameworks import ROOT

LEVEL = 0.95
METHOD = "Spearman's rho; interval by Fisher's z with the standard error of Bonett and Wright (2000)"
_FEWEST = 4  # with three pairs the standard error has no degrees of freedom

Measure = Literal["score", "rank"]


@dataclass(frozen=True)
class Correlation:
    """Rank correlation of two indices over the provinces known in both.

    Attributes
    ----------
    x, y
        The indices.
    rho, low, high, level
        Spearman's coefficient and its interval; the ends are missing (``None``) with fewer than four provinces, and
        where the coefficient is 1 or -1.
    n
        Provinces known in both.
    measure
        Whether scores or printed ranks were compared: whichever more provinces have in both.
    selective
        Whether either index is known of some provinces only. Those in print are mostly the first, the last and the
        places that report on themselves, so the figure does not speak for all.
    """

    x: str
    y: str
    rho: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    measure: Measure
    selective: bool
    method: str = METHOD


@dataclass(frozen=True)
class CrossView:
    """Indices of one year side by side.

    Attributes
    ----------
    year, frame
        Which year and map of provinces.
    coverage
        By index: ``known`` (provinces with a score), ``ranked`` (with a rank), ``of`` (provinces of the table),
        ``whole`` (whether the publisher released the full table).
    rows
        One row per province and index with a figure: ``province, index, score, rank, of, best, worst, half``. ``best``
        and ``worst`` are the ranks that what is known leaves open; ``half`` is missing where they lie on both sides of
        the middle.
    correlations
        One per pair of indices with a province in common.
    """

    year: int
    frame: int
    coverage: pd.DataFrame
    rows: pd.DataFrame
    correlations: tuple[Correlation, ...]

    def quadrants(self, x: str, y: str) -> pd.DataFrame:
        """The halves of the field in two indices.

        Returns
        -------
        pandas.DataFrame
            Columns ``province, x_half, y_half``: provinces whose half is proved in both.

        Raises
        ------
        UsageError
            When either index has no figures that year.
        """
        for index in (x, y):
            if index not in self.coverage.index:
                known = ", ".join(self.coverage.index)
                raise UsageError(f"no figures of {index} for {self.year}; there are {known}.")
        halves = self.rows.pivot(index="province", columns="index", values="half")
        halves = halves.reindex(columns=[x, y]).dropna()
        return halves.set_axis(["x_half", "y_half"], axis=1).rename_axis(columns=None).reset_index()

    def of_province(self, province: str) -> pd.DataFrame:
        """The rows of one province."""
        return self.rows[self.rows["province"] == province].reset_index(drop=True)


def crossview(
    scored: Mapping[str, pd.DataFrame], bounds: Mapping[str, Bounds], *, level: float = LEVEL
) -> CrossView:
    """Put indices of one year side by side.

    Parameters
    ----------
    scored
        By index: scored rows of one edition each, all of the same year and frame.
    bounds
        By index: what is known of its table (:func:`parlib.answers.bounds.bounds`).
    level
        Level of the correlation intervals.

    Raises
    ------
    UsageError
        When fewer than two indices are given, or their years or frames differ.
    """
    if len(scored) < 2:
        raise UsageError(f"a view across indices needs two or more, not {len(scored)}.")
    editions = {(int(s["year"].iloc[0]), int(s["frame"].iloc[0])) for s in scored.values()}
    if len(editions) != 1:
        raise UsageError("indices of different years or maps of provinces are not put side by side.")
    ((year, frame),) = editions
    parts = [_standing(edition, bounds[index]) for index, edition in scored.items()]
    rows = pd.concat(parts, ignore_index=True)
    coverage = pd.DataFrame(
        [
            {
                "index": index,
                "known": int(part["score"].notna().sum()),
                "ranked": int(part["rank"].notna().sum()),
                "of": bounds[index].of,
                "whole": bool((scored[index]["rank_basis"] == "computed").any()),
            }
            for index, part in zip(scored, parts, strict=True)
        ]
    ).set_index("index", drop=False)
    wide: dict[Measure, pd.DataFrame] = {
        measure: rows.pivot(index="province", columns="index", values=measure)
        .reindex(columns=list(scored))  # of an index of which no total is known, too
        .astype("float64")
        for measure in get_args(Measure)
    }
    correlations = [_correlate(wide, coverage, x, y, level) for x, y in combinations(scored, 2)]
    return CrossView(year, frame, coverage, rows, tuple(c for c in correlations if c.n > 0))


def _standing(edition: pd.DataFrame, known: Bounds) -> pd.DataFrame:
    rows = edition.loc[edition["indicator"] == ROOT, ["province", "index", "score", "rank"]].copy()
    rows = rows[rows["score"].notna() | rows["rank"].notna()]
    rows["of"] = known.of
    ranks = [known.ranks_of_province(province) for province in rows["province"]]
    # A table known whole has its ranks already, ties included.
    whole = rows["rank"].notna()
    rows["best"] = rows["rank"].where(whole, pd.Series([r.best for r in ranks], rows.index)).astype("Int64")
    rows["worst"] = rows["rank"].where(whole, pd.Series([r.worst for r in ranks], rows.index)).astype("Int64")
    middle = (known.of + 1) / 2
    half = np.select([rows["worst"] <= middle, rows["best"] > middle], ["upper", "lower"], default="")
    rows["half"] = pd.Series(half, index=rows.index, dtype="str").replace("", np.nan)
    return rows


def _correlate(
    wide: Mapping[Measure, pd.DataFrame], coverage: pd.DataFrame, x: str, y: str, level: float
) -> Correlation:
    both = {measure: table[[x, y]].dropna() for measure, table in wide.items()}
    chosen: Measure = "rank" if len(both["rank"]) > len(both["score"]) else "score"
    pairs = both[chosen]
    selective = not bool(coverage.loc[[x, y], "whole"].all())
    rho, low, high = spearman(pairs[x].to_numpy(), pairs[y].to_numpy(), level)
    return Correlation(x, y, rho, low, high, level, len(pairs), chosen, selective)


def spearman(
    x: np.ndarray, y: np.ndarray, level: float = LEVEL
) -> tuple[float | None, float | None, float | None]:
    """Spearman's rank correlation with an interval.

    The interval is Fisher's: atanh(rho) ± z · sqrt((1 + rho²/2) / (n - 3)), turned back by tanh (D. G. Bonett and
    T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika
    65, 2000).

    Returns
    -------
    tuple
        Coefficient, lower and upper end; the coefficient is ``None`` where one side does not vary, the ends are where
        there are fewer than four pairs or the order is the same throughout.
    """
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None, None, None
    rho = float(np.corrcoef(pd.Series(x).rank(), pd.Series(y).rank())[0, 1])
    if x.size < _FEWEST or 1 - abs(rho) < 1e-12:
        return rho, None, None
    reach = NormalDist().inv_cdf((1 + level) / 2) * float(np.sqrt((1 + rho**2 / 2) / (x.size - 3)))
    ends = np.tanh(np.arctanh(rho) + np.array([-reach, reach]))
    return rho, float(ends[0]), float(ends[1])


def as_dict(view: CrossView, province: str | None = None) -> dict[str, Any]:
    """``{year, frame, indices, rows: [{province, <index>: {score, rank, …}}], correlations}``.

    Parameters
    ----------
    view
        The indices side by side.
    province
        Only this one, if given.
    """
    rows = view.rows if province is None else view.of_province(province)
    keys = ["score", "rank", "of", "best", "worst", "half"]
    return {
        "year": view.year,
        "frame": view.frame,
        "indices": view.coverage.to_dict("records"),
        "rows": [
            {
                "province": slug,
                **{row["index"]: {key: row[key] for key in keys} for row in group.to_dict("records")},
            }
            for slug, group in rows.groupby("province", sort=True)
        ],
        "correlations": [vars(correlation) for correlation in view.correlations],
    }
