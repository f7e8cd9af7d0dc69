"""Two indices, one dot per province."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import (
    BODY,
    LEADING,
    MM,
    SMALL,
    WIDTH,
    Chart,
    Figures,
    Sheet,
    round_ticks,
    text_width,
    tick_decimals,
)
from parlib.blocks.charts._words import DOT, MARK, province_key, same_region
from parlib.wording.language import Language

_LEFT, _RIGHT = 16.0, 146.0
_TOP, _BOTTOM = 18.0, 84.0
_ALL_NAMED = 16  # of more dots only those of the region are named


def quadrant(
    points: pd.DataFrame,
    provinces: pd.DataFrame,
    province: str,
    x_axis: str,
    y_axis: str,
    *,
    lang: Language,
    chart_id: str = "quadrant",
) -> Chart:
    """Draw every province by its scores on two indices, with the medians as cross lines and one province marked.

    Provinces of the same region are named where their names fit between the dots.

    Parameters
    ----------
    points
        ``province``, ``x``, ``y`` (the two scores). Provinces that lack one of them are left out.
    provinces
        ``province``, ``name_vi``, ``name_en``, ``region`` (missing where there are none).
    province
        Slug of the province to mark.
    x_axis, y_axis
        What the axes show, with the unit, in the language.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    ValueError
        If no province has both scores.
    """
    who = {row["province"]: row for row in provinces.to_dict("records")}
    both = points.dropna(subset=["x", "y"])
    if both.empty:
        raise ValueError("quadrant: expected at least one province with both scores, found none.")
    middle_x, middle_y = float(both["x"].median()), float(both["y"].median())
    scale = _Scale(both)
    own = who[province]
    dots = [
        _Dot(
            row["province"],
            lang.name(who[row["province"]]),
            scale.x(row["x"]),
            scale.y(row["y"]),
            row["x"],
            row["y"],
        )
        for row in both.sort_values("province").to_dict("records")
    ]
    marked = next((dot for dot in dots if dot.province == province), None)
    page = Sheet(chart_id, _BOTTOM + 14)
    _axes(page, scale, x_axis, y_axis, lang)
    _medians(page, scale, middle_x, middle_y, lang)
    near = [dot for dot in dots if dot.province != province and same_region(who[dot.province], own)]
    others = [dot for dot in dots if dot.province != province and dot not in near]
    province_key(page, _LEFT, 2.4, lang.name(own), bool(near), lang)
    for name, marks, fill, edge in (
        ("others", others, palette.PAPER, palette.MUTED),
        ("region", near, palette.REGION, palette.REGION),
    ):
        if marks:
            titles = [f"{dot.name}: {lang.number(dot.score_x)}; {lang.number(dot.score_y)}" for dot in marks]
            page.dots(
                [d.x for d in marks], [d.y for d in marks], name, titles, size=DOT, fill=fill, edge=edge
            )
    figures: Figures = {"median_x": middle_x, "median_y": middle_y, "provinces": len(dots)}
    told = [lang.t("{count} provinces by {x} and {y}.", count=len(dots), x=x_axis, y=y_axis)]
    if marked is None:
        words = lang.t("{province}: no data in one of the two", province=lang.name(own))
        page.text(_LEFT, 7.0, words, weight=600, color=palette.ACCENT)
        told.append(f"{words}.")
    else:
        label = f"{marked.name}: {lang.number(marked.score_x)}; {lang.number(marked.score_y)}"
        page.dots(
            [marked.x],
            [marked.y],
            "own",
            [label],
            size=MARK,
            fill=palette.ACCENT,
            edge=palette.PAPER,
            marker="D",
        )
        figures |= {"x": marked.score_x, "y": marked.score_y}
        told.append(f"{label}.")
    at = scale.x(middle_x), scale.y(middle_y)
    named = [*near, *others] if len(dots) <= _ALL_NAMED else near
    lines = [(at[0], _TOP, at[0], _BOTTOM), (_LEFT, at[1], _RIGHT, at[1])]
    _name_dots(page, dots, marked, named, lines)
    medians = {"x": lang.number(middle_x), "y": lang.number(middle_y)}
    told.append(lang.t("Medians: {x}; {y}.", **medians))
    return page.chart(" ".join(told), figures)


class _Dot(NamedTuple):
    province: str
    name: str
    x: float
    y: float
    score_x: float
    score_y: float


class _Scale:
    def __init__(self, both: pd.DataFrame) -> None:
        self.x_ticks = round_ticks(both["x"].min(), both["x"].max())
        self.y_ticks = round_ticks(both["y"].min(), both["y"].max())

    def x(self, value: float) -> float:
        return _LEFT + (value - self.x_ticks[0]) / (self.x_ticks[-1] - self.x_ticks[0]) * (_RIGHT - _LEFT)

    def y(self, value: float) -> float:
        return _BOTTOM - (value - self.y_ticks[0]) / (self.y_ticks[-1] - self.y_ticks[0]) * (_BOTTOM - _TOP)


def _axes(page: Sheet, scale: _Scale, x_axis: str, y_axis: str, lang: Language) -> None:
    page.text(0, _TOP - 5, y_axis, color=palette.MUTED)
    page.text(_RIGHT, _BOTTOM + 9, x_axis, color=palette.MUTED, ha="right")
    for tick in scale.x_ticks:
        page.line([scale.x(tick)] * 2, [_TOP, _BOTTOM])
        number = lang.number(tick, tick_decimals(scale.x_ticks))
        page.text(scale.x(tick), _BOTTOM + 3.4, number, color=palette.MUTED, ha="center")
    for tick in scale.y_ticks:
        page.line([_LEFT, _RIGHT], [scale.y(tick)] * 2)
        number = lang.number(tick, tick_decimals(scale.y_ticks))
        page.text(_LEFT - 2, scale.y(tick), number, color=palette.MUTED, ha="right")


def _medians(page: Sheet, scale: _Scale, x: float, y: float, lang: Language) -> None:
    dashes = (3, 2)
    page.line([scale.x(x)] * 2, [_TOP, _BOTTOM], palette.MUTED, 0.8, dashes=dashes)
    page.line([_LEFT, _RIGHT], [scale.y(y)] * 2, palette.MUTED, 0.8, dashes=dashes)
    page.text(
        scale.x(x),
        _TOP - 2.4,
        lang.t("median {points}", points=lang.number(x)),
        color=palette.MUTED,
        ha="center",
    )
    page.text(_RIGHT + 2, scale.y(y), lang.t("median {points}", points=lang.number(y)), color=palette.MUTED)


def _name_dots(
    page: Sheet, dots: list[_Dot], marked: _Dot | None, near: list[_Dot], lines: list[_Box]
) -> None:
    """Name the marked province, then the others given as far as names fit between dots, lines and names."""
    taken = [_around(dot, (MARK if dot == marked else DOT) * MM / 2) for dot in dots] + lines
    for dot in ([marked] if marked else []) + near:
        mine = dot == marked
        size, weight, colour = (BODY, 600, palette.ACCENT) if mine else (SMALL, 400, palette.MUTED)
        wide, high = text_width(dot.name, size, weight), size * LEADING * MM
        gap = (MARK if mine else DOT) * MM / 2 + 0.8
        # The marked province is always named: if need be some way off, at the end of a line.
        found = [
            (away, box)
            for away in ((0.0, 4.0, 8.0, 12.0, 16.0, 24.0) if mine else (0.0,))
            for box in _boxes_around(dot, wide, high, gap + away)
            if _fits(box, taken)
        ]
        if not found:
            continue
        away, box = found[0]
        if away:
            end_x, end_y = min(max(dot.x, box[0]), box[2]), min(max(dot.y, box[1]), box[3])
            page.line([dot.x, end_x], [dot.y, end_y], colour, 0.8)
        page.text(box[0], (box[1] + box[3]) / 2, dot.name, size=size, weight=weight, color=colour, halo=True)
        taken.append(box)


def _boxes_around(dot: _Dot, wide: float, high: float, away: float) -> list[_Box]:
    """Boxes for a name right, left, above and below of a dot, then towards the corners."""
    centres = [
        (dot.x + away + wide / 2, dot.y),
        (dot.x - away - wide / 2, dot.y),
        (dot.x, dot.y - away - high / 2),
        (dot.x, dot.y + away + high / 2),
        *(
            (dot.x + side * (away * 0.7 + wide / 2), dot.y + up * (away * 0.7 + high / 2))
            for up in (-1, 1)
            for side in (1, -1)
        ),
    ]
    return [(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2) for x, y in centres]


_Box = tuple[float, float, float, float]


def _around(dot: _Dot, radius: float) -> _Box:
    return dot.x - radius, dot.y - radius, dot.x + radius, dot.y + radius


def _fits(box: _Box, taken: list[_Box]) -> bool:
    inside = box[0] > _LEFT and box[1] > _TOP and box[2] < WIDTH and box[3] < _BOTTOM
    return inside and not any(_overlap(box, other) for other in taken)


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
