"""What a target rank has taken, year by year, where only part of each table was published."""

from __future__ import annotations

from parlib.answers.bounds import Bounds, ScoreRange, bounds
from parlib.blocks import Block, Section, chart, charts, heading, note, paragraph
from parlib.frameworks import ROOT
from parlib.pages.context import Context
from parlib.pages.report import Report
from parlib.wording import inference as say
from parlib.wording.language import is_missing
from parlib.wording.sentence import Sentence


def threshold(report: Report, index: str, rank: int) -> Section:
    """Heading, interval of the score at a rank in this year, what is missing to it, and the intervals of all years.

    Parameters
    ----------
    report
        Who and when.
    index
        An index of which only part is published (of a whole one the interval is a point).
    rank
        The rank to reach, unless the report's own target names another.
    """
    if report.edition(index) is None:
        return Section([])
    lang, name = report.lang, report.index_name(index)
    goal = report.targets.get(index)
    wanted = int(goal.value) if goal is not None and goal.kind == "rank" else rank
    title = heading(
        2, lang.t("{index}: what rank {rank} takes", index=name, rank=wanted), id=f"{index}-threshold"
    )
    ranges = {year: found for year in report.years(index) if (found := score_at(report, index, year, wanted))}
    own = report.history(index, ROOT).dropna(subset=["score"]).set_index("year")["score"].to_dict()
    if not ranges or report.aggregated:
        text = lang.t("Nothing published bounds the score at rank {rank}.", rank=wanted)
        return Section([title, note(lang, text, id=f"{index}-threshold-none")])
    blocks: list[Block] = [title]
    if report.year in ranges:
        blocks.append(paragraph(reach(report, index, wanted, reasons=True), id=f"{index}-threshold-findings"))
    means = report.means(index).set_index("year")["value"]
    drawing = charts.bounds(
        ranges,
        by="year",
        lang=lang,
        own=own,
        own_name=report.name,
        # A mean is there to compare a score with: only such means are among the report's sources.
        means=means[means.index.isin(list(own))].to_dict(),
        chart_id=f"{index}-bounds",
    )
    caption = lang.t("{index}: scores that can stand at rank {rank}, by year", index=name, rank=wanted)
    blocks.append(
        chart(
            lang,
            drawing,
            id=f"{index}-bounds",
            caption=caption,
            source=report.citation(index),
            notes=report.notes(index),
        )
    )
    return Section(blocks)


def reach(report: Report, index: str, rank: int, *, reasons: bool = False) -> list[Sentence]:
    """What a rank takes in this report's year, and what is missing to it; nothing where nothing bounds it.

    Parameters
    ----------
    report, index
        Whose gap, and on what.
    rank
        The rank to reach.
    reasons
        Say too which published facts lie behind either end.
    """
    found = score_at(report, index, report.year, rank)
    if found is None or report.aggregated:
        return []
    title = f"{report.index_name(index)} {report.year}"
    said = say.score_at_rank(report.lang, title, found, report.names)
    return [*(said if reasons else said[:1]), *_gap(report, index, found)]


def known_of(context: Context, index: str, year: int) -> Bounds:
    """What is proved of the table of one year."""
    known = context.known

    def prove() -> Bounds:
        edition = known.edition(index, year)
        framework = known.framework(index, year)
        return bounds(known.scored_edition(edition), edition, framework, known.bands, known.national)

    return known.once(("bounds", index, year), prove)


def score_at(report: Report, index: str, year: int, rank: int) -> ScoreRange | None:
    """The scores that can stand at a rank in one year; ``None`` where nothing bounds them."""
    found = known_of(report, index, year).score_at(rank)
    return found if found.low is not None or found.high is not None else None


def _gap(report: Report, index: str, found: ScoreRange) -> list[Sentence]:
    """How many points are missing to the rank: an interval where the threshold is one."""
    lang, total = report.lang, report.total(index)
    if total is None:
        return []
    place, own = total["rank"], total["score"]
    if not is_missing(place) and place <= found.rank:
        text = lang.t(
            "{province}, at rank {own}, is there already.",
            province=report.name,
            own=lang.rank(place, total["of"]),
        )
        return [Sentence(text, {"rank": place, "of": total["of"]})]
    if is_missing(own) or found.low is None or found.high is None:
        return []
    least, most = found.low.value - own, found.high.value - own
    if most <= 0:
        return []
    figures = {"gap.low": max(least, 0.0), "gap.high": most}
    if least <= 0:
        text = lang.t(
            "{province} lacks at most {most} points to it.", province=report.name, most=lang.number(most)
        )
        return [Sentence(text, figures)]
    text = lang.t(
        "{province} lacks {least} to {most} points to it.",
        province=report.name,
        least=lang.number(least),
        most=lang.number(most),
    )
    return [Sentence(text, figures)]
