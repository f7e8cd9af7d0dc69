"""A province's score over the editions of an index, and where the editions stop being comparable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
    spread,
    tick_decimals,
    wrap,
)
from parlib.wording.language import Language, is_missing

_LEFT, _RIGHT = 13.0, 143.0
_TOP, _PLOT = 12.0, 46.0
_LINE = BODY * LEADING * MM
_Row = Mapping[str, Any]


def trajectory(
    scores: pd.DataFrame,
    breaks: pd.DataFrame,
    who: Mapping[str, Any],
    *,
    lang: Language,
    means: pd.DataFrame | None = None,
    chart_id: str = "trajectory",
) -> Chart:
    """Draw one province's score on one indicator by year, with its rank, and the mean of provinces behind.

    The line stops where a year is missing and at every comparability break. If the maximum is the same in all
    years the axis is in points, else in per cent of the maximum of the year.

    Parameters
    ----------
    scores
        One province and indicator after scoring: ``year``, ``score`` (points), ``max_score`` (points), ``rank``,
        ``of``; score and rank may be missing. A year without a score is a gap.
    breaks
        ``year`` (the first year that is not comparable with those before), ``reason_vi``, ``reason_en``.
    who
        The province: ``name_vi``, ``name_en``.
    lang
        Language of the labels.
    means
        ``year``, ``mean`` (points), ``max_score``: the mean of provinces. It is not a national figure of the
        publisher and is labelled so.
    chart_id
        Prefix of every id in the SVG.

    Raises
    ------
    ValueError
        If no year has a score.
    """
    own = {int(row["year"]): row for row in scores.sort_values("year").to_dict("records")}
    scored = {year: row for year, row in own.items() if not is_missing(row["score"])}
    mean = {} if means is None else {
        int(row["year"]): row for row in means.sort_values("year").to_dict("records") if not is_missing(row["mean"])
    }  # fmt: skip
    if not scored:
        raise ValueError("trajectory: expected at least one year with a score, found none.")
    in_points = len({row["max_score"] for row in (*scored.values(), *mean.values())}) == 1

    def value(row: _Row, key: str) -> float:
        return float(row[key] if in_points else 100 * row[key] / row["max_score"])

    line = {year: value(row, "score") for year, row in scored.items()}
    mean_line = {year: value(row, "mean") for year, row in mean.items()}
    years = range(min([*own, *mean]), max([*own, *mean]) + 1)
    changes = {
        int(row["year"]): str(row[f"reason_{lang.code}"])
        for row in breaks.sort_values("year").to_dict("records")
        if years[0] < row["year"] <= years[-1]
    }
    notes = [wrap(f"{year}: {reason}", WIDTH) for year, reason in changes.items()]

    page = Sheet(chart_id, _PLOT)
    scale = _Scale(page, years, [*line.values(), *mean_line.values()])
    maximum = lang.maximum(next(iter(scored.values()))["max_score"])
    scale.axis(
        lang.t("points (maximum {points})", points=maximum)
        if in_points
        else lang.t("per cent of the maximum score of the year"),
        lang,
    )
    scale.breaks(changes, lang)
    for run in _runs(mean_line, changes):
        scale.line(run, mean_line, palette.MUTED, 0.8)
    scale.dots(mean_line, "mean", [
        f"{lang.t('mean of provinces')} {year}: {lang.number(row['mean'])}" for year, row in mean.items()
    ], size=2.6, fill=palette.PAPER, edge=palette.MUTED)  # fmt: skip
    for run in _runs(line, changes):
        scale.line(run, line, palette.ACCENT, 1.8)
    scale.dots(line, "own", [
        f"{lang.name(who)} {year}: {lang.number(row['score'])} · {lang.rank(row['rank'], row['of'])}"
        for year, row in scored.items()
    ], size=5.5, fill=palette.ACCENT, edge=palette.PAPER, marker="D")  # fmt: skip
    scale.names(line, lang.name(who), mean_line, lang)
    scale.table(own, lang)
    scale.notes(notes)
    figures: Figures = {
        f"{year}.{key}": row[key] for year, row in own.items() for key in ("score", "max_score", "rank", "of")
    }
    figures |= {f"{year}.mean": row["mean"] for year, row in mean.items()}
    return page.chart(_alt(own, mean, changes, lang.name(who), lang), figures)


class _Scale:
    """Years and values to millimetres, and what is drawn on them."""

    def __init__(self, page: Sheet, years: range, values: list[float]) -> None:
        self.page, self.years = page, years
        self.step = (_RIGHT - _LEFT) / len(years)
        self.bottom = _TOP + _PLOT
        self.ticks = round_ticks(min(values), max(values), 5)

    def x(self, year: int) -> float:
        return _LEFT + self.step * (year - self.years[0] + 0.5)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0]) * _PLOT

    def axis(self, unit: str, lang: Language) -> None:
        self.page.text(0, 2.2, unit, color=palette.MUTED)
        for tick in self.ticks:
            self.page.line([_LEFT, _RIGHT], [self.y(tick)] * 2)
            number = lang.number(tick, tick_decimals(self.ticks))
            self.page.text(_LEFT - 2, self.y(tick), number, color=palette.MUTED, ha="right")

    def breaks(self, changes: Mapping[int, str], lang: Language) -> None:
        """Rule off each new basis; a year is short enough for its label never to reach the next rule."""
        if changes:
            self.page.text(0, _TOP - 4.5, lang.t("new method from"), color=palette.MUTED)
        for year in changes:
            x = self.x(year) - self.step / 2
            self.page.line([x, x], [_TOP - 6, self.bottom], palette.MUTED, 0.7, dashes=(3, 2))
            self.page.text(x + 1, _TOP - 4.5, str(year), color=palette.MUTED)

    def line(self, run: list[int], values: Mapping[int, float], colour: str, width: float) -> None:
        xs, ys = [self.x(year) for year in run], [self.y(values[year]) for year in run]
        self.page.line(xs, ys, colour, width)

    def dots(self, values: Mapping[int, float], name: str, titles: list[str], **style: Any) -> None:
        xs, ys = [self.x(year) for year in values], [self.y(value) for value in values.values()]
        if xs:
            self.page.dots(xs, ys, name, titles, **style)

    def names(self, line: Mapping[int, float], name: str, mean: Mapping[int, float], lang: Language) -> None:
        """Name the lines at their right ends."""
        room = WIDTH - _RIGHT - 2
        labels = [(wrap(name, room, BODY, 600), line[max(line)], palette.ACCENT, 600, BODY)]
        if mean:
            words = wrap(lang.t("mean of provinces (not a national figure)"), room)
            labels.append((words, mean[max(mean)], palette.MUTED, 400, SMALL))
        heights = [_LINE * (words.count("\n") + 1) for words, *_ in labels]
        places = spread([self.y(value) for _, value, *_ in labels], sum(heights) / 2 + 1, _TOP, self.bottom)
        for place, (words, _, colour, weight, size) in zip(places, labels, strict=True):
            self.page.text(_RIGHT + 2, place, words, size=size, weight=weight, color=colour)

    def table(self, own: Mapping[int, _Row], lang: Language) -> None:
        """Years, and under each year the score in points and the rank: numbers never lie on the line."""
        y = self.bottom + 4.5
        self.page.text(0, y + 4.6, lang.t("points"), color=palette.MUTED)
        self.page.text(0, y + 9.2, lang.t("rank"), color=palette.MUTED)
        self.page.text(0, y + 13.8, lang.t("provinces"), color=palette.MUTED)
        for year in self.years:
            self.page.text(self.x(year), y, str(year), color=palette.MUTED, ha="center")
            row = own.get(year, {"score": None, "rank": None, "of": None})
            self.page.text(self.x(year), y + 4.6, lang.number(row["score"]), ha="center")
            self.page.text(self.x(year), y + 9.2, lang.integer(row["rank"]), ha="center")
            of = lang.integer(row["of"])
            self.page.text(self.x(year), y + 13.8, of, color=palette.MUTED, ha="center")
        self.page.set_height(y + 17.1)

    def notes(self, notes: list[str]) -> None:
        y = self.page.height
        for note in notes:
            y += self.page.text(0, y + 1.5, note, color=palette.MUTED, va="top")
        self.page.set_height(y + 2)


def _runs(values: Mapping[int, float], changes: Iterable[int]) -> list[list[int]]:
    """Cut years where one is missing and where a new basis begins."""
    runs: list[list[int]] = []
    for year in sorted(values):
        if runs and year == runs[-1][-1] + 1 and year not in changes:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def _alt(
    own: Mapping[int, _Row], mean: Mapping[int, _Row], changes: Mapping[int, str], name: str, lang: Language
) -> str:
    told = [
        f"{year}: "
        + lang.t(
            "{score} of {maximum} points, rank {rank}",
            score=lang.number(row["score"]),
            maximum=lang.maximum(row["max_score"]),
            rank=lang.rank(row["rank"], row["of"]),
        )
        for year, row in own.items()
    ]
    parts = [f"{lang.t('Score of {province} by year', province=name)}: {'; '.join(told)}."]
    if mean:
        means = "; ".join(f"{year}: {lang.number(row['mean'])}" for year, row in mean.items())
        parts.append(f"{lang.t('Mean of provinces (not a national figure)')}: {means}.")
    if changes:
        listed = lang.list([str(year) for year in changes])
        parts.append(lang.t("Not comparable with earlier years from: {years}.", years=listed))
    return " ".join(parts)
