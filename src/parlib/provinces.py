"""Who: the provinces of a frame, found by slug, name, older or unaccented spelling, or GSO code.

A map of provinces is a *frame*, named by the number of its provinces: Viet Nam had 63 to 30 June 2025 and has 34 since
1 July 2025. Which frames there are is said by ``provinces.csv`` of the record alone. A name is looked up in
an explicit table of spellings, never by likeness: what the table does not hold is an error that offers the nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from parlib.errors import UsageError, quoted

if TYPE_CHECKING:
    import pandas as pd

NEW_MAP_FROM = 2025
"""First year whose figures are on the newest map: the 34 provinces of Viet Nam, since 1 July 2025."""

_PREFIX = re.compile(r"^(tinh|thanh pho|tp)\s+|\s+(province|city)$")


def frame_in(year: int, frames: Sequence[int]) -> int:
    """The map that the figures of a year are on, of the frames on record (oldest first)."""
    return frames[-1] if year >= NEW_MAP_FROM else frames[0]


def fold(text: str) -> str:
    """A spelling reduced to what matters when names are compared: no case, diacritics, punctuation or spaces.

    >>> fold("TP. Hồ Chí Minh") == fold("tp ho chi minh")
    True
    >>> fold("Hoà Bình") == fold("Hòa Bình")
    True
    """
    plain = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "D")
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).casefold()
    words = " ".join(letters.split())
    return _PREFIX.sub("", words).replace(" ", "")


@dataclass(frozen=True)
class Province:
    """One province of one frame.

    Attributes
    ----------
    slug
        ASCII key used in every table, file name and command.
    frame
        The map it is on, by its number of provinces (63 or 34 in the shipped record).
    gso_code
        Two-digit code of the General Statistics Office.
    name_vi, name_en
        Names as printed.
    region
        Key of the socio-economic region (to 2025); ``None`` in frame 34.
    merged_into
        Slug in the frame that replaced this one; ``None`` in a frame that nothing replaced.
    """

    slug: str
    frame: int
    gso_code: str
    name_vi: str
    name_en: str
    region: str | None
    merged_into: str | None


class Provinces:
    """The provinces of one frame and every spelling they are known by.

    Parameters
    ----------
    table
        Columns of ``data/provinces.csv``, one frame only.
    names
        Columns ``province, name``: the spellings of that frame.
    """

    def __init__(self, table: pd.DataFrame, names: pd.DataFrame) -> None:
        (self.frame,) = {int(value) for value in table["frame"]}
        self.all: tuple[Province, ...] = tuple(
            Province(
                row.province,
                self.frame,
                row.gso_code,
                row.name_vi,
                row.name_en,
                row.region if isinstance(row.region, str) else None,
                row.merged_into if isinstance(row.merged_into, str) else None,
            )
            for row in table.itertuples()
        )
        self._by_slug = {province.slug: province for province in self.all}
        self._by_code = {province.gso_code: province for province in self.all}
        self._by_name: dict[str, str] = {fold(slug): slug for slug in self._by_slug}
        for slug, name in zip(names["province"], names["name"], strict=True):
            other = self._by_name.setdefault(fold(name), slug)
            if other != slug:
                raise UsageError(
                    f"the spelling {name!r} is given to both {other} and {slug} in frame {self.frame}"
                )

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, slug: str) -> bool:
        return slug in self._by_slug

    @property
    def slugs(self) -> list[str]:
        """Slugs in the order of the GSO codes."""
        return list(self._by_slug)

    def get(self, text: str) -> Province | None:
        """The province that ``text`` names, or ``None``."""
        text = text.strip()
        if text.isdigit():
            return self._by_code.get(text.zfill(2))
        slug = text if text in self._by_slug else self._by_name.get(fold(text))
        return self._by_slug[slug] if slug else None

    def find(self, text: str) -> Province:
        """The province that ``text`` names.

        Parameters
        ----------
        text
            Slug, Vietnamese or English name (with or without diacritics, old or new tone placement), a listed
            abbreviation, or GSO code.

        Raises
        ------
        UsageError
            When no spelling in the table matches; the message names the nearest ones.
        """
        province = self.get(text)
        if province is None:
            near = get_close_matches(fold(text[:60]), self._by_name, n=3, cutoff=0.6)
            names = list(dict.fromkeys(self._by_slug[self._by_name[key]].name_vi for key in near))
            hint = (
                f"Did you mean {' or '.join(names)}?" if names else "`parlib list provinces` shows them all."
            )
            raise UsageError(f"no province of the {self.frame} is called {quoted(text)}. {hint}")
        return province

    def in_region(self, region: str | None) -> list[str]:
        """Slugs of the provinces of a region (none for ``None``)."""
        return [p.slug for p in self.all if region is not None and p.region == region]
