"""The sheet that every chart is drawn on: A4 text width in millimetres, one font, the same bytes each time.

A sheet takes text, lines, boxes, areas and dots, and writes them as one SVG element. Text stays text (found by search,
read aloud, embedded by Typst and by the page's ``@font-face``), colours are those of :mod:`parlib.blocks.palette` as
attributes (which a page replaces by variables for dark mode), and no id is one that another chart on the same page
could have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias
from xml.etree import ElementTree as ET

from parlib.blocks import palette
from parlib.blocks.block import plain_figures
from parlib.characters import plain, printable
from parlib.wording.sentence import Figure

WIDTH = 170.0
"""Width of a chart in millimetres: the text width of an A4 page with 20 mm margins."""

SMALL, BODY = 8.0, 8.5
"""Font sizes in points at printed size; nothing is set smaller than SMALL."""

LEADING = 1.3
"""From one line of text to the next, as a multiple of the font size."""

_CAPITALS = 0.7
"""Height of a capital of Be Vietnam Pro, as a multiple of the font size."""

MM = 25.4 / 72
"""One point in millimetres."""

_WEIGHTS = {400: "Regular", 600: "SemiBold"}

_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}

Marker: TypeAlias = Literal["o", "s", "D"]
"""A circle, a square, the same square on its corner."""

_OUTLINES: Final[Mapping[Marker, str]] = {
    "o": "M -{r} 0 A {r} {r} 0 0 1 {r} 0 A {r} {r} 0 0 1 -{r} 0 z",
    "s": "M -{r} -{r} L {r} -{r} L {r} {r} L -{r} {r} z",
    "D": "M 0 -{d} L {d} 0 L 0 {d} L -{d} 0 z",
}

_GRID, _AREAS, _LINES, _ON_TOP = 0.7, 1.0, 2.0, 3.0
"""Layers, from below."""

Figures: TypeAlias = dict[str, Figure]


@dataclass(frozen=True)
class Chart:
    """A drawn chart.

    Attributes
    ----------
    svg
        One ``<svg>`` element, ready for inline HTML and for Typst.
    alt
        What the chart shows, in the reader's language, made from the same numbers.
    figures
        Every number that the chart prints, by name: its part of the result JSON.
    """

    svg: str
    alt: str
    figures: Figures


@cache
def _font_file(weight: int) -> str:
    import fontpkg_be_vietnam_pro as font

    return str(Path(font.ROOT) / "files" / f"BeVietnamPro-{_WEIGHTS[weight]}.ttf")


@cache
def _advances(weight: int) -> tuple[Mapping[int, float], float]:
    """How far each letter moves the pen, in parts of the font size, and how far one that the font lacks does."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(_font_file(weight)) as font:
        em, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        advances = {code: metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()}
        return advances, metrics[".notdef"][0] / em


@cache
def text_width(text: str, size: float = SMALL, weight: int = 400) -> float:
    """Width in millimetres of ``text`` set on one line."""
    advances, unknown = _advances(weight)
    return sum(advances.get(ord(letter), unknown) for letter in text) * size * MM


def wrap(text: str, width: float, size: float = SMALL, weight: int = 400) -> str:
    """Break ``text`` at spaces into lines no wider than ``width`` millimetres (a longer word stays whole)."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def clip(text: str, width: float, size: float = SMALL, weight: int = 400, lines: int = 2) -> str:
    """Break ``text`` like :func:`wrap` and cut it after so many lines; a cut ends in an ellipsis."""
    kept = wrap(text, width, size, weight).split("\n")
    if len(kept) <= lines:
        return "\n".join(kept)
    words = f"{kept[lines - 1]} {kept[lines]}".split()
    while len(words) > 1 and text_width(f"{' '.join(words)}…", size, weight) > width:
        words.pop()
    return "\n".join([*kept[: lines - 1], f"{' '.join(words)}…"])


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values that cover a range, at most about so many steps of them."""
    # What differs by less is one value, such as sums of the same scores in another order; an axis needs two.
    span = high - low if high - low > 1e-6 else 1.0
    unit = 10.0 ** math.floor(math.log10(span))
    step = next(unit * part for part in (0.1, 0.2, 0.5, 1, 2, 5, 10) if span / (unit * part) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(count * step, 9) for count in range(first, max(last, first + 1) + 1)]


