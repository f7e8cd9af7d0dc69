"""Whether the indicators of a dimension measure one thing: Cronbach's alpha."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parlib.audit._parts import complete, scored_parts
from parlib.errors import UsageError
from parlib.frameworks import Framework

ACCEPTABLE = 0.7
"""From this value on, a set of items is usually called consistent (Nunnally 1978)."""


def cronbach_alpha(items: pd.DataFrame, *, standardised: bool = False) -> float:
    """Cronbach's coefficient alpha of a set of items.

    Parameters
    ----------
    items
        Provinces by indicators; a province without one of them does not count.
    standardised
        Give every item a standard deviation of 1 first, as the handbook does where scales differ.

    Returns
    -------
    float
        At most 1; negative where the items run against each other; missing where the sum does not vary.

    Raises
    ------
    UsageError
        With fewer than two items or three provinces that have all of them.

    Notes
    -----
    ``alpha = q / (q - 1) * (1 - sum of the variances / variance of the sum)``; OECD and JRC handbook, equation 18.
    """
    values = complete(items, list(items.columns))
    if standardised:
        values = values / values.std()
    spread = float(values.sum(axis=1).var())
    count = values.shape[1]
    return count / (count - 1) * (1 - float(values.var().sum()) / spread) if spread > 0 else float("nan")


def alpha_if_dropped(items: pd.DataFrame, *, standardised: bool = False) -> pd.DataFrame:
    """Alpha of what is left when one item goes, as table 11 of the handbook.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``: ``rest`` (correlation with the sum of the other items) and ``alpha`` (of the other items;
        missing where only one is left).
    """
    values = complete(items, list(items.columns))
    if standardised:
        values = values / values.std()
    total = values.sum(axis=1)
    rows = {
        item: (
            values[item].corr(total - values[item]),
            cronbach_alpha(values.drop(columns=item)) if values.shape[1] > 2 else np.nan,
        )
        for item in values
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rest", "alpha"]).rename_axis("indicator")


def consistency(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Alpha of every node of the main tree that has at least two scored children.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``, in the order of the framework: ``items``, ``n`` (provinces that have all items), ``alpha`` (of
        points), ``alpha_standardised``, ``mean_r`` (mean correlation of the items), ``acceptable`` (alpha of 0.7 or
        more). Nodes whose items fewer than three provinces have are left out.
    """
    rows = {}
    for node in framework.walk():
        children = scored_parts(scores, framework, "children", node)
        try:
            items = complete(scores, children)
        except UsageError:
            continue
        alpha = cronbach_alpha(items)
        matrix = items.corr().to_numpy()
        mean_r = float(matrix[np.triu_indices(len(children), 1)].mean())
        standardised = cronbach_alpha(items, standardised=True)
        rows[node] = (len(children), len(items), alpha, standardised, mean_r, alpha >= ACCEPTABLE)
    columns = ["items", "n", "alpha", "alpha_standardised", "mean_r", "acceptable"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("indicator")
