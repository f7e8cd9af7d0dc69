"""Where the province stands on an index that is known whole: every dimension against all provinces."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parlib.blocks import Block, Column, Section, chart, charts, heading, note, paragraph, table
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.wording import standing as say
from parlib.wording.language import is_missing
from parlib.wording.sentence import Sentence


def standing(report: Report, index: str) -> Section:
    """Heading, findings, strip plot of all provinces, and the table of all indicators of one index.

    An index that has no edition in this year is passed over in one line that says so.
    """
    lang, name = report.lang, report.index_name(index)
    blocks: list[Block] = [
        heading(2, lang.t("{index}: where the province stands", index=name), id=f"{index}-standing")
    ]
    rows = report.profile(index)
    if rows.empty:
        text = lang.t("The record has no {index} for {when}.", index=name, when=report.when(index))
        first = min(report.known.years(index), default=report.year)
        if first > report.year:
            text = lang.t("{sentence} It begins in {year}.", sentence=text, year=first)
        return Section([*blocks, note(lang, text, id=f"{index}-none")])
    main = rows[rows["split"] == rows["split"].iloc[0]]
    top = report.framework(index).split_children(ROOT)
    if sentences := _findings(report, index, main.to_dict("records"), top):
        blocks.append(paragraph(sentences, id=f"{index}-findings"))
    if main["score"].isna().all() and main["rank"].isna().all():
        return Section(blocks)
    return Section([*blocks, *_strip(report, index, top), _table(report, index, main, top)])


def _findings(report: Report, index: str, records: list[dict[Any, Any]], top: list[str]) -> list[Sentence]:
    """What the strip and the table show; the opening has told of the total and its dimensions."""
    lang, named = report.lang, (report.index_name(index), report.when(index))
    said: list[Sentence] = []
    total = records[0]
    if is_missing(total["score"]):
        dimensions = [row for row in records if row["indicator"] in top]
        said += (
            say.without_total(lang, report.name, *named, dimensions[0]["level"], dimensions)
            if any(not is_missing(row["score"]) for row in dimensions)
            else say.total(lang, report.name, *named, total)
        )
    below = [row for row in records if row["indicator"] != ROOT and row["indicator"] not in top]
    if below:
        level = below[0]["level"]
        said += say.spread(lang, level, [row for row in below if row["level"] == level])
    if not is_missing(total["of"]):
        said += say.ranked_of(lang, *named, int(total["of"]), report.frame)
    return said


def _strip(report: Report, index: str, top: list[str]) -> list[Block]:
    """All provinces, a row a dimension; nothing where none has a maximum: a row is as long as that."""
    lang, scored = report.lang, report.scored(index)
    drawn = report.framework(index).table.loc[top].dropna(subset=["max_score"])
    if drawn.empty:
        return []
    name = report.index_name(index)
    return [
        chart(
            lang,
            charts.strip(
                scored[scored["indicator"].isin(drawn.index)],
                drawn,
                report.provinces,
                report.province.slug,
                lang=lang,
                chart_id=f"{index}-strip",
            ),
            id=f"{index}-strip",
            caption=lang.t(
                "{index} {when}: all provinces, by dimension", index=name, when=report.when(index)
            ),
            source=report.citation(index),
            notes=report.notes(index),
        )
    ]


def _table(report: Report, index: str, main: pd.DataFrame, top: list[str]) -> Block:
    """Every indicator, with its change and whether that is notable."""
    lang, framework = report.lang, report.framework(index)
    notable = main["notable"].fillna(False).astype(bool)
    return table(
        lang,
        main.assign(
            name=main[f"name_{lang.code}"],
            step=[max(framework.depth(code) - 1, 0) for code in main["indicator"]],
            total=main["indicator"].isin([ROOT, *top]),
            mark=[lang.t("notable") if yes else "" for yes in notable],
        ),
        [
            Column("indicator", lang.t("Code"), "code"),
            Column("name", lang.t("Indicator")),
            Column("score", lang.t("Score"), "score"),
            Column("max_score", lang.t("Maximum"), "score"),
            Column("rank", lang.t("Rank"), "rank", of="of"),
            Column("group", lang.t("Group"), "group"),
            Column("change", lang.t("Change"), "signed"),
            Column("rank_change", lang.t("Places gained"), "signed", decimals=0),
            *([Column("mark", lang.t("5% or more"))] if notable.any() else []),
        ],
        id=f"{index}-table",
        key="indicator",
        caption=lang.t(
            "{index} {when}: every indicator", index=report.index_name(index), when=report.when(index)
        ),
        row_header="name",
        indent="step",
        emphasis="total",
        sortable=True,
        source=report.citation(index),
        notes=[*_breaks(report, index), *report.notes(index)],
    )


def _breaks(report: Report, index: str) -> list[str]:
    """Why this year's figures are not compared with those of the year before."""
    breaks = report.known.breaks
    mine = breaks[(breaks["index"] == index) & (breaks["year"] == report.year)]
    reasons = list(dict.fromkeys(mine[f"reason_{report.lang.code}"]))
    return [say.rows_not_comparable(report.lang, report.year, reason).text for reason in reasons]
