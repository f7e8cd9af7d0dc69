from __future__ import annotations

import pandas as pd
import pytest

from parlib.blocks.charts import trajectory
from parlib.datasets import record

HUE = {"name_vi": "Thừa Thiên Huế", "name_en": "Thua Thien Hue"}


@pytest.fixture
def series(papi):
    def of(indicator, province="thua-thien-hue"):
        field = papi[papi["indicator"] == indicator]
        maxima = {
            year: record().framework("papi", year).max_score(indicator) for year in field["year"].unique()
        }
        field = field.assign(max_score=field["year"].map(maxima))
        means = field.groupby("year", as_index=False).agg(
            mean=("score", "mean"), max_score=("max_score", "first")
        )
        breaks = record().breaks
        breaks = breaks[(breaks["index"] == "papi") & (breaks["indicator"] == indicator)]
        return field[field["province"] == province], breaks, means

    return of


@pytest.fixture
def hue_total(series):
    scores, breaks, means = series("TOTAL")
    return lambda lang: trajectory(scores, breaks, HUE, lang=lang, means=means)


def lines(seen):
    """Each polyline of the province's colour as its number of points."""
    from parlib.blocks.palette import ACCENT

    return [
        path.attrib["d"].count("L") + 1
        for path in seen.root.iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke") == ACCENT and path.get("fill") == "none"
    ]


def test_the_line_stops_at_every_break(hue_total, vi, drawn):
    assert lines(drawn(hue_total(vi))) == [5, 2, 7]  # 2011-2015, 2016-2017, 2018-2024


def test_a_missing_year_is_a_gap(series, vi, drawn):
    scores, breaks, means = series("D5", "quang-ninh")  # nothing in 2021 and 2023
    seen = drawn(trajectory(scores, breaks, HUE, lang=vi, means=means))
    assert len(seen.marks("trajectory-own")) == 12
    assert [length for length in lines(seen) if length > 1] == [5, 2, 3]
    assert seen.texts.count("–") == 6  # no score, no rank and no count in two years


def test_score_and_rank_stand_under_each_year(hue_total, vi, drawn):
    texts = drawn(hue_total(vi)).texts
    assert {"36,03", "37", "63", "45,10", "11", "61"} <= set(texts)
    assert texts.index("2017") < texts.index("36,03") < texts.index("37") < texts.index("43,21")


def test_a_changed_maximum_turns_the_axis_to_per_cent(hue_total, series, en, drawn):
    assert "per cent of the maximum score of the year" in drawn(hue_total(en)).texts
    scores, breaks, means = series("D1")
    assert "points (maximum 10)" in drawn(trajectory(scores, breaks, HUE, lang=en, means=means)).texts


def test_the_mean_is_never_called_national(hue_total, en, vi):
    assert "Mean of provinces (not a national figure): 2011: 35.75;" in hue_total(en).alt
    assert "Trung bình cộng các tỉnh (không phải điểm quốc gia): 2011: 35,75;" in hue_total(vi).alt


def test_breaks_give_their_reason(hue_total, en, drawn):
    texts = [text for text in drawn(hue_total(en)).texts if text]
    assert "2016: Dimensions 1, 3 and 5 were rebuilt; 2016 is a new base year" in texts
    assert "Not comparable with earlier years from: 2016 and 2018." in hue_total(en).alt


def test_a_rank_known_without_a_score_is_still_printed(series, vi, drawn):
    scores, breaks, _ = series("TOTAL")
    scores = scores.assign(score=scores["score"].where(scores["year"] != 2012))
    seen = drawn(trajectory(scores, breaks, HUE, lang=vi))
    assert len(seen.marks("trajectory-own")) == 13
    assert "28" in seen.texts


def test_no_score_at_all_is_refused(series, vi):
    scores, breaks, _ = series("TOTAL")
    with pytest.raises(ValueError, match="at least one year"):
        trajectory(scores.assign(score=pd.NA), breaks, HUE, lang=vi)


def test_figures_are_those_of_the_record(hue_total, vi):
    figures = hue_total(vi).figures
    assert figures["2017.score"] == pytest.approx(36.032028)
    assert (figures["2017.rank"], figures["2017.of"]) == (37, 63)


def test_it_is_well_made(hue_total, lang, well_made):
    well_made(hue_total(lang), lambda: hue_total(lang))
