"""The province's own scorecard: points lost by criterion, who assessed them, who answers for them, and what to mend."""

from __future__ import annotations

from typing import Any

import pandas as pd

from parlib.answers.plan import fewest
from parlib.blocks import Block, Column, Section, bullets, chart, charts, heading, note, paragraph, table
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.pages.threshold import score_at
from parlib.scorecards import by_assessment, evaluate, gaps
from parlib.wording import scorecard as say
from parlib.wording.sentence import Sentence

_MOST = 30


def scorecard(report: Report, rank: int) -> Section:
    """Heading, totals by way of assessment, domains, points lost by criterion, and what would reach a rank.

    Parameters
    ----------
    report
        Who and when; without a scorecard there is no such section.
    rank
        The rank to reach, unless the report's own target names another.
    """
    card = report.scorecard
    if card is None:
        return Section([])
    lang = report.lang
    result = evaluate(card)
    rows = result.set_index("indicator", drop=False)
    source = lang.t("the scorecard given; rules and criteria are those of the file, not the official annex")
    blocks: list[Block] = [heading(2, lang.t("Scorecard of the province"), id="scorecard")]
    if card.illustrative:
        blocks.append(note(lang, card.notice, id="scorecard-illustrative", kind="illustrative"))
    total = rows.loc[ROOT]
    blocks.append(paragraph(say.total(lang, report.name, total), id="scorecard-total"))
    doubts = [say.gap_sentence(lang, gap, dict(rows.loc[gap.indicator])) for gap in gaps(card, result)]
    said: list[str | Sentence] = [*say.assessed(lang, by_assessment(result)), *doubts]
    if said:
        blocks.append(bullets(said, id="scorecard-assessed"))
    domains = result[result["parent"] == ROOT]
    blocks.append(
        table(
            lang,
            domains,
            [
                Column("number", lang.t("Code"), "code"),
                Column("name_vi", lang.t("Domain")),
                Column("applicable_max", lang.t("Maximum"), "score"),
                Column("points", lang.t("Score"), "score"),
                Column("percent", lang.t("Of the maximum"), "percent"),
                Column("lost", lang.t("Points lost"), "score"),
            ],
            id="scorecard-domains",
            key="indicator",
            caption=lang.t("Scorecard {year}: the domains", year=card.year),
            row_header="name_vi",
            source=source,
        )
    )
    below = result[result["leaf"] & result["applies"] & (result["lost"] > 0)]
    below = below.sort_values(["lost", "indicator"], ascending=[False, True])
    if below.empty:
        return Section(blocks)
    drawn = result.assign(
        name_en=result["name_vi"], attainable_max=result["applicable_max"], score=result["points"]
    )
    blocks.append(
        chart(
            lang,
            charts.ledger(drawn, lang=lang, chart_id="scorecard-ledger"),
            id="scorecard-ledger",
            caption=lang.t("Scorecard {year}: points lost, largest first", year=card.year),
            source=source,
        )
    )
    blocks.append(
        table(
            lang,
            below.head(_MOST).assign(
                how=[say.assessment_name(lang, by) for by in below["assessed_by"].head(_MOST)]
            ),
            [
                Column("number", lang.t("Code"), "code"),
                Column("name_vi", lang.t("Criterion")),
                Column("applicable_max", lang.t("Maximum"), "score"),
                Column("self_assessed", lang.t("Self-assessed"), "score"),
                Column("points", lang.t("Score"), "score"),
                Column("lost", lang.t("Points lost"), "score"),
                Column("how", lang.t("Assessed by")),
                Column("reason", lang.t("Cause")),
                Column("agency", lang.t("Department in charge")),
            ],
            id="scorecard-lost",
            key="indicator",
            caption=lang.t("Scorecard {year}: criteria below the maximum", year=card.year),
            row_header="name_vi",
            source=source,
        )
    )
    blocks += _plan(report, card.index, below, float(total["points"]), rank)
    return Section(blocks)


def _plan(report: Report, index: str, below: pd.DataFrame, points: float, rank: int) -> list[Block]:
    """The fewest criteria whose points would be enough for a rank, whatever the unpublished scores are."""
    goal = report.targets.get(index)
    wanted = int(goal.value) if goal is not None and goal.kind == "rank" else rank
    found = score_at(report, index, report.year, wanted)
    if found is None or found.high is None or found.high.value <= points:
        return []
    gap = found.high.value - points
    rooms = below.set_index("indicator")["lost"]
    gains = fewest(rooms, gap)
    names: dict[str, Any] = below.set_index("indicator")["name_vi"].to_dict()
    return [
        bullets(
            say.enough_for(report.lang, wanted, found.high.value, gap, gains, names, float(rooms.sum())),
            id="scorecard-plan",
        )
    ]
