"""How sure a rank is: sampling error, and the choice of weights."""

from __future__ import annotations

from parlib.answers.intervals import RankIntervals, error_year, rank_intervals
from parlib.answers.robustness import Robustness, weight_robustness
from parlib.blocks import Section, chart, charts, heading, note, paragraph
from parlib.frameworks import ROOT
from parlib.pages.context import Context
from parlib.pages.report import Report
from parlib.wording import inference as say
from parlib.wording.language import is_missing

_AROUND = 4


def certainty(report: Report, index: str) -> Section:
    """Heading, findings, rank intervals of the province and its neighbours; one line where no error is known."""
    if not report.whole(index):
        return Section([])  # what is missing without a total is said once (see parlib.pages.lost)
    lang, name = report.lang, report.index_name(index)
    title = heading(2, lang.t("{index}: how sure the rank is", index=name), id=f"{index}-certainty")
    slug = report.province.slug
    result = None if report.aggregated else sampling(report, index)
    # Where an error is published for others only, the province has no interval.
    if result is None or is_missing(result.of_province(slug)["rank_low"]):
        text = lang.t(
            "No sampling error is published from which {index} ranks of {province} could get an interval.",
            index=name,
            province=report.name,
        )
        return Section([title, note(lang, text, id=f"{index}-certainty-none")])
    rows = result.rows.dropna(subset=["rank_low"]).sort_values(["rank", "province"]).reset_index(drop=True)
    here = int(rows.index[rows["province"] == slug][0])
    start = min(max(here - _AROUND, 0), max(len(rows) - 2 * _AROUND - 1, 0))
    weights = weighting(report, index)
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


def sampling(context: Context, index: str) -> RankIntervals | None:
    """Rank intervals of this year's totals; ``None`` for an index without published errors.

    Where the total of the year with errors has another maximum, the errors of the parts are added up instead.
    """
    path = f"{index}/uncertainty.csv"
    if not (context.known.root / path).is_file():
        return None
    errors = context.known.table(path)
    framework, scored = context.framework(index), context.scored(index)

    def draw() -> RankIntervals:
        measured = context.known.framework(index, error_year(scored, framework, errors))
        alike = measured.max_score(ROOT) == framework.max_score(ROOT)
        return rank_intervals(scored, framework, errors, errors_of="total" if alike else "parts")

    return context.known.once(("sampling", index, context.year, context.frame), draw)


def weighting(context: Context, index: str) -> Robustness:
    """Ranks of this year's totals under other weights."""
    return context.known.once(
        ("weights", index, context.year, context.frame),
        lambda: weight_robustness(context.scored(index), context.framework(index)),
    )
