"""The provinces just above and below, and how many points lie between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.answers.ladder import Ladder
from parlib.blocks import palette
from parlib.blocks.charts._sheet import BODY, WIDTH, Chart, Figures, Sheet, round_ticks, tick_decimals
from parlib.wording.language import Language

_LEFT, _RIGHT = 62.0, 132.0
_HEAD, _ROW = 7.0, 5.8


def ladder(answer: Ladder, provinces: pd.DataFrame, *, lang: Language, chart_id: str = "ladder") -> Chart:
    """Draw one dot per neighbour on the scale of points, best first, with its distance from this province.

    Parameters
    ----------
    answer
        What :func:`parlib.answers.ladder.ladder` returns.
    provinces
        ``province``, ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    chart_id
        Prefix of every id in the SVG.
    """
    who = {row["province"]: row for row in provinces.to_dict("records")}
    rows = answer.rows.to_dict("records")
    ticks = round_ticks(answer.rows["score"].min(), answer.rows["score"].max(), 4)
    bottom = _HEAD + _ROW * len(rows)

    def x(score: float) -> float:
        return _LEFT + (score - ticks[0]) / (ticks[-1] - ticks[0]) * (_RIGHT - _LEFT)

    figures: Figures = {}
    told: list[str] = []
    page = Sheet(chart_id, bottom + 10)
    page.text(0, 2.4, lang.t("rank"), color=palette.MUTED)
    page.text(150, 2.4, lang.t("points"), color=palette.MUTED, ha="right")
    page.text(WIDTH, 2.4, lang.t("difference"), color=palette.MUTED, ha="right")
    for tick in ticks:
        page.line([x(tick)] * 2, [_HEAD - 1, bottom])
        number = lang.number(tick, tick_decimals(ticks))
        page.text(x(tick), bottom + 2.8, number, color=palette.MUTED, ha="center")
    page.text((_LEFT + _RIGHT) / 2, bottom + 7, lang.t("points"), color=palette.MUTED, ha="center")
    for position, row in enumerate(rows):
        middle = _HEAD + _ROW * (position + 0.5)
        mine = row["place"] == "self"
        if mine:
            page.box(0, middle - _ROW / 2, WIDTH, _ROW, palette.MARK, layer=0.5)
        weight, colour = (600, palette.ACCENT) if mine else (400, palette.INK)
        name = lang.name(who[row["province"]])
        page.text(6, middle, lang.rank(row["rank"], None), weight=weight, color=colour, ha="right")
        page.text(10, middle, name, size=BODY, weight=weight, color=colour)
        page.text(150, middle, lang.number(row["score"]), weight=weight, color=colour, ha="right")
        if not mine:
            page.line([x(answer.score), x(row["score"])], [middle, middle], palette.FIELD, 1.2)
            page.text(WIDTH, middle, lang.signed(row["difference"]), ha="right")
        page.dots(
            [x(row["score"])],
            [middle],
            f"dot-{row['province']}",
            [f"{name}: {lang.number(row['score'])}"],
            size=6.5 if mine else 4.5,
            fill=palette.ACCENT if mine else palette.REGION,
            edge=palette.PAPER,
            marker="D" if mine else "o",
        )
        figures |= {f"{row['province']}.{key}": row[key] for key in ("score", "rank", "difference")}
        told.append(_told(row, name, lang))
    page.line([x(answer.score)] * 2, [_HEAD - 1, bottom], palette.ACCENT, 0.8)
    head = lang.t(
        "{province} has {score} points and rank {rank}; the provinces next to it",
        province=lang.name(who[answer.province]),
        score=lang.number(answer.score),
        rank=lang.rank(answer.rank, answer.of),
    )
    return page.chart(f"{head}: {'; '.join(told)}.", figures)


def _told(row: Mapping[str, Any], name: str, lang: Language) -> str:
    text = lang.t(
        "rank {rank} {name}, {score}",
        rank=lang.rank(row["rank"], None),
        name=name,
        score=lang.number(row["score"]),
    )
    return text if row["place"] == "self" else f"{text} ({lang.signed(row['difference'])})"
