"""Text that cannot become markup: the only way by which names, cells and sentences enter HTML and Typst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from parlib.characters import plain, printable

SPACE: Final = Markup(" ")
"""A space between two elements; a plain string would be trimmed."""


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
