"""The verb that writes a province's report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parlib.cli import app
from parlib.cli._output import LangOption, ProvinceArgument, YearOption

FormatOption = Annotated[str, typer.Option("--format", help="Any of html, pdf, json, separated by commas.")]
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
    province: ProvinceArgument,
    year: YearOption,
    lang: LangOption = "vi",
    format: FormatOption = "html,pdf",
    out: OutOption = Path("reports"),
    as_of: AsOfOption = None,
) -> None:
    """Write the report of one province: HTML and PDF, and every figure that they print as JSON.

    The files appear together when all of them are whole: OUT/YEAR/PROVINCE.LANG.html, .pdf and OUT/YEAR/PROVINCE.json.
    """
    from parlib.datasets import record
    from parlib.publishing.report import make_report

    known = record()
    who = known.find_province(province, known.frame_of(year))
    formats = list(dict.fromkeys([*filter(None, (part.strip() for part in format.split(","))), "json"]))
    parameters = {"province": who.slug, "year": year, "lang": lang}
    for path in make_report("province", parameters, out / str(year), who.slug, formats, as_of=as_of):
        typer.echo(str(path))
