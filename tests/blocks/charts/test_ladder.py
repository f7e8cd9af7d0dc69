from __future__ import annotations

import pytest

from parlib.answers.ladder import ladder as answer
from parlib.blocks.charts import ladder
from parlib.datasets import record


@pytest.fixture(scope="module")
def hue_2017(papi):
    return answer(papi[papi["year"] == 2017], record().framework("papi", 2017), "thua-thien-hue")


def test_neighbours_stand_in_order_with_their_distance(hue_2017, provinces, vi, drawn):
    texts = drawn(ladder(hue_2017, provinces, lang=vi)).texts
    at = texts.index("Hậu Giang")
    assert texts[at - 1 : at + 3] == ["36", "Hậu Giang", "36,17", "+0,14"]
    at = texts.index("Thừa Thiên Huế")
    assert texts[at - 1 : at + 4] == ["37", "Thừa Thiên Huế", "36,03", "38", "Vĩnh Phúc"]


def test_dots_lie_on_one_scale(hue_2017, provinces, vi, drawn):
    seen = drawn(ladder(hue_2017, provinces, lang=vi))
    rows = hue_2017.rows
    places = [seen.marks(f"ladder-dot-{slug}")[0][0] for slug in rows["province"]]
    per_point = (places[0] - places[-1]) / (rows["score"].iloc[0] - rows["score"].iloc[-1])
    own = places[list(rows["province"]).index("thua-thien-hue")]
    assert [place - own for place in places] == pytest.approx(list(rows["difference"] * per_point), abs=0.05)


def test_level_provinces_show_no_difference(papi, provinces, en, drawn):
    field = papi[papi["year"] == 2017].copy()
    hue = field["province"].eq("thua-thien-hue") & field["indicator"].eq("TOTAL")
    twin = field["province"].eq("vinh-phuc") & field["indicator"].eq("TOTAL")
    field.loc[twin, "score"] = field.loc[hue, "score"].iloc[0]
    level = answer(field, record().framework("papi", 2017), "thua-thien-hue")
    assert "0.00" in drawn(ladder(level, provinces, lang=en)).texts


def test_alt_text_names_the_neighbours(hue_2017, provinces, en):
    alt = ladder(hue_2017, provinces, lang=en).alt
    assert alt.startswith("Thua Thien Hue has 36.03 points and rank 37/63")
    assert "rank 36 Hau Giang, 36.17 (+0.14);" in alt


def test_it_is_well_made(hue_2017, provinces, lang, well_made):
    well_made(ladder(hue_2017, provinces, lang=lang), lambda: ladder(hue_2017, provinces, lang=lang))
