"""The same jobs on a Dask cluster, which may lose a worker in the middle."""

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from small_reports import check_tree, small

from parlib.errors import WorkError
from parlib.publishing.batch import run
from parlib.publishing.production import Pool, make_far

distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra cluster)")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = small(tmp_path / "project")
    (made.known.root / "indices.csv").write_text("index\n")
    monkeypatch.setenv("PARLIB_DATA", str(made.known.root))
    return made


@pytest.fixture
def cluster(project):
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
    ) as running:
        yield running


def test_a_cluster_that_loses_a_worker_makes_the_same_reports(project, cluster, tmp_path):
    project.order("b.vi", f"Path({str(tmp_path / 'started')!r}).touch(); time.sleep(2)")
    killed = []

    def kill():
        while not (tmp_path / "started").exists():
            time.sleep(0.02)
        with distributed.Client(cluster.scheduler_address) as client:
            busy = [address for address, tasks in client.processing().items() if tasks]
            pids = client.run(os.getpid, workers=busy[:1])
        killed.extend(pids.values())
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    pool = Pool(scheduler=cluster.scheduler_address, timeout=120)
    done = run(project.jobs(*"abcdef"), project.out, project.known, pool=pool)
    killer.join()
    assert killed
    assert (done.exit_code, done.counts["made"]) == (0, 6)
    check_tree(project)
    assert done.manifest["run"]["workers"] == cluster.scheduler_address

    far = project.published()
    project.recall("b.vi")
    run(project.jobs(*"abcdef"), project.out, project.known, pool=Pool(workers=2), force=True)
    assert project.published() == far


def test_a_failure_on_a_cluster_is_told_like_one_here(project, cluster):
    project.order("a.vi", "1 / 0")
    project.order("b.vi", "os._exit(3)")
    pool = Pool(scheduler=cluster.scheduler_address, timeout=60)
    done = run(project.jobs(*"abc"), project.out, project.known, pool=pool)
    told = {name: entry["error"]["message"] for name, entry in done.failed().items()}
    assert "ZeroDivisionError" in told["a.vi"]
    assert "exited (code 3)" in told["b.vi"]
    assert check_tree(project)["reports"]["c.vi"]["status"] == "made"


def test_a_worker_with_other_data_or_code_makes_nothing(project):
    job = project.jobs("a")[0]
    with pytest.raises(WorkError, match="differs in: data, notebook, library"):
        make_far(job, dict.fromkeys(("data", "notebook", "library"), "other") | _others(project, job), 60)


def _others(project, job):
    from parlib.publishing.ingredients import gather

    found = gather(project.known.root).of(job)
    return {family: found[family] for family in ("templates", "wording", "versions", "request")}


def test_a_worker_without_a_shared_disk_takes_its_own_notebook(project):
    job = replace(project.jobs("a")[0], notebook=project.root / "elsewhere" / "province.ipynb")
    with pytest.raises(WorkError, match="differs in"):
        make_far(
            job,
            dict.fromkeys(("data", "notebook", "library", "templates", "wording", "versions", "request")),
            60,
        )


def test_no_scheduler_is_a_plain_error(project):
    with pytest.raises(WorkError, match="No Dask scheduler answers"):
        run(project.jobs("a"), project.out, project.known, pool=Pool(scheduler="tcp://127.0.0.1:9"))
    assert not project.year.exists()
