from __future__ import annotations

import pandas as pd
import pytest

from parlib.blocks import palette
from parlib.blocks.charts import heatmap

NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma"}


@pytest.fixture
def pairs():
    return pd.DataFrame(
        [("a", "b", 0.5), ("a", "c", -0.25), ("b", "c", float("nan"))], columns=["first", "second", "r"]
    )


def cells(chart, drawn):
    found = {}
    for path in drawn(chart).root.iter("{http://www.w3.org/2000/svg}path"):
        if (title := path.find("{http://www.w3.org/2000/svg}title")) is not None:
            found[title.text] = path
    return found


def test_each_known_pair_is_one_cell_with_its_number(pairs, en, drawn):
    chart = heatmap(pairs, NAMES, lang=en)
    assert set(cells(chart, drawn)) == {"Alpha – Beta: 0.50", "Alpha – Gamma: −0.25"}
    assert {"0.50", "−0.25"} <= set(drawn(chart).texts)
    assert chart.figures == {"a.b.r": 0.5, "a.c.r": -0.25}


def test_colour_tells_the_sign_and_depth_the_strength(pairs, en, drawn):
    found = cells(heatmap(pairs, NAMES, lang=en), drawn)
    plus, minus = found["Alpha – Beta: 0.50"], found["Alpha – Gamma: −0.25"]
    assert plus.get("fill") == palette.GROUP_COLOURS["high_average"]
    assert minus.get("fill") == palette.GROUP_COLOURS["low_average"]
    assert float(plus.get("opacity", 1)) > float(minus.get("opacity", 1))


def test_it_is_well_made(pairs, lang, well_made):
    def make():
        return heatmap(pairs, NAMES, lang=lang)

    well_made(make(), make)
