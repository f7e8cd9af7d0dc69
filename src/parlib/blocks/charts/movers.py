"""Who moved most in a ranking, from which rank to which, and how much of it was their own doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, WIDTH, Chart, Figures, Sheet, rank_ticks
from parlib.wording.language import Language

_LEFT, _RIGHT = 36.0, 104.0
_COLUMNS = {"places": 118.0, "own": 134.0, "field": 150.0, "framework": WIDTH}
_HEAD, _ROW, _GAP = 15.0, 5.6, 4.0


def movers(rows: pd.DataFrame, provinces: pd.DataFrame, *, lang: Language, chart_id: str = "movers") -> Chart:
    """Draw one line per province from its old rank (hollow) to its new one (filled), with the parts of the change.

    Those that rose and those that fell stand apart, each in the order given.

    Parameters
    ----------
    rows
        The provinces to show: ``province, rank_from, rank_to, of_from, of_to, own, field, framework`` (places gained;
        see :func:`parlib.answers.moves.moves_of_all`).
    provinces
        ``province``, ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: lang.name(row) for row in provinces.to_dict("records")}
    listed = [row | {"places": int(row["rank_from"] - row["rank_to"])} for row in rows.to_dict("records")]
    halves = [[row for row in listed if row["places"] > 0], [row for row in listed if row["places"] <= 0]]
    halves = [half for half in halves if half]
    of = int(max(max(row["of_from"], row["of_to"]) for row in listed))
    bottom = _HEAD + _ROW * len(listed) + _GAP * (len(halves) - 1)

    def x(rank: float) -> float:
        return _RIGHT - (rank - 1) / max(of - 1, 1) * (_RIGHT - _LEFT)

    figures: Figures = {}
    told = []
    page = Sheet(chart_id, bottom + 7)
    _head(page, lang)
    for rank in rank_ticks(of):
        page.line([x(rank)] * 2, [_HEAD - 1, bottom])
        page.text(x(rank), bottom + 2.8, str(rank), color=palette.MUTED, ha="center")
    middle = _HEAD + _ROW / 2
    for half in halves:
        for row in half:
            _draw(page, x, middle, row, who[row["province"]], lang)
            keys = ("rank_from", "rank_to", "own", "field", "framework", "places")
            figures |= {f"{row['province']}.{key}": row[key] for key in keys}
            told.append(_told(row, who[row["province"]], lang))
            middle += _ROW
        middle += _GAP
    head = lang.t("Changes of rank, with the parts of each in places")
    return page.chart(f"{head}: {'; '.join(told)}.", figures)


def _head(page: Sheet, lang: Language) -> None:
    page.dots([_LEFT], [2.4], size=4.2, fill=palette.PAPER, edge=palette.INK, edge_width=0.8)
    words = lang.t("rank before")
    page.text(_LEFT + 2.4, 2.4, words)
    page.dots([_LEFT + 28], [2.4], size=5, fill=palette.INK, edge=palette.PAPER)
    page.text(_LEFT + 30.4, 2.4, lang.t("rank after"))
    page.text(_LEFT, _HEAD - 4, lang.t("last"), color=palette.MUTED)
    page.text(_RIGHT, _HEAD - 4, lang.t("first"), color=palette.MUTED, ha="right")
    page.text(_COLUMNS["framework"], 2.4, lang.t("places gained, of which"), color=palette.MUTED, ha="right")
    heads = {
        "places": lang.t("in all"),
        "own": lang.t("own"),
        "field": lang.t("others"),
        "framework": lang.t("framework"),
    }
    for column, head in heads.items():
        page.text(_COLUMNS[column], _HEAD - 4, head, color=palette.MUTED, ha="right")


def _draw(page: Sheet, x: Any, middle: float, row: Mapping[str, Any], name: str, lang: Language) -> None:
    rose = row["places"] > 0
    colour = palette.GOOD if rose else palette.BAD
    page.text(0, middle, name, size=BODY)
    page.line([x(row["rank_from"]), x(row["rank_to"])], [middle, middle], colour, 1.8)
    page.dots(
        [x(row["rank_from"])], [middle], f"from-{row['province']}", size=4.2, fill=palette.PAPER, edge=colour,
        edge_width=0.9,
    )  # fmt: skip
    page.dots([x(row["rank_to"])], [middle], f"to-{row['province']}", size=5, fill=colour, edge=palette.PAPER)
    # The number stands outside the line: before the start and behind the end.
    side = 1 if rose else -1
    for rank, away, weight in ((row["rank_from"], -side, 400), (row["rank_to"], side, 600)):
        page.text(
            x(rank) + 1.8 * away, middle, lang.rank(rank, None), weight=weight,
            ha="left" if away > 0 else "right", halo=True,
        )  # fmt: skip
    page.text(_COLUMNS["places"], middle, lang.signed(row["places"], 0), weight=600, color=colour, ha="right")
    for part in ("own", "field", "framework"):
        page.text(_COLUMNS[part], middle, lang.signed(row[part], 1), ha="right")


def _told(row: Mapping[str, Any], name: str, lang: Language) -> str:
    said = {
        "name": name,
        "before": lang.rank(row["rank_from"], row["of_from"]),
        "after": lang.rank(row["rank_to"], row["of_to"]),
        **{part: lang.signed(row[part], 1) for part in ("own", "field", "framework")},
    }
    if row["places"] > 0:
        return lang.t(
            "{name} rose from rank {before} to rank {after}: {own} places by its own scores, {field} by those of the "
            "others, {framework} by the framework",
            **said,
        )
    return lang.t(
        "{name} fell from rank {before} to rank {after}: {own} places by its own scores, {field} by those of the "
        "others, {framework} by the framework",
        **said,
    )
