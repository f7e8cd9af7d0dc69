"""Words and keys that several charts share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parlib.blocks import palette
from parlib.blocks.charts._sheet import SMALL, Marker, Sheet, text_width
from parlib.wording.language import Language, is_missing

DOT, MARK = 3.2, 6.6
"""Sizes of a province's dot and of the marked one's diamond, in points."""


def same_region(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two provinces share a region; the 34 have none on record, so none of them does."""
    return not is_missing(other["region"]) and bool(one["region"] == other["region"])


def province_key(page: Sheet, x: float, y: float, own_name: str, has_region: bool, lang: Language) -> None:
    """Say which mark is the province, its region and the others, beside a sample of each."""
    marks: list[tuple[str, str, Marker, float, str, int]] = [
        (palette.ACCENT, palette.PAPER, "D", MARK, own_name, 600)
    ]
    if has_region:
        words = lang.t("provinces of the same region")
        marks.append((palette.REGION, palette.REGION, "o", DOT + 0.4, words, 400))
    marks.append((palette.PAPER, palette.MUTED, "o", DOT, lang.t("other provinces"), 400))
    for fill, edge, marker, size, words, weight in marks:
        page.dots([x + 1.2], [y], size=size, fill=fill, edge=edge, marker=marker)
        page.text(x + 3.4, y, words, weight=weight)
        x += 3.4 + text_width(words, SMALL, weight) + 5
