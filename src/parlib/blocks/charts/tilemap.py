"""Provinces as equal tiles, each where its neighbours expect it."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, Chart, Figures, Sheet
from parlib.blocks.charts._words import same_region
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import group_name

_TINT = 0.45
_ISLANDS = (("da-nang", 0), ("khanh-hoa", 3))
"""Provinces that Hoàng Sa and Trường Sa belong to, in both frames, and how many rows further south these lie.

Publications in Viet Nam show both on every map of the country.
"""


def tilemap(
    scores: pd.DataFrame,
    grid: pd.DataFrame,
    provinces: pd.DataFrame,
    *,
    lang: Language,
    province: str | None = None,
    chart_id: str = "tilemap",
) -> Chart:
    """Draw every province as a tile in the colour of its group, with its rank.

    Parameters
    ----------
    scores
        One indicator and edition after scoring: ``province``, ``score``, ``rank``, ``of``, ``group`` (one of
        ``palette.GROUPS``, or missing). A province without a score keeps an empty tile.
    grid
        One frame of ``data/tile_grid.csv``: ``province``, ``row``, ``column`` (both from 1), ``label``.
    provinces
        ``province``, ``name_vi``, ``name_en`` of that frame.
    province
        Slug of a province to outline.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: row for row in provinces.to_dict("records")}
    known = {row["province"]: row for row in scores.to_dict("records") if not is_missing(row["score"])}
    groups = {slug: row["group"] for slug, row in known.items() if not is_missing(row["group"])}
    tiles = _Tiles(grid, left=0.5, top=1.0, wide=14.8, high=7.4)
    page = Sheet(chart_id, tiles.bottom + 1)
    for tile in grid.to_dict("records"):
        slug = tile["province"]
        x, y = tiles.place(slug)
        row = known.get(slug, {"score": None, "rank": None, "of": None})
        told = (
            f"{lang.number(row['score'])} · {lang.rank(row['rank'], row['of'])}"
            if slug in known
            else lang.t("no data")
        )
        title = f"{lang.name(who[slug])}: {told}"
        if slug in groups:
            colour = palette.GROUP_COLOURS[groups[slug]]
            page.box(x, y, tiles.wide - 0.6, tiles.high - 0.6, colour, title, alpha=_TINT)
            page.box(x, y + tiles.high - 1.7, tiles.wide - 0.6, 1.1, colour)
        else:
            fill = palette.SURFACE if slug in known else palette.PAPER
            page.box(
                x,
                y,
                tiles.wide - 0.6,
                tiles.high - 0.6,
                fill,
                title,
                edge=palette.FIELD,
                edge_width=0.6,
            )
        centre = x + (tiles.wide - 0.6) / 2
        weight = 600 if slug == province else 400
        page.text(centre, y + 1.8, _label(tile["label"], lang), weight=weight, ha="center")
        page.text(centre, y + 4.45, lang.rank(row["rank"], None), weight=600, ha="center")
    if province is not None:
        x, y = tiles.place(province)
        page.box(x, y, tiles.wide - 0.6, tiles.high - 0.6, "none", edge=palette.ACCENT, edge_width=2.2)
    _islands(page, tiles, x=122.0, wide=38.0, who=who, lang=lang)
    _group_key(page, groups, known, len(who), x=tiles.right + 4, lang=lang)
    figures: Figures = {}
    for slug, row in known.items():
        figures |= {f"{slug}.{key}": row[key] for key in ("score", "rank", "of", "group")}
    return page.chart(_alt(who, known, groups, lang), figures)


def locator(
    grid: pd.DataFrame, provinces: pd.DataFrame, province: str, *, lang: Language, chart_id: str = "locator"
) -> Chart:
    """Draw a small map that shows where a province is, and its region.

    Parameters
    ----------
    grid, provinces, lang, chart_id
        As for :func:`tilemap`; ``provinces`` also has ``region`` (missing where there are none).
    province
        Slug of the province to mark.
    """
    who = {row["province"]: row for row in provinces.to_dict("records")}
    own = who[province]
    tiles = _Tiles(grid, left=0.0, top=5.5, wide=3.9, high=3.3)
    has_region = not is_missing(own["region"])
    page = Sheet(chart_id, tiles.bottom + (5.5 if has_region else 0.5), width=46)
    page.text(0, 2.2, lang.name(own), size=BODY, weight=600, color=palette.ACCENT)
    for slug, row in who.items():
        fill = palette.FIELD
        if same_region(row, own):
            fill = palette.REGION
        if slug == province:
            fill = palette.ACCENT
        page.box(*tiles.place(slug), tiles.wide - 0.5, tiles.high - 0.5, fill, lang.name(row))
    _islands(page, tiles, x=29.0, wide=16.6, who=None, lang=lang)
    if has_region:
        page.box(0, tiles.bottom + 1.8, tiles.wide - 0.5, tiles.high - 0.5, palette.REGION)
        page.text(5, tiles.bottom + 3.2, lang.t("provinces of the same region"))
    words = lang.t("Where {province} is among the {count} provinces", province=lang.name(own), count=len(who))
    return page.chart(f"{words}.", {})


