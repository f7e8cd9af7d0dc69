"""Somebody else's index: a made-up index of a made-up country, from CSV to report, with no change to the code."""

import io
import json
import shutil
from pathlib import Path

import openpyxl
import pypdf
import pytest
from command_line import parlib

from parlib.datasets import Record
from parlib.errors import DataError, UsageError
from parlib.pages import Report
from parlib.publishing.report import make_report
from parlib.workbooks.overlay import provinces_of
from parlib.workbooks.par import read_par
from parlib.workbooks.scorecard_form import SHEET, scorecard_template

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "own-index"
MADE_UP = "Made up for this example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder as `docs/your-own-index.md` lays it out."""
    root = tmp_path_factory.mktemp("own") / "my-data"
    shutil.copytree(EXAMPLE / "data", root)
    shutil.copytree(ROOT / "data" / "schemas", root / "schemas")
    return root


@pytest.fixture
def chosen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLIB_DATA", str(folder))
    return folder


def asked(*words: object) -> dict:
    done = parlib(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_frames_are_those_of_provinces_csv(folder):
    known = Record(folder)
    assert known.frames == (12,)
    assert len(known.provinces()) == 12
    with pytest.raises(UsageError, match="no frame of 63 provinces on record; there is only 12"):
        known.provinces(63)


def test_every_figure_says_that_it_is_made_up(folder):
    known = Record(folder)
    assert set(known.scores("example")["basis"]) == {"illustrative"}
    assert MADE_UP in known.sources.loc["MADEUP", "title"]
    for lang, words in (("en", "Illustrative data"), ("vi", "Số liệu minh họa")):
        assert Report("hazel", year=2023, lang=lang, known=known).mark == words


def test_the_record_is_without_doubts(chosen):
    done = parlib("check", chosen, "--lang", "en")
    assert (done.returncode, done.stdout.strip()) == (0, "No doubts.")


def test_the_places_follow_from_the_csv(chosen):
    rows = asked("rank", "--index", "example", "--year", 2023)["rows"]
    totals = Record(chosen).scores("example").query("year == 2023 and indicator == 'TOTAL'")
    by_hand = totals.set_index("province")["score"].rank(ascending=False, method="min")
    assert {row["province"]: row["rank"] for row in rows} == by_hand.to_dict()
    shown = asked("show", "hazel", "--index", "example", "--year", 2023)
    assert (shown["frame"], shown["rows"][0]["rank"], shown["rows"][0]["of"]) == (12, by_hand["hazel"], 12)


def test_the_points_lost_add_up(chosen):
    shown = asked("show", "hazel", "--index", "example", "--year", 2023)["rows"][0]
    lost = asked("ledger", "hazel", "--index", "example", "--year", 2023)["rows"]
    assert sum(row["lost"] for row in lost if "." in row["indicator"]) == pytest.approx(
        shown["max_score"] - shown["score"]
    )


def test_the_fewest_indicators_that_reach_rank_3_reach_it(chosen):
    done = parlib("plan", "hazel", "--index", "example", "--year", 2023, "--rank", 3, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "rank 3/12 if the others stand still" in done.stdout
    assert "Made up" in done.stdout or "made up" in done.stdout


@pytest.mark.parametrize("year", [2023, 2030])
def test_a_table_of_results_is_read_on_the_only_map_there_is(folder, tmp_path, year):
    known = Record(folder)
    file = tmp_path / "results.csv"
    file.write_text("Province,Total\nHazel,20\n", encoding="utf-8")
    tree = known.framework("example", 2023)
    reading = read_par(file, year, provinces_of(known), lambda *_: tree, index="example")
    assert reading.frame == 12
    assert not reading.refused
    assert reading.scores[["province", "score"]].to_numpy().tolist() == [["hazel", 20.0]]


def test_a_scorecard_to_fill_in_knows_the_provinces_of_the_record(folder):
    book = openpyxl.load_workbook(io.BytesIO(scorecard_template(Record(folder), "example-2023", "hazel")))
    assert book[SHEET]["C5"].value == Record(folder).find_province("hazel").name_vi


def test_a_frame_that_provinces_csv_lacks_is_named_with_its_row(folder, tmp_path):
    spoilt = tmp_path / "my-data"
    shutil.copytree(folder, spoilt)
    path = spoilt / "editions.csv"
    path.write_text(path.read_text().replace("example,2023,,12", "example,2023,,11"))
    with pytest.raises(DataError) as caught:
        _ = Record(spoilt).editions
    assert (caught.value.place.row, caught.value.place.column) == (3, "frame")
    assert "one of 12" in caught.value.expected


def test_a_frame_is_named_by_the_number_of_its_provinces(folder, tmp_path):
    spoilt = tmp_path / "my-data"
    shutil.copytree(folder, spoilt)
    path = spoilt / "provinces.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    with pytest.raises(DataError, match="11 provinces in frame 12"):
        Record(spoilt).provinces()


def test_two_maps_of_ones_own_are_joined_by_merged_into(folder, tmp_path):
    two = tmp_path / "my-data"
    shutil.copytree(folder, two)
    heading, *rows = (two / "provinces.csv").read_text().splitlines()
    slugs = [row.split(",")[1] for row in rows]
    into = {slug: slugs[i - i % 2] for i, slug in enumerate(slugs)}  # pairs of neighbours become one
    rows = [row + into[row.split(",")[1]] for row in rows]
    rows += [f"6,{slug},{i + 1:02},{slug.title()},{slug.title()},," for i, slug in enumerate(slugs[::2])]
    (two / "provinces.csv").write_text("\n".join([heading, *rows]) + "\n")
    known = Record(two)
    assert known.frames == (12, 6)
    today = known.scored_edition(known.edition("example", 2023, frame=6)).query("indicator == 'TOTAL'")
    parts = known.scored_edition(known.edition("example", 2023)).query("indicator == 'TOTAL'")
    score = parts.set_index("province")["score"]
    assert today.set_index("province")["score"]["gorse"] == pytest.approx(
        (score["gorse"] + score["hazel"]) / 2
    )
    with pytest.raises(UsageError, match="Hazel is part of Gorse by now; ask for 'gorse'"):
        known.find_province("hazel", 6)


@pytest.mark.slow
def test_the_report_of_a_province_of_another_country_is_made_and_says_that_it_is_made_up(chosen, tmp_path):
    made = make_report(
        EXAMPLE / "report.ipynb", {"province": "hazel", "lang": "en"}, tmp_path, "hazel", ("html", "pdf")
    )
    page = next(path for path in made if path.suffix == ".html").read_text(encoding="utf-8")
    assert "4/12" in page
    assert page.count(MADE_UP) > 5
    assert "Hoang Sa" not in page
    assert "PAPI" not in page
    pages = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "hazel.en.pdf").pages]
    assert len(pages) > 2
    assert all("Illustrative data" in text or MADE_UP in text for text in pages)
