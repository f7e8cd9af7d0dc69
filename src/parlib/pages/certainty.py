"""How sure a rank is: sampling error, and the choice of weights."""

from __future__ import annotations

import pandas as pd

from parlib.answers.intervals import rank_intervals
from parlib.answers.robustness import weight_robustness
from parlib.blocks import Section, chart, charts, heading, note, paragraph
from parlib.pages.report import Report
from parlib.wording import inference as say

_AROUND = 4


def certainty(report: Report, index: str) -> Section:
    """Heading, findings, rank intervals of the province and its neighbours; one line where no error is known."""
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: how sure the rank is", index=name), id=f"{index}-certainty")
    errors = _uncertainty(report, index)
    if errors is None or not report.whole(index) or report.aggregated:
        text = lang.t(
            "No sampling error is published from which {index} ranks of {province} could get an interval.",
            index=name,
            province=report.name,
        )
        return Section([title, note(lang, text, id=f"{index}-certainty-none")])
    scored, framework = report.scored(index), report.framework(index)
    result = rank_intervals(scored, framework, errors)
    slug = report.province.slug
    rows = result.rows.dropna(subset=["rank_low"]).sort_values(["rank", "province"]).reset_index(drop=True)
    here = int(rows.index[rows["province"] == slug][0])
    start = min(max(here - _AROUND, 0), max(len(rows) - 2 * _AROUND - 1, 0))
    weights = weight_robustness(scored, framework)
    return Section(
        [
            title,
            paragraph(say.how_sure_a_rank(lang, report.name, result, slug), id=f"{index}-certainty-findings"),
            chart(
                lang,
                charts.rank_interval(
                    rows.iloc[start : start + 2 * _AROUND + 1],
                    report.provinces,
                    slug,
                    lang=lang,
                    chart_id=f"{index}-rank-interval",
                ),
                id=f"{index}-rank-interval",
                caption=lang.t(
                    "{index} {when}: rank intervals of {province} and its neighbours",
                    index=name,
                    when=report.when(index),
                    province=report.name,
                ),
                source=report.citation(index),
                notes=[*(sentence.text for sentence in say.how_made(lang, result)), *report.notes(index)],
            ),
            paragraph(
                say.other_weights(lang, report.name, weights, slug, report.indicator_names(index)),
                id=f"{index}-weights-findings",
            ),
        ]
    )


def _uncertainty(report: Report, index: str) -> pd.DataFrame | None:
    """Published errors of an index, if the record has any."""
    path = f"{index}/uncertainty.csv"
    return report.known.table(path) if (report.known.root / path).is_file() else None