class _Tiles:
    """Places of the tiles in millimetres."""

    def __init__(self, grid: pd.DataFrame, left: float, top: float, wide: float, high: float) -> None:
        self.wide, self.high = wide, high
        self._place = {
            row["province"]: (left + wide * (row["column"] - 1), top + high * (row["row"] - 1))
            for row in grid.to_dict("records")
        }
        self.right = max(x for x, _ in self._place.values()) + wide
        self.bottom = max(y for _, y in self._place.values()) + high

    def __contains__(self, province: str) -> bool:
        return province in self._place

    def place(self, province: str) -> tuple[float, float]:
        return self._place[province]


def _label(label: str, lang: Language) -> str:
    """Write a short name as the language does: English texts print Vietnamese names without diacritics."""
    if lang.code == "vi":
        return label
    plain = unicodedata.normalize("NFD", label.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _islands(
    page: Sheet, tiles: _Tiles, x: float, wide: float, who: dict[Any, dict[Any, Any]] | None, lang: Language
) -> None:
    """Show the two archipelagos in boxes off the coast, with the province that each belongs to."""
    names = (lang.t("Hoang Sa archipelago"), lang.t("Truong Sa archipelago"))
    short = (lang.t("Hoang Sa"), lang.t("Truong Sa"))
    for (slug, south), name, brief in zip(_ISLANDS, names, short, strict=True):
        if slug not in tiles:  # the map of another country
            continue
        y = tiles.place(slug)[1] + south * tiles.high
        high = 8.8 if who else 5.0
        page.box(x, y, wide, high, palette.PAPER, name, edge=palette.MUTED, edge_width=0.6)
        if who:
            page.text(x + wide / 2, y + 2.7, name, ha="center")
            page.text(x + wide / 2, y + 6.2, f"({lang.name(who[slug])})", color=palette.MUTED, ha="center")
        else:
            page.text(x + wide / 2, y + high / 2, brief, ha="center")


def _group_key(
    page: Sheet, groups: dict[Any, Any], known: dict[Any, Any], count: int, x: float, lang: Language
) -> None:
    y = 2.0
    for group in palette.GROUPS:
        if members := sum(1 for other in groups.values() if other == group):
            page.box(x, y, 6, 4.4, palette.GROUP_COLOURS[group], alpha=_TINT)
            page.box(x, y + 3.6, 6, 0.8, palette.GROUP_COLOURS[group])
            page.text(x + 8, y + 2.2, f"{group_name(lang, group)} ({members})")
            y += 6.4
    if count > len(known):
        page.box(x, y, 6, 4.4, palette.PAPER, edge=palette.FIELD, edge_width=0.6)
        page.text(x + 8, y + 2.2, f"{lang.t('no data')} ({count - len(known)})")
        y += 6.4
    page.text(x, y + 2.2, lang.t("Number: rank"), color=palette.MUTED)


def _alt(
    who: dict[Any, dict[Any, Any]], known: dict[Any, dict[Any, Any]], groups: dict[Any, Any], lang: Language
) -> str:
    told = [lang.t("Map of {count} provinces as equal tiles.", count=len(who))]
    for group in palette.GROUPS:
        members = sorted(
            (row for slug, row in known.items() if groups.get(slug) == group), key=lambda row: row["rank"]
        )
        if members:
            names = ", ".join(
                f"{lang.name(who[row['province']])} ({lang.rank(row['rank'], None)})" for row in members
            )
            told.append(f"{group_name(lang, group)}: {names}.")
    if absent := [lang.name(row) for slug, row in who.items() if slug not in known]:
        told.append(f"{lang.t('no data')}: {', '.join(absent)}.")
    return " ".join(part[0].upper() + part[1:] for part in told)
