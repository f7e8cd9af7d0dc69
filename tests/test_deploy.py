"""What stands in deploy/ and in its guide can be used as it stands."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from parlib.cli import app
from parlib.publishing.report import notebook_path, parameter_defaults, read_notebook

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
GUIDE = ROOT / "docs" / "scheduled-runs.md"
FILES = sorted(
    path for path in [*DEPLOY.rglob("*"), GUIDE] if path.is_file() and "__pycache__" not in path.parts
)


def commands():
    """Every `parlib batch …` of the files, with what a scheduler would put in place of its variables."""
    for path in FILES:
        text = path.read_text(encoding="utf-8").replace("%i", "2017").replace('"$YEAR"', "2017")
        for line in re.findall(r"parlib (batch --[^#`\n>|&]*)", text):
            yield pytest.param(shlex.split(line), id=f"{path.name}: {line.strip()[:40]}")


@pytest.mark.parametrize("words", list(commands()))
def test_every_command_is_one_that_parlib_understands(words):
    command = typer.main.get_command(app)
    verb, *options = words
    context = command.commands[verb].make_context(verb, options)
    assert context.params["year"] == 2017
    assert context.params["all_"]


def test_cron_accepts_the_table():
    if not shutil.which("crontab"):
        pytest.skip("no cron on this machine")
    table = DEPLOY / "cron" / "parlib.crontab"
    done = subprocess.run(["crontab", "-n", str(table)], capture_output=True, text=True)
    if "invalid option" in done.stderr:
        pytest.skip("this cron cannot check a table without installing it")
    assert done.returncode == 0, done.stderr


def test_the_cron_line_prints_only_when_something_is_wrong(tmp_path):
    line = (DEPLOY / "cron" / "parlib.crontab").read_text().splitlines()[-1]
    assert re.match(r"\d+ \d+ \* \* 1 ", line)
    assert "%" not in line  # cron would end the command there
    command = line.split(maxsplit=5)[5].replace("/srv/parlib", str(tmp_path))
    fake = tmp_path / ".venv" / "bin" / "parlib"
    fake.parent.mkdir(parents=True)
    for code in (0, 1):
        fake.write_text(f"#!/bin/sh\necho what happened\nexit {code}\n")
        fake.chmod(0o755)
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True)
        assert bool(done.stdout) == bool(code)
    assert "exit code 1" in done.stdout
    assert "what happened" in done.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_the_units(tmp_path):
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in (DEPLOY / "systemd").iterdir():
        # Only the program's place is put in: a checker wants to see it.
        text = unit.read_text().replace("/srv/parlib/.venv/bin/parlib", "/bin/true")
        (folder / unit.name).write_text(text)
    names = ["parlib-reports@2017.service", "parlib-reports@2017.timer", "parlib-alert@x.service"]
    words = ["systemd-analyze", "verify", "--recursive-errors=no", *(str(folder / name) for name in names)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_workflow_is_sound():
    workflow = yaml.safe_load((DEPLOY / "github" / "reports.yml").read_text())
    assert set(workflow["jobs"]) == {"make", "publish"}
    steps = workflow["jobs"]["make"]["steps"]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    for step in steps:
        if "run" in step:
            done = subprocess.run(["/bin/sh", "-n"], input=step["run"], text=True, capture_output=True)
            assert done.returncode == 0, done.stderr
    assert workflow["permissions"] == {"contents": "read"}
    for path in workflow[True]["push"]["paths"]:  # YAML reads the key `on` as true
        assert (ROOT / path.removesuffix("/**")).exists()


def test_the_dag_gives_the_notebook_parameters_that_it_has():
    tree = ast.parse((DEPLOY / "airflow" / "parlib_reports.py").read_text())
    given = [
        {ast.literal_eval(key) for key in value.keys}
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "parameters" and isinstance(value, ast.Dict)
    ]
    assert given
    assert all(names <= set(parameter_defaults(read_notebook(notebook_path("province")))) for names in given)


@pytest.mark.skipif(
    "PARLIB_AIRFLOW_PYTHON" not in os.environ,
    reason="PARLIB_AIRFLOW_PYTHON names no Python that has apache-airflow and its papermill provider",
)
def test_airflow_reads_the_dag():
    program = (
        f"import runpy; dag = runpy.run_path({str(DEPLOY / 'airflow' / 'parlib_reports.py')!r})['dag']; "
        "print([(t.task_id, t.operator_name, sorted(t.downstream_task_ids)) for t in dag.topological_sort()])"
    )
    environment = {**os.environ, "PARLIB_HOME": str(ROOT)}
    environment.pop("PYTHONPATH", None)
    python = environment["PARLIB_AIRFLOW_PYTHON"]
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == [
        ("prepare", "BashOperator", ["run"]),
        ("run", "PapermillOperator", ["export"]),
        ("export", "BashOperator", ["publish"]),
        ("publish", "BashOperator", []),
    ]


@pytest.mark.parametrize(
    ("started", "failed", "code"),
    [
        ("2999-01-01T00:00:00+00:00", 0, 0),
        ("2999-01-01T00:00:00+00:00", 1, 1),
        ("2001-01-01T00:00:00+00:00", 0, 1),
    ],
)
def test_the_monitor_of_the_guide_tells_good_from_bad(tmp_path, started, failed, code):
    (snippet,) = re.findall(r"python3 -c '(.*?)'", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "run.json"
    path.write_text(
        f'{{"run": {{"started": "{started}", "counts": {{"failed": {failed}, "not_reached": 0}}}}}}'
    )
    lines = "\n".join(line.removeprefix("  ") for line in snippet.splitlines())
    done = subprocess.run([sys.executable, "-c", lines, str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, "")
