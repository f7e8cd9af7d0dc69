from __future__ import annotations

import pytest

from parlib.answers.bounds import End, ScoreRange
from parlib.answers.bounds import bounds as answer
from parlib.blocks.charts import bounds
from parlib.blocks.charts._sheet import MM, text_width
from parlib.blocks.palette import REGION
from parlib.datasets import record

SVG = "{http://www.w3.org/2000/svg}"
OWN = {2017: 79.86, 2020: 88.47}


def known(low, high, rank=15):
    ends = [None if value is None else End(value, True, ()) for value in (low, high)]
    return ScoreRange(rank, 63, *ends)


RANGES = {
    2012: known(80.52, 80.52),
    2013: known(75.5, 86.86),
    2014: known(78.0, None),
    2015: known(None, 92.0),
    2016: known(None, None),
    2017: known(79.86, 89.45),
}


@pytest.fixture
def by_year():
    return lambda lang: bounds(RANGES, by="year", lang=lang, own=OWN, own_name="Huế")


@pytest.fixture(scope="module")
def par_2018():
    shipped = record()
    scores = shipped.scores("par")
    table = answer(
        scores[scores["year"] == 2018],
        shipped.edition("par", 2018),
        shipped.framework("par", 2018),
        shipped.bands,
        shipped.national,
    )
    return {rank: table.score_at(rank) for rank in range(1, 64)}


def stems(seen):
    """Upright lines of intervals: whether each is dashed."""
    paths = [
        path
        for path in seen.root.iter(f"{SVG}path")
        if path.get("stroke") == REGION and path.get("stroke-width") == "2.2"
    ]
    return ["stroke-dasharray" in path.attrib for path in paths][1:]  # the first is the sample in the key


def test_an_interval_without_an_end_fades(by_year, vi, drawn):
    assert stems(drawn(by_year(vi))) == [False, True, True, False]  # 2013, 2014, 2015, 2017


def test_a_known_score_is_a_dot(by_year, vi, drawn):
    assert drawn(by_year(vi)).titles("bounds-known") == ["2012: 80,52"]


def test_ends_and_own_scores_are_printed_below(by_year, vi, drawn):
    texts = drawn(by_year(vi)).texts
    assert {"80,52", "75,50", "86,86", "78,00", "92,00"} <= set(texts)
    assert texts.count("–") == 4
    assert texts[-2:] == ["79,86", "88,47"]


def test_alt_text_says_what_is_open(by_year, en):
    assert by_year(en).alt == (
        "Scores that can stand at rank 15, by year: 2012: 80.52; 2013: 75.50 to 86.86; 2014: at least 78.00; "
        "2015: at most 92.00; 2016: not known; 2017: 79.86 to 89.45. Huế: 2017: 79.86; 2020: 88.47."
    )


def test_a_whole_table_has_an_interval_or_a_dot_at_every_rank(par_2018, en, drawn):
    chart = bounds(par_2018, by="rank", lang=en)
    seen = drawn(chart)
    exact = sum(found.exact for found in par_2018.values())
    assert len(seen.marks("bounds-known")) == exact > 0
    assert chart.figures["15.low"] == pytest.approx(77.25)
    assert [text for text in seen.texts if text.isdigit() and int(text) < 60][-1] == "55"


def test_equal_ranks_are_told_once(en):
    same = {rank: known(70.0, 80.0, rank) for rank in range(2, 10)}
    assert "2–9: 70.00 to 80.00." in bounds(same, by="rank", lang=en).alt


def test_nothing_known_is_refused(vi):
    with pytest.raises(ValueError, match="at least one known end"):
        bounds({2016: known(None, None)}, by="year", lang=vi)


def test_it_is_well_made(by_year, par_2018, lang, well_made):
    well_made(by_year(lang), lambda: by_year(lang))
    well_made(bounds(par_2018, by="rank", lang=lang), lambda: bounds(par_2018, by="rank", lang=lang))


def test_the_means_stand_beside_the_scores_and_are_told(vi, drawn):
    means = {2017: 77.1, 2020: 83.72}
    made = bounds(RANGES, by="year", lang=vi, own=OWN, own_name="Huế", means=means)
    seen = drawn(made)
    assert made.figures["2020.mean"] == 83.72
    assert "83,72" in seen.texts
    assert "Trung bình các tỉnh: 2017: 77,10; 2020: 83,72." in made.alt


def test_the_key_has_room_for_the_longest_name(lang, drawn):
    for name in (province.name_vi for province in record().provinces(63).all):
        seen = drawn(bounds(RANGES, by="year", lang=lang, own=OWN, own_name=name, means={2017: 77.1}))
        written = next(text for text in seen.root.iter(f"{SVG}text") if text.text == name)
        end = float(written.attrib["x"]) + text_width(name, weight=600) / MM
        assert end <= float(seen.root.attrib["width"].removesuffix("pt")), name
