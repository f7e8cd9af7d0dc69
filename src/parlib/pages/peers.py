"""Who is like this province, and whom to ask about each weakness."""

from __future__ import annotations

from parlib.answers.peers import peers as find
from parlib.blocks import Section, bullets, heading, paragraph
from parlib.pages.report import Report
from parlib.wording import inference as say


def peers(report: Report, index: str) -> Section:
    """Heading, the nearest profiles, and for each weakness the peers that do well there."""
    edition = report.edition(index)
    if edition is None or not report.whole(index):
        return Section([])  # what is missing without a total is said once (see parlib.pages.lost)
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: whom to ask", index=name), id=f"{index}-peers")
    result = find(
        report.all_scored(index),
        report.framework(index),
        report.province.slug,
        regions=report.regions,
        date=edition["date"],
    )
    asked = say.whom_to_ask(lang, result, report.names, report.indicator_names(index))
    blocks = [
        title,
        paragraph(say.peers_named(lang, report.name, result, report.names), id=f"{index}-peers-named"),
    ]
    if asked:
        blocks.append(bullets(asked, id=f"{index}-ask"))
    return Section(blocks)
