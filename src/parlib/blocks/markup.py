"""Text that cannot become markup: the only way by which names, cells and sentences enter HTML and Typst."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from parlib.characters import plain, printable

SPACE: Final = Markup(" ")
"""A space between two elements; a plain string would be trimmed."""


_VALUES: Final = {
    r'[^"<]*': "aria-hidden aria-label aria-labelledby class data-sortable data-v id role scope tabindex",
    # Neither a colon nor a slash: no address.
    r"[\w#(),.%+' -]*": (
        "baseline-shift clip-path clip-rule clipPathUnits color cx cy d dominant-baseline dx dy fill fill-opacity "
        "fill-rule font-family font-size font-style font-weight gradientTransform gradientUnits height letter-spacing "
        "marker-end marker-mid marker-start markerHeight markerUnits markerWidth offset opacity orient paint-order "
        "points preserveAspectRatio r refX refY rotate rx ry stop-color stop-opacity stroke stroke-dasharray "
        "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor "
        "transform vector-effect version viewBox visibility width x x1 x2 y y1 y2"
    ),
    r"#[\w.-]+": "href xlink:href",
    r"(?:(?!url)[\w:;#(),.% '-])*": "style",
    r"http://www\.w3\.org/(?:2000/svg|1999/xlink)": "xmlns xmlns:xlink",
}
_ATTRIBUTES: Final = "|".join(f'(?:{"|".join(names.split())})="{value}"' for value, names in _VALUES.items())
_ELEMENTS: Final = (
    "b|br|circle|clipPath|code|dd|defs|desc|div|dl|dt|ellipse|em|figcaption|figure|g|h[1-4]|i|li|line|linearGradient|"
    "marker|ol|p|path|polygon|polyline|pre|radialGradient|rect|span|stop|strong|svg|symbol|table|tbody|td|text|"
    "th|thead|title|tr|tspan|ul|use"
)
_WRITTEN: Final = re.compile(rf"</?(?:{_ELEMENTS})(?: (?:{_ATTRIBUTES}|data-sortable))*+ ?/?>")
"""The elements and attributes that blocks and drawings have. None of them can run, fetch or send anything."""


def foreign_markup(markup: str) -> str:
    """Give what HTML or SVG holds from the first thing on that neither blocks nor drawings have; empty if nothing."""
    return "".join(_WRITTEN.sub("", markup).partition("<")[1:])


class Typst(str):
    """A piece of Typst code made here, as against text that still has to be quoted."""

    __slots__ = ()


def html(text: object) -> Markup:
    """Quote text for HTML, content or attribute."""
    return escape(plain(text))


def tag(name: str, *content: object, **attributes: object) -> Markup:
    """Build an HTML element; content and attributes that are not :class:`Markup` already are quoted.

    An attribute that is ``None``, ``False`` or empty is left out; one that is ``True`` stands alone. ``class_``
    is ``class``, ``aria_label`` is ``aria-label``.
    """
    written = [
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{html(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False and value != ""
    ]
    inside = "".join(item if isinstance(item, Markup) else html(item) for item in content)
    return Markup(f"<{name}{''.join(written)}>{inside}</{name}>")  # noqa: S704 - every part is quoted above


def join(parts: Iterable[Markup]) -> Markup:
    """Put elements one after the other."""
    return Markup("").join(parts)


def typst(value: object) -> Typst:
    """Write a value as a Typst literal; text always becomes a quoted string.

    Raises
    ------
    TypeError
        If Typst has no such value.
    """
    if isinstance(value, Typst):
        return value
    if value is None:
        return Typst("none")
    if isinstance(value, bool):
        return Typst("true" if value else "false")
    if isinstance(value, str):
        return _quoted(plain(value))
    if isinstance(value, (int, float)):
        return Typst(repr(value))
    if isinstance(value, Mapping):
        return Typst(
            "("
            + (", ".join(f"{_quoted(str(name))}: {typst(item)}" for name, item in value.items()) or ":")
            + ")"
        )
    if isinstance(value, (list, tuple)):
        return Typst("(" + "".join(f"{typst(item)}, " for item in value) + ")")
    raise TypeError(f"Typst has no literal for {type(value).__name__}.")


def typst_code(text: str) -> Typst:
    """Quote text whose line ends and outer spaces matter, such as a drawing in SVG."""
    return _quoted(printable(text))


def typst_call(function: str, /, **arguments: Any) -> Typst:
    """Call a function of the report template: ``pl-note(kind: "info", body: "...")``."""
    listed = ", ".join(f"{name.replace('_', '-')}: {typst(value)}" for name, value in arguments.items())
    return Typst(f"#{function}({listed})\n")


def _quoted(text: str) -> Typst:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return Typst(f'"{quoted}"')
