"""Whatever happens to an import or its undo: the tables are as before or as after, or it is said and mended."""

import errno
import itertools
import os
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from command_line import parlib

from parlib import Record, record
from parlib.errors import DataError, WorkError
from parlib.workbooks.history import assembled, base_of, heal, held, install, last_import, take_back
from parlib.workbooks.overlay import Merge, framework_for, merge, provinces_of
from parlib.workbooks.par import read_par

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked and killed"),
]

DATA = Path(__file__).parents[2] / "data"
DONE, REFUSED = 0, 3
NEED_SPACE = {"os.mkdir", "os.link", "write"}
"""Steps that a full disk stops; a rename or a removal it does not."""


class Import:
    """An import that is worked out, to be written as often as a test likes."""

    def __init__(self, path: Path, base: Record) -> None:
        self.content, self.file = path.read_bytes(), path.name
        reading = read_par(path, 2023, provinces_of(base), lambda i, y: framework_for(base, i, y)[0])
        self.merged: Merge = merge(reading, base, self.content)

    def write(self, folder: Path) -> None:
        """Make a folder of the shipped record and the import."""
        with assembled(self.merged, record(), folder) as made:
            self.install(made, record(), folder)

    def install(self, made: Path, base: Record, folder: Path) -> None:
        install(made, self.merged, base, folder, {"file": self.file}, "words\n", self.content)


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["Tỉnh,Chỉ số", *rows]) + "\n", encoding="utf-8")
    return path


def tables(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in Record(folder).files()}


class States:
    """A data folder after one import and after two, and what leads from the one to the other and back."""

    def __init__(self, scratch: Path) -> None:
        self.folder, self.scratch = scratch / "mine", scratch
        Import(table(scratch / "a.csv", "Bình Định,86.5"), record()).write(self.folder)
        base = base_of(self.folder, record())
        # Three tables change: scores.csv, disputed.csv and sources.csv.
        self.second = Import(table(scratch / "b.csv", "Vĩnh Long,85.5", "Hải Phòng,91.5"), base)
        self.one = tables(self.folder)
        shutil.copytree(self.folder, scratch / "one")
        self.bring_in()
        self.two = tables(self.folder)
        shutil.copytree(self.folder, scratch / "two")

    def start_from(self, name: str) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.scratch / name, self.folder)

    def bring_in(self) -> None:
        with held(self.folder):
            self.second.install(self.folder, Record(self.folder), self.folder)

    def undo(self) -> None:
        with held(self.folder):
            kept = last_import(self.folder)
            assert kept is not None
            take_back(self.folder, kept)


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    return States(tmp_path_factory.mktemp("imports"))


