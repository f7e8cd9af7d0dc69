"""How provinces are spread: one row a dimension or a region, one dot a province, with the ends named."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import (
    BODY,
    MM,
    WIDTH,
    Chart,
    Figures,
    Sheet,
    clip,
    round_ticks,
    text_width,
    tick_decimals,
)
from parlib.blocks.charts._swarm import swarm
from parlib.blocks.charts._words import DOT
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import group_name

_NAMES, _LEFT, _RIGHT = 41.0, 45.0, WIDTH - 2.0
_HEAD, _ROW, _FOOT = 7.5, 12.5, 8.5
_SWARM = 3.0
_AIR = 2.0


def distribution(
    values: pd.DataFrame,
    rows: pd.DataFrame,
    provinces: pd.DataFrame,
    *,
    lang: Language,
    unit: Literal["share", "points"],
    chart_id: str = "distribution",
) -> Chart:
    """Draw every province as a dot in the colour of its group, a line at the mean, and the names of both ends.

    All rows have one axis, so that a wide row is one where provinces differ much.

    Parameters
    ----------
    values
        One row per dot: ``row``, ``province``, ``score`` (points), ``group`` (one of ``palette.GROUPS``, or missing).
    rows
        The rows from top to bottom: ``row``, ``name_vi``, ``name_en``, ``max_score``.
    provinces
        ``province``, ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    unit
        Axis: ``share`` (per cent of the maximum, for rows whose maxima differ) or ``points``.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: lang.name(row) for row in provinces.to_dict("records")}
    specs = rows.to_dict("records")
    maxima = rows.set_index("row")["max_score"]
    dots = values[values["score"].notna()].sort_values(["score", "province"])
    dots = dots.assign(at=dots["score"])
    if unit == "share":
        dots["at"] = 100 * dots["score"] / dots["row"].map(maxima)
    ticks = round_ticks(float(dots["at"].min()), float(dots["at"].max()), 8)

    def x(value: float) -> float:
        return _LEFT + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (_RIGHT - _LEFT)

    figures: Figures = {}
    told = []
    bottom = _HEAD + _ROW * len(specs)
    page = Sheet(chart_id, bottom + _FOOT)
    _key(page, dots, lang)
    for tick in ticks:
        page.line([x(tick)] * 2, [_HEAD, bottom])
        page.text(
            x(tick),
            bottom + 2.6,
            lang.number(tick, tick_decimals(ticks)),
            color=palette.MUTED,
            ha="center",
        )
    words = lang.t("Score in per cent of the maximum") if unit == "share" else lang.t("Score in points")
    page.text(_LEFT, bottom + 6.8, words, color=palette.MUTED)
    for position, spec in enumerate(specs):
        middle = _HEAD + _ROW * position + 8.4
        row = dots[dots["row"] == spec["row"]]
        if position:
            # Under the names only: with the lines of the axis it would make a grid, which is taken for a table.
            page.line([0, _NAMES], [_HEAD + _ROW * position] * 2)
        _heading(page, spec, len(row), middle, unit, lang)
        if row.empty:
            page.text(_LEFT, middle, lang.t("no data"), color=palette.MUTED)
            told.append(lang.t("{name}: no data.", name=lang.name(spec)))
            continue
        xs = [x(value) for value in row["at"]]
        _draw(page, row.to_dict("records"), xs, spec["row"], who, middle, lang)
        mean = float(row["score"].mean())
        at = x(float(row["at"].mean()))
        page.line([at, at], [middle - 3.9, middle + 3.9], palette.INK, 1.0)
        told.append(_tell(page, row, xs, at, mean, spec, who, middle, figures, lang))
    return page.chart(" ".join(told), figures)


