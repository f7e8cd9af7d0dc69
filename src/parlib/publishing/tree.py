"""The published files of a year, replaced all at once: a reader finds the old ones or the new ones, never a mixture.

The new year is laid out beside the old one on the same file system, mostly as links to files that did not change,
and the two folders are exchanged in one step. Where the system knows no such step, two renames follow each other,
and a run that finds only the first of them done undoes it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from parlib.storage import link_or_copy, sync_folder, write_synced

STAGING: Final = ".making"
"""Folder inside the folder of reports where everything is made; gone after every run."""

_ASIDE: Final = "aside-"
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_NOT_KNOWN: Final = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM}


def recover(out: Path) -> None:
    """Put back a year that a run had moved aside when it was killed."""
    for aside in (out / STAGING).glob(f"{_ASIDE}*"):
        year = out / aside.name.removeprefix(_ASIDE)
        if not year.exists():
            aside.rename(year)


def replace_year(year: Path, files: Mapping[str, Path]) -> None:
    """Publish new files of a year in one step; all others stay.

    Parameters
    ----------
    year
        Folder of the published year, which need not exist.
    files
        Name → new file, which is moved; on the same file system as `year`.

    Raises
    ------
    OSError
        If the disk is full or the like. What was published is untouched.
    """
    layout = year.parent / STAGING / f"new-{year.name}"
    shutil.rmtree(layout, ignore_errors=True)
    if year.is_dir():
        shutil.copytree(year, layout, copy_function=link_or_copy, symlinks=True)
    else:
        layout.mkdir(parents=True)
    for name, path in files.items():
        path.replace(layout / name)
    sync_folder(layout)
    if year.is_dir():
        _exchange(layout, year)
    else:
        layout.rename(year)
    sync_folder(year.parent)


def replace_file(path: Path, content: bytes, staging: Path) -> None:
    """Replace one published file in one step, by way of a folder on the same file system."""
    draft = staging / f"draft-{path.name}"
    write_synced(draft, content)
    draft.replace(path)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders; afterwards `new` holds what `old` held."""
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if swap is not None:
        done = swap(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE)
        if done == 0:
            return
        code = ctypes.get_errno()
        if code not in _NOT_KNOWN:
            raise OSError(code, os.strerror(code), str(old))
    aside = new.with_name(f"{_ASIDE}{old.name}")
    shutil.rmtree(aside, ignore_errors=True)
    old.rename(aside)
    new.rename(old)
