from __future__ import annotations

import pytest

from parlib.blocks.charts import locator, tilemap
from parlib.datasets import load_provinces, record

# Pairs that share a long border, by region of the country; a map that parts them is not recognised.
NEIGHBOURS = """
lai-chau dien-bien|lai-chau lao-cai|dien-bien son-la|lao-cai yen-bai|lao-cai ha-giang|ha-giang cao-bang
ha-giang tuyen-quang|cao-bang bac-kan|cao-bang lang-son|tuyen-quang bac-kan|bac-kan thai-nguyen|lang-son bac-giang
lang-son quang-ninh|bac-giang quang-ninh|thai-nguyen bac-giang|yen-bai phu-tho|son-la hoa-binh|phu-tho hoa-binh
phu-tho ha-noi|vinh-phuc ha-noi|vinh-phuc phu-tho|ha-noi bac-ninh|ha-noi hung-yen|ha-noi ha-nam|ha-noi hoa-binh
bac-ninh hai-duong|bac-ninh bac-giang|hai-duong hai-phong|hai-phong quang-ninh|hai-phong thai-binh
hung-yen hai-duong|hung-yen thai-binh|ha-nam nam-dinh|ha-nam ninh-binh|nam-dinh thai-binh|nam-dinh ninh-binh
ninh-binh thanh-hoa|hoa-binh thanh-hoa|thanh-hoa nghe-an|nghe-an ha-tinh|ha-tinh quang-binh
quang-binh quang-tri|quang-tri thua-thien-hue|thua-thien-hue da-nang|thua-thien-hue quang-nam|da-nang quang-nam
quang-nam quang-ngai|quang-nam kon-tum|kon-tum quang-ngai|kon-tum gia-lai|quang-ngai binh-dinh|gia-lai binh-dinh
gia-lai dak-lak|gia-lai phu-yen|binh-dinh phu-yen|phu-yen khanh-hoa|phu-yen dak-lak|dak-lak khanh-hoa
dak-lak dak-nong|dak-lak lam-dong|dak-nong lam-dong|dak-nong binh-phuoc|khanh-hoa ninh-thuan|khanh-hoa lam-dong
ninh-thuan binh-thuan|ninh-thuan lam-dong|lam-dong binh-thuan|lam-dong dong-nai|binh-phuoc binh-duong
binh-phuoc tay-ninh|binh-phuoc dong-nai|tay-ninh binh-duong|tay-ninh long-an|binh-duong ho-chi-minh
binh-duong dong-nai|dong-nai ho-chi-minh|dong-nai ba-ria-vung-tau|dong-nai binh-thuan
binh-thuan ba-ria-vung-tau|ho-chi-minh long-an|ho-chi-minh tien-giang|long-an tien-giang|long-an dong-thap
dong-thap tien-giang|dong-thap an-giang|dong-thap can-tho|tien-giang ben-tre|tien-giang vinh-long
ben-tre tra-vinh|ben-tre vinh-long|vinh-long tra-vinh|vinh-long can-tho|an-giang kien-giang|an-giang can-tho
can-tho hau-giang|can-tho kien-giang|hau-giang kien-giang|hau-giang soc-trang|hau-giang bac-lieu
soc-trang tra-vinh|soc-trang bac-lieu|bac-lieu ca-mau|kien-giang ca-mau|kien-giang bac-lieu
"""
PAIRS = [tuple(pair.split()) for line in NEIGHBOURS.strip().splitlines() for pair in line.split("|")]


@pytest.fixture(scope="module")
def grids():
    table = record().table("tile_grid.csv")
    return {frame: table[table["frame"] == frame] for frame in (63, 34)}


@pytest.fixture
def total_2018(papi):
    return papi[(papi["year"] == 2018) & (papi["indicator"] == "TOTAL")]


def places(grid):
    return dict(zip(grid["province"], zip(grid["column"], grid["row"], strict=True), strict=True))


