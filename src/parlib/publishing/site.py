"""The index page of all published reports: ``index.html`` in Vietnamese, ``index.en.html`` in English.

It is made of the manifests of all years, so that it tells what they tell. It asks nothing of a network and works from
a folder on a disk; without scripts, its table and map still lead to every report.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from parlib.datasets import Record
from parlib.errors import ParlibError
from parlib.provinces import fold
from parlib.publishing.manifest import Entry, read_manifest
from parlib.publishing.style import asset, page_style, template
from parlib.publishing.tree import replace_file
from parlib.wording.language import LANGUAGES, Language

PAGES: Final = {"vi": "index.html", "en": "index.en.html"}

_VIET_NAM: Final = dt.timezone(dt.timedelta(hours=7))
_SHOWN: Final = ("html", "pdf", "xlsx", "json")
"""Formats in the order in which a reader looks for them."""


@dataclass(frozen=True)
class Row:
    """One report in all its languages."""

    year: int
    stem: str
    name: str
    region: str
    key: str
    links: Mapping[str, Sequence[tuple[str, str]]]
    state: str
    error: str

    @property
    def href(self) -> str:
        """Where its name leads: the first file of the first language that it has."""
        return next((target for files in self.links.values() for _, target in files), "")


@dataclass(frozen=True)
class Atlas:
    """What the record knows of places: other spellings, names of regions, and where a tile of the map lies."""

    spellings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tiles: Mapping[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    frames: Mapping[int, int] = field(default_factory=dict)


def write_site(out: Path, staging: Path, known: Record) -> None:
    """Write the index pages of a folder of reports.

    Parameters
    ----------
    out
        Folder of the reports.
    staging
        Folder on the same file system where the pages are drafted.
    known
        The record, for spellings and the map; a page comes out also where it cannot be read.
    """
    manifests = {
        int(folder.name): manifest
        for folder in sorted(out.iterdir(), reverse=True)
        if folder.name.isdecimal() and (manifest := read_manifest(folder))
    }
    atlas = read_atlas(known)
    for code, name in PAGES.items():
        replace_file(out / name, site(manifests, atlas, Language(code)).encode(), staging)


def read_atlas(known: Record) -> Atlas:
    """Read from the record what the index page shows of places; what cannot be read is left out."""
    with suppress(ParlibError, OSError, ValueError, KeyError):
        spellings: dict[str, list[str]] = {}
        for row in known.table("province_names.csv").to_dict("records"):
            spellings.setdefault(row["province"], []).append(row["name"])
        grid = known.table("tile_grid.csv")
        editions = known.editions
        return Atlas(
            spellings,
            {row["region"]: row for row in known.regions.to_dict("records")},
            {int(frame): rows.to_dict("records") for frame, rows in grid.groupby("frame")},
            {int(year): known.frame_of(int(year)) for year in editions["year"].unique()},
        )
    return Atlas()


def site(manifests: Mapping[int, Mapping[str, Any]], atlas: Atlas, lang: Language) -> str:
    """Write the index page in one language.

    Parameters
    ----------
    manifests
        Year → manifest, newest year first.
    atlas
        What is known of places.
    lang
        Language of the page.
    """
    rows = [row for year, manifest in manifests.items() for row in _rows(year, manifest, atlas, lang)]
    script = asset("report.js") + asset("site.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    regions = {row.region for row in rows} - {""}
    page: str = template("site.html.j2").render(
        lang=lang,
        t=lang.t,
        style=f"{page_style()}\n{asset('site.css')}",
        script=script,
        script_hash=f"sha256-{digest}",
        rows=rows,
        years=list(manifests),
        regions=sorted((_region(atlas, region, lang), region) for region in regions),
        languages=[code for code in LANGUAGES if any(code in row.links for row in rows)],
        states={
            name: words for name, words in _states(lang).items() if any(row.state == name for row in rows)
        },
        words=_states(lang),
        maps=_maps(rows, atlas, lang),
        runs=[_run(year, manifest["run"], lang) for year, manifest in manifests.items()],
        pages=PAGES,
    )
    return page


def _rows(year: int, manifest: Mapping[str, Any], atlas: Atlas, lang: Language) -> list[Row]:
    reports: dict[str, list[Entry]] = {}
    for entry in manifest["reports"].values():
        reports.setdefault(entry["stem"], []).append(entry)
    rows = []
    for stem, entries in reports.items():
        # The language of the page first.
        entries.sort(key=lambda entry: (entry["lang"] != lang.code, entry["lang"]))
        first = entries[0]
        name = first["names"][lang.code]
        spellings = [*first["names"].values(), stem, *atlas.spellings.get(stem, [])]
        rows.append(
            Row(
                year=year,
                stem=stem,
                name=name,
                region=first["region"],
                key=" ".join(sorted({fold(spelling) for spelling in spellings})),
                links={
                    entry["lang"]: [
                        (form.upper(), f"{year}/{quote(entry['files'][form]['name'])}")
                        for form in _SHOWN
                        if form in entry["files"]
                    ]
                    for entry in entries
                    if entry["files"]
                },
                state=min((_state(entry) for entry in entries), key=list(_STATES).index),
                error=next((entry["error"]["message"] for entry in entries if entry["error"]), ""),
            )
        )
    return sorted(rows, key=lambda row: (row.stem != "national", [fold(word) for word in row.name.split()]))


_STATES: Final = ("failed", "stale", "missing", "current")
"""States of a report, worst first: it failed, its files are older than the data, it was not reached, it is current."""


def _state(entry: Entry) -> str:
    if entry["status"] == "failed":
        return "failed"
    if not entry["files"]:
        return "missing"
    return "stale" if entry["stale"] else "current"


def _states(lang: Language) -> dict[str, str]:
    t = lang.t
    return {
        "failed": t("Could not be made"),
        "stale": t("Older than the data"),
        "missing": t("Not made yet"),
        "current": t("Up to date"),
    }


def _region(atlas: Atlas, region: str, lang: Language) -> str:
    return lang.name(atlas.regions[region]) if region in atlas.regions else region


_ISLANDS: Final = (("da-nang", 0), ("khanh-hoa", 3))
"""Provinces that Hoàng Sa and Trường Sa belong to, and how many rows further south these lie, off the coast."""


def _maps(rows: Sequence[Row], atlas: Atlas, lang: Language) -> list[dict[str, Any]]:
    """Lay out a tile map for every frame that a published year uses: per tile its name and its report of each year."""
    names = (lang.t("Hoang Sa archipelago"), lang.t("Truong Sa archipelago"))
    maps = []
    for frame, tiles in atlas.tiles.items():
        mine = [row for row in rows if atlas.frames.get(row.year) == frame]
        if not mine:
            continue
        by_place: dict[str, list[Row]] = {}
        for row in mine:
            by_place.setdefault(row.stem, []).append(row)
        row_of = {tile["province"]: tile["row"] for tile in tiles}
        maps.append(
            {
                "frame": frame,
                "columns": max(tile["column"] for tile in tiles),
                "islands": [
                    (name, row_of[place] + south)
                    for name, (place, south) in zip(names, _ISLANDS, strict=True)
                    if place in row_of
                ],
                "years": sorted({row.year for row in mine}, reverse=True),
                "tiles": [{**tile, "reports": by_place.get(tile["province"], [])} for tile in tiles],
            }
        )
    return sorted(maps, key=lambda drawn: drawn["years"], reverse=True)


def _run(year: int, run: Mapping[str, Any], lang: Language) -> str:
    """Tell in a sentence how the last run of a year went."""
    started = dt.datetime.fromisoformat(run["started"]).astimezone(_VIET_NAM)
    counts = run["counts"]
    sentence = lang.t(
        "{year}: last run on {date} at {time} (Viet Nam time), {made} made again, {kept} unchanged, {failed} failed.",
        year=year,
        date=lang.date(started.date()),
        time=f"{started:%H:%M}",
        made=lang.integer(counts["made"]),
        kept=lang.integer(counts["unchanged"]),
        failed=lang.integer(counts["failed"]),
    )
    if counts["not_reached"]:
        sentence += " " + lang.t(
            "It was stopped before {count} reports.", count=lang.integer(counts["not_reached"])
        )
    return sentence
