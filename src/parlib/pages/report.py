"""What all sections of a province's report share: the province, and what it wants to reach."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from parlib.answers.plan import Target
from parlib.datasets import Record
from parlib.errors import UsageError, quoted
from parlib.frameworks import ROOT
from parlib.pages.context import Context
from parlib.provinces import Province
from parlib.scorecards import Scorecard
from parlib.scoring import profile
from parlib.wording.language import is_missing
from parlib.workbooks.scorecard import read_scorecard


class Report(Context):
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
    scorecard
        File of the province's own scorecard, read by :func:`parlib.workbooks.scorecard.read_scorecard`; empty: none.
    plan
        File of an improvement plan that the office filled in (``parlib plan … --export``); empty: none.
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
        scorecard: str = "",
        plan: str = "",
        known: Record | None = None,
    ) -> None:
        super().__init__(year=year, lang=lang, as_of=as_of, frame=frame, known=known)
        self._profiles: dict[str, pd.DataFrame] = {}
        self.province: Province = self.known.find_province(province, self.frame)
        self.targets = {
            self.known.require_index(index): goal for index, goal in map(parse_target, target.split())
        }
        self.plan = Path(plan) if plan else None
        self.scorecard = self._own_scorecard(Path(scorecard)) if scorecard else None

    def _own_scorecard(self, path: Path) -> Scorecard:
        card = read_scorecard(path, self.known)
        if (card.province, card.year) != (self.province.slug, self.year):
            raise UsageError(
                f"{path.name} is the scorecard of {card.province or 'no province'} for {card.year}, "
                f"not of {self.province.slug} for {self.year}."
            )
        return card

    @property
    def mark(self) -> str:
        """What must be seen on every page; mostly nothing."""
        n = self.frame
        marks = [self.lang.t("Aggregated to {n} provinces, not official", n=n)] if self.aggregated else []
        if self._illustrative_record:
            marks.append(self.lang.t("Illustrative data"))
        if self.scorecard is not None and self.scorecard.illustrative:
            marks.append(self.scorecard.notice)
        return " · ".join(marks)

    @cached_property
    def _illustrative_record(self) -> bool:
        """Whether the record's own figures of this year, of any index, are made up (as those of a worked example)."""
        return any(self.scored(index)["basis"].eq("illustrative").any() for index in self.known.indices.index)

    @property
    def name(self) -> str:
        """The province's name in the language of the report."""
        return self.lang.name(vars(self.province))

    def shown(self, index: str) -> pd.DataFrame:
        """Scores of the province in all years."""
        scores = self.all_scored(index)
        return scores[(scores["province"] == self.province.slug) & (scores["frame"] == self.frame)]

    def means(self, index: str) -> pd.DataFrame:
        """Mean of all provinces on an index as it was published: ``year``, ``value`` (points), ``source_id``."""
        table = self.known.national
        rows = table[
            (table["index"] == index)
            & (table["statistic"] == "mean_of_provinces")
            & (table["indicator"] == ROOT)
            & (table["frame"] == self.frame)
            & table["date"].isna()
        ]
        return rows.drop_duplicates("year")[["year", "value", "source_id"]]

    def beside(self, index: str) -> pd.Series[str]:
        """Sources of the means that stand beside the province's own figures of a year."""
        shown, means = self.shown(index), self.means(index)
        scored = shown.loc[(shown["indicator"] == ROOT) & shown["score"].notna(), "year"]
        return means.loc[means["year"].isin(scored), "source_id"]

    def profile(self, index: str) -> pd.DataFrame:
        """Figures of the province in this report's edition, a row per indicator; empty where there is no edition."""
        if index not in self._profiles:
            self._profiles[index] = (
                pd.DataFrame()
                if self.edition(index) is None
                else profile(self.scored(index), self.framework(index), self.province.slug)
            )
        return self._profiles[index].copy(deep=False)

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


def parse_target(text: str) -> tuple[str, Target]:
    """One target as it is written: ``papi:group:high``."""
    index, _, rest = text.partition(":")
    kind, _, value = rest.partition(":")
    if kind == "group" and value:
        return index, Target("group", value)
    if kind == "rank" and re.fullmatch(r"[1-9][0-9]{0,3}", value):
        return index, Target("rank", int(value))
    if kind == "score" and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,12})?", value):
        return index, Target("score", float(value))
    raise UsageError(
        f"the target {quoted(text)} is not understood; write INDEX:rank:15, INDEX:group:high or INDEX:score:38.5."
    )
