from __future__ import annotations

import itertools
import math

import pytest

from parlib.blocks.charts import strip
from parlib.datasets import load_provinces

HUE = "thua-thien-hue"


def of_year(papi, year):
    return papi[papi["year"] == year]


@pytest.fixture
def hue_2017(papi, dimensions, provinces):
    return lambda lang: strip(of_year(papi, 2017), dimensions(2017), provinces, HUE, lang=lang)


def test_hue_2017_is_labelled_with_score_and_rank_in_every_dimension(hue_2017, vi, drawn):
    texts = drawn(hue_2017(vi)).texts
    assert [text for text in texts if text and "/63" in text] == [
        "5,18 · 46/63", "5,50 · 39/63", "4,74 · 47/63", "6,21 · 37/63", "7,08 · 37/63", "7,32 · 14/63",
    ]  # fmt: skip


def test_every_province_has_one_dot_in_every_row(hue_2017, vi, drawn):
    seen = drawn(hue_2017(vi))
    for row in range(1, 7):
        names = [
            title.split(":")[0]
            for name in ("others", "region", "mark")
            for title in seen.titles(f"strip-{name}-D{row}")
        ]
        assert len(names) == len(set(names)) == 63
        assert seen.titles(f"strip-mark-D{row}")[0].startswith("Thừa Thiên Huế: ")


def test_the_second_tone_is_the_rest_of_the_region(hue_2017, en, drawn, provinces):
    named = {title.split(":")[0] for title in drawn(hue_2017(en)).titles("strip-region-D1")}
    region = provinces.loc[provinces["region"] == "btb-dhmt", "name_en"]
    assert named == set(region) - {"Thua Thien Hue"}


def test_dots_stand_in_the_order_of_scores(hue_2017, vi, drawn):
    seen = drawn(hue_2017(vi))
    places = seen.marks("strip-others-D4")
    scores = [
        float(title.split(": ")[1].split(" ")[0].replace(",", "."))
        for title in seen.titles("strip-others-D4")
    ]
    assert sorted(scores) == scores
    assert sorted(x for x, _ in places) == [x for x, _ in places]


@pytest.mark.parametrize("row", range(1, 7))
def test_no_dot_hides_another(hue_2017, vi, drawn, row):
    seen = drawn(hue_2017(vi))
    groups = (f"strip-{name}-D{row}" for name in ("others", "region", "mark"))
    places = [place for group in groups for place in seen.marks(group)]
    nearest = min(math.dist(one, other) for one, other in itertools.combinations(places, 2))
    assert nearest > 1.6  # points; a dot is 3.2 wide


def test_a_province_without_data_is_said_to_have_none(papi, dimensions, provinces, en, drawn):
    chart = strip(of_year(papi, 2018), dimensions(2018), provinces, "dong-thap", lang=en)
    texts = drawn(chart).texts
    assert texts.count("Dong Thap: no data; 61 provinces ranked") == 2
    assert "D2.score" not in chart.figures
    assert chart.figures["D2.provinces"] == 61
    assert "no data for Dong Thap; 61 provinces between 4.55 and 6.00." in chart.alt


def test_a_row_without_any_data_says_so(papi, dimensions, provinces, vi, drawn):
    scores = of_year(papi, 2017)
    chart = strip(scores[scores["indicator"] != "D3"], dimensions(2017), provinces, HUE, lang=vi)
    assert drawn(chart).texts.count("không có dữ liệu") == 1


def test_provinces_of_2025_have_no_region_and_need_none(provinces, vi, drawn, papi, dimensions):
    now = load_provinces(34)
    scores = of_year(papi, 2017)
    scores = scores[scores["province"].isin(now["province"])]
    chart = strip(scores, dimensions(2017), now, "da-nang", lang=vi)
    assert "các tỉnh cùng vùng" not in drawn(chart).texts


def test_maxima_that_differ_are_compared_by_share(papi, dimensions, provinces, en, drawn):
    framework = dimensions(2017).assign(max_score=[10, 10, 10, 10, 10, 20.0])
    chart = strip(of_year(papi, 2017), framework, provinces, HUE, lang=en)
    assert "Score in points; one per cent of the maximum is equally long in every row" in drawn(chart).texts


def test_an_index_of_thousands_of_points_has_ticks_too(papi, dimensions, provinces, en, drawn):
    of_2017 = of_year(papi, 2017)
    scores, framework = of_2017.assign(score=1000 * of_2017["score"]), dimensions(2017)
    framework = framework.assign(max_score=1000 * framework["max_score"])
    chart = strip(scores, framework, provinces, HUE, lang=en)
    assert {"5,000", "6,000"} <= set(drawn(chart).texts)


def test_figures_are_those_of_the_record(hue_2017, vi):
    figures = hue_2017(vi).figures
    assert figures["D6.score"] == pytest.approx(7.323277)
    assert (figures["D6.rank"], figures["D6.of"], figures["D6.group"]) == (14, 63, "highest")


def test_alt_text_tells_score_rank_and_group(hue_2017, en, vi):
    assert (
        "Public Service Delivery: 7.32 points, rank 14/63 (highest); 63 provinces between" in hue_2017(en).alt
    )
    assert "Cung ứng dịch vụ công: 7,32 điểm, hạng 14/63 (cao nhất); 63 tỉnh từ" in hue_2017(vi).alt


def test_it_is_well_made(hue_2017, lang, well_made):
    well_made(hue_2017(lang), lambda: hue_2017(lang))


def test_an_unknown_province_is_refused(papi, dimensions, provinces, vi):
    with pytest.raises(KeyError, match="atlantis"):
        strip(of_year(papi, 2017), dimensions(2017), provinces, "atlantis", lang=vi)
