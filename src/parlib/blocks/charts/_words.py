"""Words that several charts share."""

from __future__ import annotations

import math

from parlib.wording.language import Language


def group_words(group: str, lang: Language) -> str:
    """Name a group of provinces as the PAPI reports print it (``group`` is one of ``palette.GROUPS``)."""
    return {
        "highest": lang.t("highest"),
        "high_average": lang.t("high average"),
        "low_average": lang.t("low average"),
        "lowest": lang.t("lowest"),
    }[group]


def trimmed(points: float, lang: Language) -> str:
    """Print a maximum without idle decimals: 10, 8,83."""
    return lang.number(points, 0 if math.isclose(points, round(points)) else 2)
