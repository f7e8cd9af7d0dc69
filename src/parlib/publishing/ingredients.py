"""What a report is made of, as content: a report is made again if one of these changed, and only then.

No date of a file counts, nor the clock. Every file of the record is an ingredient of every report, because a rank
depends on all provinces and a trajectory on all years.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match
from typing import Any, Final

import parlib
from parlib.datasets import Record
from parlib.publishing.jobs import Job

FAMILIES: Final = ("data", "notebook", "library", "templates", "wording", "versions", "request")
"""Kinds of ingredients, in the order in which a change is told."""

Digests = Mapping[str, str]
"""Name of a file, package or family → digest of it."""

_PACKAGE: Final = Path(parlib.__file__).parent
_TEMPLATES: Final = ("publishing/templates/", "publishing/assets/")
_WORDING: Final = "wording/locale/"
_NOT_IN_REPORTS: Final = ("cli/", "_data/", "_notebooks/")
"""Parts of the package that print, or hold, no report."""


@dataclass(frozen=True)
class Ingredients:
    """Everything that reports are made of now.

    Attributes
    ----------
    files
        Family → name of the file, or of the package → digest, or version.
    """

    files: Mapping[str, Digests]

    def of(self, job: Job) -> dict[str, str]:
        """Digest every family of one report."""
        digests = {family: digest(self.files[family]) for family in FAMILIES if family in self.files}
        digests["notebook"] = file_digest(job.notebook)
        digests["request"] = digest({"kind": job.kind, "parameters": dict(job.parameters)})
        return {family: digests[family] for family in FAMILIES}


def gather(data: Path) -> Ingredients:
    """Read all files that a report may depend on, other than its notebook.

    Parameters
    ----------
    data
        Folder of the record.
    """
    library: dict[str, str] = {}
    templates: dict[str, str] = {}
    wording: dict[str, str] = {}
    for path in _visible(sorted(_PACKAGE.rglob("*"))):
        name = path.relative_to(_PACKAGE).as_posix()
        if name.startswith(_NOT_IN_REPORTS):
            continue
        family = (
            templates if name.startswith(_TEMPLATES) else wording if name.startswith(_WORDING) else library
        )
        family[name] = file_digest(path)
    return Ingredients(
        {
            "data": {
                path.relative_to(data).as_posix(): file_digest(path)
                for path in _visible(Record(data).files())
            },
            "library": library,
            "templates": templates,
            "wording": wording,
            "versions": versions(),
        }
    )


@cache
def versions() -> dict[str, str]:
    """Name the versions of Python, parlib and every library that parlib requires."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "parlib": parlib.__version__}
    try:
        wanted = requires("parlib") or []
    except PackageNotFoundError:  # only on the path, not installed
        wanted = []
    for line in wanted:
        name = match(r"[A-Za-z0-9._-]+", line)
        if name and "extra ==" not in line:
            try:
                found[name[0]] = version(name[0])
            except PackageNotFoundError:
                continue
    return found


def digest(value: Any) -> str:
    """Digest anything that JSON can write; the order of keys does not count."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Digest a file; one that cannot be read is an ingredient of its own kind, not an error here."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _visible(paths: Iterable[Path]) -> list[Path]:
    return [
        path
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    ]
