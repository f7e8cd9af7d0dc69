"""Colours and type of every page and chart, chosen once.

The four groups run dark blue, blue, ochre, sand: blue against yellow stays apart for every kind of colour
blindness, and lightness rises in one order, so a grey print still ranks them. Every colour has a light and
a dark form. Charts draw with the light form; the HTML of a chart replaces exactly these hex strings by CSS
variables, so the same drawing follows the reader's light or dark theme. A chart that needs another colour
adds it here.

Charts leave the background transparent, set their text in :data:`FONT_FAMILY`, and use no letter outside
Vietnamese, Latin and plain punctuation (no arrows, no geometric shapes as text).
"""

from __future__ import annotations

from typing import Final

from parlib import scoring

FONT_FAMILY: Final = "Be Vietnam Pro"

PAPER: Final = "#ffffff"
INK: Final = "#17202b"
MUTED: Final = "#586473"
GRID: Final = "#dde2e8"
SURFACE: Final = "#f4f6f8"
FIELD: Final = "#b4bdc8"
"""The other provinces: all marks that are context."""
ACCENT: Final = "#b3202f"
"""This province: the one mark that a reader looks for."""
MARK: Final = "#fbeded"
"""Ground behind the row of this province."""
REGION: Final = "#5b6f86"
"""The province's region, between context and the province itself."""

GROUPS: Final = scoring.GROUPS
"""The four groups of provinces, best first."""

GROUP_COLOURS: Final = {
    "highest": "#123f6d",
    "high_average": "#3a86a8",
    "low_average": "#d69a3c",
    "lowest": "#f0d7a1",
}
GROUP_EDGES: Final = {
    "highest": "#123f6d",
    "high_average": "#2c6e8c",
    "low_average": "#a8721d",
    "lowest": "#b08a3e",
}
"""A line around a mark of the group, dark enough to be seen on paper."""

GOOD: Final = "#1d6b52"
BAD: Final = "#a4451d"
"""Better and worse than before; always beside a sign, never alone."""

DARK: Final = {
    PAPER: "#11161d",
    INK: "#e7eaee",
    MUTED: "#a3aebb",
    GRID: "#2d3743",
    SURFACE: "#1a212a",
    FIELD: "#586575",
    ACCENT: "#ff8d8a",
    MARK: "#38222a",
    REGION: "#9db2c9",
    GROUP_COLOURS["highest"]: "#9fd0f5",
    GROUP_COLOURS["high_average"]: "#4f9fc0",
    GROUP_COLOURS["low_average"]: "#a8742a",
    GROUP_COLOURS["lowest"]: "#6e4d1e",
    GROUP_EDGES["high_average"]: "#7fbfda",
    GROUP_EDGES["low_average"]: "#e0b066",
    GROUP_EDGES["lowest"]: "#c79a52",
    GOOD: "#6fcfae",
    BAD: "#f0a07a",
}
"""The dark form of every light colour above."""


def css_variable(colour: str) -> str:
    """Name the CSS variable that carries a colour of this palette through the light and dark themes."""
    return f"--c-{colour.removeprefix('#')}"
