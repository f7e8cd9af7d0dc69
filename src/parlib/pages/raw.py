"""The raw indicators behind the largest losses, where the publisher gives them."""

from __future__ import annotations

import re

import pandas as pd

from parlib.answers.ledger import ledger
from parlib.blocks import Column, Section, heading, note, table
from parlib.pages.report import Report
from parlib.wording.language import Language

_WORST = 4
_UNIT = re.compile(r"\s*\(%\)\s*\*?$|\*$")  # printed beside every value; the asterisk's note is not on record


def raw(report: Report, index: str) -> Section:
    """Heading and table of the raw indicators of the sub-dimensions that lost most; one line where there are none."""
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    title = heading(
        2, lang.t("{index}: raw indicators behind the largest losses", index=name), id=f"{index}-raw"
    )
    values = _values(report, index)
    own = values[values["province"] == report.province.slug] if values is not None else None
    if values is None or own is None or own.empty:
        text = lang.t(
            "No raw indicators of {index} {when} are on record.", index=name, when=report.when(index)
        )
        if years := _years(report, index):
            text = lang.t(
                "{sentence} The record has those of {years}.", sentence=text, years=lang.list(years)
            )
        return Section([title, note(lang, text, id=f"{index}-raw-none")])
    lost = ledger(report.scored(index), report.framework(index), report.province.slug)
    leaves = lost[lost["leaf"] & lost["lost"].notna()].nlargest(_WORST, "lost")["indicator"].tolist()
    keys = ["indicator", "number"]
    spread = values.groupby(keys)["value"].agg(["min", "median", "max"])
    labels = report.known.table(f"{index}/indicator_labels.csv")
    labels = labels[labels["year"] == report.year].set_index(keys)
    rows = own[own["indicator"].isin(leaves)].join(spread, on=keys).join(labels[["name_vi"]], on=keys)
    rows["order"] = rows["indicator"].map(leaves.index)
    rows = rows.sort_values(["order", "number"])
    printed = {
        column: [_print(lang, value, unit) for value, unit in zip(rows[column], rows["unit"], strict=True)]
        for column in ("value", "min", "median", "max")
    }
    return Section(
        [
            title,
            table(
                lang,
                rows.assign(
                    key=rows["indicator"] + "." + rows["number"].astype(str),
                    name=[_UNIT.sub("", label) for label in rows["name_vi"]],
                    **{f"{c}_text": t for c, t in printed.items()},
                ),
                [
                    Column("key", lang.t("Code"), "code"),
                    Column("name", lang.t("Raw indicator")),
                    Column("value_text", lang.t("Value"), "printed"),
                    Column("min_text", lang.t("Lowest"), "printed"),
                    Column("median_text", lang.t("Median"), "printed"),
                    Column("max_text", lang.t("Highest"), "printed"),
                ],
                id=f"{index}-raw-table",
                key="key",
                caption=lang.t(
                    "{index} {when}: raw indicators of the {n} sub-dimensions that lost most",
                    index=name,
                    when=report.when(index),
                    n=len(leaves),
                ),
                row_header="name",
                source=report.citation(index),
                notes=[
                    lang.t(
                        "Lowest, median and highest of all provinces. "
                        "High is not always good: some questions ask for what should be rare."
                    ),
                    *(
                        []
                        if lang.code == "vi"
                        else [lang.t("The raw indicators are named as published, in Vietnamese.")]
                    ),
                ],
            ),
        ]
    )


def _values(report: Report, index: str) -> pd.DataFrame | None:
    """Raw values of all provinces in this year, if the record has such a table."""
    if not (report.known.root / index / "indicator_values.csv").is_file():
        return None
    values = report.known.table(f"{index}/indicator_values.csv")
    values = values[(values["year"] == report.year) & (values["frame"] == report.frame)]
    return values if len(values) else None


def _years(report: Report, index: str) -> list[str]:
    """Years of which the record has raw values."""
    if not (report.known.root / index / "indicator_values.csv").is_file():
        return []
    values = report.known.table(f"{index}/indicator_values.csv")
    return [str(year) for year in sorted(values["year"].unique()) if year != report.year]


def _print(lang: Language, value: float, unit: str) -> str:
    if unit == "share":
        return lang.percent(100 * value)
    if unit == "percent":
        return lang.percent(value)
    if unit == "thousand VND":
        return lang.t("{amount} thousand VND", amount=lang.integer(value))
    return lang.number(value)
