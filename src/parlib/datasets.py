"""The published record as frames: the only room that reads ``data/``.

``load_papi()`` and its siblings read the shipped record. :class:`Record` reads any folder laid out the same way, so
that somebody's own index needs data files and no code.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from parlib.errors import DataError, Place, UsageError, nearest, quoted
from parlib.frameworks import ROOT, SCALE_ROUNDING, Framework
from parlib.merging import aggregate_merged
from parlib.provinces import Province, Provinces
from parlib.scoring import MissingRule, add_change, add_groups, add_ranks
from parlib.tables import read_json, read_table

T = TypeVar("T")

IMPORTS: Final = "imports"
"""Folder of a record where imports into it are kept; nothing in it is part of the record."""

UNFINISHED: Final = ".unfinished"
"""What the folder of an import ends with for as long as its tables are being replaced."""


def data_folder() -> Path:
    """Where the record lies: ``PARLIB_DATA`` if set, else :func:`shipped_folder`."""
    chosen = os.environ.get("PARLIB_DATA")
    if chosen:
        folder = Path(chosen).absolute()
        if not (folder / "indices.csv").is_file():
            raise UsageError(
                f"PARLIB_DATA={chosen} holds no indices.csv; point it at a data folder or unset it."
            )
        return folder
    return shipped_folder()


def shipped_folder() -> Path:
    """Where the record that comes with parlib lies: inside the installed package, else beside the sources."""
    packaged = Path(__file__).parent / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "data"


class Memory:
    """What follows from a record and has been computed (see :meth:`Record.once`)."""

    def __init__(self, known: dict[Hashable, Any] | None = None) -> None:
        self.known: dict[Hashable, Any] = {} if known is None else known

    def once(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Give what is known by a key, or compute it now."""
        if key not in self.known:
            self.known[key] = compute()
        return self.known[key]


