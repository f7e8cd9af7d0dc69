"""The command line as tests run it."""

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest.mock import patch

from parlib.cli import main


@dataclass
class Ended:
    """What a command printed, and how it ended."""

    stdout: str
    stderr: str
    returncode: int


def parlib(*words: object) -> Ended:
    """Run the command line in this process: a fresh one would spend most of its time on imports."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", ["parlib", *map(str, words)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(out.getvalue(), err.getvalue(), code)
