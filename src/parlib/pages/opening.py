"""The opening of a report: who, when, one card an index, and the sentences to remember."""

from __future__ import annotations

from collections.abc import Sequence

from parlib.blocks import Block, Card, Section, bullets, cards, charts, masthead, note, page_break
from parlib.frameworks import ROOT
from parlib.pages.moved import change_of_rank
from parlib.pages.path import planned
from parlib.pages.report import Report
from parlib.pages.threshold import reach
from parlib.wording import answers as say
from parlib.wording import standing
from parlib.wording.language import is_missing
from parlib.wording.sentence import Sentence, joined
from parlib.wording.terms import aggregated_warning

_MOST = 7  # sentences that one page has room for beside the map


def opening(report: Report, indices: Sequence[str]) -> Section:
    """Masthead, cards, key points and a small map: one page that stands alone.

    Parameters
    ----------
    report
        Who and when.
    indices
        One card each, in this order; an index without an edition in this year has none.
    """
    lang = report.lang
    there = [index for index in indices if report.edition(index) is not None]
    known = [index for index in there if not _unknown(report, index)]
    blocks: list[Block] = [
        masthead(
            lang,
            title=lang.t("Governance benchmark of the province"),
            subject=report.name,
            year=report.year,
            as_of=report.as_of,
            data_note=_completeness(report, indices),
            target="; ".join(
                f"{report.index_name(index)}: {say.target_name(lang, goal)}"
                for index, goal in report.targets.items()
            ),
            province=report.province.slug,
            mark=report.mark,
        ),
        *(
            [note(lang, aggregated_warning(lang), id="aggregated", kind="warning")]
            if report.aggregated
            else []
        ),
        cards(lang, [card(report, index) for index in there], id="headline"),
    ]
    points = [point for index in known for point in _key_points(report, index)]
    points += [point for index in there if index not in known for point in _last_known(report, index)]
    while len(points) > _MOST:
        points[-2:] = [joined(points[-2:])]
    if not points:
        points = [
            Sentence(
                lang.t("No score of {province} was found for {year}.", province=report.name, year=report.year)
            )
        ]
    grid = report.known.table("tile_grid.csv")
    here = charts.locator(
        grid[grid["frame"] == report.frame], report.provinces, report.province.slug, lang=lang
    )
    blocks.append(bullets(points, id="in-short", beside=here))
    cautions = [report.warning(index) for index in known if report.whole(index) and report.warning(index)]
    if cautions and not report.aggregated:
        blocks.append(note(lang, list(dict.fromkeys(cautions)), id="in-short-data", kind="warning"))
    blocks.append(page_break(id="after-opening"))
    return Section(blocks)


def _last_known(report: Report, index: str) -> list[Sentence]:
    """That a whole table leaves the province out, and where it last stood; nothing where none is known."""
    edition = report.edition(index)
    if edition is None or edition["coverage"] != "whole":
        return []
    history = report.history(index, ROOT)
    before = history[(history["year"] < report.year) & history["score"].notna()].sort_values("year")
    if before.empty:
        return []
    said = standing.last_known(
        report.lang,
        report.name,
        report.index_name(index),
        report.when(index),
        before.iloc[-1],
        report.known.indices.at[index, "unit"],
    )
    return [_of_index(index, sentence) for sentence in said]


def _unknown(report: Report, index: str) -> bool:
    """Whether the report's edition of an index has nothing on the province, or is not on record."""
    rows = report.profile(index)
    return rows.empty or bool((rows["score"].isna() & rows["rank"].isna()).all())


def _completeness(report: Report, indices: Sequence[str]) -> str:
    """Of which indices the total is missing, and which are missing altogether; one that had not begun is not."""
    lang = report.lang
    begun = report.known.editions.groupby("index")["year"].min()
    due = [index for index in indices if begun.get(index, report.year + 1) <= report.year]
    absent = [report.index_name(index) for index in due if _unknown(report, index)]
    partial = [
        report.index_name(index)
        for index in due
        if not _unknown(report, index)
        and (row := report.total(index)) is not None
        and is_missing(row["score"])
    ]
    said = [
        *([lang.t("no total for {indices}", indices=lang.list(partial))] if partial else []),
        *([lang.t("no figure found for {indices}", indices=lang.list(absent))] if absent else []),
    ]
    return "; ".join(said) or lang.t("all indices")


def _key_points(report: Report, index: str) -> list[Sentence]:
    """What to remember of one index: the place, the groups, what moved and why, what the target takes."""
    lang = report.lang
    rows = report.profile(index).to_dict("records")
    named = (lang, report.name, report.index_name(index), report.when(index))
    top = [row for row in rows if row["parent"] == ROOT and row["split"] == rows[0]["split"]]
    partial = is_missing(rows[0]["score"]) and is_missing(rows[0]["rank"])
    points = [
        standing.without_total(*named, top[0]["level"], top)
        if partial and top
        else standing.total(*named, rows[0])
    ]
    if top:
        points.append(standing.groups(lang, top[0]["level"], top))
    points.append(standing.notable(lang, top))
    if change := change_of_rank(report, index):
        points.append(say.moved(lang, report.name, change)[:2])
    goal = report.targets.get(index)
    if report.whole(index):
        points.append(say.the_gap(lang, report.name, planned(report, index)))
    elif goal is not None and goal.kind == "rank":
        points.append(reach(report, index, int(goal.value)))
    return [_of_index(index, joined(point)) for point in points if point]


def _of_index(index: str, sentence: Sentence) -> Sentence:
    """The sentence with its figures named after the index: two indices have a ``TOTAL`` each."""
    return Sentence(sentence.text, {f"{index}.{name}": value for name, value in sentence.figures.items()})


def card(report: Report, index: str) -> Card:
    """The headline figures of one index."""
    lang, row = report.lang, report.total(index)
    label = f"{report.index_name(index)} {report.when(index)}"
    if row is None or _unknown(report, index):
        return Card(index, label, None, note=lang.t("No figure was found for this year."))
    if is_missing(row["score"]) and is_missing(row["rank"]):
        return Card(index, label, None, note=lang.t("No total was published, only parts of it."))
    whole = not is_missing(row["group"])
    return Card(
        index,
        label,
        row["score"],
        row["max_score"],
        None if is_missing(row["rank"]) else int(row["rank"]),
        None if is_missing(row["of"]) else int(row["of"]),
        row["group"] if whole else None,
        None if is_missing(row["change"]) else float(row["change"]),
        None if is_missing(row["rank_change"]) else int(row["rank_change"]),
        None
        if is_missing(row["change"])
        else int(row["previous_year"])
        if is_missing(row["previous_date"])
        else str(row["previous_date"]),
        note=None if is_missing(row["score"]) or whole else lang.t("As published by the sources listed."),
        percent=row["unit"] == "percent",
    )
