"""Records of one's own in which all, none or nobody is there: every page of them is shown all the same."""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from parlib.blocks import cards
from parlib.datasets import Record
from parlib.pages import Report, certainty, evidence, lost, national, threshold
from parlib.pages.national.opening import card

ROOT = Path(__file__).parents[2]
OWN = ROOT / "docs" / "examples" / "own-index" / "data"
Edit = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture
def own(tmp_path) -> Callable[[Mapping[str, Edit]], Record]:
    """The made-up index of `docs/examples/own-index`, with some of its tables edited (cells are text)."""

    def made(edits: Mapping[str, Edit]) -> Record:
        folder = tmp_path / "my-data"
        shutil.copytree(OWN, folder)
        shutil.copytree(ROOT / "data" / "schemas", folder / "schemas")
        for name, edit in edits.items():
            edit(pd.read_csv(folder / name, dtype=str, keep_default_na=False)).to_csv(
                folder / name, index=False
            )
        return Record(folder)

    return made


def test_a_year_in_which_nobody_moved_has_no_chart_of_movers(own):
    def twice(scores: pd.DataFrame) -> pd.DataFrame:
        before = scores[scores["year"] == "2022"]
        return pd.concat([before, before.assign(year="2023")])

    known = own({"example/scores.csv": twice})
    section = national.movement(national.Country(year=2023, lang="en", known=known), "example")
    assert [block.id for block in section.blocks] == ["example-movement", "example-movement-findings"]
    assert "no province rose; no province fell" in section.text


def test_a_province_that_lost_nothing_has_no_chart_of_losses(own):
    def full(scores: pd.DataFrame) -> pd.DataFrame:
        framework = pd.read_csv(OWN / "example" / "framework.csv", dtype=str).set_index("indicator")
        mine = scores["province"] == "hazel"
        scores.loc[mine, "score"] = scores.loc[mine, "indicator"].map(framework["max_score"])
        return scores

    report = Report("hazel", year=2023, lang="en", known=own({"example/scores.csv": full}))
    section = lost(report, "example")
    assert [block.kind for block in section.blocks] == ["heading", "paragraph"]
    assert section.figures["example-lost-findings"]["TOTAL.lost"] == 0


def test_a_province_without_a_sampling_error_has_no_interval_and_is_told_so(own):
    known = own({})
    errors = pd.DataFrame({"province": [slug for slug in known.provinces().slugs if slug != "hazel"]})
    errors.assign(
        year=2023, frame=12, indicator="TOTAL", weighting="unweighted", statistic="standard_error", value=0.5,
        basis="illustrative", source_id="MADEUP",
    ).to_csv(known.root / "example" / "uncertainty.csv", index=False)  # fmt: skip
    of_alder, of_hazel = (
        certainty(Report(who, year=2023, lang="en", known=known), "example") for who in ("alder", "hazel")
    )
    assert "Hazel" not in of_alder.blocks[2].text
    assert [block.id for block in of_hazel.blocks] == ["example-certainty", "example-certainty-none"]


def test_an_index_that_has_no_edition_yet_is_not_missing(own):
    known = own({"indices.csv": lambda rows: pd.concat([rows, rows.assign(index="planned")])})
    there = national.Country(year=2023, lang="en", known=known)
    alone, beside = (
        national.missing(there, indices).text for indices in (["example"], ["example", "planned"])
    )
    assert beside == alone


def test_a_record_without_any_total_has_no_table_of_totals(own):
    edits = {
        "example/scores.csv": lambda rows: rows[rows["indicator"] != "TOTAL"],
        "editions.csv": lambda rows: rows.assign(coverage="partial"),
    }
    there = national.Country(year=2023, lang="en", known=own(edits))
    section = national.missing(there, ["example"])
    assert [block.id for block in section.blocks] == ["missing", "missing-now"]


def test_an_index_dated_by_day_counts_the_provinces_of_the_latest_day_of_a_year(own):
    def by_day(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows.assign(date=rows["year"] + "-03-01")
        last = rows.assign(date=rows["year"] + "-09-01")
        if "province" in rows:
            last = last[last["province"] != "hazel"]
        return pd.concat([first, last])

    edits = {
        "indices.csv": lambda rows: rows.assign(dated_by="day"),
        "editions.csv": by_day,
        "example/scores.csv": by_day,
    }
    there = national.Country(year=2023, lang="en", known=own(edits))
    assert national.missing(there, ["example"]).figures["coverage"] == {
        "example.2022": 11,
        "example.2023": 11,
    }


def test_evidence_needs_no_words_for_what_it_counts(own):
    def counted(scores: pd.DataFrame) -> pd.DataFrame:
        leaf = scores["indicator"] == "D1.1"
        return scores.assign(
            numerator=leaf.map({True: "3", False: ""}), denominator=leaf.map({True: "10", False: ""})
        )

    section = evidence(
        Report("hazel", year=2023, lang="en", known=own({"example/scores.csv": counted})), "example"
    )
    assert section.figures["example-evidence-table"]["D1.1.denominator"] == 10


def test_scores_in_the_provinces_of_today_have_no_evidence():
    section = evidence(Report("hue", year=2016, lang="en", frame=34), "papi")
    assert [block.id for block in section.blocks] == ["papi-evidence", "papi-evidence-none"]


def test_the_mean_of_an_index_in_percent_is_printed_as_one(own):
    edits = {"example/framework.csv": lambda rows: rows.assign(unit="percent")}
    there = national.Country(year=2023, lang="en", known=own(edits))
    text = cards(there.lang, [card(there, "example")], id="headline").text
    assert re.match(r"Example index \(made up\) 2023: \d+\.\d\d%; Mean of 12 provinces", text), text


def test_a_rank_is_that_of_one_map_of_provinces_in_all_years(own):
    kept = ["alder", "cedar", "elm", "gorse", "ivy", "larch"]

    def merged(provinces: pd.DataFrame) -> pd.DataFrame:
        into = [kept[place // 2] for place in range(12)]
        today = provinces[provinces["province"].isin(kept)].assign(frame="6")
        return pd.concat([provinces.assign(merged_into=into), today])

    def since_2023(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.assign(frame=rows["year"].map({"2022": "12", "2023": "6"}))
        gone = (rows["year"] == "2023") & ~rows.get("province", rows["year"]).isin([*kept, "2023"])
        return rows[~gone]

    known = own({"provinces.csv": merged, "editions.csv": since_2023, "example/scores.csv": since_2023})
    before, today = (
        threshold(Report("gorse", year=year, lang="en", known=known), "example", 8 if year == 2022 else 3)
        for year in (2022, 2023)
    )
    assert {name.split(".")[0] for name in before.figures["example-bounds"]} == {"2022"}
    assert {name.split(".")[0] for name in today.figures["example-bounds"]} == {"2023"}
