"""The verbs that take figures in, run as a user runs them."""

import csv
import json
import shlex
import shutil
from pathlib import Path

import pytest
from command_line import parlib

from parlib import record

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "par.csv"
    rows = [["Tỉnh", "Chỉ số", "Xếp hạng"], ["Bình Định", "86,5", 40], ["Hải Phòng", "91,5", ""]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_an_import_can_be_looked_up_at_once(table, tmp_path, monkeypatch):
    out = tmp_path / "mine"
    done = parlib("import", "par", table, "--year", 2023, "--out", out)
    assert done.returncode == 0, done.stderr
    assert f"PARLIB_DATA={out}" in done.stdout
    assert (
        "Hải Phòng 2023: Chỉ số cải cách hành chính (PAR INDEX) là 91,50 theo U001, 91,87 theo S016"
        in done.stdout
    )
    monkeypatch.setenv("PARLIB_DATA", str(out))
    shown = json.loads(parlib("show", "binh-dinh", "--index", "par", "--year", 2023, "--json").stdout)
    (total,) = [row for row in shown["rows"] if row["indicator"] == "TOTAL"]
    assert (total["score"], total["rank"], total["source_id"]) == (86.5, 40, "U001")


def test_a_dry_run_says_the_same_and_writes_nothing(table, tmp_path):
    out = tmp_path / "mine"
    done = parlib("import", "par", table, "--year", 2023, "--out", out, "--dry-run", "--lang", "en", "--json")
    account = json.loads(done.stdout)
    assert done.returncode == 0
    assert account["outcome"]["added"] == 1
    assert account["outcome"]["disputed"] == 1
    assert [change["path"] for change in account["outcome"]["changes"]] == [
        *("par/scores.csv", "disputed.csv", "sources.csv"),
    ]
    assert list(tmp_path.iterdir()) == [table]


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_what_changes_is_shown_row_by_row(table, tmp_path, dry_run):
    words = ["import", "par", table, "--year", 2023, "--out", tmp_path / "mine", *dry_run]
    said = parlib(*words, "--lang", "en").stdout
    assert "par/scores.csv: 1 row added\n    + 2023 · 63 · binh-dinh · TOTAL: score 86.5" in said
    assert "disputed.csv: 1 row added\n    + index par, year 2023" in said
    assert "province hai-phong, indicator TOTAL, score 91.5" in said


def test_a_row_that_changes_is_shown_as_it_was_and_as_it_is(tmp_path):
    path = tmp_path / "par.csv"
    path.write_text("Tỉnh,Chỉ số,Hạng\nBắc Kạn,67.01,58\n", encoding="utf-8")
    words = ["import", "par", path, "--year", 2012, "--out", tmp_path / "mine", "--dry-run"]
    said = parlib(*words).stdout
    assert "par/scores.csv: sửa 1 dòng" in said
    assert "~ 2012 · 63 · bac-kan · TOTAL: score – → 67.01, source_id S114 → S114;U001" in said
    (change, _) = json.loads(parlib(*words, "--json").stdout)["changes"]
    assert (change["path"], change["changed"]) == ("par/scores.csv", 1)
    (row,) = change["rows"]
    assert (row["kind"], row["before"]["score"], row["after"]["score"]) == ("changed", "", "67.01")


def test_of_many_rows_ten_are_shown_and_the_others_counted(tmp_path):
    new = [p.name_vi for p in record().provinces(63).all if p.slug not in known_in_2023()]
    path = tmp_path / "par.csv"
    rows = [f"{name},{70 + i / 10}" for i, name in enumerate(new)]
    path.write_text("\n".join(["Tỉnh,Chỉ số", *rows]), encoding="utf-8")
    words = ["import", "par", path, "--year", 2023, "--out", tmp_path / "mine", "--dry-run"]
    said = parlib(*words, "--lang", "en").stdout
    assert said.count("    + 2023 · 63 · ") == 10
    assert f"and {len(new) - 10} more rows" in said
    assert f"và {len(new) - 10} dòng nữa" in parlib(*words).stdout
    changes = json.loads(parlib(*words, "--json").stdout)["changes"]
    assert len(changes[0]["rows"]) == changes[0]["added"] == len(new)


def known_in_2023():
    scores = record().scores("par").query("year == 2023 and indicator == 'TOTAL'")
    return set(scores["province"])


def test_a_wrong_import_is_taken_back_by_one_command(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = parlib("import", "par", table, "--year", 2023, "--out", "my data", "--lang", "en").stdout
    undo = "parlib import undo 'my data'"
    assert f"To take this import back: {undo}" in said
    assert f"Use it with: PARLIB_DATA={shlex.quote(str(tmp_path / 'my data'))}\n" in said
    done = parlib(*shlex.split(undo)[1:], "--lang", "en")
    assert done.returncode == 0
    assert "Import 001-U001 (par.csv) was taken back." in done.stdout
    assert "− 2023 · 63 · binh-dinh · TOTAL: score 86.5" in done.stdout
    assert record_files(Path("my data")) == record_files(DATA, "README.md")
    again = done.stdout.partition("To bring it in again: ")[2].strip()
    assert parlib(*shlex.split(again)[1:]).returncode == 0
    assert "86.5" in (tmp_path / "my data" / "par" / "scores.csv").read_text(encoding="utf-8")
    assert "U001,Imported from par.csv," in (tmp_path / "my data" / "sources.csv").read_text(encoding="utf-8")
    assert "Đã hủy lần nhập 002-U001 (par.csv)." in parlib("import", "undo", "my data").stdout
    done = parlib("import", "undo", "my data")
    assert (done.returncode, "holds no import that could be taken back" in done.stderr) == (2, True)


def record_files(folder, *without):
    """Every file of a data folder but what imports keep."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if name.parts[0] != "imports" and str(name) not in without
    }


def test_a_dry_run_of_undo_shows_the_way_back_and_leaves_everything(table, tmp_path):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    done = parlib("import", "undo", out, "--dry-run", "--json")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    account = json.loads(done.stdout)
    assert (account["import"], account["file"], account["kept"]) == ("001-U001", "par.csv", None)
    assert [(change["path"], change["removed"]) for change in account["changes"]] == [
        *(("disputed.csv", 1), ("par/scores.csv", 1), ("sources.csv", 1)),
    ]
    assert "Sẽ hủy lần nhập 001-U001 (par.csv)." in parlib("import", "undo", out, "--dry-run").stdout


def test_undo_does_not_overwrite_what_somebody_changed(table, tmp_path):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out)
    path = out / "par" / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("86.5", "86.6"), encoding="utf-8")
    before = record_files(out)
    for words in ([], ["--dry-run"]):
        done = parlib("import", "undo", out, *words)
        assert done.returncode == 1
        assert done.stderr.startswith(
            "parlib: mine/par/scores.csv: found a table changed since import 001-U001;"
        )
    assert record_files(out) == before


def test_the_record_in_use_can_be_added_to_unless_it_is_the_shipped_one(table, tmp_path, monkeypatch):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out)
    monkeypatch.setenv("PARLIB_DATA", str(out))
    other = tmp_path / "b.csv"
    other.write_text("Tỉnh,Chỉ số\nVĩnh Long,85.5\n", encoding="utf-8")
    assert parlib("import", "par", other, "--year", 2023, "--out", out).returncode == 0
    for words in (["par", other, "--year", 2023, "--out", DATA], ["undo", DATA]):
        done = parlib("import", *words)
        assert (done.returncode, "is the record itself" in done.stderr) == (2, True)
    assert not (DATA / "imports").exists(), "not even a lock is left in it"


def test_nothing_is_written_by_way_of_a_link(table, tmp_path):
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "mine"
    elsewhere.mkdir()
    out.symlink_to(elsewhere)
    for words in ([], ["--dry-run"]):
        done = parlib("import", "par", table, "--year", 2023, "--out", out, *words)
        assert (done.returncode, f"{out} is a link to {elsewhere}" in done.stderr) == (2, True)
    assert not list(elsewhere.iterdir())


def test_a_file_that_is_on_record_already_leaves_nothing(table, tmp_path):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out)
    before = record_files(out)
    done = parlib("import", "par", table, "--year", 2023, "--out", out, "--lang", "en")
    assert "The record has all of this already; nothing was written" in done.stdout
    assert record_files(out) == before
    assert [path.name for path in (out / "imports").iterdir() if path.is_dir()] == ["001-U001"]


def test_a_command_that_meets_an_interrupted_import_says_what_to_do(table, tmp_path, monkeypatch):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out)
    kept = out / "imports" / "001-U001"
    kept.rename(kept.with_name("001-U001.unfinished"))  # as it is when the process is killed
    monkeypatch.setenv("PARLIB_DATA", str(out))
    done = parlib("show", "binh-dinh", "--index", "par", "--year", 2023)
    assert (done.returncode, f"`parlib import undo {out}`" in done.stderr) == (1, True)
    monkeypatch.delenv("PARLIB_DATA")
    done = parlib("import", "par", table, "--year", 2023, "--out", out, "--lang", "en")
    assert done.returncode == 0
    assert "An import that had been interrupted was taken back first" in done.stderr
    assert parlib("import", "undo", out).returncode == 0
    assert record_files(out) == record_files(DATA, "README.md")


def test_a_name_of_a_file_cannot_turn_what_stands_beside_it(table, tmp_path):
    path = table.rename(tmp_path / "a\u202eb.csv")
    words = ["import", "par", path, "--year", 2023, "--out", tmp_path / "mine", "--lang", "en"]
    assert r"+ U001: title Imported from a\u202eb.csv, address" in parlib(*words).stdout
    assert r"001-U001 (a\u202eb.csv)" in parlib("import", "undo", tmp_path / "mine").stdout


def test_the_account_is_written_in_words_and_for_programs(table, tmp_path):
    out = tmp_path / "mine"
    parlib("import", "par", table, "--year", 2023, "--out", out, "--lang", "en")
    account = json.loads((out / "imports" / "001-U001" / "account.json").read_text(encoding="utf-8"))
    assert account["frame"] == 63
    assert {f["code"] for f in account["findings"]} == {"cross-source.score"}
    (finding,) = account["findings"]
    assert (finding["file"], finding["row"], finding["column"]) == ("par.csv", 3, "B")
    assert finding["sentence_vi"].startswith("Hải Phòng 2023")
    assert finding["sentence_en"].startswith("Hai Phong 2023")
    assert "Against the record (source U001):" in (out / "imports" / "001-U001" / "account.txt").read_text(
        encoding="utf-8"
    )


def test_a_broken_file_is_refused_with_every_place_and_nothing_written(tmp_path):
    path, out = tmp_path / "par.csv", tmp_path / "mine"
    path.write_text("Tỉnh,Chỉ số\nAtlantis,80\nHuế,tám\nCà Mau,86.9\n", encoding="utf-8")
    done = parlib("import", "par", path, "--year", 2023, "--out", out)
    assert done.returncode == 1
    assert "par.csv, dòng 2, cột A: Thấy 'Atlantis'; cần tên một trong 63 tỉnh, thành phố." in done.stdout
    assert "par.csv, dòng 3, cột B: Thấy 'tám'; cần một số. Hãy sửa ô này." in done.stdout
    assert "Không nhận tệp" in done.stdout
    assert not out.exists()


def test_a_file_that_is_no_workbook_ends_with_one_sentence(tmp_path):
    path = tmp_path / "papi.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    done = parlib("import", "papi", path, "--year", 2025, "--out", tmp_path / "mine")
    assert done.returncode == 1
    assert done.stderr.startswith("parlib: papi.xls: found an old Excel workbook (.xls)")
    assert "Traceback" not in done.stderr


def test_a_table_that_is_no_yearly_workbook_is_refused(tmp_path):
    done = parlib(
        "import", "papi", DATA / "papi" / "framework.csv", "--year", 2025, "--out", tmp_path / "mine"
    )
    assert done.returncode == 1
    assert "a yearly PAPI workbook" in done.stderr


def test_text_of_a_file_never_becomes_a_field_of_a_sentence(tmp_path):
    path = tmp_path / "par.csv"
    path.write_text('Tỉnh,Chỉ số,"{file} %s {0}"\n"{province}",80,1\nHuế,88,2\n', encoding="utf-8")
    done = parlib("import", "par", path, "--year", 2023, "--dry-run", "--out", tmp_path / "mine")
    assert done.returncode == 1
    assert "{province}" in done.stdout
    assert "{file} %s {0}" in done.stdout


def test_the_record_is_checked_without_an_error():
    done = parlib("check")
    assert done.returncode == 0
    assert "Hòa Bình 2023: các phần cộng lại 87,89, công bố 86,89 (lệch 1,00), nguồn S109." in done.stdout


def test_one_table_can_be_checked_alone():
    done = parlib("check", DATA / "national.csv", "--json")
    findings = json.loads(done.stdout)["findings"]
    assert [(f["code"], f["row"]) for f in findings] == [("sums.regions", 38)]


@pytest.mark.parametrize("path", ["papi", "README.md", "schemas/scores.json"])
def test_what_is_no_table_of_a_record_is_not_called_free_of_doubts(path):
    done = parlib("check", DATA / path)
    assert (done.returncode, "is no table of the data folder" in done.stderr) == (2, True)


def test_a_broken_record_ends_with_1_and_the_place(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "sipas" / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("95.99", "195.99"), encoding="utf-8")
    done = parlib("check", folder, "--lang", "en")
    assert done.returncode == 1
    assert "data/sipas/scores.csv, row 3, column score: Found 195.99" in done.stdout


def test_what_is_no_record_is_wrong_usage(tmp_path):
    done = parlib("check", tmp_path)
    assert (done.returncode, "parlib import papi FILE" in done.stderr) == (2, True)
    assert parlib("check", tmp_path / "none").returncode == 2
