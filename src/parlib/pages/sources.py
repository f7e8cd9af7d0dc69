"""Where the figures come from, and on what terms."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from parlib.blocks import Block, Column, Section, bullets, heading, table
from parlib.pages.context import Context
from parlib.wording.language import Language


def sources(report: Context, indices: Sequence[str], *, this_year: Sequence[str] = ()) -> Section:
    """Heading, terms of every index shown, and the sources of the figures shown.

    Parameters
    ----------
    report
        Who and when.
    indices
        The indices that the report shows.
    this_year
        Those of which it prints no more than the figures of its year and the change since the edition before.
    """
    lang, known = report.lang, report.known
    blocks: list[Block] = [heading(2, lang.t("Sources"), id="sources")]
    used: dict[str, set[str]] = {}
    printed: list[str] = []
    for index in indices:
        shown = report.shown(index)
        if index in this_year:
            known_so_far = sorted({year for year in shown["year"] if year <= report.year})
            shown = shown[shown["year"].isin(known_so_far[-2:])] if report.year in known_so_far else shown[:0]
        cited = (
            shown["source_id"]
            if index in this_year
            else pd.concat([shown["source_id"], report.beside(index)])
        )
        if cited.notna().any():
            printed.append(index)
        for ids in cited.dropna().unique():
            for source in ids.split(";"):
                used.setdefault(source, set()).add(report.index_name(index))
    notes = [
        lang.t(
            "{index}: {title}. {rights}.",
            index=report.index_name(index),
            title=row[f"title_{lang.code}"],
            rights=row[f"rights_{lang.code}"],
        )
        for index in printed
        for row in [known.indices.loc[index]]
    ]
    if notes:
        blocks.append(bullets(notes, id="terms"))
    if used:
        rows = known.sources.loc[sorted(used)]
        frame = pd.DataFrame(rows).assign(
            index_name=[", ".join(sorted(used[s])) for s in sorted(used)],
            day=[_day(lang, date) for date in rows["date"]],
        )
        blocks.append(
            table(
                lang,
                frame,
                [
                    Column("source_id", lang.t("Source"), "code"),
                    Column("index_name", lang.t("Index")),
                    Column("title", lang.t("Title")),
                    Column("publisher", lang.t("Publisher")),
                    Column("day", lang.t("Date"), "code"),
                ],
                id="source-list",
                key="source_id",
                caption=lang.t("Sources of the figures of {province}", province=report.name),
                row_header="title",
            )
        )
    return Section(blocks)


def _day(lang: Language, date: object) -> object:
    """A date as it is written in the language; a month, a year, a doubt and none at all stay as they are."""
    if not isinstance(date, str):
        return date
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        return lang.date(date)
    month = re.fullmatch(r"(\d{4})-(\d{2})", date)
    return f"{int(month[2])}/{month[1]}" if month else date
