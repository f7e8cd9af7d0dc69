"""Was it us, the others, or the yardstick: the parts of a change of rank, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.answers.moves import Moves
from parlib.blocks import palette
from parlib.blocks.charts._sheet import (
    BODY,
    WIDTH,
    Chart,
    Figures,
    Sheet,
    clip,
    round_ticks,
    text_width,
    tick_decimals,
)
from parlib.wording.answers import edition_name
from parlib.wording.language import Language

_NAMES, _LEFT, _RIGHT = 46.0, 50.0, 106.0
_COLUMNS = {"own": 117.0, "field": 133.0, "framework": 152.0, "sum": WIDTH}
_HEAD, _ROW, _BAR = 13.0, 8.0, 4.0
_STYLES = {
    "own": (palette.ACCENT, palette.ACCENT),
    "field": (palette.REGION, palette.REGION),
    "framework": (palette.PAPER, palette.INK),
}


def moves(answer: Moves, names: pd.DataFrame, *, lang: Language, chart_id: str = "moves") -> Chart:
    """Draw the own, the field's and the framework's part of a change of rank, for the total and its dimensions.

    Bars to the right are places gained, to the left places lost; gains stand end to end and so do losses, and the
    diamond is their sum. Every part is also printed as a number.

    Parameters
    ----------
    answer
        What :func:`parlib.answers.moves.moves` returns. Dimensions that only one of the editions has are left out.
    names
        ``indicator``, ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    called = {row["indicator"]: lang.name(row) for row in names.to_dict("records")}
    dimensions = answer.dimensions[answer.dimensions["rank_from"].notna()]
    rows = [vars(answer.total), *dimensions.to_dict("records")]
    ends = [_ends(row) for row in rows]
    reach = max(1.0, *(max(-low, high) for low, high in ends))
    ticks = round_ticks(-reach, reach, 6)
    bottom = _HEAD + _ROW * len(rows)

    def x(places: float) -> float:
        return _LEFT + (places - ticks[0]) / (ticks[-1] - ticks[0]) * (_RIGHT - _LEFT)

    figures: Figures = {}
    told: list[str] = []
    page = Sheet(chart_id, bottom + 9)
    _key(page, lang)
    page.text(x(0) - 3, _HEAD - 2.6, lang.t("places lost"), color=palette.MUTED, ha="right")
    page.text(x(0) + 3, _HEAD - 2.6, lang.t("places gained"), color=palette.MUTED)
    for tick in ticks:
        page.line([x(tick)] * 2, [_HEAD, bottom])
        number = lang.signed(tick, tick_decimals(ticks))
        page.text(x(tick), bottom + 2.8, number, color=palette.MUTED, ha="center")
    for position, row in enumerate(rows):
        middle = _HEAD + _ROW * (position + 0.5)
        first = position == 0
        if first:
            page.box(0, middle - _ROW / 2, WIDTH, _ROW, palette.MARK, layer=0.5)
        name = called[row["indicator"]]
        weight = 600 if first else 400
        page.text(0, middle, clip(name, _NAMES, BODY, weight), size=BODY, weight=weight)
        _bars(page, x, middle, row)
        change = int(row["rank_from"] - row["rank_to"])
        page.dots(
            [x(change)],
            [middle],
            f"sum-{row['indicator']}",
            size=5,
            fill=palette.INK,
            edge=palette.PAPER,
            marker="D",
        )
        for part in _STYLES:
            page.text(_COLUMNS[part], middle, lang.signed(row[part], 1), ha="right")
        ranks = lang.t(
            "{before} to {after}",
            before=lang.rank(row["rank_from"], None),
            after=lang.rank(row["rank_to"], None),
        )
        page.text(_COLUMNS["sum"], middle - 1.9, lang.signed(change, 0), weight=600, ha="right")
        page.text(_COLUMNS["sum"], middle + 1.9, ranks, color=palette.MUTED, ha="right")
        keys = ("own", "field", "framework", "rank_from", "rank_to", "of_from", "of_to")
        figures |= {f"{row['indicator']}.{key}": row[key] for key in keys}
        figures[f"{row['indicator']}.places"] = change
        told.append(_told(row, name, change, lang))
    page.line([x(0)] * 2, [_HEAD, bottom], palette.INK, 0.8)
    editions = {"before": edition_name(lang, answer.before), "after": edition_name(lang, answer.after)}
    page.text(0, bottom + 7, lang.t("{before} to {after}, places", **editions), color=palette.MUTED)
    head = lang.t("Change of rank from {before} to {after}, in places", **editions)
    return page.chart(f"{head}: {'; '.join(told)}.", figures)


def _ends(row: Mapping[str, Any]) -> tuple[float, float]:
    parts = [row[part] for part in _STYLES]
    return sum(part for part in parts if part < 0), sum(part for part in parts if part > 0)


def _bars(page: Sheet, x: Any, middle: float, row: Mapping[str, Any]) -> None:
    at = {1: 0.0, -1: 0.0}
    for part, (fill, edge) in _STYLES.items():
        places = row[part]
        side = 1 if places > 0 else -1
        start, end = x(at[side]), x(at[side] + places)
        if abs(end - start) > 0.05:
            page.box(
                min(start, end), middle - _BAR / 2, abs(end - start), _BAR, fill, edge=edge, edge_width=0.6
            )
        at[side] += places


def _key(page: Sheet, lang: Language) -> None:
    words = {
        "own": lang.t("own scores"),
        "field": lang.t("scores of the others"),
        "framework": lang.t("change of the framework"),
    }
    x = _LEFT
    for part, (fill, edge) in _STYLES.items():
        page.box(x, 0.9, 4, 2.8, fill, edge=edge, edge_width=0.6)
        page.text(x + 5.4, 2.4, words[part])
        x += 5.4 + text_width(words[part]) + 5
    page.dots([x + 1.5], [2.4], size=5, fill=palette.INK, edge=palette.PAPER, marker="D")
    page.text(x + 4, 2.4, lang.t("sum"))
    heads = {
        "own": lang.t("own"),
        "field": lang.t("others"),
        "framework": lang.t("framework"),
        "sum": lang.t("sum"),
    }
    for column, head in heads.items():
        page.text(_COLUMNS[column], _HEAD - 2.6, head, color=palette.MUTED, ha="right")


def _told(row: Mapping[str, Any], name: str, change: int, lang: Language) -> str:
    return lang.t(
        "{name}: {change} places (rank {before} to {after}): own scores {own}, others {field}, framework {framework}",
        name=name,
        change=lang.signed(change, 0),
        before=lang.rank(row["rank_from"], row["of_from"]),
        after=lang.rank(row["rank_to"], row["of_to"]),
        **{part: lang.signed(row[part], 1) for part in _STYLES},
    )
