"""Reports side by side, each in a fresh process: a pool that outlives whatever a report does to its process.

Where the system can fork, one *nursery* process imports everything once and forks a child for each task: nothing
leaks from one report into the next, and none pays for the imports again. The nursery runs a single thread, so that
forking is safe whatever threads the caller has. Elsewhere each task starts a Python of its own.

A child that is killed, exits or hangs takes down its own task only. When the calling process disappears, even by
``kill -9``, the nursery ends its children and itself.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, ParamSpec, TypeVar

from parlib.errors import WorkError

P = ParamSpec("P")
T = TypeVar("T")

CAN_FORK: Final = hasattr(os, "fork") and sys.platform != "darwin"
"""Whether children may be forked: macOS could, but its system libraries do not survive it."""

_HEADER: Final = struct.Struct("!cQ")
_STATUS: Final = struct.Struct("!iddQ")
_STARTED, _RESULT, _ENDED = b"s", b"r", b"e"

_WARMING: Final = 120.0
"""Seconds that importing and loading may take before the first task, beyond the task's own time."""

_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)
"""One thread per library: as many reports run at once as there are processors, so more threads only compete."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Outcome(NamedTuple):
    """What a task returned, and what it took.

    Attributes
    ----------
    value
        The function's return value.
    seconds, cpu_seconds
        How long the process lived, and its processor time; ``nan`` where the system does not tell.
    peak_bytes
        Largest memory of the process, shared pages included; 0 where the system does not tell.
    """

    value: Any
    seconds: float
    cpu_seconds: float
    peak_bytes: int


class _End(NamedTuple):
    """How a process ended: its answer if it gave one, its code as in ``subprocess.Popen.returncode``, what it took."""

    answer: bytes | None
    status: int
    seconds: float = math.nan
    cpu_seconds: float = math.nan
    peak_bytes: int = 0


class Workers(Executor):
    """An executor of which each task has a process of its own.

    Parameters
    ----------
    count
        How many tasks run at once.
    timeout
        Seconds after which a task is killed; ``None`` for never.
    warm
        ``module:function`` and its arguments (words and numbers), called once before the first task to import and
        load what all tasks share. It must start no thread.
    shared
        Modules that caller and tasks both need. A caller that still runs a single thread, as a command does at its
        beginning, imports them here, each with one thread, and the nursery is forked from it instead of importing
        them again. Tasks then find what the caller had in memory, but none of its open files.

    Notes
    -----
    A submitted function and its arguments must pickle, and the function must stand in an importable module. The
    future gives an :class:`Outcome`. Closing the executor without waiting kills what runs.
    """

    def __init__(
        self,
        count: int = 1,
        *,
        timeout: float | None = None,
        warm: Sequence[str | int] = (),
        shared: Sequence[str] = (),
    ) -> None:
        self._timeout = timeout
        self._launcher = _Nursery(warm, shared) if CAN_FORK else _Fresh()
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="parlib-worker")

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[Outcome]:  # type: ignore[override]
        """Queue one task.

        The future raises what the function raised, or WorkError if its process died or took too long.
        """
        task = pickle.dumps((fn, args, kwargs))
        return self._threads.submit(self._run, task)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the pool; without `wait`, tasks under way are killed."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures or not wait)
        self._launcher.close()
        self._threads.shutdown(wait=True)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # Whoever leaves by an exception (Ctrl-C) does not wait for what nobody will use.
        self.shutdown(wait=kind is None)

    def _run(self, task: bytes) -> Outcome:
        end = self._launcher.run(task, self._timeout)
        if end.answer is None:
            raise WorkError(_obituary(end.status, self._timeout))
        fine, value = pickle.loads(end.answer)  # noqa: S301 (our own child's)
        if not fine:
            raise value
        return Outcome(value, end.seconds, end.cpu_seconds, end.peak_bytes)


_TIMED_OUT: Final = -1_000_000
_LOST: Final = -1_000_001


def _obituary(status: int, timeout: float | None) -> str:
    """Say how a process ended that gave no result; `status` as in ``subprocess.Popen.returncode``."""
    if status == _TIMED_OUT:
        return f"It was stopped: it took longer than {timeout:g} seconds."
    if status == _LOST:
        return "It did not come to its end: its process was lost."
    if status < 0:
        return f"It did not come to its end: its process was killed ({signal.Signals(-status).name})."
    return f"It did not come to its end: its process exited (code {status})."


def _perform(task: bytes) -> bytes:
    """Run a pickled task; the answer is pickled, too, whatever was raised."""
    try:
        fn, args, kwargs = pickle.loads(task)  # noqa: S301 (our own caller's)
        return pickle.dumps((True, fn(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001 (handed to the caller, who raises it)
        with suppress(Exception):
            answer = pickle.dumps((False, error))
            pickle.loads(answer)  # noqa: S301 (made one line above)
            return answer
        return pickle.dumps((False, WorkError(f"{type(error).__name__}: {error}")))


def _environment() -> dict[str, str]:
    return {**os.environ, **_ONE_THREAD}


def _is_single_threaded() -> bool:
    """Tell whether this process runs one thread, those of libraries counted; no, where the system does not tell."""
    threads = Path("/proc/self/task")
    return threads.is_dir() and len(list(threads.iterdir())) == 1


# --- a Python per task -----------------------------------------------------------------------------


class _Fresh:
    """Start a Python for every task: slower, and works everywhere."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(self, task: bytes, timeout: float | None) -> _End:
        command = [sys.executable, "-P", "-c", "from parlib.publishing.workers import _answer; _answer()"]
        process = subprocess.Popen(  # noqa: S603 (this Python, our own code)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()
        )
        self._running.add(process)
        begun = time.monotonic()
        try:
            answer, _ = process.communicate(task, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return _End(None, _TIMED_OUT)
        finally:
            self._running.discard(process)
        fine = process.returncode == 0 and answer
        return _End(answer if fine else None, process.returncode, time.monotonic() - begun)

    def close(self) -> None:
        for process in list(self._running):
            process.kill()


def _answer() -> None:
    """Do one task from standard input; the body of a fresh Python."""
    task = sys.stdin.buffer.read()
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        out.write(_perform(task))


# --- a nursery ---------------------------------------------------------------------------------------


class Forked:
    """A copy of this process that does one thing, without any signal handler of this one, and ends.

    It can be asked as a ``subprocess.Popen`` can, whoever else may have heard of its end. Only a process of a single
    thread may be copied.

    Raises
    ------
    OSError
        If the system has no room for it.
    """

    def __init__(self, body: Callable[[], object]) -> None:
        self.returncode: int | None = None
        # A signal that came between the fork and the first line of the copy would be handled in the middle of either.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self.pid = os.fork()
            if self.pid == 0:
                try:
                    for number in signal.valid_signals():
                        if callable(signal.getsignal(number)):
                            signal.signal(number, signal.SIG_DFL)
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    signal.pthread_sigmask(signal.SIG_SETMASK, before)
                    body()
                finally:
                    os._exit(1)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> int | None:
        """Give how it ended, or nothing if it has not."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait for its end."""
        return self._reap(0)

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _reap(self, options: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:  # somebody else has heard how it ended
                self.returncode = _LOST
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


class _Nursery:
    """The caller's side of the process that forks: hands it tasks, reads the answers, replaces it if it dies.

    A task goes over the control socket with one end of a socket pair of its own; the child writes its answer there,
    and after the child's end the nursery adds how it ended. A zero-length request kills the named child.
    """

    def __init__(self, warm: Sequence[str | int], shared: Sequence[str]) -> None:
        self._warm, self._shared = warm, shared
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._control: socket.socket | None = None
        self._closed = False
        self._asked = False
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            start = self._fork if self._shared and _is_single_threaded() else self._launch
            self._process = start(theirs)
        self._control = ours

    def _launch(self, theirs: socket.socket) -> subprocess.Popen[bytes]:
        """Start the nursery as a Python of its own."""
        code = (
            f"from parlib.publishing.workers import _nurse; _nurse({theirs.fileno()}, *{tuple(self._warm)!r})"
        )
        # A session of its own: Ctrl-C in the terminal reaches the caller alone, who decides.
        return subprocess.Popen(  # noqa: S603 (this Python, our own code)
            [sys.executable, "-P", "-c", code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )

    def _fork(self, theirs: socket.socket) -> Forked:
        """Start the nursery as a copy of this process, and as one that :meth:`_launch` would start."""

        def body() -> NoReturn:
            os.setsid()
            control = os.dup2(theirs.detach(), 3)
            os.closerange(4, os.sysconf("SC_OPEN_MAX"))
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            if not sys.flags.safe_path:
                del sys.path[0]
            _nurse(control, *self._warm)

        before = {name: os.environ.get(name) for name in _ONE_THREAD}
        os.environ.update(_ONE_THREAD)  # libraries read it when they are imported
        try:
            for name in self._shared:
                import_module(name)
            return Forked(body)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def run(self, task: bytes, timeout: float | None) -> _End:
        ours, theirs = socket.socketpair()
        with ours:
            try:
                with theirs, self._lock:
                    control = self._ready()
                    self._asked = True
                    socket.send_fds(control, [struct.pack("!Q", len(task))], [theirs.fileno()])
                    control.sendall(task)
            except OSError:
                return _End(None, _LOST)
            return self._read(ours, timeout)

    def _ready(self) -> socket.socket:
        """Give the control socket of a living nursery."""
        if self._closed or self._control is None or self._process is None:
            raise OSError("closed")
        if self._process.poll() is not None:
            self._control.close()
            self._start()
        return self._control

    @staticmethod
    def _read(answers: socket.socket, timeout: float | None) -> _End:
        deadline = None if timeout is None else time.monotonic() + timeout + _WARMING
        result: bytes | None = None
        started = timed_out = False
        while True:
            try:
                frame = _receive(answers, deadline)
            except TimeoutError:
                if not started:
                    return _End(None, _TIMED_OUT)
                # Closing our half for writing tells the nursery to kill the child; the obituary still comes.
                answers.shutdown(socket.SHUT_WR)
                timed_out, deadline = True, None
                continue
            if frame is None:
                return _End(result, _LOST)
            kind, body = frame
            if kind == _STARTED:
                started = True
                deadline = None if timeout is None else time.monotonic() + timeout
            elif kind == _RESULT:
                result = body
            else:
                # A result that came whole counts, however the process ended afterwards.
                end = _End(result, *_STATUS.unpack(body))
                return end._replace(answer=None, status=_TIMED_OUT) if timed_out else end

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._control is not None:
                self._control.close()  # the nursery sees the end of it and ends its children
                self._control = None
        if self._process is not None:
            if not self._asked:
                self._process.kill()  # it may still be importing, and nobody wants it any more
            self._process.wait()


def _receive(source: socket.socket, deadline: float | None) -> tuple[bytes, bytes] | None:
    """Read one frame; ``None`` at the end of the stream."""
    header = _exactly(source, _HEADER.size, deadline)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    body = _exactly(source, length, None)
    return None if body is None else (kind, body)


def _exactly(source: socket.socket, length: int, deadline: float | None) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        source.settimeout(None if deadline is None else max(0.001, deadline - time.monotonic()))
        try:
            part = source.recv(min(1 << 20, length - len(parts)))
        except ConnectionError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)


def _nurse(control_fd: int, *warm: str | int) -> NoReturn:
    """Be the nursery: warm up, then fork a child for every task until the caller goes away."""
    # Nor in the children: a report takes seconds and its garbage goes with it, while looking for it would take a tenth
    # of the time, and touch, and thereby copy, the pages that all of them share.
    gc.disable()
    control = socket.socket(fileno=control_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wake_read, wake_write = socket.socketpair()
    for end in (wake_read, wake_write):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write.fileno(), warn_on_full_buffer=False)
    if warm:
        function, *arguments = warm
        module, name = str(function).split(":")
        # What cannot be loaded now fails in each task, where somebody hears of it.
        with suppress(Exception):
            getattr(import_module(module), name)(*arguments)

    children: dict[int, tuple[socket.socket, float]] = {}
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(wake_read, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is control:
                request, passed, *_ = socket.recv_fds(control, 8, 1)
                if len(request) < 8:
                    for pid in children:
                        _kill(pid)
                    os._exit(0)
                task = _exactly(control, struct.unpack("!Q", request)[0], None)
                answers = socket.socket(fileno=passed[0])
                if task is None:
                    continue
                pid = os.fork()
                if pid == 0:
                    selector.close()
                    for other in (
                        control,
                        wake_read,
                        wake_write,
                        *(sibling for sibling, _ in children.values()),
                    ):
                        other.close()
                    _child(answers, task)
                with suppress(OSError):
                    answers.sendall(_HEADER.pack(_STARTED, 0))
                children[pid] = answers, time.monotonic()
                selector.register(answers, selectors.EVENT_READ, pid)
            elif key.fileobj is wake_read:
                with suppress(BlockingIOError):
                    while wake_read.recv(4096):
                        pass
                _bury(children, selector)
            elif key.data in children:  # the caller gave up on this child, or went away
                selector.unregister(key.fileobj)
                _kill(key.data)


def _child(answers: socket.socket, task: bytes) -> NoReturn:
    """Do one task in a process of its own and end it without anybody's exit handlers."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # What a report prints past Python (a subprocess, a C library) is nobody's output.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    result = _perform(task)
    with suppress(OSError):
        answers.sendall(_HEADER.pack(_RESULT, len(result)) + result)
    os._exit(0)


def _kill(pid: int) -> None:
    """Kill a child with all that it started."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _bury(children: dict[int, tuple[socket.socket, float]], selector: selectors.BaseSelector) -> None:
    """Report the end of every child that has ended."""
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        if pid not in children:
            continue
        answers, begun = children.pop(pid)
        with suppress(KeyError, ValueError):
            selector.unregister(answers)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)  # what the report left running
        body = _STATUS.pack(
            os.waitstatus_to_exitcode(status),
            time.monotonic() - begun,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024,
        )
        with answers, suppress(OSError):
            answers.sendall(_HEADER.pack(_ENDED, len(body)) + body)