def _key(page: Sheet, dots: pd.DataFrame, lang: Language) -> None:
    x = 0.0
    for group in palette.GROUPS:
        if (dots["group"] == group).any():
            page.dots(
                [x + 1.2],
                [2.4],
                size=DOT + 0.8,
                fill=palette.GROUP_COLOURS[group],
                edge=palette.GROUP_EDGES[group],
            )
            page.text(x + 3.4, 2.4, group_name(lang, group))
            x += 3.4 + text_width(group_name(lang, group)) + 5
    page.line([x + 1, x + 1], [0.6, 4.2], palette.INK, 1.0)
    page.text(x + 3, 2.4, lang.t("mean of provinces"))


def _heading(page: Sheet, spec: dict[Any, Any], count: int, middle: float, unit: str, lang: Language) -> None:
    name = clip(lang.name(spec), _NAMES, BODY, 600)
    top = middle - 7.7
    top += page.text(0, top, name, size=BODY, weight=600, va="top")
    under = (
        lang.t("of {max} points", max=lang.maximum(spec["max_score"]))
        if unit == "share"
        else lang.n("{n} province", "{n} provinces", count)
    )
    page.text(0, top + 0.2, under, color=palette.MUTED, va="top")


def _draw(
    page: Sheet,
    row: list[dict[Any, Any]],
    xs: list[float],
    name: str,
    who: dict[Any, str],
    middle: float,
    lang: Language,
) -> None:
    ys = [middle + shift for shift in swarm(xs, (DOT + 0.9) * MM, _SWARM)]
    for group in (*palette.GROUPS, None):
        marks = [
            (x, y, _label(dot, who, lang))
            for dot, x, y in zip(row, xs, ys, strict=True)
            if (None if is_missing(dot["group"]) else dot["group"]) == group
        ]
        if marks:
            across, down, titles = zip(*marks, strict=True)
            page.dots(
                across,
                down,
                f"{group or 'other'}-{name}",
                titles,
                size=DOT + 0.6,
                fill=palette.GROUP_COLOURS[group] if group else palette.PAPER,
                edge=palette.GROUP_EDGES[group] if group else palette.MUTED,
            )


def _label(dot: dict[Any, Any], who: dict[Any, str], lang: Language) -> str:
    return f"{who[dot['province']]}: {lang.number(dot['score'])}"


def _tell(
    page: Sheet,
    row: pd.DataFrame,
    xs: list[float],
    at: float,
    mean: float,
    spec: dict[Any, Any],
    who: dict[Any, str],
    middle: float,
    figures: Figures,
    lang: Language,
) -> str:
    """Name the lowest, the mean and the highest above the dots, and say them in words."""
    low, high = (row.iloc[end].to_dict() for end in (0, -1))
    y = middle - 5.7
    count = len(row)
    code = spec["row"]
    figures |= {
        f"{code}.lowest": low["score"],
        f"{code}.highest": high["score"],
        f"{code}.mean": mean,
        f"{code}.provinces": count,
    }
    if count == 1:
        page.text(min(max(xs[0], _LEFT), _RIGHT), y, _label(low, who, lang), ha="center")
        return lang.t("{name}: {only}.", name=lang.name(spec), only=_label(low, who, lang))
    first, last, middle_words = _label(low, who, lang), _label(high, who, lang), lang.number(mean)
    wide = [
        text_width(words, weight=weight) for words, weight in ((first, 400), (middle_words, 600), (last, 400))
    ]
    # Three labels on one line: the mean stays at its mark where it can, the ends give way to the sides.
    near = [wide[1] / 2 + _AIR + end for end in (wide[0], wide[2])]
    at = min(max(at, _LEFT + near[0]), WIDTH - near[1])
    left = min(max(xs[0] - wide[0] / 2, _LEFT), at - near[0])
    right = max(min(xs[-1] + wide[2] / 2, WIDTH), at + near[1])
    page.text(left, y, first, halo=True)
    page.text(at, y, middle_words, weight=600, ha="center", halo=True)
    page.text(right, y, last, ha="right", halo=True)
    return lang.t(
        "{name}: {count} provinces from {low} to {high}, mean {mean}.",
        name=lang.name(spec),
        count=count,
        low=first,
        high=last,
        mean=middle_words,
    )
