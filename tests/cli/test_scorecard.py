"""The scorecard verbs, run as a user runs them."""

import json
from pathlib import Path

import pytest
from command_line import parlib

NOTICE = "SỐ LIỆU MINH HỌA / ILLUSTRATIVE"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scorecard") / "hue.xlsx"
    done = parlib("scorecard", "example", "--out", str(path))
    assert done.returncode == 0, done.stderr
    assert NOTICE in done.stdout
    return path


def test_a_template_is_written_once_and_never_over_a_filled_in_one(tmp_path: Path) -> None:
    path = tmp_path / "bang.xlsx"
    words = ("scorecard", "template", "--framework", "par-2022", "--province", "hue", "--out", str(path))
    done = parlib(*words, "--json")
    assert json.loads(done.stdout) == {"file": str(path), "framework": "par-2022", "illustrative": False}
    before = path.read_bytes()
    again = parlib(*words)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert path.read_bytes() == before


def test_a_misspelt_framework_is_wrong_usage(tmp_path: Path) -> None:
    done = parlib("scorecard", "template", "--framework", "par2017", "--out", str(tmp_path / "a.xlsx"))
    assert done.returncode == 2
    assert "par-2017" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("verb", ["read", "score"])
def test_what_is_printed_from_the_example_says_illustrative(verb: str, lang: str, example: Path) -> None:
    done = parlib("scorecard", verb, str(example), "--lang", lang)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(NOTICE) == 2
    assert ("79,86" if lang == "vi" else "79.86") in done.stdout


@pytest.mark.parametrize("verb", ["read", "score"])
def test_the_json_of_the_example_says_so_in_every_row(verb: str, example: Path) -> None:
    found = json.loads(parlib("scorecard", verb, str(example), "--json").stdout)
    assert (found["illustrative"], found["notice"]) == (True, NOTICE)
    assert {node["basis"] for node in found["nodes"]} == {"illustrative"}
    assert found["total"]["points"] == pytest.approx(79.86)
    assert found["gaps"] == []


def test_score_says_for_every_leaf_what_gave_its_points(example: Path) -> None:
    found = json.loads(parlib("scorecard", "score", str(example), "--json").stdout)
    leaves = {node["number"]: node for node in found["nodes"] if node["leaf"]}
    assert len(leaves) == 81
    assert all(leaf["origin"] for leaf in leaves.values())
    assert leaves["1.3.1"]["origin"] == "theo tỷ lệ: 75/200 = 37,5%, được 0,75/2,00 điểm"
    assert leaves["3.2.2"]["origin"] == "có/không: không, được 0,00/1,00 điểm"
    assert leaves["4.2.1"]["origin"] == "danh mục 3 mục: đạt mục 1, được 0,40/1,50 điểm"
    assert leaves["5.3.1"]["origin"] == "đến mục tiêu 80,0%: 48/200 = 24,0%, được 0,60/2,00 điểm"
    assert leaves["1.1.1"]["origin"] == "điểm đạt đã nhập"
    assert leaves["2.3.1"]["rule_parameters"] == "steps=0.5:0.5/0.8:1/1:2"


def test_read_keeps_self_assessed_against_appraised(example: Path) -> None:
    found = json.loads(parlib("scorecard", "read", str(example), "--json").stdout)
    leaves = {node["number"]: node for node in found["nodes"] if node["leaf"]}
    assert leaves["4.2.1"]["difference"] == pytest.approx(-0.5)
    assert leaves["8.1.1"]["difference"] is None
    assert leaves["1.3.1"]["points_from"] == "score"


def test_an_unfinished_scorecard_says_what_is_still_to_be_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "bang.xlsx"
    parlib("scorecard", "template", "--framework", "par-2022", "--province", "hue", "--out", str(path))
    found = json.loads(parlib("scorecard", "read", str(path), "--json").stdout)
    assert found["total"]["points"] is None
    sentences = [gap["sentence"] for gap in found["gaps"]]
    assert "6. Cải cách tài chính công: chưa điền điểm tối đa." in sentences
    assert "1. Công tác chỉ đạo, điều hành cải cách hành chính: chưa có điểm." in sentences


def test_what_cannot_be_read_ends_with_a_sentence_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "bang.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    done = parlib("scorecard", "read", str(path))
    assert done.returncode == 1
    assert done.stderr.startswith("parlib: bang.xlsx")
    assert "Traceback" not in done.stderr
