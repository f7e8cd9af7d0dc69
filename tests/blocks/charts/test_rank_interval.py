from __future__ import annotations

import pandas as pd
import pytest

from parlib.blocks.charts import rank_interval

ROWS = pd.DataFrame(
    [("quang-binh", 6, 63, 4, 12), ("thua-thien-hue", 5, 63, 3, 12), ("son-la", 11, 63, 1, 54)],
    columns=["province", "rank", "of", "rank_low", "rank_high"],
)


@pytest.fixture
def make(provinces):
    return lambda lang: rank_interval(ROWS, provinces, "thua-thien-hue", lang=lang)


def test_provinces_stand_in_the_order_of_their_ranks(make, vi, drawn):
    texts = drawn(make(vi)).texts
    names = [text for text in texts if text in {"Quảng Bình", "Thừa Thiên Huế", "Sơn La"}]
    assert names == ["Thừa Thiên Huế", "Quảng Bình", "Sơn La"]
    assert texts[texts.index("Sơn La") + 1] == "1 – 54"


def test_marks_lie_on_the_scale_of_ranks(make, vi, drawn):
    seen = drawn(make(vi))
    xs = [
        seen.marks(f"rank-interval-rank-{slug}")[0][0] for slug in ("thua-thien-hue", "quang-binh", "son-la")
    ]
    assert (xs[2] - xs[0]) / (xs[1] - xs[0]) == pytest.approx(6, abs=0.05)


def test_alt_text_tells_rank_and_interval(make, en):
    assert "Thua Thien Hue 5 (3 – 12); Quang Binh 6 (4 – 12)" in make(en).alt
    assert make(en).figures["son-la.rank_high"] == 54


def test_it_is_well_made(make, lang, well_made):
    well_made(make(lang), lambda: make(lang))
