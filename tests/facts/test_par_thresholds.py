"""PAR INDEX was never published whole; this is what the printed figures prove about its ranks."""

import pytest

from parlib.answers.bounds import bounds
from parlib.datasets import record


def known_of(index, year):
    held = record()
    edition = held.edition(index, year)
    return bounds(held.scores_of(edition), edition, held.framework(index, year), held.bands, held.national)


@pytest.mark.parametrize(
    ("year", "low", "high", "high_closed"),
    [
        (2017, 79.86, 89.45, True),
        (2018, 77.25, 79.60, True),
        (2020, 85.30, 85.74, True),
        (2023, 88.38, 88.60, True),
        (2024, 89.33, 90.00, False),
    ],
)
def test_rank_15_lies_between(year, low, high, high_closed):
    found = known_of("par", year).score_at(15)
    assert (found.low.value, found.low.closed) == (low, True)
    assert (found.high.value, found.high.closed) == (high, high_closed)
    assert not found.exact


def test_rank_15_of_2012_is_hau_giang_with_80_52():
    found = known_of("par", 2012).score_at(15)
    assert found.exact
    assert found.low.value == found.high.value == 80.52
    assert [fact.province for fact in found.low.facts] == ["hau-giang"]


def test_hue_2017_is_23rd():
    ranks = known_of("par", 2017).ranks_of(79.86)
    assert (ranks.best, ranks.worst, ranks.of) == (23, 23, 63)


def test_dak_lak_2017_with_75_37_stands_between_hue_and_the_last():
    ranks = known_of("par", 2017).ranks_of_province("dak-lak")
    assert (ranks.best, ranks.worst) == (24, 62)
    assert [fact.province for fact in ranks.best_facts] == ["thua-thien-hue"]
    assert [fact.province for fact in ranks.worst_facts] == ["quang-ngai"]


def test_the_13_provinces_at_90_in_2024_are_ranks_1_to_13():
    known = known_of("par", 2024)
    assert known.score_at(13).low.value >= 90
    assert (known.score_at(14).high.value, known.score_at(14).high.closed) == (90.0, False)


def test_the_mean_of_2015_bounds_a_rank_of_which_nothing_was_printed():
    found = known_of("par", 2015).score_at(15)
    # 14 at 100 at most, ranks 15 to 57 at x, Lai Châu (58th) and the five below it at 79.12 at most; mean 85.11.
    least_sum = 63 * (85.11 - 0.01)
    assert found.low.value == pytest.approx((least_sum - 14 * 100 - 6 * 79.12) / 43)
    assert [fact.kind for fact in found.low.facts] == ["mean"]


@pytest.mark.parametrize("index", ["par", "sipas", "pci", "papi", "i766"])
def test_no_year_on_record_contradicts_itself(index):
    for year in record().years(index):
        table = known_of(index, year).table()
        assert (table["low"].fillna(0) <= table["high"].fillna(200)).all()


def test_a_year_known_whole_is_exact():
    found = known_of("papi", 2017)
    assert found.table()["exact"].all()
    assert found.score_at(37).low.value == pytest.approx(36.032028, abs=1e-6)
