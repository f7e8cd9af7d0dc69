"""The verbs that take figures in, run as a user runs them."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from command_line import parlib

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
    assert "Against the record (source U001):" in (out / "imports" / "001-U001" / "account.txt").read_text(encoding="utf-8")


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
