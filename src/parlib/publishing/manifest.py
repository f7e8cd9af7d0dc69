"""The record of a run: ``run.json`` in the folder of its year, published together with the reports it tells of.

It is also the memory of the next run: what each report was made of, and the digests of its files. A manifest that
cannot be read counts as none, so that everything is made again. ``docs/manifest.md`` explains every entry.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from parlib.characters import json_spelt_out
from parlib.publishing.ingredients import FAMILIES, Digests, digest, file_digest
from parlib.publishing.shapes import fits
from parlib.storage import is_file_name, read_own
from parlib.wording.language import LANGUAGES

SCHEMA: Final = "parlib-run/1"
"""Version of the shape of ``run.json``."""

NAME: Final = "run.json"

Entry = dict[str, Any]
"""What a manifest says of one report."""

_EXAMPLES: Final = 20
"""How many changed figures are spelt out per report; the rest are counted."""


def read_manifest(year: Path) -> dict[str, Any]:
    """Read the manifest of a published year; ``{}`` where there is none that can be read, or that anybody altered."""
    try:
        manifest = json.loads(read_own(year / NAME))
    except (OSError, ValueError, RecursionError):
        return {}
    return dict(manifest) if fits(manifest, _WHOLE) else {}


def _is_moment(value: Any) -> bool:
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


_ENTRY: Final = {
    **dict.fromkeys(("stem", "region", "status"), str),
    "lang": lambda value: isinstance(value, str) and value in LANGUAGES,
    "names": dict.fromkeys(LANGUAGES, str),
    "stale": bool,
    "error": (type(None), {"message": str}),
    "ingredients": {"*": str},
    # A name that leads elsewhere would put a link to there into the index.
    "files": {"*": {"name": lambda value: isinstance(value, str) and is_file_name(value), "sha256": str}},
}
_WHOLE: Final = {
    "schema": lambda value: value == SCHEMA,
    "run": {
        "started": _is_moment,
        "counts": dict.fromkeys(("made", "unchanged", "failed", "not_reached"), int),
    },
    "reports": {"*": _ENTRY},
    "inputs": {"*": {"*": str}},
}
"""What the next run and the index page read of a manifest."""


def write_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Give the manifest as it is kept."""
    written = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{json_spelt_out(written)}\n".encode()


def why_stale(
    year: Path, before: Mapping[str, Any], job_id: str, now: Mapping[str, str], files: Mapping[str, Digests]
) -> list[str]:
    """Say why a report must be made; empty if it need not.

    Parameters
    ----------
    year
        Folder of the published year.
    before
        Manifest of the last run.
    id
        Which report.
    now
        Digest of each family of its ingredients.
    files
        All ingredients by family, to name those that changed.
    """
    entry = before.get("reports", {}).get(job_id)
    if not entry or not entry["files"]:
        return ["it was never made"]
    then = entry["ingredients"]
    reasons = [
        _changed(family, before.get("inputs", {}).get(family, {}), then.get(family), files.get(family, {}))
        for family in FAMILIES
        if then.get(family) != now[family]
    ]
    if reasons:
        return reasons
    if entry["status"] == "failed":
        return ["it failed in the last run"]
    for file in entry["files"].values():
        path = year / file["name"]
        if not path.is_file() or path.is_symlink():
            reasons.append(f"{file['name']} is missing")
        elif file_digest(path) != file["sha256"]:
            reasons.append(f"{file['name']} is not what was published")
    return reasons


def _changed(family: str, then: Digests, then_digest: str | None, now: Digests) -> str:
    """Name what changed in a family, where the last manifest still tells what it was."""
    if not now or digest(dict(then)) != then_digest:
        return f"{family} changed"
    names = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{family} changed: {', '.join(names[:3])}{more}"


def figure_changes(before: Path, after: Path) -> dict[str, Any]:
    """Compare the figures of two result JSON files.

    Returns
    -------
    dict
        ``count`` of figures that changed, came or went, and ``examples``: ``block.figure`` → [before, after].
    """
    old, new = _figures(before), _figures(after)
    names = [
        name
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name) or (name in old) != (name in new)
    ]
    return {
        "count": len(names),
        "examples": {name: [old.get(name), new.get(name)] for name in names[:_EXAMPLES]},
    }


def _figures(path: Path) -> dict[str, Any]:
    try:
        blocks = json.loads(read_own(path))["blocks"]
        return {f"{block}.{name}": value for block, named in blocks.items() for name, value in named.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
