"""An import into a copy of the record: what is new comes in, what contradicts is kept apart, nothing is half done."""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parlib import Record
from parlib.checks.finding import worst
from parlib.checks.reading import Reading
from parlib.checks.record import check_record
from parlib.errors import UsageError, WorkError
from parlib.scoring import ranking
from parlib.workbooks.history import assembled, base_of, install
from parlib.workbooks.overlay import (
    Merge,
    borrowed,
    check_merged,
    framework_for,
    merge,
    provinces_of,
)
from parlib.workbooks.papi import INDEX, read_papi
from parlib.workbooks.par import read_par

DATA = Path(__file__).parents[2] / "data"
Import = Callable[..., tuple[Merge, Path]]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Any, name: str = "par.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path

    return write


def par(path: Path, year: int, base: Record, **options: Any) -> Reading:
    return read_par(path, year, provinces_of(base), lambda i, y: framework_for(base, i, y)[0], **options)


def bring_in(path: Path, reading: Reading, base: Record, out: Path) -> Merge:
    """Merge and install, as the command does."""
    merged = merge(reading, base, path.read_bytes())
    with assembled(merged, base, out) as made:
        merged.findings += check_merged(made, reading)
        install(made, merged, base, out, {"file": reading.file}, "words\n", path.read_bytes())
    return merged


def of(folder: Path, province: str, year: int, index: str = "par") -> dict[str, Any]:
    scores = Record(folder).scores(index)
    rows = scores[
        (scores["province"] == province) & (scores["year"] == year) & (scores["indicator"] == "TOTAL")
    ]
    (row,) = rows.to_dict("records")
    return row


def test_a_new_figure_comes_in_with_its_source(table, known, tmp_path):
    path, out = table(["Tỉnh", "Chỉ số", "Xếp hạng"], ["Bình Định", 86.5, 40]), tmp_path / "mine"
    merged = bring_in(path, par(path, 2023, known), known, out)
    outcome = merged.outcome
    assert (outcome.added, outcome.filled, outcome.agreed, outcome.disputed) == (1, 0, 0, 0)
    row = of(out, "binh-dinh", 2023)
    assert (row["score"], row["published_rank"], row["source_id"], row["basis"]) == (
        86.5,
        40,
        "U001",
        "published",
    )
    assert "par.csv" in Record(out).sources.at["U001", "title"]
    assert worst(check_record(Record(out))) == "warning"


def test_the_shipped_record_stays_as_it_is(table, known, tmp_path):
    before = {path: path.read_bytes() for path in DATA.rglob("*.csv")}
    path = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5], ["Hải Phòng", 91.0])
    bring_in(path, par(path, 2023, known), known, tmp_path / "mine")
    assert {path: path.read_bytes() for path in DATA.rglob("*.csv")} == before


def test_only_tables_concerned_change(table, known, tmp_path):
    path, out = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5]), tmp_path / "mine"
    merged = bring_in(path, par(path, 2023, known), known, out)
    assert sorted(merged.tables) == ["par/scores.csv", "sources.csv"]
    same = [p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file() and p.name != "README.md"]
    changed = {str(p) for p in same if (out / p).read_bytes() != (DATA / p).read_bytes()}
    assert changed == {"par/scores.csv", "sources.csv"}
    assert [(c.path, [row.kind for row in c.rows]) for c in merged.outcome.changes] == [
        ("par/scores.csv", ["added"]),
        ("sources.csv", ["added"]),
    ]


def test_a_contradiction_overwrites_neither_side(table, known, tmp_path):
    path, out = table(["Tỉnh", "Chỉ số"], ["Hải Phòng", 91.5]), tmp_path / "mine"
    merged = bring_in(path, par(path, 2023, known), known, out)
    assert of(out, "hai-phong", 2023)["score"] == 91.87
    disputed = Record(out).disputed
    row = disputed[disputed["source_id"] == "U001"].iloc[0]
    assert (row["province"], row["score"]) == ("hai-phong", 91.5)
    (finding,) = merged.findings
    assert (finding.code, finding.values["found"], finding.values["kept"]) == (
        "cross-source.score",
        91.5,
        91.87,
    )
    assert str(finding.place) == "par.csv, row 2, column 'B'"


def test_a_figure_already_disputed_is_not_disputed_twice(table, known, tmp_path):
    path, out = table(["Tỉnh", "Chỉ số"], ["Hải Phòng", 91.81]), tmp_path / "mine"
    merged = bring_in(path, par(path, 2023, known), known, out)
    assert merged.outcome.disputed == 1
    assert len(Record(out).disputed) == len(known.disputed)


def test_a_score_completes_a_row_of_which_only_the_rank_was_known(table, known, tmp_path):
    assert known.scores("par").query("province == 'bac-kan' and year == 2012")["score"].isna().all()
    path, out = table(["Tỉnh", "Chỉ số", "Hạng"], ["Bắc Kạn", 67.01, 58]), tmp_path / "mine"
    merged = bring_in(path, par(path, 2012, known), known, out)
    row = of(out, "bac-kan", 2012)
    assert (row["score"], row["published_rank"], row["source_id"]) == (67.01, 58, "S114;U001")
    assert merged.outcome.filled == 1


def test_rounding_is_agreement(table, known, tmp_path):
    path = table(["Tỉnh", "Chỉ số"], ["Hải Phòng", "91,9"])
    assert merge(par(path, 2023, known), known, b"x").outcome.agreed == 1


