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


def level_name(lang: Language, level: str, n: int) -> str:
    """Name ``n`` indicators of one level of a framework: ``6 chỉ số nội dung``, ``1 domain``.

    A level that the field has no word for here is called an indicator.
    """
    return {
        "dimension": lang.n("{n} dimension", "{n} dimensions", n),
        "sub_dimension": lang.n("{n} sub-dimension", "{n} sub-dimensions", n),
        "domain": lang.n("{n} domain", "{n} domains", n),
        "criterion": lang.n("{n} criterion", "{n} criteria", n),
        "component": lang.n("{n} component", "{n} components", n),
        "group": lang.n("{n} group of indicators", "{n} groups of indicators", n),
    }.get(level, lang.n("{n} indicator", "{n} indicators", n))


def aggregated_warning(lang: Language) -> str:
    """What must stand beside every old figure that is shown for a province of today."""
    return lang.t(
        "Aggregated, not official: plain means of the former provinces, without regard to population, for the "
        "provinces of today. The publisher has released no such figures."
    )
