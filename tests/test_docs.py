"""What the documentation tells people to type is typed here."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import parlib

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"(<!-- not run: (?P<why>[^>]+) -->\s*)?^(?P<indent> *)```(?P<kind>\w+)\n(?P<body>.*?)^ *```",
    re.MULTILINE | re.DOTALL,
)
IN_TABLE = re.findall(
    r"`(parlib [^`]+)`", "".join(re.findall(r"^\|.*\n", PAGES[0].read_text("utf-8"), re.MULTILINE))
)
SLOW = ("report", "national", "batch", "figures")
"""Verbs that make reports; their own tests run them. Here their words are only parsed."""


def snippets(kind: str) -> list:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            if block["kind"] == kind and not block["why"]:
                line = text[: block.start("body")].count("\n") + 1
                found.append(pytest.param(page, block["body"], id=f"{page.relative_to(ROOT)}:{line}"))
    return found


def commands(body: str) -> list[list[str]]:
    """The words of every line that is a command, in order, without comments and the shell's own punctuation."""
    lines = body.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if re.match(r" *(parlib|export|cp) ", line)]


def by_page(kind: str) -> list:
    """All snippets of a page together: a later one uses what an earlier one made."""
    pages: dict[Path, list[str]] = {}
    for found in snippets(kind):
        pages.setdefault(found.values[0], []).append(found.values[1])
    return [pytest.param(bodies, id=str(page.relative_to(ROOT))) for page, bodies in pages.items()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place to work in that looks like the project's folder."""
    for name in ("data", "docs", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("PARLIB_DATA", raising=False)
    return tmp_path


def run(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if words[0] == "export":
        name, value = words[1].split("=", 1)
        monkeypatch.setenv(name, str(folder / value))
    elif words[0] == "cp":
        assert words[1] == "-r"
        shutil.copytree(words[2], words[3])
    else:
        done = parlib(*words[1:], *(["--help"] if words[1] in SLOW else []))
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stderr}"
        assert done.stdout.strip()


@pytest.mark.parametrize("bodies", [p for p in by_page("sh") if any(commands(b) for b in p.values[0])])
def test_every_command_of_a_page_works(bodies, folder, monkeypatch):
    for words in [words for body in bodies for words in commands(body)]:
        run(words, folder, monkeypatch)


@pytest.mark.parametrize("words", [w for w in IN_TABLE if ".xlsx" not in w and "…" not in w])
def test_every_question_in_the_table_of_the_readme_has_its_answer(words, folder, monkeypatch):
    run(shlex.split(words), folder, monkeypatch)


@pytest.mark.parametrize("bodies", by_page("python"))
def test_the_python_of_a_page_runs_from_top_to_bottom(bodies, folder):
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        # The text is ours.
        exec(compile("\n".join(bodies), "documentation", "exec"), names)
    assert "parlib" in names


def test_what_is_not_run_says_why():
    marks = [mark for page in PAGES for mark in re.findall(r"<!-- not run(.*?)-->", page.read_text("utf-8"))]
    assert marks
    assert all(re.fullmatch(r": \w.{8,} ", mark) for mark in marks)


def test_every_verb_is_in_the_documentation():
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    listed = parlib("--help").stdout.partition("Commands:")[2]
    verbs = re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)
    assert len(verbs) > 15
    assert [verb for verb in verbs if f"parlib {verb}" not in told] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of mkdocs and its plugins, not ours
def test_the_site_is_built_without_a_warning_and_asks_nothing_of_the_network(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(
            r"""<(?:script|img|iframe)[^>]+src="?https?:|<link[^>]+rel="?(?:stylesheet|preconnect)"?[^>]+https?:""",
            text,
        ), page.name
    assert "load_papi" in (tmp_path / "site/reference/python.html").read_text(encoding="utf-8")
    assert "parlib scorecard read" in (tmp_path / "site/reference/cli.html").read_text(encoding="utf-8")
