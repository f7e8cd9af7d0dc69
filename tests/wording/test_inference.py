"""What the sentences on bounds, intervals, weights, peers and several indices say, in both languages."""

import pytest

from parlib.answers.bounds import Bounds, Fact, bounds
from parlib.answers.crossview import crossview
from parlib.answers.intervals import rank_intervals
from parlib.answers.peers import peers
from parlib.answers.robustness import weight_robustness
from parlib.datasets import record
from parlib.wording import inference as say
from parlib.wording.language import Language

HUE = "thua-thien-hue"
VI, EN = Language("vi"), Language("en")


def names(language, frame=63):
    return {province.slug: language.name(vars(province)) for province in record().provinces(frame).all}


def indicators(language, year, index="papi"):
    return {
        row["indicator"]: language.name(row)
        for row in record().framework(index, year).table.to_dict("records")
    }


def par(year):
    held = record()
    edition = held.edition("par", year)
    return bounds(held.scores_of(edition), edition, held.framework("par", year), held.bands, held.national)


def texts(sentences):
    return [sentence.text for sentence in sentences]


def test_an_interval_names_the_facts_of_both_ends():
    found = par(2024).score_at(15)
    assert texts(say.score_at_rank(VI, "PAR INDEX 2024", found, names(VI))) == [
        "PAR INDEX 2024: hạng 15/63 đạt từ 89,33 đến dưới 90 điểm.",
        "Cận dưới: Cà Mau đạt 89,33 điểm, hạng 20.",
        "Cận trên: 13 tỉnh đạt từ 90 điểm trở lên.",
    ]
    assert texts(say.score_at_rank(EN, "PAR INDEX 2024", found, names(EN))) == [
        "PAR INDEX 2024: rank 15/63 takes from 89.33 to below 90 points.",
        "Lower end: Ca Mau has 89.33 points and rank 20.",
        "Upper end: 13 provinces have 90 points or more.",
    ]


def test_an_exact_rank_has_one_score_and_one_reason():
    assert texts(say.score_at_rank(VI, "PAR INDEX 2012", par(2012).score_at(15), names(VI))) == [
        "PAR INDEX 2012: hạng 15/63 đạt 80,52 điểm.",
        "Căn cứ: Hậu Giang đạt 80,52 điểm, hạng 15.",
    ]


def test_a_derived_figure_says_so():
    upper = texts(say.score_at_rank(VI, "PAR INDEX 2023", par(2023).score_at(15), names(VI)))[2]
    assert upper == "Cận trên: Khánh Hòa đạt 88,60 điểm, hạng 14 (tính từ số liệu đã công bố)."


def test_nothing_known_is_said():
    (sentence,) = say.score_at_rank(EN, "X 2030", Bounds([], 63, "x 2030").score_at(15), {})
    assert sentence.text == "X 2030: nothing published bounds rank 15/63."


@pytest.mark.parametrize(
    ("ends", "vietnamese", "english"),
    [
        ((80, True, None, False), "từ 80 điểm trở lên", "80 points or more"),
        ((80, False, None, False), "trên 80 điểm", "more than 80 points"),
        ((None, False, 70, True), "từ 70 điểm trở xuống", "70 points or fewer"),
        ((None, False, 70, False), "dưới 70 điểm", "fewer than 70 points"),
        ((75, True, 80, False), "từ 75 đến dưới 80 điểm", "from 75 to below 80 points"),
        ((62.58, True, 67.68, True), "từ 62,58 đến 67,68 điểm", "from 62.58 to 67.68 points"),
        (
            (67.68, False, 70, False),
            "trên 67,68 đến dưới 70 điểm",
            "more than 67.68 and fewer than 70 points",
        ),
        ((67.68, False, 70, True), "trên 67,68 đến 70 điểm", "more than 67.68 and at most 70 points"),
    ],
)
def test_a_range_tells_an_end_that_does_not_belong_to_it(ends, vietnamese, english):
    assert say.points(VI, *ends) == vietnamese
    assert say.points(EN, *ends) == english


@pytest.mark.parametrize(
    ("fact", "english"),
    [
        (Fact("score", province="ha-noi", rank=2), "Ha Noi has rank 2, its score is not known"),
        (Fact("score", province="ha-noi", score=75.37), "Ha Noi has 75.37 points, its rank is not known"),
        (Fact("median", value=87.02), "the median of all provinces is 87.02"),
        (Fact("gap", value=19.53), "the first and the last are 19.53 points apart"),
        (Fact("scale", low=0.0, high=97.5), "the scale is from 0 to 97.50 points"),
        (Fact("band", low=90.0, low_closed=False, count=1), "1 province has more than 90 points"),
    ],
)
def test_every_kind_of_fact_has_its_words(fact, english):
    assert say.fact_text(EN, fact, names(EN)) == english


def test_a_province_without_a_rank_can_hold_several():
    found = par(2017).ranks_of_province("dak-lak")
    assert texts(say.rank_of_score(VI, "PAR INDEX 2017", found, names(VI), "Đắk Lắk")) == [
        "PAR INDEX 2017: Đắk Lắk có thể xếp hạng từ 24 đến 62/63.",
        "Không thể cao hơn vì: Thừa Thiên Huế đạt 79,86 điểm, hạng 23.",
        "Không thể thấp hơn vì: Quảng Ngãi đạt 59,69 điểm, hạng 63.",
    ]


def test_a_score_that_nobody_can_have_is_said_to_be_nobodys():
    first = texts(say.rank_of_score(EN, "PAR INDEX 2018", par(2018).ranks_of(83.69), names(EN)))[0]
    assert first == "PAR INDEX 2018: no province can have 83.69 points; among them it would take rank 5/63."