class Record:
    """A folder of published figures, read on first use and kept.

    Parameters
    ----------
    root
        Folder with ``indices.csv``, ``provinces.csv``, … and one sub-folder per index holding ``framework.csv`` and
        ``scores.csv``.

    Attributes
    ----------
    memory
        What has been computed from it.

    Notes
    -----
    Frames are handed out as copies on write: what pandas does to one never changes the record. The arrays behind a
    frame are the record's own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.memory = Memory()
        self._tables: dict[str, pd.DataFrame] = {}
        self._frameworks: dict[tuple[str, int], Framework] = {}
        self._trees: dict[tuple[str, bytes], Framework] = {}  # by the rows that hold: most hold for years
        self._scores: dict[str, pd.DataFrame] = {}
        self._scored: dict[tuple[str, MissingRule, int | None], pd.DataFrame] = {}

    def table(self, path: str, schema: str | None = None) -> pd.DataFrame:
        """One table of the record by its path below the root (``papi/uncertainty.csv``).

        Raises
        ------
        DataError
            When the table breaks its contract, or an import into the record did not end.
        """
        if path not in self._tables:
            self._check_imports()
            schema_path = self.root / "schemas" / f"{schema or Path(path).stem}.json"
            table = read_table(self.root / path, schema_path, name=f"{self.root.name}/{path}")
            if "frame" in table and path != "provinces.csv":
                self._check_frames(path, table["frame"])
            self._tables[path] = table
        return self._tables[path].copy(deep=False)

    def files(self, pattern: str = "*") -> list[Path]:
        """Every file of the record whose name fits a pattern, by path; those that imports keep are not part of it."""
        inside = (path for path in self.root.rglob(pattern) if path.is_file())
        return sorted(path for path in inside if path.relative_to(self.root).parts[0] != IMPORTS)

    def _check_imports(self) -> None:
        for path in (self.root / IMPORTS).glob(f"*{UNFINISHED}"):
            raise DataError(
                Place(f"{self.root.name}/{IMPORTS}/{path.name}"),
                "an import that is under way, or was interrupted",
                "a record whose imports have ended",
                f"If none is running, put the tables back with `parlib import undo {self.root}`.",
            )

    def _check_frames(self, path: str, frames: pd.Series) -> None:
        unknown = ~frames.isin(self.frames)
        if unknown.any():
            at = int(unknown.to_numpy().argmax())
            raise DataError(
                Place(f"{self.root.name}/{path}", row=at + 2, column="frame"),
                repr(str(frames.iloc[at])),
                f"one of {', '.join(map(str, self.frames))}",
                "The frames are those of provinces.csv.",
            )

    @cached_property
    def indices(self) -> pd.DataFrame:
        """One row per index: names, unit, dating, citation, rights, warning."""
        return self.table("indices.csv").set_index("index", drop=False)

    def require_index(self, index: str) -> str:
        """``index`` itself if the record has it, else a :class:`UsageError` naming those it has."""
        if index not in self.indices.index:
            known = list(self.indices.index)
            raise UsageError(f"no index {index!r}.{nearest(index, known)} Known: {', '.join(known)}.")
        return index

    @property
    def editions(self) -> pd.DataFrame:
        """Columns ``index, year, date, frame, coverage, note_vi, note_en``."""
        return self.table("editions.csv")

    @property
    def breaks(self) -> pd.DataFrame:
        """Columns ``index, year, indicator, reason_vi, reason_en, source_id``."""
        return self.table("breaks.csv")

    @property
    def bands(self) -> pd.DataFrame:
        """Published classes with their limits and counts, a constraint on totals that are not published."""
        return self.table("bands.csv")

    @property
    def national(self) -> pd.DataFrame:
        """Means and other statistics as published."""
        return self.table("national.csv")

    @property
    def disputed(self) -> pd.DataFrame:
        """Figures that a source prints and the record does not keep, with the reason."""
        return self.table("disputed.csv")

    @cached_property
    def sources(self) -> pd.DataFrame:
        """Every source, by ``source_id``."""
        return self.table("sources.csv").set_index("source_id", drop=False)

    @cached_property
    def regions(self) -> pd.DataFrame:
        """The six socio-economic regions (to 2025), by ``region``."""
        return self.table("regions.csv").set_index("region", drop=False)

    @cached_property
    def frames(self) -> tuple[int, ...]:
        """The maps of provinces on record, oldest first: each is named by the number of its provinces.

        They are the frames of ``provinces.csv``, in the file's order (63 and 34 in the shipped record).
        """
        return tuple(int(frame) for frame in self.table("provinces.csv")["frame"].unique())

    def provinces(self, frame: int | None = None) -> Provinces:
        """The provinces of one frame (default: the oldest on record) with their spellings.

        Raises
        ------
        UsageError
            Naming the frames on record.
        """
        if frame is None:
            frame = self.frames[0]
        if frame not in self.frames:
            there = " and ".join(map(str, self.frames))
            raise UsageError(f"no frame of {frame} provinces on record; there {_are(self.frames)} {there}.")
        return self._books[frame]

    def former(self, frame: int) -> Provinces | None:
        """The provinces that were merged into those of ``frame``; ``None`` where no frame on record was."""
        now: set[str | None] = set(self.provinces(frame).slugs)
        for other in self.frames:
            into = {province.merged_into for province in self._books[other].all}
            if other != frame and into == now:
                return self._books[other]
        return None

    def find_province(self, text: str, frame: int | None = None) -> Province:
        """The province of a frame that ``text`` names (see :meth:`Provinces.find` for the spellings).

        Raises
        ------
        UsageError
            Naming the nearest spellings, or, for a province that was merged, the one it is part of.
        """
        book = self.provinces(frame)
        before = self.former(book.frame) if book.get(text) is None else None
        gone = before.get(text) if before is not None else None
        if gone is not None and gone.merged_into is not None:
            now = book.find(gone.merged_into)
            raise UsageError(f"{gone.name_vi} is part of {now.name_vi} by now; ask for {now.slug!r}.")
        return book.find(text)

    @cached_property
    def _books(self) -> dict[int, Provinces]:
        table, names = self.table("provinces.csv"), self.table("province_names.csv")
        for frame, size in table.groupby("frame").size().items():
            if frame != size:
                raise DataError(
                    Place(f"{self.root.name}/provinces.csv", column="frame"),
                    f"{size} provinces in frame {frame}",
                    "as many provinces as the frame says",
                    "A frame is named by the number of its provinces.",
                )
        return {f: Provinces(table[table["frame"] == f], names[names["frame"] == f]) for f in self.frames}

    def years(self, index: str) -> list[int]:
        """Years of which the record has an edition."""
        return sorted({int(row["year"]) for row in self._rows_of(index)})

    def _rows_of(self, index: str) -> list[dict[str, Any]]:
        self.require_index(index)
        return [row for row in self._edition_rows if row["index"] == index]

    @cached_property
    def _edition_rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.editions.to_dict("records")
        return rows

    def edition(
        self, index: str, year: int, date: str | None = None, frame: int | None = None
    ) -> dict[str, Any]:
        """One edition as ``{index, year, date, frame, coverage, note_vi, note_en, aggregated}``.

        Parameters
        ----------
        index, year
            Which.
        date
            ISO date, for an index dated by day; default: the latest of the year.
        frame
            34 to see an edition of 63 provinces in the provinces of today: plain means, marked ``aggregated``
            (see :mod:`parlib.merging`). Default: the frame it was published in.

        Raises
        ------
        UsageError
            Naming the years, dates or frames on record.
        """
        found = [row for row in self._rows_of(index) if row["year"] == year]
        if not found:
            years = self.years(index)
            raise UsageError(f"no {index} of {year} on record; there are {', '.join(map(str, years))}.")
        if date is not None:
            dates = [row["date"] for row in found if isinstance(row["date"], str)]
            if date not in dates:
                there = f"there are {', '.join(dates)}" if dates else f"{index} is dated by year"
                raise UsageError(f"no {index} of {date} on record; {there}.")
            found = [row for row in found if row["date"] == date]
        dated = [row | {"date": row["date"] if isinstance(row["date"], str) else None} for row in found]
        # The latest; of two frames of one day or year, the one that stands last.
        row: dict[str, Any] = max(reversed(dated), key=lambda row: row["date"] or "")
        published = int(row["frame"])
        wanted = published if frame is None else frame
        self.provinces(wanted)
        merged = self.former(wanted) if published != wanted else None
        if published != wanted and (merged is None or merged.frame != published):
            raise UsageError(
                f"{index} {year} was published for {published} provinces; {wanted} cannot be made of them."
            )
        return row | {"year": int(row["year"]), "frame": wanted, "aggregated": published != wanted}

    def frame_of(self, year: int) -> int:
        """The frame of provinces that the editions of a year use (the newer one, should there be both).

        Raises
        ------
        UsageError
            When no index has an edition of that year.
        """
        editions = self.editions
        frames = editions.loc[editions["year"] == year, "frame"]
        if frames.empty:
            years = sorted(int(y) for y in editions["year"].unique())
            raise UsageError(f"no figures of {year} on record; there are {', '.join(map(str, years))}.")
        return int(frames.min())

    def outlines(self, frame: int | None = None) -> dict[str, list[list[list[list[float]]]]]:
        """Outlines of the provinces of one frame: polygons of rings of places in degrees, longitude first.

        Thinned for small maps; see ``geo/NOTICE.txt`` for whose they are and what was changed.
        """
        known = self.provinces(frame)
        path = self.root / "geo" / f"provinces_{known.frame}.geojson"
        described = read_json(path, "outlines of provinces (GeoJSON)")
        try:
            shapes = {
                feature["properties"]["province"]: feature["geometry"]["coordinates"]
                for feature in described["features"]
            }
        except (LookupError, TypeError) as error:
            place = Place(f"{self.root.name}/geo/{path.name}")
            found = f"{type(error).__name__}: {error}"
            raise DataError(
                place, found, "outlines of provinces (GeoJSON)", "Run tools/build_geo.py again."
            ) from None
        if set(shapes) != set(known.slugs):
            odd = ", ".join(sorted(set(shapes) ^ set(known.slugs)))
            raise DataError(
                Place(f"{self.root.name}/geo/{path.name}"),
                odd,
                f"one outline for each of the {known.frame} provinces",
                "Run tools/build_geo.py again.",
            )
        return shapes

    @cached_property
    def as_of(self) -> str:
        """ISO date at which the record stood, from its ``datapackage.json``."""
        path = self.root / "datapackage.json"
        created = str(read_json(path, "the description of the record").get("created", ""))[:10]
        try:
            return dt.date.fromisoformat(created).isoformat()
        except ValueError:
            place = Place(f"{self.root.name}/{path.name}", column="created")
            raise DataError(place, quoted(created), "a date as 2026-10-05", "Enter the date.") from None

    def framework(self, index: str, year: int) -> Framework:
        """The tree of indicators of one index in one year."""
        if (index, year) not in self._frameworks:
            table = self.table(f"{self.require_index(index)}/framework.csv", "framework")
            first, last = (
                table[end].to_numpy("float64", na_value=np.nan) for end in ("first_year", "last_year")
            )
            holds = (first <= year) & (last >= year)
            if not holds.any():
                raise UsageError(f"no framework of {index} for {year} in {index}/framework.csv.")
            key = (index, holds.tobytes())
            if key not in self._trees:
                self._trees[key] = Framework(index, year, table[holds].reset_index(drop=True))
            self._frameworks[index, year] = self._trees[key].in_year(year)
        return self._frameworks[index, year]

    def scores(self, index: str) -> pd.DataFrame:
        """All editions of one index as a scores frame.

        Returns
        -------
        pandas.DataFrame
            Columns ``index, year, date, frame, province, indicator, score, published_rank, numerator, denominator,
            basis, source_id, note``, in the file's order.

        Raises
        ------
        DataError
            When a cell breaks the contract, names an unknown province, indicator or source, or lies outside the
            scale of its indicator.
        """
        if index not in self._scores:
            frame = self.table(f"{self.require_index(index)}/scores.csv", "scores")
            frame.insert(0, "index", index)
            self._check_references(index, frame)
            self._scores[index] = frame
        return self._scores[index].copy(deep=False)

    def _check_references(self, index: str, scores: pd.DataFrame) -> None:
        label = f"{self.root.name}/{index}/scores.csv"

        def refuse(bad: Iterable[bool], column: str, expected: str, remedy: str) -> None:
            at = next((position for position, wrong in enumerate(bad) if wrong), None)
            if at is not None:
                raise DataError(
                    Place(label, row=at + 2, column=column), str(scores[column].iloc[at]), expected, remedy
                )

        # Each of the few that stand in thousands of rows is looked up once.
        homes = [*zip(scores["frame"].tolist(), scores["province"].tolist(), strict=True)]
        slugs = {frame: set(self.provinces(frame).slugs) for frame in set(scores["frame"].tolist())}
        if lost := {(frame, province) for frame, province in {*homes} if province not in slugs[frame]}:
            frame = next(home for home in homes if home in lost)[0]
            refuse(
                (home in lost for home in homes),
                "province",
                f"a province of frame {frame}",
                "See provinces.csv for the slugs.",
            )
        places = [*zip(scores["year"].tolist(), scores["indicator"].tolist(), strict=True)]
        scales: dict[tuple[int, str], list[float]] = {}
        for year in dict.fromkeys(scores["year"].tolist()):
            tree = self.framework(index, year).table
            ends = tree[["min_score", "max_score"]].to_numpy("float64", na_value=np.nan).tolist()
            scales |= {(year, code): pair for code, pair in zip(tree.index, ends, strict=True)}
        if strange := {*places} - scales.keys():
            refuse(
                (place in strange for place in places),
                "indicator",
                "an indicator of that year",
                f"See {index}/framework.csv.",
            )
        low, high = np.array([scales[place] for place in places]).reshape(-1, 2).T
        points = scores["score"].to_numpy()
        outside = (points < low - SCALE_ROUNDING) | (points > high + SCALE_ROUNDING)
        if outside.any():
            at = int(outside.argmax())
            refuse(
                outside,
                "score",
                f"{places[at][1]} from {low[at]:g} to {high[at]:g}",
                "Compare with the source.",
            )
        ids = scores["source_id"].drop_duplicates()
        unknown = [i for i in ids if not set(i.split(";")) <= set(self.sources.index)]
        refuse(scores["source_id"].isin(unknown), "source_id", "keys of sources.csv", "Add the source.")

    def _checked_whole(self, index: str) -> pd.DataFrame:
        """:meth:`scores`, once every edition that is said to be whole has totals: a report begins with them."""
        scores, editions = self.scores(index), self.editions
        known = set(_editions_of(scores[(scores["indicator"] == ROOT) & scores["score"].notna()]))
        whole = editions[(editions["index"] == index) & (editions["coverage"] == "whole")]
        for row, edition in zip(whole.index, _editions_of(whole), strict=True):
            if edition not in known:
                raise DataError(
                    Place(f"{self.root.name}/editions.csv", row=row + 2, column="coverage"),
                    f"'whole', while {index}/scores.csv has no {ROOT} of {edition[1] or edition[0]}",
                    "a total of each province, or 'partial'",
                    "Add the totals, or write 'partial': what is known of all provinces is ranked even so.",
                )
        return scores

    def scored(
        self, index: str, missing: MissingRule = "exclude", *, frame: int | None = None
    ) -> pd.DataFrame:
        """All editions of one index with ranks, groups and change (see :mod:`parlib.scoring`).

        Parameters
        ----------
        index
            Which index.
        missing
            How provinces without a score count for the groups.
        frame
            34 to aggregate the editions of 63 provinces (see :meth:`edition`); default: as published.

        Raises
        ------
        DataError
            As :meth:`scores` does, and when an edition is said to be whole and has no total.
        """
        key = (index, missing, frame)
        if key not in self._scored:
            scores, editions = self._checked_whole(index), self.editions
            former = self.former(frame) if frame is not None else None
            if former is not None:
                scores = aggregate_merged(scores[scores["frame"] == former.frame], former)
                editions = editions[editions["frame"] == former.frame].assign(frame=frame)
            self._scored[key] = self._score(scores, editions, missing)
        return self._scored[key].copy(deep=False)

    def _score(self, scores: pd.DataFrame, editions: pd.DataFrame, missing: MissingRule) -> pd.DataFrame:
        return add_change(add_groups(add_ranks(scores, editions), missing), self.breaks)

    def read_all(self) -> None:
        """Read every table that a schema describes and every framework, and score every index.

        A report needs nearly all of them; whoever shares the record between reports shares the time, too.

        Raises
        ------
        DataError
            When a table breaks its contract.
        """
        described = {path.stem for path in self.root.glob("schemas/*.json")}
        for path in self.files("*.csv"):
            if path.stem in described:
                self.table(path.relative_to(self.root).as_posix())
        for edition in self._edition_rows:
            self.framework(edition["index"], int(edition["year"]))
        rule: MissingRule = "exclude"
        left = [index for index in self.indices.index if (index, rule, None) not in self._scored]
        if not left:
            return
        # All of them together: most of the time goes into beginning, not into the rows.
        together = pd.concat([self._checked_whole(index) for index in left], ignore_index=True)
        for index, rows in self._score(together, self.editions, rule).groupby("index", sort=False):
            self._scored[str(index), rule, None] = rows.reset_index(drop=True)

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Compute something that follows from the record, and keep it: reports, and sections of one, share it.

        Parameters
        ----------
        key
            Names what is computed, with everything that it depends on beside the record.
        compute
            Computes it, the first time. What it gives must not be changed afterwards.
        """
        found: T = self.memory.once(key, compute)
        return found

    def scores_of(self, edition: dict[str, Any]) -> pd.DataFrame:
        """Rows of :meth:`scores` of one edition (see :meth:`edition`)."""
        return _only(self.scores(edition["index"]), edition)

    def scored_edition(self, edition: dict[str, Any], missing: MissingRule = "exclude") -> pd.DataFrame:
        """Rows of :meth:`scored` of one edition (see :meth:`edition`)."""
        frame = edition["frame"] if edition["aggregated"] else None
        return _only(self.scored(edition["index"], missing, frame=frame), edition)