def test_a_year_made_whole_is_ranked_among_63(table, known, tmp_path):
    """Scores invented for this test stand where the record has none."""
    mine = known.scores("par").query("year == 2024 and indicator == 'TOTAL'").dropna(subset=["score"])
    have = set(mine["province"])
    rows = [[p.name_vi, 70 + i / 10] for i, p in enumerate(known.provinces(63).all) if p.slug not in have]
    path, out = table(["Tỉnh", "Chỉ số"], *rows), tmp_path / "mine"
    merged = bring_in(path, par(path, 2024, known), known, out)
    assert merged.outcome.whole == ["par 2024"]
    record = Record(out)
    assert record.edition("par", 2024)["coverage"] == "whole"
    ranked = ranking(record.scored_edition(record.edition("par", 2024)), "TOTAL", record.provinces(63).slugs)
    assert set(ranked["of"]) == {63}
    assert ranked.iloc[0]["province"] == "hai-phong"
    # Ranks that a source printed no longer fit the invented field: said, and the scores stand.
    assert {f.severity for f in merged.findings} <= {"warning"}
    assert "ranks.computed" in {f.code for f in merged.findings}


def test_figures_set_aside_go_to_the_disputed(table, known, tmp_path):
    heading = ["Tỉnh", "Điểm thẩm định", "Điểm SIPAS", "Điểm khảo sát lãnh đạo", "Điểm KT-XH", "Tổng điểm"]
    path = table(heading, ["Bình Định", 57.04, 8.19, 18.34, 4.32, 86.89])
    out = tmp_path / "mine"
    merged = bring_in(path, par(path, 2023, known, set_aside=True), known, out)
    assert (merged.outcome.added, merged.outcome.disputed) == (0, 5)
    found = [f for f in check_record(Record(out)) if f.values.get("source") == "U001"]
    assert "sums.total" in {f.code for f in found}
    assert worst(found) == "warning"


def test_a_second_import_adds_to_the_first_and_keeps_what_was(table, known, tmp_path):
    out = tmp_path / "mine"
    first = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5], name="a.csv")
    bring_in(first, par(first, 2023, known), known, out)
    second = table(["Tỉnh", "Chỉ số"], ["Vĩnh Long", 85.5], name="b.csv")
    base = base_of(out, known)
    assert base.root == out
    before = (out / "par" / "scores.csv").read_text(encoding="utf-8")
    bring_in(second, par(second, 2023, base), base, out)
    assert of(out, "binh-dinh", 2023)["source_id"] == "U001"
    assert of(out, "vinh-long", 2023)["source_id"] == "U002"
    assert (out / "imports" / "002-U002" / "before" / "par" / "scores.csv").read_text("utf-8") == before


def test_the_same_file_again_changes_nothing(table, known, tmp_path):
    out = tmp_path / "mine"
    path = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5])
    bring_in(path, par(path, 2023, known), known, out)
    base = base_of(out, known)
    merged = bring_in(path, par(path, 2023, base), base, out)
    assert merged.tables == {}
    assert merged.outcome.source_id == "U001"
    assert [path.name for path in (out / "imports").iterdir()] == ["001-U001"]


def test_a_year_after_the_last_is_read_by_the_last_set_of_indicators_and_says_so(mutate, known, tmp_path):
    path, out = tmp_path / "papi.xlsx", tmp_path / "mine"
    book = mutate.build_papi(known, 2024)
    book.worksheets[0].title = "2025- PAPI ALL Dimensions"
    book.save(path)
    framework, made_for = framework_for(known, INDEX, 2025)
    reading = read_papi(path, 2025, provinces_of(known), framework)
    assert made_for == 2024
    assert [(f.code, f.values["other"]) for f in borrowed(known, reading)] == [("schema.framework", "2024")]
    merged = bring_in(path, reading, known, out)
    record = Record(out)
    assert record.edition(INDEX, 2025)["coverage"] == "whole"
    assert record.years(INDEX)[-1] == 2025
    assert len(record.framework(INDEX, 2025).table) == len(known.framework(INDEX, 2024).table)
    assert merged.outcome.added == len(reading.scores)
    assert worst(check_record(record)) != "error"


def test_raw_indicators_and_groups_of_a_new_year_come_in(mutate, known, tmp_path):
    """The full table of 2018 under the name of 2019, whose raw indicators the record does not have."""
    path, out = tmp_path / "papi.xlsx", tmp_path / "mine"
    bare = tmp_path / "data"
    shutil.copytree(DATA, bare)
    for name in ("indicator_values", "indicator_labels", "published_groups"):
        lines = (bare / "papi" / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (bare / "papi" / f"{name}.csv").write_text(lines[0], encoding="utf-8")
    base = Record(bare)
    mutate.build_full(known).save(path)
    reading = read_papi(path, 2018, provinces_of(base), base.framework(INDEX, 2018))
    merged = bring_in(path, reading, base, out)
    assert merged.outcome.agreed == len(reading.scores)
    record = Record(out)
    mine, theirs = (r.table("papi/indicator_values.csv").drop(columns="source_id") for r in (record, known))
    assert mine["value"].sub(theirs["value"]).abs().max() < 1e-9
    assert mine.drop(columns="value").equals(theirs.drop(columns="value"))
    assert len(record.table("papi/indicator_labels.csv")) == 114


def test_a_folder_with_something_else_in_it_is_left_alone(known, tmp_path):
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="something else"):
        base_of(tmp_path, known)
    with pytest.raises(UsageError, match="the record itself"):
        base_of(DATA, known)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error_with_its_sentence(table, known, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    path = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5])
    with pytest.raises(WorkError, match="could not be written"):
        bring_in(path, par(path, 2023, known), known, locked / "mine")


def test_a_failure_half_way_leaves_nothing_behind(table, known, tmp_path, monkeypatch):
    path, out = table(["Tỉnh", "Chỉ số"], ["Bình Định", 86.5]), tmp_path / "mine"
    reading = par(path, 2023, known)
    monkeypatch.setattr(
        Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(WorkError, match="No space left"):
        bring_in(path, reading, known, out)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["par.csv"]
