from __future__ import annotations

import pytest

from parlib.answers.moves import moves as answer
from parlib.blocks.charts import moves
from parlib.datasets import record


@pytest.fixture(scope="module")
def hue(papi):
    def between(before, after):
        trees = [record().framework("papi", year) for year in (before, after)]
        editions = [papi[papi["year"] == year] for year in (before, after)]
        split = answer(editions[0], trees[0], editions[1], trees[1], "thua-thien-hue", breaks=record().breaks)
        return split, trees[1].table

    return between


def test_hue_gained_five_places_in_2017(hue, vi, drawn):
    split, names = hue(2016, 2017)
    texts = drawn(moves(split, names, lang=vi)).texts
    assert texts[texts.index("42 đến 37") - 1] == "+5"


def test_printed_parts_add_up_to_the_change(hue, vi):
    split, names = hue(2017, 2018)
    figures = moves(split, names, lang=vi).figures
    for row in {key.split(".")[0] for key in figures}:
        parts = sum(figures[f"{row}.{part}"] for part in ("own", "field", "framework"))
        assert parts == pytest.approx(figures[f"{row}.places"])
        assert figures[f"{row}.places"] == figures[f"{row}.rank_from"] - figures[f"{row}.rank_to"]


def test_the_diamond_stands_at_the_sum(hue, vi, drawn):
    split, names = hue(2016, 2017)
    chart = moves(split, names, lang=vi)
    seen = drawn(chart)
    rows = ["TOTAL", "D1", "D2", "D3", "D4", "D5", "D6"]
    xs = [seen.marks(f"moves-sum-{row}")[0][0] for row in rows]
    places = [chart.figures[f"{row}.places"] for row in rows]
    scale = (xs[3] - xs[0]) / (places[3] - places[0])
    assert xs == pytest.approx([xs[0] + scale * (place - places[0]) for place in places], abs=0.05)


def test_a_dimension_of_one_edition_only_is_left_out(hue, en, drawn):
    split, names = hue(2017, 2018)
    texts = " ".join(drawn(moves(split, names, lang=en)).texts)
    assert "Public Service Delivery" in texts
    assert "E-Governance" not in texts


def test_alt_text_tells_the_parts(hue, en):
    split, names = hue(2016, 2017)
    assert (
        "PAPI (unweighted total): +5 places (rank 42/63 to 37/63): own scores +11.5, others −6.5, framework 0.0"
        in moves(split, names, lang=en).alt
    )


def test_it_is_well_made(hue, lang, well_made):
    split, names = hue(2017, 2018)
    well_made(moves(split, names, lang=lang), lambda: moves(split, names, lang=lang))
