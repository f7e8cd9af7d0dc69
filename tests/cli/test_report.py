"""The verbs that write a report: what happens before and after the report itself."""

import inspect
import os
import subprocess
import sys
import uuid

import psutil
import pytest
import typer

from parlib.cli import _MAKE_A_REPORT, app

COMMAND = [sys.executable, "-c", "from parlib.cli import main; main()"]


def test_the_verbs_with_a_head_start_are_those_that_take_it():
    taking = {
        verb.name or verb.callback.__name__
        for verb in app.registered_commands
        if any(
            parameter.annotation in (typer.Context, "typer.Context")
            for parameter in inspect.signature(verb.callback).parameters.values()
        )
    }
    assert taking == set(_MAKE_A_REPORT)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["report", "hue", "--yaer", "2017"], 2),
        (["report", "nowhere", "--year", "2017"], 2),
        (["national", "--year", "1999"], 2),
        (["report", "hue", "--help"], 0),
    ],
)
def test_a_command_that_makes_no_report_leaves_no_process_behind(words, code, tmp_path):
    mark = uuid.uuid4().hex
    done = subprocess.run(
        [*COMMAND, *words], cwd=tmp_path, env={**os.environ, "MARK": mark}, capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert not list(tmp_path.iterdir())

    def marked(process: psutil.Process) -> bool:
        try:
            return process.environ().get("MARK") == mark
        except psutil.Error:
            return False

    assert [process.cmdline() for process in psutil.process_iter() if marked(process)] == []
