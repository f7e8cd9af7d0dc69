"""The score over the years, with the years where the index changed."""

from __future__ import annotations

from parlib.blocks import Block, Section, chart, charts, heading, note
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.scoring import EDITION


def trajectory(report: Report, index: str) -> Section:
    """Heading and chart of the total over all editions, interrupted at every comparability break."""
    lang, name = report.lang, report.index_name(index)
    blocks: list[Block] = [heading(2, lang.t("{index}: over the years", index=name), id=f"{index}-years")]
    history = report.history(index, ROOT)
    if history.empty:
        return Section([])
    if history["score"].isna().all():
        text = lang.t("No {index} score of {province} was found.", index=name, province=report.name)
        return Section([*blocks, note(lang, text, id=f"{index}-no-years")])
    # Of an index dated by day the latest day stands for the year.
    history = history.sort_values(["year", "date"], na_position="first").drop_duplicates("year", keep="last")
    scored = report.all_scored(index)
    totals = scored[(scored["indicator"] == ROOT) & (scored["rank_basis"] == "computed")]
    totals = totals.merge(history[[*EDITION, "max_score"]], on=EDITION)
    means = totals.groupby(["year", "max_score"], as_index=False, dropna=False)["score"].mean()
    means = means.rename(columns={"score": "mean"})
    breaks = report.known.breaks
    mine = breaks[(breaks["index"] == index) & breaks["indicator"].isin([ROOT, "*"])]
    drawing = charts.trajectory(
        history, mine, vars(report.province), lang=lang, means=means, chart_id=f"{index}-trajectory"
    )
    caption = lang.t("{index}: score and rank of {province} by year", index=name, province=report.name)
    blocks.append(
        chart(
            lang,
            drawing,
            id=f"{index}-trajectory",
            caption=caption,
            source=report.citation(index),
            notes=report.notes(index),
        )
    )
    return Section(blocks)
