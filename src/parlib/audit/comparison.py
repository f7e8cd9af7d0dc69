"""Two versions of an index side by side, and how well several rankings agree."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from parlib.audit._parts import LEAST
from parlib.audit.aggregation import rank_down
from parlib.errors import UsageError


@dataclass(frozen=True)
class Comparison:
    """One set of provinces in two rankings.

    Attributes
    ----------
    rows
        By province, those that both have: ``first, second`` (scores), ``rank_first, rank_second`` (among these
        provinces) and ``shift`` (places gained from the first to the second), the greatest shifts first.
    n
        How many provinces both have.
    spearman, kendall
        Correlation of the ranks: Spearman's rho and Kendall's tau-b.
    mean_shift, largest_shift
        Places that a province moves, on average and at most (either way).
    """

    rows: pd.DataFrame
    n: int
    spearman: float
    kendall: float
    mean_shift: float
    largest_shift: int


def comparison(first: pd.Series, second: pd.Series) -> Comparison:
    """Compare the rankings of two versions of an index, or of two indices.

    Parameters
    ----------
    first, second
        Scores by province, more is better; provinces that only one of them has are left out.

    Raises
    ------
    UsageError
        When fewer than three provinces are in both.

    Notes
    -----
    ``mean_shift`` is the average shift in ranks of the OECD and JRC handbook (equation 38).
    """
    from scipy.stats import kendalltau

    both = pd.DataFrame({"first": first, "second": second}).astype("float64").dropna()
    if len(both) < LEAST:
        raise UsageError(
            f"{len(both)} provinces are in both; at least {LEAST} are needed to compare rankings."
        )
    ranks = rank_down(both).astype("int64").add_prefix("rank_")
    shift = (ranks["rank_first"] - ranks["rank_second"]).rename("shift")
    rows = both.join(ranks).join(shift)
    rows = rows.iloc[shift.abs().argsort(kind="stable").to_numpy()[::-1]]
    tau = kendalltau(both["first"], both["second"]).statistic
    return Comparison(
        rows,
        len(both),
        float(both.corr(method="spearman").iat[0, 1]),
        float(tau),
        float(shift.abs().mean()),
        int(shift.abs().max()),
    )


def concordance(rankings: pd.DataFrame) -> float:
    """Kendall's coefficient of concordance W: 1 where all rankings agree, 0 where they have nothing in common.

    Parameters
    ----------
    rankings
        Provinces by rankings, as scores or ranks (all the same way round); provinces that one of them lacks are left
        out.

    Raises
    ------
    UsageError
        With fewer than two rankings or three provinces.

    Notes
    -----
    Kendall and Babington Smith (1939), with the correction for ties.
    """
    rows = rankings.astype("float64").dropna()
    n, raters = rows.shape
    if n < LEAST or raters < 2:
        raise UsageError(f"concordance needs 2 rankings of {LEAST} provinces; here are {raters} of {n}.")
    ranks = rows.rank()
    spread = float(((ranks.sum(axis=1) - ranks.sum(axis=1).mean()) ** 2).sum())
    tied = sum(float((size**3 - size).sum()) for size in (ranks[c].value_counts() for c in ranks))
    most = raters**2 * (n**3 - n) - raters * tied
    return 12 * spread / most if most > 0 else float("nan")
