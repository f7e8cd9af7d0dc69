"""What an import has read: figures with their places, and what was renamed, left out and doubted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from parlib.checks.finding import Finding, Subject, worst
from parlib.errors import Place
from parlib.frameworks import Framework
from parlib.provinces import Provinces

SCORE_COLUMNS = [
    *("index", "year", "date", "frame", "province", "indicator", "score", "published_rank"),
    *("numerator", "denominator", "basis", "note"),
]
FrameworkOf = Callable[[str, int], Framework]


@dataclass(frozen=True)
class Renamed:
    """A heading, sheet or name that is not read as it is written, by a stated rule."""

    place: Place
    found: str
    read_as: str
    rule: str


@dataclass(frozen=True)
class LeftOut:
    """Something in the file that is not a figure of this index, and why it was passed over."""

    place: Place
    what: str
    reason: str
    count: int = 1


@dataclass
class Reading:
    """Everything that one file said.

    Attributes
    ----------
    file
        Its name.
    frame
        63 or 34: which map of provinces the file uses; a file never mixes them.
    scores
        Columns :data:`SCORE_COLUMNS`; row labels are keys of ``places``. May hold several indices and years.
    labels, values
        Raw indicators, as ``indicator_labels.csv`` and ``indicator_values.csv`` without sources; empty if there are
        none.
    groups
        Colour groups of the publisher: columns ``year, frame, province, indicator, group``.
    places
        Place of every row of ``scores``.
    group_places
        Place of every row of ``groups``.
    read
        What was read, one line per sheet.
    renamed, left_out
        What was read otherwise than written, or not at all.
    findings
        Every doubt. With an ``error`` among them nothing may be written.
    """

    file: str
    frame: int
    scores: pd.DataFrame
    labels: pd.DataFrame = field(default_factory=pd.DataFrame)
    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    places: Mapping[object, Place] = field(default_factory=dict)
    group_places: Mapping[object, Place] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether some finding forbids to use what was read."""
        return worst(self.findings) == "error"

    def subject(self, index: str, books: Mapping[int, Provinces], framework_of: FrameworkOf) -> Subject:
        """What checks need to know, with the places of this file."""
        return Subject(
            books,
            lambda year: framework_of(index, year),
            lambda at, _column: self.places.get(at, Place(self.file)),
        )


def scores_frame(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a scores frame with the column types of the record."""
    frame = pd.DataFrame(list(rows), columns=SCORE_COLUMNS)
    types = {"year": "int64", "frame": "int64", "published_rank": "Int64"}
    types |= dict.fromkeys(("score", "numerator", "denominator"), "float64")
    return frame.astype(types)


def frame_of_names(names: Iterable[str], books: Mapping[int, Provinces], year: int) -> int:
    """Which map of provinces a list of names is on.

    Parameters
    ----------
    names
        Names as written; unknown ones do not count.
    books
        Provinces by frame.
    year
        Decides where the names fit both maps: 63 to 2024, 34 from 2025.

    Returns
    -------
    int
        63 as soon as one name exists only there; 34 where the names are exactly the 34; else by the year.
    """
    known = [name for name in names if any(book.get(name) for book in books.values())]
    if any(books[34].get(name) is None for name in known):
        return 63
    slugs = {province.slug for name in known if (province := books[34].get(name))}
    return 34 if len(slugs) == len(books[34]) or year >= 2025 else 63
