"""The sheet that every chart is drawn on: A4 text width in millimetres, one font, the same bytes each time.

Matplotlib draws; this module cleans what it writes. The SVG keeps text as text (found by search, read aloud,
embedded by Typst and by the page's ``@font-face``), carries the colours of :mod:`parlib.blocks.palette` as
attributes (which a page replaces by variables for dark mode), and has no id that another chart on the same
page could have.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from parlib.blocks import palette
from parlib.blocks.block import plain_figures
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

_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "parlib",
    "font.family": [palette.FONT_FAMILY],
    "font.size": SMALL,
    "text.color": palette.INK,
    "axes.edgecolor": palette.MUTED,
    "axes.labelcolor": palette.MUTED,
    "xtick.color": palette.MUTED,
    "ytick.color": palette.MUTED,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "path.simplify": False,
}

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
def _register_fonts() -> None:
    for weight in _WEIGHTS:
        font_manager.fontManager.addfont(_font_file(weight))


@cache
def text_width(text: str, size: float = SMALL, weight: int = 400) -> float:
    """Width in millimetres of ``text`` set on one line."""
    font = font_manager.get_font(_font_file(weight))
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 * MM


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
    span = max(high - low, 1e-9)
    unit = 10.0 ** math.floor(math.log10(span))
    step = next(unit * part for part in (0.1, 0.2, 0.5, 1, 2, 5, 10) if span / (unit * part) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(count * step, 9) for count in range(first, max(last, first + 1) + 1)]


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


@dataclass
class Sheet:
    """One chart being drawn. Coordinates are millimetres from the top left corner, y downwards."""

    chart_id: str
    width: float
    height: float
    figure: Drawing
    ax: Axes
    _titles: dict[str, list[str]] = field(default_factory=dict)

    def set_height(self, height: float) -> None:
        """Cut the sheet to size, once it is known how far down the drawing reaches."""
        self.height = height
        self.figure.set_size_inches(self.width / 25.4, height / 25.4)
        self.ax.set_ylim(height, 0)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = SMALL,
        weight: int = 400,
        color: str = palette.INK,
        ha: str = "left",
        va: Literal["center", "top"] = "center",
        halo: bool = False,
    ) -> float:
        """Put text at a place and return its height; ``halo`` draws a rim of paper around it.

        Lines are set on a fixed leading, by their capitals: matplotlib goes by the ink of each string, so that two
        words with different diacritics would not stand on one line.
        """
        lines = text.split("\n")
        leading = size * LEADING * MM
        baseline = y + _CAPITALS * size * MM / (2 if va == "center" else 1)
        if va == "center":
            baseline -= leading * (len(lines) - 1) / 2
        for line in lines:
            style: Any = {"size": size, "weight": weight, "color": color, "ha": ha, "va": "baseline"}
            label = self.ax.text(x, baseline, line, **style)
            if halo:
                label.set_gid("halo")
            baseline += leading
        return leading * len(lines)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        color: str = palette.GRID,
        width: float = 0.6,
        **style: Any,
    ) -> None:
        """Draw a polyline of ``width`` points; grid lines lie under everything else."""
        style = {"zorder": 0.7 if color == palette.GRID else 2, "clip_on": False, **style}
        self.ax.add_artist(Line2D(xs, ys, color=color, linewidth=width, solid_capstyle="butt", **style))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, title: str = "", **style: Any
    ) -> None:
        """Draw a rectangle whose top left corner is (x, y); ``title`` becomes its tooltip in HTML."""
        style = {"linewidth": 0, "clip_on": False, **style}
        rectangle = self.ax.add_artist(Rectangle((x, y), width, height, facecolor=fill, **style))
        if title:
            rectangle.set_gid(f"~{title}")

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
        marker: str = "o",
    ) -> None:
        """Draw one mark per place, ``size`` points wide, as a group with id ``<chart>-<name>`` (if named).

        ``titles`` (one per mark) become tooltips in HTML.
        """
        drawn = self.ax.scatter(
            xs,
            ys,
            s=size**2,
            c=fill,
            edgecolors=edge,
            linewidths=edge_width,
            marker=marker,
            zorder=3,
            clip_on=False,
        )
        if name:
            drawn.set_gid(f"@{name}")
            self._titles[name] = list(titles)

    def chart(self, alt: str, figures: Mapping[str, Figure]) -> Chart:
        """Write the SVG."""
        raw = io.StringIO()
        self.figure.savefig(raw, format="svg", metadata={"Date": None, "Creator": None})
        svg = _clean(raw.getvalue(), self.chart_id, alt, self._titles)
        return Chart(svg=svg, alt=alt, figures=plain_figures(figures))


@contextmanager
def sheet(chart_id: str, height: float, width: float = WIDTH) -> Iterator[Sheet]:
    """Open a sheet of ``width`` x ``height`` millimetres (:meth:`Sheet.set_height` may change the height).

    The figure is a bare one: pyplot's list of open figures is process-wide state and leaks in a batch.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", chart_id):
        raise ValueError(f"chart id {chart_id!r}: expected lower-case letters, digits, hyphens")
    _register_fonts()
    with mpl.rc_context(_RC):
        figure = Drawing(figsize=(width / 25.4, height / 25.4))
        figure.patch.set_visible(False)
        ax = figure.add_axes((0, 0, 1, 1))
        ax.set_axis_off()
        ax.set(xlim=(0, width), ylim=(height, 0), autoscale_on=False)
        yield Sheet(chart_id, width, height, figure, ax)


