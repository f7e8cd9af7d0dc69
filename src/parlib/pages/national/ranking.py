"""All provinces by rank, with their groups and what sampling leaves of each rank."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parlib.blocks import Column, Section, heading, table
from parlib.frameworks import ROOT
from parlib.pages.certainty import sampling
from parlib.pages.national.country import Country
from parlib.scoring import ranking as ranked
from parlib.wording import country as say


def ranking(country: Country, index: str, beside: Sequence[str] = ()) -> Section:
    """Heading and table of all provinces by rank: score, group, change, rank interval.

    Parameters
    ----------
    country
        When.
    index
        What is ranked.
    beside
        Other indices whose ranks of the same year are shown, as far as they are known.
    """
    lang, name = country.lang, country.index_name(index)
    title = lang.t("{index}: the ranking", index=name)
    if not country.whole(index):
        return Section(country.unknown(index, title, f"{index}-ranking"))
    rows = ranked(country.scored(index), ROOT, country.known.provinces(country.frame).slugs)
    rows["name"] = rows["province"].map(country.names)
    columns = [
        Column("rank", lang.t("Rank"), "rank"),
        Column("name", lang.t("Province")),
        Column("score", lang.t("Score"), "score"),
        Column("group", lang.t("Group"), "group"),
    ]
    if rows["change"].notna().any():
        columns.append(Column("change", lang.t("Change"), "signed"))
    if rows["rank_change"].notna().any():
        columns.append(Column("rank_change", lang.t("Places gained"), "signed", decimals=0))
    notes = []
    intervals = sampling(country, index)
    if intervals is not None:
        rows = rows.merge(intervals.rows[["province", "rank_low", "rank_high"]], on="province", how="left")
        columns += [
            Column("rank_low", lang.t("Best rank"), "rank"),
            Column("rank_high", lang.t("Worst rank"), "rank"),
        ]
        notes += say.what_an_interval_is(lang, intervals)
    for other in beside:
        totals = country.totals(other) if other != index else pd.DataFrame()
        if len(totals) and totals["rank"].notna().any():
            rows[f"{other}_rank"] = rows["province"].map(totals.set_index("province")["rank"])
            columns.append(Column(f"{other}_rank", country.index_name(other), "rank"))
    if any(column.key.endswith("_rank") for column in columns):
        notes.append(lang.t("Columns named after another index: rank in it, as far as published."))
    caption = lang.t("{index} {when}: all provinces by rank", index=name, when=country.when(index))
    return Section(
        [
            heading(2, title, id=f"{index}-ranking"),
            table(
                lang,
                rows,
                columns,
                id=f"{index}-ranks",
                key="province",
                caption=caption,
                row_header="name",
                source=country.citation(index),
                notes=[*notes, *country.remarks(index)],
                sortable=True,
            ),
        ]
    )
