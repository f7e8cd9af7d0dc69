"""Verbs that take figures in and look them over: import papi, import par, import undo, check."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from parlib.cli import app
from parlib.cli._output import JsonOption, LangOption, print_json, tell

if TYPE_CHECKING:
    from parlib.checks.reading import Reading
    from parlib.datasets import Record
    from parlib.wording.language import Language

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
        "or one made by an earlier import, which is added to. `parlib import undo` takes the last import back.",
    ),
]
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", help="Read, check, and show what would change; write nothing."),
]


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
    from parlib.workbooks.overlay import framework_for, provinces_of
    from parlib.workbooks.papi import INDEX, read_papi

    with _base(out, dry_run=dry_run, lang=lang) as base:
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
        again = ["papi", "--year", str(year)]
        _finish(file, reading, base, out, again, dry_run=dry_run, lang=lang, json=json)


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
    from parlib.workbooks.overlay import framework_for, provinces_of
    from parlib.workbooks.par import read_par

    with _base(out, dry_run=dry_run, lang=lang) as base:
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
        again = ["par", *([] if year is None else ["--year", str(year)]), "--index", index]
        again += [*([] if unit is None else ["--unit", unit]), *(["--set-aside"] if set_aside else [])]
        _finish(file, reading, base, out, again, dry_run=dry_run, lang=lang, json=json)


@importing.command()
def undo(
    folder: Annotated[Path, typer.Argument(help="Data folder that an import made or added to.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be put back; write nothing.")
    ] = False,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Take back the last import into a folder; once more, the one before it.

    Every table that it changed is put back as it was, unless somebody changed it since (exit code 1, and nothing is
    put back). Nothing is lost: the file and the tables as they were with it go to imports/undone.
    """
    from parlib.errors import UsageError
    from parlib.wording.imports import changes_data, undo_text
    from parlib.wording.language import Language
    from parlib.workbooks.history import held, last_import, take_back, would_change

    with nullcontext() if dry_run else held(folder):
        kept = last_import(folder)
        if kept is None:
            raise UsageError(f"{folder} holds no import that could be taken back.")
        changes = would_change(folder, kept)
        place = None if dry_run else take_back(folder, kept)
    account = {
        "import": kept.name,
        "file": kept.account.get("file"),
        "kept": place.relative_to(folder).as_posix() if place else None,
        "changes": changes_data(changes),
    }
    again = _again(kept.account, folder, place) if place else None
    name = str(kept.account.get("file", ""))
    _print(
        account | {"again": again},
        undo_text(kept.name, name, changes, place, again, Language(lang)),
        json=json,
    )


def _again(account: Mapping[str, Any], folder: Path, place: Path) -> str | None:
    """The command that imports a file again that was taken back."""
    files, words = sorted(place.glob("file*")), account.get("again")
    if not files or not words:
        return None
    verb, *options = map(str, words)
    return shlex.join(["parlib", "import", verb, str(files[0]), *options, "--out", str(folder)])


@contextmanager
def _base(out: Path, *, dry_run: bool, lang: str) -> Iterator[Record]:
    """The record that an import adds to; nobody else imports into its folder until the block ends."""
    from parlib.datasets import record
    from parlib.wording.language import Language
    from parlib.workbooks.history import base_of, heal, held

    if dry_run:
        yield base_of(out, record())
        return
    with held(out):
        interrupted = heal(out)
        if interrupted is not None:
            said = Language(lang).t(
                "An import that had been interrupted was taken back first; it lies in {folder}.",
                folder=str(interrupted),
            )
            tell(said, err=True)
        yield base_of(out, record())


def _finish(
    file: Path,
    reading: Reading,
    base: Record,
    out: Path,
    again: list[str],
    *,
    dry_run: bool,
    lang: str,
    json: bool,
) -> None:
    from parlib.wording.imports import account_data, account_text, changes_data
    from parlib.wording.language import Language
    from parlib.workbooks.history import assembled, install, own_name
    from parlib.workbooks.overlay import borrowed, check_merged, merge

    language = Language(lang)
    if reading.refused:
        _print(account_data(reading, None), account_text(reading, None, language), json=json)
        raise typer.Exit(1)
    reading.findings += borrowed(base, reading)
    reading.file = own_name(file)
    content = file.read_bytes()
    merged = merge(reading, base, content)
    new = None if dry_run or base.root == out else out
    with assembled(merged, base, new) as made:
        reading.findings += [*merged.findings, *check_merged(made, reading)]
        account = account_data(reading, merged.outcome) | {"again": again}
        text = account_text(reading, merged.outcome, language)
        if not dry_run:
            account = install(made, merged, base, out, account, text, content)
    if not dry_run:
        text = f"{text}\n{_written(account, out, language)}"
    _print(account | {"changes": changes_data(merged.outcome.changes)}, text, json=json)


def _written(account: dict[str, object], out: Path, language: Language) -> str:
    folder = str(out.resolve())
    use = f"PARLIB_DATA={shlex.quote(folder)}"
    if account["kept"] is None:
        return language.t(
            "The record has all of this already; nothing was written to {folder}.", folder=folder
        )
    return "\n".join(
        [
            language.t("Written to {folder}. Use it with: {use}", folder=folder, use=use),
            language.t(
                "To take this import back: {command}",
                command=shlex.join(["parlib", "import", "undo", str(out)]),
            ),
        ]
    )


def _print(account: dict[str, object], text: str, *, json: bool) -> None:
    if json:
        print_json(account)
    else:
        tell(text)


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
        tell("\n".join(findings_text(findings, Language(lang))))
    if worst(findings) == "error":
        raise typer.Exit(1)


def _record_of(path: Path) -> tuple[Path, str | None]:
    """The data folder of a path, and the table below it that the path names."""
    from parlib.datasets import Record
    from parlib.errors import UsageError

    if not path.exists():
        raise UsageError(f"{path} does not exist.")
    for folder in [path.resolve(), *path.resolve().parents]:
        if (folder / "indices.csv").is_file():
            if path.resolve() == folder:
                return folder, None
            if path.resolve() not in Record(folder).files("*.csv"):
                raise UsageError(
                    f"{path} is no table of the data folder {folder}; name a .csv file of it, or the folder."
                )
            return folder, path.resolve().relative_to(folder).as_posix()
    raise UsageError(
        f"{path} is no data folder and no table inside one. To look over a workbook, use "
        "`parlib import papi FILE --year Y --dry-run` or `parlib import par FILE --year Y --dry-run`."
    )
