"""Text that cannot become markup: the only way by which names, cells and sentences enter HTML and Typst."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Invisible marks that turn the direction of text or hide in it. They have no use in Vietnamese or English and
# can make a printed number read backwards; spreadsheets leave them behind.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NARROW_SPACES = re.compile("[\u2000-\u200a\u202f\u205f]")


SPACE: Final = Markup(" ")
"""A space between two elements; a plain string would be trimmed."""


class Typst(str):
    """A piece of Typst code made here, as against text that still has to be quoted."""

    __slots__ = ()


def printable(text: object) -> str:
    """Make text safe to print: composed letters (NFC), and no control, direction or half character.

    A character that cannot be printed becomes U+FFFD, so that a reader sees that something stood there.
    """
    composed = _UNPRINTABLE.sub("\ufffd", unicodedata.normalize("NFC", str(text)))
    return _NARROW_SPACES.sub("\N{NO-BREAK SPACE}", _INVISIBLE.sub("", composed))


def plain(text: object) -> str:
    """Make text safe to print, on one line and without spaces at its ends."""
    # No-break spaces stay: split() on its own would take them for spaces.
    return re.sub(r"[ \t\r\n\u2028\u2029]+", " ", printable(text)).strip(" ")


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
