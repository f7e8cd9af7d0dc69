"""What all sections of one report share: the province, the year, the language and the record."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import pandas as pd

from parlib.answers.plan import Target
from parlib.datasets import Record, record
from parlib.errors import UsageError
from parlib.frameworks import Framework
from parlib.provinces import Province
from parlib.scoring import profile
from parlib.wording import standing
from parlib.wording.language import Language, is_missing
from parlib.wording.terms import aggregated_warning


class Report:
    """One province in one year, in one language.

    Parameters
    ----------
    province
        Slug, name or GSO code, in the frame that the year's editions use.
    year
        Year that the indices describe.
    lang
        ``vi`` or ``en``.
    as_of
        ISO date printed as the date of the data; default: that of the record.
    frame
        34 to show an old year in the provinces of today (aggregated, marked so); 0: as published.
    target
        What to reach, separated by spaces: ``par:rank:15 papi:group:high pci:score:65``.
    known
        The record to report from; default: the one in use.

    Raises
    ------
    UsageError
        For an unknown province, year or language.
    """

    def __init__(
        self,
        province: str,
        *,
        year: int,
        lang: str = "vi",
        as_of: str = "",
        target: str = "",
        frame: int = 0,
        known: Record | None = None,
    ) -> None:
        self.known = known or record()
        self.lang = Language(lang)
        self.year = year
        published = self.known.frame_of(year)
        self.frame = frame or published
        self.aggregated = self.frame != published
        self.province: Province = self.known.find_province(province, self.frame)
        self.as_of = as_of or self.known.as_of
        self.targets = {self.known.require_index(index): goal for index, goal in map(_target, target.split())}

    @property
    def name(self) -> str:
        """The province's name in the language of the report."""
        return self.lang.name(vars(self.province))

    def index_name(self, index: str) -> str:
        """Short name of an index."""
        return self.lang.name(self.known.indices.loc[self.known.require_index(index)])

    def when(self, index: str) -> str:
        """The edition of an index in words: ``năm 2017``, ``ngày 10/10/2026``."""
        edition = self.edition(index)
        return standing.edition(self.lang, self.year, edition and edition["date"])

    def citation(self, index: str) -> str:
        """Whom to cite for an index."""
        return str(self.known.indices.at[index, f"citation_{self.lang.code}"])

    def warning(self, index: str) -> str:
        """What to say beside every table of an index that is no full official publication; else empty."""
        text = self.known.indices.at[index, f"secondary_{self.lang.code}"]
        said = [aggregated_warning(self.lang)] if self.aggregated else []
        return " ".join([*said, text] if isinstance(text, str) else said)

    def edition(self, index: str) -> dict[str, Any] | None:
        """The edition of this report's year, or ``None`` where the record has none."""
        try:
            return self.known.edition(index, self.year, frame=self.frame)
        except UsageError:
            return None

    def framework(self, index: str) -> Framework:
        """The tree of an index in this report's year."""
        return self.known.framework(index, self.year)

    def scored(self, index: str) -> pd.DataFrame:
        """All provinces in this report's edition of an index; empty where there is none."""
        edition = self.edition(index)
        return self.known.scored(index).iloc[:0] if edition is None else self.known.scored_edition(edition)

    def all_scored(self, index: str) -> pd.DataFrame:
        """All provinces in all editions of an index, in the frame of this report."""
        return self.known.scored(index, frame=self.frame if self.aggregated else None)

    def profile(self, index: str) -> pd.DataFrame:
        """Figures of the province in this report's edition, a row per indicator; empty where there is no edition."""
        if self.edition(index) is None:
            return pd.DataFrame()
        return profile(self.scored(index), self.framework(index), self.province.slug)

    def total(self, index: str) -> dict[str, Any] | None:
        """The row of the whole index, or ``None`` where there is no edition."""
        rows = self.profile(index)
        return None if rows.empty else dict(rows.iloc[0])

    def history(self, index: str, indicator: str) -> pd.DataFrame:
        """Figures of the province over all editions of an index in this frame, with the maximum of each year.

        Returns
        -------
        pandas.DataFrame
            A row per edition: the scored columns, missing where the province has no figure, and ``max_score``.
        """
        editions = self.known.editions
        if self.aggregated:
            editions = editions[editions["frame"] != self.frame].assign(frame=self.frame)
        mine = editions[(editions["index"] == index) & (editions["frame"] == self.frame)]
        scored = self.all_scored(index)
        own = scored[(scored["province"] == self.province.slug) & (scored["indicator"] == indicator)]
        rows = mine[["index", "year", "date", "frame"]].merge(
            own, on=["index", "year", "date", "frame"], how="left"
        )
        maxima = {year: self.known.framework(index, int(year)) for year in rows["year"].unique()}
        rows["max_score"] = [
            maxima[year].max_score(indicator) if indicator in maxima[year] else float("nan")
            for year in rows["year"]
        ]
        return rows

    def whole(self, index: str) -> bool:
        """Whether all provinces of this edition are known and this one has a total: what most answers need."""
        total = self.total(index)
        return total is not None and not is_missing(total["score"]) and not is_missing(total["group"])

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


def _target(text: str) -> tuple[str, Target]:
    """One target as it is written: ``papi:group:high``."""
    index, _, rest = text.partition(":")
    kind, _, value = rest.partition(":")
    if kind == "group" and value:
        return index, Target("group", value)
    if kind == "rank" and value.isdecimal() and int(value) > 0:
        return index, Target("rank", int(value))
    if kind == "score" and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return index, Target("score", float(value))
    raise UsageError(
        f"the target {text!r} is not understood; write INDEX:rank:15, INDEX:group:high or INDEX:score:38.5."
    )
