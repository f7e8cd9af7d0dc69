import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from parlib.datasets import Record, record, shipped_folder
from parlib.errors import DataError, UsageError, WorkError
from parlib.publishing.formats import MEDIA_TYPES, WRITERS
from parlib.publishing.report import (
    FORMATS,
    check_parameters,
    make_report,
    notebook_path,
    parameter_defaults,
    read_notebook,
    render,
)

PARAMETERS = 'province = "hue"  # slug\nyear: int = 2017\nlang = "vi"\ntarget = None\nas_of = ""'
BLOCKS = """
import sys
from parlib.blocks import Card, Section, cards, heading, masthead, paragraph
from parlib.wording.language import Language
language = Language(lang)
Section([
    masthead(language, title="T", subject=province, year=year, as_of=as_of or "2018-08-28", province=province),
    cards(language, [Card("papi", "PAPI", 36.03, 60)], id="headline"),
    heading(2, "Mục", id="part"),
    paragraph([sys.executable], id="python"),
])
"""


def write(path, *sources, parameters=PARAMETERS):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# How to run", metadata={"tags": ["notebook-only"]}),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell("## In short", metadata={"tags": ["notebook-only"]}),
        *(nbformat.v4.new_code_cell(source) for source in sources),
    ]
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def notebook(tmp_path):
    return write(tmp_path / "small.ipynb", BLOCKS)


@pytest.fixture
def no_kernel(monkeypatch):
    """Fail the test if anything tries to run a notebook."""

    def started(*_args, **_options):
        pytest.fail("a kernel was started")

    monkeypatch.setattr("papermill.execute_notebook", started)


def test_parameters_are_read_without_running(notebook):
    defaults = parameter_defaults(nbformat.read(notebook, as_version=4))
    assert defaults == {"province": "hue", "year": 2017, "lang": "vi", "target": None, "as_of": ""}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"provinc": "hue"}, r"no parameter 'provinc'\. .*Did you mean province"),
        ({"year": "2017"}, r"'year' .* like 2017, not '2017'"),
        ({"year": True}, "not True"),
        ({"lang": 1}, "'lang'"),
    ],
)
def test_a_wrong_parameter_stops_before_any_cell(notebook, tmp_path, wrong, message, no_kernel):
    with pytest.raises(UsageError, match=message):
        render(notebook, wrong, ("html",))
    with pytest.raises(UsageError, match=message):
        make_report(notebook, wrong, tmp_path / "out", "x")
    assert not (tmp_path / "out").exists()


def test_parameters_that_are_no_plain_values_are_refused(tmp_path):
    notebook = write(tmp_path / "odd.ipynb", "", parameters="year = max(2017, 2018)")
    with pytest.raises(UsageError, match=r"parameters of odd\.ipynb are not names with plain values"):
        render(notebook, {}, ("html",))


def test_a_default_of_none_takes_any_value(notebook):
    read = nbformat.read(notebook, as_version=4)
    assert check_parameters(read, {"target": "papi:rank:15"}, "small.ipynb") == {"target": "papi:rank:15"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"formats": ["docx"]}, "no format 'docx'"),
        ({"formats": []}, "without a format"),
        ({"as_of": "28/8/2018"}, "is not a date"),
        ({"stem": "../x"}, "cannot begin a file name"),
        ({"stem": "a\\b"}, "cannot begin a file name"),
        ({"stem": ".lock"}, "cannot begin a file name"),
        ({"stem": "x" * 300}, "cannot begin a file name"),
        ({"notebook": "provinz"}, r"no report 'provinz'\. There are: .*province"),
        ({"notebook": Path("absent.ipynb")}, r"absent\.ipynb cannot be read: No such file"),
        ({"parameters": {"target": object()}}, "cannot be written into a notebook"),
    ],
)
def test_a_wrong_request_stops_before_any_kernel(notebook, tmp_path, change, message, no_kernel):
    request = {"notebook": notebook, "parameters": {}, "out_dir": tmp_path / "out", "stem": "x", **change}
    with pytest.raises(UsageError, match=message):
        make_report(**request)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [{"cell_type": "code", "vutputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"nbformat": 99}',
        b'{"nbformat": "x", "nbformat_minor": []}',
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "x"}]}]}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_notebook_is_named(tmp_path, content):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.ipynb is no notebook"):
        read_notebook(path)


def test_every_format_has_a_writer_and_a_media_type():
    assert set(FORMATS) == set(WRITERS) == set(MEDIA_TYPES)


def test_a_wrong_source_date_epoch_is_named(notebook, tmp_path, monkeypatch, no_kernel):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is 'yesterday'"):
        make_report(notebook, {}, tmp_path / "out", "x")


def test_the_report_notebook_is_found_by_name():
    assert notebook_path("province").name == "province.ipynb"


