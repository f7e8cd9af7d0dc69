"""Where the province stands on an index that is known whole: every dimension against all provinces."""

from __future__ import annotations

from parlib.blocks import Block, Column, Section, chart, charts, heading, note, paragraph, table
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.wording import standing as say
from parlib.wording.language import is_missing


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
        blocks.append(note(lang, text, id=f"{index}-none"))
        return Section(blocks)
    scored, framework = report.scored(index), report.framework(index)
    top = framework.split_children(ROOT)
    main = rows[rows["split"] == rows["split"].iloc[0]]
    records = main.to_dict("records")
    dimensions = [row for row in records if row["indicator"] in top]
    level = dimensions[0]["level"] if dimensions else ""
    ranked = records[0]["of"]
    below = [row for row in records if row["indicator"] != ROOT and row["indicator"] not in top]
    parts = [row for row in below if row["level"] == below[0]["level"]]
    known = [row for row in dimensions if not is_missing(row["score"])]
    # The opening has told of the total and its dimensions; here one level further down is told.
    sentences = [
        *(
            []
            if not is_missing(records[0]["score"])
            else say.without_total(lang, report.name, name, report.when(index), level, dimensions)
            if known
            else say.total(lang, report.name, name, report.when(index), records[0])
        ),
        *(say.spread(lang, parts[0]["level"], parts) if parts else []),
        *(
            []
            if is_missing(ranked)
            else say.ranked_of(lang, name, report.when(index), int(ranked), report.frame)
        ),
    ]
    if sentences:
        blocks.append(paragraph(sentences, id=f"{index}-findings"))
    if main["score"].isna().all() and main["rank"].isna().all():
        return Section(blocks)
    source, warning = report.citation(index), report.notes(index)
    # A row of the strip is as long as its maximum; a part without one is in the table only.
    drawn = framework.table.loc[top].dropna(subset=["max_score"])
    if len(drawn):
        drawing = charts.strip(
            scored[scored["indicator"].isin(drawn.index)],
            drawn,
            report.provinces,
            report.province.slug,
            lang=lang,
            chart_id=f"{index}-strip",
        )
        caption = lang.t("{index} {when}: all provinces, by dimension", index=name, when=report.when(index))
        blocks.append(
            chart(lang, drawing, id=f"{index}-strip", caption=caption, source=source, notes=warning)
        )
    blocks.append(
        table(
            lang,
            main.assign(
                name=[lang.name(row) for row in records],
                step=[max(framework.depth(code) - 1, 0) for code in main["indicator"]],
                total=[code == ROOT or code in top for code in main["indicator"]],
                mark=[lang.t("notable") if not is_missing(n) and n else "" for n in main["notable"]],
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
                *([Column("mark", lang.t("5% or more"))] if main["notable"].fillna(False).any() else []),
            ],
            id=f"{index}-table",
            key="indicator",
            caption=lang.t("{index} {when}: every indicator", index=name, when=report.when(index)),
            row_header="name",
            indent="step",
            emphasis="total",
            sortable=True,
            source=source,
            notes=[*_breaks(report, index), *warning],
        )
    )
    return Section(blocks)


def _breaks(report: Report, index: str) -> list[str]:
    """Why this year's figures are not compared with those of the year before."""
    breaks = report.known.breaks
    mine = breaks[(breaks["index"] == index) & (breaks["year"] == report.year)]
    reasons = list(dict.fromkeys(mine[f"reason_{report.lang.code}"]))
    return [say.rows_not_comparable(report.lang, report.year, reason).text for reason in reasons]
