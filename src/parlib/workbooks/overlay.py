"""A record with somebody's figures merged in; :mod:`parlib.workbooks.history` writes it, and takes it back.

What is new is added, what was not known is filled in, and what contradicts the record goes into ``disputed.csv`` under
the user's source: neither side is overwritten.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from parlib.checks.figures import check_monotonicity, check_ranks, half_unit
from parlib.checks.finding import Finding, FindingValue, Subject, rows_of
from parlib.checks.reading import SET_ASIDE, Outcome, Reading
from parlib.datasets import Record
from parlib.errors import Place
from parlib.frameworks import ROOT, Framework
from parlib.provinces import Provinces
from parlib.workbooks.differences import change_of

_NOISE: Final = 1e-5  # a total added up here against one stored in single precision
_KEYS: Final = ["year", "date", "frame", "province", "indicator"]
_FIGURES: Final = ("score", "published_rank")
Rows = list[dict[str, str]]


@dataclass
class Table:
    """A CSV table as text, cell by cell, so that rows not concerned stay as they are."""

    path: str
    columns: list[str]
    rows: Rows
    before: str

    def text(self) -> str:
        """The table as CSV."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def add(self, row: Mapping[str, object]) -> dict[str, str]:
        """Append a row; columns that it does not name stay empty."""
        made = {column: _cell(row.get(column)) for column in self.columns}
        self.rows.append(made)
        return made


@dataclass
class Merge:
    """What an import would do to a record.

    Attributes
    ----------
    outcome
        The account in numbers.
    tables
        Tables that change, by path.
    findings
        Contradictions with the record.
    """

    outcome: Outcome
    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def provinces_of(record: Record) -> dict[int, Provinces]:
    """The provinces of every frame."""
    return {frame: record.provinces(frame) for frame in record.frames}


def framework_for(record: Record, index: str, year: int) -> tuple[Framework, int]:
    """The tree of a year, or, for a year after the last on record, the last one; with the year that it was made for."""
    table = record.table(f"{record.require_index(index)}/framework.csv", "framework")
    last = int(table["last_year"].max())
    return record.framework(index, min(year, last)), min(year, last)


def borrowed(record: Record, reading: Reading) -> list[Finding]:
    """One doubt for every year that was read by the framework of an earlier one."""
    out: list[Finding] = []
    for index, year in sorted(
        {(str(i), int(y)) for i, y in zip(reading.scores["index"], reading.scores["year"], strict=True)}
    ):
        _, made_for = framework_for(record, index, year)
        if made_for != year:
            values: dict[str, FindingValue] = {"year": str(year), "other": str(made_for), "index": index}
            place = Place(reading.file)
            out.append(
                Finding("warning", "schema", "schema.framework", place, str(made_for), str(year), values)
            )
    return out


def merge(reading: Reading, record: Record, content: bytes) -> Merge:
    """Work out what an import adds to a record. Nothing is written.

    Parameters
    ----------
    reading
        What the file said; must not be ``refused``.
    record
        The record to add to.
    content
        The file itself, for its fingerprint.

    Returns
    -------
    Merge
        The changed tables and the account.
    """
    fingerprint = hashlib.sha256(content).hexdigest()
    sources = _table(record, "sources.csv")
    out = Merge(Outcome(_source(sources, fingerprint)))
    if not any(row["source_id"] == out.outcome.source_id for row in sources.rows):
        title = f"Imported from {reading.file}"
        sources.add({"source_id": out.outcome.source_id, "title": title, "address": f"sha256:{fingerprint}"})
        sources.rows.sort(key=lambda row: row["source_id"])
    disputed = _table(record, "disputed.csv")
    for index, part in reading.scores.groupby("index", sort=False):
        table = _table(record, f"{index}/scores.csv")
        _merge_scores(str(index), part, table, disputed, reading, record, out)
        _extend_framework(str(index), part, record, out)
        _list_editions(str(index), part, table, reading, record, out)
        _merge_raw(str(index), reading, record, out)
        _keep(out, table)
    _keep(out, disputed)
    _keep(out, sources)
    out.outcome.changes = [
        change_of(record.root, table.path, table.before, table.text()) for table in out.tables.values()
    ]
    return out


def _table(record: Record, path: str) -> Table:
    before = (record.root / path).read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(before))
    return Table(path, list(reader.fieldnames or []), list(reader), before)


