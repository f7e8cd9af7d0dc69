"""`parlib batch` as a scheduler runs it: exit codes, lines of a log, wrong usage."""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from parlib.cli.batch import _print_summary
from parlib.storage import lock

COMMAND = [sys.executable, "-c", "from parlib.cli import main; main()", "batch"]


def batch(*words, **environment):
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, env={**os.environ, **environment}
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Say which reports"),
        (["--all", "--provinces", "hue"], "exclude each other"),
        (["--provinces", "hu"], "Did you mean"),
        (["--region", "mars"], "There is no region 'mars'. There are: mnpb"),
        (["--all", "--format", "docx"], "no format 'docx'"),
        (["--all", "--lang", "fr"], "no language 'fr'"),
        (["--all", "--lang", ","], "no report without a language"),
        (["--provinces", "hue", "--region", "tn"], "no province is left"),
        (["--all", "--as-of", "yesterday"], "is not a date"),
        (["--all", "--workers", "-1"], "--workers"),
        (["--all", "--scheduler", "tcp://127.0.0.1:9", "--year", "1999"], "no figures of 1999"),
    ],
)
def test_a_wrong_request_ends_with_2_and_writes_nothing(tmp_path, words, said):
    year = [] if "--year" in words else ["--year", 2017]
    done = batch(*words, *year, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_one_report_and_one_figure_are_counted_as_one(capsys):
    entry = {"status": "made", "changes": {"new": False, "figures": {"count": 1}}}
    counts = {"total": 1, "changed": 1, "new": 0, "failed": 0, "not_reached": 0}
    manifest = {"reports": {"hue.vi": entry}, "run": {"seconds": 2.5}}
    _print_summary(
        SimpleNamespace(counts=counts, manifest=manifest, failed=dict, stopped=False), Path(), 2017
    )
    first, last = capsys.readouterr().out.splitlines()
    assert first == "Figures changed in: hue.vi (1 figure)"
    assert last == "1 report of 2017: 1 changed, 0 new, 0 as before, 0 failed (2.5 s)"


def test_a_folder_in_use_ends_with_3(tmp_path):
    with lock(tmp_path):
        done = batch("--year", 2017, "--provinces", "hue", "--out", tmp_path)
    assert done.returncode == 3
    assert "Another run is at work" in done.stderr


def test_explain_counts_what_would_be_made(tmp_path):
    words = [
        "--year",
        2017,
        "--region",
        "Tây Nguyên",
        "--lang",
        "vi,en",
        "--out",
        tmp_path / "out",
        "--explain",
    ]
    done = batch(*words)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[-1] == "10 of 10 reports would be made."
    assert "gia-lai.en: it was never made" in lines
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Huế and the country in two languages, made once, with what the command printed."""
    out = tmp_path_factory.mktemp("reports")
    words = ["--year", 2017, "--provinces", "TT Huế", "--national", "--lang", "vi,en", "--out", out]
    done = batch(*words)
    assert done.returncode == 0, done.stderr
    return out, words, done.stdout


@pytest.mark.slow
def test_a_log_has_one_line_per_report(reports):
    _, _, printed = reports
    lines = printed.splitlines()
    assert lines[0] == "4 reports to make, 0 up to date"
    for name in ("thua-thien-hue.vi", "thua-thien-hue.en", "national.vi", "national.en"):
        assert sum(f" {name} made in " in line for line in lines) == 1
    assert lines[-1].startswith("4 reports of 2017: 0 changed, 4 new, 0 as before, 0 failed (")


@pytest.mark.slow
def test_a_batch_gives_the_bytes_of_a_single_report(reports, tmp_path):
    out, _, _ = reports
    command = [*COMMAND[:-1], "report", "hue", "--year", "2017", "--lang", "vi", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = sorted((tmp_path / "2017").iterdir())
    assert [path.name for path in made] == [
        "thua-thien-hue.json",
        "thua-thien-hue.vi.html",
        "thua-thien-hue.vi.pdf",
    ]
    for path in made:
        assert path.read_bytes() == (out / "2017" / path.name).read_bytes(), path.name


@pytest.mark.slow
def test_nothing_changed_makes_nothing(reports):
    _, words, _ = reports
    done = batch(*words)
    assert done.stdout.splitlines() == [
        "0 reports to make, 4 up to date",
        done.stdout.splitlines()[-1],
    ]
    assert done.stdout.splitlines()[-1].startswith(
        "4 reports of 2017: 0 changed, 0 new, 4 as before, 0 failed ("
    )


@pytest.mark.slow
def test_a_failure_ends_with_1_and_names_the_report(tmp_path):
    done = batch("--year", 2017, "--provinces", "hue", "--out", tmp_path / "out", "--timeout", 1)
    assert done.returncode == 1
    assert "thua-thien-hue.vi failed: It was stopped: it took longer than 1 seconds." in done.stderr
    entry = json.loads((tmp_path / "out" / "2017" / "run.json").read_text())["reports"]["thua-thien-hue.vi"]
    assert (entry["status"], entry["stale"], entry["files"]) == ("failed", False, {})


def drawn(*words):
    """Run on a terminal; give what it drew there, without colours, and what went to standard output."""
    pty = pytest.importorskip("pty", reason="this system has no terminals of that kind")
    ours, theirs = pty.openpty()
    command = [*COMMAND, *map(str, words)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # which is how the end of a terminal is told
            while part := os.read(ours, 4096):
                shown += part
        os.close(ours)
        printed = process.stdout.read()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()), printed


@pytest.mark.slow
def test_a_terminal_shows_what_is_done_under_way_and_left(tmp_path):
    words = ["--year", 2017, "--provinces", "hue", "--lang", "vi,en", "--format", "json", "--workers", 1]
    shown, printed = drawn(*words, "--out", tmp_path / "out")
    for count, running in (("0/2", "thua-thien-hue.vi"), ("1/2", "thua-thien-hue.en")):
        assert re.search(rf" {count} 0 failed, left: [-\d]+:[-\d]+:[-\d]+ {running}", shown), shown
    assert re.search(r" 2/2 0 failed", shown)
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["2 reports of 2017"]


@pytest.mark.slow
def test_a_terminal_names_what_failed_and_counts_it(tmp_path):
    words = ["--year", 2017, "--provinces", "hue", "--timeout", 1, "--out", tmp_path / "out"]
    shown, _ = drawn(*words)
    assert "thua-thien-hue.vi failed: It was stopped: it took longer than 1 seconds." in shown
    assert re.search(r" 1/1 1 failed", shown)
