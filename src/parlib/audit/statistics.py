"""What each indicator looks like: spread, shape, and how many provinces stand at its ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from parlib.frameworks import Framework

SKEWED, PEAKED = 2.0, 3.5
"""An indicator with both a skewness and an excess kurtosis beyond these has outliers that drive its correlations."""

_EXACT = 1e-9  # sums of printed scores differ in the last binary digits
_HALF_UNIT = 0.005  # scores are printed with two decimals, the least score of a scale too


def statistics(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """One row per indicator of the framework that has scores, in its order.

    Parameters
    ----------
    scores
        Provinces by indicators, in points.
    framework
        The tree of that year; gives the ends of every scale.

    Returns
    -------
    pandas.DataFrame
        By ``indicator``: ``n`` and ``missing`` (provinces), ``mean, median, sd, lowest, highest`` (points; ``sd`` with
        n - 1), ``skewness`` and ``kurtosis`` (of the sample, unbiased under normality; kurtosis in excess of the
        normal), ``distinct`` (different values), ``floor_share`` and ``ceiling_share`` (0-1: provinces at the least and
        the greatest score there is; missing where the framework does not give it) and ``outlying`` (skewness beyond
        2 and kurtosis beyond 3.5, the rule of thumb of the Joint Research Centre's audits).

    Notes
    -----
    OECD and JRC, *Handbook on Constructing Composite Indicators* (2008), step 4.
    """
    columns = [code for code in framework.order if code in scores and scores[code].notna().any()]
    values = scores[columns].astype("float64")
    table = framework.table.loc[columns]
    top = table["max_score"].astype("float64")
    top = np.fmin(top, table["printed_max"].astype("float64").fillna(top)) - _EXACT
    bottom = table["min_score"].astype("float64") + _HALF_UNIT
    n = values.notna().sum()
    skewness, kurtosis = values.skew(), values.kurt()
    frame = pd.DataFrame(
        {
            "n": n,
            "missing": len(values) - n,
            "mean": values.mean(),
            "median": values.median(),
            "sd": values.std(),
            "lowest": values.min(),
            "highest": values.max(),
            "skewness": skewness,
            "kurtosis": kurtosis,
            "distinct": values.nunique(),
            "floor_share": ((values <= bottom).sum() / n).where(bottom.notna()),
            "ceiling_share": ((values >= top).sum() / n).where(top.notna()),
            "outlying": (skewness.abs() > SKEWED) & (kurtosis > PEAKED),
        }
    )
    return frame.rename_axis("indicator")
