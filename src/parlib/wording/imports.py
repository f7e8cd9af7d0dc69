"""The account of an import: what was read, renamed, left out and doubted, as data and as words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from parlib.characters import spelt_out
from parlib.checks.finding import SEVERITIES, Finding
from parlib.checks.reading import Change, Outcome, Reading, RowChange
from parlib.wording.findings import phrase, sentence, where
from parlib.wording.language import LANGUAGES, MISSING, Language

_SHOWN = 12  # findings of one check that are written out; the data have them all
_ROWS_SHOWN = 10  # rows of one table likewise
_CELL_SHOWN = 60  # letters of a cell likewise


def finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as JSON data: the two sides, the place, and its sentence in every language."""
    return {
        "severity": finding.severity,
        "family": finding.family,
        "code": finding.code,
        **asdict(finding.place),
        "found": finding.found,
        "expected": finding.expected,
        **{f"sentence_{code}": sentence(finding, Language(code)) for code in LANGUAGES},
    }


def account_data(reading: Reading, outcome: Outcome | None) -> dict[str, Any]:
    """Everything about an import, for programs.

    Parameters
    ----------
    reading
        What the file said.
    outcome
        What it adds to the record; ``None`` if it was refused.
    """
    scores = reading.scores
    return {
        "file": reading.file,
        "frame": reading.frame,
        "indices": sorted({str(index) for index in scores["index"]}),
        "years": sorted({int(year) for year in scores["year"]}),
        "figures": len(scores),
        "raw_indicators": len(reading.labels),
        "raw_values": len(reading.values),
        "groups": int(reading.groups["group"].notna().sum()) if len(reading.groups) else 0,
        "refused": reading.refused,
        "read": [asdict(item) for item in reading.read],
        "renamed": [
            {**asdict(item.place), "found": item.found, "read_as": item.read_as, "rule": item.rule}
            for item in reading.renamed
        ],
        "left_out": [
            {**asdict(item.place), "what": item.what, "reason": item.reason, "count": item.count}
            for item in reading.left_out
        ],
        "findings": [finding_data(finding) for finding in reading.findings],
        "outcome": None if outcome is None else _outcome_data(outcome),
    }


def _outcome_data(outcome: Outcome) -> dict[str, Any]:
    # The rows themselves stand in the tables; thousands of them would bury the rest of the account.
    return asdict(outcome) | {"changes": [_counts(change) for change in outcome.changes]}


def _counts(change: Change) -> dict[str, Any]:
    return {"path": change.path, **{kind: change.count(kind) for kind in ("added", "changed", "removed")}}


