"""What an import has read and what came of it: figures with places; what was renamed, left out, doubted, merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from parlib.checks.finding import Finding, Subject, worst
from parlib.errors import Place
from parlib.frameworks import Framework
from parlib.provinces import Provinces, frame_in

SCORE_COLUMNS = [
    *("index", "year", "date", "frame", "province", "indicator", "score", "published_rank"),
    *("numerator", "denominator", "basis", "note"),
]
SET_ASIDE = "figures of one source that contradict each other"
"""``note`` of rows that are not used but kept among the disputed figures."""
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


@dataclass(frozen=True)
class ReadSheet:
    """A sheet that was read: its table, and how much of it there was."""

    sheet: str
    kind: str
    provinces: int
    columns: int


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
    value_places, group_places
        Place of every row of ``values`` and of ``groups``.
    read
        The sheets that were read.
    renamed, left_out
        What was read otherwise than written, or not at all.
    findings
        Every doubt. With an ``error`` among them nothing may be written.
    released
        Whether this is the publisher's full table: it lists every province of the frame, also those without data.
    """

    file: str
    frame: int
    scores: pd.DataFrame
    labels: pd.DataFrame = field(default_factory=pd.DataFrame)
    values: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    places: Mapping[object, Place] = field(default_factory=dict)
    value_places: dict[object, Place] = field(default_factory=dict)
    group_places: Mapping[object, Place] = field(default_factory=dict)
    read: list[ReadSheet] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    released: bool = False

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


@dataclass(frozen=True)
class RowChange:
    """A row of a table that is new, gone, or has other cells than before.

    Attributes
    ----------
    kind
        What happened to it.
    key
        The cells that name the row; empty where its table names none.
    before, after
        The other cells, by column: all that are filled in, of a changed row those that differ.
    """

    kind: Literal["added", "changed", "removed"]
    key: dict[str, str]
    before: dict[str, str]
    after: dict[str, str]


@dataclass(frozen=True)
class Change:
    """How a table of the record differs from what it was.

    Attributes
    ----------
    path
        The table, below the data folder.
    rows
        What differs: rows removed, changed and added, in this order.
    """

    path: str
    rows: list[RowChange]

    def count(self, kind: Literal["added", "changed", "removed"]) -> int:
        """How many rows were added, changed or removed."""
        return sum(row.kind == kind for row in self.rows)


@dataclass
class Outcome:
    """What became of the figures of a reading beside those of a record.

    Attributes
    ----------
    source_id
        Key under which the file stands in ``sources.csv``.
    added, filled, agreed, disputed
        Rows that were new; that completed a row (a score where only a rank was known); that the record already has,
        within rounding; that contradict it, or each other, and stand in ``disputed.csv``.
    whole
        Editions, as ``index year``, whose total is known for every province since this import.
    changes
        Tables that change, and how.
    """

    source_id: str
    added: int = 0
    filled: int = 0
    agreed: int = 0
    disputed: int = 0
    whole: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


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
        Provinces by frame, oldest first.
    year
        Decides where the names fit both maps (see :func:`parlib.provinces.frame_in`).

    Returns
    -------
    int
        The oldest (63) as soon as one name exists only there; the newest (34) where the names are exactly its own;
        else by the year.
    """
    frames = list(books)
    newest = books[frames[-1]]
    known = [name for name in names if any(book.get(name) for book in books.values())]
    found = [newest.get(name) for name in known]
    if None in found:
        return frames[0]
    return frames[-1] if len(set(found)) == len(newest) else frame_in(year, frames)
