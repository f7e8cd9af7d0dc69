"""The command line: verbs only. Each parses, calls the library and prints; nothing is computed here."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import unicodedata
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import typer

from parlib import __version__
from parlib.errors import ParlibError, UsageError

if TYPE_CHECKING:
    from parlib.publishing.workers import Workers

_MAKE_A_REPORT: Final = ("national", "report")
"""The verbs whose process is started ahead: see :func:`_head_start`."""

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


def _use_utf8() -> None:
    """Start again in Python's UTF-8 mode where the system's encoding lacks Vietnamese letters.

    Under such a locale (a cron job's with ``PYTHONUTF8=0``, an old Latin-1) a province's name, a file's name and
    every table would fail on their first diacritic. The processes that this one starts inherit the mode.
    """
    if sys.getfilesystemencoding() != "utf-8":
        os.environ["PYTHONUTF8"] = "1"
        # The option as well, for an interpreter that was told to ignore its environment.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606 - the same command, without a shell


def _check_readable(words: list[str]) -> None:
    """Refuse what nobody types: from here on, a word of the command may stand in a message, a log or a notebook."""
    for number, word in enumerate(words, start=1):
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in word):
            raise UsageError(
                f"word {number} of the command holds a character that cannot be printed: {word!r}. "
                "Type it again; if it is the name of a file, rename the file."
            )


def _head_start(words: list[str]) -> Workers | nullcontext[None]:
    """Start the process of a report while the command is still being read: typer takes a quarter of a second."""
    if words and words[0] in _MAKE_A_REPORT and not {"-h", "--help"} & {*words}:
        from parlib.publishing.report import ready

        return ready()
    return nullcontext()


# Each module registers its verbs on `app` when imported, hence after `app`.
from parlib.cli import answers, batch, importing, inference, lookup, national, report, scorecard  # noqa: E402, F401


def main() -> None:
    """Run the command line; errors raised on purpose end with their sentence, not with a traceback."""
    _use_utf8()
    # The memory goes with the process; looking through the record for garbage first is most of what leaving takes.
    atexit.register(gc.freeze)
    try:
        _check_readable(sys.argv[1:])
        with _head_start(sys.argv[1:]) as workers:
            app(obj=workers)
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
