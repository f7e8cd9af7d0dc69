"""What all sections of any report share: the year, the language, the frame of provinces and the record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from parlib.datasets import Record, record
from parlib.errors import UsageError
from parlib.frameworks import Framework
from parlib.wording import standing
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import aggregated_warning


class Context:
    """One year in one language.

    Parameters
    ----------
    year
        Year that the indices describe.
    lang
        ``vi`` or ``en``.
    as_of
        ISO date printed as the date of the data; default: that of the record.
    frame
        34 to show an old year in the provinces of today (aggregated, marked so); 0: as published.
    known
        The record to report from; default: the one in use.

    Raises
    ------
    UsageError
        For an unknown year or language.
    """

    def __init__(
        self, *, year: int, lang: str = "vi", as_of: str = "", frame: int = 0, known: Record | None = None
    ) -> None:
        self.known = known or record()
        self.lang = Language(lang)
        self.year = year
        published = self.known.frame_of(year)
        self.frame = frame or published
        self.aggregated = self.frame != published
        self.as_of = as_of or self.known.as_of
        # Every section asks for the same few editions again.
        self._editions: dict[str, dict[str, Any] | None] = {}
        self._scored: dict[str, pd.DataFrame] = {}

    @property
    def name(self) -> str:
        """Whom the report is about, in its language."""
        raise NotImplementedError

    def shown(self, index: str) -> pd.DataFrame:
        """Rows of the record's scores that the report prints of an index; their sources are listed."""
        raise NotImplementedError

    def beside(self, index: str) -> pd.Series[str]:
        """Source ids of what the report prints of an index beside those scores; mostly nothing."""
        return pd.Series(dtype="str")

    def index_name(self, index: str) -> str:
        """Short name of an index."""
        return self.lang.name(self.known.indices.loc[self.known.require_index(index)])

    def when(self, index: str) -> str:
        """The edition of an index in words: ``năm 2017``, ``ngày 10/10/2026``."""
        edition = self.edition(index)
        return standing.edition(self.lang, self.year, edition and edition["date"])

    def editions_in_short(self, rows: pd.DataFrame) -> list[str]:
        """The editions of scored rows as a table or chart prints them: the year, or the day."""
        return [
            self.lang.date(date) if isinstance(date, str) else str(year)
            for year, date in zip(rows["year"], rows["date"], strict=True)
        ]

    def citation(self, index: str) -> str:
        """Whom to cite for an index."""
        return str(self.known.indices.at[index, f"citation_{self.lang.code}"])

    def warning(self, index: str) -> str:
        """What to say beside every table of an index that is no full official publication; else empty."""
        text = self.known.indices.at[index, f"secondary_{self.lang.code}"]
        said = [aggregated_warning(self.lang)] if self.aggregated else []
        return " ".join([*said, text] if isinstance(text, str) else said)

    def notes(self, index: str) -> list[str]:
        """The warning as the notes of a table or chart."""
        return [self.warning(index)] if self.warning(index) else []

    def edition(self, index: str) -> dict[str, Any] | None:
        """The edition of this report's year, or ``None`` where the record has none."""
        if index not in self._editions:
            try:
                self._editions[index] = self.known.edition(index, self.year, frame=self.frame)
            except UsageError:
                self._editions[index] = None
        return self._editions[index]

    def edition_before(self, index: str, row: Mapping[Any, Any]) -> dict[str, Any] | None:
        """The edition that a scored row is compared with; ``None`` where there is none or it is known in part only."""
        if is_missing(row["previous_year"]):
            return None
        date = row["previous_date"]
        try:
            edition = self.known.edition(
                index, int(row["previous_year"]), date if isinstance(date, str) else None, self.frame
            )
        except UsageError:  # the year before is named, on record or not
            return None
        return edition if edition["coverage"] == "whole" else None

    def years(self, index: str) -> list[int]:
        """Years in which an index was published for the frame of this report: a rank is one of a frame."""
        editions = self.known.editions
        mine = editions[(editions["index"] == index) & (editions["frame"] == self.frame)]
        return sorted(int(year) for year in mine["year"].unique())

    def framework(self, index: str) -> Framework:
        """The tree of an index in this report's year."""
        return self.known.framework(index, self.year)

    def scored(self, index: str) -> pd.DataFrame:
        """All provinces in this report's edition of an index; empty where there is none."""
        if index not in self._scored:
            edition = self.edition(index)
            self._scored[index] = (
                self.known.scored(index).iloc[:0] if edition is None else self.known.scored_edition(edition)
            )
        return self._scored[index].copy(deep=False)

    def all_scored(self, index: str) -> pd.DataFrame:
        """All provinces in all editions of an index, each in the frame it was published in, or all aggregated."""
        return self.known.scored(index, frame=self.frame if self.aggregated else None)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the provinces of the frame, by slug."""
        return {p.slug: self.lang.name(vars(p)) for p in self.known.provinces(self.frame).all}

    @cached_property
    def regions(self) -> dict[str, str | None]:
        """Regions of the provinces of the frame, by slug."""
        return {p.slug: p.region for p in self.known.provinces(self.frame).all}

    @cached_property
    def provinces(self) -> pd.DataFrame:
        """The provinces of the frame, as :func:`parlib.load_provinces` gives them."""
        table = self.known.table("provinces.csv")
        return table[table["frame"] == self.frame]

    def indicator_names(self, index: str) -> dict[str, str]:
        """Names of the indicators of an index in this year, by code."""
        table = self.framework(index).table
        return dict(zip(table.index, table[f"name_{self.lang.code}"], strict=True))
