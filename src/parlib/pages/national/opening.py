"""The opening of the national report: one card an index, and the sentences to remember."""

from __future__ import annotations

from collections.abc import Sequence

from parlib.blocks import Block, Card, Section, bullets, cards, charts, masthead, note
from parlib.frameworks import ROOT
from parlib.pages.national.country import Country
from parlib.pages.national.movement import changes_of_rank
from parlib.wording import country as say


def opening(country: Country, indices: Sequence[str], index: str) -> Section:
    """Masthead, cards and key points.

    Parameters
    ----------
    country
        When.
    indices
        One card each, in this order.
    index
        The one that the key points are about.
    """
    lang = country.lang
    shown = [other for other in indices if country.edition(other) is not None]
    whole = [country.index_name(other) for other in shown if country.whole(other)]
    blocks: list[Block] = [
        masthead(
            lang,
            title=lang.t("Governance scores of the provinces"),
            subject=country.name,
            year=country.year,
            as_of=country.as_of,
            data_note=lang.t("full table of {indices}", indices=lang.list(whole))
            if whole
            else lang.t("no full table on record"),
        ),
        cards(lang, [card(country, other) for other in shown], id="headline"),
    ]
    if country.whole(index):
        name, when = country.index_name(index), country.when(index)
        totals = country.totals(index)
        maximum = country.framework(index).max_score(ROOT)
        points = [
            say.spread(lang, name, when, totals, maximum, country.names, country.frame),
            say.ends(lang, totals, country.names),
            say.groups(lang, totals),
            *say.movers(lang, changes_of_rank(country, index), country.names, country.when_before(index)),
            *say.widest(lang, country.dimensions(index), country.scored(index)),
            *say.regions(lang, totals, country.regions, country.known.regions),
            *say.absent(lang, country.absent(index)),
        ]
        drawing = charts.small_geomap(
            totals,
            country.known.outlines(country.frame),
            country.provinces,
            lang=lang,
            chart_id="in-short-map",
        )
        blocks.append(bullets(points, id="in-short", beside=drawing))
        if warning := country.warning(index):
            blocks.append(note(lang, warning, id="in-short-data", kind="warning"))
    return Section(blocks)


def card(country: Country, index: str) -> Card:
    """The headline figure of one index: the mean of the provinces, or how many were found."""
    lang = country.lang
    label = f"{country.index_name(index)} {country.when(index)}"
    totals = country.totals(index)
    known = int(totals["score"].notna().sum())
    if not country.whole(index):
        found = lang.t("{n} of {frame} provinces found", n=known, frame=country.frame)
        return Card(index, label, None, note=found)
    note = lang.t("Mean of {n} provinces, not a national figure", n=known)
    total = country.framework(index).table.loc[ROOT]
    return Card(
        index,
        label,
        float(totals["score"].mean()),
        total["max_score"],
        note=note,
        percent=total["unit"] == "percent",
    )
