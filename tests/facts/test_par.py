"""The published PAR INDEX record."""

import pytest

from parlib.datasets import record

PAR = record().scored("par")
HUE = PAR[(PAR["province"] == "thua-thien-hue") & (PAR["year"] == 2017)].set_index("indicator")


def test_hue_2017_was_23rd_of_63_with_79_86_points():
    assert (HUE.at["TOTAL", "score"], HUE.at["TOTAL", "rank"], HUE.at["TOTAL", "of"]) == (79.86, 23, 63)


def test_hue_2017_had_49_05_of_62_for_results_and_30_81_of_38_for_impact():
    framework = record().framework("par", 2017)
    assert (HUE.at["RESULT", "score"], framework.max_score("RESULT")) == (49.05, 62)
    assert (HUE.at["IMPACT", "score"], framework.max_score("IMPACT")) == (30.81, 38)
    assert HUE.at["RESULT", "score"] + HUE.at["IMPACT", "score"] == pytest.approx(HUE.at["TOTAL", "score"])


def test_hue_2017_had_56_components_at_the_maximum_and_25_below():
    assert HUE.at["COMPONENTS_AT_MAX", "score"] == 56
    assert HUE.at["COMPONENTS_BELOW_MAX", "score"] == 25


@pytest.mark.parametrize("year", record().years("par"))
def test_no_score_rises_while_the_rank_falls(year):
    known = PAR.query("year == @year and indicator == 'TOTAL'").dropna(subset=["score", "rank"])
    assert known.sort_values("rank")["score"].is_monotonic_decreasing
    assert known["rank"].is_unique


def test_four_printed_parts_of_2020_add_up_to_the_total_within_rounding():
    rows = PAR[PAR["year"] == 2020].pivot_table(index="province", columns="indicator", values="score")
    rows = rows.dropna(subset=["RESULT", "LEADER_SURVEY", "SIPAS_PART", "SOCIOECON", "TOTAL"])
    assert len(rows) == 10
    parts = rows[["RESULT", "LEADER_SURVEY", "SIPAS_PART", "SOCIOECON"]].sum(axis=1)
    assert (parts - rows["TOTAL"]).abs().max() < 0.01 + 1e-9
