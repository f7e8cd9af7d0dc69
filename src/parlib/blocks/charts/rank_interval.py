"""How sure a rank is: the ranks that a province and its neighbours may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, WIDTH, Chart, Figures, Sheet, rank_ticks
from parlib.wording.language import Language

_LEFT, _RIGHT = 52.0, 148.0
_HEAD, _ROW = 8.0, 5.6


def rank_interval(
    rows: pd.DataFrame,
    provinces: pd.DataFrame,
    province: str,
    *,
    lang: Language,
    chart_id: str = "rank-interval",
) -> Chart:
    """Draw one bar per province from its best to its worst rank, with a mark at the rank that was computed.

    Parameters
    ----------
    rows
        One row per province to show: ``province``, ``rank``, ``of``, ``rank_low`` (the best rank of the interval),
        ``rank_high`` (the worst). They are drawn in the order of ``rank``.
    provinces
        ``province``, ``name_vi``, ``name_en``.
    province
        Slug of the province to mark.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: lang.name(row) for row in provinces.to_dict("records")}
    listed = rows.sort_values(["rank", "province"]).to_dict("records")
    of = int(max(row["of"] for row in listed))
    bottom = _HEAD + _ROW * len(listed)

    def x(rank: float) -> float:
        return _LEFT + (rank - 1) / max(of - 1, 1) * (_RIGHT - _LEFT)

    figures: Figures = {}
    told: list[str] = []
    page = Sheet(chart_id, bottom + 10)
    page.text(0, 2.6, lang.t("rank"), color=palette.MUTED)
    page.text(WIDTH, 2.6, lang.t("from – to"), color=palette.MUTED, ha="right")
    for rank in rank_ticks(of):
        page.line([x(rank)] * 2, [_HEAD - 1, bottom])
        page.text(x(rank), bottom + 2.8, str(rank), color=palette.MUTED, ha="center")
    page.text(x(1), bottom + 7, lang.t("best rank"), color=palette.MUTED)
    page.text(x(of), bottom + 7, lang.t("worst rank"), color=palette.MUTED, ha="right")
    for position, row in enumerate(listed):
        middle = _HEAD + _ROW * (position + 0.5)
        mine = row["province"] == province
        if mine:
            page.box(0, middle - _ROW / 2, WIDTH, _ROW, palette.MARK, layer=0.5)
        weight, colour = (600, palette.ACCENT) if mine else (400, palette.INK)
        line = palette.ACCENT if mine else palette.REGION
        page.text(6, middle, lang.rank(row["rank"], None), weight=weight, color=colour, ha="right")
        page.text(10, middle, who[row["province"]], size=BODY, weight=weight, color=colour)
        low, high = x(row["rank_low"]), x(row["rank_high"])
        page.line([low, high], [middle, middle], line, 2.0)
        for end in (low, high):
            page.line([end, end], [middle - 1.2, middle + 1.2], line, 1.2)
        page.dots(
            [x(row["rank"])],
            [middle],
            f"rank-{row['province']}",
            size=6.5 if mine else 4.5,
            fill=palette.ACCENT if mine else palette.REGION,
            edge=palette.PAPER,
            marker="D" if mine else "o",
        )
        page.text(WIDTH, middle, _range(row, lang), weight=weight, color=colour, ha="right")
        figures |= {f"{row['province']}.{key}": row[key] for key in ("rank", "rank_low", "rank_high")}
        told.append(
            lang.t(
                "{name} {rank} ({range})",
                name=who[row["province"]],
                rank=lang.rank(row["rank"], None),
                range=_range(row, lang),
            )
        )
    head = lang.t("Ranks of {of} provinces with the interval that each may hold", of=of)
    return page.chart(f"{head}: {'; '.join(told)}.", figures)


def _range(row: Mapping[str, Any], lang: Language) -> str:
    return f"{lang.rank(row['rank_low'], None)} – {lang.rank(row['rank_high'], None)}"
