"""Figures against themselves: what contradicts is found, what rounding explains is not."""

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parlib import Record, record
from parlib.checks.figures import (
    check_coverage,
    check_magnitude,
    check_monotonicity,
    check_percentages,
    check_ranks,
    check_sums,
    decimals,
)
from parlib.checks.finding import Subject, rows_of


@pytest.fixture(scope="module")
def known() -> Record:
    return record()


def subject(known: Record, index: str) -> Subject:
    books = {63: known.provinces(63), 34: known.provinces(34)}
    return Subject(books, lambda year: known.framework(index, year), rows_of(f"{index}.csv"))


def scores(index: str, year: int, rows: list[tuple[str, str, float | None, int | None]]) -> pd.DataFrame:
    """A scores frame of (province, indicator, score, printed rank)."""
    frame = pd.DataFrame(rows, columns=["province", "indicator", "score", "published_rank"])
    frame = frame.assign(index=index, year=year, date=None, frame=63, denominator=float("nan"))
    return frame.assign(basis="published", source_id="S109").astype(
        {"published_rank": "Int64", "score": "float64"}
    )


def of(known: Record, index: str, year: int) -> pd.DataFrame:
    all_years = known.scores(index)
    return all_years[all_years["year"] == year].reset_index(drop=True)


@given(st.decimals(min_value=-99, max_value=99, places=6))
def test_decimals_are_those_of_the_shortest_writing(value):
    text = format(value.normalize(), "f")
    assert decimals(pd.Series([float(value)])).tolist() == [len(text.partition(".")[2])]


def test_hoa_binh_2023_parts_add_to_87_89_and_not_to_86_89(known):
    parts = {"RESULT": 57.04, "SIPAS_PART": 8.19, "LEADER_SURVEY": 18.34, "SOCIOECON": 4.32, "TOTAL": 86.89}
    rows = [("hoa-binh", indicator, score, None) for indicator, score in parts.items()]
    (finding,) = check_sums(scores("par", 2023, rows), subject(known, "par"))
    assert (finding.severity, finding.code, finding.found, finding.expected) == (
        *("error", "sums.total", "86.89", "87.89"),
    )
    assert finding.values["gap"] == pytest.approx(1.0)
    assert str(finding.place) == "par.csv, row 6, column 'score'"


@pytest.mark.parametrize(("total", "count"), [(87.87, 0), (87.91, 0), (87.86, 1), (87.93, 1)])
def test_five_rounded_figures_may_be_off_by_half_a_hundredth_each(known, total, count):
    parts = {"RESULT": 57.04, "SIPAS_PART": 8.19, "LEADER_SURVEY": 18.34, "SOCIOECON": 4.32, "TOTAL": total}
    rows = [("hoa-binh", indicator, score, None) for indicator, score in parts.items()]
    assert len(check_sums(scores("par", 2023, rows), subject(known, "par"))) == count


def test_a_part_that_is_not_known_leaves_its_sum_unchecked(known):
    rows = [("hoa-binh", "RESULT", 57.04, None), ("hoa-binh", "SIPAS_PART", 8.19, None)]
    rows += [("hoa-binh", "TOTAL", 10.0, None)]
    assert check_sums(scores("par", 2023, rows), subject(known, "par")) == []


@pytest.mark.parametrize("year", range(2011, 2025))
def test_papi_adds_up_in_every_year_but_for_ha_noi_2022_whose_parts_were_typed_short(known, year):
    found = check_sums(of(known, "papi", year), subject(known, "papi"))
    said = [(f.severity, f.code, f.values["province"].en) for f in found]
    assert said == ([("info", "sums.rounded", "Ha Noi")] if year == 2022 else [])


@settings(max_examples=15)
@given(place=st.integers(min_value=0, max_value=62), change=st.floats(min_value=2e-5, max_value=1))
def test_any_changed_dimension_of_papi_2017_is_found(place, change):
    known = record()
    frame = of(known, "papi", 2017)
    at = frame.index[frame["indicator"] == "D4"][place]
    frame.loc[at, "score"] += change
    # A figure of four decimals may be a rounded one, and then its parts may add up to a little else.
    assume(abs(frame.loc[at, "score"] - round(frame.loc[at, "score"], 4)) > 1e-9)
    found = check_sums(frame, subject(known, "papi"))
    assert {f.code for f in found} == {"sums.parts", "sums.total"}
    assert {f.values["province"].en for f in found} == {
        known.provinces(63).find(frame.loc[at, "province"]).name_en
    }