def _are(things: tuple[int, ...]) -> str:
    return "are" if len(things) > 1 else "is only"


def _editions_of(rows: pd.DataFrame) -> list[tuple[int, str, int]]:
    """Year, date (empty where dated by year) and frame of every row."""
    columns = (rows[key].to_numpy(object, na_value="") for key in ("year", "date", "frame"))
    return list(zip(*columns, strict=True))


def _only(scores: pd.DataFrame, edition: dict[str, Any]) -> pd.DataFrame:
    rows = scores[(scores["year"] == edition["year"]) & (scores["frame"] == edition["frame"])]
    date = edition["date"]
    return rows[rows["date"] == date] if isinstance(date, str) else rows


_in_use: Final[dict[Path, Record]] = {}


def record() -> Record:
    """The record in use: the shipped one, or that of ``PARLIB_DATA``."""
    folder = data_folder()
    if folder not in _in_use:
        use(Record(folder))
    return _in_use[folder]


def use(known: Record) -> None:
    """Let :func:`record` give this one for its folder, as far as it has been read; another process may have done it."""
    _in_use[known.root] = known


def load_papi() -> pd.DataFrame:
    """PAPI 2011-2024: total, dimensions and sub-dimensions of 63 provinces, in points.

    Returns
    -------
    pandas.DataFrame
        Scores frame (see :meth:`Record.scores`), 28,854 rows. A province without data has no row. Codes are
        harmonised: one code is one concept in all years. Author: CECODES, VFF-CRT, RTA & UNDP.
    """
    return record().scores("papi")


