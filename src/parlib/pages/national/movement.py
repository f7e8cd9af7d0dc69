"""Who moved in the ranking, and how much of it was their own doing."""

from __future__ import annotations

import pandas as pd

from parlib.answers.moves import moves_of_all
from parlib.blocks import Block, Section, bullets, chart, charts, heading, note
from parlib.frameworks import ROOT
from parlib.pages.national.country import Country
from parlib.wording import country as say

_MOST = 8


def movement(country: Country, index: str) -> Section:
    """Heading, findings, and the largest climbs and falls with their parts."""
    lang, name = country.lang, country.index_name(index)
    title = heading(2, lang.t("{index}: who moved", index=name), id=f"{index}-movement")
    rows = changes_of_rank(country, index)
    if rows.empty:
        text = lang.t(
            "{index} {when}: the edition before is not known whole, so no change of rank can be shown.",
            index=name,
            when=country.when(index),
        )
        return Section([title, note(lang, text, id=f"{index}-movement-none")])
    before = country.when_before(index)
    points = [
        *say.own_and_others(lang, rows, before),
        *say.against_their_points(lang, country.totals(index), country.names, before),
        *say.notable(lang, country.totals(index), country.names, before),
        *say.breaks(lang, country.known.breaks, index, ROOT, country.year),
    ]
    blocks: list[Block] = [title, bullets(points, id=f"{index}-movement-findings")]
    drawn = furthest(rows, _MOST)
    if drawn.empty:  # nobody moved
        return Section(blocks)
    blocks.append(
        chart(
            lang,
            charts.movers(drawn, country.provinces, lang=lang, chart_id=f"{index}-movers"),
            id=f"{index}-movers",
            caption=lang.t(
                "{index}: the largest changes of rank from {before} to {when}",
                index=name,
                before=before,
                when=country.when(index),
            ),
            source=country.citation(index),
            notes=[say.what_the_parts_are(lang), *country.remarks(index)],
        )
    )
    return Section(blocks)


def changes_of_rank(country: Country, index: str) -> pd.DataFrame:
    """Changes of rank of all provinces with their parts and ``places`` gained, the largest first; may be empty."""
    before = country.before(index)
    if before is None:
        return pd.DataFrame()
    rows = moves_of_all(
        country.known.scored_edition(before),
        country.known.framework(index, before["year"]),
        country.scored(index),
        country.framework(index),
        breaks=country.known.breaks,
    )
    places = (rows["rank_from"] - rows["rank_to"]).astype("int64")
    return rows.assign(places=places).sort_values(["places", "province"], ascending=[False, True])


def furthest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """The largest climbs, then the largest falls, each half the furthest first; nobody who stayed."""
    climbs = rows[rows["places"] > 0].head(most)
    falls = rows[rows["places"] < 0].sort_values(["places", "province"]).head(most)
    return pd.concat([climbs, falls])