def touch(one, other):
    """Tiles touch by a side or a corner."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) == 1


@pytest.mark.parametrize("frame", [63, 34])
def test_every_province_has_one_tile_of_its_own(grids, frame):
    grid = grids[frame]
    assert len(grid) == frame
    assert set(grid["province"]) == set(load_provinces(frame)["province"])
    assert len(set(places(grid).values())) == frame
    assert grid["label"].is_unique


@pytest.mark.parametrize("frame", [63, 34])
def test_the_country_is_in_one_piece(grids, frame):
    cells = set(places(grids[frame]).values())
    reached, edge = set(), {min(cells)}
    while edge:
        reached |= edge
        edge = {cell for cell in cells - reached if any(touch(cell, old) for old in edge)}
    assert reached == cells


def test_neighbours_stay_neighbours_among_63(grids):
    at = places(grids[63])
    parted = {pair for pair in PAIRS if not touch(at[pair[0]], at[pair[1]])}
    assert len(PAIRS) > 100
    assert len(parted) <= 0.05 * len(PAIRS), parted


def test_neighbours_stay_neighbours_among_34(grids):
    at = places(grids[34])
    now = load_provinces(63).set_index("province")["merged_into"]
    merged = {tuple(sorted((now[a], now[b]))) for a, b in PAIRS if now[a] != now[b]}
    parted = {pair for pair in merged if not touch(at[pair[0]], at[pair[1]])}
    assert len(parted) <= 0.05 * len(merged), parted


@pytest.mark.parametrize("frame", [63, 34])
def test_north_is_up_and_the_coast_curves_out_and_back(grids, frame):
    at = places(grids[frame])
    middle = {63: "phu-yen", 34: "khanh-hoa"}[frame]
    assert at["cao-bang"][1] < at["ha-noi"][1] < at["nghe-an"][1] < at["da-nang"][1] < at["ca-mau"][1]
    assert at["nghe-an"][0] < at[middle][0] > at["ca-mau"][0]


def test_each_tile_shows_its_rank(total_2018, grids, provinces, vi, drawn):
    chart = tilemap(total_2018, grids[63], provinces, lang=vi, province="thua-thien-hue")
    seen = drawn(chart)
    texts = seen.texts
    assert texts[texts.index("TT-Huế") + 1] == "43"
    assert texts[texts.index("Lạng Sơn") + 1] == "1"
    assert {"Quần đảo Hoàng Sa", "(Đà Nẵng)", "Quần đảo Trường Sa", "(Khánh Hòa)"} <= set(texts)
    tooltips = [title.text for title in seen.root.iter("{http://www.w3.org/2000/svg}title")]
    assert "Thừa Thiên Huế: 43,21 · 43/61" in tooltips
    assert "Đồng Tháp: không có dữ liệu" in tooltips


def test_missing_provinces_are_counted_and_named(total_2018, grids, provinces, en, drawn):
    chart = tilemap(total_2018, grids[63], provinces, lang=en)
    assert "no data (2)" in drawn(chart).texts
    assert chart.alt.endswith("No data: Quang Ninh, Dong Thap.")
    assert "Highest: Lang Son (1), Ben Tre (2)," in chart.alt
    assert "quang-ninh.score" not in chart.figures


def test_english_labels_have_no_diacritics(total_2018, grids, provinces, en, drawn):
    texts = drawn(tilemap(total_2018, grids[63], provinces, lang=en)).texts
    assert "Dak Lak" in texts
    assert all(text.isascii() for text in texts if text != "–")


@pytest.mark.parametrize("frame", [63, 34])
def test_the_locator_marks_one_province(grids, frame, vi, drawn):
    slug = {63: "thua-thien-hue", 34: "hue"}[frame]
    chart = locator(grids[frame], load_provinces(frame), slug, lang=vi)
    from parlib.blocks.palette import ACCENT, REGION

    fills = [p.get("fill") for p in drawn(chart).root.iter("{http://www.w3.org/2000/svg}path")]
    assert fills.count(ACCENT) == 1
    assert fills.count(REGION) == {63: 13 + 1, 34: 0}[frame]  # and the sample in the key


def test_it_is_well_made(total_2018, grids, provinces, lang, well_made):
    make = lambda: tilemap(total_2018, grids[63], provinces, lang=lang, province="ha-noi")  # noqa: E731
    well_made(make(), make)
