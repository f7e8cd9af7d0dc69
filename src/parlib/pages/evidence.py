"""Scores that follow from counted evidence: what the missing points are in cases."""

from __future__ import annotations

from parlib.answers.shortfall import shortfall
from parlib.blocks import Block, Column, Section, bullets, heading, note, table
from parlib.pages.report import Report
from parlib.wording import evidence as say


def evidence(report: Report, index: str) -> Section:
    """Heading, what to do in cases, and the table of evidence of one index; one line where there is none."""
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: the evidence behind the points", index=name), id=f"{index}-evidence")
    scored = report.scored(index)
    own = scored[scored["province"] == report.province.slug]
    if "denominator" not in own or own["denominator"].isna().all():  # aggregated scores have no evidence
        text = lang.t(
            "The record holds no evidence of {province} for {index} {when}.",
            province=report.name,
            index=name,
            when=report.when(index),
        )
        return Section([title, note(lang, text, id=f"{index}-evidence-none")])
    rows = shortfall(scored, report.framework(index), report.province.slug)
    blocks: list[Block] = [title]
    wanted = say.missing_points(lang, rows, counted(report, index))
    if wanted:
        blocks.append(bullets(wanted, id=f"{index}-missing-points"))
    blocks.append(
        table(
            lang,
            rows.assign(
                name=rows[f"name_{lang.code}"],
                percent=100 * rows["share"],
                sure=[say.rule_status(lang, status) for status in rows["status"]],
            ),
            [
                Column("indicator", lang.t("Code"), "code"),
                Column("name", lang.t("Indicator")),
                Column("numerator", lang.t("Achieved"), "int"),
                Column("denominator", lang.t("Due"), "int"),
                Column("percent", lang.t("Rate"), "percent", decimals=2),
                Column("score", lang.t("Score"), "score"),
                Column("max_score", lang.t("Maximum"), "score"),
                Column("cases", lang.t("Cases to the maximum"), "int"),
                Column("sure", lang.t("Rule")),
            ],
            id=f"{index}-evidence-table",
            key="indicator",
            caption=lang.t(
                "{index} {when}: evidence, points, and cases missing", index=name, when=report.when(index)
            ),
            row_header="name",
            source=report.citation(index),
            notes=[
                lang.t("Rule confirmed: from the evidence it gives the published points of every province."),
                *report.notes(index),
            ],
        )
    )
    return Section(blocks)


def counted(report: Report, index: str) -> dict[str, str]:
    """What the evidence of each indicator counts, where the record says it."""
    path = f"{index}/evidence.csv"
    if not (report.known.root / path).is_file():
        return {}
    words = report.known.table(path)
    return dict(zip(words["indicator"], words[f"numerator_{report.lang.code}"], strict=True))