def _keep(out: Merge, table: Table) -> None:
    if table.text() != table.before:
        out.tables[table.path] = table


def _source(sources: Table, fingerprint: str) -> str:
    """Key of a file in ``sources.csv``: the one that it got before, or the next ``U001``."""
    for row in sources.rows:
        if row["address"] == f"sha256:{fingerprint}":
            return row["source_id"]
    taken = {row["source_id"] for row in sources.rows}
    return next(key for key in (f"U{number:03}" for number in range(1, 10_000)) if key not in taken)


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return repr(round(value, 9)).removesuffix(".0")
    return str(value)


def _merge_scores(
    index: str,
    part: pd.DataFrame,
    table: Table,
    disputed: Table,
    reading: Reading,
    record: Record,
    out: Merge,
) -> None:
    by_key = {tuple(row[key] for key in _KEYS): row for row in table.rows}
    before = len(table.rows)
    books = provinces_of(record)
    subject = reading.subject(index, books, lambda i, year: framework_for(record, i, year)[0])
    for at, row in part.iterrows():
        new = {key: _cell(row[key]) for key in [*_KEYS, *_FIGURES, "basis", "note"]}
        if row["note"] == SET_ASIDE:
            _dispute(disputed, index, new, out, SET_ASIDE)
            continue
        old = by_key.get(tuple(new[key] for key in _KEYS))
        if old is None:
            by_key[tuple(new[key] for key in _KEYS)] = table.add({**new, "source_id": out.outcome.source_id})
            out.outcome.added += 1
            continue
        clashes = [
            key
            for key in _FIGURES
            if new[key] and old[key] and not _agree(key, new[key], old[key], row["basis"])
        ]
        if clashes:
            note = f"the record keeps {old['source_id']}"
            _dispute(disputed, index, new, out, note)
            out.findings += [
                _clash(key, row, new, old, subject, at, out.outcome.source_id) for key in clashes
            ]
            continue
        missing = [key for key in _FIGURES if new[key] and not old[key]]
        for key in missing:
            old[key] = new[key]
        if missing:
            old["source_id"] = ";".join(dict.fromkeys([*old["source_id"].split(";"), out.outcome.source_id]))
            out.outcome.filled += 1
        else:
            out.outcome.agreed += 1
    if len(table.rows) != before:
        table.rows.sort(
            key=lambda row: (row["year"], row["date"], -int(row["frame"]), row["province"], row["indicator"])
        )


def _agree(key: str, new: str, old: str, basis: str) -> bool:
    if key == "published_rank":
        return new == old
    slack = float(half_unit([float(new), float(old)]).sum())
    return abs(float(new) - float(old)) <= max(slack, _NOISE if basis == "derived" else 0.0) + 1e-9


def _dispute(disputed: Table, index: str, new: Mapping[str, str], out: Merge, note: str) -> None:
    """Put a figure among the disputed, unless the very same stands there already."""
    out.outcome.disputed += 1
    same = {"index": index, **{key: new[key] for key in ("year", "frame", "province", "indicator")}}
    same |= {"score": new["score"]} if new["score"] else {"published_rank": new["published_rank"]}
    if any(same.items() <= row.items() for row in disputed.rows):
        return
    disputed.add({**new, "index": index, "source_id": out.outcome.source_id, "note": note})
    disputed.rows.sort(
        key=lambda row: (
            *(row[key] for key in ("index", "year", "province", "indicator")),
            float(row["score"] or "-inf"),
        )
    )


def _clash(
    key: str,
    row: pd.Series,
    new: Mapping[str, str],
    old: Mapping[str, str],
    subject: Subject,
    at: object,
    source_id: str,
) -> Finding:
    rank = key == "published_rank"
    values: dict[str, FindingValue] = {
        "province": subject.who(int(row["frame"]), row["province"]),
        "edition": new["year"],
        "indicator": subject.what(int(row["year"]), row["indicator"]),
        "found": int(new[key]) if rank else float(new[key]),
        "kept": int(old[key]) if rank else float(old[key]),
        "source": source_id,
        "kept_source": old["source_id"],
    }
    code = "cross-source.rank" if rank else "cross-source.score"
    digits = 2 if rank else max(len(text.partition(".")[2]) for text in (new[key], old[key], "0.00"))
    return Finding(
        "warning", "cross-source", code, subject.locate(at, key), new[key], old[key], values, min(digits, 6)
    )


