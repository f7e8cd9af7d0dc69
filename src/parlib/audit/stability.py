"""How steady a ranking is from one edition to the next."""

from __future__ import annotations

import pandas as pd

from parlib.audit._parts import LEAST
from parlib.audit.comparison import comparison, concordance
from parlib.frameworks import ROOT
from parlib.scoring import EDITION


def stability(scored: pd.DataFrame, indicator: str = ROOT) -> pd.DataFrame:
    """Compare every edition of an index with the one before.

    Parameters
    ----------
    scored
        Scores frame of all editions of one index with ranks, groups and change (see :mod:`parlib.scoring`).
    indicator
        Of what.

    Returns
    -------
    pandas.DataFrame
        One row per edition that has at least three provinces in common with the one before, ranked whole: ``index,
        year, date, frame, previous_year, previous_date, comparable`` (no break between), ``n``, ``spearman, kendall``,
        ``mean_shift, largest_shift`` (places, among the provinces in both) and ``same_group`` (share, 0-1, of those
        grouped in both that stayed in their group).
    """
    mine = scored[(scored["indicator"] == indicator) & (scored["rank_basis"] == "computed")]
    rows = []
    for _, now in mine.groupby(EDITION, dropna=False, sort=True):
        edition = now.iloc[0]
        before = mine[_is(mine, edition)]
        new, old = (part.set_index("province") for part in (now, before))
        both = new.index.intersection(old.index[old["score"].notna()])
        both = both[new.loc[both, "score"].notna()]
        if len(both) < LEAST:
            continue
        compared = comparison(old.loc[both, "score"], new.loc[both, "score"])
        groups = pd.DataFrame({"old": old.loc[both, "group"], "new": new.loc[both, "group"]}).dropna()
        rows.append(
            {
                **edition[[*EDITION, "previous_year", "previous_date"]].to_dict(),
                "comparable": bool(now.loc[now["previous_year"].notna(), "comparable"].any()),
                "n": compared.n,
                "spearman": compared.spearman,
                "kendall": compared.kendall,
                "mean_shift": compared.mean_shift,
                "largest_shift": compared.largest_shift,
                "same_group": float((groups["old"] == groups["new"]).mean()),
            }
        )
    columns = [*EDITION, "previous_year", "previous_date", "comparable", "n", "spearman", "kendall"]
    return pd.DataFrame(rows, columns=[*columns, "mean_shift", "largest_shift", "same_group"])


def _is(scored: pd.DataFrame, edition: pd.Series) -> pd.Series:
    """Rows of the edition before this one, on the same map."""
    same = (scored["frame"] == edition["frame"]) & (scored["year"] == edition["previous_year"])
    date = edition["previous_date"]
    return (same & (scored["date"] == date if isinstance(date, str) else scored["date"].isna())).fillna(False)


def agreement_over_time(scored: pd.DataFrame, indicator: str = ROOT) -> float:
    """Kendall's W of the rankings of all editions, over the provinces that all of them have.

    Parameters
    ----------
    scored, indicator
        As for :func:`stability`, of one frame.
    """
    mine = scored[(scored["indicator"] == indicator) & (scored["rank_basis"] == "computed")]
    wide = mine.assign(edition=mine["date"].fillna(mine["year"].astype("str")))
    return concordance(wide.pivot(index="province", columns=["frame", "edition"], values="score"))
