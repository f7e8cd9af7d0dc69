from __future__ import annotations

import pandas as pd
import pytest

from parlib.answers.moves import moves_of_all
from parlib.blocks.charts import movers
from parlib.datasets import record


@pytest.fixture(scope="module")
def moved():
    known = record()
    old, new = (known.edition("papi", year) for year in (2016, 2017))
    rows = moves_of_all(
        known.scored_edition(old),
        known.framework("papi", 2016),
        known.scored_edition(new),
        known.framework("papi", 2017),
        breaks=known.breaks,
    )
    places = (rows["rank_from"] - rows["rank_to"]).astype("int64")
    rows = rows.assign(places=places).sort_values(["places", "province"], ascending=[False, True])
    return pd.concat([rows.head(3), rows.tail(3).iloc[::-1]])


def test_bac_lieu_climbs_from_60th_to_7th(moved, provinces, vi, drawn):
    chart = movers(moved, provinces, lang=vi)
    figures = chart.figures
    assert (figures["bac-lieu.rank_from"], figures["bac-lieu.rank_to"], figures["bac-lieu.places"]) == (
        60,
        7,
        53,
    )
    texts = drawn(chart).texts
    assert {"Bạc Liêu", "60", "7", "+53"} <= set(texts)


def test_the_new_rank_lies_nearer_the_first_place_after_a_climb(moved, provinces, vi, drawn):
    seen = drawn(movers(moved, provinces, lang=vi))
    for province, climbed in (("bac-lieu", True), ("dak-nong", False)):
        (old,), (new,) = (seen.marks(f"movers-{end}-{province}") for end in ("from", "to"))
        assert (new[0] > old[0]) is climbed


def test_the_parts_printed_add_up_to_the_change(moved, provinces, en):
    figures = movers(moved, provinces, lang=en).figures
    for province in moved["province"]:
        parts = sum(figures[f"{province}.{part}"] for part in ("own", "field", "framework"))
        assert parts == pytest.approx(figures[f"{province}.places"])


def test_it_is_well_made(moved, provinces, lang, well_made):
    def make():
        return movers(moved, provinces, lang=lang)

    well_made(make(), make)
