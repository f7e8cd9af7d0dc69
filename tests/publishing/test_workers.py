"""A task can do what it likes to its process: nobody else notices."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parlib.errors import UsageError, WorkError
from parlib.publishing.workers import CAN_FORK, Workers

needs_fork = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")


@pytest.fixture
def pool():
    with Workers(2, timeout=60) as workers:
        yield workers


def gone(pid):
    """Tell whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_every_task_has_a_process_of_its_own(pool):
    pids = [future.result().value for future in [pool.submit(os.getpid) for _ in range(5)]]
    assert len({*pids, os.getpid()}) == 6


def test_an_outcome_tells_time_and_memory(pool):
    outcome = pool.submit(time.sleep, 0.2).result()
    assert 0.2 <= outcome.seconds < 20
    if CAN_FORK:
        assert 0 <= outcome.cpu_seconds < 1
        assert 5_000_000 < outcome.peak_bytes < 500_000_000


def test_what_a_task_raises_reaches_the_caller(pool):
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result()


def test_a_process_that_exits_fails_only_its_task(pool):
    exiting, fine = pool.submit(os._exit, 7), pool.submit(abs, -1)
    with pytest.raises(WorkError, match=r"exited \(code 7\)"):
        exiting.result()
    assert fine.result().value == 1


@needs_fork
def test_a_process_that_is_killed_fails_only_its_task(pool):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    killed, fine = pool.submit(exec, code), pool.submit(abs, -1)
    with pytest.raises(WorkError, match="killed \\(SIGKILL\\)"):
        killed.result()
    assert fine.result().value == 1


def test_a_task_that_hangs_is_stopped_with_what_it_started(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import subprocess, time, pathlib; p = subprocess.Popen(['sleep', '60']); "
        f"pathlib.Path({str(note)!r}).write_text(str(p.pid)); time.sleep(60)"
    )
    begun = time.monotonic()
    with Workers(1, timeout=2) as workers, pytest.raises(WorkError, match="longer than 2 seconds"):
        workers.submit(exec, code).result()
    assert time.monotonic() - begun < 30
    if CAN_FORK:
        wait_until(lambda: gone(int(note.read_text())))


@needs_fork
def test_the_time_to_get_ready_does_not_count(tmp_path, monkeypatch):
    (tmp_path / "slow_start.py").write_text("import time\ndef warm(seconds): time.sleep(seconds)\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    with Workers(1, timeout=1, warm=("slow_start:warm", 2)) as workers:
        assert workers.submit(abs, -1).result().value == 1


@needs_fork
def test_one_report_leaves_no_trace_for_the_next(pool):
    code = "import sys, os; sys.leftover = 1; os.environ['LEFTOVER'] = '1'; os.chdir('/')"
    pool.submit(exec, code).result()
    assert not pool.submit(eval, "hasattr(__import__('sys'), 'leftover')").result().value
    assert pool.submit(os.getenv, "LEFTOVER").result().value is None
    assert pool.submit(os.getcwd).result().value == str(Path.cwd())


@needs_fork
def test_the_pool_goes_on_when_its_nursery_is_killed(pool):
    nursery = pool.submit(os.getppid).result().value
    os.kill(nursery, signal.SIGKILL)
    wait_until(lambda: gone(nursery))
    assert pool.submit(abs, -1).result().value == 1


@needs_fork
@pytest.mark.parametrize("shared", [(), ("json",)])
def test_nothing_stays_behind_when_the_caller_is_killed(tmp_path, shared):
    note = tmp_path / "pids"
    task = f"import os, time; open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}'); time.sleep(60)"
    program = (
        "from parlib.publishing.workers import Workers\n"
        f"Workers(1, shared={shared!r}).submit(exec, {task!r}).result()\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", program])
    wait_until(lambda: note.exists() and len(note.read_text().split()) == 2)
    caller.kill()
    caller.wait()
    for pid in note.read_text().split():
        wait_until(lambda pid=pid: gone(int(pid)))


def test_leaving_by_an_exception_does_not_wait():
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(1) as workers:  # noqa: PT012
        running = workers.submit(time.sleep, 60)
        queued = workers.submit(abs, -1)
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 20
    assert queued.cancelled()
    assert running.done()


@needs_fork
def test_the_nursery_forks_from_a_single_thread():
    """With a second thread holding a lock, a forked child could wait for it for ever."""
    tasks = (
        "[path.read_text().strip() for path in __import__('pathlib').Path("
        "'/proc', str(__import__('os').getppid()), 'task').glob('*/comm')]"
    )
    with Workers(1, warm=("parlib.publishing.report:warm", 2017)) as workers:
        threads = workers.submit(eval, tasks).result().value
    # pyarrow's allocator has a thread that it ends and starts again around a fork by itself.
    assert [name for name in threads if not name.startswith("jemalloc")] == threads[:1]


