"""One province, one index, one edition as objects for a notebook: they show themselves, complete names, give frames.

    >>> import parlib
    >>> hue = parlib.province("hue")
    >>> hue.papi(2017).rank
    37
    >>> hue.papi(2017).frame.shape[0]
    29

The indices and the indicators are those of the record: nothing here knows one by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import pandas as pd

from parlib.blocks import Block, Column, Section, paragraph, table
from parlib.datasets import Record, record
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework
from parlib.pages.published import published
from parlib.pages.report import Report
from parlib.pages.standing import standing
from parlib.pages.trajectory import trajectory
from parlib.provinces import Province
from parlib.scoring import ranking
from parlib.wording.language import Language, is_missing


def province(text: str, *, lang: str = "vi", known: Record | None = None) -> ProvinceView:
    """A province, by any of its names.

    Parameters
    ----------
    text
        Slug, Vietnamese or English name, listed abbreviation, or GSO code, in either map of provinces.
    lang
        Language in which it shows itself: ``vi`` or ``en``.
    known
        The record to look in; default: the one in use.

    Returns
    -------
    ProvinceView
        With a method per index of the record: ``province("hue").papi(2017)``.

    Raises
    ------
    UsageError
        When neither map has such a province; the message names the nearest spellings.
    """
    return ProvinceView(text, Language(lang), known or record())


def edition(
    index: str, year: int, date: str | None = None, *, lang: str = "vi", known: Record | None = None
) -> Edition:
    """All provinces in one edition of an index.

    Parameters
    ----------
    index, year, date
        Which; ``date`` (ISO) only for an index dated by day, default the latest of the year.
    lang
        Language in which it shows itself: ``vi`` or ``en``.
    known
        The record to look in; default: the one in use.

    Raises
    ------
    UsageError
        Naming the indices, years or dates on record.
    """
    known = known or record()
    return Edition(known, known.edition(index, year, date), Language(lang))


class ProvinceView:
    """A province and the indices that the record has of it.

    Parameters
    ----------
    text
        Any of its names.
    lang
        Language in which it shows itself.
    known
        The record.
    """

    def __init__(self, text: str, lang: Language, known: Record) -> None:
        self._lang = lang
        self._known = known
        self._text = text
        self._in: dict[int, Province] = {}
        for frame in known.frames:
            found = known.provinces(frame).get(text)
            if found is not None:
                self._in[frame] = found
        if not self._in:
            known.find_province(text)  # says what is near

    @property
    def name(self) -> str:
        """Its name, in the newest map that has it."""
        return self._lang.name(vars(list(self._in.values())[-1]))

    @property
    def slugs(self) -> dict[int, str]:
        """Its key in each map of provinces (63 to June 2025, 34 since)."""
        return {frame: found.slug for frame, found in self._in.items()}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The total of every index in every edition.

        Returns
        -------
        pandas.DataFrame
            Scored columns (``index, year, date, frame, province, score, rank, of, group, change`` …), oldest first.
        """
        rows = []
        for index in self._known.indices.index:
            scored = self._known.scored(index)
            mine = scored[scored["indicator"] == ROOT]
            rows += [
                mine[(mine["frame"] == frame) & (mine["province"] == found.slug)]
                for frame, found in self._in.items()
            ]
        return pd.concat(rows, ignore_index=True)

    def index(self, index: str, year: int | None = None) -> Standing:
        """Where it stands on an index.

        Parameters
        ----------
        index
            Key of the index (``list(parlib.record().indices.index)`` has them all).
        year
            Default: the last year on record.
        """
        return IndexView(self, index)(year)

    def __getattr__(self, name: str) -> IndexView:
        if name.startswith("_"):  # asked of a view without a record as well, while one is copied
            raise AttributeError(name)
        if name not in self._known.indices.index:
            raise AttributeError(f"a province has no {name!r}; the indices are {', '.join(self._indices())}")
        return IndexView(self, name)

    def __getitem__(self, index: str) -> IndexView:
        return IndexView(self, index)

    def _indices(self) -> list[str]:
        return list(self._known.indices.index)

    def _ipython_key_completions_(self) -> list[str]:
        return self._indices()

    def __dir__(self) -> list[str]:
        return [*(name for name in super().__dir__() if not name.startswith("_")), *self._indices()]

    def _latest(self) -> Block:
        lang, names = self._lang, self._known.indices
        known = self.frame[self.frame["score"].notna() | self.frame["rank"].notna()]
        last = known.sort_values(["year", "date"], na_position="first").groupby("index", sort=False).tail(1)
        last = last.set_index("index").reindex([i for i in self._indices() if i in set(last["index"])])
        return table(
            lang,
            last.reset_index().assign(
                name=[lang.name(names.loc[index]) for index in last.index],
                edition=[_when(lang, d, y) for d, y in zip(last["date"], last["year"], strict=True)],
            ),
            [
                Column("name", lang.t("Index")),
                Column("edition", lang.t("Edition"), "code"),
                Column("score", lang.t("Score"), "score"),
                Column("rank", lang.t("Rank"), "rank", of="of"),
                Column("group", lang.t("Group"), "group"),
            ],
            id="latest",
            key="index",
            caption=lang.t("{province}: the last figure of every index", province=self.name),
            row_header="name",
        )

    def __repr__(self) -> str:
        return self._latest().text

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        return self._latest()._repr_mimebundle_(**options)


