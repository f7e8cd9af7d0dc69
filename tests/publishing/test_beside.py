"""What a copy of the process computes ahead, the report finds; what it does not, the report computes."""

import os
import pickle
import threading
import time
from threading import Thread

import pytest

from parlib.datasets import Record, data_folder, record
from parlib.pages.common import prepare
from parlib.publishing import beside as module
from parlib.publishing.beside import beside
from parlib.publishing.report import make_report
from parlib.publishing.workers import CAN_FORK, processors

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(module, "processors", lambda: 2)


@pytest.fixture
def known():
    return Record(data_folder())


def wait_until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_answer_that_is_there_is_not_computed_again(known):
    with beside(known, lambda copy: copy.once("who", os.getpid)):
        wait_until(lambda: "who" in known.memory.known)
        assert known.once("who", lambda: pytest.fail("computed twice")) != os.getpid()
    assert known.once("who", lambda: pytest.fail("forgotten")) != os.getpid()


def test_an_answer_that_is_being_computed_is_waited_for(known, tmp_path):
    flag = tmp_path / "begun"

    def slow():
        time.sleep(0.3)
        flag.touch()
        time.sleep(0.3)
        return os.getpid()

    with beside(known, lambda copy: copy.once("who", slow)):
        wait_until(flag.exists)
        assert known.once("who", os.getpid) != os.getpid()


def test_an_answer_that_was_not_begun_is_computed_at_once(known):
    begun = time.monotonic()
    with beside(known, lambda _: time.sleep(60)):
        assert known.once("who", os.getpid) == os.getpid()
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    "fail",
    [
        lambda: os._exit(1),
        lambda: os.kill(os.getpid(), 9),
        lambda: 1 / 0,
        lambda: lambda: "cannot be pickled",
    ],
)
def test_what_the_copy_fails_at_the_report_computes(known, fail):
    def work(copy):
        copy.once("before", lambda: "told")
        copy.once("who", lambda: (time.sleep(0.2), fail())[1])

    with beside(known, work):
        wait_until(lambda: "before" in known.memory.known)
        assert known.once("who", os.getpid) == os.getpid()
        assert known.once("before", lambda: "asked") == "told"


class Odd:
    """What pickles, and cannot be unpickled."""

    def __reduce__(self):
        return int, ("no number",)


def test_an_answer_that_this_process_cannot_read_is_computed_here(known):
    with beside(known, lambda copy: (copy.once("first", lambda: 1), copy.once("who", Odd))):
        wait_until(lambda: "first" in known.memory.known)
        assert known.once("who", os.getpid) == os.getpid()


def test_an_answer_may_need_another(known):
    def work(copy):
        copy.once("sum", lambda: copy.once("part", lambda: 2) + 1)

    with beside(known, work):
        wait_until(lambda: "sum" in known.memory.known)
    assert (known.memory.known["part"], known.memory.known["sum"]) == (2, 3)


@pytest.mark.parametrize("work", [lambda _: None, lambda _: time.sleep(60)])
def test_nothing_of_it_is_left_whatever_happens(known, tmp_path, work):
    note, before, threads = tmp_path / "pid", known.memory, threading.active_count()

    def noted(copy):
        note.write_text(str(os.getpid()))
        work(copy)

    def fail():
        with beside(known, noted):
            wait_until(lambda: note.exists() and note.read_text())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)
    assert known.memory is before
    assert threading.active_count() == threads
    pickle.dumps(known)


def test_one_processor_is_left_to_the_report(known, monkeypatch):
    monkeypatch.setattr(module, "processors", lambda: 1)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    with beside(known, lambda copy: copy.once("who", os.getpid)):
        assert known.once("who", os.getpid) == os.getpid()


@pytest.mark.parametrize(
    ("owner", "name", "error"), [(os, "fork", BlockingIOError), (Thread, "start", RuntimeError)]
)
def test_a_system_without_room_for_more_leaves_all_to_the_report(known, monkeypatch, owner, name, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(owner, name, refuse)
    with beside(known, lambda copy: copy.once("who", os.getpid)):
        assert known.once("who", os.getpid) == os.getpid()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


def test_a_cell_may_wait_for_all_processes(known):
    with beside(known, lambda copy: copy.once("who", os.getpid)):
        os.waitpid(-1, 0)
        assert known.once("who", os.getpid) != os.getpid()


def test_a_cell_may_pickle_the_record_and_start_processes(known, tmp_path):
    flag = tmp_path / "begun"
    with beside(
        known, lambda copy: copy.once("who", lambda: (time.sleep(0.2), flag.touch(), time.sleep(60)))
    ):
        wait_until(flag.exists)
        assert pickle.loads(pickle.dumps(known)).once("other", lambda: 1) == 1
        pid = os.fork()
        if pid == 0:
            os._exit(known.once("who", lambda: 7))
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


@pytest.mark.parametrize("year", [2012, 2017, 2024, 2026])
def test_what_the_reports_of_a_year_share_can_be_told(year):
    known = Record(data_folder())
    with beside(known, lambda copy: (prepare(copy, year), copy.once("end", lambda: True))):
        wait_until(lambda: "end" in known.memory.known)
    alone = Record(data_folder())
    prepare(alone, year)
    assert {*known.memory.known} - {"end"} == {*alone.memory.known} != set()


@pytest.mark.slow
@pytest.mark.skipif(processors() < 2, reason="no copy is made where there is one processor")
@pytest.mark.parametrize("notebook", ["province", "national"])
def test_a_report_does_not_depend_on_it(tmp_path, notebook):
    parameters = {"year": 2017, "lang": "en"} | (
        {"province": "thua-thien-hue"} if notebook == "province" else {}
    )
    made = []
    for name, known in (("alone", None), ("beside", record())):
        files = make_report(notebook, parameters, tmp_path / name, "x", ["html", "xlsx", "json"], known=known)
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]
