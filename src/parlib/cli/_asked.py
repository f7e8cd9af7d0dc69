"""What most verbs ask about: one edition of one index, in one language, and mostly one province."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from parlib.datasets import Record
    from parlib.frameworks import Framework
    from parlib.provinces import Province
    from parlib.scoring import MissingRule
    from parlib.wording.language import Language


@dataclass(frozen=True)
class Asked:
    """An edition, and how it is spoken of.

    Attributes
    ----------
    lang, known
        Language of the answer, and the record it comes from.
    edition
        What :meth:`parlib.datasets.Record.edition` gives.
    """

    lang: Language
    known: Record
    edition: dict[str, Any]

    @property
    def frame(self) -> int:
        """The map of provinces."""
        return int(self.edition["frame"])

    @property
    def aggregated(self) -> bool:
        """Whether old figures are shown for the provinces of today."""
        return bool(self.edition["aggregated"])

    @cached_property
    def framework(self) -> Framework:
        """The tree of the year."""
        return self.known.framework(self.edition["index"], self.edition["year"])

    def scored(self, missing: MissingRule = "exclude") -> pd.DataFrame:
        """All provinces in this edition, with ranks, groups and change."""
        return self.known.scored_edition(self.edition, missing)

    def province(self, text: str) -> Province:
        """The province that ``text`` names in this edition's map."""
        return self.known.find_province(text, self.frame)

    def name(self, who: Province) -> str:
        """A province's name as printed."""
        return self.lang.name(vars(who))

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the provinces, by slug."""
        return {province.slug: self.name(province) for province in self.known.provinces(self.frame).all}

    @cached_property
    def regions(self) -> dict[str, str | None]:
        """Regions of the provinces, by slug."""
        return {province.slug: province.region for province in self.known.provinces(self.frame).all}

    @cached_property
    def indicators(self) -> dict[str, str]:
        """Names of the indicators, by code."""
        table = self.framework.table
        return dict(zip(table.index, table[f"name_{self.lang.code}"], strict=True))

    @property
    def title(self) -> str:
        """``PAPI 2017``, ``Index 766 2026-10-10``."""
        index = self.known.indices.loc[self.edition["index"]]
        return f"{self.lang.name(index)} {self.edition['date'] or self.edition['year']}"

    def title_of(self, who: Province) -> str:
        """The title with a province before it."""
        return f"{self.name(who)}: {self.title}"

    @property
    def head(self) -> dict[str, Any]:
        """What JSON says of the edition."""
        return {key: self.edition[key] for key in ("index", "year", "date", "frame")}


def ask(lang: str, index: str, year: int, date: str | None = None, frame: int | None = None) -> Asked:
    """The edition that a command line names.

    Raises
    ------
    UsageError
        Naming what there is, for an unknown index, year, day or map.
    """
    from parlib.datasets import record
    from parlib.wording.language import Language

    known = record()
    return Asked(Language(lang), known, known.edition(index, year, date, frame))