@dataclass(frozen=True)
class IndexView:
    """One index of one province: call it, or index it, with a year."""

    _of: ProvinceView
    _index: str

    def __post_init__(self) -> None:
        self._of._known.require_index(self._index)

    @property
    def years(self) -> list[int]:
        """Years of which the record has an edition."""
        return self._of._known.years(self._index)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Every indicator of the province in every edition (scored columns), oldest first."""
        scored = self._of._known.scored(self._index)
        slugs = self._of.slugs
        mine = scored["province"] == scored["frame"].map(slugs)
        return scored[mine].sort_values(["year", "date"], kind="stable", ignore_index=True)

    def __call__(self, year: int | None = None) -> Standing:
        """Where the province stood in a year (default: the last on record)."""
        return Standing(self._of, self._index, self.years[-1] if year is None else year)

    def __getitem__(self, year: int) -> Standing:
        return self(year)

    def _ipython_key_completions_(self) -> list[int]:
        return self.years

    def _shown(self) -> Section:
        return trajectory(self()._report, self._index)

    def __repr__(self) -> str:
        return self._shown().text

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        return self._shown()._repr_mimebundle_(**options)


@dataclass(frozen=True)
class Standing:
    """One province in one edition of one index."""

    _of: ProvinceView
    _index: str
    year: int

    def __post_init__(self) -> None:
        self._of._known.edition(self._index, self.year)
        self.frame  # noqa: B018 - a province that the year's map lacks is told now, not when shown

    @cached_property
    def _report(self) -> Report:
        return Report(self._of._text, year=self.year, lang=self._of._lang.code, known=self._of._known)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Every indicator of the framework, in its order.

        Returns
        -------
        pandas.DataFrame
            See :func:`parlib.scoring.profile`; what is not known is missing.
        """
        return self._report.profile(self._index)

    @property
    def score(self) -> float | None:
        """Total score in the unit of the index; ``None`` where it is not known."""
        return cast("float | None", _plain(self[ROOT]["score"]))

    @property
    def rank(self) -> int | None:
        """Place of the total; ``None`` where no ranking is known."""
        return cast("int | None", _plain(self[ROOT]["rank"]))

    @property
    def of(self) -> int | None:
        """Among how many."""
        return cast("int | None", _plain(self[ROOT]["of"]))

    @property
    def group(self) -> str | None:
        """``highest``, ``high_average``, ``low_average``, ``lowest``; ``None`` where the field is not known whole."""
        return cast("str | None", _plain(self[ROOT]["group"]))

    @property
    def edition(self) -> Edition:
        """All provinces of the same edition."""
        row = self._of._known.edition(self._index, self.year)
        return Edition(self._of._known, row, self._of._lang)

    def __getitem__(self, indicator: str) -> dict[str, Any]:
        rows = self.frame.set_index("indicator", drop=False)
        if indicator not in rows.index:
            self._report.framework(self._index).require(indicator)
            raise UsageError(f"{self._index} {self.year} has no figure of {indicator} for {self._of.name}.")
        row: dict[str, Any] = rows.loc[indicator].to_dict()
        return row

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.frame["indicator"])

    def _shown(self) -> Section:
        section = standing if self._report.whole(self._index) else published
        return section(self._report, self._index)

    def __repr__(self) -> str:
        return self._shown().text

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        return self._shown()._repr_mimebundle_(**options)


@dataclass(frozen=True)
class Edition:
    """All provinces in one edition of one index."""

    _known: Record
    _row: dict[str, Any]
    _lang: Language

    @property
    def index(self) -> str:
        """Key of the index."""
        return str(self._row["index"])

    @property
    def year(self) -> int:
        """Year of the edition."""
        return int(self._row["year"])

    @property
    def framework(self) -> Framework:
        """The tree of that year."""
        return self._known.framework(self.index, self.year)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Scored rows: a row per province and indicator (see :meth:`parlib.Record.scored`)."""
        return self._known.scored_edition(self._row)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Provinces by indicators, in points: what :mod:`parlib.audit` works on."""
        wide = self.frame.pivot(index="province", columns="indicator", values="score").astype("float64")
        return wide[[code for code in self.framework.order if code in wide]]

    def ranking(self, indicator: str = ROOT) -> pd.DataFrame:
        """All provinces of the map by rank in one indicator (see :func:`parlib.scoring.ranking`)."""
        self.framework.require(indicator)
        return ranking(self.frame, indicator, self._known.provinces(int(self._row["frame"])).slugs)

    def _shown(self) -> Block:
        lang = self._lang
        text = lang.t(
            "{index} {edition}: {known} of {frame} provinces have a total; {scored} of {all} indicators have scores.",
            index=lang.name(self._known.indices.loc[self.index]),
            edition=_when(lang, self._row["date"], self.year),
            known=int(self.scores[ROOT].notna().sum()) if ROOT in self.scores else 0,
            frame=self._row["frame"],
            scored=self.scores.shape[1],
            all=len(self.framework.table),
        )
        return paragraph([text], id=f"{self.index}-edition")

    def __repr__(self) -> str:
        return self._shown().text

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        return self._shown()._repr_mimebundle_(**options)


def _plain(value: Any) -> Any:
    """A figure as Python knows it; missing is ``None``."""
    if is_missing(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _when(lang: Language, date: Any, year: int) -> str:
    """The edition in a cell: its day, or its year."""
    return lang.date(date) if isinstance(date, str) else str(year)
