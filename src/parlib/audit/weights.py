"""What an indicator weighs: in the book, in the differences between provinces, and as it might have been."""

from __future__ import annotations

import pandas as pd

from parlib.audit._parts import Level, complete, scored_parts
from parlib.audit.components import Components, components
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework

LEAST_SHARE = 10.0
"""Per cent of the variance that a component must explain to give weights (handbook, section 6.1)."""


def nominal_weights(framework: Framework, parts: list[str]) -> pd.Series:
    """Share of each part in the points to be had (sums to 1).

    Raises
    ------
    UsageError
        When the maximum of a part is not known.
    """
    most = framework.table.loc[parts, "max_score"].astype("float64")
    unknown = list(most.index[most.isna()])
    if unknown:
        raise UsageError(f"the maximum of {', '.join(unknown)} is not known, so nothing can be weighed.")
    return most / most.sum()


def effective_weights(
    scores: pd.DataFrame, framework: Framework, *, below: str = ROOT, level: Level = "children"
) -> pd.DataFrame:
    """How much each part of a sum makes provinces differ, beside what it may earn on paper.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year.
    below, level
        The sum, and its parts: its ``children`` or its deepest ``leaves``.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``: ``nominal`` (share of the points to be had), ``effective`` (covariance with the sum over the
        variance of the sum: the part of the differences between provinces that comes from this indicator; all sum to
        1, one that runs against the sum is negative), ``ratio`` (effective over nominal), ``r_squared`` (squared
        correlation with the sum) and ``n`` (provinces that have all parts).

    Notes
    -----
    The effective weights of a sum are those of Wang and Stanley (1970), *Differential weighting: a review of methods
    and empirical studies*, Review of Educational Research 40(5); ``r_squared`` is the linear importance measure of
    Paruolo, Saisana and Saltelli (2013), *Ratings and rankings: voodoo or science?*, JRSS A 176(3).
    """
    parts = scored_parts(scores, framework, level, below)
    rows = complete(scores, parts)
    total = rows.sum(axis=1)
    spread = float(total.var())
    nominal = nominal_weights(framework, parts)
    effective = rows.apply(lambda part: part.cov(total)) / spread
    frame = pd.DataFrame(
        {
            "nominal": nominal,
            "effective": effective,
            "ratio": effective / nominal,
            "r_squared": rows.corrwith(total) ** 2,
            "n": len(rows),
        }
    )
    return frame.rename_axis("indicator")


def weightings(scores: pd.DataFrame, framework: Framework, level: Level = "children") -> pd.DataFrame:
    """Weights that could have been chosen, each summing to 1.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year.
    level
        Weights of the total's ``children`` or of its deepest ``leaves``.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``: ``nominal`` (points to be had), ``equal``, and ``components`` (see
        :func:`component_weights`).
    """
    parts = scored_parts(scores, framework, level)
    return pd.DataFrame(
        {
            "nominal": nominal_weights(framework, parts),
            "equal": 1 / len(parts),
            "components": component_weights(components(scores, indicators=parts)).reindex(
                parts, fill_value=0.0
            ),
        }
    ).rename_axis("indicator")


def component_weights(found: Components, keep: int | None = None) -> pd.Series:
    """Weights from principal components, after Nicoletti and others (2000).

    Each indicator is taken with the rotated component that it loads on most (a negative loading does not count), weighs
    its squared loading there as a share of what the component explains, and the component weighs what it explains as a
    share of all kept. What a component explains cancels, so squared loadings remain; they are scaled to sum to 1.

    Parameters
    ----------
    found
        What :func:`components` returns.
    keep
        Components to keep; default: those with an eigenvalue above 1 that explain at least 10 per cent of the variance.

    Notes
    -----
    OECD and JRC handbook, section 6.1, tables 17, 18 and 22.
    """
    if keep is None:
        worth = (found.variance["eigenvalue"] > 1) & (found.variance["explained"] >= LEAST_SHARE)
        keep = max(int(worth.sum()), 1)
    weights = found.rotated(keep).max(axis=1).clip(lower=0) ** 2
    return (weights / weights.sum()).rename("components")
