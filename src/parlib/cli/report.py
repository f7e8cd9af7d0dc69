"""The verbs that write a province's report, and its charts alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parlib.cli import app
from parlib.cli._output import LangOption, ProvinceArgument, YearOption, listed, tell
from parlib.cli.lookup import InFrameOption

if TYPE_CHECKING:
    from parlib.datasets import Record
    from parlib.publishing.workers import Workers

FormatOption = Annotated[
    str, typer.Option("--format", help="Any of html, pdf, xlsx, json, separated by commas.")
]
OutOption = Annotated[
    Path,
    typer.Option("--out", help="Folder of the reports; a folder per year is made in it.", file_okay=False),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Date printed as that of the data, as 2018-08-28 (default: SOURCE_DATE_EPOCH, else the record's own).",
    ),
]


@app.command()
def report(
    context: typer.Context,
    province: ProvinceArgument,
    year: YearOption,
    lang: LangOption = "vi",
    format: FormatOption = "html,pdf",
    out: OutOption = Path("reports"),
    as_of: AsOfOption = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            "--target",
            help="What to reach, as papi:group:high, papi:rank:15 or papi:score:38; may be given again.",
        ),
    ] = None,
    frame: InFrameOption = None,
    scorecard: Annotated[
        Path | None,
        typer.Option(
            "--scorecard",
            help="The province's own scorecard (see `parlib scorecard template`).",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            help="An improvement plan, filled in (see `parlib plan … --export`), as it stands on the day of --as-of.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Write the report of one province: HTML and PDF, and every figure that they print as JSON.

    The files appear together when all of them are whole: OUT/YEAR/PROVINCE.LANG.html, .pdf and OUT/YEAR/PROVINCE.json.
    """
    from parlib.datasets import record

    known = record()
    who = known.find_province(province, frame or known.frame_of(year))
    parameters = {"province": who.slug, "year": year, "lang": lang}
    if target:
        parameters["target"] = " ".join(target)
    if scorecard:
        parameters["scorecard"] = str(scorecard.resolve())
    if plan:
        parameters["plan"] = str(plan.resolve())
    if frame:
        parameters["frame"] = frame
    write("province", parameters, out / str(year), who.slug, format, as_of, context.obj, known)


@app.command()
def figures(
    province: ProvinceArgument,
    year: YearOption,
    lang: LangOption = "vi",
    out: Annotated[Path, typer.Option("--out", help="Folder of the files.", file_okay=False)] = Path(
        "figures"
    ),
    png: Annotated[bool, typer.Option("--png", help="Also as PNG, for slides and word processors.")] = False,
) -> None:
    """Write the charts of a province's report as SVG files: OUT/PROVINCE-YEAR.LANG.CHART.svg."""
    from parlib.datasets import record
    from parlib.publishing.report import make_figures

    known = record()
    who = known.find_province(province, known.frame_of(year))
    parameters = {"province": who.slug, "year": year, "lang": lang}
    for path in make_figures("province", parameters, out, f"{who.slug}-{year}", png=png):
        tell(str(path))


def write(
    notebook: str,
    parameters: Mapping[str, Any],
    folder: Path,
    stem: str,
    format: str,
    as_of: str | None,
    workers: Workers | None,
    known: Record,
) -> None:
    """Make the files of one report, the figures among them, and name each."""
    from rich.console import Console

    from parlib.publishing.report import make_report
    from parlib.storage import lock, refuse_link

    formats = list(dict.fromkeys([*listed(format), "json"]))
    # A few seconds of work: on a terminal something moves meanwhile; a log gets the names alone.
    working = Console(stderr=True).status(f"{stem} {folder.name}")
    with lock(folder.parent, shared=True), working:
        refuse_link(folder)
        made = make_report(
            notebook, parameters, folder, stem, formats, as_of=as_of, workers=workers, known=known
        )
    for path in made:
        tell(str(path))
