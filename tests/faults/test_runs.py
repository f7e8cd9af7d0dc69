"""Whatever happens to a run: the published tree is consistent, what is told is true, and the next run heals.

``PARLIB_KILLS`` sets how often a run is killed at a random moment (default 3).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_reports import check_tree, small

from parlib.errors import WorkError
from parlib.publishing.batch import run
from parlib.publishing.manifest import read_manifest
from parlib.publishing.production import Pool
from parlib.storage import BusyError, lock

pytestmark = pytest.mark.slow

POOL = Pool(workers=2, timeout=60)
TESTS = Path(__file__).parents[1]
KILLS = int(os.environ.get("PARLIB_KILLS", "3"))
DRIVER = """
import signal, sys
from pathlib import Path
from small_reports import Small
from parlib.publishing.batch import run
from parlib.publishing.production import Pool
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born deaf to it
project = Small(Path(sys.argv[1]))
done = run(project.jobs(*sys.argv[2]), project.out, project.known, pool=Pool(2, 60))
sys.exit(130 if done.stopped else done.exit_code)
"""


@pytest.fixture
def project(tmp_path):
    return small(tmp_path / "project")


def make(project, *provinces, pool=POOL, out=None):
    return run(project.jobs(*provinces), out or project.out, project.known, pool=pool)


def start(project, provinces):
    """Start a run in a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen([sys.executable, "-c", DRIVER, str(project.root), provinces], env=environment)


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def finished(project):
    """Reports that lie finished in the staging folder of a run under way."""
    return list((project.out / ".making").glob("*/done.json"))


def check_healed(project, *provinces):
    done = make(project, *provinces)
    assert done.exit_code == 0
    reports = check_tree(project)["reports"]
    assert {reports[f"{name}.vi"]["stale"] for name in provinces} == {False}
    assert not (project.out / ".making").exists()
    assert make(project, *provinces).counts["unchanged"] == len(provinces)


def test_killed_at_any_moment_a_run_leaves_whole_years_and_the_next_one_heals(project):
    begun = time.monotonic()
    assert start(project, "abc").wait() == 0
    length = time.monotonic() - begun
    chance = random.Random(6)
    for kill in range(KILLS):
        project.score(a=kill + 1.5, b=kill + 2.5, c=kill + 3.5)
        process = start(project, "abc")
        time.sleep(chance.uniform(0, 1.1 * length))
        process.kill()
        process.wait()
        reports = check_tree(project)["reports"]
        assert len({reports[f"{name}.vi"]["ingredients"]["data"] for name in "abc"}) == 1
    check_healed(project, "a", "b", "c")


def test_what_a_killed_run_had_finished_is_not_made_again(project):
    project.order("b.vi", "time.sleep(600)")
    process = start(project, "ab")
    wait_until(lambda: finished(project))
    process.kill()
    process.wait()
    assert not project.year.exists()
    project.recall("b.vi")
    done = make(project, "a", "b")
    assert done.exit_code == 0
    assert done.manifest["reports"]["a.vi"]["seconds"] is None  # found, not made
    assert done.manifest["reports"]["b.vi"]["seconds"] > 0
    check_tree(project)


def test_a_damaged_left_over_is_not_published(project):
    project.order("b.vi", "time.sleep(600)")
    process = start(project, "ab")
    wait_until(lambda: finished(project))
    process.kill()
    process.wait()
    (done,) = finished(project)
    (done.parent / "a.vi.html").write_text("half a pa")
    project.recall("b.vi")
    assert make(project, "a", "b").manifest["reports"]["a.vi"]["seconds"] > 0
    assert b"half a pa" not in project.published()["a.vi.html"]
    check_healed(project, "a", "b")


def test_ctrl_c_publishes_what_is_finished_and_the_next_run_makes_the_rest(project):
    project.order("b.vi", "time.sleep(600)")
    project.order("c.vi", "time.sleep(600)")
    process = start(project, "abc")
    wait_until(lambda: finished(project))
    time.sleep(0.7)  # until the run has heard of it
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    reports = check_tree(project)["reports"]
    assert {name: entry["status"] for name, entry in reports.items()} == {
        "a.vi": "made",
        "b.vi": "not reached",
        "c.vi": "not reached",
    }
    assert project.manifest()["run"]["state"] == "stopped"
    project.recall("b.vi")
    project.recall("c.vi")
    check_healed(project, "a", "b", "c")


def test_every_way_to_fail_fails_one_report(project):
    make(project, *"abcdefgh")
    old = project.published()
    project.score(**dict.fromkeys("abcdefgh", 1.5))
    project.order("a.vi", "raise ValueError('no luck')")
    project.order("b.vi", "time.sleep(600)")
    project.order("c.vi", "print('x' * 100_000_000)")
    project.order("d.vi", "os._exit(0)")
    project.order("e.vi", "os.kill(os.getpid(), signal.SIGKILL)")
    project.order("f.vi", "sys.exit(0)")
    project.order("g.vi", "os.write(1, b'x' * 100_000_000)")  # past Python: nobody's output, and no failure
    done = make(project, *"abcdefgh", pool=Pool(workers=2, timeout=8))
    reports = check_tree(project)["reports"]
    assert done.exit_code == 1
    told = {name[0]: entry["error"]["message"] for name, entry in done.failed().items()}
    assert sorted(told) == list("abcdef")
    assert "Cell 3 of small.ipynb (under “In short”) failed: ValueError: no luck" in told["a"]
    assert "longer than 8 seconds" in told["b"]
    assert "prints more than" in told["c"]
    assert "exited (code 0)" in told["d"]
    assert "SIGKILL" in told["e"]
    assert "SystemExit" in told["f"]
    for name in "abcdef":
        assert reports[f"{name}.vi"]["stale"]
        assert project.published()[f"{name}.vi.html"] == old[f"{name}.vi.html"]
    assert reports["g.vi"]["status"] == reports["h.vi"]["status"] == "made"
    assert sum(entry["peak_bytes"] or 0 for entry in reports.values()) < 2 * 500_000_000
    for name in "abcdef":
        project.recall(f"{name}.vi")
    check_healed(project, *"abcdefgh")