def test_a_python_per_task_does_the_same(monkeypatch):
    monkeypatch.setattr("parlib.publishing.workers.CAN_FORK", False)
    with Workers(2, timeout=20) as workers:
        assert workers.submit(os.getpid).result().value != os.getpid()
        with pytest.raises(UsageError, match="no language"):
            workers.submit(exec, "from parlib.wording.language import Language; Language('x')").result()
        with pytest.raises(WorkError, match=r"exited \(code 3\)"):
            workers.submit(os._exit, 3).result()
        assert workers.submit(print, "noise on standard output").result().value is None
    with Workers(1, timeout=1) as workers, pytest.raises(WorkError, match="longer than 1 seconds"):
        workers.submit(time.sleep, 60).result()


_FORKED = """
import os, sys, threading
from parlib.publishing.workers import Workers
sys.known = "to the caller"
print("once")
"""
"""The beginning of a command that runs one thread."""


def printed(program, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not tell its threads")
def test_what_a_command_imported_at_its_beginning_its_tasks_have(tmp_path):
    (tmp_path / "costly.py").write_text("import os\nprint('imported')\nOWNER = os.getpid()\n")
    task = "__import__('costly').OWNER, getattr(__import__('sys'), 'known', None)"
    program = f"""{_FORKED}
with Workers(1, shared=("costly",)) as workers:
    owner, known = workers.submit(eval, {task!r}).result().value
print(owner == os.getpid(), known == sys.known)
"""
    assert printed(program, PYTHONPATH=str(tmp_path)) == ["once", "imported", "True", "True"]


@needs_fork
def test_a_caller_with_threads_is_never_forked():
    program = f"""{_FORKED}
end = threading.Event()
thread = threading.Thread(target=end.wait)
thread.start()
with Workers(1, shared=("json",)) as workers:
    print(workers.submit(eval, "getattr(__import__('sys'), 'known', None)").result().value)
end.set()
"""
    assert printed(program) == ["once", "None"]


@needs_fork
def test_a_forked_nursery_that_is_killed_is_replaced():
    program = f"""{_FORKED}
import signal
with Workers(1, shared=("json",)) as workers:
    os.kill(workers.submit(os.getppid).result().value, signal.SIGKILL)
    while workers._launcher._process.poll() is None:
        pass
    print(workers.submit(abs, -1).result().value)
"""
    assert printed(program) == ["once", "1"]


@needs_fork
def test_two_pools_of_one_beginning_end_in_any_order():
    program = f"""{_FORKED}
first, second = Workers(1, shared=("json",)), Workers(1, shared=("json",))
print(first.submit(abs, -1).result().value)
first.shutdown()
print(second.submit(abs, -2).result().value)
second.shutdown()
"""
    assert printed(program) == ["once", "1", "2"]


@needs_fork
def test_what_the_caller_had_open_and_where_it_lies_stay_its_own(tmp_path):
    (tmp_path / "beside_the_program.py").touch()
    (tmp_path / "program.py").write_text(f"""{_FORKED}
import fcntl, importlib.util, signal
signal.signal(signal.SIGTERM, signal.default_int_handler)
held = open({str(tmp_path / "lock")!r}, "w")
fcntl.flock(held, fcntl.LOCK_EX)
before = dict(os.environ)
with Workers(1, shared=("json",)) as workers:
    assert workers.submit(os.getenv, "OMP_NUM_THREADS").result().value == "1"
    assert dict(os.environ) == before
    held.close()
    fcntl.flock(open({str(tmp_path / "lock")!r}, "w"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert importlib.util.find_spec("beside_the_program")
    assert workers.submit(importlib.util.find_spec, "beside_the_program").result().value is None
    nursery = workers.submit(os.getppid).result().value
    assert os.getsid(nursery) == nursery  # so that Ctrl-C in a terminal reaches the caller alone
    assert os.readlink(f"/proc/{{nursery}}/fd/0") == os.devnull
    assert workers.submit(signal.getsignal, signal.SIGTERM).result().value == signal.SIG_DFL
""")
    command = [sys.executable, tmp_path / "program.py"]
    assert subprocess.run(command, input="typed", text=True, timeout=60).returncode == 0


@needs_fork
@pytest.mark.parametrize(
    "habit",
    [
        "signal.signal(signal.SIGTERM, lambda *_: None)",
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    ],
)
def test_a_forked_nursery_serves_whatever_the_caller_does_with_signals(habit):
    program = f"""{_FORKED}
import signal
{habit}
workers = Workers(1, shared=("json",))
workers.submit(exec, "import multiprocessing as m; m.get_context('fork').Process(target=print).start()").result()
os.kill(workers.submit(os.getppid).result().value, signal.SIGKILL)
while workers._launcher._process.poll() is None:
    pass
print(workers.submit(abs, -1).result().value)
workers.shutdown()
forgotten = Workers(1, shared=("json",))
"""
    assert printed(program) == ["once", "1"]


@needs_fork
def test_a_command_that_is_interrupted_while_it_forks_ends_without_a_trace():
    program = f"""{_FORKED}
import signal
caller = os.getpid()
os.register_at_fork(before=lambda: signal.raise_signal(signal.SIGINT))
try:
    with Workers(1, shared=("json",)) as workers:
        print("not interrupted")
except KeyboardInterrupt:
    print("interrupted", os.getpid() == caller)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["once", "interrupted", "True"], "")


@needs_fork
def test_a_command_that_forgets_its_pool_ends():
    assert printed(f"{_FORKED}\nkept = Workers(1, shared=('json',))") == ["once"]