def test_index_766_adds_up_with_leaves_that_nobody_could_earn(known):
    assert check_sums(known.scores("i766"), subject(known, "i766")) == []


def test_kon_tum_2023_percentages_come_from_unrounded_points(known):
    rows = [("kon-tum", "D1", 9.42, None), ("kon-tum", "D1_PCT", 99.16, None)]
    assert check_percentages(scores("par", 2023, rows), subject(known, "par")) == []
    rows[1] = ("kon-tum", "D1_PCT", 94.15, None)
    (finding,) = check_percentages(scores("par", 2023, rows), subject(known, "par"))
    assert (finding.code, finding.values["maximum"]) == ("sums.percent", 9.5)


def test_printed_ranks_of_index_766_are_those_of_the_scores(known):
    assert check_ranks(known.scores("i766"), known.editions, subject(known, "i766")) == []


def test_two_ranks_exchanged_are_both_found(known):
    frame = known.scores("i766")
    day = (frame["date"] == "2026-10-10") & (frame["indicator"] == "TOTAL")
    first, second = frame.index[day & frame["published_rank"].isin([1, 2])]
    frame.loc[[first, second], "published_rank"] = frame.loc[[second, first], "published_rank"].to_numpy()
    found = check_ranks(frame, known.editions, subject(known, "i766"))
    assert [f.code for f in found] == ["ranks.computed"] * 2
    assert {f.place.row for f in found} == {first + 2, second + 2}


def test_a_better_rank_with_a_lower_score_contradicts(known):
    rows = [("ho-chi-minh", "TOTAL", 86.97, 33), ("ca-mau", "TOTAL", 86.89, 32), ("hue", "TOTAL", 88.38, 17)]
    (finding,) = check_monotonicity(scores("par", 2023, rows), known.editions, subject(known, "par"))
    assert finding.code == "monotonicity.order"
    assert (finding.values["rank"], finding.values["other_rank"]) == (33, 32)


def test_one_rank_for_two_scores_contradicts(known):
    rows = [("long-an", "TOTAL", 89.5, 8), ("ca-mau", "TOTAL", 86.89, 8)]
    found = check_monotonicity(scores("par", 2023, rows), known.editions, subject(known, "par"))
    assert [f.code for f in found] == ["ranks.twice"]


def test_papi_2023_has_61_of_63_provinces(known):
    (finding,) = check_coverage(of(known, "papi", 2023), known.editions, subject(known, "papi"))
    assert (finding.severity, finding.values["n"], finding.values["of"]) == ("info", 61, 63)
    assert [p.vi for p in finding.values["absent"]] == ["Quảng Ninh", "Bình Dương"]


def test_figures_of_an_edition_that_is_not_listed_are_an_error(known):
    frame = scores("papi", 2023, [("ha-noi", "TOTAL", 41.0, None)]).assign(year=2031)
    s = subject(known, "papi")
    found = check_coverage(frame, known.editions, Subject(s.provinces, lambda _: s.framework(2024), s.locate))
    assert [(f.severity, f.code) for f in found] == [("error", "coverage.unlisted")]


def test_a_total_that_doubles_is_worth_a_look_and_one_that_moves_as_ever_is_not(known):
    frame = known.scores("papi")
    frame = frame[frame["year"].isin([2022, 2023])].reset_index(drop=True)
    s = subject(known, "papi")
    assert check_magnitude(frame, known.editions, known.breaks, s) == []
    at = frame.index[
        (frame["year"] == 2023) & (frame["province"] == "ha-noi") & (frame["indicator"] == "TOTAL")
    ][0]
    frame.loc[at, "score"] = 75.0
    (finding,) = check_magnitude(frame, known.editions, known.breaks, s)
    assert finding.values["change"] == pytest.approx(75.0 - finding.values["previous"])
