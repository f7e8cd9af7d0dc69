"""How far provinces lie apart, dimension by dimension and region by region."""

from __future__ import annotations

import pandas as pd

from parlib.blocks import Block, Column, Section, chart, charts, heading, note, paragraph, table
from parlib.frameworks import ROOT
from parlib.pages.national.country import Country
from parlib.wording import country as say


def spread(country: Country, index: str) -> Section:
    """Heading, findings, the spread by dimension and by region, and the means of both."""
    lang, name = country.lang, country.index_name(index)
    title = lang.t("{index}: spread and gaps", index=name)
    if not country.whole(index):
        return Section(country.unknown(index, title, f"{index}-spread"))
    return Section(
        [
            heading(2, title, id=f"{index}-spread"),
            *_by_dimension(country, index),
            *_by_region(country, index),
        ]
    )


def _by_dimension(country: Country, index: str) -> list[Block]:
    lang = country.lang
    framework, scored = country.framework(index), country.scored(index)
    codes = [ROOT, *country.dimensions(index).index]
    rows = framework.table.loc[codes].assign(row=codes)
    values = scored[scored["indicator"].isin(codes)].assign(row=lambda frame: frame["indicator"])
    named = {"index": country.index_name(index), "when": country.when(index)}
    blocks: list[Block] = []
    if said := say.levels(lang, country.dimensions(index), country.wide(index)):
        blocks.append(paragraph(said, id=f"{index}-gaps"))
    drawing = charts.distribution(
        values, rows, country.provinces, lang=lang, unit="share", chart_id=f"{index}-distribution"
    )
    blocks.append(
        chart(
            lang,
            drawing,
            id=f"{index}-distribution",
            caption=lang.t("{index} {when}: all provinces, in per cent of the maximum", **named),
            source=country.citation(index),
            notes=country.remarks(index, mean=True),
        )
    )
    return blocks


def _by_region(country: Country, index: str) -> list[Block]:
    lang = country.lang
    regions = country.known.regions
    region = pd.Series(country.regions)
    if region.isna().all():
        text = lang.t(
            "The record has no regions for the {frame} provinces, so nothing is shown by region.",
            frame=country.frame,
        )
        return [note(lang, text, id=f"{index}-no-regions")]
    totals = country.totals(index)
    named = {"index": country.index_name(index), "when": country.when(index)}
    rows = regions.assign(row=regions["region"], max_score=country.framework(index).max_score(ROOT))
    drawing = charts.distribution(
        totals.assign(row=totals["province"].map(region)),
        rows,
        country.provinces,
        lang=lang,
        unit="points",
        chart_id=f"{index}-regions",
    )
    blocks: list[Block] = [
        paragraph(
            say.within_regions(lang, totals, country.regions, regions, country.names),
            id=f"{index}-region-findings",
        ),
        chart(
            lang,
            drawing,
            id=f"{index}-regions",
            caption=lang.t("{index} {when}: total score by region", **named),
            source=country.citation(index),
            notes=country.remarks(index, mean=True),
        ),
    ]
    dimensions = country.dimensions(index)
    if len(dimensions):
        wide = country.wide(index)
        means = wide[list(dimensions.index)].groupby(region).mean().reindex(regions.index)
        blocks.append(
            table(
                lang,
                means.assign(region=means.index, name=[lang.name(row) for row in regions.to_dict("records")]),
                [
                    Column("name", lang.t("Region")),
                    *(
                        Column(code, dimensions.at[code, f"name_{lang.code}"], "score")
                        for code in dimensions.index
                    ),
                ],
                id=f"{index}-region-means",
                key="region",
                caption=lang.t("{index} {when}: mean of the provinces of each region, in points", **named),
                row_header="name",
                source=country.citation(index),
                notes=country.remarks(index, mean=True),
            )
        )
    return blocks
