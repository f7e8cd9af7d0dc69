"""What published figures prove about the score at a rank: an interval for every year, or for every rank of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from parlib.answers.bounds import End, ScoreRange
from parlib.blocks import palette
from parlib.blocks.charts._sheet import (
    SMALL,
    WIDTH,
    Chart,
    Figures,
    Sheet,
    round_ticks,
    text_width,
    tick_decimals,
)
from parlib.wording.language import Language

_LEFT, _RIGHT = 26.0, WIDTH
_TOP, _PLOT = 13.0, 50.0
_DENSE = 16
"""Beyond so many intervals their ends are not printed; every fifth is named."""


def bounds(
    ranges: Mapping[int, ScoreRange],
    *,
    by: Literal["year", "rank"],
    lang: Language,
    own: Mapping[int, float] | None = None,
    own_name: str = "",
    means: Mapping[int, float] | None = None,
    chart_id: str = "bounds",
) -> Chart:
    """Draw the scores that can stand at a rank as upright intervals, with a province's own scores and the means.

    An interval without an end fades out; where both ends meet there is a dot: the score itself is known.

    Parameters
    ----------
    ranges
        By year (the score at one rank, year by year) or by rank (all ranks of one table): what
        :meth:`parlib.answers.bounds.Bounds.score_at` returns.
    by
        What the keys are.
    lang
        Language of the labels.
    own
        The province's own score by the same key, in points.
    own_name
        Name of the province, if there are own scores.
    means
        The mean of all provinces by the same key, in points, as published.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    ValueError
        If nothing is known: no interval has an end and there are no own scores.
    """
    own, means = own or {}, means or {}
    keys = sorted({*ranges, *own, *means})
    ends = [end.value for found in ranges.values() for end in (found.low, found.high) if end is not None]
    if not (values := [*ends, *own.values(), *means.values()]):
        raise ValueError("bounds: expected at least one known end or score, found none.")
    ticks = round_ticks(min(values), max(values), 5)
    step = (_RIGHT - _LEFT) / (keys[-1] - keys[0] + 1)
    bottom = _TOP + _PLOT

    def x(key: int) -> float:
        return _LEFT + step * (key - keys[0] + 0.5)

    def y(points: float) -> float:
        return bottom - (points - ticks[0]) / (ticks[-1] - ticks[0]) * _PLOT

    figures: Figures = {}
    page = Sheet(chart_id, bottom + 20)
    _key(page, own_name if own else "", lang, means=bool(means))
    page.text(0, _TOP - 4.4, lang.t("points"), color=palette.MUTED)
    for tick in ticks:
        page.line([_LEFT, _RIGHT], [y(tick)] * 2)
        number = lang.number(tick, tick_decimals(ticks))
        page.text(_LEFT - 2, y(tick), number, color=palette.MUTED, ha="right")
    for key, found in sorted(ranges.items()):
        _interval(page, x(key), y, found, min(2.2, step * 0.6), (_TOP, bottom))
        figures |= {f"{key}.{side}": None if end is None else end.value for side, end in _sides(found)}
    known = {key: found.low.value for key, found in sorted(ranges.items()) if found.exact and found.low}
    dense = len(keys) > _DENSE
    if known:
        titles = [f"{key}: {lang.number(score)}" for key, score in known.items()]
        page.dots(
            [x(key) for key in known], [y(score) for score in known.values()], "known", titles,
            size=3.2 if dense else 5, fill=palette.REGION, edge=palette.PAPER,
        )  # fmt: skip
    if means:
        titles = [
            f"{lang.t('mean of all provinces')} {key}: {lang.number(mean)}" for key, mean in means.items()
        ]
        page.dots(
            [x(key) for key in means], [y(mean) for mean in means.values()], "means", titles,
            size=5, fill=palette.PAPER, edge=palette.MUTED, edge_width=1,
        )  # fmt: skip
        figures |= {f"{key}.mean": mean for key, mean in means.items()}
    if own:
        titles = [f"{own_name} {key}: {lang.number(score)}" for key, score in sorted(own.items())]
        page.dots(
            [x(key) for key in sorted(own)], [y(own[key]) for key in sorted(own)], "own", titles,
            size=6, fill=palette.ACCENT, edge=palette.PAPER, marker="D",
        )  # fmt: skip
        figures |= {f"{key}.own": score for key, score in own.items()}
    under = bottom + 4
    for key in range(keys[0], keys[-1] + 1):
        if not dense or key % 5 == 0 or key == keys[0]:
            page.text(x(key), under, str(key), color=palette.MUTED, ha="center")
    page.text(0, under, lang.t("year") if by == "year" else lang.t("rank"), color=palette.MUTED)
    if dense:
        page.set_height(under + 3.5)
    else:
        _table(page, ranges, own, own_name, means, x, under + 4.6, lang)
    return page.chart(_alt(ranges, own, own_name, means, by, lang), figures)


def _sides(found: ScoreRange) -> tuple[tuple[str, End | None], tuple[str, End | None]]:
    return ("low", found.low), ("high", found.high)


def _key(page: Sheet, own_name: str, lang: Language, *, means: bool) -> None:
    x = 0.0
    page.line([x + 1.4] * 2, [0.8, 4.0], palette.REGION, 2.2)
    words = lang.t("what the published figures leave open")
    page.text(x + 4, 2.4, words)
    x += 4 + text_width(words) + 5
    page.dots([x + 1.2], [2.4], size=5, fill=palette.REGION, edge=palette.PAPER)
    words = lang.t("score known")
    page.text(x + 4, 2.4, words)
    x += 4 + text_width(words) + 5
    if means:
        page.dots([x + 1.2], [2.4], size=5, fill=palette.PAPER, edge=palette.MUTED, edge_width=1)
        words = lang.t("mean of all provinces")
        page.text(x + 4, 2.4, words)
        x += 4 + text_width(words) + 5
    if own_name:
        page.dots([x + 1.2], [2.4], size=6, fill=palette.ACCENT, edge=palette.PAPER, marker="D")
        page.text(x + 4, 2.4, own_name, weight=600)


def _interval(
    page: Sheet, x: float, y: Any, found: ScoreRange, width: float, edges: tuple[float, float]
) -> None:
    top, bottom = edges
    if found.exact or (found.low is None and found.high is None):
        return
    high = top if found.high is None else y(found.high.value)
    low = bottom if found.low is None else y(found.low.value)
    fading = found.low is None or found.high is None
    dashes = (1, 1) if fading else ()
    page.line([x, x], [high, low], palette.REGION, 2.2 if width > 1.5 else 1.4, dashes=dashes)
    for end, place in ((found.high, high), (found.low, low)):
        if end is not None:
            page.line([x - width / 2, x + width / 2], [place, place], palette.REGION, 1.2)


def _table(
    page: Sheet,
    ranges: Mapping[int, ScoreRange],
    own: Mapping[int, float],
    own_name: str,
    means: Mapping[int, float],
    x: Any,
    top: float,
    lang: Language,
) -> None:
    """Print the ends under each interval: numbers never lie on the drawing."""
    page.text(0, top, lang.t("at most"), color=palette.MUTED)
    page.text(0, top + 4.6, lang.t("at least"), color=palette.MUTED)
    for key, found in ranges.items():
        for end, place in ((found.high, top), (found.low, top + 4.6)):
            page.text(x(key), place, lang.number(None if end is None else end.value), ha="center")
    under = top + 4.6
    if means:
        under += 4.6
        page.text(0, under, lang.t("mean"), color=palette.MUTED)
        for key, mean in means.items():
            page.text(x(key), under, lang.number(mean), color=palette.MUTED, ha="center")
    if own:
        under += 4.6
        page.text(
            0,
            under,
            own_name if text_width(own_name, SMALL, 600) < _LEFT - 2 else lang.t("province"),
            weight=600,
            color=palette.ACCENT,
        )
        for key, score in own.items():
            page.text(x(key), under, lang.number(score), weight=600, color=palette.ACCENT, ha="center")
    page.set_height(under + 3.4)


def _alt(
    ranges: Mapping[int, ScoreRange],
    own: Mapping[int, float],
    own_name: str,
    means: Mapping[int, float],
    by: str,
    lang: Language,
) -> str:
    runs: list[tuple[int, int, str]] = []
    for key, found in sorted(ranges.items()):
        words = _in_words(found, lang)
        if runs and runs[-1][2] == words and runs[-1][1] == key - 1:
            runs[-1] = (runs[-1][0], key, words)
        else:
            runs.append((key, key, words))
    told = [f"{first if first == last else f'{first}–{last}'}: {words}" for first, last, words in runs]
    if by == "year":
        ranks = sorted({found.rank for found in ranges.values()})
        head = lang.t(
            "Scores that can stand at rank {rank}, by year", rank=lang.list([str(rank) for rank in ranks])
        )
    else:
        head = lang.t("Scores that can stand at each rank")
    parts = [f"{head}: {'; '.join(told)}."]
    for name, values in ((own_name, own), (lang.t("Mean of all provinces"), means)):
        if values:
            scores = "; ".join(f"{key}: {lang.number(score)}" for key, score in sorted(values.items()))
            parts.append(f"{name}: {scores}.")
    return " ".join(parts)


def _in_words(found: ScoreRange, lang: Language) -> str:
    low, high = (lang.number(None if end is None else end.value) for _, end in _sides(found))
    if found.low is None and found.high is None:
        return lang.t("not known")
    if found.high is None:
        return lang.t("at least {points}", points=low)
    if found.low is None:
        return lang.t("at most {points}", points=high)
    return low if found.exact else lang.t("{low} to {high}", low=low, high=high)
