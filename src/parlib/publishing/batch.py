"""A run: finds out what is not up to date, has it made, and publishes all of it in one step.

What goes wrong with one report stays with that report: the others are published, its old files stay where they were
and are marked stale. What is finished when a run is killed is found again by the next one.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from parlib.datasets import Record
from parlib.errors import WorkError
from parlib.publishing.ingredients import Ingredients, digest, gather
from parlib.publishing.jobs import Job
from parlib.publishing.manifest import (
    NAME,
    SCHEMA,
    Entry,
    figure_changes,
    read_manifest,
    why_stale,
    write_manifest,
)
from parlib.publishing.production import Failed, Made, Pool, Result, Task, Watcher, produce
from parlib.publishing.site import write_site
from parlib.publishing.tree import STAGING, recover, replace_file, replace_year
from parlib.storage import lock, read_own, refuse_link


@dataclass(frozen=True)
class Run:
    """What a run did.

    Attributes
    ----------
    manifest
        As published in ``run.json``.
    stopped
        Whether it was cut short before every report had its turn.
    """

    manifest: Mapping[str, Any]
    stopped: bool

    @property
    def counts(self) -> Mapping[str, int]:
        """Reports asked for: ``total, made, unchanged, failed, not_reached``, and of those made ``changed, new``."""
        counts: Mapping[str, int] = self.manifest["run"]["counts"]
        return counts

    @property
    def exit_code(self) -> int:
        """0 if every report asked for is up to date, else 1."""
        return int(self.counts["made"] + self.counts["unchanged"] < self.counts["total"])

    def failed(self) -> dict[str, Entry]:
        """Give the entries of the reports that failed."""
        return {
            job_id: entry for job_id, entry in self.manifest["reports"].items() if entry["status"] == "failed"
        }


def explain(jobs: Sequence[Job], out: Path, known: Record, *, force: bool = False) -> dict[str, list[str]]:
    """Say for every report why it would be made; no reason means that it would not. Nothing is made or written."""
    year = out / str(jobs[0].year)
    tasks = _tasks(jobs, year, read_manifest(year), gather(known.root), force)
    return {job_id: task.reasons for job_id, task in tasks.items()}


def run(
    jobs: Sequence[Job],
    out: Path,
    known: Record,
    *,
    pool: Pool | None = None,
    force: bool = False,
    fail_fast: bool = False,
    watcher: Watcher | None = None,
) -> Run:
    """Bring reports of one year up to date and publish them, with ``run.json`` and the index page.

    Parameters
    ----------
    jobs
        Reports of one year, as :func:`parlib.publishing.jobs.plan` gives them.
    out
        Folder of the reports; a folder per year is made in it.
    known
        The record that the reports are made from.
    pool
        Where they are made; default: as many at once as this machine has processors.
    force
        Make all of them, changed or not.
    fail_fast
        Stop at the first failure; what is finished is published.
    watcher
        Whom to tell how it goes.

    Raises
    ------
    BusyError
        If another run is at work in `out`.
    WorkError
        If nothing can be published: a full disk, a folder that cannot be written to. What was published stays.
    """
    begun, clock = dt.datetime.now(dt.UTC), time.monotonic()
    pool = pool or Pool()
    year, staging = out / str(jobs[0].year), out / STAGING
    with lock(out):
        for folder in (year, staging):
            refuse_link(folder)
        try:
            staging.mkdir(exist_ok=True)
            recover(out)
            before, now = read_manifest(year), gather(known.root)
            tasks = _tasks(jobs, year, before, now, force)
            results, stopped = produce(tasks, staging, pool, fail_fast=fail_fast, watcher=watcher)
            _agree(tasks, results, staging)

            def told() -> dict[str, Any]:
                """Write down what became of everything."""
                entries = _others(tasks, before, now) | {
                    job_id: _entry(task, results.get(job_id), before, year, staging)
                    for job_id, task in tasks.items()
                }
                _share(entries)
                return {
                    "schema": SCHEMA,
                    "year": jobs[0].year,
                    "run": {
                        "started": begun.isoformat(timespec="seconds"),
                        "seconds": round(time.monotonic() - clock, 3),
                        "state": "stopped" if stopped else "complete",
                        "workers": pool.scheduler or pool.size,
                        "counts": _count([entries[job_id] for job_id in tasks]),
                    },
                    "reports": dict(sorted(entries.items())),
                    "inputs": {family: dict(files) for family, files in now.files.items()},
                }

            manifest = told()
            try:
                _publish(manifest, tasks, results, year, staging)
            except OSError as error:
                # Most likely a full disk: make room, and at least say what happened.
                shutil.rmtree(staging, ignore_errors=True)
                staging.mkdir()
                results = {
                    job_id: Failed(f"It could not be published: {error.strerror}.", "OSError")
                    for job_id in results
                }
                manifest = told()
                with suppress(OSError):
                    _publish(manifest, tasks, results, year, staging)
                    write_site(out, staging, known)
                raise
            write_site(out, staging, known)
        except OSError as error:
            raise WorkError(
                f"Publishing in {year} failed: {error.strerror or error}. The reports that were there stay."
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return Run(manifest, stopped)


def _tasks(
    jobs: Sequence[Job], year: Path, before: Mapping[str, Any], now: Ingredients, force: bool
) -> dict[str, Task]:
    """Say for each job whether it must be made, and of what."""
    tasks: dict[str, Task] = {}
    for job in jobs:
        files = before.get("reports", {}).get(job.id, {}).get("files", {})
        ingredients = now.of(job)
        reasons = why_stale(year, before, job.id, ingredients, now.files)
        lacking = [form for form in job.formats if form not in files]
        if not reasons and lacking:
            reasons = [f"there is no {' and no '.join(lacking)} yet"]
        if not reasons and force:
            reasons = ["it is wanted by --force"]
        # A format that was published earlier is made again with the others, so that no two tell different things.
        tasks[job.id] = Task(job.with_formats([*files]), ingredients, reasons)
    return tasks


def _agree(tasks: Mapping[str, Task], results: dict[str, Result], staging: Path) -> None:
    """Fail a report whose figures differ from those of the same report in another language."""
    first: dict[str, str] = {}
    for job_id in tasks:  # in the order of the request, not in that in which they came
        result = results.get(job_id)
        if not isinstance(result, Made):
            continue
        name = result.files["json"]["name"]
        other = first.setdefault(name, job_id)
        one, two = (staging / tasks[which].key / name for which in (other, job_id))
        if not _same(one, two):
            differing = list(figure_changes(one, two)["examples"])[:3]
            results[job_id] = Failed(
                f"Its figures differ from those of {other}: {', '.join(differing)}.", "WorkError"
            )


# --- the manifest ------------------------------------------------------------------------------------


def _entry(task: Task, result: Result | None, before: Mapping[str, Any], year: Path, staging: Path) -> Entry:
    """Say what a report that was asked for is now."""
    old: Entry = before.get("reports", {}).get(task.job.id, {})
    job = task.job
    entry: Entry = {
        "kind": job.kind,
        "stem": job.stem,
        "lang": job.lang,
        "names": dict(job.names),
        "region": job.region,
        "parameters": dict(job.parameters),
        "status": "unchanged",
        "stale": False,
        "reasons": task.reasons,
        "error": None,
        "made": old.get("made"),
        "seconds": None,
        "cpu_seconds": None,
        "peak_bytes": None,
        "changes": None,
        "ingredients": old.get("ingredients", {}),
        "files": old.get("files", {}),
    }
    if isinstance(result, Made):
        entry |= {
            "status": "made",
            "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "seconds": _number(result.seconds),
            "cpu_seconds": _number(result.cpu_seconds),
            "peak_bytes": result.peak_bytes or None,
            "changes": _changes(result, year, staging / task.key),
            "ingredients": dict(task.ingredients),
            "files": {form: dict(file) for form, file in result.files.items()},
        }
    elif task.reasons:
        entry |= {
            "status": "failed" if result else "not reached",
            "stale": bool(entry["files"]),
            "error": asdict(result) if result else None,
        }
    return entry


def _others(tasks: Mapping[str, Task], before: Mapping[str, Any], now: Ingredients) -> dict[str, Entry]:
    """Carry over the reports of the year that were not asked for; they may have become stale by now."""
    current = {family: digest(dict(files)) for family, files in now.files.items()}
    return {
        job_id: {
            **old,
            "status": "not asked for",
            "stale": old["stale"]
            or any(old["ingredients"].get(family) != of for family, of in current.items()),
            "reasons": [],
        }
        for job_id, old in before.get("reports", {}).items()
        if job_id not in tasks
    }


def _share(entries: Mapping[str, Entry]) -> None:
    """Let every language of a report tell of the same figures file: there is one."""
    newest = {
        file["name"]: file
        for entry in entries.values()
        if entry["status"] == "made"
        for file in entry["files"].values()
    }
    for entry in entries.values():
        entry["files"] = {form: newest.get(file["name"], file) for form, file in entry["files"].items()}


def _changes(made: Made, year: Path, folder: Path) -> dict[str, Any]:
    """Compare a new report with the published one: is it new, which files and figures differ."""
    names = [file["name"] for file in made.files.values()]
    figures = made.files["json"]["name"]
    return {
        "new": not (year / figures).exists(),
        "files": [name for name in names if not _same(year / name, folder / name)],
        "figures": figure_changes(year / figures, folder / figures),
    }


def _count(entries: Sequence[Entry]) -> dict[str, int]:
    status = Counter(entry["status"] for entry in entries)
    changes = [entry["changes"] for entry in entries if entry["changes"]]
    return {
        "total": len(entries),
        "made": status["made"],
        "new": sum(change["new"] for change in changes),
        "changed": sum(bool(change["files"]) and not change["new"] for change in changes),
        "unchanged": status["unchanged"],
        "failed": status["failed"],
        "not_reached": status["not reached"],
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 3)


def _same(one: Path, other: Path) -> bool:
    try:
        return read_own(one) == read_own(other)
    except OSError:
        return False


def _publish(
    manifest: Mapping[str, Any],
    tasks: Mapping[str, Task],
    results: Mapping[str, Result],
    year: Path,
    staging: Path,
) -> None:
    """Put new files and manifest in place; a manifest alone needs no new folder."""
    files = {
        file["name"]: staging / tasks[job_id].key / file["name"]
        for job_id, result in results.items()
        if isinstance(result, Made)
        for file in result.files.values()
    }
    changed = {name: path for name, path in files.items() if not _same(path, year / name)}
    if not changed and year.is_dir():
        replace_file(year / NAME, write_manifest(manifest), staging)
        return
    draft = staging / NAME
    draft.write_bytes(write_manifest(manifest))
    replace_year(year, {**changed, NAME: draft})
