"""The shipped record under all checks: the known contradictions, and no other."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from parlib import Record
from parlib.checks.finding import Finding, worst
from parlib.checks.record import check_record
from parlib.wording.findings import sentence, where
from parlib.wording.language import Language

DATA = Path(__file__).parents[2] / "data"
VI, EN = Language("vi"), Language("en")


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return check_record(Record(DATA))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return folder


def test_the_shipped_record_has_no_error(findings):
    assert worst(findings) == "warning"


def test_every_disputed_figure_is_found(findings):
    rows = {f.place.row for f in findings if f.place.file == "data/disputed.csv"}
    lines = (DATA / "disputed.csv").read_text(encoding="utf-8").count("\n")
    # Of the four parts of Hòa Bình 2023 (rows 11 to 14) the first stands for their sum.
    assert rows == set(range(2, lines + 1)) - {12, 13, 14}


def test_nothing_is_a_warning_but_what_is_known_to_contradict(findings):
    outside = {
        (f.place.file, f.code, f.values.get("edition"))
        for f in findings
        if f.severity == "warning" and f.place.file != "data/disputed.csv"
    }
    # Press and data card differ on three totals of 2012; the regional means of 2024 do not give the mean.
    assert outside == {
        ("data/par/scores.csv", "sums.total", "2012"),
        ("data/national.csv", "sums.regions", "2024"),
    }


def test_what_is_worth_knowing_stays_short(findings):
    counted = Counter(f.code for f in findings if f.severity == "info")
    assert counted["coverage.absent"] == 6  # 2014, 2018, 2021, 2022, 2023, 2024
    assert counted["sums.rounded"] == 1  # Hà Nội 2022
    assert counted["ranges.raw"] == 1  # D6.4 number 2 of 2018, a net change
    assert sum(counted.values()) < 20


def test_hoa_binh_2023_is_said_as_an_official_would(findings):
    said = [sentence(f, VI) for f in findings]
    assert "Hòa Bình 2023: các phần cộng lại 87,89, công bố 86,89 (lệch 1,00), nguồn S109." in said
    assert "Hòa Bình 2023: các phần cộng lại 87,89, công bố 86,76 (lệch 1,13), nguồn S109." in said


def test_every_finding_can_be_said_in_both_languages(findings):
    for finding in findings:
        for lang in (VI, EN):
            assert sentence(finding, lang).endswith(".")
            assert where(finding.place, lang).startswith("data/")
        assert sentence(finding, VI) != sentence(finding, EN)


def test_a_broken_cell_is_one_located_error_and_the_rest_is_still_checked(copy):
    path = copy / "pci" / "scores.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",50.9,", ",fifty,", 1), encoding="utf-8")
    found = check_record(Record(copy))
    (error,) = [f for f in found if f.severity == "error"]
    assert (error.place.file, error.place.row, error.place.column) == ("data/pci/scores.csv", 2, "score")
    assert error.found == "'fifty'"
    assert any(f.values.get("source") == "S109" for f in found)


def test_wrong_cells_in_eight_tables_are_eight_findings(copy):
    changes = [
        ("national.csv", ",S091,", ",S999,", "keys.unknown"),
        ("breaks.csv", "papi,2016,D1,", "papy,2016,D1,", "keys.unknown"),
        ("tile_grid.csv", "63,thua-thien-hue", "63,thua-thien-hui", "keys.unknown"),
        ("papi/scores.csv", "2013,,63,an-giang,D1,4.792465", "2013,,63,an-giang,D1,4.892465", "sums.parts"),
        ("papi/published_groups.csv", "an-giang,D1,lowest", "an-giang,D1,highest", "cross-source.group"),
        (
            "papi/uncertainty.csv",
            "ha-noi,TOTAL,unweighted,score,4",
            "ha-noi,TOTAL,unweighted,score,3",
            "cross-source.score",
        ),
        ("bands.csv", "par,2018,63,A,80,1,,,9,", "par,2018,63,A,80,1,,,4,", "ranks.class_size"),
        ("editions.csv", "pci,2012,,63,whole", "pci,2032,,63,whole", "coverage.unlisted"),
    ]
    for file, old, new, _ in changes:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, (file, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [(f.place.file, f.code) for f in check_record(Record(copy))]
    for file, _, _, code in changes:
        # A class and an edition are doubted where the scores stand that contradict them.
        at = {"bands.csv": "par/scores.csv", "editions.csv": "pci/scores.csv"}.get(file, file)
        assert (f"data/{at}", code) in found, (file, code)
