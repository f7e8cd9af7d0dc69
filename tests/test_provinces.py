import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.datasets import record
from parlib.errors import UsageError
from parlib.provinces import fold, frame_in

BOOK = record().provinces(63)
NEW = record().provinces(34)


@pytest.mark.parametrize(
    ("spelling", "slug"),
    [
        ("thua-thien-hue", "thua-thien-hue"),
        ("hue", "thua-thien-hue"),
        ("TT Huế", "thua-thien-hue"),
        ("Thua Thien-Hue", "thua-thien-hue"),
        ("Tỉnh Thừa Thiên Huế", "thua-thien-hue"),
        ("46", "thua-thien-hue"),
        ("Hòa Bình", "hoa-binh"),
        ("Hoà Bình", "hoa-binh"),
        ("TP. Hồ Chí Minh", "ho-chi-minh"),
        ("Thành phố Hồ Chí Minh", "ho-chi-minh"),
        ("Ba Ria-Vung Tau", "ba-ria-vung-tau"),
        ("Bà Rịa - Vũng Tàu ", "ba-ria-vung-tau"),
        ("Bắc Cạn", "bac-kan"),
        ("Đắc Lắc", "dak-lak"),
        ("1", "ha-noi"),
        ("04", "cao-bang"),
    ],
)
def test_every_spelling_in_use_finds_its_province(spelling, slug):
    assert BOOK.find(spelling).slug == slug


def test_there_were_63_provinces_and_there_are_34():
    assert len(BOOK) == 63
    assert len(NEW) == 34
    assert {p.merged_into for p in BOOK.all} == set(NEW.slugs)


def test_figures_of_2025_are_the_first_on_the_map_of_34():
    frames = record().frames
    assert [frame_in(year, frames) for year in (2017, 2024, 2025, 2026)] == [63, 63, 34, 34]


def test_hue_is_a_province_of_63_and_a_city_of_34():
    assert BOOK.find("Huế").name_vi == "Thừa Thiên Huế"
    assert NEW.find("Thừa Thiên Huế").slug == "hue"


@pytest.mark.parametrize("name", [p.name_vi for p in BOOK.all])
def test_a_decomposed_name_is_the_same_name(name):
    assert BOOK.find(unicodedata.normalize("NFD", name)) == BOOK.find(name)


def test_a_misspelt_name_is_an_error_that_offers_the_nearest():
    with pytest.raises(UsageError, match="Hải Phòng"):
        BOOK.find("hai phogn")


def test_a_name_is_never_guessed():
    # One letter short of Hà Nam and of Hà Nội: either would be a guess.
    assert BOOK.get("Hà N") is None
    assert BOOK.get("") is None


def test_a_merged_province_is_named_with_the_one_it_belongs_to():
    with pytest.raises(UsageError, match="Quảng Nam is part of Đà Nẵng by now"):
        record().find_province("Quảng Nam", 34)


@given(st.text(max_size=80))
def test_any_text_is_either_a_province_or_none(text):
    found = BOOK.get(text)
    assert found is None or found.slug in BOOK


@given(st.sampled_from([p.name_vi for p in BOOK.all]), st.sampled_from([str.upper, str.lower, str.title]))
def test_letter_case_does_not_matter(name, recase):
    assert fold(recase(name)) == fold(name)