def intervals(year):
    held = record()
    scored = held.scored_edition(held.edition("papi", year))
    return rank_intervals(scored, held.framework("papi", year), held.table("papi/uncertainty.csv"))


def test_a_proxy_says_whose_errors_it_borrows():
    said = texts(say.how_made(VI, intervals(2017)))
    assert said[-1] == (
        "Năm 2017 không công bố sai số nên tạm dùng sai số của năm 2019; khoảng thứ hạng này chỉ để tham khảo."
    )
    assert not [text for text in texts(say.how_made(VI, intervals(2019))) if "tạm dùng" in text]


def test_an_interval_prints_what_it_found():
    result = intervals(2019)
    found = result.of_province(HUE)
    first = say.how_sure_a_rank(EN, "Thua Thien Hue", result, HUE)[0]
    assert f"from {found['rank_low']} to {found['rank_high']}/63 (at 90% confidence)" in first.text
    assert first.figures == {"rank_low": found["rank_low"], "rank_high": found["rank_high"]}


def test_weights_are_never_called_a_sampling_interval():
    held = record()
    result = weight_robustness(held.scored_edition(held.edition("papi", 2017)), held.framework("papi", 2017))
    first, most = texts(say.other_weights(EN, "Thua Thien Hue", result, HUE, indicators(EN, 2017)))
    assert "nothing about sampling" in first
    assert "interval" not in first
    assert most == "It hangs most on Public Service Delivery: without it, the rank would be 43/63."


def test_whom_to_ask_names_score_and_trend_of_comparable_years():
    held = record()
    result = peers(held.scored("papi"), held.framework("papi", 2017), HUE, by="list", named=["quang-tri"])
    said = texts(say.whom_to_ask(VI, result, names(VI), indicators(VI, 2017)))
    assert said[0] == (
        "D3.2 Giải đáp khiếu nại, tố cáo, khúc mắc của người dân (1,32 điểm, hạng 42/63): "
        "nên tham khảo kinh nghiệm của Quảng Trị (1,88; +0,09 so với 2016)."
    )
    assert said[-1].startswith("Không có tỉnh tương đồng nào làm tốt hơn rõ rệt ở "), "in one line"
    assert sum("nên tham khảo" in sentence for sentence in said) == len(said) - 1


def test_nobody_is_asked_about_a_hundredth_of_a_point():
    """Component 4.4 of Index 766 gives 4 points; the six peers of Huế lead by 0.01 at most."""
    held = record()
    scored = held.scored("i766")
    found = peers(scored, held.framework("i766", 2026), "hue", date="2026-10-10")
    leads = found.better[found.better["indicator"] == "4.4"]["gain"]
    assert 0 < leads.max() < 0.08
    said = texts(say.whom_to_ask(VI, found, names(VI, 34), indicators(VI, 2026, "i766")))
    assert not any(sentence.startswith("4.4") for sentence in said)
    assert "4.4" in said[-1]


def view(year):
    held = record()
    editions = {index: held.edition(index, year) for index in ("par", "papi", "sipas", "pci")}
    known = {
        index: bounds(held.scores_of(e), e, held.framework(index, year), held.bands, held.national)
        for index, e in editions.items()
    }
    return crossview({index: held.scored_edition(e) for index, e in editions.items()}, known)


UNITS = record().indices["unit"]
INDICES = {"par": "PAR INDEX", "papi": "PAPI", "sipas": "SIPAS", "pci": "PCI"}


def test_one_province_across_indices_and_its_quadrant():
    found = view(2017)
    (across,) = texts(say.standing_across(VI, "Thừa Thiên Huế", found.of_province(HUE), INDICES, UNITS))
    assert across == "Thừa Thiên Huế: PAR INDEX 79,86 điểm, hạng 23/63; PAPI 36,03 điểm, hạng 37/63."
    halves = found.quadrants("par", "papi")
    (said,) = texts(say.quadrant(VI, "Thừa Thiên Huế", halves, HUE, "PAR INDEX", "PAPI"))
    assert said == "Thừa Thiên Huế thuộc nửa trên ở PAR INDEX nhưng thuộc nửa dưới ở PAPI."
    assert say.quadrant(VI, "Đắk Lắk", halves, "dak-lak", "PAR INDEX", "PAPI") == []


def test_a_score_without_a_rank_is_told_with_its_possible_ranks():
    (across,) = texts(say.standing_across(EN, "Dak Lak", view(2017).of_province("dak-lak"), INDICES, UNITS))
    assert "PAR INDEX 75.37 points, possible rank 24 to 62/63" in across


def test_satisfaction_is_told_in_per_cent_beside_points():
    (across,) = texts(say.standing_across(VI, "Hà Nội", view(2024).of_province("ha-noi"), INDICES, UNITS))
    assert "SIPAS 86,50%, hạng 11/63" in across


def test_too_few_provinces_have_no_interval_and_parts_have_their_reserve():
    found = view(2017)
    few = next(c for c in found.correlations if (c.x, c.y) == ("par", "sipas"))
    assert texts(say.agreement(EN, few, INDICES)) == [
        "PAR INDEX and SIPAS: rank correlation 0.50 over 3 provinces, too few for an interval."
    ]
    assert "do not speak for all provinces" in texts(say.reserve(EN, found))[0]
    assert texts(say.coverage(EN, found, INDICES)) == [
        "Known in 2017, of 63 provinces: PAR INDEX 4 scores and 14 ranks; PAPI 63 scores and 63 ranks; "
        "SIPAS 12 scores and 11 ranks; PCI 13 scores and 0 ranks."
    ]
