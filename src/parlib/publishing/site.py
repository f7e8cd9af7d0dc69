"""The index page."""

from __future__ import annotations

from pathlib import Path

from parlib.publishing.tree import replace_file


def write_site(out: Path, staging: Path) -> None:
    """Write the index page."""
    replace_file(out / "index.html", b"", staging)
