"""What all sections of the national report share: a year of all provinces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from parlib.blocks import Block, heading, note
from parlib.datasets import Record
from parlib.frameworks import ROOT
from parlib.pages.context import Context
from parlib.wording import country as say
from parlib.wording.standing import edition as edition_in_words


class Country(Context):
    """All provinces in one year, in one language, in the frame that the year was published in.

    Parameters
    ----------
    year, lang, as_of, known
        As of any :class:`Context`.
    """

    def __init__(self, *, year: int, lang: str = "vi", as_of: str = "", known: Record | None = None) -> None:
        super().__init__(year=year, lang=lang, as_of=as_of, known=known)

    @property
    def name(self) -> str:
        """The country's name in the language of the report."""
        return self.lang.t("Viet Nam")

    def shown(self, index: str) -> pd.DataFrame:
        """Scores of all provinces in this year, and the totals of the years before where the whole table is known."""
        scores = self.known.scores(index)
        mine = scores[(scores["frame"] == self.frame) & (scores["year"] <= self.year)]
        now = mine["year"] == self.year
        return mine[now | (mine["indicator"] == ROOT)] if self.whole(index) else mine[now]

    def whole(self, index: str) -> bool:
        """Whether this year's edition is known whole, so that it has ranks and groups."""
        edition = self.edition(index)
        return edition is not None and edition["coverage"] == "whole"

    def lead(self, indices: Sequence[str]) -> str:
        """The first of some indices that is known whole this year, else the first: what the report is mainly about."""
        return next((index for index in indices if self.whole(index)), indices[0])

    def totals(self, index: str) -> pd.DataFrame:
        """Scored rows of the whole index: one per province that has a total or a printed rank, best first."""
        scored = self.scored(index)
        rows = scored[(scored["indicator"] == ROOT) & (scored["score"].notna() | scored["rank"].notna())]
        return rows.sort_values(["rank", "score", "province"], ascending=[True, False, True])

    def dimensions(self, index: str) -> pd.DataFrame:
        """Rows of the framework below the total that have scores this year, in its order."""
        framework = self.framework(index)
        scored = self.scored(index)
        known = set(scored.loc[scored["score"].notna(), "indicator"])
        return framework.table.loc[[code for code in framework.split_children(ROOT) if code in known]]

    def level(self, index: str) -> str:
        """Level of the framework right below the total; empty where there is none."""
        dimensions = self.dimensions(index)
        return str(dimensions["level"].iloc[0]) if len(dimensions) else ""

    def wide(self, index: str) -> pd.DataFrame:
        """Points of this edition, provinces by indicators."""
        return self.scored(index).pivot(index="province", columns="indicator", values="score")

    def before(self, index: str) -> dict[str, Any] | None:
        """The edition before this one; ``None`` where there is none on record or it is known in part only."""
        totals = self.totals(index)
        compared = totals[totals["previous_year"].notna()].to_dict("records") if self.whole(index) else []
        return self.edition_before(index, compared[0]) if compared else None

    def when_before(self, index: str) -> str:
        """The edition before in words; empty where there is none."""
        edition = self.before(index)
        return "" if edition is None else edition_in_words(self.lang, edition["year"], edition["date"])

    def absent(self, index: str) -> list[str]:
        """Names of the provinces without a total in this year's edition."""
        totals = self.scored(index)
        have = set(totals.loc[(totals["indicator"] == ROOT) & totals["score"].notna(), "province"])
        return [name for slug, name in self.names.items() if slug not in have]

    def remarks(self, index: str, *, mean: bool = False) -> list[str]:
        """What to say under a table or chart of an index: its warning, and what a mean of provinces is."""
        means = [say.what_a_mean_is(self.lang)] if mean else []
        return [*means, *filter(None, [self.warning(index)])]

    def unknown(self, index: str, title: str, id: str) -> list[Block]:
        """A section in one line, for an index whose table is not known whole this year."""
        text = self.lang.t(
            "The full table of {index} for {when} is not on record.",
            index=self.index_name(index),
            when=self.when(index),
        )
        return [heading(2, title, id=id), note(self.lang, text, id=f"{id}-none")]
