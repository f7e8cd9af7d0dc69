from __future__ import annotations

import pytest

from parlib.answers.ledger import ledger as answer
from parlib.blocks.charts import ledger
from parlib.datasets import record


@pytest.fixture(scope="module")
def hue_2017(papi):
    return answer(papi[papi["year"] == 2017], record().framework("papi", 2017), "thua-thien-hue")


def numbers(seen, start, unit=","):
    """What stands in a row after its name, up to the next name."""
    after = seen.texts[seen.texts.index(start) + 1 :]
    return [text for text in after[:2] if unit in text]


def test_the_largest_loss_comes_first_with_what_is_within_reach(hue_2017, vi, drawn):
    seen = drawn(ledger(hue_2017, lang=vi))
    assert numbers(seen, "D3.PIB Ban Thanh tra nhân dân") == ["2,14", "0,53"]
    lost = [key for key in ledger(hue_2017, lang=vi).figures if key.endswith(".lost")]
    assert lost[0] == "D3.PIB.lost"


def test_bars_are_as_long_as_the_points(hue_2017, vi, drawn):
    from parlib.blocks.palette import ACCENT

    chart = ledger(hue_2017, lang=vi)
    widths = []
    for path in drawn(chart).root.iter("{http://www.w3.org/2000/svg}path"):
        if path.get("fill") == ACCENT:
            parts = path.attrib["d"].split()
            xs = [float(part) for part in parts[1::3]]
            widths.append(max(xs) - min(xs))
    reach = [value for key, value in chart.figures.items() if key.endswith(".within_reach")]
    scale = widths[1] / reach[0]  # the first one is the sample in the key
    assert widths[1:] == pytest.approx([points * scale for points in reach], abs=0.02)


def test_shown_and_other_points_add_up_to_all_points_lost(hue_2017, vi):
    figures = ledger(hue_2017, lang=vi, limit=5).figures
    lost = sum(value for key, value in figures.items() if key.endswith(".lost"))
    assert lost == pytest.approx(60 - 36.032028, abs=1e-3)
    assert figures["others.count"] == 17


def test_where_few_provinces_are_known_nothing_is_called_within_reach(hue_2017, en, drawn):
    seen = drawn(ledger(hue_2017.assign(attainable_max=None), lang=en))
    assert "within reach" not in seen.texts
    assert "points lost" in seen.texts


def test_alt_text_tells_points_and_reach(hue_2017, en):
    assert "D3.PIB" not in ledger(hue_2017, lang=en).alt
    assert "People's Inspection Boards: 2.14, of which 0.53 within reach;" in ledger(hue_2017, lang=en).alt


def test_no_loss_is_refused(hue_2017, vi):
    with pytest.raises(ValueError, match="at least one leaf"):
        ledger(hue_2017.assign(lost=0.0), lang=vi)


def test_it_is_well_made(hue_2017, lang, well_made):
    well_made(ledger(hue_2017, lang=lang), lambda: ledger(hue_2017, lang=lang))