def load_par() -> pd.DataFrame:
    """PAR INDEX 2012-2024 as far as printed: totals, parts, domains, ranks; no year has all 63 provinces.

    Returns
    -------
    pandas.DataFrame
        Scores frame, 395 rows. ``basis`` tells printed figures from arithmetic on printed figures (``note`` holds it).
    """
    return record().scores("par")


def load_i766() -> pd.DataFrame:
    """Index 766 of 34 provinces on two days of October 2026, with the evidence of each component.

    Returns
    -------
    pandas.DataFrame
        Scores frame, 1,224 rows, ``basis`` secondary or derived: transcribed from public collectors of the portal.
    """
    return record().scores("i766")


def load_sipas() -> pd.DataFrame:
    """SIPAS 2015-2024 as far as printed, in per cent; no year has all 63 provinces (scores frame, 92 rows)."""
    return record().scores("sipas")


def load_pci() -> pd.DataFrame:
    """PCI weighted totals 2005-2024 (scores frame, 894 rows); whole in 2006-2016 and 2020. Author: VCCI & USAID."""
    return record().scores("pci")


def load_provinces(frame: int | None = None) -> pd.DataFrame:
    """The provinces of one frame: slug, GSO code, names, region, province since July 2025.

    Parameters
    ----------
    frame
        63 or 34; default: the oldest map on record (63).
    """
    known = record()
    table = known.table("provinces.csv")
    return table[table["frame"] == known.provinces(frame).frame].reset_index(drop=True)
