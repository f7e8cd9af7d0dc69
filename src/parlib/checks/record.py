"""All checks over a whole record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from parlib.checks.claims import (
    check_bands,
    check_disputed,
    check_groups,
    check_national,
    check_raw,
    check_rescaled,
    check_uncertainty,
)
from parlib.checks.figures import check_figures
from parlib.checks.finding import Finding, Subject, from_error, rows_of
from parlib.errors import DataError, ParlibError, Place
from parlib.frameworks import Framework
from parlib.provinces import Provinces


class AnyRecord(Protocol):
    """What the checks ask of a record; :class:`parlib.datasets.Record` is one."""

    root: Path

    def files(self, pattern: str) -> list[Path]:
        """Its files whose name fits a pattern."""

    def table(self, path: str, schema: str | None = None) -> pd.DataFrame:
        """One table by its path below the root."""

    def scores(self, index: str) -> pd.DataFrame:
        """All editions of one index."""

    def framework(self, index: str, year: int) -> Framework:
        """The tree of a year."""

    def provinces(self, frame: int | None = None) -> Provinces:
        """The provinces of a frame."""


def check_record(record: AnyRecord) -> list[Finding]:
    """Everything doubtful about a record.

    A table that breaks its contract is one ``error``, with the first cell at fault; the other tables are still
    checked. A contradiction that involves a figure listed in ``disputed.csv`` is known and never more than a
    ``warning``.

    Parameters
    ----------
    record
        The record; it is read as it is asked for.

    Returns
    -------
    list of Finding
        By file and row.
    """
    findings: list[Finding] = []

    def attempt(step: Callable[[], list[Finding]]) -> None:
        try:
            findings.extend(step())
        except DataError as error:
            findings.append(from_error(error))
        except ParlibError as error:
            findings.append(from_error(DataError(Place(record.root.name), str(error), "a consistent record")))

    tables: dict[str, pd.DataFrame] = {}
    schemas: dict[str, str] = {}

    def describe() -> list[Finding]:
        schemas.update(_schemas(record.root))
        return []

    def load(path: str) -> list[Finding]:
        tables[path] = record.table(path, schemas.get(path))
        return []

    attempt(describe)
    for file in record.files("*.csv"):
        path = file.relative_to(record.root).as_posix()
        attempt(lambda path=path: load(path))  # type: ignore[misc]
    needed = {
        "indices.csv",
        "editions.csv",
        "breaks.csv",
        "provinces.csv",
        "province_names.csv",
        "sources.csv",
    }
    if needed <= set(tables):
        for path, table in tables.items():
            findings += _references(path, table, record, tables)
        for index in tables["indices.csv"]["index"]:
            if f"{index}/scores.csv" in tables:
                attempt(lambda index=index: _index(index, record, tables))  # type: ignore[misc]
    once = {(f.code, str(f.place), f.found, f.expected): f for f in findings}
    return sorted(once.values(), key=lambda f: (f.place.file, f.place.row or 0, f.code))


def _schemas(root: Path) -> dict[str, str]:
    """Schema of each table that the data package describes; a table of its own name needs no entry."""
    package = root / "datapackage.json"
    if not package.is_file():
        return {}
    try:
        resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
        return {item["path"]: Path(item["schema"]).stem for item in resources if "schema" in item}
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            Place(f"{root.name}/{package.name}"),
            f"a description that cannot be read ({error})",
            "a data package",
        ) from None


def _index(index: str, record: AnyRecord, tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    scores = record.scores(index)
    name = record.root.name
    books = {int(frame): record.provinces(int(frame)) for frame in scores["frame"].unique()}
    editions, disputed = tables["editions.csv"], tables.get("disputed.csv")

    @cache
    def framework(year: int) -> Framework:
        return record.framework(index, year)

    def subject(file: str) -> Subject:
        return Subject(books, framework, rows_of(f"{name}/{file}"))

    mine = subject(f"{index}/scores.csv")
    found = check_figures(scores, editions, tables["breaks.csv"], mine)
    if "bands.csv" in tables:
        found += check_bands(scores, tables["bands.csv"], mine)
    if disputed is not None:
        found = _known(found, scores, disputed)
        found += check_disputed(scores, disputed, subject("disputed.csv"))
    if "national.csv" in tables:
        found += check_national(scores, tables["national.csv"], subject("national.csv"))
    if f"{index}/published_groups.csv" in tables:
        groups = f"{index}/published_groups.csv"
        found += check_groups(scores, tables[groups], editions, subject(groups))
    if f"{index}/uncertainty.csv" in tables:
        printed = f"{index}/uncertainty.csv"
        found += check_uncertainty(scores, tables[printed], subject(printed))
    raw, labels = (tables.get(f"{index}/indicator_{part}.csv") for part in ("values", "labels"))
    if raw is not None and labels is not None:
        found += check_raw(raw, labels, subject(f"{index}/indicator_values.csv"))
    if raw is not None and f"{index}/rescaling.csv" in tables:
        found += check_rescaled(scores, raw, tables[f"{index}/rescaling.csv"], mine)
    return found


def _known(findings: list[Finding], scores: pd.DataFrame, disputed: pd.DataFrame) -> list[Finding]:
    """An error about a figure that ``disputed.csv`` lists has been looked at: it is a warning from then on."""
    keys = ["index", "year", "frame", "province", "indicator"]
    listed = set(disputed[keys].itertuples(index=False, name=None))
    at = {i + 2: key for i, key in enumerate(scores[keys].itertuples(index=False, name=None))}
    return [
        replace(f, severity="warning") if f.severity == "error" and at.get(f.place.row or 0) in listed else f
        for f in findings
    ]


def _references(
    path: str, table: pd.DataFrame, record: AnyRecord, tables: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Keys that another table should hold: indices, provinces of the frame, sources."""
    found: list[Finding] = []
    locate = rows_of(f"{record.root.name}/{path}")

    def refuse(bad: pd.Series, column: str, where: str) -> None:
        for at in table.index[bad]:
            values: dict[str, Any] = {"column": column, "found": str(table.at[at, column]), "where": where}
            place = locate(at, column)
            found.append(Finding("error", "keys", "keys.unknown", place, values["found"], where, values))

    if "index" in table and path != "indices.csv":
        # Where the cell may be empty (its schema says so), the row is about all indices.
        known_indices = tables["indices.csv"]["index"]
        refuse(table["index"].notna() & ~table["index"].isin(known_indices), "index", "indices.csv")
    if {"frame", "province"} <= set(table.columns) and path != "provinces.csv":
        known = set(tables["provinces.csv"][["frame", "province"]].itertuples(index=False, name=None))
        keys = list(table[["frame", "province"]].itertuples(index=False, name=None))
        refuse(pd.Series([key not in known for key in keys], index=table.index), "province", "provinces.csv")
    if "source_id" in table and path != "sources.csv":
        sources = set(tables["sources.csv"]["source_id"])
        named = table["source_id"].fillna("")
        unknown = {ids for ids in named.unique() if not {i for i in ids.split(";") if i} <= sources}
        refuse(named.isin(unknown), "source_id", "sources.csv")
    return found
