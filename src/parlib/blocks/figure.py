"""The frame around tables and charts, and the chart block itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from markupsafe import Markup

from parlib.blocks.block import Block
from parlib.blocks.markup import foreign_markup, join, tag, typst_call, typst_code
from parlib.blocks.palette import DARK, css_variable
from parlib.characters import plain
from parlib.errors import quoted
from parlib.wording.language import Language
from parlib.wording.sentence import Figure

_SVG: Final = "http://www.w3.org/2000/svg"
_COLOUR: Final = re.compile('="(#[0-9a-f]{6})"')
_VIEW: Final = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_TALL: Final = 1.1
"""Height by width from which a drawing fills a printed page together with its caption and remarks."""


class Drawing(Protocol):
    """What the functions of :mod:`parlib.blocks.charts` return."""

    @property
    def svg(self) -> str:
        """One ``<svg>`` element."""

    @property
    def alt(self) -> str:
        """What it shows, in words."""

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every number it prints."""


def figure(content: Markup, *, id: str, kind: str, caption: str, remarks: Sequence[str]) -> Markup:
    """Frame something wide: a caption, a region that scrolls sideways on a phone, remarks underneath."""
    region = tag(
        "div", content, class_="scroll", role="region", tabindex="0", aria_labelledby=f"{id}-caption"
    )
    under = tag("div", join(tag("p", text) for text in remarks), class_="under") if remarks else ""
    return tag("figure", tag("figcaption", caption, id=f"{id}-caption"), region, under, class_=kind, id=id)


def chart(
    lang: Language,
    drawing: Drawing,
    *,
    id: str,
    caption: str,
    source: str | None = None,
    notes: Sequence[str] = (),
) -> Block:
    """Put a drawing on the page.

    Parameters
    ----------
    drawing
        SVG, alternative text and figures, as :mod:`parlib.blocks.charts` makes them.
    caption
        What the chart shows, of whom and when.
    source
        Who published the figures.
    notes
        Sentences under the chart.

    Raises
    ------
    ValueError
        If the drawing is no SVG, has no alternative text, or holds anything but a drawing (a script, a link).
    """
    svg, alt = checked_drawing(drawing, id)
    remarks = [plain(text) for text in notes]
    if source:
        remarks.append(lang.t("Source: {source}", source=plain(source)))
    return Block(
        id=id,
        kind="chart",
        html=figure(themed(svg), id=id, kind="chart", caption=caption, remarks=remarks),
        typst=typst_call(
            "pl-chart",
            svg=typst_code(svg),
            alt=alt,
            caption=caption,
            remarks=remarks,
            tall=_fills_a_page(svg),
        ),
        text="\n".join([plain(caption), alt, *remarks]),
        figures=drawing.figures,
        alt=alt,
        meta={"svg": svg},
    )


def checked_drawing(drawing: Drawing, name: str) -> tuple[str, str]:
    """Check that a drawing cannot run or fetch anything; give it, named for a screen reader, and its alternative text.

    Raises
    ------
    ValueError
        If it is no SVG, has no alternative text, or holds anything but a drawing.
    """
    alt = plain(drawing.alt)
    if not alt:
        raise ValueError(f"Chart {name!r} has no alternative text.")
    root = fromstring(drawing.svg, forbid_dtd=True)
    if root.tag != f"{{{_SVG}}}svg":
        raise ValueError(f"Chart {name!r} is not an SVG drawing.")
    root.attrib.pop("id", None)  # the figure around it has the id
    root.attrib |= {"role": "img", "aria-label": alt}
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    svg = ET.tostring(root, encoding="unicode")
    if odd := foreign_markup(svg):
        raise ValueError(f"Chart {name!r} is not a mere drawing; it holds {quoted(odd)}.")
    return svg, alt


def _fills_a_page(svg: str) -> bool:
    view = _VIEW.search(svg)
    return view is not None and float(view[2]) >= _TALL * float(view[1])


def themed(svg: str) -> Markup:
    """Let the colours of the palette follow the reader's light or dark theme."""

    def variable(match: re.Match[str]) -> str:
        return f'="var({css_variable(match[1])})"' if match[1] in DARK else match[0]

    return Markup(_COLOUR.sub(variable, svg))  # noqa: S704 - parsed, checked and written by us
