"""Writing so that nobody meets half of it: one writer at a time in a folder, files that are whole or not there."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from parlib.errors import ParlibError, WorkError

LOCK_NAME: Final = ".lock"


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
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WorkError(f"Nothing can be written to {folder}: {error.strerror or error}.") from error
    try:
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
