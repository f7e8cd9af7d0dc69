"""What it takes to reach a target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from parlib.answers.plan import Past, PlanResult, Target, learn, plan
from parlib.answers.progress import draft
from parlib.blocks import Block, Column, Section, bullets, heading, note, paragraph, table
from parlib.pages.context import Context
from parlib.pages.evidence import counted
from parlib.pages.report import Report
from parlib.scoring import GROUPS
from parlib.wording import answers as say


def path(report: Report, index: str) -> Section:
    """Heading, gap, three plans and how sure they are, for the target given or else the next better group."""
    if not report.whole(index):
        return Section([])  # what is missing without a total is said once (see parlib.pages.lost)
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: the path to the target", index=name), id=f"{index}-path")
    result = planned(report, index)
    names = report.indicator_names(index)
    gap = paragraph(say.the_gap(lang, report.name, result), id=f"{index}-gap")
    blocks: list[Block] = [title, replace(gap, sheet=_to_fill_in(report, index, result))]
    feasible = [made for made in result.plans if made.feasible]
    if result.plans:
        blocks.append(bullets(say.all_plans(lang, result, names), id=f"{index}-plans"))
    if feasible:
        steps = pd.concat(
            [
                same[0].leaves.assign(plan=same[0].name, plan_name=say.plan_names(lang, same))
                for same in say.plans_alike(result)
            ],
            ignore_index=True,
        )
        blocks.append(
            table(
                lang,
                steps.assign(
                    key=steps["plan"] + "." + steps["indicator"],
                    name=[names[code] for code in steps["indicator"]],
                ),
                [
                    Column("plan_name", lang.t("Plan")),
                    Column("indicator", lang.t("Code"), "code"),
                    Column("name", lang.t("Indicator")),
                    Column("from", lang.t("From"), "score"),
                    Column("to", lang.t("To"), "score"),
                    Column("gain", lang.t("Gain"), "signed"),
                ],
                id=f"{index}-steps",
                key="key",
                caption=lang.t("{index}: what each plan would move", index=name),
                row_header="name",
                source=report.citation(index),
                notes=report.notes(index),
            )
        )
        cases = counted(report, index)
        wanted = [sentence for made in feasible[:1] for sentence in say.evidence(lang, made, names, cases)]
        if wanted:
            blocks.append(bullets(wanted, id=f"{index}-cases"))
    blocks.append(note(lang, say.how_sure(lang, result), id=f"{index}-how-sure"))
    return Section(blocks)


def planned(report: Report, index: str) -> PlanResult:
    """The plans of this report's province for its target, or else for the next better group."""
    who, target = report.province.slug, report.targets.get(index) or _next_group(report, index)
    return report.known.once(
        ("plan", index, report.year, report.frame, who, target),
        lambda: plan(
            report.scored(index),
            report.framework(index),
            who,
            target,
            learned(report, index),
            regions=report.regions,
        ),
    )


def _to_fill_in(report: Report, index: str, result: PlanResult) -> dict[str, Any] | None:
    """The plan as a sheet to fill in; ``None`` where there is none, or where it starts from no published edition."""
    made = next((made for made in result.plans if made.feasible), None)
    if made is None or report.aggregated:
        return None
    lang = report.lang
    rows = draft(made, report.framework(index)).drop(columns="deadline")
    return {
        "role": "plan",
        "caption": f"{report.name}, {report.index_name(index)} {report.when(index)}",
        "remarks": [sentence.text for sentence in say.the_gap(lang, report.name, result)],
        "names": report.indicator_names(index),
        "meta": plan_meta(result, made.name, report.as_of),
        "rows": rows.to_dict("records"),
    }


def plan_meta(result: PlanResult, name: str, made_on: str) -> dict[str, str]:
    """What a plan workbook keeps of the plan it holds, so that it can be followed up.

    Parameters
    ----------
    name
        Which of the plans.
    made_on
        ISO date.
    """
    edition = result.edition
    return {
        "index": edition["index"],
        "year": str(edition["year"]),
        "date": edition["date"] or "",
        "province": result.province,
        "target": f"{result.target.kind}:{result.target.value}",
        "plan": name,
        "made_on": made_on,
    }


def _next_group(report: Report, index: str) -> Target:
    group = report.profile(index)["group"].iloc[0]
    return Target("group", GROUPS[max(GROUPS.index(group) - 1, 0)])


def learned(context: Context, index: str) -> Past:
    """What earlier editions tell of the next: the same for every province of a year."""
    known, frame = context.known, context.frame if context.aggregated else None

    def learn_it() -> Past:
        edition = known.edition(index, context.year, frame=frame)
        framework = known.framework(index, context.year)
        return learn(known.scored(index, frame=frame), known.scored_edition(edition), framework)

    return known.once(("past", index, context.year, frame), learn_it)
