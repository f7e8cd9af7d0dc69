"""What the ranking would be without one of its parts."""

from __future__ import annotations

import pandas as pd

from parlib.audit._parts import Level, complete, scored_parts
from parlib.audit.comparison import comparison
from parlib.frameworks import Framework


def omissions(scores: pd.DataFrame, framework: Framework, level: Level = "children") -> pd.DataFrame:
    """How much the order of the provinces hangs on each part of the total.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year; provinces without one of the parts are left out.
    level
        Leave out one of the total's ``children``, or one of its deepest ``leaves``.

    Returns
    -------
    pandas.DataFrame
        By ``indicator`` left out, the one that moves the provinces most first: ``spearman`` (of the ranks with and
        without it), ``mean_shift`` and ``largest_shift`` (places), ``gains`` and ``loses`` (the province that gains and
        loses most places without it; missing where none does).

    Notes
    -----
    For the ranks of one province without each part see :func:`parlib.answers.robustness.weight_robustness`.
    """
    parts = complete(scores, scored_parts(scores, framework, level))
    total = parts.sum(axis=1)
    rows = {}
    for part in parts:
        found = comparison(total, total - parts[part])
        shift = found.rows["shift"]
        gains = shift.idxmax() if shift.max() > 0 else None
        loses = shift.idxmin() if shift.min() < 0 else None
        rows[part] = (found.spearman, found.mean_shift, found.largest_shift, gains, loses)
    columns = ["spearman", "mean_shift", "largest_shift", "gains", "loses"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("indicator")
    return frame.sort_values("mean_shift", ascending=False, kind="stable")
