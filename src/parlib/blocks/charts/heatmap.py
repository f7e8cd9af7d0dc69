"""How strongly things go together, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, WIDTH, Chart, Figures, Sheet, clip
from parlib.wording.language import Language, is_missing

_NAMES, _HEAD, _ROW = 72.0, 1.0, 8.2
_WIDEST = 15.0
_STRONGEST = 0.8
"""Opacity of a coefficient of 1, low enough that ink can be read on it."""


def heatmap(
    pairs: pd.DataFrame,
    names: Mapping[str, str],
    *,
    lang: Language,
    chart_id: str = "heatmap",
) -> Chart:
    """Draw the lower half of a matrix of correlations; each cell prints its coefficient.

    Blue cells go together, ochre cells against each other, the stronger the deeper.

    Parameters
    ----------
    pairs
        One row per pair: ``first``, ``second``, ``r`` (-1 to 1, or missing).
    names
        What is compared, in order, by the keys that `pairs` uses.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    keys = list(names)
    known = {frozenset((row["first"], row["second"])): row["r"] for row in pairs.to_dict("records")}
    wide = min((WIDTH - _NAMES) / max(len(keys) - 1, 1), _WIDEST)
    figures: Figures = {}
    told = []
    page = Sheet(chart_id, _HEAD + _ROW * len(keys) + 1)
    for position, key in enumerate(keys):
        y = _HEAD + _ROW * position
        page.text(0, y + _ROW / 2, str(position + 1), color=palette.MUTED)
        page.text(5, y + _ROW / 2, clip(names[key], _NAMES - 7, BODY), size=BODY)
        if position < len(keys) - 1:
            page.text(
                _NAMES + wide * (position + 0.5), y + _ROW - 2.6,
                str(position + 1), color=palette.MUTED, ha="center",
            )  # fmt: skip
        for before in range(position):
            other = keys[before]
            r = known.get(frozenset((key, other)))
            if r is None or is_missing(r):
                continue
            x = _NAMES + wide * before
            colour = palette.GROUP_COLOURS["high_average" if r >= 0 else "low_average"]
            title = f"{names[other]} – {names[key]}: {lang.number(r)}"
            page.box(x, y, wide - 0.6, _ROW - 0.6, colour, title, alpha=round(_STRONGEST * abs(r), 3))
            page.text(x + wide / 2 - 0.3, y + _ROW / 2 - 0.3, lang.number(r), ha="center")
            figures[f"{other}.{key}.r"] = r
            told.append(title)
    head = lang.t("Correlation coefficients")
    return page.chart(f"{head}: {'; '.join(told)}.", figures)
