"""List the licence of every locked dependency and hold it to the list of ``tools/licences.toml``.

Writes ``docs/reference/licences.md``. A package's licence is, in this order: what a person read (``[read]``), the SPDX
expression in its metadata, the words there that ``[spellings]`` knows, its classifier. Where the classifier says only
"BSD License", the text that the package carries tells which of the two it is.

Run with ``make licences`` after a change of requirements.lock. Exits with 1 and one line for each package whose licence
is unknown or not allowed.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from license_expression import ExpressionError, Licensing, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/licences.md"
POLICY: dict[str, Any] = tomllib.loads((ROOT / "tools/licences.toml").read_text(encoding="utf-8"))

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
_NO_ENDORSEMENT = re.compile(r"neither\s+the\s+names?|endorse\s+or\s+promote", re.IGNORECASE)
"""The third clause that sets the BSD licence of three clauses apart from that of two."""


@dataclass(frozen=True)
class Dependency:
    """A pinned package: whether an installation brings it, where it is needed, and its licence (if known)."""

    name: str
    installed_with_parlib: bool
    where: str
    licence: str | None


@cache
def _spdx() -> Licensing:
    """The licences that SPDX knows; reading them takes a second."""
    return get_spdx_licensing()


@cache
def pins() -> dict[str, Requirement]:
    """Every requirement of the lock by its name."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"[a-z0-9]", line)]
    return {canonicalize_name(pin.name): pin for pin in found}


def dependencies(policy: Mapping[str, Any] = POLICY) -> list[Dependency]:
    """Every package of the lock, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    brought = _closure(project["dependencies"], policy)
    return [
        Dependency(name, name in brought, _where(pin), _licence(name, policy))
        for name, pin in sorted(pins().items())
    ]


def problems(policy: Mapping[str, Any] = POLICY) -> list[str]:
    """One sentence for each licence that is unknown or not allowed, and for each line of the list that is outdated."""
    found = []
    for package in dependencies(policy):
        allowed = [*policy["allowed"], *([] if package.installed_with_parlib else policy["development"])]
        if package.licence is None:
            found.append(
                f"{package.name}: its metadata name no licence for certain. Read its licence text, then add it to "
                "[read] in tools/licences.toml."
            )
        elif not is_allowed(package.licence, allowed):
            found.append(
                f"{package.name} is under {package.licence}, which tools/licences.toml does not allow"
                f"{'' if package.installed_with_parlib else ' even for development'}. Do without the package, or add "
                "the licence there with the reason why it is compatible."
            )
        found += [
            f"{package.name} carries a library under {licence}: add it to [inside] in tools/licences.toml."
            for licence in sorted(_carried_along(package.name) if package.installed_with_parlib else ())
            if not is_allowed(licence, policy["allowed"])
            and licence not in policy["inside"].get(package.name, {}).get("licences", [])
        ]
    for name, read in policy["read"].items():
        stated = _from_metadata(name, policy)
        if name not in pins():
            found.append(f"{name} is no longer in the lock: take it out of [read] in tools/licences.toml.")
        elif (locked := next(iter(pins()[name].specifier)).version) != read["version"]:
            found.append(
                f"{name} is now {locked}: read its licence again and correct [read] in tools/licences.toml."
            )
        elif stated is not None and stated != read["licence"]:
            found.append(
                f"{name}: its metadata say {stated}, [read] in tools/licences.toml {read['licence']}."
            )
    return found


def is_allowed(expression: str, allowed: Collection[str]) -> bool:
    """Whether an SPDX expression can be met with the allowed licences: all parts of an AND, one of an OR."""
    licensing = _spdx()

    def met(part: Any) -> bool:
        if isinstance(part, licensing.AND):
            return all(met(one) for one in part.args)
        if isinstance(part, licensing.OR):
            return any(met(one) for one in part.args)
        return part.render() in allowed

    return met(licensing.parse(expression, validate=True))


def page(policy: Mapping[str, Any] = POLICY) -> str:
    """Write the page of the documentation."""
    packages = dependencies(policy)
    used = {name for package in packages if package.licence for name in _names(package.licence)}
    lines = [
        "# Licences",
        "",
        "<!-- Written by `make licences` from tools/licences.toml, requirements.lock and the packages' metadata. -->",
        "",
        "parlib's own code is under the MIT licence. The figures in `data/` are their publishers' "
        "([the record](record.md)). A test holds this page to `requirements.lock` and fails for a licence that is "
        "not in the last two tables.",
        "",
        "## What parlib carries of others",
        "",
        "| what | licence | its text, inside the package | |",
        "| --- | --- | --- | --- |",
        *(
            f"| {what} | {it['licence']} | {', '.join(f'`{text}`' for text in it['texts'])} | {it['why']} |"
            for what, it in policy["shipped"].items()
        ),
        "",
        "## What an installation brings",
        "",
        "pip fetches these from their own authors; none is copied into parlib.",
        "",
        *_table(package for package in packages if package.installed_with_parlib),
        "",
        "Some packages carry libraries of others, with their licences beside them. Of those that they name, these are "
        "not in the list below:",
        "",
        "| in | licence | why it is compatible |",
        "| --- | --- | --- |",
        *(f"| {name} | {', '.join(it['licences'])} | {it['why']} |" for name, it in policy["inside"].items()),
        "",
        "## What the development environment adds",
        "",
        *_table(package for package in packages if not package.installed_with_parlib),
        "",
        "## Why each licence is allowed",
        "",
        "| licence | why |",
        "| --- | --- |",
        *(
            f"| {name} | {why} |"
            for name, why in policy["allowed"].items()
            if name in used | _shipped(policy)
        ),
        "",
        "In the development environment only:",
        "",
        "| licence | why |",
        "| --- | --- |",
        *(f"| {name} | {why} |" for name, why in policy["development"].items()),
        "",
        "## Read by a person",
        "",
        "Where the metadata name no licence for certain, or the package is installed only elsewhere:",
        "",
        "| package | version | licence | read in |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {read['version']} | {read['licence']} | {read['from']} |"
            for name, read in policy["read"].items()
        ),
        "",
    ]
    return "\n".join(lines)


def _table(packages: Iterator[Dependency]) -> list[str]:
    rows = [f"| {package.name} | {package.licence} | {package.where} |" for package in packages]
    return ["| package | licence | only with |", "| --- | --- | --- |", *rows]


def _names(expression: str) -> set[str]:
    return set(_spdx().license_keys(expression))


def _shipped(policy: Mapping[str, Any]) -> set[str]:
    return {it["licence"] for it in policy["shipped"].values()}


def _closure(wanted: list[str], policy: Mapping[str, Any]) -> set[str]:
    """Names of all that these requirements bring, on any of our Pythons and systems."""
    seen: set[tuple[str, str]] = set()
    todo = [(Requirement(text), "") for text in wanted]
    while todo:
        requirement, extra_of_parent = todo.pop()
        name = canonicalize_name(requirement.name)
        if name not in pins() or not _applies(requirement, extra_of_parent):
            continue
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                todo += [(needed, extra) for needed in _needs(name, policy)]
    return {name for name, _ in seen}


@cache
def _asked_for(name: str) -> list[Requirement]:
    return [Requirement(text) for text in metadata.requires(name) or []]


def _needs(name: str, policy: Mapping[str, Any]) -> list[Requirement]:
    try:
        return _asked_for(name)
    except metadata.PackageNotFoundError:  # installed only elsewhere
        return [Requirement(needed) for needed in policy["read"].get(name, {}).get("needs", [])]


@cache
def _applies(requirement: Requirement, extra: str = "") -> tuple[tuple[str, str], ...]:
    """Pythons and systems on which a requirement holds."""
    found = []
    for python, (system, values) in itertools.product(PYTHONS, SYSTEMS.items()):
        environment = {
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "extra": extra,
            **values,
        }
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found.append((python, system))
    return tuple(found)


def _where(pin: Requirement) -> str:
    """Name the Pythons and systems that a pin is for; nothing where it is for all."""
    found = _applies(pin)
    pythons = [python for python in PYTHONS if any(python == one for one, _ in found)]
    systems = [system for system in SYSTEMS if any(system == one for _, one in found)]
    words = [f"Python {', '.join(pythons)}"] if len(pythons) < len(PYTHONS) else []
    words += [", ".join(systems)] if len(systems) < len(SYSTEMS) else []
    return "; ".join(words)


def _licence(name: str, policy: Mapping[str, Any]) -> str | None:
    read = policy["read"].get(name)
    return read["licence"] if read else _from_metadata(name, policy)


def _from_metadata(name: str, policy: Mapping[str, Any]) -> str | None:
    said = (policy["spellings"].get(words, words) for words in _said(name))
    return next((words for words in said if _is_spdx(words)), None)


@cache
def _said(name: str) -> tuple[str, ...]:
    """What a package says of its licence, the surest first; nothing where it is not installed."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return ()
    about = distribution.metadata
    said = [about.get("License-Expression"), about.get("License")]
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    if len(classified) == 1:  # several do not say whether all hold or one is to be chosen
        said += classified
    if {"BSD", "BSD License"} & {*said}:
        said.append(_which_bsd(_licence_text(distribution)))
    return tuple(words for words in said if words)


