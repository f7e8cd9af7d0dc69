"""What a run makes: one job per report and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from parlib.errors import UsageError
from parlib.provinces import fold
from parlib.publishing.report import (
    check_formats,
    check_parameters,
    date_parameter,
    notebook_path,
    read_notebook,
)
from parlib.wording.language import Language

if TYPE_CHECKING:
    from parlib.datasets import Record


@dataclass(frozen=True)
class Kind:
    """A kind of report: its notebook, and whether there is one per province or one for the country."""

    notebook: str
    per_province: bool


KINDS: Final = {"province": Kind("province", True), "national": Kind("national", False)}
"""The kinds of report. A kind of which the notebook is not there cannot be asked for."""


@dataclass(frozen=True)
class Job:
    """One report in one language.

    Attributes
    ----------
    kind
        Key of :data:`KINDS`.
    stem
        Beginning of its file names: the slug of the province, or ``national``.
    lang, year
        Language and year.
    names
        How lists call the report: language → name.
    region
        Region of the province; empty for the country.
    notebook
        Path of the notebook.
    parameters
        What the notebook is given, checked against it.
    formats
        Formats to write.
    """

    kind: str
    stem: str
    lang: str
    year: int
    names: Mapping[str, str]
    region: str
    notebook: Path
    parameters: Mapping[str, Any]
    formats: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name of the report within its year: ``thua-thien-hue.vi``."""
        return f"{self.stem}.{self.lang}"

    def with_formats(self, formats: Sequence[str]) -> Job:
        """Give the same job with further formats."""
        return replace(self, formats=tuple(dict.fromkeys([*self.formats, *formats])))


def plan(
    known: Record,
    year: int,
    *,
    provinces: Sequence[str] | None = None,
    region: str | None = None,
    langs: Sequence[str] = ("vi",),
    formats: Sequence[str] = ("html", "pdf"),
    national: bool = False,
    as_of: str | None = None,
) -> list[Job]:
    """List the reports of a year that somebody asks for.

    Parameters
    ----------
    known
        The record.
    year
        Year that the indices describe.
    provinces
        Provinces in any spelling; ``None`` for all, empty for none.
    region
        Only the provinces of this region (to 2025), by key or name.
    langs, formats
        Languages, and formats beside the result JSON, which always belongs to a report.
    national
        Also the report on the country.
    as_of
        ISO date to print as that of the data.

    Returns
    -------
    list of Job
        The languages of a province one after another.

    Raises
    ------
    UsageError
        For an unknown province, region, year, language, format or kind of report, and for nothing at all.
    """
    frame = known.frame_of(year)
    formats = tuple(dict.fromkeys([*formats, "json"]))
    check_formats(formats)
    languages = [Language(code) for code in dict.fromkeys(langs)]
    if not languages:
        raise UsageError("There is no report without a language. Write one or more of: vi, en.")
    book = known.provinces(frame)
    slugs = book.slugs if provinces is None else [known.find_province(name, frame).slug for name in provinces]
    if region is not None:
        inside = set(book.in_region(_find_region(known, region)))
        slugs = [slug for slug in slugs if slug in inside]
    places = {slug: vars(book.find(slug)) for slug in dict.fromkeys(slugs)}
    jobs: list[Job] = []
    for kind, wanted in (("national", national), ("province", bool(places))):
        if not wanted:
            continue
        notebook = notebook_path(KINDS[kind].notebook)
        source = read_notebook(notebook)
        subjects = places if KINDS[kind].per_province else {kind: _COUNTRY}
        for stem, place in subjects.items():
            for lang in languages:
                parameters = {"year": year, "lang": lang.code, **date_parameter(as_of)}
                if KINDS[kind].per_province:
                    parameters["province"] = stem
                jobs.append(
                    Job(
                        kind=kind,
                        stem=stem,
                        lang=lang.code,
                        year=year,
                        names={code: place[f"name_{code}"] for code in ("vi", "en")},
                        region=place.get("region") or "",
                        notebook=notebook,
                        parameters=check_parameters(source, parameters, notebook.name),
                        formats=formats,
                    )
                )
    if not jobs:
        raise UsageError(
            "Nothing was asked for: no province is left, and no report on the country is wanted."
        )
    return jobs


def _find_region(known: Record, text: str) -> str:
    rows = known.regions.to_dict("records")
    for row in rows:
        if fold(text) in {fold(row[column]) for column in ("region", "name_vi", "name_en")}:
            return str(row["region"])
    listed = ", ".join(f"{row['region']} ({row['name_vi']})" for row in rows)
    raise UsageError(f"There is no region {text!r}. There are: {listed}.")


_COUNTRY: Final = {"name_vi": "Cả nước", "name_en": "Viet Nam"}
