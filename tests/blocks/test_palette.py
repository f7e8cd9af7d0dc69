"""The colours keep their promises, whatever somebody changes in them later."""

import itertools

import numpy as np
import pytest

from parlib.blocks import palette

# Machado, Oliveira, Fernandes (2009), severity 1.0, for linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1, 1.089], 0, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def in_theme(colour, theme):
    return palette.DARK.get(colour, colour) if theme == "dark" else colour


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_groups_fall_in_one_order_of_lightness(theme):
    values = [luminance(in_theme(palette.GROUP_COLOURS[group], theme)) for group in palette.GROUPS]
    assert values == sorted(values, reverse=theme == "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", DEFICIENCIES)
def test_groups_stay_apart_for_every_sight(sight, theme):
    seen = {
        group: lab(np.clip(np.array(DEFICIENCIES[sight]) @ linear(in_theme(colour, theme)), 0, 1))
        for group, colour in palette.GROUP_COLOURS.items()
    }
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 15, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["PAPER", "SURFACE", "MARK"])
@pytest.mark.parametrize("name", ["INK", "MUTED", "ACCENT", "GOOD", "BAD", "REGION"])
def test_words_can_be_read(name, ground, theme):
    pair = [in_theme(getattr(palette, each), theme) for each in (name, ground)]
    assert contrast(*pair) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("group", palette.GROUPS)
def test_marks_of_a_group_stand_out_by_their_edge(group, theme):
    assert contrast(in_theme(palette.GROUP_EDGES[group], theme), in_theme(palette.PAPER, theme)) >= 3


def test_every_colour_has_a_dark_form():
    named = [value for value in vars(palette).values() if isinstance(value, str) and value.startswith("#")]
    every = {*named, *palette.GROUP_COLOURS.values(), *palette.GROUP_EDGES.values()}
    assert every == set(palette.DARK)
