"""The record of a run holds to its schema, and a damaged one counts as none."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from small_reports import small

from parlib.publishing.batch import run
from parlib.publishing.manifest import figure_changes, read_manifest
from parlib.publishing.production import Pool

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "run.schema.json").read_text(encoding="utf-8"))
ENTRY = {
    "stem": "a",
    "lang": "vi",
    "names": {"vi": "A", "en": "A"},
    "region": "",
    "status": "made",
    "stale": False,
    "error": None,
    "ingredients": {"data": "0"},
    "files": {"html": {"name": "a.vi.html", "sha256": "0"}},
}
RUN = {
    "started": "2026-01-31T05:00:00+00:00",
    "counts": {"made": 1, "unchanged": 0, "failed": 0, "not_reached": 0},
}
GOOD = {"schema": "parlib-run/1", "run": RUN, "reports": {"a.vi": ENTRY}, "inputs": {"data": {"x.csv": "0"}}}


def entry(**changed):
    return {**GOOD, "reports": {"a.vi": {**ENTRY, **changed}}}


def test_a_manifest_is_read_back(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps(GOOD))
    assert read_manifest(tmp_path) == GOOD


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        json.dumps({**GOOD, "schema": "parlib-run/0"}).encode(),
        json.dumps({**GOOD, "reports": []}).encode(),
        json.dumps({**GOOD, "reports": {"a.vi": 1}}).encode(),
        json.dumps({**GOOD, "reports": {"a.vi": {"status": "made"}}}).encode(),
        json.dumps({**GOOD, "run": {**RUN, "started": "yesterday"}}).encode(),
        json.dumps({**GOOD, "run": {**RUN, "counts": {}}}).encode(),
        json.dumps({**GOOD, "inputs": {"data": 1}}).encode(),
        json.dumps(entry(lang="fr")).encode(),
        json.dumps(entry(names={"vi": "A"})).encode(),
        json.dumps(entry(error="failed")).encode(),
        *(
            json.dumps(entry(files={"html": {"name": name, "sha256": "0"}})).encode()
            for name in (
                "../x.html",
                "/etc/passwd",
                "..",
                "",
                "a\\b",
                "javascript:alert(1)",
                "a\nb",
                "\ud800",
            )
        ),
        b"[" * 100_000,
    ],
)
def test_a_damaged_manifest_counts_as_none(tmp_path, damage):
    (tmp_path / "run.json").write_bytes(damage)
    assert read_manifest(tmp_path) == {}


@pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")
def test_a_manifest_that_is_a_link_or_a_pipe_counts_as_none(tmp_path):
    (tmp_path / "elsewhere.json").write_text(json.dumps(GOOD))
    (tmp_path / "run.json").symlink_to("elsewhere.json")
    assert read_manifest(tmp_path) == {}
    (tmp_path / "run.json").unlink()
    os.mkfifo(tmp_path / "run.json")
    assert read_manifest(tmp_path) == {}


def test_a_missing_manifest_counts_as_none(tmp_path):
    assert read_manifest(tmp_path / "nowhere") == {}


def test_changed_figures_are_counted_and_the_first_spelt_out(tmp_path):
    def write(name, blocks):
        path = tmp_path / name
        path.write_text(json.dumps({"blocks": blocks}))
        return path

    before = write(
        "before", {"x": {"same": 1, "moved": 1.5, "gone": None}, "many": {f"n{i:02}": i for i in range(30)}}
    )
    after = write(
        "after", {"x": {"same": 1, "moved": 2.5, "come": None}, "many": {f"n{i:02}": -1 for i in range(30)}}
    )
    changes = figure_changes(before, after)
    assert changes["count"] == 33
    assert len(changes["examples"]) == 20
    assert changes["examples"]["many.n07"] == [7, -1]
    assert figure_changes(before, before) == {"count": 0, "examples": {}}
    assert figure_changes(tmp_path / "nowhere", after)["count"] == 33


@pytest.mark.slow
def test_the_manifest_of_a_run_holds_to_its_schema(tmp_path):
    project = small(tmp_path / "project")
    project.order("b.vi", "1 / 0")
    pool = Pool(workers=2, timeout=60)
    run(project.jobs("a", "b", langs=("vi", "en")), project.out, project.known, pool=pool)
    jsonschema.validate(project.manifest(), SCHEMA)
    project.score(a=1.5)
    run(project.jobs("a"), project.out, project.known, pool=pool, fail_fast=True)
    manifest = project.manifest()
    jsonschema.validate(manifest, SCHEMA)
    assert {entry["status"] for entry in manifest["reports"].values()} == {"made", "not asked for"}


def test_the_schema_refuses_what_is_not_documented():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**GOOD, "surprise": 1}, SCHEMA)
