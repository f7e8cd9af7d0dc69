"""Making what a run has to make: side by side, on this machine or a cluster, each report whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from parlib.datasets import data_folder
from parlib.errors import ParlibError, UsageError, WorkError
from parlib.publishing.ingredients import Ingredients, digest, file_digest, gather
from parlib.publishing.jobs import Job
from parlib.publishing.report import CellError, Rendered, file_name, notebook_path, render
from parlib.publishing.workers import Outcome, Workers, processors
from parlib.storage import sync_folder, write_synced

_WARM: Final = "parlib.publishing.report:warm"
_DONE: Final = "done.json"
_TICK: Final = 0.5
"""Seconds between two looks at what is running."""


@dataclass(frozen=True)
class Pool:
    """Where reports are made.

    Attributes
    ----------
    workers
        How many at once on this machine; 0 for one per processor.
    timeout
        Seconds after which a report is given up.
    scheduler
        Address of a Dask scheduler, to use its workers instead.
    """

    workers: int = 0
    timeout: float = 300.0
    scheduler: str | None = None

    @property
    def size(self) -> int:
        """How many reports are made at once on this machine."""
        return self.workers or processors()


@dataclass(frozen=True)
class Task:
    """One report to make.

    Attributes
    ----------
    job
        What it is, with all formats to write.
    ingredients
        What it is made of, by family.
    reasons
        Why it is to be made; empty if it need not be.
    """

    job: Job
    ingredients: Mapping[str, str]
    reasons: list[str]

    @property
    def key(self) -> str:
        """Digest of everything that the files depend on."""
        return digest([dict(self.ingredients), list(self.job.formats)])


@dataclass(frozen=True)
class Made:
    """A report that lies finished in the staging folder: its files by format, and what it took."""

    files: Mapping[str, Mapping[str, Any]]
    seconds: float | None = None
    cpu_seconds: float | None = None
    peak_bytes: int | None = None


@dataclass(frozen=True)
class Failed:
    """A report that did not come out: why, and in which cell (0 if in none)."""

    message: str
    kind: str
    cell: int = 0
    heading: str = ""


Result: TypeAlias = Made | Failed


class Watcher(Protocol):
    """Who is told how the run goes."""

    def start(self, stale: int, unchanged: int) -> None:
        """Hear how many reports will be made, and how many need not be."""

    def tick(self, running: Sequence[Job]) -> None:
        """Hear which reports are under way."""

    def done(self, job: Job, result: Result) -> None:
        """Hear that one report is made or has failed."""


def produce(
    tasks: Mapping[str, Task],
    staging: Path,
    pool: Pool,
    *,
    fail_fast: bool = False,
    watcher: Watcher | None = None,
) -> tuple[dict[str, Result], bool]:
    """Make every report that has a reason to be made.

    Parameters
    ----------
    tasks
        Id → task.
    staging
        Folder for what is finished; what an interrupted run left there is used if it is wanted and whole.
    pool
        Where to make them.
    fail_fast
        Stop at the first failure.
    watcher
        Whom to tell.

    Returns
    -------
    tuple
        What became of each report that came to an end, and whether the run was cut short (by Ctrl-C, or by the first
        failure).
    """
    stale = {job_id: task for job_id, task in tasks.items() if task.reasons}
    results: dict[str, Result] = {}
    _sweep(staging, {task.key for task in stale.values()})
    if watcher:
        watcher.start(len(stale), len(tasks) - len(stale))

    def settle(job_id: str, result: Result) -> None:
        results[job_id] = result
        if watcher:
            watcher.done(stale[job_id].job, result)

    try:
        for job_id, task in stale.items():
            found = _found(task, staging)
            if found:
                settle(job_id, found)
        left = {job_id: task for job_id, task in stale.items() if job_id not in results}
        if not left:
            return results, False
        with _executor(pool, staging, list(left.values())) as (executor, submit):
            futures = {submit(task): job_id for job_id, task in left.items()}
            pending = set(futures)
            try:
                while pending:
                    finished, pending = wait(pending, timeout=_TICK, return_when=FIRST_COMPLETED)
                    while finished:
                        # Let go of each: over a network, what a future gives is the whole report.
                        future = finished.pop()
                        job_id = futures.pop(future)
                        settle(job_id, _result(future, left[job_id], staging))
                    if fail_fast and any(isinstance(result, Failed) for result in results.values()):
                        break
                    if watcher:
                        watcher.tick([left[futures[future]].job for future in pending if future.running()])
            finally:
                if pending:
                    executor.shutdown(wait=False)
    except KeyboardInterrupt:
        return results, True
    return results, len(results) < len(stale)


def make(job: Job, key: str, staging: Path) -> dict[str, Any]:
    """Make one report in this process and leave it in the staging folder."""
    return _store(render(job.notebook, job.parameters, job.formats), job, key, staging)


def make_far(job: Job, ingredients: Mapping[str, str], timeout: float) -> Outcome:
    """Make one report on a cluster's worker, which may share no disk with us: the files come back as content.

    Raises
    ------
    WorkError
        If that worker would make the report of something else: other data, another version of a library.
    """
    here = job if job.notebook.is_file() else replace(job, notebook=notebook_path(job.notebook.stem))
    found = _far_ingredients(data_folder()).of(here)
    other = [family for family in found if found[family] != ingredients[family]]
    if other:
        raise WorkError(f"The cluster's worker is not like this machine; it differs in: {', '.join(other)}.")
    return (
        _far_workers(timeout, job.year).submit(render, here.notebook, here.parameters, here.formats).result()
    )


@cache
def _far_ingredients(data: Path) -> Ingredients:
    return gather(data)


@cache
def _far_workers(timeout: float, year: int) -> Workers:
    """Give the pool of a cluster's worker: there, too, each report has a fresh process."""
    return Workers(os.cpu_count() or 1, timeout=timeout, warm=(_WARM, year))


