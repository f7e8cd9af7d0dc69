"""Who stands just above and below."""

from __future__ import annotations

from parlib.answers.ladder import ladder
from parlib.blocks import Section, chart, charts, heading, paragraph
from parlib.pages.report import Report
from parlib.wording import answers as say


def neighbours(report: Report, index: str) -> Section:
    """Heading, findings and chart of the provinces next to this one, and what small gains are worth."""
    if not report.whole(index):
        return Section([])  # what is missing without a total is said once (see parlib.pages.lost)
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: the neighbours in the ranking", index=name), id=f"{index}-neighbours")
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
