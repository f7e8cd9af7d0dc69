"""Where a province stands among all provinces, one row per dimension."""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, MM, WIDTH, Chart, Figures, Sheet, text_width, wrap
from parlib.blocks.charts._swarm import swarm
from parlib.blocks.charts._words import DOT, MARK, province_key, same_region
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import group_name

_NAMES = 43.0
"""Width of the column of names; millimetres, as everything here."""
_ROW, _HEAD, _FOOT = 17.4, 12.5, 5.5
_SWARM = 3.8
_AIR = 1.5
_BETWEEN = 11.0
"""Least distance of two ticks, for their numbers to stand apart."""
_HALF = 4.4
_TINT = 0.3
"""Ranges lie behind dots, so only a wash of the colour of their group; a full line of it runs below."""


def strip(
    scores: pd.DataFrame,
    framework: pd.DataFrame,
    provinces: pd.DataFrame,
    province: str,
    *,
    lang: Language,
    chart_id: str = "strip",
) -> Chart:
    """Draw one row per indicator and one dot per province, with one province marked.

    The same share of the maximum is equally long in every row, so a crowded row is one where few points mean
    many places. Behind the dots lie the ranges of the four groups, each from its lowest score up to the lowest
    of the next.

    Parameters
    ----------
    scores
        One index and edition after scoring, one row per province and indicator: ``province``, ``indicator``,
        ``score`` (points), ``rank``, ``of``, ``group`` (one of ``palette.GROUPS``, or missing).
    framework
        The rows to draw, from top to bottom: ``indicator``, ``name_vi``, ``name_en``, ``max_score``.
    provinces
        ``province``, ``name_vi``, ``name_en``, ``region``; one row per province of the frame.
    province
        Slug of the province to mark. Where it has no score, the row says so.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    KeyError
        If `province` is not in `provinces`.
    """
    who = {row["province"]: row for row in provinces.to_dict("records")}
    own = who[province]
    scored = scores[scores["score"].notna()].sort_values(["score", "province"])
    columns = ["province", "score", "rank", "of", "group"]
    dots = {
        code: [_Dot(*values) for values in row[columns].itertuples(index=False, name=None)]
        for code, row in scored.groupby("indicator")
    }
    rows = [(spec, dots.get(spec["indicator"], [])) for spec in framework.to_dict("records")]
    ranges = [(row[-1].score - row[0].score) / spec["max_score"] for spec, row in rows if row]
    # A lone province has no range; any scale then serves.
    per_share = (WIDTH - _NAMES - 2 * _AIR - 2) / (max(ranges, default=0.0) or 1.0)

    figures: Figures = {}
    told = [lang.t("Scores of all provinces in each row, {province} marked.", province=lang.name(own))]
    page = Sheet(chart_id, _HEAD + _ROW * len(rows) + _FOOT)
    _key(page, own, who, any(not is_missing(dot.group) for _, row in rows for dot in row), lang)
    for position, (spec, row) in enumerate(rows):
        middle = _HEAD + _ROW * position + 8.8
        _heading(page, spec, middle, lang)
        if not row:
            page.text(_NAMES, middle, lang.t("no data"), color=palette.MUTED)
            told.append(lang.t("{name}: no data.", name=lang.name(spec)))
            continue
        scale = _Scale(row, per_share / spec["max_score"])
        _bands(page, row, scale, middle)
        _ticks(page, row, scale, middle, lang)
        _dots(page, row, scale, who, own, spec["indicator"], middle, lang)
        told.append(_mark(page, row, scale, own, spec, middle, figures, lang))
    same_maximum = len({spec["max_score"] for spec, _ in rows}) == 1
    page.text(
        _NAMES,
        page.height - 2,
        lang.t("Score in points; one point is equally long in every row")
        if same_maximum
        else lang.t("Score in points; one per cent of the maximum is equally long in every row"),
        color=palette.MUTED,
    )
    return page.chart(" ".join(told), figures)


class _Dot(NamedTuple):
    province: str
    score: float
    rank: float
    of: float
    group: str | None


class _Scale:
    """Points to millimetres; every row lies with the middle of its range in the middle of the chart."""

    def __init__(self, row: list[_Dot], per_point: float) -> None:
        self.per_point = per_point
        self._centre = (row[0].score + row[-1].score) / 2

    def __call__(self, score: float) -> float:
        return (_NAMES + WIDTH) / 2 + (score - self._centre) * self.per_point


def _key(
    page: Sheet, own: dict[Any, Any], who: dict[Any, dict[Any, Any]], grouped: bool, lang: Language
) -> None:
    """Say what the marks (first line) and the ranges (second line) are, beside a sample of each."""
    has_region = any(same_region(row, own) for slug, row in who.items() if slug != own["province"])
    province_key(page, _NAMES, 2.6, lang.name(own), has_region, lang)
    x = _NAMES
    for group in reversed(palette.GROUPS) if grouped else ():
        words = group_name(lang, group)
        page.box(x, 6.0, 5, 2.8, palette.GROUP_COLOURS[group], alpha=_TINT)
        page.box(x, 8.4, 5, 0.6, palette.GROUP_COLOURS[group])
        page.text(x + 6.2, 7.6, words)
        x += 6.2 + text_width(words) + 5


