"""Verbs that take figures in and look them over: import papi, import par, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from parlib.cli import app
from parlib.cli._output import JsonOption, LangOption, print_json

if TYPE_CHECKING:
    from parlib.checks.reading import Reading
    from parlib.datasets import Record

importing = typer.Typer(
    help="Read other people's workbooks into a copy of the record, with an account of every doubt.",
    no_args_is_help=True,
)
app.add_typer(importing, name="import")

FileArgument = Annotated[Path, typer.Argument(help="Workbook (.xlsx) or CSV file, as issued.")]
OutOption = Annotated[
    Path,
    typer.Option(
        "--out",
        help="Data folder to write: a copy of the record with the figures merged in (PARLIB_DATA can point to it), "
        "or one made by an earlier import, which is added to.",
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Read, check and report; write nothing.")]


@importing.command()
def papi(
    file: FileArgument,
    year: Annotated[int, typer.Option("--year", help="Year that the figures describe.")],
    out: OutOption = Path("parlib-data"),
    dry_run: DryRunOption = False,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Import a yearly PAPI workbook, in Vietnamese or English, also the full table of raw indicators.

    Exit code 1 if the file is refused; nothing is written then.
    """
    from parlib.datasets import record
    from parlib.workbooks.overlay import base_of, framework_for, provinces_of
    from parlib.workbooks.papi import INDEX, read_papi

    base = base_of(out, record())
    framework, _ = framework_for(base, INDEX, year)
    reading = read_papi(
        file,
        year,
        provinces_of(base),
        framework,
        known=base.scores(INDEX),
        editions=base.editions,
        breaks=base.breaks,
        formulas=base.table(f"{INDEX}/rescaling.csv"),
    )
    _finish(file, reading, base, out, dry_run=dry_run, lang=lang, json=json)


@importing.command()
def par(
    file: FileArgument,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Year that the table describes; of a panel, the year to take."),
    ] = None,
    index: Annotated[str, typer.Option("--index", help="Index of the table; a panel says its own.")] = "par",
    unit: Annotated[
        Literal["points", "percent"] | None,
        typer.Option("--unit", help="Unit of domain columns that do not say."),
    ] = None,
    set_aside: Annotated[
        bool,
        typer.Option(
            "--set-aside",
            help="Put provinces whose figures contradict each other into disputed.csv instead of refusing the file.",
        ),
    ] = False,
    out: OutOption = Path("parlib-data"),
    dry_run: DryRunOption = False,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Import a PAR INDEX table, or a panel (vn-par-master, vn-sipas-provincial).

    Exit code 1 if the file is refused; nothing is written then.
    """
    from parlib.datasets import record
    from parlib.workbooks.overlay import base_of, framework_for, provinces_of
    from parlib.workbooks.par import read_par

    base = base_of(out, record())
    base.require_index(index)
    reading = read_par(
        file,
        year,
        provinces_of(base),
        lambda name, when: framework_for(base, name, when)[0],
        index=index,
        unit=unit,
        set_aside=set_aside,
    )
    _finish(file, reading, base, out, dry_run=dry_run, lang=lang, json=json)


def _finish(
    file: Path, reading: Reading, base: Record, out: Path, *, dry_run: bool, lang: str, json: bool
) -> None:
    from parlib.wording.imports import account_data, account_text
    from parlib.wording.language import Language
    from parlib.workbooks.overlay import assembled, borrowed, check_merged, install, merge

    language = Language(lang)
    if reading.refused:
        _print(account_data(reading, None), account_text(reading, None, language), json=json)
        raise typer.Exit(1)
    reading.findings += borrowed(base, reading)
    merged = merge(reading, base, file.read_bytes())
    with assembled(merged, base, None if dry_run else out) as made:
        reading.findings += [*merged.findings, *check_merged(made, reading)]
        account = account_data(reading, merged.outcome)
        text = account_text(reading, merged.outcome, language)
        if not dry_run:
            account["backups"] = install(made, merged, base, out, account, text)
    written = (
        ""
        if dry_run
        else language.t("Written to {folder}. Use it with: PARLIB_DATA={folder}", folder=str(out.resolve()))
    )
    _print(account, f"{text}\n{written}" if written else text, json=json)


def _print(account: dict[str, object], text: str, *, json: bool) -> None:
    if json:
        print_json(account)
    else:
        typer.echo(text)


@app.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Data folders, or tables inside one (default: the record in use)."),
    ] = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Look a record over: schema, keys, ranges, sources, sums, ranks, coverage, order, magnitude.

    Exit code 1 if there is an error; contradictions that disputed.csv lists are warnings.
    """
    from parlib.checks.finding import worst
    from parlib.checks.record import check_record
    from parlib.datasets import Record, record
    from parlib.wording.imports import finding_data, findings_text
    from parlib.wording.language import Language

    findings = []
    for path in paths or [record().root]:
        root, table = _record_of(path)
        wanted = f"{root.name}/{table}" if table else None
        findings += [f for f in check_record(Record(root)) if wanted in (None, f.place.file)]
    if json:
        print_json({"findings": [finding_data(finding) for finding in findings], "worst": worst(findings)})
    else:
        typer.echo("\n".join(findings_text(findings, Language(lang))))
    if worst(findings) == "error":
        raise typer.Exit(1)


def _record_of(path: Path) -> tuple[Path, str | None]:
    """The data folder of a path, and the table below it that the path names."""
    from parlib.errors import UsageError

    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    for folder in [path.resolve(), *path.resolve().parents]:
        if (folder / "indices.csv").is_file():
            inside = path.resolve().relative_to(folder).as_posix()
            return folder, None if inside == "." else inside
    raise UsageError(
        f"{path} is no data folder and no table inside one. To look over a workbook, use "
        "`parlib import papi FILE --year Y --dry-run` or `parlib import par FILE --year Y --dry-run`."
    )
