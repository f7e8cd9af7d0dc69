from __future__ import annotations

from itertools import pairwise

import pytest

from parlib.blocks import palette
from parlib.blocks.charts import geomap, small_geomap
from parlib.datasets import load_provinces, record

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def total_2018(papi):
    return papi[(papi["year"] == 2018) & (papi["indicator"] == "TOTAL")]


def inside(point, polygons):
    """Whether a place lies in one of the polygons (counting the outer ring's crossings to the east)."""
    x, y = point
    for polygon in polygons:
        ring = polygon[0]
        crossings = 0
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
        if crossings % 2:
            return True
    return False


@pytest.mark.parametrize("frame", [63, 34])
def test_every_province_has_an_outline_of_closed_rings(frame):
    outlines = record().outlines(frame)
    assert set(outlines) == set(load_provinces(frame)["province"])
    assert all(ring[0] == ring[-1] for shape in outlines.values() for polygon in shape for ring in polygon)


@pytest.mark.parametrize(
    ("place", "point", "then", "now"),
    [
        ("Hà Nội", (105.85, 21.03), "ha-noi", "ha-noi"),
        ("Huế", (107.59, 16.46), "thua-thien-hue", "hue"),
        ("Quy Nhơn", (109.15, 13.80), "binh-dinh", "gia-lai"),
        ("Phú Quốc", (104.0, 10.27), "kien-giang", "an-giang"),
        ("Côn Đảo", (106.61, 8.707), "ba-ria-vung-tau", "ho-chi-minh"),
        ("Cát Bà", (107.0, 20.8), "hai-phong", "hai-phong"),
    ],
)
def test_places_lie_in_their_province(place, point, then, now):
    for frame, province in ((63, then), (34, now)):
        found = [slug for slug, shape in record().outlines(frame).items() if inside(point, shape)]
        assert found == [province], (place, frame)


def test_provinces_carry_the_colour_of_their_group(total_2018, provinces, vi, drawn):
    chart = geomap(total_2018, record().outlines(63), provinces, lang=vi)
    fills = {}
    for path in drawn(chart).root.iter(f"{SVG}path"):
        if (title := path.find(f"{SVG}title")) is not None:
            fills[title.text] = path.get("fill")
    assert fills["Lạng Sơn: 47,05 · 1/61"] == palette.GROUP_COLOURS["highest"]
    assert fills["Đồng Tháp: không có dữ liệu"] == palette.PAPER
    counts = [list(fills.values()).count(palette.GROUP_COLOURS[group]) for group in palette.GROUPS]
    assert counts == [total_2018["group"].eq(group).sum() for group in palette.GROUPS]


def test_the_first_and_last_five_are_named_beside_the_map(total_2018, provinces, vi, drawn):
    texts = drawn(geomap(total_2018, record().outlines(63), provinces, lang=vi)).texts
    ranked = total_2018.dropna(subset=["score"]).sort_values("rank")
    names = provinces.set_index("province")["name_vi"]
    for slug in [*ranked["province"].head(5), *ranked["province"].tail(5)]:
        assert names[slug] in texts
    assert names[ranked["province"].iloc[30]] not in texts


@pytest.mark.parametrize("frame", [63, 34])
def test_both_archipelagos_stand_on_both_maps(frame, vi, drawn):
    index, year = {63: ("papi", 2017), 34: ("i766", 2026)}[frame]
    scored = record().scored_edition(record().edition(index, year))
    scored = scored[scored["indicator"] == "TOTAL"]
    given = (scored, record().outlines(frame), load_provinces(frame))
    large, small = (drawn(make(*given, lang=vi)).texts for make in (geomap, small_geomap))
    assert {"Quần đảo Hoàng Sa", "(Đà Nẵng)", "Quần đảo Trường Sa", "(Khánh Hòa)"} <= set(large)
    assert {"Hoàng Sa", "Trường Sa"} <= set(small)


def test_it_is_well_made(total_2018, provinces, lang, well_made):
    def make():
        return geomap(total_2018, record().outlines(63), provinces, lang=lang)

    well_made(make(), make)
