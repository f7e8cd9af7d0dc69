"""The provinces where they lie, in the colour of their group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.blocks import palette
from parlib.blocks.charts._sheet import Chart, Figures, Sheet, spread, text_width
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import group_name

Points: TypeAlias = NDArray[np.float64]
Ring: TypeAlias = Sequence[Sequence[float]]
Outlines: TypeAlias = Mapping[str, Sequence[Sequence[Ring]]]
"""By province, its polygons; of each its rings (the outer one first); of each its places, longitude first."""

_DEGREE, _SMALL_DEGREE = 10.0, 5.2
"""Millimetres to a degree of latitude, on the large map and on the small one."""
_LEFT, _TOP = 1.0, 2.0
_SMALL_WIDTH = 42.0
_LABELS, _RIGHT = 96.0, 129.0
_NAMED = 5
_GAP = 4.4
_ARCHIPELAGOS = (("da-nang", 16.6), ("khanh-hoa", 10.2))
"""Provinces that Hoàng Sa and Trường Sa belong to, in both frames, and the latitude of each box.

The islands lie too far out to be drawn in place; publications in Viet Nam show both on every map of the country.
"""


def geomap(
    scores: pd.DataFrame,
    outlines: Outlines,
    provinces: pd.DataFrame,
    *,
    lang: Language,
    chart_id: str = "geomap",
) -> Chart:
    """Draw the country with every province in the colour of its group, and name the first and the last five.

    Parameters
    ----------
    scores
        One indicator and edition after scoring: ``province``, ``score``, ``rank``, ``of``, ``group`` (one of
        ``palette.GROUPS``, or missing). A province without a score stays blank.
    outlines
        The polygons of every province of the frame.
    provinces
        ``province``, ``name_vi``, ``name_en`` of that frame.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: lang.name(row) for row in provinces.to_dict("records")}
    known = {row["province"]: row for row in scores.to_dict("records") if not is_missing(row["score"])}
    place = _Place(outlines, _DEGREE)
    ranked = sorted((row for row in known.values() if not is_missing(row["rank"])), key=_order)
    page = Sheet(chart_id, place.bottom + 2)
    _country(page, place, outlines, known, who, lang)
    ends = ranked if len(ranked) <= 2 * _NAMED else [*ranked[:_NAMED], *ranked[-_NAMED:]]
    _name(page, place, outlines, ends, who, lang)
    names = (lang.t("Hoang Sa archipelago"), lang.t("Truong Sa archipelago"))
    for (slug, latitude), name in zip(_ARCHIPELAGOS, names, strict=True):
        y = place.y(latitude)
        page.box(_RIGHT, y, 40, 12, palette.PAPER, name, edge=palette.MUTED, edge_width=0.6)
        page.text(_RIGHT + 20, y + 4, name, ha="center")
        page.text(_RIGHT + 20, y + 8, f"({who[slug]})", color=palette.MUTED, ha="center")
    y = _key(page, known, len(who), _RIGHT, 2.0, lang)
    page.text(_RIGHT, y + 2.2, lang.t("Number: rank"), color=palette.MUTED)
    figures: Figures = {}
    for row in ends:
        figures |= {f"{row['province']}.{key}": row[key] for key in ("score", "rank", "of", "group")}
    return page.chart(_alt(ranked, known, who, lang), figures)


def small_geomap(
    scores: pd.DataFrame,
    outlines: Outlines,
    provinces: pd.DataFrame,
    *,
    lang: Language,
    chart_id: str = "small-geomap",
) -> Chart:
    """Draw the same map small enough to stand beside a list: no names, no ranks.

    Parameters
    ----------
    scores, outlines, provinces, lang, chart_id
        As for :func:`geomap`.
    """
    who = {row["province"]: lang.name(row) for row in provinces.to_dict("records")}
    known = {row["province"]: row for row in scores.to_dict("records") if not is_missing(row["score"])}
    place = _Place(outlines, _SMALL_DEGREE)
    ranked = sorted((row for row in known.values() if not is_missing(row["rank"])), key=_order)
    page = Sheet(chart_id, place.bottom + 1, width=_SMALL_WIDTH)
    _country(page, place, outlines, known, who, lang)
    # The coast bends away here, which leaves room for the boxes; west of the highlands there is room for the key.
    for latitude, name in ((18.8, lang.t("Hoang Sa")), (10.4, lang.t("Truong Sa"))):
        page.box(25.5, place.y(latitude), 16, 6, palette.PAPER, edge=palette.MUTED, edge_width=0.6)
        page.text(33.5, place.y(latitude) + 3, name, ha="center")
    _key(page, known, len(who), 0.3, place.y(16.4), lang, small=True)
    return page.chart(_alt(ranked, known, who, lang), {})


