"""Where the points went."""

from __future__ import annotations

from dataclasses import replace

from parlib.answers.ledger import ledger
from parlib.blocks import Block, Column, Section, chart, charts, heading, note, paragraph, sheet, table
from parlib.pages.report import Report
from parlib.wording import answers as say

_MOST = 12
_DRAWN = 8  # the table beneath names more


def lost(report: Report, index: str) -> Section:
    """Heading, findings, chart and table of the points lost on one index, largest first."""
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    if not report.whole(index):
        # The sections after this one need a total too: all of them in one line, rather than a heading and a line each.
        text = lang.t(
            "Without a total of {province} on {index} {when}, this report cannot tell where the points were lost, "
            "what moved the rank, who stands next to the province, how sure the rank is, what the next group takes, "
            "or whom to ask.",
            province=report.name,
            index=name,
            when=report.when(index),
        )
        return Section([note(lang, text, id=f"{index}-lost-none")])
    rows = ledger(report.scored(index), report.framework(index), report.province.slug, regions=report.regions)
    leaves = rows[rows["leaf"] & rows["lost"].notna()].sort_values(
        ["lost", "indicator"], ascending=[False, True]
    )
    blocks: list[Block] = [
        heading(2, lang.t("{index}: where the points were lost", index=name), id=f"{index}-lost"),
        paragraph(say.lost_points(lang, report.name, rows), id=f"{index}-lost-findings"),
    ]
    if not (leaves["lost"] > 0).any():  # every point there is to be had
        return Section(blocks)
    source = report.citation(index)
    leaves = leaves.assign(name=leaves[f"name_{lang.code}"], percent=100 * leaves["share"])
    columns = [
        Column("indicator", lang.t("Code"), "code"),
        Column("name", lang.t("Indicator")),
        Column("max_score", lang.t("Maximum"), "score"),
        Column("score", lang.t("Score"), "score"),
        Column("lost", lang.t("Points lost"), "score"),
        Column("percent", lang.t("Share of the loss"), "percent"),
        Column("previous_lost", lang.t("Lost before"), "score"),
        Column("best_region", lang.t("Best in region"), "score"),
        Column("best_country", lang.t("Best in country"), "score"),
    ]
    caption = lang.t(
        "{index} {when}: points lost, with the best scores that any province reached",
        index=name,
        when=report.when(index),
    )
    worst = table(
        lang,
        leaves.head(_MOST),
        [column for column in columns if leaves[column.key].head(_MOST).notna().any()],
        id=f"{index}-lost-table",
        key="indicator",
        caption=caption,
        row_header="name",
        sortable=True,
        source=source,
        notes=report.notes(index),
    )
    # The page shows the largest losses; who takes the figures away gets all of them.
    remarks = worst.sheet["remarks"] if worst.sheet else []
    whole = sheet(lang, leaves, columns, caption=caption, remarks=remarks, role="ledger")
    blocks.append(
        chart(
            lang,
            charts.ledger(rows, lang=lang, limit=_DRAWN, chart_id=f"{index}-ledger"),
            id=f"{index}-ledger",
            caption=lang.t(
                "{index} {when}: points lost by {province}, largest first",
                index=name,
                when=report.when(index),
                province=report.name,
            ),
            source=source,
            notes=report.notes(index),
        )
    )
    return Section([*blocks, replace(worst, sheet=whole)])
