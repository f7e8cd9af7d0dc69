"""Imports into a data folder: written so that each can be taken back, the last one first.

The shipped record is never touched; an import makes a copy of it, or adds to a copy made before. What it needs to be
undone and done again lies in a folder of its own, numbered in the order of imports:

``imports/002-U002/``
    ``file.xlsx``, the file as it came, under a name of ours; ``account.json`` and ``account.txt``, what was read and
    doubted, with the file's own name and the fingerprints of the tables; ``before/``, every table that the import
    changed, as it was.
``imports/undone/002-U002/``
    The same of an import that was taken back; instead of ``before/`` it has ``after/``, the tables as they were then.

Several tables change, and no system replaces several files at once. So the folder of an import is called
``002-U002.unfinished`` while its tables are being replaced: :class:`parlib.datasets.Record` reads no table then, and an
import found in that state (its process was killed) is taken back before anything else is done. While it has that name,
files are only renamed and removed: a full disk stops an import, or its undo, before a table is touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from parlib.checks.reading import Change
from parlib.datasets import IMPORTS, UNFINISHED, Record, shipped_folder
from parlib.errors import DataError, ParlibError, Place, UsageError, WorkError
from parlib.storage import LOCK_NAME, is_file_name, link_or_copy, lock, sync_folder, write_synced
from parlib.workbooks.differences import change_of
from parlib.workbooks.overlay import Merge

_ACCOUNT: Final = "account.json"
_UNDONE: Final = "undone"
_KEPT_AS: Final = "file"
_DRAFT: Final = ".making"
_NAME: Final = re.compile(r"(\d{3,})-U\d{3,}")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Kept:
    """An import as it is kept.

    Attributes
    ----------
    folder
        Where: ``imports/002-U002``, or the same ``.unfinished``.
    account
        What was read and done, as :func:`install` wrote it.
    """

    folder: Path
    account: Mapping[str, Any]

    @property
    def name(self) -> str:
        """``002-U002``: its number, and the key of the file in ``sources.csv``."""
        return self.folder.name.removesuffix(UNFINISHED)

    @property
    def unfinished(self) -> bool:
        """Whether some of its tables may be as before it and some as after it."""
        return self.folder.name.endswith(UNFINISHED)

    @property
    def tables(self) -> Mapping[str, Mapping[str, str]]:
        """Path of every table that it changed → fingerprints ``before`` and ``after``."""
        tables: Mapping[str, Mapping[str, str]] = self.account["tables"]
        return tables


# --- where to -------------------------------------------------------------------------------------


def base_of(out: Path, base: Record) -> Record:
    """The record that an import adds to: that of the folder if it holds one, else ``base``.

    Raises
    ------
    UsageError
        When the folder holds something else, is the shipped record itself, or leads elsewhere by a link.
    """
    _refuse_shipped(out)
    _refuse_links([out])
    if (out / "indices.csv").is_file():
        _refuse_links(_inside(out))
        return Record(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            f"{out} holds something else; give --out a new folder, or one made by an earlier import."
        )
    return base


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Keep other imports out of a data folder until the block ends.

    A folder that does not exist yet needs no keeper: it is renamed into place as a whole, and only one can be.

    Raises
    ------
    BusyError
        When another import is at work in the folder.
    UsageError
        When it is the shipped record itself, or something in it leads elsewhere by a link.
    """
    _refuse_shipped(out)
    if not (out / "indices.csv").is_file():
        yield
        return
    _refuse_links([out, *_inside(out)])
    with lock(out / IMPORTS):
        yield


def heal(out: Path) -> Path | None:
    """Take back an import that was interrupted, if there is one in a data folder that is :func:`held`.

    Returns
    -------
    Path or None
        Where it lies now.
    """
    left = last_import(out)
    return take_back(out, left) if left is not None and left.unfinished else None


def _refuse_shipped(out: Path) -> None:
    if out.resolve() == shipped_folder().resolve():
        raise UsageError(f"{out} is the record itself; name another folder, so that it stays as it is.")


def _inside(out: Path) -> Iterator[Path]:
    return (Path(folder) / name for folder, *both in os.walk(out) for names in both for name in names)