def at_step(number, fault, act):
    """Do something in a process of its own and let a fault happen at its ``number``-th step on the disk.

    Returns
    -------
    tuple
        How the process ended (minus the signal that killed it), and whether it came as far as that step.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn where there are threads
        child = os.fork()
    if child == 0:
        steps = itertools.count(1)

        def watch(event, arguments):
            step = event
            if event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                step = "write"
            elif event not in ("os.rename", "os.link", "os.mkdir", "os.rmdir", "os.remove"):
                return
            at = next(steps)
            if at == number:
                os.write(writer, b"x")
            fault(at, number, step)

        sys.addaudithook(watch)
        try:
            act()
        except WorkError:
            os._exit(REFUSED)
        else:
            os._exit(DONE)
        finally:
            os._exit(1)  # never back into the tests
    os.close(writer)
    _, status = os.waitpid(child, 0)
    reached = os.read(reader, 1) == b"x"
    os.close(reader)
    return os.waitstatus_to_exitcode(status), reached


def kill(at, number, step):
    if at == number:
        os.kill(os.getpid(), signal.SIGKILL)


def fail_once(at, number, step):
    if at == number:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def stay_full(at, number, step):
    if at >= number and step in NEED_SPACE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def is_read(folder):
    """Whether the record lets itself be read."""
    try:
        Record(folder).table("sources.csv")
    except DataError as error:
        return "parlib import undo" not in str(error)  # it says what to do
    return True


def every_step(states, begin, act, fault):
    """Let a fault happen at each step in turn; yield how it ended, once the folder is checked and healed."""
    for number in itertools.count(1):
        states.start_from(begin)
        ended, reached = at_step(number, fault, act)
        if not reached:
            assert ended == DONE
            assert number > 15, "an import has more steps than that"
            return
        if is_read(states.folder):
            assert tables(states.folder) in (states.one, states.two), f"half done at step {number}"
        with held(states.folder):
            heal(states.folder)
        assert is_read(states.folder)
        assert tables(states.folder) in (states.one, states.two), f"not mended after step {number}"
        kept = last_import(states.folder)
        assert kept is not None
        assert kept.name == ("002-U002" if tables(states.folder) == states.two else "001-U001")
        yield ended


def test_an_import_killed_at_any_step_is_done_or_not(states):
    outcomes = []
    for ended in every_step(states, "one", states.bring_in, kill):
        assert ended == -signal.SIGKILL
        outcomes.append(tables(states.folder) == states.two)
        if not outcomes[-1]:
            states.bring_in()
            assert tables(states.folder) == states.two
        states.undo()
        assert tables(states.folder) == states.one
    assert False in outcomes


def test_an_undo_killed_at_any_step_is_done_or_not(states):
    outcomes = []
    for ended in every_step(states, "two", states.undo, kill):
        assert ended == -signal.SIGKILL
        outcomes.append(tables(states.folder) == states.one)
        if not outcomes[-1]:
            states.undo()
        assert tables(states.folder) == states.one
        place = states.folder / "imports" / "undone" / "002-U002"
        after = {path.relative_to(place / "after"): path for path in (place / "after").rglob("*.csv")}
        assert len(after) == 3
        assert all(path.read_bytes() == states.two[name] for name, path in after.items())
        states.undo()  # and the import before it
        assert last_import(states.folder) is None
    assert set(outcomes) == {True, False}


@pytest.mark.parametrize("fault", [fail_once, stay_full])
@pytest.mark.parametrize(("begin", "act"), [("one", "bring_in"), ("two", "undo")])
def test_a_disk_that_fails_at_any_step_is_said_and_nothing_is_half(states, begin, act, fault):
    ends = set(every_step(states, begin, getattr(states, act), fault))
    assert ends <= {DONE, REFUSED}
    assert REFUSED in ends


def test_the_first_import_killed_at_any_step_leaves_a_whole_folder_or_none(tmp_path):
    first = Import(table(tmp_path / "a.csv", "Bình Định,86.5"), record())
    folder = tmp_path / "mine"
    number, whole = 0, None
    for number in itertools.count(1, 7):  # every file of the record is a step
        shutil.rmtree(folder, ignore_errors=True)
        ended, reached = at_step(number, kill, lambda: first.write(folder))
        if folder.exists():
            whole = whole or tables(folder)
            assert tables(folder) == whole
            assert last_import(folder).name == "001-U001"
        if not reached:
            assert ended == DONE
            break
    assert whole
    assert number > 50


def test_a_full_disk_keeps_the_old_tables_and_can_be_undone(disk, tmp_path):
    """A real one: nothing is imitated."""
    folder = disk("size=12m") / "mine"
    first, second = (
        table(tmp_path / f"{name}.csv", row) for name, row in [("a", "Bình Định,86.5"), ("b", "Vĩnh Long,85")]
    )
    assert parlib("import", "par", first, "--year", 2023, "--out", folder).returncode == 0
    old = tables(folder)
    filler = folder.parent / "filler"
    with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as stream:  # noqa: PT012
        while True:
            stream.write(b"x" * 4096)
    done = parlib("import", "par", second, "--year", 2023, "--out", folder)
    assert (done.returncode, "No space left" in done.stderr) == (1, True)
    assert tables(folder) == old
    assert parlib("import", "undo", folder).returncode == 0
    assert b"U001" not in tables(folder)[Path("sources.csv")]
    filler.unlink()
    assert parlib("import", "par", second, "--year", 2023, "--out", folder).returncode == 0


def test_a_folder_that_cannot_be_written_to_is_named_and_can_be_looked_at(disk, tmp_path):
    folder = disk("size=12m") / "mine"
    path = table(tmp_path / "a.csv", "Bình Định,86.5")
    assert parlib("import", "par", path, "--year", 2023, "--out", folder).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", str(folder.parent)], check=True)
    other = table(tmp_path / "b.csv", "Vĩnh Long,85")
    for words in (["par", other, "--year", 2023, "--out", folder], ["undo", folder]):
        done = parlib("import", *words)
        assert done.returncode == 1
        assert f"Nothing can be written to {folder / 'imports'}: Read-only file system" in done.stderr
        assert parlib("import", *words, "--dry-run").returncode == 0


def test_imports_at_once_come_in_one_after_the_other_or_say_that_they_must_wait(tmp_path):
    folder = tmp_path / "mine"
    first = table(tmp_path / "a.csv", "Bình Định,86.5")
    assert parlib("import", "par", first, "--year", 2023, "--out", folder).returncode == 0
    old = tables(folder)
    rows = ["Vĩnh Long,85.5", "Lai Châu,86.9", "Điện Biên,85.1"]
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-c", "from parlib.cli import main; main()", "import", "par"),
                *(str(table(tmp_path / f"{i}.csv", row)), "--year", "2023", "--out", str(folder)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for i, row in enumerate(rows)
    ]
    ends = []
    for process in running:
        _, said = process.communicate(timeout=300)
        ends.append(process.returncode)
        assert ends[-1] == 0 or (ends[-1] == 3 and "Another run is at work" in said), said
    assert 0 in ends
    kept = [path.name for path in (folder / "imports").iterdir() if path.is_dir()]
    assert len(kept) == 1 + ends.count(0)
    for _ in range(ends.count(0)):
        assert parlib("import", "undo", folder).returncode == 0
    assert tables(folder) == old
