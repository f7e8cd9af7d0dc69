from __future__ import annotations

import pytest

from parlib.blocks.charts import quadrant
from parlib.datasets import record

AXES = ("PAPI 2015 (points, maximum 60)", "PCI 2015 (points, maximum 100)")


@pytest.fixture(scope="module")
def scores(papi):
    pci = record().scores("pci")
    return (
        papi.loc[(papi["year"] == 2015) & (papi["indicator"] == "TOTAL"), ["province", "score"]]
        .rename(columns={"score": "x"})
        .merge(
            pci.loc[(pci["year"] == 2015) & (pci["indicator"] == "TOTAL"), ["province", "score"]].rename(
                columns={"score": "y"}
            ),
            on="province",
        )
    )


@pytest.fixture
def make(scores, provinces):
    return lambda lang, of=scores: quadrant(of, provinces, "thua-thien-hue", *AXES, lang=lang)


def test_every_province_with_both_scores_has_a_dot(make, vi, drawn):
    seen = drawn(make(vi))
    dots = [len(seen.marks(f"quadrant-{name}")) for name in ("others", "region", "own")]
    assert dots == [49, 13, 1]
    assert seen.titles("quadrant-own") == ["Thừa Thiên Huế: 35,95; 58,52"]


def test_the_marked_province_is_named_and_no_name_covers_a_dot(make, vi, drawn, provinces):
    from parlib.blocks.charts._sheet import MM, text_width

    seen = drawn(make(vi))
    names = set(provinces["name_vi"])
    named = [t for t in seen.root.iter("{http://www.w3.org/2000/svg}text") if t.text in names]
    assert [t.text for t in named].count("Thừa Thiên Huế") == 2  # in the key and at the mark
    dots = seen.marks("quadrant-others") + seen.marks("quadrant-region")
    for text in named[1:]:
        left, base = float(text.attrib["x"]), float(text.attrib["y"])
        right = left + text_width(text.text, 8) / MM
        assert not [dot for dot in dots if left < dot[0] < right and base - 6 < dot[1] < base]


def test_half_of_the_provinces_lie_on_either_side_of_the_medians(make, scores, en):
    figures = make(en).figures
    assert (scores["x"] < figures["median_x"]).sum() == (scores["x"] > figures["median_x"]).sum()


def test_a_province_that_lacks_one_score_is_said_to(make, scores, en, drawn):
    chart = make(en, scores[scores["province"] != "thua-thien-hue"])
    assert "Thua Thien Hue: no data in one of the two" in drawn(chart).texts
    assert chart.figures["provinces"] == 62
    assert "x" not in chart.figures


def test_the_region_has_a_key_only_where_another_of_its_provinces_has_a_dot(
    make, scores, en, drawn, provinces
):
    region = provinces.loc[provinces["region"] == "btb-dhmt", "province"]
    far = scores[~scores["province"].isin(region) | (scores["province"] == "thua-thien-hue")]
    assert "provinces of the same region" in drawn(make(en)).texts
    assert "provinces of the same region" not in drawn(make(en, far)).texts


def test_no_common_province_is_refused(make, scores, en):
    with pytest.raises(ValueError, match="both scores"):
        make(en, scores.assign(x=None))


def test_it_is_well_made(make, lang, well_made):
    well_made(make(lang), lambda: make(lang))