def _extend_framework(index: str, part: pd.DataFrame, record: Record, out: Merge) -> None:
    """Let the last framework hold for a later year that was read by it."""
    table = _table(record, f"{index}/framework.csv")
    last = max(int(row["last_year"]) for row in table.rows)
    year = int(part["year"].max())
    if year > last:
        for row in table.rows:
            if int(row["last_year"]) == last:
                row["last_year"] = str(year)
    _keep(out, table)


def _list_editions(
    index: str, part: pd.DataFrame, scores: Table, reading: Reading, record: Record, out: Merge
) -> None:
    """Give every year its edition; one whose total is known for every province is whole from then on."""
    table = out.tables.get("editions.csv") or _table(record, "editions.csv")
    for year, frame in sorted(set(zip(part["year"].astype(str), part["frame"].astype(str), strict=True))):
        known = {
            row["province"]
            for row in scores.rows
            if (row["year"], row["frame"], row["indicator"]) == (year, frame, ROOT) and row["score"]
        }
        complete = len(known) == int(frame)
        key = {"index": index, "year": year, "frame": frame, "date": ""}
        listed = next((row for row in table.rows if key.items() <= row.items()), None)
        if listed is None:
            before = [i for i, row in enumerate(table.rows) if row["index"] == index and row["year"] <= year]
            coverage = "whole" if complete or reading.released else "partial"
            table.add({**key, "coverage": coverage})
            table.rows.insert(max(before, default=len(table.rows) - 2) + 1, table.rows.pop())
            if complete:
                out.outcome.whole.append(f"{index} {year}")
        elif complete and listed["coverage"] == "partial":
            listed["coverage"] = "whole"
            out.outcome.whole.append(f"{index} {year}")
    _keep(out, table)


def _merge_raw(index: str, reading: Reading, record: Record, out: Merge) -> None:
    """Raw indicators and colour groups of a year that the record has none of; those on record are kept."""
    dimensions = {
        row["indicator"] for row in _table(record, f"{index}/framework.csv").rows if row["parent"] == ROOT
    }
    groups = reading.groups
    if len(groups):
        groups = groups[groups["indicator"].isin(dimensions)].assign(basis="published")
    orders = {
        "indicator_labels": ["year", "indicator", "number"],
        "indicator_values": ["year", "province", "indicator", "number"],
        "published_groups": ["year", "indicator", "province"],
    }
    for (name, order), rows in zip(orders.items(), (reading.labels, reading.values, groups), strict=True):
        path = f"{index}/{name}.csv"
        if rows.empty or not (record.root / path).is_file():
            continue
        table = _table(record, path)
        years = {row["year"] for row in table.rows}
        for row in rows.to_dict("records"):
            if str(row["year"]) not in years:
                table.add({**row, "source_id": out.outcome.source_id})
        table.rows.sort(key=_by(order))
        _keep(out, table)


def _by(order: Sequence[str]) -> Callable[[Mapping[str, str]], list[tuple[int, str]]]:
    """Sort key of a row: whole numbers by size, text by letters."""
    return lambda row: [(int(row[key]), "") if row[key].isdigit() else (0, row[key]) for key in order]


def check_merged(folder: Path, reading: Reading) -> list[Finding]:
    """The merged record must load; and where a year is whole now, printed ranks must be those of the scores.

    Parameters
    ----------
    folder
        A data folder after the merge.
    reading
        What the file said.

    Raises
    ------
    DataError
        When the merged record breaks its own contract.
    """
    record = Record(folder)
    books = provinces_of(record)
    out: list[Finding] = []
    for index in sorted(set(reading.scores["index"])):
        scores = record.scores(index)
        mine = scores[scores["year"].isin(reading.scores["year"])]
        locate = rows_of(f"{folder.name}/{index}/scores.csv")
        subject = Subject(books, partial(record.framework, index), locate)
        out += check_ranks(mine, record.editions, subject)
        out += check_monotonicity(mine, record.editions, subject)
    # The scores stand; that a rank beside them was printed differently is for a person to judge.
    return [
        replace(finding, severity="warning") if finding.severity == "error" else finding for finding in out
    ]
