from __future__ import annotations

import pytest

from parlib.audit import stability
from parlib.blocks import palette
from parlib.blocks.charts import group_history


@pytest.fixture(scope="module")
def totals(papi):
    rows = papi[papi["indicator"] == "TOTAL"].sort_values("year")
    return rows.assign(edition=rows["year"].astype(str))


@pytest.fixture(scope="module")
def compared(totals):
    rows = stability(totals)
    return rows.assign(edition=rows["year"].astype(str))


def test_each_group_has_as_many_squares_as_provinces_were_in_it(totals, provinces, vi, drawn):
    seen = drawn(group_history(totals, provinces, lang=vi))
    for group in palette.GROUPS:
        assert len(seen.marks(f"group-history-{group}")) == (totals["group"] == group).sum()


def test_hue_2017_is_low_average_and_37th(totals, provinces, vi, drawn):
    seen = drawn(group_history(totals, provinces, lang=vi))
    assert "Thừa Thiên Huế 2017: 37/63" in seen.titles("group-history-low_average")


def test_a_year_without_data_stays_blank(totals, provinces, vi, drawn):
    seen = drawn(group_history(totals, provinces, lang=vi))
    titles = [title for group in palette.GROUPS for title in seen.titles(f"group-history-{group}")]
    assert not any(title.startswith("Quảng Ninh 2023") for title in titles)
    assert any(title.startswith("Quảng Ninh 2024: 1/61") for title in titles)


def test_ha_tinh_alone_was_always_in_the_highest_group(totals, provinces, en):
    chart = group_history(totals, provinces, lang=en)
    assert "In the highest group every time: Ha Tinh." in chart.alt
    assert (chart.figures["ha-tinh.best"], chart.figures["ha-tinh.worst"]) == (1, 16)


def test_the_correlations_stand_under_their_years(totals, compared, provinces, en, drawn):
    chart = group_history(totals, provinces, lang=en, compared=compared)
    assert chart.figures["2017.spearman"] == pytest.approx(0.70, abs=0.005)
    assert "2011.spearman" not in chart.figures
    assert drawn(chart).texts.count("0.70") == 2  # 2016 and 2017


def test_a_break_is_a_line_before_its_year(totals, provinces, en):
    plain = group_history(totals, provinces, lang=en).svg
    broken = group_history(totals, provinces, lang=en, breaks=["2018"]).svg
    assert broken.count("<path") == plain.count("<path") + 1


def test_it_is_well_made(totals, compared, provinces, lang, well_made):
    def make():
        return group_history(totals, provinces, lang=lang, compared=compared, breaks=["2016", "2018"])

    well_made(make(), make)
