"""The verb that makes many reports: parse, run, tell how it goes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parlib.characters import spelt_out
from parlib.cli import app
from parlib.cli._output import YearOption, listed, tell
from parlib.cli.report import AsOfOption, OutOption
from parlib.errors import UsageError

if TYPE_CHECKING:
    from parlib.publishing.batch import Run
    from parlib.publishing.jobs import Job
    from parlib.publishing.production import Result, Watcher


@app.command()
def batch(
    year: YearOption,
    all_: Annotated[bool, typer.Option("--all", help="All provinces.")] = False,
    provinces: Annotated[
        str | None, typer.Option("--provinces", help="Some provinces, separated by commas, in any spelling.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="The provinces of one region, such as tn (Tây Nguyên).")
    ] = None,
    national: Annotated[bool, typer.Option("--national", help="Also the report on the country.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="Languages, separated by commas.")] = "vi",
    format: Annotated[
        str,
        typer.Option("--format", help="Formats, separated by commas; the figures (json) always come along."),
    ] = "html,pdf",
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Reports made at once; 0: one per processor.")
    ] = 0,
    out: OutOption = Path("reports"),
    force: Annotated[bool, typer.Option("--force", help="Make all of them, changed or not.")] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, help="Seconds after which one report is given up.")
    ] = 300,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", help="Use a Dask cluster: the address of its scheduler, tcp://host:8786."
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Only say which reports would be made, and why.")
    ] = False,
    as_of: AsOfOption = None,
) -> None:
    """Make the reports of a year that are not up to date, and publish them together, with an index page.

    Exit codes: 0 all reports are up to date, 1 some are not (the others are published), 2 wrong usage, 3 another run
    is at work in the folder.
    """
    if not (all_ or provinces or region or national):
        raise UsageError("Say which reports: --all, --provinces, --region or --national.")
    if all_ and provinces:
        raise UsageError("--all and --provinces exclude each other.")
    from parlib.datasets import record
    from parlib.publishing.batch import explain as explain_jobs
    from parlib.publishing.batch import run
    from parlib.publishing.jobs import plan
    from parlib.publishing.production import Pool

    known = record()
    some: list[str] | None = listed(provinces) if provinces else None if all_ or region else []
    jobs = plan(
        known,
        year,
        provinces=some,
        region=region,
        langs=listed(lang),
        formats=listed(format),
        national=national,
        as_of=as_of,
    )
    if explain:
        _print_reasons(explain_jobs(jobs, out, known, force=force))
        return
    # A service that is told to stop ends as one that is interrupted at the keyboard: what is done is published.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _Progress() if sys.stderr.isatty() else _Log() as watcher:
        done = run(
            jobs,
            out,
            known,
            pool=Pool(workers, timeout, scheduler),
            force=force,
            fail_fast=fail_fast,
            watcher=watcher,
        )
    _print_summary(done, out, year)
    if done.stopped and not fail_fast:
        raise typer.Exit(130)
    raise typer.Exit(done.exit_code)


def _print_reasons(reasons: dict[str, list[str]]) -> None:
    for job_id, why in reasons.items():
        tell(f"{job_id}: {'; '.join(why) if why else 'up to date'}")
    tell(f"{sum(map(bool, reasons.values()))} of {len(reasons)} reports would be made.")


def _print_summary(done: Run, out: Path, year: int) -> None:
    counts = done.counts
    for job_id, entry in done.failed().items():
        kept = " The old report stays, marked stale." if entry["stale"] else ""
        tell(f"{job_id} failed: {entry['error']['message']}{kept}", err=True)
    moved = {
        job_id: entry["changes"]["figures"]["count"]
        for job_id, entry in done.manifest["reports"].items()
        if entry["status"] == "made" and not entry["changes"]["new"] and entry["changes"]["figures"]["count"]
    }
    if moved:
        shown = ", ".join(
            f"{job_id} ({_counted(count, 'figure')})" for job_id, count in list(moved.items())[:10]
        )
        more = f" and {len(moved) - 10} more" if len(moved) > 10 else ""
        tell(f"Figures changed in: {shown}{more}")
    seconds = done.manifest["run"]["seconds"]
    tell(
        f"{_counted(counts['total'], 'report')} of {year}: {counts['changed']} changed, {counts['new']} new, "
        f"{counts['total'] - counts['changed'] - counts['new'] - counts['failed'] - counts['not_reached']} as before, "
        f"{counts['failed']} failed{f', {left} not reached' if (left := counts['not_reached']) else ''} "
        f"({seconds:.1f} s)"
    )
    if done.stopped:
        tell(
            f"Stopped. What was finished is published in {out / str(year)}; the same command makes the rest.",
            err=True,
        )


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


class _Log:
    """One plain line per report, for a log."""

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self, stale: int, unchanged: int) -> None:
        self._stale, self._count = stale, 0
        tell(f"{_counted(stale, 'report')} to make, {unchanged} up to date")

    def tick(self, running: Sequence[Job]) -> None:
        pass

    def done(self, job: Job, result: Result) -> None:
        self._count += 1
        tell(f"[{self._count}/{self._stale}] {job.id} {_outcome(result)}")


class _Progress:
    """A bar with what is under way, for a terminal."""

    def __enter__(self) -> Watcher:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} failed, left:"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[running]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._failed = 0
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def start(self, stale: int, unchanged: int) -> None:
        self._task = self._bar.add_task("", total=stale, failed=0, running="starting")

    def tick(self, running: Sequence[Job]) -> None:
        self._bar.update(self._task, running=", ".join(job.id for job in running))

    def done(self, job: Job, result: Result) -> None:
        from parlib.publishing.production import Failed

        if isinstance(result, Failed):
            self._failed += 1
            self._bar.console.print(f"{job.id} {_outcome(result)}", markup=False, highlight=False)
        self._bar.update(self._task, advance=1, failed=self._failed)


def _outcome(result: Any) -> str:
    from parlib.publishing.production import Failed

    if isinstance(result, Failed):
        return f"failed: {spelt_out(result.message)}"
    return f"made in {result.seconds:.1f} s" if result.seconds else "finished earlier"