@cache
def _is_spdx(expression: str) -> bool:
    if "\n" in expression:  # some packages put the whole text there
        return False
    try:
        _spdx().parse(expression, validate=True, strict=True)
    except ExpressionError:
        return False
    return True


def _licence_text(distribution: metadata.Distribution) -> str:
    texts = [
        file.read_text()
        for file in distribution.files or []
        if ".dist-info" in file.parts[0] and re.match(r"(?i)licen[cs]e|copying", file.name)
    ]
    return "\n".join(texts)


def _which_bsd(text: str) -> str | None:
    if "redistributions in binary form" not in " ".join(text.lower().split()):
        return None
    return "BSD-3-Clause" if _NO_ENDORSEMENT.search(text) else "BSD-2-Clause"


@cache
def _carried_along(name: str) -> set[str]:
    """SPDX expressions of the libraries that an installed package says it carries; empty where it says nothing.

    Two forms are read: ``License:`` lines among the package's licence texts (numpy, scipy), and the list that
    JupyterLab's build writes of the JavaScript in its pages.
    """
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:  # installed only elsewhere
        return set()
    said = set(re.findall(r"^\s*License: (\S.*?)\s*$", _licence_text(distribution), re.MULTILINE))
    for file in distribution.files or []:
        if file.name == "third-party-licenses.json":
            said |= {one["licenseId"] for one in json.loads(file.read_text())["packages"]}
    return {_spdx().parse(words).render() for words in said if words and _is_spdx(words)}


def main() -> int:
    """Write the page, unless something on it is not allowed."""
    found = problems()
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        PAGE.write_text(page(), encoding="utf-8")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
