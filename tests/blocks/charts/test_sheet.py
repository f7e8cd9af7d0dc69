from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.blocks.charts._sheet import Sheet, round_ticks, spread, text_width, wrap
from parlib.blocks.charts._swarm import swarm

HARD = "Ngữ nghĩa ẾẬỖỮỢẶ đỳ"


def drawing(chart_id, text="x"):
    page = Sheet(chart_id, 20)
    page.text(5, 5, text, halo=True)
    page.dots([10, 20], [10, 10], "dots", ["a", "b"])
    page.box(1, 1, 5, 5, "#dde2e8", alpha=0.3)
    return page.chart("alt", {"n": 1})


def test_two_charts_on_one_page_share_no_id(drawn):
    assert not set(drawn(drawing("one")).ids) & set(drawn(drawing("two")).ids)


def test_text_stays_text_with_all_its_letters(drawn):
    assert drawn(drawing("c", HARD)).texts == [HARD]


def test_markup_in_a_name_is_only_text(drawn):
    chart = drawing("c", "<script>&$x^2$")
    assert drawn(chart).texts == ["<script>&$x^2$"]
    assert "<script" not in chart.svg


@pytest.mark.parametrize("bad", ["", "1a", "A", 'a"b', "a b"])
def test_an_id_that_could_break_markup_is_refused(bad):
    with pytest.raises(ValueError, match="chart id"):
        drawing(bad)


def test_semibold_is_wider_than_regular():
    assert text_width(HARD, 8, 600) > text_width(HARD, 8, 400) > 20


@given(st.text(alphabet="abc ", max_size=60), st.floats(5, 60))
def test_wrapped_lines_fit_or_are_one_word(text, width):
    lines = wrap(text, width).split("\n")
    assert " ".join(lines).split() == text.split()
    assert all(text_width(line) <= width or " " not in line for line in lines)


@given(st.lists(st.floats(0, 100), max_size=15), st.floats(0.5, 20))
def test_spread_labels_keep_their_distance_and_order(wanted, gap):
    places = spread(wanted, gap, 0, 100)
    least = min(gap, 100 / max(len(wanted) - 1, 1))
    ordered = sorted(places)
    assert all(0 - 1e-6 <= place <= 100 + 1e-6 for place in places)
    assert all(b - a >= least - 1e-6 for a, b in itertools.pairwise(ordered))
    assert all(
        pa <= pb
        for a, pa in zip(wanted, places, strict=True)
        for b, pb in zip(wanted, places, strict=True)
        if a < b
    )


@given(st.lists(st.floats(0, 200), max_size=40))
def test_swarm_keeps_within_its_limit_and_apart_where_there_is_room(xs):
    ys = swarm(xs, 1.0, 100.0)
    assert all(abs(y) <= 100 for y in ys)
    places = list(zip(xs, ys, strict=True))
    assert all(
        (ax - bx) ** 2 + (ay - by) ** 2 >= (1 - 1e-3) ** 2
        for i, (ax, ay) in enumerate(places)
        for bx, by in places[:i]
    )


@given(
    low=st.floats(-1e6, 1e6),
    wide=st.one_of(st.just(0.0), st.floats(1e-12, 1e6)),
    most=st.integers(4, 8),
)
def test_ticks_rise_and_hold_the_range_even_where_it_is_a_single_value(low, wide, most):
    ticks = round_ticks(low, low + wide, most)
    assert all(one < next_one for one, next_one in itertools.pairwise(ticks))
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + wide - 1e-6
    assert len(ticks) <= most + 2