def rank_ticks(of: int) -> list[int]:
    """The first and the last rank, and every tenth that stands clear of the last."""
    return [1, *range(10, of - 4, 10), of]


def tick_decimals(ticks: Sequence[float]) -> int:
    """Count the decimals that tell ticks apart."""
    return next(n for n in range(10) if all(abs(tick - round(tick, n)) < 1e-9 for tick in ticks))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart until ``gap`` lies between neighbours, within ``low``..``high``.

    The result is in the order of ``wanted``. If all cannot fit, they are spaced evenly.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    if len(order) > 1 and gap * (len(order) - 1) > high - low:
        gap = (high - low) / (len(order) - 1)
    placed = [0.0] * len(wanted)
    floor = low
    for i in order:
        placed[i] = floor = max(floor, wanted[i])
        floor += gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed


class Sheet:
    """One chart being drawn. Coordinates are millimetres from the top left corner, y downwards.

    What is drawn later lies above what was drawn before, within its layer: grid lines, then boxes and areas, lines,
    and dots and text on top. ``layer`` puts a mark elsewhere.

    Parameters
    ----------
    chart_id
        Id of the SVG element, and the beginning of every other id in it.
    height, width
        Size; :meth:`set_height` may change the height.
    """

    def __init__(self, chart_id: str, height: float, width: float = WIDTH) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", chart_id):
            raise ValueError(f"chart id {chart_id!r}: expected lower-case letters, digits, hyphens")
        self.chart_id, self.width, self.height = chart_id, width, height
        self._marks: list[tuple[float, ET.Element]] = []
        self._defined: dict[str, str] = {}

    def set_height(self, height: float) -> None:
        """Cut the sheet to size, once it is known how far down the drawing reaches."""
        self.height = height

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SMALL,
        weight: int = 400,
        color: str = palette.INK,
        ha: Literal["left", "center", "right"] = "left",
        va: Literal["center", "top"] = "center",
        halo: bool = False,
    ) -> float:
        """Put text at a place and return its height; ``halo`` draws a rim of paper around it.

        Lines are set on a fixed leading, by their capitals, so that words with different diacritics stand on one line.
        """
        lines = text.split("\n")
        leading = size * LEADING * MM
        baseline = y + _CAPITALS * size * MM / (2 if va == "center" else 1)
        if va == "center":
            baseline -= leading * (len(lines) - 1) / 2
        for line in lines:
            style = {"font-size": f"{size:g}", "text-anchor": _ANCHORS[ha], "fill": color}
            if weight != 400:
                style["font-weight"] = str(weight)
            if halo:
                style |= {"stroke": palette.PAPER, "stroke-width": "2.4", "paint-order": "stroke"}
            label = self._add("text", _ON_TOP, {"x": _points(x), "y": _points(baseline), **style})
            label.text = printable(line)
            baseline += leading
        return leading * len(lines)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str = palette.GRID,
        width: float = 0.6,
        *,
        dashes: Sequence[float] = (),
        layer: float | None = None,
    ) -> None:
        """Draw a polyline of ``width`` points; ``dashes`` are lengths on and off, as multiples of the width."""
        style = {"fill": "none", "stroke": color, "stroke-width": f"{width:g}"}
        if dashes:
            style["stroke-dasharray"] = ",".join(f"{length * width:g}" for length in dashes)
        if layer is None:
            layer = _GRID if color == palette.GRID else _LINES
        self._add("path", layer, {"d": _path(zip(xs, ys, strict=True)), **style})

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        title: str = "",
        *,
        edge: str = "none",
        edge_width: float = 0.0,
        alpha: float = 1.0,
        layer: float | None = None,
    ) -> None:
        """Draw a rectangle whose top left corner is (x, y); ``title`` becomes its tooltip in HTML."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self._shape(_path(corners, closed=True), fill, title, edge, edge_width, alpha, layer)

    def area(
        self,
        rings: Iterable[Iterable[tuple[float, float]]],
        fill: str,
        title: str,
        edge: str,
        edge_width: float,
    ) -> None:
        """Draw what closed rings enclose; ``title`` becomes its tooltip in HTML."""
        outline = " ".join(_path(ring, closed=True) for ring in rings)
        self._shape(outline, fill, title, edge, edge_width, 1.0, None)

    def dots(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        name: str = "",
        titles: Iterable[str] = (),
        *,
        size: float = 3.4,
        fill: str = palette.MUTED,
        edge: str = "none",
        edge_width: float = 0.6,
        marker: Marker = "o",
    ) -> None:
        """Draw one mark per place, ``size`` points wide, as a group with id ``<chart>-<name>`` (if named).

        ``titles`` (one per mark) become tooltips in HTML.
        """
        style = {"fill": fill}
        if edge != "none":
            style |= {"stroke": edge, "stroke-width": f"{edge_width:g}"}
        outline = _OUTLINES[marker].format(r=f"{size / 2:.4g}", d=f"{size * math.sqrt(0.5):.4g}")
        reference = self._defined.setdefault(outline, f"{self.chart_id}-{len(self._defined) + 1}")
        group = self._add("g", _ON_TOP, {"id": f"{self.chart_id}-{name}", **style} if name else style)
        words = list(titles)
        for x, y, title in zip(xs, ys, words or [""] * len(xs), strict=True):
            place = {"x": _points(x), "y": _points(y), "href": f"#{reference}"}
            _entitle(ET.SubElement(group, "use", place), title)

    def chart(self, alt: str, figures: Mapping[str, Figure]) -> Chart:
        """Write the SVG."""
        width, height = (f"{side / MM:.6g}" for side in (self.width, self.height))
        root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "id": self.chart_id,
                "class": "chart",
                "width": f"{width}pt",
                "height": f"{height}pt",
                "viewBox": f"0 0 {width} {height}",
                "role": "img",
                "aria-label": plain(alt),
                "font-family": f"'{palette.FONT_FAMILY}', sans-serif",
                "stroke-linejoin": "round",
            },
        )
        if self._defined:
            definitions = ET.SubElement(root, "defs")
            for outline, reference in self._defined.items():
                ET.SubElement(definitions, "path", {"id": reference, "d": outline})
        root.extend(mark for _, mark in sorted(self._marks, key=lambda drawn: drawn[0]))
        return Chart(svg=ET.tostring(root, encoding="unicode"), alt=alt, figures=plain_figures(figures))

    def _shape(
        self,
        outline: str,
        fill: str,
        title: str,
        edge: str,
        edge_width: float,
        alpha: float,
        layer: float | None,
    ) -> None:
        style = {"fill": fill}
        if edge_width:
            style |= {"stroke": edge, "stroke-width": f"{edge_width:g}", "stroke-linejoin": "miter"}
        if alpha != 1:
            style["opacity"] = f"{alpha:g}"
        _entitle(self._add("path", _AREAS if layer is None else layer, {"d": outline, **style}), title)

    def _add(self, tag: str, layer: float, attributes: dict[str, str]) -> ET.Element:
        element = ET.Element(tag, attributes)
        self._marks.append((layer, element))
        return element


def _entitle(element: ET.Element, title: str) -> None:
    if title:
        ET.SubElement(element, "title").text = plain(title)


def _points(length: float) -> str:
    """Write millimetres as points, to a hundredth: far finer than any eye or printer."""
    return f"{round(length / MM, 2) + 0.0:g}"


def _path(places: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    steps = " L ".join(f"{_points(x)} {_points(y)}" for x, y in places)
    return f"M {steps} z" if closed else f"M {steps}"