def _heading(page: Sheet, spec: dict[Any, Any], middle: float, lang: Language) -> None:
    name = wrap(lang.name(spec), _NAMES - 4, BODY, 600)
    maximum = lang.t("maximum {points}", points=lang.maximum(spec["max_score"]))
    below = page.text(0, middle - 4.2, name, size=BODY, weight=600, va="top")
    page.text(0, middle - 4.2 + below, maximum, color=palette.MUTED, va="top")


def _bands(page: Sheet, row: list[_Dot], scale: _Scale, middle: float) -> None:
    # Dots are sorted by score, so the first of a group is its lowest.
    first = {dot.group: dot.score for dot in reversed(row)}
    groups = [group for group in reversed(palette.GROUPS) if group in first]
    limits = [scale(first[group]) for group in groups[1:]]
    edges = [scale(row[0].score) - _AIR, *limits, scale(row[-1].score) + _AIR]
    for group, left, right in zip(groups, edges, edges[1:], strict=False):
        page.box(left, middle - _HALF, right - left, 2 * _HALF, palette.GROUP_COLOURS[group], alpha=_TINT)
        page.box(left, middle + _HALF, right - left, 0.6, palette.GROUP_COLOURS[group])


def _ticks(page: Sheet, row: list[_Dot], scale: _Scale, middle: float, lang: Language) -> None:
    steps = (part * 10.0**power for power in itertools.count(-1) for part in (1, 2, 5))
    step = next(step for step in steps if step * scale.per_point >= _BETWEEN)
    decimals = 1 if step < 1 else 0
    for count in range(math.ceil(row[0].score / step), math.floor(row[-1].score / step) + 1):
        x = scale(count * step)
        page.line([x, x], [middle + 5.0, middle + 5.8], palette.MUTED)
        page.text(x, middle + 7.3, lang.number(count * step, decimals), color=palette.MUTED, ha="center")


def _dots(
    page: Sheet,
    row: list[_Dot],
    scale: _Scale,
    who: dict[Any, dict[Any, Any]],
    own: dict[Any, Any],
    indicator: str,
    middle: float,
    lang: Language,
) -> None:
    others = [dot for dot in row if dot.province != own["province"]]
    fixed = [(scale(dot.score), MARK * MM) for dot in row if dot.province == own["province"]]
    xs = [scale(dot.score) for dot in others]
    ys = [middle + shift for shift in swarm(xs, (DOT + 0.3) * MM, _SWARM, fixed)]
    for name, in_region, fill, edge, size in (
        ("others", False, palette.PAPER, palette.MUTED, DOT),
        ("region", True, palette.REGION, palette.REGION, DOT + 0.4),
    ):
        marks = [
            (x, y, f"{lang.name(who[dot.province])}: {_label(dot, lang)}")
            for dot, x, y in zip(others, xs, ys, strict=True)
            if same_region(who[dot.province], own) == in_region
        ]
        if marks:
            x, y, titles = zip(*marks, strict=True)
            page.dots(x, y, f"{name}-{indicator}", titles, size=size, fill=fill, edge=edge)


def _label(dot: _Dot, lang: Language) -> str:
    return f"{lang.number(dot.score)} · {lang.rank(dot.rank, dot.of)}"


def _mark(
    page: Sheet,
    row: list[_Dot],
    scale: _Scale,
    own: dict[Any, Any],
    spec: dict[Any, Any],
    middle: float,
    figures: Figures,
    lang: Language,
) -> str:
    """Mark the province and say in words what is marked."""
    code, name = spec["indicator"], lang.name(spec)
    low, high, count = row[0].score, row[-1].score, len(row)
    figures |= {f"{code}.lowest": low, f"{code}.highest": high, f"{code}.provinces": count}
    between = lang.t(
        "{count} provinces between {low} and {high}.",
        count=count,
        low=lang.number(low),
        high=lang.number(high),
    )
    here = next((dot for dot in row if dot.province == own["province"]), None)
    if here is None:
        words = lang.t("{province}: no data; {count} provinces ranked", province=lang.name(own), count=count)
        page.text(scale(low) - _AIR, middle - 6.4, words, color=palette.ACCENT, weight=600)
        return f"{name}: {lang.t('no data for {province}', province=lang.name(own))}; {between}"
    figures |= {f"{code}.{key}": getattr(here, key) for key in ("score", "rank", "of", "group")}
    x, label = scale(here.score), _label(here, lang)
    half = text_width(label, BODY, 600) / 2
    page.line([x, x], [middle - _HALF, middle + 5.0], palette.ACCENT, 0.8)
    page.dots(
        [x], [middle], f"mark-{code}", [f"{lang.name(own)}: {label}"],
        size=MARK, fill=palette.ACCENT, edge=palette.PAPER, marker="D",
    )  # fmt: skip
    x = min(max(x, _NAMES + half), WIDTH - half)
    page.text(x, middle - 6.4, label, size=BODY, weight=600, color=palette.ACCENT, ha="center")
    score, rank = lang.number(here.score), lang.rank(here.rank, here.of)
    told = lang.t("{name}: {score} points, rank {rank}", name=name, score=score, rank=rank)
    return f"{told}{'' if is_missing(here.group) else f' ({group_name(lang, str(here.group))})'}; {between}"
