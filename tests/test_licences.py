"""Licences: of every locked dependency and of what parlib carries, each known and each allowed for a written reason."""

import copy
import re
from pathlib import Path
from typing import Any

import licences
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def policy() -> dict[str, Any]:
    """A copy of ``tools/licences.toml`` to change."""
    return copy.deepcopy(licences.POLICY)


def test_every_locked_dependency_has_a_licence_that_is_allowed():
    assert licences.problems() == []


def test_page_says_what_the_lock_and_the_packages_say():
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `make licences`"


def test_what_parlib_imports_is_listed_as_brought_by_an_installation():
    listed = {package.name: package for package in licences.dependencies()}
    for name in ("pandas", "typst", "jupyterlab", "aiohttp", "pywinpty"):
        assert listed[name].installed_with_parlib, name
    for name in ("pytest", "pymupdf", "mkdocs-material"):
        assert not listed[name].installed_with_parlib, name


def test_nothing_under_a_gpl_comes_with_an_installation():
    brought = [package for package in licences.dependencies() if package.installed_with_parlib]
    assert [package for package in brought if "GPL" in (package.licence or "")] == []


# --- each kind of trouble is found --------------------------------------------------------------


def test_licence_off_the_list_is_named_with_its_package(policy):
    del policy["allowed"]["MPL-2.0"]
    found = licences.problems(policy)
    assert any(problem.startswith("certifi is under MPL-2.0, which tools/licences.toml") for problem in found)


def test_licence_for_development_is_not_enough_for_an_installation(policy):
    policy["development"]["MIT-0"] = policy["allowed"].pop("MIT-0")
    assert [problem.split()[0] for problem in licences.problems(policy)] == ["cffi"]


def test_package_that_names_no_licence_must_be_read(policy):
    del policy["read"]["axe-playwright-python"]
    (problem,) = licences.problems(policy)
    assert problem.startswith("axe-playwright-python: its metadata name no licence for certain.")


def test_what_was_read_holds_for_one_version(policy):
    policy["read"]["pymupdf"]["version"] = "1.0"
    (problem,) = licences.problems(policy)
    assert re.match(r"pymupdf is now [\d.]+: read its licence again", problem)


def test_what_was_read_must_not_contradict_the_metadata(policy):
    policy["read"]["certifi"] = {"version": _locked("certifi"), "licence": "MIT", "from": "nowhere"}
    assert "certifi: its metadata say MPL-2.0, [read] in tools/licences.toml MIT." in licences.problems(
        policy
    )


def test_what_was_read_of_a_package_that_is_gone_is_taken_out(policy):
    policy["read"]["left-long-ago"] = {"version": "1", "licence": "MIT", "from": "memory"}
    (problem,) = licences.problems(policy)
    assert problem.startswith("left-long-ago is no longer in the lock")


def test_library_inside_a_package_is_found(policy):
    del policy["inside"]["jupyterlab"]
    assert any(
        problem.startswith("jupyterlab carries a library under EPL-2.0")
        for problem in licences.problems(policy)
    )


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("MIT", True),
        ("MIT AND ISC", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("(GPL-2.0-only OR MIT) AND ISC", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
    ],
)
def test_all_parts_of_an_and_one_part_of_an_or(expression, met):
    assert licences.is_allowed(expression, ["MIT", "ISC"]) is met


# --- the list is no longer than it must be ------------------------------------------------------


def test_every_allowed_licence_is_one_that_something_has():
    named = {package.licence for package in licences.dependencies()}
    named |= {shipped["licence"] for shipped in licences.POLICY["shipped"].values()}
    words = set(re.findall(r"[\w.+-]+", " ".join(filter(None, named))))
    assert {*licences.POLICY["allowed"], *licences.POLICY["development"]} <= words


# --- what parlib carries -----------------------------------------------------------------------


def test_every_font_and_outline_is_listed_and_its_text_lies_in_the_repository():
    listed = {
        path
        for shipped in licences.POLICY["shipped"].values()
        for pattern in shipped["files"]
        for path in ROOT.glob(pattern)
    }
    carried = {
        path
        for folder in ("src/parlib", "data")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".ttf", ".otf", ".woff", ".woff2", ".geojson", ".png", ".jpg", ".svg"}
    }
    assert carried
    assert carried <= listed
    for shipped in licences.POLICY["shipped"].values():
        for text in shipped["texts"]:
            assert (ROOT / text).stat().st_size > 500, text


def _locked(name: str) -> str:
    return next(iter(licences.pins()[name].specifier)).version
