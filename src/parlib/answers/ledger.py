"""Where the points went: maximum minus score of every indicator, and who does better."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from parlib.answers._field import EXACT, Field
from parlib.frameworks import MAIN, ROOT, Framework
from parlib.scoring import roll_up

BEST_DECILE = 0.9


def ledger(
    scored: pd.DataFrame,
    framework: Framework,
    province: str,
    *,
    regions: Mapping[str, str | None] | None = None,
    split: str = MAIN,
) -> pd.DataFrame:
    """The points that a province lost, indicator by indicator.

    Parameters
    ----------
    scored
        Scores frame of one edition with ranks and change (see :mod:`parlib.scoring`).
    framework
        The tree of that year; its maxima are exact (a third of 10, where 3.33 was printed).
    province
        Slug.
    regions
        Region of each province, for the best of the region; without it there is none.
    split
        Which decomposition of the total.

    Returns
    -------
    pandas.DataFrame
        One row per indicator that is scored in the edition, parents before children:

        ``indicator, parent, level, depth, leaf, name_vi, name_en, assessed_by``
            What it is. ``leaf``: nothing below it is scored.
        ``max_score, score, lost``
            Points; ``lost`` is the maximum minus the score, missing where either is. A leaf that does not apply to
            this province (column ``applicable``) has a maximum of 0, and those above it are less by its points.
        ``unassigned``
            Of an inner indicator, the part of ``lost`` that the rows below do not account for: rounding of printed
            scores, and parts whose maximum or score is not known. ``lost`` is exactly the sum of the ``lost`` next
            below plus this; where what a part belongs to is not scored, the part counts for what stands above that.
        ``share``
            ``lost`` as a share (0-1) of all points lost.
        ``rank, group``
            Standing of the province in this indicator.
        ``of, at_max, best_decile, best_decile_score``
            Provinces with a score; how many have the maximum (as printed, where that is less than the exact one);
            how many score at or above the 90th percentile, and that percentile.
        ``best_region, best_region_provinces, best_country, best_country_provinces, attainable_max``
            Best scores in points and the slugs that have them; the attainable maximum is the best score that any
            province reached in this edition.
        ``previous_score, previous_lost``
            Of the previous edition, where the two are comparable.

        What says something about all provinces is missing where only some are known.

    Raises
    ------
    UsageError
        When the edition has no such province.
    """
    field = Field(scored, framework)
    field.require_province(province)
    nodes = [node for node in framework.walk(ROOT, split) if node in field.scores]
    own = scored[scored["province"] == province].set_index("indicator").reindex(nodes)
    rows = framework.table.loc[
        nodes, ["indicator", "parent", "level", "name_vi", "name_en", "assessed_by", "max_score"]
    ].copy()
    rows["depth"] = [framework.depth(node) for node in nodes]
    rows["leaf"] = rows["indicator"].isin(framework.scored_leaves(nodes, split))
    rows["score"] = own["score"]
    if "applicable" in scored:
        mine = scored[scored["province"] == province]
        due = roll_up(mine, framework, split).set_index("indicator")["applicable_max"]
        spared = own["applicable"].astype("boolean").eq(False).fillna(False)
        rows["max_score"] = due.reindex(nodes).fillna(rows["max_score"]).where(~spared, 0.0)
    rows["lost"] = rows["max_score"] - rows["score"]
    # Parents come before children, so the last one named is the nearest that is scored.
    above = {part: node for node in nodes for part in framework.walk(node, split) if part != node}
    rows["unassigned"] = rows["lost"] - rows["lost"].groupby(above).sum()
    total = rows.at[ROOT, "lost"] if ROOT in rows.index else np.nan
    rows["share"] = rows["lost"] / total if total > EXACT else np.nan
    rows[["rank", "group"]] = own[["rank", "group"]]
    rows = rows.join(_field_facts(field, nodes, framework)).join(_best(field, nodes, province, regions or {}))
    rows["attainable_max"] = rows["best_country"]
    rows["previous_score"] = own["previous_score"].where(own["comparable"].eq(True))
    rows["previous_lost"] = rows["max_score"] - rows["previous_score"]
    return rows.reset_index(drop=True)


def _field_facts(field: Field, nodes: list[str], framework: Framework) -> pd.DataFrame:
    scores = field.scores[nodes]
    exact = framework.table.loc[nodes, "max_score"]
    printed = framework.table.loc[nodes, "printed_max"].fillna(exact)
    full = scores >= np.fmin(exact, printed) - EXACT
    decile = scores.quantile(BEST_DECILE)
    facts = pd.DataFrame(
        {
            "of": scores.notna().sum().astype("Int64"),
            "at_max": full.sum().astype("Int64").where(exact.notna()),
            "best_decile": (scores >= decile - EXACT).sum().astype("Int64"),
            "best_decile_score": decile,
        }
    )
    return facts.loc[facts.index.isin(field.whole)].reindex(nodes)


def _best(field: Field, nodes: list[str], province: str, regions: Mapping[str, str | None]) -> pd.DataFrame:
    """Best score and its holders, in the region and in the country."""
    home = regions.get(province)
    neighbours = [slug for slug in field.scores.index if home is not None and regions.get(slug) == home]
    columns: dict[str, list[object]] = {}
    for name, members in (("best_region", neighbours), ("best_country", list(field.scores.index))):
        scores = field.scores.loc[members, nodes]
        best = scores.max().where(scores.columns.isin(field.whole))
        columns[name] = best.to_list()
        holds = (scores >= best - EXACT).to_numpy()
        columns[f"{name}_provinces"] = [
            tuple(slug for slug, yes in zip(members, held, strict=True) if yes) for held in holds.T
        ]
    return pd.DataFrame(columns, index=nodes)
