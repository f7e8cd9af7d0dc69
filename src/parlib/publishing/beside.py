"""Answers worked out beside a report, by a copy of its process on a core that would be idle.

A report computes one thing after another; what it shares with all reports of its year is known beforehand. A copy of
the process computes that ahead and tells it, each answer as it is found. Whatever the copy has not begun, or cannot
finish, the report computes itself: the copy changes when an answer is there, never what it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from parlib.datasets import Memory, Record
from parlib.publishing.workers import CAN_FORK, Forked, processors

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


@contextmanager
def beside(known: Record, work: Callable[[Record], None]) -> Iterator[None]:
    """Let a copy of this process do the work, and this one find in its record what the work computed there.

    Where the system does not fork, or there is one processor only, nothing happens.

    Parameters
    ----------
    known
        The record, read to its end.
    work
        Asks the record for answers, by :meth:`parlib.datasets.Record.once`. They must pickle.
    """
    copy = _copy(known, work) if CAN_FORK and processors() > 1 else None
    if copy is None:
        yield
        return
    process, source = copy
    before = known.memory
    try:
        with suppress(RuntimeError):  # where no thread can be started, there is nobody to listen
            known.memory = _Listening(before.known, source)
        yield
    finally:
        heard, known.memory = known.memory, before
        process.kill()
        process.wait()
        if isinstance(heard, _Listening):
            heard.thread.join()


def _copy(known: Record, work: Callable[[Record], None]) -> tuple[Forked, Connection] | None:
    """Start the copy; give it, and where it can be heard, or nothing where the system has no room for it."""

    def body() -> None:
        source.close()
        known.memory = _Telling(known.memory.known, sink)
        work(known)

    try:
        source, sink = Pipe(duplex=False)
        process = Forked(body)
    except OSError:
        return None
    sink.close()
    return process, source


class _Telling(Memory):
    """The memory of the copy: what it begins and what it finds, it says."""

    def __init__(self, known: dict[Hashable, Any], sink: Connection) -> None:
        super().__init__(known)
        self._sink = sink

    def once(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        if key not in self.known:
            self._sink.send((key,))
            self.known[key] = compute()
            self._sink.send((key, self.known[key]))
        return self.known[key]


class _Listening(Memory):
    """The memory of the report: it waits for what the copy has begun, and computes what it has not."""

    def __init__(self, known: dict[Hashable, Any], source: Connection) -> None:
        super().__init__(known)
        self._source, self._owner = source, os.getpid()
        self._begun: set[Hashable] = set()
        self._news = Condition()
        # Started after the copy was made: a copy of a process with threads is not safe.
        self.thread = Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        # What ends it, the end of the copy or an answer that does not pickle, is no failure of the report.
        with suppress(Exception), self._source as source:
            while True:
                key, *found = source.recv()
                with self._news:
                    if found:
                        self.known.setdefault(key, found[0])
                        self._begun.discard(key)
                    else:
                        self._begun.add(key)
                    self._news.notify_all()
        with self._news:
            self._begun.clear()
            self._news.notify_all()

    def once(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        if os.getpid() == self._owner:  # a process that a cell of the report starts has nobody who listens
            with self._news:
                self._news.wait_for(lambda: key in self.known or key not in self._begun)
        return super().once(key, compute)

    def __reduce__(self) -> tuple[Any, ...]:
        return Memory, (dict(self.known),)
