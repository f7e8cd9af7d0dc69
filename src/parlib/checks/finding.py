"""A finding: one doubt about one figure, with everything that its sentence needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pandas as pd

from parlib.errors import DataError, Place
from parlib.frameworks import Framework
from parlib.provinces import Province, Provinces

Severity: TypeAlias = Literal["error", "warning", "info"]
Family: TypeAlias = Literal[
    "schema",
    "keys",
    "ranges",
    "cross-source",
    "sums",
    "ranks",
    "coverage",
    "monotonicity",
    "magnitude",
]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Named:
    """A name in both languages, for the sentence of a finding."""

    vi: str
    en: str

    @classmethod
    def of(cls, province: Province) -> Named:
        """The name of a province."""
        return cls(province.name_vi, province.name_en)


FindingValue: TypeAlias = str | int | float | Named | tuple[Named, ...] | Place | None
Row: TypeAlias = Mapping[Hashable, Any] | pd.Series


@dataclass(frozen=True)
class Finding:
    """One doubt.

    Attributes
    ----------
    severity
        ``error``: the figure cannot be used as it stands. ``warning``: it contradicts another one, and a person has to
        decide (or has decided: what ``disputed.csv`` lists is known). ``info``: worth knowing, nothing to do.
    family
        Which kind of check found it.
    code
        Which check, as ``family.check``; the key of the sentence in :mod:`parlib.wording.findings`.
    place
        File, sheet, row and column of the figure in doubt.
    found, expected
        The two sides, short, in figures.
    values
        What the sentence names: provinces and indicators in both languages, figures unrounded.
    decimals
        With how many decimals the figures were printed.
    """

    severity: Severity
    family: Family
    code: str
    place: Place
    found: str
    expected: str
    values: Mapping[str, FindingValue] = field(default_factory=dict)
    decimals: int = 2


@dataclass(frozen=True)
class Subject:
    """What the checks need to know about an index beside its figures: who is who, and where a figure stands.

    Attributes
    ----------
    provinces
        The provinces by frame.
    framework
        The tree of a year.
    locate
        Place of a cell from the label of its row in the frame and its column.
    """

    provinces: Mapping[int, Provinces]
    framework: Callable[[int], Framework]
    locate: Callable[[object, str], Place]

    def who(self, frame: int, province: str) -> Named:
        """Name of a province; the slug itself where the frame has no such province."""
        book = self.provinces.get(frame)
        found = book.get(province) if book is not None else None
        return Named.of(found) if found else Named(province, province)

    def what(self, year: int, indicator: str) -> Named:
        """Name of an indicator with its code, or its name alone for the root."""
        table = self.framework(year).table
        if indicator not in table.index:
            return Named(indicator, indicator)
        row = table.loc[indicator]
        code = "" if row["level"] == "index" else f"{indicator} "
        return Named(f"{code}{row['name_vi']}", f"{code}{row['name_en']}")

    def about(self, row: Row) -> dict[str, FindingValue]:
        """Whose figure a row holds, of which edition, and of what: what most sentences begin with."""
        return {
            "province": self.who(int(row["frame"]), row["province"]),
            "edition": edition_of(row),
            "indicator": self.what(int(row["year"]), row["indicator"]),
        }


def edition_of(row: Row) -> str:
    """The edition as a reader names it: the year, or the day of an index dated by day."""
    date = row.get("date")
    return date if isinstance(date, str) else str(row["year"])


def rows_of(file: str) -> Callable[[object, str], Place]:
    """Places in a CSV table whose frame still has the row order of the file (row 1 is the heading)."""
    return lambda label, column: Place(file, row=int(str(label)) + 2, column=column)


def from_error(error: DataError, family: Family = "schema") -> Finding:
    """The finding that says what a :class:`~parlib.errors.DataError` says."""
    values = {"found": error.found, "expected": error.expected, "remedy": error.remedy}
    return Finding("error", family, f"{family}.refused", error.place, error.found, error.expected, values)


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity among findings, or ``None`` where there are none."""
    present = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in present), None)
