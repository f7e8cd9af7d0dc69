"""Which indicators move together, within a dimension and across dimensions."""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from parlib.audit._parts import LEAST, scored_parts
from parlib.frameworks import ROOT, Framework

Method = Literal["pearson", "spearman"]
COLLINEAR = 0.92
"""Two indicators that correlate more than this say the same thing (JRC)."""


def correlations(scores: pd.DataFrame, framework: Framework, method: Method = "pearson") -> pd.DataFrame:
    """One row per pair of the deepest indicators.

    Parameters
    ----------
    scores
        Provinces by indicators, in points.
    framework
        The tree of that year.
    method
        ``pearson`` (on points) or ``spearman`` (on ranks).

    Returns
    -------
    pandas.DataFrame
        ``first, second, first_parent, second_parent, within`` (same parent), ``n`` (provinces that have both), ``r``,
        ``p`` (two-sided, of no correlation; missing below three provinces) and ``collinear`` (beyond 0.92).

    Notes
    -----
    Each pair uses the provinces that have both. OECD and JRC handbook, step 4, table 6.
    """
    leaves = scored_parts(scores, framework)
    values = scores[leaves].astype("float64")
    matrix = values.corr(method=method, min_periods=LEAST)
    known = values.notna().astype("int64")
    both = known.T @ known
    parent = framework.table["parent"]
    frame = pd.DataFrame(
        [
            (a, b, parent[a], parent[b], parent[a] == parent[b], both.at[a, b], matrix.at[a, b])
            for a, b in combinations(leaves, 2)
        ],
        columns=["first", "second", "first_parent", "second_parent", "within", "n", "r"],
    )
    return frame.assign(p=_p_values(frame["r"], frame["n"]), collinear=frame["r"] > COLLINEAR)


def _p_values(r: pd.Series, n: pd.Series) -> pd.Series:
    """Two-sided, by Student's t with n - 2 degrees of freedom."""
    from scipy.stats import t

    freedom = (n - 2).where(n >= LEAST)
    with np.errstate(divide="ignore"):
        statistic = r.abs() * np.sqrt(freedom / (1 - r**2).clip(lower=0))
    return pd.Series(2 * t.sf(statistic, freedom), index=r.index)


def relations(pairs: pd.DataFrame) -> pd.DataFrame:
    """Correlations gathered by the parents of the pair.

    Parameters
    ----------
    pairs
        What :func:`correlations` returns.

    Returns
    -------
    pandas.DataFrame
        One row per pair of parents (the same twice: within): ``first_parent, second_parent, within, pairs, mean,
        lowest, highest, negative`` (how many pairs run against each other).
    """
    keys = ["first_parent", "second_parent", "within"]
    return (
        pairs.assign(against=pairs["r"] < 0)
        .groupby(keys, sort=False)
        .agg(
            pairs=("r", "size"),
            mean=("r", "mean"),
            lowest=("r", "min"),
            highest=("r", "max"),
            negative=("against", "sum"),
        )
        .reset_index()
    )


def belonging(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Whether each indicator belongs where it stands: its correlation with its own dimension and with the others.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``: ``parent``, ``own`` (correlation with the parent without the indicator itself; missing for an
        only child), ``total`` (with the total), ``nearest`` and ``nearest_r`` (the dimension that it correlates most
        with, and how much), ``belongs`` (``own`` is positive and no other dimension is nearer).
    """
    dimensions = scored_parts(scores, framework, "children")
    rows = []
    for dimension in dimensions:
        leaves = scored_parts(scores, framework, below=dimension)
        others = [other for other in dimensions if other != dimension]
        for leaf in leaves:
            mine = scores[leaf].astype("float64")
            rest = scores[[other for other in leaves if other != leaf]].sum(axis=1, skipna=False)
            own = mine.corr(rest) if len(leaves) > 1 else float("nan")
            elsewhere = scores[others].corrwith(mine)
            nearest = elsewhere.idxmax() if elsewhere.notna().any() else None
            far = float(elsewhere.max())
            near, r = (dimension, own) if nearest is None or own >= far else (nearest, far)
            total = mine.corr(scores[ROOT]) if ROOT in scores else float("nan")
            rows.append((leaf, dimension, own, total, near, r, bool(own > 0 and near == dimension)))
    columns = ["indicator", "parent", "own", "total", "nearest", "nearest_r", "belongs"]
    return pd.DataFrame(rows, columns=columns).set_index("indicator")
