"""The province's own scorecard: points lost by criterion, who assessed them, who answers for them, and what to mend."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from parlib.answers.plan import fewest
from parlib.blocks import (
    Block,
    Column,
    Section,
    bullets,
    chart,
    charts,
    heading,
    note,
    paragraph,
    sheet,
    table,
)
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.pages.threshold import score_at
from parlib.scorecards import by_assessment, evaluate, gaps
from parlib.wording import scorecard as say
from parlib.wording.language import is_missing
from parlib.wording.sentence import Sentence

_MOST = 30
_DRAWN = 8  # the table beneath names more


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
    result = result.assign(name_vi=_in_language(report, card.index, result["name_vi"]))
    rows = result.set_index("indicator", drop=False)
    source = lang.t("the scorecard given; rules and criteria are those of the file, not the official annex")
    blocks: list[Block] = [heading(2, lang.t("Scorecard of the province"), id="scorecard")]
    if card.illustrative:
        made_up = lang.t(
            "The criteria, causes and departments of this scorecard are made up as an example; "
            "nothing in this section is an official result."
        )
        blocks.append(note(lang, made_up, id="scorecard-illustrative", kind="illustrative"))
    total = rows.loc[ROOT]
    blocks.append(paragraph(say.total(lang, report.name, total), id="scorecard-total"))
    doubts = [say.gap_sentence(lang, gap, dict(rows.loc[gap.indicator])) for gap in gaps(card, result)]
    said: list[str | Sentence] = [*say.assessed(lang, by_assessment(result)), *doubts]
    if said:
        blocks.append(bullets(said, id="scorecard-assessed"))
    blocks.append(_domains(report, result, source))
    below = result[result["leaf"] & result["applies"] & (result["lost"] > 0)]
    below = below.sort_values(["lost", "indicator"], ascending=[False, True])
    if below.empty:
        return Section(blocks)
    blocks += _losses(report, result, below, source)
    blocks += _plan(report, card.index, below, float(total["points"]), rank, source)
    return Section(blocks)


def _domains(report: Report, result: pd.DataFrame, source: str) -> Block:
    """Points of every domain."""
    lang = report.lang
    return table(
        lang,
        result[result["parent"] == ROOT],
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
        caption=lang.t("Scorecard {year}: the domains", year=report.year),
        row_header="name_vi",
        source=source,
    )


def _losses(report: Report, result: pd.DataFrame, below: pd.DataFrame, source: str) -> list[Block]:
    """Chart and table of the criteria below their maximum, the largest loss first."""
    lang = report.lang
    drawn = result.assign(
        # What other provinces reached is not in a scorecard.
        name_en=result["name_vi"],
        attainable_max=float("nan"),
        score=result["points"],
    )
    shown = below.head(_MOST)
    return [
        chart(
            lang,
            charts.ledger(drawn, lang=lang, limit=_DRAWN, chart_id="scorecard-ledger"),
            id="scorecard-ledger",
            caption=lang.t("Scorecard {year}: points lost, largest first", year=report.year),
            source=source,
        ),
        table(
            lang,
            shown.assign(how=[say.assessment_name(lang, by) for by in shown["assessed_by"]]),
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
            caption=lang.t("Scorecard {year}: criteria below the maximum", year=report.year),
            row_header="name_vi",
            sortable=True,
            source=source,
        ),
    ]


def _in_language(report: Report, index: str, names: pd.Series[str]) -> pd.Series[str]:
    """What a workbook calls as the index does, in the report's language; its other names are its own."""
    if index not in report.known.indices.index:
        return names
    tree = report.known.table(f"{index}/framework.csv", "framework")
    known = {row["name_vi"]: report.lang.name(row) for row in tree.to_dict("records")}
    return names.map(lambda name: known.get(name, name))


def _plan(
    report: Report, index: str, below: pd.DataFrame, points: float, rank: int, source: str
) -> list[Block]:
    """The fewest criteria whose points would be enough for a rank, whatever the unpublished scores are."""
    # What is missing to the total is said above; of a table that is not on record, or not of these provinces, nothing
    # is known.
    if is_missing(points) or report.edition(index) is None or report.aggregated:
        return []
    goal = report.targets.get(index)
    wanted = int(goal.value) if goal is not None and goal.kind == "rank" else rank
    found = score_at(report, index, report.year, wanted)
    if found is None or found.high is None or found.high.value <= points:
        return []
    gap = found.high.value - points
    rooms = below.set_index("indicator")["lost"]
    gains = fewest(rooms, gap)
    if gains is not None:
        gains = gains[gains > 0]
    lang = report.lang
    said = paragraph(
        say.enough_for(lang, wanted, found.high.value, gap, gains, float(rooms.sum())), id="scorecard-plan"
    )
    if gains is None:
        return [said]
    steps = below.set_index("indicator", drop=False).loc[gains.index]
    steps = steps.assign(gain=gains, due=steps["points"] + gains, deadline="", status="")
    columns = [
        Column("number", lang.t("Code"), "code"),
        Column("name_vi", lang.t("Criterion")),
        Column("points", lang.t("From"), "score"),
        Column("due", lang.t("To"), "score"),
        Column("gain", lang.t("Gain"), "signed"),
        Column("agency", lang.t("Department in charge")),
    ]
    caption = lang.t(
        "Scorecard {year}: the criteria that would be enough for rank {rank}", year=report.year, rank=wanted
    )
    plan = table(
        lang,
        steps,
        columns,
        id="scorecard-steps",
        key="indicator",
        caption=caption,
        row_header="name_vi",
        source=source,
        notes=[lang.t("The gains are in proportion to the points lost.")],
    )
    # On the page there is nothing to fill in; in the workbook there is.
    kept = [*columns, Column("deadline", lang.t("Deadline")), Column("status", lang.t("Status"))]
    remarks = plan.sheet["remarks"] if plan.sheet else []
    return [said, replace(plan, sheet=sheet(lang, steps, kept, caption=caption, remarks=remarks))]
