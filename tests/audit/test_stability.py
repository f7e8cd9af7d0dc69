import pytest

from parlib.audit import agreement_over_time, comparison, stability
from parlib.datasets import record


@pytest.fixture(scope="module")
def papi():
    return record().scored("papi")


def test_papi_is_compared_year_by_year(papi):
    found = stability(papi)
    assert list(found["year"]) == list(range(2012, 2025))
    assert list(found["previous_year"]) == list(range(2011, 2024))


def test_years_across_a_break_are_marked(papi):
    found = stability(papi).set_index("year")["comparable"]
    breaks = record().breaks
    broken = set(breaks.loc[(breaks["index"] == "papi") & breaks["indicator"].isin(["*", "TOTAL"]), "year"])
    assert {year for year in found.index if not found[year]} == broken & set(found.index)


def test_a_year_is_compared_on_the_provinces_of_both(papi):
    row = stability(papi).set_index("year").loc[2024]
    wide = papi[papi["indicator"] == "TOTAL"].pivot(index="province", columns="year", values="score")
    by_hand = comparison(wide[2023], wide[2024])
    assert row["n"] == by_hand.n == 59
    assert row["mean_shift"] == pytest.approx(by_hand.mean_shift)


def test_share_of_the_same_group_by_hand(papi):
    row = stability(papi).set_index("year").loc[2013]
    groups = papi[papi["indicator"] == "TOTAL"].pivot(index="province", columns="year", values="group")
    assert row["same_group"] == pytest.approx((groups[2012] == groups[2013]).sum() / 63)


def test_an_index_known_in_part_has_no_stability():
    assert stability(record().scored("par")).empty


def test_agreement_over_all_years_is_between_chance_and_identity(papi):
    assert 1 / 14 < agreement_over_time(papi) < 1
