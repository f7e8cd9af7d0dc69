"""Words that sentences, tables and charts share."""

from __future__ import annotations

from parlib.wording.language import Language


def group_name(lang: Language, group: str) -> str:
    """Name one of the four groups of provinces, as the PAPI reports do.

    Parameters
    ----------
    group
        ``highest``, ``high_average``, ``low_average`` or ``lowest``.
    """
    return {
        "highest": lang.t("highest"),
        "high_average": lang.t("high average"),
        "low_average": lang.t("low average"),
        "lowest": lang.t("lowest"),
    }[group]
