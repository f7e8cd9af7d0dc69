"""A run makes what changed and only that, publishes all of it at once, and tells the truth about it."""

import json
import os
import shutil
import threading
from dataclasses import replace

import pytest
from small_reports import check_tree, small

from parlib.errors import UsageError, WorkError
from parlib.publishing.batch import explain, run
from parlib.publishing.production import Failed, Made, Pool

POOL = Pool(workers=2, timeout=60)


class Listener:
    def __init__(self):
        self.started, self.results = None, {}

    def start(self, stale, unchanged):
        self.started = stale, unchanged

    def tick(self, running):
        pass

    def done(self, job, result):
        self.results[job.id] = result


@pytest.fixture
def project(tmp_path):
    return small(tmp_path / "project")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project whose reports a and b are published in both languages; every test takes a copy."""
    project = small(tmp_path_factory.mktemp("published") / "project")
    done = run(project.jobs("a", "b", langs=("vi", "en")), project.out, project.known, pool=POOL)
    assert done.exit_code == 0
    return project


@pytest.fixture
def again(published):
    """The published project itself, put back into its state afterwards: its notebook knows its path."""
    kept = published.root.with_name("kept")
    shutil.copytree(published.root, kept)
    yield published
    shutil.rmtree(published.root)
    kept.rename(published.root)


def make(project, *provinces, langs=("vi",), **options):
    return run(project.jobs(*provinces, langs=langs), project.out, project.known, pool=POOL, **options)


def test_a_first_run_publishes_everything_it_tells_of(published):
    manifest = check_tree(published)
    assert sorted(path.name for path in published.out.iterdir()) == [
        ".lock",
        "2017",
        "index.en.html",
        "index.html",
    ]
    assert sorted(published.published()) == [
        "a.en.html",
        "a.json",
        "a.vi.html",
        "b.en.html",
        "b.json",
        "b.vi.html",
    ]
    counts = {"total": 4, "made": 4, "new": 4, "changed": 0, "unchanged": 0, "failed": 0, "not_reached": 0}
    assert manifest["run"]["counts"] == counts
    entry = manifest["reports"]["a.vi"]
    assert (entry["status"], entry["stale"], entry["reasons"]) == ("made", False, ["it was never made"])
    assert entry["seconds"] > 0
    assert json.loads(published.published()["a.json"])["blocks"]["headline"]["papi.score"] == 30.25


def test_a_second_run_makes_nothing(again):
    before, inodes = again.published(), {path.name: path.stat().st_ino for path in again.year.iterdir()}
    done = make(again, "a", "b", langs=("vi", "en"))
    assert (done.exit_code, done.counts["unchanged"], done.counts["made"]) == (0, 4, 0)
    assert again.published() == before
    del inodes["run.json"]
    assert {name: (again.year / name).stat().st_ino for name in inodes} == inodes


def test_a_new_date_of_a_file_is_no_change(again):
    for path in [*again.known.root.iterdir(), again.root / "small.ipynb", *again.year.iterdir()]:
        os.utime(path, (1, 1))
    assert not any(explain(again.jobs("a", "b"), again.out, again.known).values())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda project: project.score(h=1), "data changed: scores.json"),
        (lambda project: (project.known.root / "new.csv").write_text("x"), "data changed: new.csv"),
        (
            lambda project: (project.root / "small.ipynb").write_text(
                (project.root / "small.ipynb").read_text().replace("Mục", "Phần")
            ),
            "notebook changed",
        ),
        (lambda project: (project.year / "a.vi.html").unlink(), "a.vi.html is missing"),
        (lambda project: (project.year / "a.vi.html").write_text("x"), "a.vi.html is not what was published"),
        (lambda project: (project.year / "run.json").write_text("{"), "it was never made"),
        (lambda project: (project.year / "run.json").write_text("[]"), "it was never made"),
        (lambda project: (project.year / "run.json").unlink(), "it was never made"),
    ],
)
def test_explain_names_what_changed(again, change, reason):
    change(again)
    assert explain(again.jobs("a"), again.out, again.known) == {"a.vi": [reason]}


def test_explain_names_library_template_wording_and_version(again, monkeypatch):
    import parlib.publishing.batch as batch

    true = batch.gather

    def gather(data):
        files = {family: dict(names) for family, names in true(data).files.items()}
        files["library"]["scoring.py"] = "other"
        files["templates"]["publishing/templates/report.css"] = "other"
        files["wording"]["wording/locale/vi/blocks.po"] = "other"
        files["versions"]["typst"] = "0.0"
        return replace(true(data), files=files)

    monkeypatch.setattr(batch, "gather", gather)
    assert explain(again.jobs("a"), again.out, again.known)["a.vi"] == [
        "library changed: scoring.py",
        "templates changed: publishing/templates/report.css",
        "wording changed: wording/locale/vi/blocks.po",
        "versions changed: typst",
    ]


def test_a_parameter_a_format_and_force_are_reasons(again):
    job = again.jobs("a")[0]
    other = replace(job, parameters={**job.parameters, "year": 2018})
    assert explain([other], again.out, again.known)["a.vi"] == ["request changed"]
    assert explain([job.with_formats(["pdf"])], again.out, again.known)["a.vi"] == ["there is no pdf yet"]
    assert explain([job], again.out, again.known, force=True)["a.vi"] == ["it is wanted by --force"]


def test_explaining_writes_nothing(project):
    assert explain(project.jobs("a"), project.out, project.known) == {"a.vi": ["it was never made"]}
    assert not project.out.exists()


def test_a_changed_figure_is_told_with_before_and_after(again):
    again.score(a=31.5)
    done = make(again, "a", "b", langs=("vi", "en"))
    assert (done.counts["changed"], done.counts["made"]) == (2, 4)
    changes = check_tree(again)["reports"]["a.en"]["changes"]
    assert changes["figures"] == {"count": 1, "examples": {"headline.papi.score": [30.25, 31.5]}}
    assert done.manifest["reports"]["b.vi"]["changes"] == {
        "new": False,
        "files": [],
        "figures": {"count": 0, "examples": {}},
    }


def test_a_failing_report_keeps_its_old_files_and_the_others_are_published(again):
    before = again.published()
    again.score(a=31.5, b=32.5)
    again.order("a.vi", "raise ValueError('no luck')")
    done = make(again, "a", "b", "c")
    manifest = check_tree(again)
    assert done.exit_code == 1
    entry = manifest["reports"]["a.vi"]
    assert (entry["status"], entry["stale"]) == ("failed", True)
    assert entry["error"]["cell"] == 3
    assert entry["error"]["heading"] == "In short"
    assert entry["error"]["kind"] == "ValueError"
    assert "Cell 3 of small.ipynb (under “In short”) failed: ValueError: no luck" in entry["error"]["message"]
    assert again.published()["a.vi.html"] == before["a.vi.html"]
    assert again.published()["b.vi.html"] != before["b.vi.html"]
    assert "c.vi.html" in again.published()
    assert explain(again.jobs("a", "b"), again.out, again.known)["b.vi"] == []

    again.recall("a.vi")
    healed = make(again, "a", "b", "c")
    assert (healed.exit_code, healed.counts["made"], healed.counts["unchanged"]) == (0, 1, 2)
    assert not check_tree(again)["reports"]["a.vi"]["stale"]


def test_a_report_that_was_not_asked_for_is_kept_and_becomes_stale(again):
    again.score(a=31.5)
    make(again, "a", langs=("vi", "en"))
    reports = check_tree(again)["reports"]
    assert {name: (entry["status"], entry["stale"]) for name, entry in reports.items()} == {
        "a.en": ("made", False),
        "a.vi": ("made", False),
        "b.en": ("not asked for", True),
        "b.vi": ("not asked for", True),
    }


def test_one_language_alone_keeps_the_manifest_true(again):
    again.score(a=31.5)
    make(again, "a")
    reports = check_tree(again)["reports"]
    assert reports["a.en"]["stale"]
    assert reports["a.en"]["files"]["json"] == reports["a.vi"]["files"]["json"]
    assert make(again, "a", langs=("vi", "en")).counts["made"] == 1


def test_a_format_published_earlier_is_made_again_with_the_others(again):
    run([again.jobs("a")[0].with_formats(["pdf"])], again.out, again.known, pool=POOL)
    old = again.published()["a.vi.pdf"]
    again.score(a=31.5)
    make(again, "a")
    assert again.published()["a.vi.pdf"] != old
    check_tree(again)


def test_two_languages_with_different_figures_are_not_published_together(project):
    project.order("a.en", "score = 1.5")
    done = make(project, "a", langs=("vi", "en"))
    assert done.exit_code == 1
    (failed,) = done.failed().values()
    assert failed["error"]["message"] == "Its figures differ from those of a.vi: headline.papi.score."
    assert sorted(check_tree(project)["reports"]["a.vi"]["files"]) == ["html", "json"]
    assert sorted(project.published()) == ["a.json", "a.vi.html"]


def test_fail_fast_stops_and_publishes_what_is_finished(project):
    project.order("b.vi", "raise ValueError('no luck')")
    project.order("c.vi", "time.sleep(60)")
    done = run(project.jobs("a", "b", "c"), project.out, project.known, pool=Pool(1, 60), fail_fast=True)
    statuses = {name: entry["status"] for name, entry in check_tree(project)["reports"].items()}
    assert statuses == {"a.vi": "made", "b.vi": "failed", "c.vi": "not reached"}
    assert (done.exit_code, done.stopped) == (1, True)


def test_the_watcher_hears_of_every_report_once(project):
    project.order("b.vi", "1 / 0")
    listener = Listener()
    make(project, "a", "b", watcher=listener)
    assert listener.started == (2, 0)
    assert isinstance(listener.results["a.vi"], Made)
    assert isinstance(listener.results["b.vi"], Failed)


def test_foreign_files_in_the_folder_stay(again):
    (again.year / "notes.txt").write_text("mine")
    (again.year / "extra").mkdir()
    (again.year / "extra" / "deep.txt").write_text("mine, too")
    again.score(a=31.5)
    make(again, "a")
    assert (again.year / "notes.txt").read_text() == "mine"
    assert (again.year / "extra" / "deep.txt").read_text() == "mine, too"


def test_a_reader_sees_the_old_year_or_the_new_one_at_every_moment(again):
    """Both files change together: no look into the folder may find one of them old and the other new."""

    def look():
        folder = os.open(again.year, os.O_RDONLY)  # one year, whatever is put in its place meanwhile
        try:
            found = []
            for name in ("a.json", "b.json"):
                with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=folder)) as stream:
                    found.append(json.load(stream)["blocks"]["headline"]["papi.score"])
            return tuple(found)
        finally:
            os.close(folder)

    seen, errors, stop = set(), [], threading.Event()

    def watch():
        while not stop.is_set():
            try:
                seen.add(look())
            except OSError as error:
                errors.append(error)

    reader = threading.Thread(target=watch)
    reader.start()
    for value in (1.5, 2.5):
        again.score(a=value, b=value + 1)
        make(again, "a", "b")
    stop.set()
    reader.join()
    assert not errors
    assert seen == {(30.25, 31.25), (1.5, 2.5), (2.5, 3.5)}


def test_without_an_exchange_of_folders_two_renames_do(again, monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    again.score(a=31.5)
    assert make(again, "a").exit_code == 0
    check_tree(again)
    assert json.loads(again.published()["a.json"])["blocks"]["headline"]["papi.score"] == 31.5


def test_a_year_that_was_moved_aside_is_put_back(again):
    before = again.published()
    aside = again.out / ".making" / "aside-2017"
    aside.parent.mkdir()
    again.year.rename(aside)
    done = make(again, "a", "b", langs=("vi", "en"))
    assert done.counts["unchanged"] == 4
    assert again.published() == before
    assert not (again.out / ".making").exists()


def test_a_cluster_needs_its_extra(project, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'parlib\[cluster\]'"):
        run(project.jobs("a"), project.out, project.known, pool=Pool(scheduler="tcp://127.0.0.1:1"))


# --- what somebody else put into the folder of reports ----------------------------------------------------

links = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")


@links
@pytest.mark.parametrize("name", [".making", "2017"])
def test_a_link_in_the_place_of_a_folder_is_refused_and_what_it_leads_to_stays(project, name):
    elsewhere = project.root / "elsewhere"
    (elsewhere / "folder").mkdir(parents=True)
    (elsewhere / "folder" / "letter").write_text("kept")
    project.out.mkdir(exist_ok=True)
    (project.out / name).symlink_to(elsewhere)
    with pytest.raises(WorkError, match=f"{name} is a link to .*elsewhere"):
        make(project, "a")
    assert (elsewhere / "folder" / "letter").read_text() == "kept"
    assert [path.name for path in elsewhere.iterdir()] == ["folder"]


@links
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_file_in_the_place_of_the_lock_is_not_written_to(project, link):
    letter = project.root / "letter"
    letter.write_text("kept")
    project.out.mkdir(exist_ok=True)
    link(letter, project.out / ".lock")
    with pytest.raises(WorkError, match="lock"):
        make(project, "a")
    assert letter.read_text() == "kept"


@links
def test_a_report_that_somebody_replaced_by_a_link_or_a_pipe_is_made_again(again):
    page, figures = again.year / "a.vi.html", again.year / "a.json"
    letter = again.root / "letter"
    page.rename(letter)
    page.symlink_to(letter)
    figures.unlink()
    os.mkfifo(figures)
    before = letter.read_bytes()
    assert make(again, "a").exit_code == 0
    assert not page.is_symlink()
    assert figures.is_file()
    assert letter.read_bytes() == before
    check_tree(again)


def test_a_key_that_leads_out_of_the_folder_makes_no_report(project):
    jobs = [replace(project.jobs("a")[0], stem="../../a")]
    done = run(jobs, project.out, project.known, pool=POOL)
    assert done.exit_code == 1
    assert "cannot begin a file name" in done.failed()["../../a.vi"]["error"]["message"]
    assert not list(project.root.rglob("a.vi.html"))
