"""The indices of one year side by side: what officials measure, and what citizens say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parlib.answers.crossview import crossview
from parlib.blocks import Block, Section, bullets, chart, charts, heading, note
from parlib.frameworks import ROOT
from parlib.pages.report import Report
from parlib.pages.threshold import known_of
from parlib.wording import inference as say

_TELLING = 10  # a correlation over fewer provinces is mostly chance
_ENOUGH = 8  # a scatter of fewer provinces shows nothing


def across(report: Report, indices: Sequence[str], *, x: str, y: str) -> Section:
    """Heading, standing on every index of the year, whether they agree, and the scatter of two of them.

    Parameters
    ----------
    report
        Who and when.
    indices
        The indices to put side by side; those without an edition in this year are left out.
    x, y
        The two of the scatter.
    """
    lang = report.lang
    title = heading(2, lang.t("The indices side by side"), id="across")
    there = [index for index in indices if report.edition(index) is not None]
    if report.aggregated or len(there) < 2:
        text = lang.t(
            "Nothing to put side by side: fewer than two indices are known for these provinces in {year}.",
            year=report.year,
        )
        return Section([title, note(lang, text, id="across-none")])
    view = crossview(
        {index: report.scored(index) for index in there},
        {index: known_of(report, index, report.year) for index in there},
    )
    names = {index: report.index_name(index) for index in there}
    own = view.of_province(report.province.slug)
    said = say.standing_across(lang, report.name, own, names, report.known.indices["unit"])
    told = [pair for pair in view.correlations if pair.n >= _TELLING]
    said += [sentence for pair in told for sentence in say.agreement(lang, pair, names)]
    said += say.too_few(lang, [pair for pair in view.correlations if pair.n < _TELLING], names)
    said += say.reserve(lang, view)
    blocks: list[Block] = [title]
    if said:
        blocks.append(bullets(said, id="across-findings"))
    points = _points(report, x, y) if x in there and y in there else None
    if points is not None and len(points) >= _ENOUGH:
        axis = [lang.t("{index} {when}, points", index=names[i], when=report.when(i)) for i in (x, y)]
        drawing = charts.quadrant(points, report.provinces, report.province.slug, axis[0], axis[1], lang=lang)
        blocks.append(
            chart(
                lang,
                drawing,
                id="quadrant",
                caption=lang.t("{x} and {y}: the provinces known in both", x=names[x], y=names[y]),
                source="; ".join(report.citation(index) for index in (x, y)),
            )
        )
    return Section(blocks)


def _points(report: Report, x: str, y: str) -> pd.DataFrame:
    """Provinces with a total on both indices."""

    def totals(index: str, axis: str) -> pd.DataFrame:
        rows = report.scored(index)
        rows = rows[(rows["indicator"] == ROOT) & rows["score"].notna()]
        return rows[["province", "score"]].rename(columns={"score": axis})

    return totals(x, "x").merge(totals(y, "y"), on="province")
