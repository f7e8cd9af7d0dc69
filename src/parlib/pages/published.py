"""An index of which only part was published: what is known of this province, with its sources."""

from __future__ import annotations

from parlib.blocks import Block, Column, Section, bullets, heading, note, paragraph, table
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.wording import standing as say


def published(report: Report, index: str) -> Section:
    """Heading, the year's figures as printed (total, parts, domains, counts), and the record of all years."""
    lang, name = report.lang, report.index_name(index)
    blocks: list[Block] = [heading(2, lang.t("{index}: as published", index=name), id=f"{index}-published")]
    rows = report.profile(index)
    known = rows[rows["score"].notna() | rows["rank"].notna()] if not rows.empty else rows
    if known.empty:
        text = lang.t(
            "No {index} figure of {province} for {when} was found.",
            index=name,
            province=report.name,
            when=report.when(index),
        )
        blocks.append(note(lang, text, id=f"{index}-none"))
    else:
        records = known.to_dict("records")
        blocks.append(
            paragraph(
                say.total(lang, report.name, name, report.when(index), rows.iloc[0]), id=f"{index}-findings"
            )
        )
        parts = say.published_parts(lang, [row for row in records if row["indicator"] != ROOT])
        if parts:
            blocks.append(bullets(parts, id=f"{index}-parts"))
    history = report.history(index, ROOT)
    history = history[history["score"].notna() | history["rank"].notna()]
    means = report.means(index)
    history = history.merge(
        means.rename(columns={"value": "mean", "source_id": "mean_source"}), on="year", how="left"
    )
    # A mean is there to compare a score with; without the score it says nothing of the province.
    history.loc[history["score"].isna(), ["mean", "mean_source"]] = None
    compared = history["mean"].notna().any()
    if not history.empty:
        blocks.append(
            table(
                lang,
                history.assign(
                    edition=history["date"].fillna(history["year"].astype("str")),
                    when=report.editions_in_short(history),
                    how=[_basis(report, basis) for basis in history["basis"]],
                    ahead=history["score"] - history["mean"],
                ),
                [
                    Column("when", lang.t("Year"), "code"),
                    Column("score", lang.t("Score"), "score"),
                    Column("max_score", lang.t("Maximum"), "score", decimals=1),
                    Column("rank", lang.t("Rank"), "rank", of="of"),
                    *(
                        [
                            Column("mean", lang.t("Mean of all provinces"), "score"),
                            Column("ahead", lang.t("Difference from the mean"), "signed"),
                        ]
                        if compared
                        else []
                    ),
                    Column("how", lang.t("Basis")),
                    Column("source_id", lang.t("Source"), "code"),
                    *([Column("mean_source", lang.t("Source of the mean"), "code")] if compared else []),
                ],
                id=f"{index}-record",
                key="edition",
                caption=lang.t(
                    "{index}: figures of {province} found, by year", index=name, province=report.name
                ),
                source=report.citation(index),
                notes=report.notes(index),
            )
        )
    return Section(blocks)


def _basis(report: Report, basis: str) -> str:
    t = report.lang.t
    return {
        "published": t("printed"),
        "derived": t("arithmetic on printed figures"),
        "secondary": t("secondary"),
        "illustrative": t("illustrative"),
        "self-assessed": t("self-assessed"),
        "aggregated": t("aggregated"),
    }[basis]
