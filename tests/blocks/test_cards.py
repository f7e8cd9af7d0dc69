import dataclasses

import pytest

from parlib.blocks import Card, cards
from parlib.wording.language import Language

vi, en = Language("vi"), Language("en")

HUE = Card(
    key="papi",
    label="PAPI 2017",
    score=36.032028,
    max_score=60,
    rank=37,
    of=63,
    group="low_average",
    change=0.693898,
    rank_change=5,
    since=2016,
)


def test_a_card_says_score_rank_group_and_change():
    said = "PAPI 2017: 36,03 / 60; Hạng 37/63; nhóm trung bình thấp; +0,69 điểm so với năm 2016, tăng 5 bậc"
    assert cards(vi, [HUE], id="headline").text == said


def test_a_card_keeps_its_numbers_unrounded():
    figures = cards(en, [HUE], id="headline").figures
    assert figures["papi.score"] == 36.032028
    assert figures["papi.rank_change"] == 5
    assert figures["papi.group"] == "low_average"


def test_figures_are_the_same_in_both_languages():
    assert cards(vi, [HUE], id="headline").figures == cards(en, [HUE], id="headline").figures


@pytest.mark.parametrize(
    ("places", "words"), [(1, "up 1 place"), (-3, "down 3 places"), (0, "rank unchanged"), (None, "on 2016")]
)
def test_places_gained_and_lost(places, words):
    assert cards(en, [dataclasses.replace(HUE, rank_change=places)], id="c").text.endswith(words)


def test_no_score_is_a_dash_with_its_reason_and_no_track():
    empty = cards(en, [Card("sipas", "SIPAS 2017", None, 100, note="Not published.")], id="c")
    assert empty.text == "SIPAS 2017: – / 100; Not published."
    assert "track" not in empty.html
    assert empty.figures["sipas.score"] is None


@pytest.mark.parametrize(("rank", "left"), [(1, "100.0%"), (63, "0.0%"), (32, "50.0%")])
def test_the_track_runs_from_last_to_first(rank, left):
    assert f"left:{left}" in cards(en, [dataclasses.replace(HUE, rank=rank)], id="c").html


@pytest.mark.parametrize(("most", "printed"), [(60, "/ 60"), (97.5, "/ 97,5"), (3.3333333, "/ 3,33")])
def test_a_maximum_has_no_idle_decimals(most, printed):
    assert printed in cards(vi, [dataclasses.replace(HUE, max_score=most)], id="c").text


def test_two_cards_of_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        cards(vi, [HUE, HUE], id="c")
