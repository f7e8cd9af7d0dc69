"""The national report for every year of the record: it renders, and says what the published figures say."""

import re
import warnings

import pytest

from parlib.datasets import record
from parlib.pages import national
from parlib.wording.language import Language

KNOWN = record()
YEARS = sorted({int(year) for year in KNOWN.editions["year"]})
INDICES = ["papi", "i766", "par", "pci", "sipas"]
_NUMBER = {
    "vi": r"(?<![\w,.])[+\N{MINUS SIGN}]?\d{1,3}(?:\.\d{3})*,\d+",
    "en": r"(?<![\w,.])[+\N{MINUS SIGN}]?\d{1,3}(?:,\d{3})*\.\d+",
}


def country(year: int, lang: str = "en") -> national.Country:
    return national.Country(year=year, lang=lang, known=KNOWN)


def figures(section, block: str):
    return next(dict(one.figures) for one in section.blocks if one.id == block)


def printed(lang: Language, value: float) -> set[str]:
    """How a figure may be printed: as it is, as a change, as a share in per cent; without its sign."""
    return {lang.number(abs(x), decimals) for x in (value, 100 * value) for decimals in (1, 2, 3)}


@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize(
    "year", [year for year in YEARS if year in (2005, 2006, 2011, 2016, 2018, 2023, 2026)]
)
def test_a_report_renders_and_its_sentences_name_only_its_figures(blocks_of, year, code):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blocks = blocks_of("national", year=year, lang=code)
    lang = Language(code)
    known = {
        form
        for block in blocks
        for value in block.figures.values()
        if isinstance(value, int | float) and not isinstance(value, bool)
        for form in printed(lang, float(value))
    }
    for block in blocks:
        if block.kind in ("paragraph", "bullets") and block.id not in ("notes", "terms"):
            for number in re.findall(_NUMBER[code], block.text):
                assert number.lstrip("+\N{MINUS SIGN}") in known, f"{number} of {block.id} is no figure"


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_the_opening_renders_for_every_year(year):
    there = country(year)
    section = national.opening(there, INDICES, there.lead(["papi", "i766", "pci"]))
    cards = figures(section, "headline")
    editions = KNOWN.editions
    for index in editions.loc[editions["year"] == year, "index"].unique():
        assert f"{index}.score" in cards


def test_papi_2017_has_16_16_15_and_16_provinces_in_its_groups():
    found = figures(national.opening(country(2017), INDICES, "papi"), "in-short")
    groups = ("highest", "high_average", "low_average", "lowest")
    assert [found[f"group.{group}"] for group in groups] == [16, 16, 15, 16]


def test_seven_provinces_rose_notably_in_2017_and_none_fell():
    section = national.movement(country(2017), "papi")
    found = figures(section, "papi-movement-findings")
    assert (found["risen"], found["fallen"]) == (7, 0)
    risen = {name.split(".")[0] for name in found if name.endswith(".change_pct")}
    assert risen == {
        "bac-lieu", "quang-ninh", "tra-vinh", "kien-giang", "ba-ria-vung-tau", "dong-nai", "an-giang",
    }  # fmt: skip
    assert "7 provinces rose: Bac Lieu (+16.2%)" in section.text


def test_ten_provinces_fell_in_2017_although_they_gained_points_and_two_rose_on_fewer():
    section = national.movement(country(2017), "papi")
    found = figures(section, "papi-movement-findings")
    scored = KNOWN.scored_edition(KNOWN.edition("papi", 2017)).query("indicator == 'TOTAL'")
    fell = scored[(scored["change"] > 0) & (scored["rank_change"] < 0)]
    rose = scored[(scored["change"] < 0) & (scored["rank_change"] > 0)]
    assert (found["points_up_rank_down"], found["points_down_rank_up"]) == (len(fell), len(rose))
    assert "Son La" in section.text, "0.08 points more than in 2016, ten places lost"


def test_own_and_others_places_are_means_over_all_provinces():
    movers = figures(national.movement(country(2017), "papi"), "papi-movement-findings")
    assert movers["own_places"] > movers["field_places"] > 0
    assert "framework_places" not in movers, "the index did not change in 2017"
    assert figures(national.movement(country(2018), "papi"), "papi-movement-findings")["framework_places"] > 0


