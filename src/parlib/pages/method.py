"""How the figures were made, what the words mean, and how to cite."""

from __future__ import annotations

from collections.abc import Sequence

from parlib import __version__
from parlib.blocks import Column, Section, bullets, heading, table
from parlib.frameworks import ROOT
from parlib.pages.context import Context


def method(report: Context, indices: Sequence[str], *, completeness: bool = True) -> Section:
    """Heading, rules of computation, completeness of the data, how to cite, and the glossary.

    Parameters
    ----------
    report
        Who and when.
    indices
        The indices that the report shows.
    completeness
        Whether to say how many provinces have a total (a report with a section on what is missing says it there).
    """
    lang, known = report.lang, report.known
    notes = [
        lang.t(
            "Groups: at or above the 75th, 50th and 25th percentile of the provinces that have a score, and below; "
            "taken anew for each indicator and year."
        ),
        lang.t(
            "Ranks and totals are computed from the published scores; "
            "provinces with equal scores share the better rank."
        ),
        lang.t("A figure that was not published is left out: none is estimated, none is counted as zero."),
        lang.t("Figures of two years are subtracted only where the index did not change between them."),
        *(_completeness(report, index) for index in indices if completeness),
        lang.t(
            "To cite: parlib {version}, report on {province} {year}, data as of {date}; "
            "and the publisher of each index.",
            version=__version__,
            province=report.name,
            year=report.year,
            date=lang.date(report.as_of),
        ),
    ]
    glossary = known.table("glossary.csv")
    used = {index for index in indices if report.edition(index) is not None}
    glossary = glossary[glossary["index"].isna() | glossary["index"].isin(used)]
    first, second = ("term_vi", "term_en") if lang.code == "vi" else ("term_en", "term_vi")
    return Section(
        [
            heading(2, lang.t("Method, data quality and glossary"), id="method"),
            bullets([note for note in notes if note], id="notes"),
            table(
                lang,
                glossary,
                [
                    Column(first, lang.t("Term")),
                    Column(second, lang.t("In English") if lang.code == "vi" else lang.t("In Vietnamese")),
                    Column(f"meaning_{lang.code}", lang.t("Meaning")),
                ],
                id="glossary",
                key="term_vi",
                caption=lang.t("Glossary"),
                row_header=first,
            ),
        ]
    )


def _completeness(report: Context, index: str) -> str:
    """How many provinces have a total in this edition, and what the publisher left out."""
    lang, edition = report.lang, report.edition(index)
    if edition is None:
        return ""
    totals = report.scored(index)
    known = int(totals.loc[totals["indicator"] == ROOT, "score"].notna().sum())
    text = lang.t(
        "{index} {when}: totals of {n} of {frame} provinces on record.",
        index=report.index_name(index),
        when=report.when(index),
        n=known,
        frame=report.frame,
    )
    remark = edition[f"note_{lang.code}"]
    return f"{text} {remark}." if isinstance(remark, str) else text
