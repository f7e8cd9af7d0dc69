"""Raw survey indicators to sub-dimensions, by a table of formulas. Pure.

PAPI rescales each raw indicator from its own range to that of the sub-dimension and takes the mean, so that where no
answer is skipped or imputed a sub-dimension is a constant plus coefficients times raw indicators. The formulas are
rows of ``papi/rescaling.csv``, each with the years that it holds for; they were recovered from published tables.
"""

from __future__ import annotations

import pandas as pd

_CONSTANT = 0


def rescale(values: pd.DataFrame, formulas: pd.DataFrame) -> pd.DataFrame:
    """Sub-dimensions rebuilt from raw indicators.

    Parameters
    ----------
    values
        Columns ``year, frame, province, indicator, number, value``: the raw indicator in place ``number`` (from 1) of
        sub-dimension ``indicator``; shares as 0-1. Where made-up values may be among them, also ``basis``.
    formulas
        Columns ``first_year, last_year, indicator, number, coefficient``; the constant has number 0.

    Returns
    -------
    pandas.DataFrame
        Columns ``year, frame, province, indicator, score, basis``: one row per province and sub-dimension for which a
        formula of that year exists, in the order of ``values``; ``basis`` is ``illustrative`` where a value is, else
        ``derived``. ``score`` is missing where one of the raw indicators of the formula is.
    """
    fields = values[["year", "frame", "province", "indicator"]].drop_duplicates()
    terms = fields.merge(
        formulas[["first_year", "last_year", "indicator", "number", "coefficient"]], on="indicator"
    )
    terms = terms[(terms["first_year"] <= terms["year"]) & (terms["year"] <= terms["last_year"])]
    key = [*fields.columns, "number"]
    raw = values[[*key, "value"]].assign(
        illustrative=values["basis"] == "illustrative" if "basis" in values else False
    )
    terms = terms.merge(raw, on=key, how="left", validate="1:1")
    constant = terms["number"] == _CONSTANT
    terms["points"] = terms["coefficient"] * terms["value"].mask(constant, 1.0)
    by = terms.groupby(list(fields.columns), sort=False)
    out = by["points"].agg(lambda points: points.sum(skipna=False)).rename("score").reset_index()
    marked = by["illustrative"].agg(lambda flags: flags.eq(True).any()).to_numpy()
    return out.assign(basis=pd.Series("derived", index=out.index).mask(marked, "illustrative"))