_PRESENTATION = {
    "fill", "stroke", "stroke-width", "opacity", "fill-opacity", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset", "font-size", "font-weight", "text-anchor",
}  # fmt: skip
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_REFERENCE = re.compile(r"#([^)]+)")


def _short(match: re.Match[str]) -> str:
    return f"{round(float(match.group()), 2) + 0.0:g}"


def _clean(raw: str, chart_id: str, alt: str, titles: Mapping[str, list[str]]) -> str:
    """Make matplotlib's SVG small, restylable and safe to stand beside other charts in one page."""
    root = ET.fromstring(raw)  # noqa: S314 - matplotlib wrote it a moment ago
    view_box = root.attrib["viewBox"]
    _, _, width, height = (float(part) for part in view_box.split())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.text = (element.text or "").strip() or None
        element.tail = None
        _tidy_attributes(element)
    _rename_ids(root, chart_id)
    _add_titles(root, chart_id, titles)
    _flatten(root)
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "id": chart_id,
            "class": "chart",
            "width": f"{width:g}pt",
            "height": f"{height:g}pt",
            "viewBox": view_box,
            "role": "img",
            "aria-label": alt,
            "font-family": f"'{palette.FONT_FAMILY}', sans-serif",
            "stroke-linejoin": "round",
        }
    )
    return ET.tostring(root, encoding="unicode")


def _tidy_attributes(element: ET.Element) -> None:
    """Turn inline styles into attributes (the weakest rule, so a page's CSS wins) and shorten numbers."""
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key in _PRESENTATION:
            element.set(key, value.removesuffix("px"))
    for key, value in list(element.attrib.items()):
        if key.endswith("}href"):
            del element.attrib[key]
            element.set("href", value)
        elif key in ("d", "x", "y", "width", "height", "transform", "points"):
            element.set(key, " ".join(_LONG_NUMBER.sub(_short, value).split()))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _rename_ids(root: ET.Element, chart_id: str) -> None:
    """Prefix the ids that are referred to and those given to :meth:`Sheet.dots`; the others go."""
    renamed: dict[str, str] = {}
    for element in root.iter():
        for key in ("clip-path", "href"):
            if found := _REFERENCE.search(element.get(key, "")):
                new = renamed.setdefault(found[1], f"{chart_id}-{len(renamed) + 1}")
                element.set(key, f"#{new}" if key == "href" else f"url(#{new})")
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old == "halo":
            for text in element.iter("text"):
                text.attrib |= {"stroke": palette.PAPER, "stroke-width": "2.4", "paint-order": "stroke"}
        elif old.startswith("~"):
            ET.SubElement(element[0], "title").text = old[1:]
        elif old.startswith("@"):
            element.set("id", f"{chart_id}-{old[1:]}")
        elif old in renamed:
            element.set("id", renamed[old])


def _add_titles(root: ET.Element, chart_id: str, titles: Mapping[str, list[str]]) -> None:
    for name, lines in titles.items():
        group = next(element for element in root.iter("g") if element.get("id") == f"{chart_id}-{name}")
        marks = list(group.iter("use"))
        for mark, line in zip(marks, lines, strict=bool(lines)):
            ET.SubElement(mark, "title").text = line


def _flatten(element: ET.Element) -> None:
    """Remove groups that only group: they are half of what matplotlib writes."""
    children: list[ET.Element] = []
    for child in element:
        _flatten(child)
        if child.tag in ("metadata", "style") or (child.tag in ("g", "defs") and not len(child)):
            continue
        children.extend(child if child.tag == "g" and not child.attrib else [child])
    element[:] = children
