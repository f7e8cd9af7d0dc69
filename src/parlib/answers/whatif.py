"""What if a province scored otherwise, and all others as they did: its sums, ranks, groups, and theirs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from parlib.answers._field import Field
from parlib.errors import UsageError
from parlib.frameworks import Framework
from parlib.scoring import EDITION, MissingRule, add_groups, add_ranks, measure_change


def what_if(
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    scores: Mapping[str, float],
    *,
    missing: MissingRule = "exclude",
) -> pd.DataFrame:
    """The edition with other scores of one province, ranked and grouped anew.

    Every node above a changed leaf moves by the same points, so that a printed total keeps its rounding.

    Parameters
    ----------
    scored
        One edition, with ranks, groups and change (see :mod:`parlib.scoring`).
    framework
        The tree of that year.
    province
        Slug.
    scores
        New scores of some of the leaves, in points.
    missing
        How provinces without a score count for the groups.

    Returns
    -------
    pandas.DataFrame
        The same rows; those of the province that changed have the basis ``illustrative``. The change on the edition
        before is that of the new score.

    Raises
    ------
    UsageError
        When an indicator is no leaf, has no score to start from, or the new score lies outside its scale.
    """
    field = Field(scored, framework)
    own = field.scores.loc[field.require_province(province)]
    moved: dict[str, float] = {}
    for leaf, score in scores.items():
        if framework.require(leaf) not in field.leaves or pd.isna(own[leaf]):
            raise UsageError(
                f"{leaf} of {field.title} is no leaf with a score of {province}; nothing to change."
            )
        low, high = framework.scale(leaf)
        if not np.isfinite(score) or score < low or score > high:
            raise UsageError(f"{leaf} goes from {low:g} to {high:g}, not to {score}.")
        points = score - own[leaf]
        node: object = leaf
        while isinstance(node, str) and points:
            moved[node] = moved.get(node, 0.0) + points
            node = framework.table.at[node, "parent"]
    mine = (scored["province"] == province) & scored["indicator"].isin(moved) & scored["score"].notna()
    if not mine.any():
        return scored
    points = scored["indicator"].map(moved).where(mine, 0.0)
    changed = scored.assign(score=scored["score"] + points, basis=scored["basis"].mask(mine, "illustrative"))
    concerned = changed["indicator"].isin(moved)
    # Ranks of a partial field are those a source printed: they are not computed here either.
    whole = {code: "whole" if code in field.whole else "partial" for code in moved}
    rows = changed[concerned]
    parts = [
        add_ranks(part, part[EDITION].drop_duplicates().assign(coverage=whole[code]))
        for code, part in rows.groupby("indicator", sort=False)
    ]
    ranked = measure_change(add_groups(pd.concat(parts), missing))
    return pd.concat([changed[~concerned], ranked[changed.columns]]).reindex(changed.index)
