"""PAR INDEX was never published whole; this is what the printed figures prove about its ranks."""

import pytest

from parlib.answers.bounds import bounds, published_facts
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


@pytest.mark.parametrize(
    ("year", "rank", "limit", "closed"),
    [
        (2018, 9, 80.0, True),  # 9 provinces from 80
        (2018, 45, 75.0, True),  # and 36 from 75
        (2016, 30, 74.64, False),  # 30 above the mean
        (2012, 57, 67.68, False),  # 57 above 67.68
    ],
)
def test_the_last_of_a_class_has_its_lower_limit(year, rank, limit, closed):
    low = known_of("par", year).score_at(rank).low
    assert (low.value, low.closed) == (limit, closed)


@pytest.mark.parametrize(
    ("year", "rank", "limit", "closed"),
    [
        (2018, 46, 75.0, False),  # 36 provinces below 80 and not below 75, after 9
        (2018, 61, 70.0, False),  # three below 70
        (2016, 31, 74.64, True),  # not among the 30 above the mean
        (2012, 58, 67.68, True),  # six up to 67.68
    ],
)
def test_the_first_after_a_class_has_its_limit_as_the_upper_one(year, rank, limit, closed):
    high = known_of("par", year).score_at(rank).high
    assert (high.value, high.closed) == (limit, closed)


def test_a_statistic_is_believed_to_the_rounding_of_all_it_was_made_from():
    def tolerance(year, kind):
        return next(fact.tolerance for fact in known_of("par", year).facts if fact.kind == kind)

    assert tolerance(2018, "mean") == pytest.approx(2 * 0.005)  # its own, and that of the scores
    assert tolerance(2018, "gap") == pytest.approx(3 * 0.005)  # its own, the first's and the last's
    assert tolerance(2020, "mean") == pytest.approx(3 * 0.005)  # a difference of two, and the scores'


def test_the_median_is_believed_to_its_own_rounding_and_that_of_the_score_in_the_middle():
    (median,) = (fact for fact in known_of("sipas", 2021).facts if fact.kind == "median")
    assert (median.value, median.tolerance) == (87.02, pytest.approx(2 * 0.005))


@pytest.mark.parametrize(("year", "kinds"), [(2018, {"band", "mean", "gap"}), (2024, {"band", "mean"})])
def test_what_is_said_of_all_provinces_depends_neither_on_the_order_of_rows_nor_on_whose_scores_are_known(
    year, kinds
):
    held = record()
    total = held.scores_of(held.edition("par", year)).query("indicator == 'TOTAL'")

    def of_all(scores, turn=1):
        tables = held.bands[::turn], held.national[::turn]
        facts = published_facts(scores, held.framework("par", year), *tables)
        return {fact for fact in facts if fact.kind not in ("score", "scale")}

    assert {fact.kind for fact in of_all(total)} == kinds  # means of regions are of other tables
    first = total[total["published_rank"] == 1]
    assert of_all(total) == of_all(total, turn=-1) == of_all(first)


def test_classes_say_how_many_provinces_have_a_total_and_nothing_of_its_parts():
    held = record()
    edition = held.edition("par", 2018)
    parts = held.scores_of(edition), edition, held.framework("par", 2018), held.bands, held.national, "RESULT"
    assert "band" not in {fact.kind for fact in bounds(*parts).facts}


def test_scores_printed_with_fewer_decimals_than_the_mean_leave_it_more_room():
    held = record()
    scores = held.scores_of(held.edition("par", 2018))

    def tolerance(printed):
        facts = published_facts(
            scores.assign(score=printed), held.framework("par", 2018), held.bands, held.national
        )
        return next(fact.tolerance for fact in facts if fact.kind == "mean")

    assert tolerance(scores["score"].round(1)) == pytest.approx(0.005 + 0.05)
    assert tolerance(float("nan")) == pytest.approx(2 * 0.005)  # only ranks: taken to be printed alike


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


def test_a_table_released_whole_has_no_place_for_a_province_without_a_score():
    held = record()
    edition = held.edition("papi", 2018)
    tables = held.scores_of(edition), edition, held.framework("papi", 2018), held.bands, held.national
    # Of Quảng Ninh and Đồng Tháp there are no total and no D2, but all else.
    assert [bounds(*tables, indicator).of for indicator in ("TOTAL", "D2", "D3")] == [61, 61, 63]


def test_equal_scores_of_a_year_known_whole_share_a_rank():
    known = known_of("pci", 2015)
    tied = [known.ranks_of_province(province) for province in ("an-giang", "bac-giang")]
    assert {ranks.score for ranks in tied} == {57.61}
    assert {(ranks.best, ranks.worst) for ranks in tied} == {(tied[0].best, tied[0].best)}


def test_a_year_known_whole_is_exact():
    found = known_of("papi", 2017)
    assert found.table()["exact"].all()
    assert found.score_at(37).low.value == pytest.approx(36.032028, abs=1e-6)
