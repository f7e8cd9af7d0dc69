"""Who stands just above and below."""

from __future__ import annotations

from parlib.answers.ladder import ladder
from parlib.blocks import Section, chart, charts, heading, note, paragraph
from parlib.pages.report import Report
from parlib.wording import answers as say


def neighbours(report: Report, index: str) -> Section:
    """Heading, findings and chart of the provinces next to this one, and what small gains are worth."""
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: the neighbours in the ranking", index=name), id=f"{index}-neighbours")
    if not report.whole(index):
        text = lang.t(
            "{province} has no place among all provinces on {index} {when}.",
            province=report.name,
            index=name,
            when=report.when(index),
        )
        return Section([title, note(lang, text, id=f"{index}-neighbours-none")])
    result = ladder(report.scored(index), report.framework(index), report.province.slug)
    caption = lang.t(
        "{index} {when}: the provinces next to {province}, in points",
        index=name,
        when=report.when(index),
        province=report.name,
    )
    return Section(
        [
            title,
            paragraph(
                say.neighbours(lang, report.name, result, report.names), id=f"{index}-neighbours-findings"
            ),
            chart(
                lang,
                charts.ladder(result, report.provinces, lang=lang, chart_id=f"{index}-ladder"),
                id=f"{index}-ladder",
                caption=caption,
                source=report.citation(index),
                notes=report.notes(index),
            ),
        ]
    )
