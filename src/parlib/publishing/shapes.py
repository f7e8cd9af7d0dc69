"""Whether JSON that anybody may have altered has the shape in which parlib wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fits(value: Any, shape: Any) -> bool:
    """Tell whether a value has a shape.

    Parameters
    ----------
    value
        What was read.
    shape
        A type; a test of the value; a list of one shape for every item; a tuple of shapes of which one must fit; or a
        dictionary of the entries that must be there, in which the name ``*`` stands for every entry.
    """
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and all(
            all(fits(item, inner) for item in value.values())
            if name == "*"
            else name in value and fits(value[name], inner)
            for name, inner in shape.items()
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    if isinstance(shape, tuple):
        return any(fits(value, one) for one in shape)
    if isinstance(shape, type):
        return type(value) is shape
    return bool(shape(value))