def test_the_regions_of_a_group_add_up_to_it():
    found = figures(national.maps(country(2017), "papi"), "papi-where")
    for group in ("highest", "lowest"):
        assert sum(n for name, n in found.items() if name.startswith(f"{group}.")) == 16
    assert found["lowest.tn"] == 5, "all five provinces of the Central Highlands"


def test_regions_differ_less_than_the_provinces_of_one_region():
    found = figures(national.spread(country(2017), "papi"), "papi-region-findings")
    assert found["between_regions"] == pytest.approx(37.25 - 34.82, abs=0.01)
    assert found["dnb.range"] == pytest.approx(38.92 - 33.49, abs=0.01)


def test_the_section_does_not_repeat_the_opening():
    there = country(2017)
    opening = next(
        block for block in national.opening(there, INDICES, "papi").blocks if block.id == "in-short"
    )
    said = {line.removeprefix("- ") for line in opening.text.splitlines()}
    for section in (national.spread(there, "papi"), national.movement(there, "papi")):
        for block in section.blocks:
            if block.kind in ("bullets", "paragraph"):
                assert not said & {line.removeprefix("- ") for line in block.text.splitlines()}


@pytest.mark.parametrize("year", [2017, 2026])
def test_both_languages_print_the_same_figures(blocks_of, year):
    vi, en = (
        {block.id: dict(block.figures) for block in blocks_of("national", year=year, lang=lang)}
        for lang in ("vi", "en")
    )
    assert vi == en


def test_the_ranking_comes_first_and_the_maps_after_it(blocks_of):
    order = [block.id for block in blocks_of("national", year=2017, lang="en")]
    assert order.index("papi-ranks") < order.index("papi-tiles") < order.index("papi-distribution")


def test_ben_tre_leads_papi_2019():
    section = national.ranking(country(2019), "papi")
    found = figures(section, "papi-ranks")
    assert (found["ben-tre.rank"], round(found["ben-tre.score"], 2)) == (1, 46.74)
    assert [rank for name, rank in found.items() if name.endswith(".rank")] == sorted(
        rank for name, rank in found.items() if name.endswith(".rank")
    )


def test_rank_intervals_hold_the_rank_and_say_whose_errors_they_use():
    same, borrowed = (national.ranking(country(year), "papi") for year in (2019, 2024))
    found = figures(same, "papi-ranks")
    for province in KNOWN.provinces(63).slugs:
        assert found[f"{province}.rank_low"] <= found[f"{province}.rank"] <= found[f"{province}.rank_high"]
    remark = "For {} no errors are published"
    assert "published for 2019" in same.text
    assert remark.format(2019) not in same.text
    assert remark.format(2024) in borrowed.text


def test_errors_of_another_scale_are_not_lent_to_the_total():
    assert national.ranking(country(2024), "papi").text.count("added as independent") == 0
    assert "added as independent" in national.ranking(country(2017), "papi").text  # 60 points, not 80


def test_papi_2023_misses_quang_ninh_and_binh_duong():
    section = national.missing(country(2023), INDICES)
    assert "PAPI 2023: 61 of 63 provinces have a total; missing: Quang Ninh and Binh Duong." in section.text
    assert figures(section, "missing-now")["papi.provinces"] == 61
    assert figures(section, "coverage")["papi.2023"] == 61
    assert figures(section, "coverage")["pci.2020"] == 63


def test_an_index_that_had_not_begun_is_not_missing_and_has_no_terms(blocks_of):
    blocks = {block.id: block for block in blocks_of("national", year=2017, lang="en")}
    for name in ("missing-now", "terms"):
        assert "Index 766" not in blocks[name].text
        assert "PAPI" in blocks[name].text
    assert "on record" not in blocks["notes"].text, "what is missing has a section of its own"


def test_a_province_with_some_dimensions_only_is_named():
    assert (
        "PAPI: only some parts are on record for Quang Ninh and Dong Thap."
        in national.missing(country(2018), INDICES).text
    )


def test_nothing_is_compared_across_the_break_of_2018():
    section = national.movement(country(2018), "papi")
    assert "risen" not in figures(section, "papi-movement-findings")
    assert "Not comparable with the years before 2018" in section.text
    parts = figures(section, "papi-movers")
    framework = [value for name, value in parts.items() if name.endswith(".framework")]
    assert any(value != 0 for value in framework)


