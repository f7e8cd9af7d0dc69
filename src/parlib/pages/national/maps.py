"""Where the groups lie: the map of equal tiles, on which each rank can be read, and the geographic one."""

from __future__ import annotations

from parlib.blocks import Section, chart, charts, heading, paragraph
from parlib.pages.national.country import Country
from parlib.wording import country as say


def maps(country: Country, index: str) -> Section:
    """Heading and the two maps of one index."""
    lang, name = country.lang, country.index_name(index)
    title = lang.t("{index}: on the map", index=name)
    if not country.whole(index):
        return Section(country.unknown(index, title, f"{index}-maps"))
    totals = country.totals(index)
    grid = country.known.table("tile_grid.csv")
    named = {"index": name, "when": country.when(index)}
    tiles = charts.tilemap(
        totals, grid[grid["frame"] == country.frame], country.provinces, lang=lang, chart_id=f"{index}-tiles"
    )
    drawn = charts.geomap(
        totals,
        country.known.outlines(country.frame),
        country.provinces,
        lang=lang,
        chart_id=f"{index}-geography",
    )
    source, remarks = country.citation(index), country.remarks(index)
    said = say.where_the_groups_lie(lang, totals, country.regions, country.known.regions)
    outlines = lang.t("Outlines: Natural Earth, after Apache Superset; not a statement on any border.")
    return Section(
        [
            heading(2, title, id=f"{index}-maps"),
            *([paragraph(said, id=f"{index}-where")] if said else []),
            chart(
                lang,
                tiles,
                id=f"{index}-tiles",
                caption=lang.t("{index} {when}: rank and group of every province", **named),
                source=source,
                notes=remarks,
            ),
            chart(
                lang,
                drawn,
                id=f"{index}-geography",
                caption=lang.t("{index} {when}: the four groups on the map", **named),
                source=source,
                notes=[outlines, *remarks],
            ),
        ]
    )
