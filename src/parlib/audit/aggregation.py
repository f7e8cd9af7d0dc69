"""The total as it might have been put together: other scales, other means."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from parlib.audit._parts import Level, complete, scored_parts
from parlib.audit.weights import weightings
from parlib.errors import UsageError
from parlib.frameworks import Framework

Scale = Literal["points", "min_max", "z_score", "ranks"]
Mean = Literal["arithmetic", "geometric"]

SCALES: tuple[Scale, ...] = ("points", "min_max", "z_score", "ranks")
MEANS: tuple[Mean, ...] = ("arithmetic", "geometric")


def rescale(parts: pd.DataFrame, scale: Scale, most: pd.Series | None = None) -> pd.DataFrame:
    """Bring indicators to one scale on which a geometric mean can be taken.

    Parameters
    ----------
    parts
        Provinces by indicators, in points, none missing.
    scale
        ``points``: share of the maximum, 0-1. ``min_max``: 1 for the lowest score found to 100 for the highest.
        ``z_score``: mean 100, standard deviation 10. ``ranks``: provinces that stand lower plus half of those level,
        plus one half (Borda's count, shifted so that the last province has more than nothing).
    most
        Maximum of each indicator, for ``points``.

    Raises
    ------
    UsageError
        When the maximum of an indicator is needed and not known.

    Notes
    -----
    OECD and JRC handbook, section 5; the ends 1 and 100 are those of the JRC's own geometric means, so that the last
    province is not at zero. An indicator that all provinces have the same score in stands in the middle.
    """
    if scale == "points":
        if most is None or most.reindex(parts.columns).isna().any():
            raise UsageError("the maximum of every indicator is needed to put points on one scale.")
        return parts / most.reindex(parts.columns)
    if scale == "min_max":
        spread = parts.max() - parts.min()
        return (1 + 99 * (parts - parts.min()) / spread.where(spread > 0)).fillna(50.5)
    if scale == "z_score":
        spread = parts.std()
        return (100 + 10 * (parts - parts.mean()) / spread.where(spread > 0)).fillna(100.0)
    return parts.rank() - 0.5


def aggregate(parts: pd.DataFrame, weights: pd.Series, mean: Mean = "arithmetic") -> pd.Series:
    """Weighted mean of the indicators of each province.

    Parameters
    ----------
    parts
        Provinces by indicators, on one scale; for a geometric mean none is negative (one zero makes the mean zero).
    weights
        By indicator; scaled to sum to 1.
    mean
        ``arithmetic`` (a weakness can be made up for elsewhere) or ``geometric`` (only partly).

    Raises
    ------
    UsageError
        For the geometric mean of a negative score.

    Notes
    -----
    OECD and JRC handbook, equation 31 and section 6.11.
    """
    share = (weights / weights.sum()).reindex(parts.columns)
    if mean == "arithmetic":
        return parts @ share
    if (parts < 0).to_numpy().any():
        raise UsageError("a geometric mean needs scores that are not negative; rescale them first.")
    weighed = share.index[share > 0]
    with np.errstate(divide="ignore"):
        logarithms = np.log(parts[weighed].astype("float64"))
    return np.exp(logarithms @ share[weighed])


def rank_down(totals: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
    """Ranks from the best down; ties share the best place, and binary noise makes no difference."""
    return totals.round(9).rank(method="min", ascending=False)


def alternatives(scores: pd.DataFrame, framework: Framework, level: Level = "children") -> pd.DataFrame:
    """The rank of every province had the total been put together in another way.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year.
    level
        Put together from the total's ``children`` or from its deepest ``leaves``.

    Returns
    -------
    pandas.DataFrame
        By province (those with all parts), a rank a column: ``nominal`` (sum of points, as published), ``equal`` and
        ``components`` (other weights, see :func:`parlib.audit.weightings`), ``geometric`` (geometric mean of shares of
        the maximum), ``min_max`` and ``z_score`` (rescaled first), ``ranks`` (mean of ranks); all but the second and
        third with the nominal weights. ``best`` and ``worst`` are the ends of these ranks.
    """
    parts = complete(scores, scored_parts(scores, framework, level))
    most = framework.table["max_score"].astype("float64")
    weights = weightings(scores, framework, level)
    on_points = rescale(parts, "points", most)
    totals = {name: aggregate(on_points, weights[name]) for name in weights}
    totals["geometric"] = aggregate(on_points, weights["nominal"], "geometric")
    for scale in SCALES[1:]:
        totals[scale] = aggregate(rescale(parts, scale), weights["nominal"])
    ranks = rank_down(pd.DataFrame(totals)).astype("int64")
    return ranks.assign(best=ranks.min(axis=1), worst=ranks.max(axis=1)).sort_values(
        ["nominal"], kind="stable"
    )