@pytest.mark.slow
def test_a_report_comes_out_whole_and_twice_the_same(notebook, tmp_path, monkeypatch):
    # A foreign kernel of the same name, a start-up file and a working folder must not matter.
    spec = tmp_path / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false", "{connection_file}"], "display_name": "x", "language": "python"})
    )
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("raise SystemExit('start-up file')")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    formats = ("html", "pdf", "json")

    first = make_report(notebook, {"year": 2018}, tmp_path / "a", "hue", formats, as_of="2019-01-02")
    monkeypatch.chdir(tmp_path)
    second = make_report(notebook, {"year": 2018}, Path("b"), "hue", formats, as_of="2019-01-02")

    assert [path.name for path in first] == ["hue.vi.html", "hue.vi.pdf", "hue.json"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(path.name for path in first)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    page = first[0].read_text(encoding="utf-8")
    assert sys.executable in page
    assert "2/1/2019" in page
    assert json.loads(first[2].read_text(encoding="utf-8"))["year"] == 2018


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        (
            "1 / 0",
            WorkError,
            r"Cell 4 of small.ipynb \(under “In short”\) failed: ZeroDivisionError: division by zero",
        ),
        (
            "from parlib.errors import UsageError\nraise UsageError('There is no province Hu.')",
            UsageError,
            r"^There is no province Hu\.$",
        ),
        ("import os\nos._exit(1)", WorkError, r"did not come to its end: its process exited \(code 1\)"),
        ("lang = 'x'", WorkError, "came out broken or empty"),
    ],
)
def test_a_failure_leaves_nothing_behind(tmp_path, source, kind, message):
    notebook = write(tmp_path / "small.ipynb", source)
    with pytest.raises(kind, match=message):
        make_report(notebook, {}, tmp_path / "out" / "deep", "x", ("json",))
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_failure_keeps_the_report_that_was_there(tmp_path):
    notebook = write(tmp_path / "small.ipynb", "1 / 0")
    old = tmp_path / "out" / "x.json"
    old.parent.mkdir()
    old.write_text("old")
    with pytest.raises(WorkError):
        make_report(notebook, {}, old.parent, "x", ("json",))
    assert [path.name for path in old.parent.iterdir()] == ["x.json"]
    assert old.read_text() == "old"


SCORED = """
from parlib.datasets import record
from parlib.wording.language import Language
from parlib.blocks import Card, Section, cards, masthead
papi = record().scored("papi")
mine = papi[(papi["province"] == "thua-thien-hue") & (papi["year"] == year) & (papi["indicator"] == "TOTAL")].iloc[0]
language = Language(lang)
Section([
    masthead(language, title="T", subject=province, year=year, as_of="2018-08-28", province=province),
    cards(language, [Card("papi", "PAPI", mine["score"], 60, rank=int(mine["rank"]), of=63)], id="headline"),
])
"""


@pytest.fixture
def own_record(tmp_path, monkeypatch):
    """A copy of the record, in use."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_folder(), folder)
    monkeypatch.setenv("PARLIB_DATA", str(folder))
    return Record(folder)


@pytest.mark.slow
def test_a_report_is_made_of_the_record_that_was_read_for_it(tmp_path, own_record):
    notebook = write(tmp_path / "small.ipynb", SCORED)
    own_record.read_all()
    (own_record.root / "papi" / "scores.csv").unlink()

    (made,) = make_report(notebook, {}, tmp_path / "out", "x", ("json",), known=own_record)

    figures = json.loads(made.read_text(encoding="utf-8"))["blocks"]
    assert figures["headline"]["papi.rank"] == 37, "Huế 2017 is 37th of 63"
    with pytest.raises(WorkError, match=r"papi/scores\.csv: found no such file"):
        make_report(notebook, {}, tmp_path / "again", "x", ("json",))


@pytest.mark.slow
def test_a_record_may_be_named_from_where_the_command_runs(tmp_path, own_record, monkeypatch):
    scores = own_record.root / "papi" / "scores.csv"
    text, own = scores.read_text(encoding="utf-8"), "2017,,63,thua-thien-hue,TOTAL,"
    assert text.count(own) == 1
    before, _, after = text.partition(own)
    scores.write_text(f"{before}{own}59{after[after.index(',') :]}", encoding="utf-8")
    notebook = write(tmp_path / "small.ipynb", SCORED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLIB_DATA", "data")
    for known in (None, record()):
        (made,) = make_report(notebook, {}, Path("out"), "x", ("json",), known=known)
        figures = json.loads(made.read_text(encoding="utf-8"))["blocks"]
        assert figures["headline"]["papi.rank"] == 1, "with 59 of 60 points, in the record named"


@pytest.mark.slow
def test_a_record_that_cannot_be_read_to_its_end_makes_no_report(tmp_path, own_record):
    table = own_record.root / "pci" / "scores.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("2006,", "two thousand and six,", 1), encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"pci/scores\.csv, row \d+, column 'year'"):
        make_report(
            write(tmp_path / "small.ipynb", SCORED), {}, tmp_path / "out", "x", ("json",), known=own_record
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("library", ["nbconvert", "scipy", "matplotlib"])
def test_no_report_waits_for_a_library_that_it_does_without(library):
    code = f"import sys; from parlib.publishing.report import load_code; load_code(); print({library!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
