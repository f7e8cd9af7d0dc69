"""Writing so that nobody meets half of it: one writer at a time in a folder, files that are whole or not there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from parlib.errors import ParlibError, WorkError

LOCK_NAME: Final = ".lock"

_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*\x7f-\x9f\ud800-\udfff]')  # on any system
_LONGEST_NAME: Final = 200  # bytes, with room for what is put before and after it


class BusyError(ParlibError, RuntimeError):
    """Another run holds the folder; nothing was started."""

    exit_code = 3


@contextmanager
def lock(folder: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a folder, made if need be, until the block ends.

    The system itself lets go of the lock when the process ends, however it ends: a lock never outlives its holder.

    Parameters
    ----------
    folder
        Which: of reports, or of the imports of a data folder.
    shared
        Others that ask for a shared lock may hold the folder, too: single reports, which replace only their own
        files.

    Raises
    ------
    BusyError
        If another process holds it.
    WorkError
        If the folder cannot be written to.
    """
    path = folder / LOCK_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        refuse_link(path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        raise WorkError(f"Nothing can be written to {folder}: {error.strerror or error}.") from error
    try:
        kind = os.fstat(descriptor)
        if not stat.S_ISREG(kind.st_mode) or kind.st_nlink > 1:
            raise WorkError(f"{path} is no lock: somebody put another file in its place. Remove it.")
        if not _take(descriptor, shared):
            holder = ""
            with suppress(OSError):
                holder = path.read_text(encoding="utf-8").strip()
            raise BusyError(
                f"Another run is at work in {folder}{f' ({holder})' if holder else ''}. "
                "Wait for it to end, or write to another folder (--out)."
            )
        with suppress(OSError):  # a full disk is not the lock's affair
            _sign(descriptor, "" if shared else f"process {os.getpid()} on {socket.gethostname()}")
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int, text: str) -> None:
    """Say in the file who holds it; only for people to read."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    _FAR: Final = 1 << 30  # beyond the text, which must stay readable

    def _take(descriptor: int, shared: bool) -> bool:  # noqa: ARG001 (Windows has no shared locks)
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
else:

    def _take(descriptor: int, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def refuse_link(path: Path) -> None:
    """Refuse a link where parlib expects a file or folder of its own: it would empty what lies elsewhere.

    Raises
    ------
    WorkError
        Naming the link and where it leads.
    """
    if path.is_symlink():
        raise WorkError(
            f"{path} is a link to {path.readlink()}; parlib replaces what is in this place, and nothing elsewhere. "
            "Remove the link, or write to another folder."
        )


def is_file_name(text: str) -> bool:
    """Tell whether text names a file in a folder, and cannot lead out of it."""
    return (
        text not in ("", ".", "..") and not _NOT_IN_NAMES.search(text) and len(text.encode()) <= _LONGEST_NAME
    )


def read_own(path: Path) -> bytes:
    """Read a file that parlib wrote.

    Raises
    ------
    OSError
        Also where a link, a pipe or the like stands in its place.
    """
    if path.is_symlink() or not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return path.read_bytes()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file so that it is whole even after a power cut."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system can."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Give a file a second name; where the file system has no links, a copy, which is whole once it has the name."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EEXIST):
            raise
        draft = Path(target).with_name(f".{Path(target).name}.draft")
        shutil.copy2(source, draft)
        draft.replace(target)