def _refuse_links(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_symlink():
            raise UsageError(
                f"{path} is a link to {path.readlink()}. An import writes only to files that lie inside its folder: "
                "put a folder or file of its own in the place of the link, or choose another folder."
            )


def own_name(path: Path) -> str:
    """What a file was called when it came: one that an import keeps lies there under a name of ours.

    Parameters
    ----------
    path
        Any file; its own name stands in the account beside it if that is the account of an import of this very file.
    """
    try:
        account = json.loads((path.parent / _ACCOUNT).read_text(encoding="utf-8"))
        name = str(account["file"])
        kept = path.stem == _KEPT_AS and account["sha256"] == _fingerprint(path)
    except (OSError, ValueError, KeyError, TypeError):
        return path.name
    return name if kept and is_file_name(name) else path.name


# --- writing ---------------------------------------------------------------------------------------


@contextmanager
def assembled(merged: Merge, record: Record, beside: Path | None = None) -> Iterator[Path]:
    """The merged record as a folder, for as long as the block runs (unless :func:`install` moves it to its place).

    Parameters
    ----------
    merged, record
        What changes, and what it is added to.
    beside
        The new folder that it will become; it is built on the same disk. ``None``: it will not be moved.

    Raises
    ------
    WorkError
        When it cannot be written.
    """
    try:
        if beside is not None:
            beside.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(
            prefix=".parlib-", dir=beside.parent if beside else None, ignore_cleanup_errors=True
        )
        made = Path(scratch.name) / record.root.name
        # The README counts the rows of the shipped record.
        passed_over = ["README.md", LOCK_NAME, *([IMPORTS] if beside is None else [])]
        shutil.copytree(record.root, made, ignore=shutil.ignore_patterns(*passed_over))
        for table in merged.tables.values():
            write_synced(made / table.path, table.text().encode())
    except OSError as error:
        raise _unwritable(beside or Path(tempfile.gettempdir()), error) from None
    with scratch:
        yield made


def install(
    made: Path,
    merged: Merge,
    record: Record,
    out: Path,
    account: Mapping[str, Any],
    text: str,
    content: bytes,
) -> dict[str, Any]:
    """Put what :func:`assembled` made in its place, and keep what is needed to take it back.

    A new folder is renamed into place as a whole. In a folder that holds a record already, tables are replaced one by
    one, each in one step; if that fails half way, those replaced are put back. An import that changes nothing leaves
    nothing.

    Parameters
    ----------
    made
        Folder of :func:`assembled`.
    merged, record
        What changes, and what it is added to.
    out
        Where to: a new or empty folder, or that of ``record``, :func:`held`.
    account, text
        The account of the import, as data (with the name of the ``file``) and as words.
    content
        The file that was read.

    Returns
    -------
    dict
        The account as it was kept, with the file's fingerprint (``sha256``), the place (``kept``; ``None`` if nothing
        changed) and the tables.

    Raises
    ------
    WorkError
        When it cannot be written, or a table was changed by somebody else in the meantime.
    """
    adds = out.resolve() == record.root.resolve()
    target = out if adds else made
    try:
        if not merged.tables:
            kept = {**account, "kept": None, "tables": {}}
        else:
            name = f"{_next_number(target):03}-{merged.outcome.source_id}"
            draft = target / IMPORTS / _DRAFT
            kept = _draft(draft, name, merged, record, account, text, content)
            if adds:
                _replace_tables(out, draft, name, merged)
            else:
                draft.rename(target / IMPORTS / name)
        if not adds:
            sync_folder(made)
            if out.exists():
                out.rmdir()
            made.rename(out)
            sync_folder(out.parent)
    except OSError as error:
        raise _unwritable(out, error) from None
    return kept


def _draft(
    draft: Path,
    name: str,
    merged: Merge,
    record: Record,
    account: Mapping[str, Any],
    text: str,
    content: bytes,
) -> dict[str, Any]:
    """Lay everything out that an import keeps, before any table is touched."""
    shutil.rmtree(draft, ignore_errors=True)  # left by one that was killed at this point
    draft.mkdir(parents=True)
    tables = {}
    for table in merged.tables.values():
        old, before = record.root / table.path, draft / "before" / table.path
        if old.read_text(encoding="utf-8") != table.before:
            raise WorkError(f"{old} was changed while the file was being read. Import it again.")
        before.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(old, before)
        after = table.text().encode()
        tables[table.path] = {"before": _fingerprint(before), "after": hashlib.sha256(after).hexdigest()}
    suffix = Path(str(account["file"])).suffix.lower()
    write_synced(draft / f"{_KEPT_AS}{suffix if _SUFFIX.fullmatch(suffix) else ''}", content)
    kept = {
        **account,
        "sha256": hashlib.sha256(content).hexdigest(),
        "kept": f"{IMPORTS}/{name}",
        "tables": tables,
    }
    write_synced(draft / _ACCOUNT, (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode())
    write_synced(draft / "account.txt", text.encode())
    return kept


def _replace_tables(out: Path, draft: Path, name: str, merged: Merge) -> None:
    for table in merged.tables.values():
        after = draft / "after" / table.path
        after.parent.mkdir(parents=True, exist_ok=True)
        write_synced(after, table.text().encode())
        shutil.copymode(out / table.path, after)
    unfinished = draft.rename(draft.with_name(f"{name}{UNFINISHED}"))
    sync_folder(unfinished.parent)
    try:
        for path in merged.tables:
            (unfinished / "after" / path).replace(out / path)
            sync_folder((out / path).parent)
        shutil.rmtree(unfinished / "after")
        unfinished.rename(unfinished.with_name(name))
        sync_folder(unfinished.parent)
    except BaseException:
        with suppress(ParlibError):  # what cannot be put back now is found unfinished by the next command
            take_back(out, _read(unfinished))
        raise


def _next_number(folder: Path) -> int:
    """A number that no import into the folder had, taken back or not."""
    places = (folder / IMPORTS, folder / IMPORTS / _UNDONE)
    names = [_NAME.match(path.name) for place in places if place.is_dir() for path in place.iterdir()]
    return 1 + max((int(name[1]) for name in names if name), default=0)


# --- taking back ------------------------------------------------------------------------------------


def last_import(out: Path) -> Kept | None:
    """The import into a data folder that would be taken back: the one that is unfinished, else the last.

    Raises
    ------
    DataError
        When its account cannot be read.
    """
    found = [
        path
        for path in (out / IMPORTS).glob("*-U*")
        if _NAME.fullmatch(path.name.removesuffix(UNFINISHED)) and path.is_dir()
    ]
    # Nothing is done beside an unfinished import, so it is the last by number as well, unless it is being undone.
    found.sort(key=lambda path: (path.name.endswith(UNFINISHED), int(path.name.partition("-")[0])))
    return _read(found[-1]) if found else None


def would_change(out: Path, kept: Kept) -> list[Change]:
    """What taking an import back would do to the tables.

    Raises
    ------
    DataError
        When a table was changed since the import, or what is kept of it is damaged.
    """
    _check_untouched(out, kept)
    return [
        change_of(out, path, (out / path).read_text(encoding="utf-8"), before.read_text(encoding="utf-8"))
        for path in sorted(kept.tables)
        if (before := kept.folder / "before" / path).is_file()
    ]


def take_back(out: Path, kept: Kept) -> Path:
    """Put every table back that the last import changed; what it had made of them stays in ``imports/undone``.

    Parameters
    ----------
    out
        The data folder, :func:`held`.
    kept
        Its :func:`last_import`. One that was interrupted, or whose taking back was, ends here as well.

    Returns
    -------
    Path
        Where the import lies now: its file, its account, and the tables as they were with it.

    Raises
    ------
    DataError
        When a table was changed since the import, or what is kept of it is damaged.
    WorkError
        When the folder cannot be written to.
    """
    _check_untouched(out, kept)
    try:
        if not kept.unfinished:
            shutil.rmtree(kept.folder / "after", ignore_errors=True)  # of an attempt that was killed
        left = [path for path in sorted(kept.tables) if (kept.folder / "before" / path).is_file()]
        for path in left:
            after = kept.folder / "after" / path
            if not after.exists():
                after.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(out / path, after)
        undone = out / IMPORTS / _UNDONE / kept.name
        undone.parent.mkdir(exist_ok=True)
        unfinished = kept.folder.rename(kept.folder.with_name(f"{kept.name}{UNFINISHED}"))
        sync_folder(unfinished.parent)
        for path in left:
            (unfinished / "before" / path).replace(out / path)
            sync_folder((out / path).parent)
        shutil.rmtree(unfinished / "before", ignore_errors=True)
        unfinished.rename(undone)
        sync_folder(undone.parent)
        sync_folder(unfinished.parent)
    except OSError as error:
        remedy = (
            "Nothing is lost: see to it that the folder can be written to, and take the import back again."
        )
        raise _unwritable(out, error, remedy) from None
    return undone


def _read(folder: Path) -> Kept:
    path = folder / _ACCOUNT
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
        prints = [table[state] for table in account["tables"].values() for state in ("before", "after")]
        if not all(isinstance(found, str) for found in prints):
            raise TypeError("fingerprints that are no text")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder, _ACCOUNT, f"an account that cannot be read ({error})") from None
    return Kept(folder, account)


def _check_untouched(out: Path, kept: Kept) -> None:
    """Refuse to put tables back over what somebody changed since, or out of what somebody changed."""
    known = {path.relative_to(out).as_posix() for path in Record(out).files("*.csv")}
    for path, prints in sorted(kept.tables.items()):
        before = kept.folder / "before" / path
        if path not in known:
            raise DataError(
                Place(f"{out.name}/{path}"),
                "no such table",
                f"the table as import {kept.name} left it",
                "Restore the table first.",
            )
        if _fingerprint(out / path) not in prints.values():
            raise DataError(
                Place(f"{out.name}/{path}"),
                f"a table changed since import {kept.name}",
                "the table as the import left it",
                f"Taking the import back would lose that change. Copy the table elsewhere, put "
                f"{before} in its place, and try again.",
            )
        if before.is_file() and _fingerprint(before) != prints["before"]:
            raise _damaged(kept.folder, f"before/{path}", "another table than was kept")
        put_back = kept.unfinished and _fingerprint(out / path) == prints["before"]
        if not before.is_file() and not put_back:
            raise _damaged(kept.folder, f"before/{path}", "no such file")


def _damaged(folder: Path, path: str, found: str) -> DataError:
    return DataError(
        Place(f"{IMPORTS}/{folder.name}/{path}"),
        found,
        "what the import kept there",
        "It cannot be taken back by itself; restore the folder from a copy, or import into a new folder.",
    )


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unwritable(out: Path, error: OSError, remedy: str = "Choose another folder with --out.") -> WorkError:
    return WorkError(f"{out} could not be written ({error.strerror or type(error).__name__}). {remedy}")
