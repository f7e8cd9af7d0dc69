"""How much of a ranking lasts from one edition to the next."""

from __future__ import annotations

import pandas as pd

from parlib.audit import stability as steadiness
from parlib.blocks import Section, chart, charts, heading, note, paragraph
from parlib.frameworks import ROOT
from parlib.pages.national.country import Country
from parlib.wording import country as say
from parlib.wording.standing import edition as edition_in_words


def stability(country: Country, index: str) -> Section:
    """Heading, findings, the groups of all provinces over the editions, and how alike successive rankings are."""
    lang, name = country.lang, country.index_name(index)
    title = lang.t("{index}: how lasting the ranks are", index=name)
    if not country.whole(index):
        return Section(country.unknown(index, title, f"{index}-stability"))
    above = heading(2, title, id=f"{index}-stability")
    scored = country.known.scored(index)
    upto = scored[
        (scored["frame"] == country.frame)
        & (scored["year"] <= country.year)
        & (scored["indicator"] == ROOT)
        & (scored["rank_basis"] == "computed")
    ].sort_values(["year", "date"], na_position="first")
    compared = steadiness(upto)
    if compared.empty:
        text = lang.t(
            "Fewer than two full tables of {index} are on record up to {year}.", index=name, year=country.year
        )
        return Section([above, note(lang, text, id=f"{index}-stability-none")])
    upto, compared = (rows.assign(edition=country.editions_in_short(rows)) for rows in (upto, compared))
    breaks = _breaks(country, index, upto)
    drawing = charts.group_history(
        upto,
        country.provinces,
        lang=lang,
        compared=compared,
        breaks=breaks,
        chart_id=f"{index}-history",
    )
    first, last = (
        edition_in_words(lang, row["year"], row["date"]) for _, row in upto.iloc[[0, -1]].iterrows()
    )
    notes = [
        lang.t(
            "Rank correlation: Spearman's rho; 1 means the same order. Places moved: mean of the provinces in both "
            "editions."
        )
    ]
    if breaks:
        notes.append(lang.t("Vertical lines: from there on not comparable with the years before."))
    return Section(
        [
            above,
            paragraph(
                [
                    *say.steadiness(lang, name, compared.iloc[-1], country.when_before(index)),
                    *say.lasting(lang, upto, country.names),
                ],
                id=f"{index}-stability-findings",
            ),
            chart(
                lang,
                drawing,
                id=f"{index}-history",
                caption=lang.t(
                    "{index}: group of every province from {first} to {last}",
                    index=name,
                    first=first,
                    last=last,
                ),
                source=country.citation(index),
                notes=[*notes, *country.remarks(index)],
            ),
        ]
    )


def _breaks(country: Country, index: str, upto: pd.DataFrame) -> list[str]:
    """The editions shown that are not comparable with those shown before them."""
    breaks = country.known.breaks
    years = breaks.loc[(breaks["index"] == index) & breaks["indicator"].isin([ROOT, "*"]), "year"]
    begun = upto["year"].iloc[0]
    after = [upto.loc[upto["year"] >= year, "edition"].head(1) for year in years if year > begun]
    return list(dict.fromkeys(edition for first in after for edition in first))