class _Place:
    """From degrees to millimetres: longitudes shortened as they are in the middle of the country."""

    def __init__(self, outlines: Outlines, degree: float) -> None:
        self.degree = degree
        every = np.concatenate([np.asarray(polygon[0]) for shape in outlines.values() for polygon in shape])
        self.west, self.south = map(float, every.min(axis=0))
        self.north = float(every[:, 1].max())
        self.squeeze = cos(radians((self.north + self.south) / 2))
        self.bottom = self.y(self.south)

    def x(self, longitude: float) -> float:
        return _LEFT + (longitude - self.west) * self.squeeze * self.degree

    def y(self, latitude: float) -> float:
        return _TOP + (self.north - latitude) * self.degree

    def points(self, ring: Ring) -> Points:
        return np.array([(self.x(x), self.y(y)) for x, y in ring], dtype=np.float64)


def _country(
    page: Sheet,
    place: _Place,
    outlines: Outlines,
    known: Mapping[str, Mapping[str, Any]],
    who: Mapping[str, str],
    lang: Language,
) -> None:
    for slug, polygons in sorted(outlines.items()):
        row = known.get(slug)
        told = (
            lang.t("no data")
            if row is None
            else f"{lang.number(row['score'])} · {lang.rank(row['rank'], row['of'])}"
        )
        _land(page, place, polygons, _fill(row), f"{who[slug]}: {told}")


def _order(row: Mapping[str, Any]) -> tuple[int, str]:
    return int(row["rank"]), str(row["province"])


def _fill(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return palette.PAPER
    return palette.SURFACE if is_missing(row["group"]) else palette.GROUP_COLOURS[row["group"]]


def _land(page: Sheet, place: _Place, polygons: Sequence[Sequence[Ring]], fill: str, title: str) -> None:
    rings = [place.points(ring) for polygon in polygons for ring in polygon]
    page.area(rings, fill, title, palette.MUTED, 0.4)


def _middle(polygons: Sequence[Sequence[Ring]], place: _Place) -> tuple[float, float]:
    """Centroid of the largest polygon."""

    def area(points: Points) -> Points:
        ahead = np.roll(points, -1, axis=0)
        doubled: Points = points[:, 0] * ahead[:, 1] - ahead[:, 0] * points[:, 1]
        return doubled

    points = max((place.points(polygon[0]) for polygon in polygons), key=lambda ring: abs(area(ring).sum()))
    weights = area(points)
    middle = ((points + np.roll(points, -1, axis=0)) * weights[:, None]).sum(axis=0) / (3 * weights.sum())
    return float(middle[0]), float(middle[1])


def _name(
    page: Sheet,
    place: _Place,
    outlines: Outlines,
    rows: Sequence[Mapping[str, Any]],
    who: Mapping[str, str],
    lang: Language,
) -> None:
    """Name provinces beside the map, each with a line to its middle."""
    if not rows:
        return
    at = {row["province"]: _middle(outlines[row["province"]], place) for row in rows}
    heights = spread([at[row["province"]][1] for row in rows], _GAP, 3.0, place.bottom - 1)
    for row, height in zip(rows, heights, strict=True):
        x, y = at[row["province"]]
        page.line([x, _LABELS - 5, _LABELS - 1], [y, height, height], palette.INK, 0.4, layer=4)
        page.dots([x], [y], size=2.6, fill=palette.INK, edge=palette.PAPER)
        rank = lang.rank(row["rank"], None)
        page.text(_LABELS, height, rank, weight=600)
        page.text(_LABELS + text_width(rank, weight=600) + 1.2, height, who[row["province"]])


def _key(
    page: Sheet,
    known: Mapping[str, Mapping[str, Any]],
    count: int,
    x: float,
    y: float,
    lang: Language,
    *,
    small: bool = False,
) -> float:
    """Say which colour is which group, from a place downwards; returns where it ends."""
    groups = [row["group"] for row in known.values() if not is_missing(row["group"])]
    members = {group: groups.count(group) for group in palette.GROUPS}
    rows = [(palette.GROUP_COLOURS[g], group_name(lang, g), n) for g, n in members.items() if n]
    if count > len(known):
        rows.append((palette.PAPER, lang.t("no data"), count - len(known)))
    wide, step = (2.6, 4.4) if small else (6.0, 6.4)
    for colour, words, number in rows:
        page.box(x, y, wide, step - 2.0, colour, edge=palette.MUTED, edge_width=0.4)
        said = words if small else f"{words} ({number})"
        page.text(x + wide + (1 if small else 2), y + step / 2 - 1, said)
        y += step
    return y


def _alt(
    ranked: Sequence[Mapping[str, Any]],
    known: Mapping[str, Mapping[str, Any]],
    who: Mapping[str, str],
    lang: Language,
) -> str:
    told = [lang.t("Map of {count} provinces in the colours of their groups.", count=len(who))]
    members = {g: [who[row["province"]] for row in ranked if row["group"] == g] for g in palette.GROUPS}
    told += [f"{group_name(lang, group)}: {', '.join(those)}." for group, those in members.items() if those]
    if absent := [name for slug, name in who.items() if slug not in known]:
        told.append(f"{lang.t('no data')}: {', '.join(absent)}.")
    return " ".join(part[0].upper() + part[1:] for part in told)
