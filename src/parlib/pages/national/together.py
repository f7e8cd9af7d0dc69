"""What goes together: dimensions of one index, and indices of one year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parlib.answers.crossview import crossview
from parlib.audit import correlations
from parlib.blocks import Block, Column, Section, chart, charts, heading, note, paragraph, table
from parlib.pages.national.country import Country
from parlib.pages.threshold import known_of
from parlib.wording import country as say


def together(country: Country, index: str, indices: Sequence[str]) -> Section:
    """Heading, correlations between the dimensions of one index and between indices.

    Parameters
    ----------
    country
        When.
    index
        The one whose dimensions are compared.
    indices
        Those compared with each other.
    """
    lang = country.lang
    title = heading(2, lang.t("What goes together"), id="together")
    return Section([title, *_dimensions(country, index), *_indices(country, indices)])


def _dimensions(country: Country, index: str) -> list[Block]:
    lang, name = country.lang, country.index_name(index)
    dimensions = country.dimensions(index) if country.whole(index) else pd.DataFrame()
    if len(dimensions) < 2:
        text = lang.t(
            "{index} {when} has no dimensions on record that could be compared.",
            index=name,
            when=country.when(index),
        )
        return [note(lang, text, id=f"{index}-correlations-none")]
    codes = list(dimensions.index)
    pairs = correlations(country.wide(index)[codes], country.framework(index), "spearman")
    names = {code: dimensions.at[code, f"name_{lang.code}"] for code in codes}
    return [
        paragraph(say.correlated(lang, pairs, names), id=f"{index}-correlated"),
        chart(
            lang,
            charts.heatmap(pairs, names, lang=lang, chart_id=f"{index}-correlations"),
            id=f"{index}-correlations",
            caption=lang.t(
                "{index} {when}: rank correlation between its parts", index=name, when=country.when(index)
            ),
            source=country.citation(index),
            notes=[
                lang.t(
                    "Spearman's rho over the provinces that have both; 1: same order, −1: opposite order."
                ),
                *country.remarks(index),
            ],
        ),
    ]


def _indices(country: Country, indices: Sequence[str]) -> list[Block]:
    lang = country.lang
    there = [index for index in indices if country.edition(index) is not None]
    if len(there) < 2:
        text = lang.t(
            "Fewer than two indices are on record for {year}, so none are compared.", year=country.year
        )
        return [note(lang, text, id="indices-none")]
    view = crossview(
        {index: country.scored(index) for index in there},
        {index: known_of(country, index, country.year) for index in there},
    )
    pairs = [pair for pair in view.correlations if pair.rho is not None and pair.low is not None]
    if not pairs:
        text = lang.t(
            "No two indices have enough provinces in common in {year} to be compared.", year=country.year
        )
        return [note(lang, text, id="indices-none")]
    rows = pd.DataFrame([vars(pair) for pair in pairs]).assign(
        pair=[f"{pair.x}-{pair.y}" for pair in pairs],
        names=[f"{country.index_name(pair.x)} – {country.index_name(pair.y)}" for pair in pairs],
        remark=[lang.t("part of the provinces only") if pair.selective else "" for pair in pairs],
    )
    columns = [
        Column("names", lang.t("Indices")),
        Column("n", lang.t("Provinces in both"), "int"),
        Column("rho", lang.t("Rank correlation"), "score"),
        Column("low", lang.t("from (95%)"), "score"),
        Column("high", lang.t("to (95%)"), "score"),
        Column("remark", lang.t("Remark")),
    ]
    notes = [lang.t("Interval by Fisher's z. A small number of provinces makes a wide interval.")]
    if any(pair.selective for pair in pairs):
        notes.append(
            lang.t(
                "Where only part of the provinces is published, it is mostly the first, the last and those that "
                "report on themselves: the figure does not speak for all."
            )
        )
    shown = [index for index in there if any(index in (pair.x, pair.y) for pair in pairs)]
    notes += [f"{country.index_name(index)}: {text}" for index in shown if (text := country.warning(index))]
    return [
        table(
            lang,
            rows,
            columns,
            id="indices-correlations",
            key="pair",
            caption=lang.t("{year}: rank correlation between indices", year=country.year),
            source="; ".join(dict.fromkeys(country.citation(index) for index in shown)),
            notes=notes,
        )
    ]