@pytest.mark.parametrize(("year", "lines"), [(2013, 0), (2015, 0), (2016, 1), (2019, 2)])
def test_the_history_of_groups_speaks_of_as_many_breaks_as_it_draws(year, lines):
    history = next(b for b in national.stability(country(year), "papi").blocks if b.id == "papi-history")
    assert ("Vertical lines" in history.text) is (lines > 0)
    assert history.html.count('stroke="var(--c-17202b)" stroke-width="0.8"') == lines


def test_the_first_year_has_no_movers_and_says_so():
    section = national.movement(country(2011), "papi")
    assert [block.kind for block in section.blocks] == ["heading", "note"]


@pytest.mark.parametrize("year", [2017, 2024, 2026])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_mean_of_provinces_is_never_called_national(year, lang):
    there = country(year, lang)
    index = there.lead(["papi", "i766"])
    sections = (national.opening(there, INDICES, index), national.spread(there, index))
    words = {
        "vi": ("trung bình", "quốc gia", "không phải điểm quốc gia"),
        "en": ("mean", "national", "not a national"),
    }
    mean, national_word, denial = words[lang]
    for section in sections:
        assert mean in section.text.lower()
        for line in section.text.lower().splitlines():
            if mean in line and national_word in line:
                assert denial in line
    assert denial in sections[0].text.lower()
    assert denial in sections[1].text.lower()


@pytest.mark.parametrize("year", [2017, 2026])
def test_every_table_and_chart_names_its_source(blocks_of, year):
    for block in blocks_of("national", year=year, lang="en"):
        if block.kind in ("table", "chart") and block.id not in ("glossary", "source-list"):
            assert "Source: " in block.text, block.id


def test_secondary_data_are_called_so_beside_every_table_and_chart(blocks_of):
    shown = [b for b in blocks_of("national", year=2026, lang="en") if b.id.startswith("i766-")]
    for block in shown:
        if block.kind in ("table", "chart"):
            assert "Secondary data" in block.text, block.id
    assert sum(block.kind in ("table", "chart") for block in shown) >= 6


def test_the_34_provinces_have_no_regions_and_the_report_says_so():
    section = national.spread(country(2026), "i766")
    assert "The record has no regions for the 34 provinces" in section.text
    assert not any(block.id == "i766-regions" for block in section.blocks)


def test_the_means_of_regions_are_those_of_their_provinces():
    found = figures(national.spread(country(2017), "papi"), "papi-region-means")
    scores = KNOWN.scored_edition(KNOWN.edition("papi", 2017))
    highlands = KNOWN.provinces(63).in_region("tn")
    rows = scores[scores["province"].isin(highlands) & (scores["indicator"] == "D6")]
    assert len(rows) == 5
    assert found["tn.D6"] == pytest.approx(rows["score"].mean())


def test_correlations_between_partial_indices_carry_their_caution():
    section = national.together(country(2017), "papi", INDICES)
    found = figures(section, "indices-correlations")
    assert found["papi-par.n"] == 14
    assert found["papi-par.low"] < found["papi-par.rho"] < found["papi-par.high"]
    assert "does not speak for all" in section.text


def test_whole_indices_are_compared_without_a_caution():
    section = national.together(country(2020), "papi", ["papi", "pci"])
    assert figures(section, "indices-correlations")["papi-pci.n"] == 63
    assert "does not speak for all" not in section.text


def test_an_index_that_is_not_whole_is_passed_over_in_one_line():
    there = country(2017)
    for section in (
        national.maps(there, "par"),
        national.ranking(there, "par"),
        national.spread(there, "par"),
        national.movement(there, "par"),
        national.stability(there, "par"),
    ):
        assert [block.kind for block in section.blocks] == ["heading", "note"]
        assert "\n" not in section.blocks[1].text


def test_both_maps_and_both_archipelagos_are_shown():
    section = national.maps(country(2017, "vi"), "papi")
    for block in (one for one in section.blocks if one.kind == "chart"):
        assert "Quần đảo Hoàng Sa" in block.html
        assert "Quần đảo Trường Sa" in block.html
        assert block.alt