def changes_data(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """How tables change as JSON data: every row that does, with its cells before and after."""
    return [_counts(change) | {"rows": [asdict(row) for row in change.rows]} for change in changes]


def account_text(reading: Reading, outcome: Outcome | None, lang: Language) -> str:
    """The same in words, for the person who imports; see :func:`account_data`."""
    t = lang.t
    lines = [t("{file}: {n} figures read, on the map of {frame} provinces.", **_summary(reading, lang))]
    for item in reading.read:
        counts = {"provinces": lang.integer(item.provinces), "columns": lang.integer(item.columns)}
        told = t("{sheet}: {provinces} rows of provinces, {columns} columns", sheet=item.sheet, **counts)
        lines.append(f"  {told}" + (f" ({item.kind})" if item.kind else ""))
    if len(reading.values):
        counted = lang.integer(len(reading.values))
        lines.append("  " + t("{n} raw indicators, {values} values", n=len(reading.labels), values=counted))
    if reading.renamed:
        lines += ["", t("Read otherwise than written:")]
        renamed = Counter((item.found, item.read_as) for item in reading.renamed)
        lines += [f"  {found} → {read_as}" for found, read_as in renamed]
    if reading.left_out:
        lines += ["", t("Left out:")]
        for left in reading.left_out:
            said = f"{left.what} ({phrase(t(left.reason), lang)}; {lang.integer(left.count)})"
            lines.append(f"  {where(left.place, lang)}: {said}")
    lines += ["", *findings_text(reading.findings, lang)]
    lines += [
        "",
        *(_outcome(outcome, lang) if outcome else [t("Refused: nothing is written while there are errors.")]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _summary(reading: Reading, lang: Language) -> Mapping[str, str]:
    return {"file": reading.file, "n": lang.integer(len(reading.scores)), "frame": str(reading.frame)}


def findings_text(findings: Sequence[Finding], lang: Language) -> list[str]:
    """Findings by severity, the gravest first; many of one kind are cut short, and how many is said."""
    heads = {
        "error": lang.t("Errors:"),
        "warning": lang.t("Warnings:"),
        "info": lang.t("For information:"),
    }
    if not findings:
        return [lang.t("No doubts.")]
    lines: list[str] = []
    for severity in SEVERITIES:
        mine = [finding for finding in findings if finding.severity == severity]
        if not mine:
            continue
        lines.append(heads[severity])
        shown: Counter[str] = Counter()
        for finding in mine:
            shown[finding.code] += 1
            if shown[finding.code] <= _SHOWN:
                lines.append(f"  {where(finding.place, lang)}: {sentence(finding, lang)}")
        more = sum(count - _SHOWN for count in shown.values() if count > _SHOWN)
        if more:
            lines.append(
                "  " + lang.n("and {n} more of the same kind", "and {n} more of the same kinds", more)
            )
    return lines


def _outcome(outcome: Outcome, lang: Language) -> list[str]:
    t = lang.t
    counts = {
        t("new"): outcome.added,
        t("completing a row of the record"): outcome.filled,
        t("agreeing with the record"): outcome.agreed,
        t("contradicting it, kept in disputed.csv"): outcome.disputed,
    }
    lines = [t("Against the record (source {source}):", source=outcome.source_id)]
    lines += [f"  {name}: {lang.integer(count)}" for name, count in counts.items()]
    lines += ["  " + t("known whole from now on: {edition}", edition=edition) for edition in outcome.whole]
    if outcome.changes:
        lines += ["", t("What changes in the tables:"), *_changes_text(outcome.changes, lang)]
    return lines


def undo_text(
    name: str, file: str, changes: Sequence[Change], place: Path | None, again: str | None, lang: Language
) -> str:
    """What taking an import back put back, or would put back.

    Parameters
    ----------
    name, file
        The import, and the file that it read.
    changes
        What changes in the tables by it.
    place
        Where the import lies now; ``None`` if it was not taken back yet.
    again
        The command that would bring it in again.
    """
    t = lang.t
    named = {"name": name, "file": _shown(file)}
    if place is None:
        head = t("Import {name} ({file}) would be taken back. What would change in the tables:", **named)
    else:
        head = t("Import {name} ({file}) was taken back. What changed in the tables:", **named)
    lines = [head, *_changes_text(changes, lang)]
    if place is not None:
        kept = t(
            "Nothing is lost: the file, and the tables as they were with it, lie in {folder}.",
            folder=str(place),
        )
        lines += ["", kept]
    if again is not None:
        lines.append(t("To bring it in again: {command}", command=again))
    return "\n".join(lines)


_SIGNS: Final = {"removed": "−", "changed": "~", "added": "+"}


def _changes_text(changes: Sequence[Change], lang: Language) -> list[str]:
    """Each table with its first rows that change: what goes, what becomes what, what comes."""
    lines = []
    for change in changes:
        counts = {
            "added": lang.n("{n} row added", "{n} rows added", change.count("added")),
            "changed": lang.n("{n} row changed", "{n} rows changed", change.count("changed")),
            "removed": lang.n("{n} row removed", "{n} rows removed", change.count("removed")),
        }
        there = {row.kind for row in change.rows}
        told = ", ".join(count for kind, count in counts.items() if kind in there)
        lines.append(f"  {change.path}: {told}")
        for row in change.rows[:_ROWS_SHOWN]:
            cells = ", ".join(_cell(column, row) for column in {**row.before, **row.after})
            lines.append(f"    {_SIGNS[row.kind]} " + ": ".join(filter(None, [_key(row), cells])))
        more = len(change.rows) - _ROWS_SHOWN
        if more > 0:
            lines.append("    " + lang.n("and {n} more row", "and {n} more rows", more))
    return lines


def _key(row: RowChange) -> str:
    return " · ".join(_shown(cell) for cell in row.key.values())


def _cell(column: str, row: RowChange) -> str:
    if row.kind != "changed":
        return f"{column} {_shown((row.before or row.after)[column])}"
    return f"{column} {_shown(row.before.get(column, ''))} → {_shown(row.after.get(column, ''))}"


def _shown(cell: str) -> str:
    """A cell on one line, and no more of it than tells it apart."""
    text = spelt_out(cell)
    return (f"{text[:_CELL_SHOWN]}…" if len(text) > _CELL_SHOWN else text) or MISSING
