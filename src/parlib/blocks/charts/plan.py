"""The way to a target: from the present score, gain by gain, to the score after the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from parlib.answers.plan import Plan, PlanResult
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
from parlib.wording.language import Language

_NAMES, _LEFT, _RIGHT, _FROM_TO = 56.0, 60.0, 122.0, 151.0
_HEAD, _ROW, _BAR = 13.0, 8.4, 4.2


def plan(
    result: PlanResult,
    chosen: Plan,
    names: pd.DataFrame,
    *,
    lang: Language,
    limit: int = 14,
    chart_id: str = "plan",
) -> Chart:
    """Draw a plan as a waterfall: the present score, one step per indicator, largest first, and the score after it.

    Parameters
    ----------
    result
        What :func:`parlib.answers.plan.plan` returns.
    chosen
        One of its plans; it must be feasible.
    names
        ``indicator``, ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    limit
        How many indicators get a step of their own; the others are one step together.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    ValueError
        If the plan is not feasible.
    """
    if chosen.score_after is None:
        raise ValueError(f"plan: expected a feasible plan, but {chosen.name!r} reaches no further than "
                         f"{chosen.best_reachable_score:g} points.")  # fmt: skip
    called = {row["indicator"]: f"{row['indicator']} {lang.name(row)}" for row in names.to_dict("records")}
    steps = _steps(chosen.leaves, called, limit, lang)
    least = min(result.threshold or chosen.score_after, result.score)
    room = max(chosen.score_after, result.threshold or 0) - least
    # Bars do not start at nothing here, so the axis is cut well before the first of them and says its numbers.
    ticks = round_ticks(least - 0.12 * room, max(chosen.score_after, result.threshold or 0), 5)
    bottom = _HEAD + _ROW * (len(steps) + 2)

    def x(points: float) -> float:
        return _LEFT + (points - ticks[0]) / (ticks[-1] - ticks[0]) * (_RIGHT - _LEFT)

    figures: Figures = {
        "score": result.score, "rank": result.rank, "of": result.of, "threshold": result.threshold,
        "gap": result.gap, "score_after": chosen.score_after, "rank_after": chosen.rank_after,
    }  # fmt: skip
    page = Sheet(chart_id, bottom + 10)
    page.text(_FROM_TO, _HEAD - 3, lang.t("from – to"), color=palette.MUTED, ha="right")
    page.text(WIDTH, _HEAD - 3, lang.t("gain"), color=palette.MUTED, ha="right")
    for tick in ticks:
        page.line([x(tick)] * 2, [_HEAD, bottom])
        number = lang.number(tick, tick_decimals(ticks))
        page.text(x(tick), bottom + 2.8, number, color=palette.MUTED, ha="center")
    page.text((_LEFT + _RIGHT) / 2, bottom + 7, lang.t("points"), color=palette.MUTED, ha="center")
    _standing(page, _HEAD + _ROW / 2, lang.t("now"), x(result.score), result.score, result.rank, result, lang)
    at = result.score
    for position, step in enumerate(steps, start=1):
        middle = _HEAD + _ROW * (position + 0.5)
        page.text(0, middle, clip(step["name"], _NAMES))
        page.line([x(at)] * 2, [middle - _ROW / 2 - _BAR / 2, middle + _BAR / 2], palette.MUTED, 0.6)
        page.box(x(at), middle - _BAR / 2, x(at + step["gain"]) - x(at), _BAR, palette.REGION)
        at += step["gain"]
        if step["from"] is not None:
            words = f"{lang.number(step['from'])} – {lang.number(step['to'])}"
            page.text(_FROM_TO, middle, words, color=palette.MUTED, ha="right")
        page.text(WIDTH, middle, lang.signed(step["gain"]), weight=600, ha="right")
        figures[f"{step['indicator']}.gain"] = step["gain"]
        if step["from"] is not None:
            figures |= {f"{step['indicator']}.from": step["from"], f"{step['indicator']}.to": step["to"]}
    last = bottom - _ROW / 2
    _standing(
        page, last, lang.t("after the plan"), x(at), chosen.score_after, chosen.rank_after, result, lang
    )
    if result.threshold is not None:
        _threshold(page, x(result.threshold), result.threshold, bottom, lang)
    return page.chart(_alt(result, chosen, steps, lang), figures)


def _steps(
    leaves: pd.DataFrame, called: Mapping[str, str], limit: int, lang: Language
) -> list[dict[str, Any]]:
    ordered = leaves.sort_values(["gain", "indicator"], ascending=[False, True]).to_dict("records")
    limit += len(ordered) == limit + 1
    steps = [
        {
            "indicator": row["indicator"],
            "name": called[row["indicator"]],
            **{k: row[k] for k in ("from", "to", "gain")},
        }
        for row in ordered[:limit]
    ]
    if rest := ordered[limit:]:
        words = lang.t("{count} other indicators together", count=len(rest))
        gain = sum(row["gain"] for row in rest)
        steps.append({"indicator": "others", "name": words, "from": None, "to": None, "gain": gain})
    return steps


def _standing(
    page: Sheet,
    middle: float,
    words: str,
    x: float,
    score: float,
    rank: int | None,
    result: PlanResult,
    lang: Language,
) -> None:
    page.box(0, middle - _ROW / 2 + 0.6, WIDTH, _ROW - 1.2, palette.MARK, layer=0.5)
    page.text(0, middle, words, size=BODY, weight=600, color=palette.ACCENT)
    page.dots([x], [middle], size=6.5, fill=palette.ACCENT, edge=palette.PAPER, marker="D")
    label = f"{lang.number(score)} · {lang.rank(rank, result.of)}"
    page.text(WIDTH, middle, label, size=BODY, weight=600, color=palette.ACCENT, ha="right")


def _threshold(page: Sheet, x: float, threshold: float, bottom: float, lang: Language) -> None:
    page.line([x, x], [5, bottom], palette.INK, 1.0, dashes=(3, 2))
    words = lang.t("target: {points} points", points=lang.number(threshold))
    half = text_width(words, weight=600) / 2
    page.text(min(max(x, half), WIDTH - half), 2.6, words, weight=600, ha="center")


def _alt(result: PlanResult, chosen: Plan, steps: list[dict[str, Any]], lang: Language) -> str:
    gains = "; ".join(f"{step['name']} {lang.signed(step['gain'])}" for step in steps)
    after = lang.t(
        "After the plan {score} points, rank {rank} if all others stand still.",
        score=lang.number(chosen.score_after),
        rank=lang.rank(chosen.rank_after, result.of),
    )
    now = lang.t(
        "Now {score} points, rank {rank}; gains",
        score=lang.number(result.score),
        rank=lang.rank(result.rank, result.of),
    )
    return f"{now}: {gains}. {after}"
