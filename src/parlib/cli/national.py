"""The verb that writes the national report."""

from __future__ import annotations

from pathlib import Path

import typer

from parlib.cli import app
from parlib.cli._output import LangOption, YearOption
from parlib.cli.report import AsOfOption, FormatOption, OutOption, write


@app.command()
def national(
    context: typer.Context,
    year: YearOption,
    lang: LangOption = "vi",
    format: FormatOption = "html,pdf",
    out: OutOption = Path("reports"),
    as_of: AsOfOption = None,
) -> None:
    """Write the report on all provinces: ranking, maps, gaps, movers, stability, and what is missing.

    The files appear together when all of them are whole: OUT/YEAR/national.LANG.html, .pdf and OUT/YEAR/national.json.
    """
    from parlib.datasets import record

    known = record()
    known.frame_of(year)  # refuses a year without figures before the notebook is started
    parameters = {"year": year, "lang": lang}
    write("national", parameters, out / str(year), "national", format, as_of, context.obj, known)
