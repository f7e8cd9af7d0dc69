"""Which indicators lost the points, and how many of them another province did not lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import (
    WIDTH,
    Chart,
    Figures,
    Sheet,
    clip,
    round_ticks,
    text_width,
    tick_decimals,
)
from parlib.wording.language import Language, is_missing

_NAMES, _LEFT, _RIGHT, _LOST, _REACH = 58.0, 62.0, 134.0, 148.0, WIDTH
_HEAD, _ROW, _BAR = 13.0, 7.6, 3.8


def ledger(rows: pd.DataFrame, *, lang: Language, limit: int = 12, chart_id: str = "ledger") -> Chart:
    """Draw the points lost in each indicator without parts, largest first.

    The dark part of a bar is the points that at least one province holds, the light part those that none does.

    Parameters
    ----------
    rows
        What :func:`parlib.answers.ledger.ledger` returns: ``indicator``, ``name_vi``, ``name_en``, ``leaf``, ``lost``
        (points), ``score``, ``attainable_max`` (points; missing where only some provinces are known). A
        ``number`` is printed instead of the code.
    lang
        Language of the labels.
    limit
        How many indicators get a bar of their own; the points of the others are given as one number.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    ValueError
        If no leaf has lost points on record.
    """
    losses = rows[rows["leaf"] & (rows["lost"] > 0)].sort_values(
        ["lost", "indicator"], ascending=[False, True]
    )
    if losses.empty:
        raise ValueError("ledger: expected at least one leaf that lost points, found none.")
    # One indicator left over takes the same line as a sum of one.
    limit += len(losses) == limit + 1
    shown = losses.head(limit).to_dict("records")
    rest = losses.iloc[limit:]
    reachable = {row["indicator"]: _within_reach(row) for row in shown}
    known = any(points is not None for points in reachable.values())
    ticks = round_ticks(0, shown[0]["lost"], 5)

    def x(points: float) -> float:
        return _LEFT + points / ticks[-1] * (_RIGHT - _LEFT)

    figures: Figures = {}
    told: list[str] = []
    page = Sheet(chart_id, _HEAD + _ROW * len(shown) + (13 if len(rest) else 8))
    _head(page, known, lang)
    bottom = _HEAD + _ROW * len(shown)
    for tick in ticks:
        page.line([x(tick)] * 2, [_HEAD - 1, bottom])
        number = lang.number(tick, tick_decimals(ticks))
        page.text(x(tick), bottom + 2.6, number, color=palette.MUTED, ha="center")
    for position, row in enumerate(shown):
        middle = _HEAD + _ROW * (position + 0.5)
        reach = reachable[row["indicator"]]
        name = clip(f"{_code(row)} {lang.name(row)}", _NAMES)
        page.text(0, middle, name)
        _bar(page, x, middle, row["lost"], reach)
        page.text(_LOST, middle, lang.number(row["lost"]), weight=600, ha="right")
        if known:
            page.text(_REACH, middle, lang.number(reach), color=palette.ACCENT, weight=600, ha="right")
        figures |= {f"{row['indicator']}.lost": row["lost"], f"{row['indicator']}.within_reach": reach}
        told.append(_told(row, reach, lang))
    if len(rest):
        figures |= {"others.count": len(rest), "others.lost": rest["lost"].sum()}
        words = lang.t("{count} other indicators together", count=len(rest))
        page.text(0, bottom + 8, words, color=palette.MUTED)
        page.text(_LOST, bottom + 8, lang.number(rest["lost"].sum()), color=palette.MUTED, ha="right")
        told.append(f"{words}: {lang.number(rest['lost'].sum())}")
    return page.chart(f"{lang.t('Points lost by indicator, largest first')}: {'; '.join(told)}.", figures)


def _code(row: Mapping[str, Any]) -> str:
    number = row.get("number")
    return str(row["indicator"] if is_missing(number) else number)


def _within_reach(row: Mapping[str, Any]) -> float | None:
    best = row["attainable_max"]
    return None if is_missing(best) or is_missing(row["score"]) else max(0.0, float(best - row["score"]))


def _head(page: Sheet, known: bool, lang: Language) -> None:
    page.text(_LOST, 8, lang.t("lost"), color=palette.MUTED, ha="right")
    page.text(_LEFT, 8, lang.t("points lost"), color=palette.MUTED)
    if known:
        page.text(_REACH, 8, lang.t("within reach"), color=palette.MUTED, ha="right")
        x = _LEFT
        for words, colours in (
            (lang.t("within reach: another province holds them"), (palette.ACCENT, palette.ACCENT)),
            (lang.t("no province holds them"), (palette.SURFACE, palette.FIELD)),
        ):
            page.box(x, 0.9, 4, 2.8, colours[0], edge=colours[1], edge_width=0.6)
            page.text(x + 5.4, 2.4, words)
            x += 5.4 + text_width(words) + 5


def _bar(page: Sheet, x: Any, middle: float, lost: float, reach: float | None) -> None:
    top = middle - _BAR / 2
    if reach is None:
        page.box(x(0), top, x(lost) - x(0), _BAR, palette.REGION)
        return
    page.box(x(0), top, x(lost) - x(0), _BAR, palette.SURFACE, edge=palette.FIELD, edge_width=0.6)
    if reach > 0:
        page.box(x(0), top, x(reach) - x(0), _BAR, palette.ACCENT)


def _told(row: Mapping[str, Any], reach: float | None, lang: Language) -> str:
    lost = lang.number(row["lost"])
    if reach is None:
        return f"{lang.name(row)}: {lost}"
    return lang.t(
        "{name}: {lost}, of which {reach} within reach",
        name=lang.name(row),
        lost=lost,
        reach=lang.number(reach),
    )
