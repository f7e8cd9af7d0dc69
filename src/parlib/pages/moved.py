"""Was it us or the field: the change of rank, split."""

from __future__ import annotations

from parlib.answers.moves import Moves, moves
from parlib.blocks import Column, Section, chart, charts, heading, note, paragraph, table
from parlib.pages.report import Report
from parlib.wording import answers as say
from parlib.wording.language import is_missing


def moved(report: Report, index: str) -> Section:
    """Heading, findings, chart and table of the change of rank since the edition before."""
    if not report.whole(index):
        return Section([])  # what is missing without a total is said once (see parlib.pages.lost)
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: own move and the others'", index=name), id=f"{index}-moved")
    result = change_of_rank(report, index)
    if result is None:
        text = lang.t(
            "The two latest editions are not both known for {province}: no change of rank to split.",
            province=report.name,
        )
        return Section([title, note(lang, text, id=f"{index}-moved-none")])
    names = report.indicator_names(index)
    dimensions = result.dimensions[result.dimensions["indicator"].isin(names)]
    source = report.citation(index)
    caption = lang.t(
        "{index}: change of rank of {province}, in places gained", index=name, province=report.name
    )
    return Section(
        [
            title,
            paragraph(say.moved(lang, report.name, result), id=f"{index}-moved-findings"),
            chart(
                lang,
                charts.moves(result, report.framework(index).table, lang=lang, chart_id=f"{index}-moves"),
                id=f"{index}-moves",
                caption=caption,
                source=source,
                notes=report.notes(index),
            ),
            table(
                lang,
                dimensions.assign(name=[names[code] for code in dimensions["indicator"]]),
                [
                    Column("indicator", lang.t("Code"), "code"),
                    Column("name", lang.t("Indicator")),
                    Column("change", lang.t("Change in points"), "signed"),
                    Column("rank_from", lang.t("Rank before"), "rank", of="of_from"),
                    Column("rank_to", lang.t("Rank after"), "rank", of="of_to"),
                    Column("own", lang.t("Own move"), "signed", decimals=1),
                    Column("field", lang.t("The others' move"), "signed", decimals=1),
                    Column("framework", lang.t("Change of framework"), "signed", decimals=1),
                ],
                id=f"{index}-moved-table",
                key="indicator",
                caption=lang.t("{index}: the same for every dimension, in places gained", index=name),
                row_header="name",
                source=source,
                notes=report.notes(index),
            ),
        ]
    )


def change_of_rank(report: Report, index: str) -> Moves | None:
    """The split since the edition before, or ``None`` where the province has no place among all in both."""
    total = report.total(index)
    if total is None or not report.whole(index) or is_missing(total["previous_rank"]):
        return None
    before = report.edition_before(index, total)
    if before is None:
        return None
    who = report.province.slug
    return report.known.once(
        ("moves", index, report.year, report.frame, who),
        lambda: moves(
            report.known.scored_edition(before),
            report.known.framework(index, before["year"]),
            report.scored(index),
            report.framework(index),
            who,
            breaks=report.known.breaks,
        ),
    )
