"""The command line: verbs only. Each parses, calls the library and prints; nothing is computed here."""

from __future__ import annotations

import os
import sys

import typer

from parlib import __version__
from parlib.errors import ParlibError

app = typer.Typer(
    name="parlib",
    help="Governance scores of Viet Nam's provinces: look up, compare, explain, plan, report.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parlib {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 another run is at work in the folder."""


# Each module registers its verbs on `app` when imported, hence after `app`.
from parlib.cli import answers, batch, importing, inference, lookup, national, report, scorecard  # noqa: E402, F401


def main() -> None:
    """Run the command line; errors raised on purpose end with their sentence, not with a traceback."""
    try:
        app()
    except ParlibError as error:
        typer.echo(f"parlib: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("parlib: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader (`| head`) went away; closing stdout again at exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
