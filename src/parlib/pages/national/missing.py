"""What is missing: which provinces, years and indices have no figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parlib.blocks import Block, Column, Section, bullets, heading, table
from parlib.frameworks import ROOT
from parlib.pages.national.country import Country
from parlib.scoring import EDITION
from parlib.wording import country as say

_YEARS = 14


def missing(country: Country, indices: Sequence[str]) -> Section:
    """Heading, what each index lacks this year, and how many provinces have a total in each year."""
    lang = country.lang
    said = [
        say.missing(
            lang,
            country.index_name(index),
            country.when(index),
            country.frame - len(country.absent(index)),
            country.frame,
            country.absent(index),
            key=index,
            ranks=int(country.totals(index)["rank"].notna().sum()),
            whole=country.whole(index),
        )
        if country.edition(index) is not None
        else say.no_edition(lang, country.index_name(index), country.year)
        for index in indices
        if min(country.known.years(index), default=country.year + 1) <= country.year
    ]
    said += [
        sentence
        for index in indices
        if country.whole(index)
        for sentence in say.in_part(
            lang,
            country.index_name(index),
            country.wide(index)[list(country.dimensions(index).index)],
            country.names,
        )
    ]
    counts = _counts(country, indices)
    dated = (country.known.indices.loc[counts["index"], "dated_by"] == "day").any()
    years = [column for column in counts.columns if column.isdecimal()]
    blocks: list[Block] = [
        heading(2, lang.t("What is missing"), id="missing"),
        bullets(said, id="missing-now"),
    ]
    if len(counts) and len(years) > 1:  # a single year is told above
        blocks.append(
            table(
                lang,
                counts,
                [Column("name", lang.t("Index")), *(Column(year, year, "int") for year in years)],
                id="coverage",
                key="index",
                caption=lang.t("Provinces with a total on record, of {frame}, by year", frame=country.frame),
                notes=[lang.t("An index dated by day: the latest day of the year.")] if dated else [],
                source=lang.t("the record; see the sources below"),
            )
        )
    return Section(blocks)


def _counts(country: Country, indices: Sequence[str]) -> pd.DataFrame:
    """Provinces with a total by index and year, in this frame, for the latest years up to this one."""
    editions = country.known.editions
    mine = editions[(editions["frame"] == country.frame) & editions["index"].isin(indices)]
    mine = mine[mine["year"] <= country.year].sort_values("date", na_position="first")
    # Of an index dated by day the latest day stands for the year.
    mine = mine.drop_duplicates(["index", "year"], keep="last")[EDITION]
    years = sorted(int(year) for year in mine["year"].unique())[-_YEARS:]
    begun = set(mine["index"])
    rows = []
    for index in (index for index in indices if index in begun):
        scores = country.known.scores(index)
        totals = scores[(scores["indicator"] == ROOT) & scores["score"].notna()].merge(mine, on=EDITION)
        found = totals.groupby("year").size()
        if found.reindex(years).notna().any():
            rows.append(
                {"index": index, "name": country.index_name(index)}
                | {str(year): found.get(year, float("nan")) for year in years}
            )
    return pd.DataFrame(rows, columns=["index", "name", *map(str, years)])
