"""In which group every province was, year by year."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from parlib.blocks import palette
from parlib.blocks.charts._sheet import SMALL, Chart, Figures, Sheet, text_width
from parlib.wording.language import Language
from parlib.wording.terms import group_name

_LEFT, _RIGHT, _WIDEST = 30.0, 140.0, 12.0
_RANK, _RANGE = 10.0, 30.0
_HEAD, _FOOT, _LINE = 11.5, 1.5, 3.6
_SQUARE = 7.2
"""Points."""
_FIRST = 5
_COMPARED = ("spearman", "mean_shift", "same_group")


def group_history(
    scored: pd.DataFrame,
    provinces: pd.DataFrame,
    *,
    lang: Language,
    compared: pd.DataFrame | None = None,
    breaks: Collection[str] = (),
    chart_id: str = "group-history",
) -> Chart:
    """Draw a square per province and edition in the colour of its group, provinces by their latest rank.

    Parameters
    ----------
    scored
        One indicator over several editions: ``province``, ``edition`` (how it is printed; in the order of time),
        ``score``, ``rank``, ``of``, ``group``.
    provinces
        ``province``, ``name_vi``, ``name_en``: every province of the frame gets a row.
    lang
        Language of the labels.
    compared
        Per edition against the one before, printed under the squares: ``edition``, ``year`` and ``date`` (ISO, or
        missing), ``spearman`` (-1 to 1),
        ``mean_shift`` (places), ``same_group`` (share, 0 to 1).
    breaks
        Editions before which a line is drawn, as figures are not comparable across it.
    chart_id
        Prefix of every id in the SVG.
    """
    editions = list(dict.fromkeys(scored["edition"]))
    cells = scored[scored["score"].notna() & scored["group"].notna()]
    latest = cells[cells["edition"] == editions[-1]].set_index("province")["rank"]
    listed = provinces.assign(latest=provinces["province"].map(latest)).sort_values(["latest", "province"])
    rows = listed.to_dict("records")
    high = 3.2 if len(rows) > 40 else 4.6
    widest = max(_WIDEST, max(map(text_width, editions)) + 3)
    step = min((_RIGHT - _LEFT) / len(editions), widest)
    bottom = _HEAD + high * len(rows)
    at = {edition: _LEFT + step * (position + 0.5) for position, edition in enumerate(editions)}
    right = _LEFT + step * len(editions)
    figures: Figures = {}
    lines = 0 if compared is None else len(_COMPARED) + 1.4
    page = Sheet(chart_id, bottom + _FOOT + _LINE * lines)
    _key(page, cells, lang)
    for edition, x in at.items():
        page.text(x, _HEAD - 2.6, edition, color=palette.MUTED, ha="center")
        if edition in breaks:
            page.line([x - step / 2] * 2, [_HEAD - 4.4, bottom + 0.5], palette.INK, 0.8)
    page.text(right + _RANK, _HEAD - 2.6, lang.t("rank"), color=palette.MUTED, ha="right")
    page.text(right + _RANGE, _HEAD - 2.6, lang.t("best – worst"), color=palette.MUTED, ha="right")
    down = {row["province"]: _HEAD + high * (position + 0.5) for position, row in enumerate(rows)}
    names = {row["province"]: lang.name(row) for row in rows}
    _squares(page, cells, at, down, names, lang)
    ranks = cells.groupby("province")["rank"].agg(["min", "max", "count"])
    for row in rows:
        slug, y = row["province"], down[row["province"]]
        page.text(0, y, names[slug])
        page.text(right + _RANK, y, lang.rank(row["latest"], None), weight=600, ha="right")
        if slug not in ranks.index:
            continue
        best, worst, count = (int(value) for value in ranks.loc[slug])
        page.text(right + _RANGE, y, f"{best} – {worst}", ha="right")
        figures |= {f"{slug}.best": best, f"{slug}.worst": worst, f"{slug}.editions": count}
        figures[f"{slug}.rank"] = row["latest"]
    told = _alt(cells, editions, names, lang)
    if compared is not None:
        told = f"{told} {_compared(page, compared, at, bottom + _LINE, figures, lang)}"
    return page.chart(told, figures)


def _compared(
    page: Sheet, compared: pd.DataFrame, at: dict[str, float], y: float, figures: Figures, lang: Language
) -> str:
    """Print how alike each edition is to the one before, and say it in words."""
    page.text(0, y, lang.t("against the edition before"), weight=600)
    words = {
        "spearman": lang.t("rank correlation"),
        "mean_shift": lang.t("places moved"),
        "same_group": lang.t("same group"),
    }
    rows = compared.to_dict("records")
    for key in _COMPARED:
        y += _LINE
        page.text(0, y, words[key])
        for row in rows:
            page.text(at[row["edition"]], y, _number(row, key, lang), ha="center")
            figures[f"{_day_or_year(row)}.{key}"] = row[key]
    low, high = (end(rows, key=lambda row: row["spearman"]) for end in (min, max))
    return lang.t(
        "The rank correlation with the edition before was lowest in {worst} ({low}), highest in {best} ({high}), and "
        "in the latest edition, {last}, it is {now}; {share} of the provinces stayed in their group then.",
        worst=low["edition"],
        low=_number(low, "spearman", lang),
        best=high["edition"],
        high=_number(high, "spearman", lang),
        last=rows[-1]["edition"],
        now=_number(rows[-1], "spearman", lang),
        share=_number(rows[-1], "same_group", lang),
    )


def _day_or_year(row: Mapping[Any, Any]) -> str:
    """An edition as the result JSON names it: the same in every language, unlike how it is printed."""
    return row["date"] if isinstance(row["date"], str) else str(row["year"])


def _number(row: Mapping[Any, Any], key: str, lang: Language) -> str:
    if key == "same_group":
        return lang.percent(100 * row[key], 0)
    return lang.number(row[key], 2 if key == "spearman" else 1)


def _squares(
    page: Sheet,
    cells: pd.DataFrame,
    at: dict[str, float],
    down: dict[str, float],
    names: dict[str, str],
    lang: Language,
) -> None:
    for group in palette.GROUPS:
        mine = cells[cells["group"] == group].to_dict("records")
        if mine:
            page.dots(
                [at[row["edition"]] for row in mine],
                [down[row["province"]] for row in mine],
                group,
                [_title(row, names, lang) for row in mine],
                size=_SQUARE,
                fill=palette.GROUP_COLOURS[group],
                edge=palette.GROUP_EDGES[group],
                edge_width=0.4,
                marker="s",
            )


def _title(row: dict[Any, Any], names: dict[str, str], lang: Language) -> str:
    return f"{names[row['province']]} {row['edition']}: {lang.rank(row['rank'], row['of'])}"


def _key(page: Sheet, cells: pd.DataFrame, lang: Language) -> None:
    x = 0.0
    for group in palette.GROUPS:
        if (cells["group"] == group).any():
            words = group_name(lang, group)
            page.dots(
                [x + 1.5], [2.4], size=_SQUARE, fill=palette.GROUP_COLOURS[group], edge=palette.GROUP_EDGES[group],
                edge_width=0.4, marker="s",
            )  # fmt: skip
            page.text(x + 4.4, 2.4, words)
            x += 4.4 + text_width(words, SMALL) + 5
    page.text(x, 2.4, lang.t("blank: no data"), color=palette.MUTED)


def _alt(cells: pd.DataFrame, editions: list[str], names: dict[str, str], lang: Language) -> str:
    told = [
        lang.t(
            "Groups of {count} provinces in {n} editions, {first} to {last}.",
            count=len(names),
            n=len(editions),
            first=editions[0],
            last=editions[-1],
        )
    ]
    for group, always in (
        ("highest", lang.t("In the highest group every time")),
        ("lowest", lang.t("In the lowest group every time")),
    ):
        times = cells[cells["group"] == group].groupby("province").size()
        those = [names[slug] for slug in names if times.get(slug, 0) == len(editions)]
        told.append(f"{always}: {', '.join(those) if those else lang.t('none')}.")
    absent = [slug for slug in names if slug not in set(cells["province"])]
    if absent:
        told.append(f"{lang.t('no data')}: {', '.join(names[slug] for slug in absent)}.")
    leading = cells[cells["edition"] == editions[-1]].sort_values("rank")["province"].head(_FIRST)
    named = ", ".join(names[slug] for slug in leading)
    told.append(lang.t("First in the latest edition: {names}.", names=named))
    return " ".join(told)
