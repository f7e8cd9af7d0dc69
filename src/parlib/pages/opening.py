"""The opening of a report: who, when, one card an index, and the sentences to remember."""

from __future__ import annotations

from collections.abc import Sequence

from parlib.blocks import Block, Card, Section, cards, masthead, paragraph
from parlib.pages.report import Report
from parlib.wording import standing
from parlib.wording.language import is_missing
from parlib.wording.sentence import Sentence


def opening(report: Report, indices: Sequence[str]) -> Section:
    """Masthead, cards and lead paragraph.

    Parameters
    ----------
    report
        Who and when.
    indices
        One card each, in this order.
    """
    lang = report.lang
    known = [
        index
        for index in indices
        if (row := report.total(index)) is not None and not is_missing(row["score"])
    ]
    absent = [report.index_name(index) for index in indices if index not in known]
    completeness = (
        lang.t("no figure found for {indices}", indices=lang.list(absent))
        if absent
        else lang.t("all indices")
    )
    blocks: list[Block] = [
        masthead(
            lang,
            title=lang.t("Governance benchmark of the province"),
            subject=report.name,
            year=report.year,
            as_of=report.as_of,
            data_note=completeness,
            province=report.province.slug,
        ),
        cards(lang, [_card(report, index) for index in indices], id="headline"),
    ]
    sentences: list[Sentence] = []
    for index in known:
        rows = report.profile(index).to_dict("records")
        level = next((row["level"] for row in rows if row["parent"] == rows[0]["indicator"]), "")
        top = [row for row in rows if row["level"] == level and row["split"] == rows[0]["split"]]
        said = standing.total(lang, report.name, report.index_name(index), report.when(index), rows[0])
        said += standing.groups(lang, level, top)
        sentences += [
            Sentence(sentence.text, {f"{index}.{name}": value for name, value in sentence.figures.items()})
            for sentence in said
        ]
    if sentences:
        blocks.append(paragraph(sentences, id="in-short", kind="lead"))
    return Section(blocks)


def _card(report: Report, index: str) -> Card:
    lang, row = report.lang, report.total(index)
    label = f"{report.index_name(index)} {report.when(index)}"
    if row is None or (is_missing(row["score"]) and is_missing(row["rank"])):
        return Card(index, label, None, note=lang.t("No figure was found for this year."))
    whole = not is_missing(row["group"])
    return Card(
        index,
        label,
        row["score"],
        row["max_score"],
        None if is_missing(row["rank"]) else int(row["rank"]),
        None if is_missing(row["of"]) else int(row["of"]),
        row["group"] if whole else None,
        None if is_missing(row["change"]) else float(row["change"]),
        None if is_missing(row["rank_change"]) else int(row["rank_change"]),
        None if is_missing(row["change"]) else int(row["previous_year"]),
        note=None if is_missing(row["score"]) or whole else lang.t("As published by the sources listed."),
    )