def test_the_process_that_forks_may_be_killed(project):
    project.order("a.vi", "os.kill(os.getppid(), signal.SIGKILL); time.sleep(0.5)")
    done = make(project, "a", "b", "c", pool=Pool(workers=1, timeout=60))
    reports = check_tree(project)["reports"]
    assert {reports[f"{name}.vi"]["status"] for name in "bc"} == {"made"}
    project.recall("a.vi")
    assert done.exit_code in (0, 1)  # its child may still have come to an end
    check_healed(project, "a", "b", "c")


def test_two_runs_at_once_do_not_meet(project):
    make(project, "a")
    project.score(a=1.5)
    project.order("a.vi", "time.sleep(3)")
    first = start(project, "a")
    wait_until((project.out / ".making").exists)
    with pytest.raises(BusyError, match=r"Another run is at work .*process \d+") as refusal:
        make(project, "a")
    assert refusal.value.exit_code == 3
    with pytest.raises(BusyError), lock(project.out, shared=True):
        pass
    assert first.wait() == 0
    check_tree(project)
    project.recall("a.vi")
    check_healed(project, "a")


def test_single_reports_may_be_written_side_by_side(project):
    with lock(project.out, shared=True), lock(project.out, shared=True):
        with pytest.raises(BusyError):
            make(project, "a")
        assert not project.year.exists()
    check_healed(project, "a")


def test_a_lock_file_of_a_dead_run_is_no_lock(project):
    project.out.mkdir()
    (project.out / ".lock").write_text("process 1 on elsewhere")
    check_healed(project, "a")


def test_an_unreadable_data_file_fails_the_reports_that_need_it(project):
    make(project, "a")
    old = project.published()
    scores = project.known.root / "scores.json"
    kept = scores.read_text()
    scores.unlink()
    scores.mkdir()
    done = make(project, "a")
    assert done.exit_code == 1
    assert "IsADirectoryError" in check_tree(project)["reports"]["a.vi"]["error"]["message"]
    assert project.published() == old
    scores.rmdir()
    scores.write_text(kept)
    check_healed(project, "a")


def test_a_damaged_manifest_means_making_everything_again(project):
    make(project, "a")
    old = project.published()
    (project.year / "run.json").write_bytes(b"{")
    assert make(project, "a").counts["made"] == 1
    assert project.published() == old
    check_healed(project, "a")


def test_a_clock_that_goes_back_changes_nothing(project):
    make(project, "a", "b")
    future = time.time() + 10 * 365 * 86400
    manifest = project.manifest()
    manifest["run"]["started"] = "2099-01-01T00:00:00+00:00"
    for entry in manifest["reports"].values():
        entry["made"] = "2099-01-01T00:00:00+00:00"
    (project.year / "run.json").write_text(json.dumps(manifest))
    for path in project.root.rglob("*"):
        os.utime(path, (future, future))
    assert make(project, "a", "b").counts["unchanged"] == 2
    project.score(a=1.5)
    os.utime(project.known.root / "scores.json", (1, 1))
    assert make(project, "a", "b").counts["made"] == 2
    assert check_tree(project)["run"]["started"] < "2099"


def test_a_full_disk_publishes_nothing_half(project, disk):
    out = disk("size=1500k") / "reports"
    assert make(project, "a", out=out).exit_code == 0
    old = {path.name: path.read_bytes() for path in (out / "2017").iterdir() if path.name != "run.json"}
    project.score(a=1.5)
    filler = out.parent / "filler"
    with pytest.raises(OSError, match="No space left"), filler.open("wb", buffering=0) as stream:  # noqa: PT012
        while True:
            stream.write(b"x" * 4096)
    with pytest.raises(WorkError, match="No space left"):
        make(project, "a", "b", out=out)
    assert {
        path.name: path.read_bytes() for path in (out / "2017").iterdir() if path.name != "run.json"
    } == old
    assert read_manifest(out / "2017")["reports"]["a.vi"]["files"]["html"]["name"] == "a.vi.html"
    filler.unlink()
    assert make(project, "a", "b", out=out).exit_code == 0
    assert json.loads((out / "2017" / "a.json").read_text())["blocks"]["headline"]["papi.score"] == 1.5


def test_a_folder_that_cannot_be_written_to_is_named(project, disk):
    out = disk("size=4m") / "reports"
    make(project, "a", out=out)
    before = sorted(path.name for path in out.rglob("*"))
    subprocess.run(["mount", "-o", "remount,ro", str(out.parent)], check=True)
    project.score(a=1.5)
    with pytest.raises(WorkError, match=r"Nothing can be written to .*: Read-only file system") as refusal:
        make(project, "a", out=out)
    assert refusal.value.exit_code == 1
    assert sorted(path.name for path in out.rglob("*")) == before


def test_a_file_in_place_of_the_folder_is_named(project):
    project.out.write_text("not a folder")
    with pytest.raises(WorkError, match="Nothing can be written to"):
        make(project, "a")
    assert project.out.read_text() == "not a folder"