@contextmanager
def _executor(
    pool: Pool, staging: Path, tasks: Sequence[Task]
) -> Iterator[tuple[Executor, Callable[[Task], Future[Outcome]]]]:
    """Give the executor, and how a task is handed to it."""
    if pool.scheduler is None:
        # Loading what all reports may need pays only when many are made.
        warm = (_WARM, tasks[0].job.year) if len(tasks) > pool.size else ()
        with Workers(pool.size, timeout=pool.timeout, warm=warm) as workers:
            yield workers, lambda task: workers.submit(make, task.job, task.key, staging)
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--scheduler needs Dask: pip install 'parlib[cluster]'.") from None
    try:
        client = Client(pool.scheduler, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkError(f"No Dask scheduler answers at {pool.scheduler}: {error}") from error
    with client:
        executor = client.get_executor(pure=False)
        yield executor, lambda task: executor.submit(make_far, task.job, task.ingredients, pool.timeout)


def _result(future: Future[Outcome], task: Task, staging: Path) -> Result:
    """Turn what a future gives into a result; files that came over the network are stored here."""
    try:
        outcome = future.result()
        files = outcome.value
        if isinstance(files, Rendered):
            files = _store(files, task.job, task.key, staging)
    except CellError as error:
        return Failed(str(error), error.kind, error.cell, error.heading)
    except ParlibError as error:
        return Failed(str(error), type(error).__name__)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told, and the other reports go on)
        return Failed(f"{type(error).__name__}: {error}", type(error).__name__)
    return Made(files, outcome.seconds, outcome.cpu_seconds, outcome.peak_bytes)


# --- the staging folder ------------------------------------------------------------------------------


def _store(rendered: Rendered, job: Job, key: str, staging: Path) -> dict[str, Any]:
    """Write the files of a report; the folder gets its name only when all of them are there."""
    draft = staging / f"{key}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    files = {}
    for form, content in rendered.files.items():
        name = file_name(job.stem, form, job.lang)
        write_synced(draft / name, content)
        files[form] = {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    write_synced(draft / _DONE, json.dumps(files).encode())
    sync_folder(draft)
    draft.rename(staging / key)
    return files


def _sweep(staging: Path, keys: set[str]) -> None:
    """Keep what an interrupted run had finished and is still wanted; drop the rest."""
    for path in staging.iterdir():
        if path.is_dir() and path.name not in keys:
            shutil.rmtree(path, ignore_errors=True)
        elif not path.is_dir():
            path.unlink(missing_ok=True)


def _found(task: Task, staging: Path) -> Made | None:
    """Give a finished report of an interrupted run, if it is whole."""
    folder = staging / task.key
    try:
        files = json.loads((folder / _DONE).read_text(encoding="utf-8"))
        if all(file_digest(folder / file["name"]) == file["sha256"] for file in files.values()):
            return Made(files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    return None
