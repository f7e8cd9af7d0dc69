"""Whatever a stranger writes is shown as text or refused in one line, in page, cell, terminal and log."""

import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pypdf
import pytest
from command_line import parlib
from hostile import FORMULAS, MARKUP, STEERING, hostile_record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parlib.characters import plain
from parlib.datasets import record

TOOLS = Path(__file__).parents[1] / "tools"
COMMAND = [sys.executable, "-P", "-c", "from parlib.cli import main; main()"]
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def load_tool(name):
    sys.path.insert(0, str(TOOLS))
    try:
        spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOLS))
    return module


fuzz = load_tool("fuzz_loaders")


# --- the loaders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_a_loader_reads_what_is_sound(target):
    for content in fuzz.seeds(target):
        fuzz.TARGETS[target](content) if target in SOUND else fuzz.feed(target, content)


SOUND = ("target", "province", "words", "manifest", "costs-csv", "par-csv")


@pytest.mark.parametrize("target", fuzz.TARGETS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_loader_gives_a_value_or_one_readable_line(target, data):
    seed = data.draw(st.sampled_from(fuzz.seeds(target)))
    at = data.draw(st.integers(0, len(seed)))
    put = data.draw(
        st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda s: s.encode("utf-8", "ignore")))
    )
    fuzz.feed(target, seed[:at] + put + seed[at + data.draw(st.integers(0, 20)) :])


@pytest.mark.parametrize(
    ("target", "content"),
    [
        ("target", b"papi:rank:" + b"9" * 5_000),
        ("target", b"papi:score:" + b"9" * 400),
        ("target", "papi:rank:١٥".encode()),
        ("target", b"x" * 1_000_000),
        ("province", b"x" * 1_000_000),
        ("province", STEERING.encode()),
        ("words", b"> " * 2_000 + b"x"),
        ("words", b"*" * 50_000),
        ("words", b"[a](http://\xe5)"),
        ("notebook", b"[" * 100_000),
        ("manifest", b"[" * 100_000),
        ("costs-csv", b"indicator,cost\n" + b"x" * 1_000_000 + b",1\n"),
    ],
)
def test_what_once_got_through_is_refused(target, content):
    fuzz.feed(target, content)


@pytest.mark.parametrize("name", ["Đắk Lắk", "Thừa Thiên Huế", "TP. Hồ Chí Minh"])
def test_a_decomposed_name_is_the_same_province(name):
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    assert record().find_province(decomposed) == record().find_province(name)


# --- the terminal -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return hostile_record(tmp_path_factory.mktemp("hostile") / "data")


@pytest.mark.parametrize(
    "words",
    [
        ("list", "provinces"),
        ("show", "thua-thien-hue", "--year", "2017"),
        ("show", "thua-thien-hue", "--year", "2017", "--json"),
        ("ledger", "thua-thien-hue", "--year", "2017"),
        ("ladder", "quang-tri", "--year", "2017"),
        ("peers", "thua-thien-hue", "--year", "2017"),
    ],
    ids=" ".join,
)
def test_no_name_of_a_record_steers_the_terminal(hostile, words):
    done = subprocess.run(
        [*COMMAND, *words], capture_output=True, env={**os.environ, "PARLIB_DATA": str(hostile)}, check=True
    )
    printed = done.stdout.decode()
    assert "<script>" in printed or FORMULAS[1] in printed
    assert not STEERS.search(printed.replace("\n", ""))


@pytest.mark.parametrize(
    "words",
    [
        ("show", f"hue{STEERING}", "--year", "2017"),
        ("show", "hue", "extra\x1b[2J", "--year", "2017"),
        ("scorecard", "read", f"no{STEERING}.xlsx"),
        ("report", "hue", "--year", "2017", "--as-of", "2018-01-01\x1b[2J"),
        ("show", "hu\udcff", "--year", "2017"),
    ],
    ids=range(5),
)
def test_a_word_of_the_command_that_nobody_can_read_is_refused(words):
    done = parlib(*words)
    assert done.returncode == 2
    assert "holds a character that cannot be printed" in done.stderr
    assert not STEERS.search(done.stderr.rstrip("\n"))
    assert done.stderr.count("\n") == 1


def test_a_folder_in_the_environment_writes_no_line_of_its_own():
    done = subprocess.run(
        [*COMMAND, "list", "indices"],
        capture_output=True,
        text=True,
        env={**os.environ, "PARLIB_DATA": "/none\x1b[2J\nparlib: all fine"},
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert r"\x1b[2J parlib: all fine" in done.stderr


# --- the report -------------------------------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.elements, self.words = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.slow
def test_a_report_on_a_hostile_record_shows_its_words_and_does_nothing(hostile, tmp_path):
    command = [
        *COMMAND,
        "batch",
        "--year",
        "2017",
        "--provinces",
        "thua-thien-hue",
        "--format",
        "html,pdf,xlsx",
    ]
    done = subprocess.run(
        [*command, "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PARLIB_DATA": str(hostile)},
    )
    assert done.returncode == 0, done.stderr
    assert not STEERS.search(done.stdout.replace("\n", ""))
    shown = "".join(plain(MARKUP).split())
    pages = [tmp_path / "2017" / "thua-thien-hue.vi.html", tmp_path / "index.html"]
    for page in map(Page, (path.read_text(encoding="utf-8") for path in pages)):
        assert shown in "".join("".join(page.words).split())
        assert [tag for tag, _ in page.elements].count("script") == 1
        assert not {"img", "iframe", "object", "embed", "base", "link"} & {tag for tag, _ in page.elements}
        attributes = [item for _, attrs in page.elements for item in attrs.items()]
        assert not [name for name, _ in attributes if name.startswith("on")]
        assert not [value for _, value in attributes if str(value).strip().startswith("javascript:")]
    printed = "".join(
        page.extract_text() for page in pypdf.PdfReader(tmp_path / "2017" / "thua-thien-hue.vi.pdf").pages
    )
    assert shown.replace("😀", "\ufffd") in "".join(printed.split())
    assert "root:x:" not in printed
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "2017" / "thua-thien-hue.vi.xlsx").read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell for cell in cells if str(cell.value).startswith("=")]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for name in ("thua-thien-hue.json", "run.json"):
        text = (tmp_path / "2017" / name).read_text(encoding="utf-8")
        assert json.loads(text)
        assert not STEERS.search(text.replace("\n", ""))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs a fork")
def test_nothing_in_the_working_folder_is_run(tmp_path):
    trap = "import pathlib; pathlib.Path({!r}).touch()"
    names = (
        "json",
        "numpy",
        "pandas",
        "matplotlib",
        "typst",
        "IPython",
        "papermill",
        "parlib",
        "pickle",
        "random",
    )
    for name in (*names, "sitecustomize", "usercustomize", "conftest", "ipython_config", "jupyter_config"):
        (tmp_path / f"{name}.py").write_text(trap.format(str(tmp_path / f"ran-{name}")))
    startup = tmp_path / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text(trap.format(str(tmp_path / "ran-startup")))
    (tmp_path / "matplotlibrc").write_text("backend: module://numpy\nfont.size: 30\ntext.usetex: True\n")
    script = Path(sys.executable).with_name("parlib")
    for words in (("report", "hue"), ("batch", "--provinces", "hue,ha-noi", "--workers", "1")):
        done = subprocess.run(
            [script, *words, "--year", "2017", "--format", "html", "--out", "reports"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert not sorted(path.name for path in tmp_path.glob("ran-*"))
