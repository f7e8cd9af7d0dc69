"""How the improvement plan is going: measures by state, points secured, and what follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parlib.answers.plan import Target
from parlib.answers.progress import Progress, room
from parlib.answers.progress import progress as answer
from parlib.blocks import Column, Section, bullets, heading, table
from parlib.datasets import Record
from parlib.errors import UsageError
from parlib.pages.report import Report, parse_target
from parlib.provinces import Province
from parlib.wording import answers as say
from parlib.workbooks.plan import open_plan


@dataclass(frozen=True)
class FollowedUp:
    """A plan as an office filled it in, and where it stands.

    Attributes
    ----------
    edition, province, target
        What the plan starts from, whose it is, and what it is to reach.
    result
        Where it stands on the day.
    """

    edition: dict[str, Any]
    province: Province
    target: Target
    result: Progress


def follow_up(known: Record, path: Path, day: dt.date) -> FollowedUp:
    """Read a plan workbook and say where it stands.

    Parameters
    ----------
    known
        The record that the plan was made from.
    path
        Workbook written by ``parlib plan … --export`` and filled in.
    day
        Day at which to look.

    Raises
    ------
    UsageError
        When the workbook does not say what it is about.
    DataError
        When a cell of it is not what its column holds.
    """
    opened = open_plan(path)
    meta = opened.meta
    try:
        edition = known.edition(meta["index"], int(meta["year"]), meta["date"] or None)
        _, target = parse_target(f"{meta['index']}:{meta['target']}")
        started = dt.date.fromisoformat(meta["made_on"])
        who = known.find_province(meta["province"], edition["frame"])
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"{path.name} does not say what it is about ({error}); export the plan again."
        ) from None
    framework, scored = known.framework(edition["index"], edition["year"]), known.scored_edition(edition)
    rows = opened.rows(room(scored, framework, who.slug).to_dict(), edition["year"])
    result = answer(rows, scored, framework, who.slug, as_of=day, started=started, target=target)
    return FollowedUp(edition, who, target, result)


def progress(report: Report) -> Section:
    """Heading, findings and table of the plan that the report was given; nothing where there is none.

    Raises
    ------
    UsageError
        When the plan is another province's.
    """
    if report.plan is None:
        return Section([])
    lang = report.lang
    followed = follow_up(report.known, report.plan, dt.date.fromisoformat(report.as_of))
    if followed.province.slug != report.province.slug:
        raise UsageError(
            f"{report.plan.name} is the plan of {followed.province.slug}, not of {report.province.slug}."
        )
    names = report.known.framework(followed.edition["index"], followed.edition["year"]).table
    rows = followed.result.rows
    days = [None if day != day else lang.date(day.date()) for day in rows["deadline"]]
    states = [
        ", ".join(filter(None, (say.state_name(lang, state), say.reason_name(lang, reason))))
        for state, reason in zip(rows["state"], rows["reason"], strict=True)
    ]
    return Section(
        [
            heading(2, lang.t("The improvement plan, followed up"), id="progress"),
            bullets(say.progressed(lang, followed.result), id="progress-findings"),
            table(
                lang,
                rows.assign(
                    key=[f"{position}.{code}" for position, code in enumerate(rows["indicator"], start=1)],
                    name=rows["indicator"].map(names[f"name_{lang.code}"]),
                    day=days,
                    words=states,
                ),
                [
                    Column("indicator", lang.t("Code"), "code"),
                    Column("name", lang.t("Indicator")),
                    Column("measure", lang.t("Measure")),
                    Column("department", lang.t("Department in charge")),
                    Column("day", lang.t("Deadline"), "code"),
                    Column("points", lang.t("Points"), "score"),
                    Column("done", lang.t("% done"), "int"),
                    Column("words", lang.t("State")),
                ],
                id="progress-table",
                key="key",
                caption=lang.t("Measures of the plan on {day}", day=lang.date(report.as_of)),
                row_header="name",
            ),
        ]
    )
