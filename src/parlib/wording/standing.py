"""Sentences on where a province stands: its total, its groups, its change, and what was published.

Each function takes rows as :func:`parlib.scoring.profile` gives them (one indicator as a mapping) and returns finished
sentences with the figures they name. None says anything of a figure that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parlib.scoring import GROUPS
from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Sentence
from parlib.wording.terms import group_name, level_name

Row = Mapping[str, Any]
_MOST_MOVED = 2  # names a sentence holds; the table has the others


def edition(lang: Language, year: int, date: object) -> str:
    """An edition in words: ``năm 2017``, ``ngày 10/10/2026``; ``2017``, ``10 October 2026``."""
    if isinstance(date, str):
        return lang.t("{date}", date=lang.date(date))
    return lang.t("{year}", year=int(year))


def total(lang: Language, province: str, index: str, when: str, row: Row) -> list[Sentence]:
    """The score of the whole index, its rank and group, and the change on the year before.

    Parameters
    ----------
    province, index
        Names as printed.
    when
        The edition in words (see :func:`edition`).
    row
        The row of ``TOTAL``.
    """
    key = row["indicator"]
    if is_missing(row["score"]) and is_missing(row["rank"]):
        return [
            Sentence(
                lang.t(
                    "{province} has no published figure for {index} {when}.",
                    province=province,
                    index=index,
                    when=when,
                )
            )
        ]
    named: dict[str, Any] = {"province": province, "index": index, "when": when}
    figures = {f"{key}.{name}": row[name] for name in ("score", "max_score", "rank", "of")}
    rank = lang.rank(row["rank"], row["of"])
    if is_missing(row["score"]):
        text = lang.t(
            "{index} {when}: {province} ranked {rank}; the score was not found.", rank=rank, **named
        )
        return [Sentence(text, figures)]
    named["score"] = (
        lang.percent(row["score"], 2)
        if _in_percent(row)
        else lang.t(
            "{score} of {max} points",
            score=lang.number(row["score"]),
            max=lang.maximum(row["max_score"]),
        )
    )
    if is_missing(row["rank"]):
        text = lang.t("{index} {when}: {province} scored {score}.", **named)
    elif is_missing(row["group"]):
        text = lang.t("{index} {when}: {province} scored {score}, ranking {rank}.", rank=rank, **named)
    else:
        text = lang.t(
            "{index} {when}: {province} scored {score}, ranking {rank}, in the {group} group.",
            rank=rank,
            group=group_name(lang, row["group"]),
            **named,
        )
        figures[f"{key}.group"] = row["group"]
    return [Sentence(text, figures), *change(lang, row)]


def last_known(lang: Language, province: str, index: str, when: str, row: Row, unit: str) -> list[Sentence]:
    """That an edition has no figure of a province, and where it last stood.

    Parameters
    ----------
    province, index, when
        As for :func:`total`.
    row
        The latest earlier row of ``TOTAL`` that has a score, with ``year`` and ``date``.
    unit
        What the index counts in.
    """
    named = {
        "index": index,
        "when": when,
        "province": province,
        "before": edition(lang, row["year"], row["date"]),
        "score": amount(lang, row["score"], unit),
    }
    text = (
        lang.t(
            "{index} {when}: no figure of {province} was published; in {before} it had {score}.",
            **named,
        )
        if is_missing(row["rank"])
        else lang.t(
            "{index} {when}: no figure of {province} was published; in {before} it had {score}, rank {rank}.",
            rank=lang.rank(row["rank"], row["of"]),
            **named,
        )
    )
    figures = {f"last_known.{name}": row[name] for name in ("year", "score", "rank", "of")}
    return [Sentence(text, figures)]


def change(lang: Language, row: Row) -> list[Sentence]:
    """The change in points and places on the year before, where both years are known and comparable."""
    if is_missing(row["change"]):
        return []
    points = lang.number(abs(row["change"]))
    before = edition(lang, row["previous_year"], row["previous_date"])
    unit = (
        lang.t("{points} percentage points", points=points)
        if _in_percent(row)
        else lang.t("{points} points", points=points)
    )
    moved = (
        lang.t("points unchanged")
        if points == lang.number(0)  # to the decimals that are printed
        else lang.t("up {points}", points=unit)
        if row["change"] > 0
        else lang.t("down {points}", points=unit)
    )
    figures = {f"{row['indicator']}.{name}": row[name] for name in ("change", "rank_change", "previous_year")}
    if is_missing(row["rank_change"]):
        return [Sentence(lang.t("Compared with {when}: {points}.", when=before, points=moved), figures)]
    places = int(row["rank_change"])
    climbed = (
        lang.n("up {n} place", "up {n} places", places)
        if places > 0
        else lang.n("down {n} place", "down {n} places", -places)
        if places < 0
        else lang.t("rank unchanged")
    )
    text = lang.t("Compared with {when}: {points}, {places}.", when=before, points=moved, places=climbed)
    return [Sentence(text, figures)]


def groups(lang: Language, level: str, rows: Sequence[Row]) -> list[Sentence]:
    """How the indicators of one level are spread over the four groups, and which are strong and which are weak.

    Those in the highest and the lowest group are named; where there is none, the one with the best or the worst rank.

    Parameters
    ----------
    level
        Level of the framework that the rows belong to.
    rows
        Rows of that level; those without a group are counted as such.
    """
    grouped = [row for row in rows if not is_missing(row["group"])]
    if not grouped:
        return []
    members = {group: [row for row in grouped if row["group"] == group] for group in GROUPS}
    parts = [
        lang.n(
            "{n} in the {group} group",
            "{n} in the {group} group",
            len(rows_of),
            group=group_name(lang, group),
        )
        for group, rows_of in members.items()
        if rows_of
    ]
    figures: dict[str, Any] = {f"{level}.{group}": len(rows_of) for group, rows_of in members.items()}
    figures[f"{level}.all"] = len(rows)
    if len(grouped) < len(rows):
        parts.append(lang.n("{n} without a figure", "{n} without a figure", len(rows) - len(grouped)))
        figures[f"{level}.without"] = len(rows) - len(grouped)
    text = lang.t("Of {all}: {parts}.", all=level_name(lang, level, len(rows)), parts=", ".join(parts))
    sentences = [Sentence(text, figures)]
    ranked = sorted(grouped, key=lambda row: row["rank"])
    if members["highest"]:
        names = "; ".join(lang.name(row) for row in members["highest"])
        sentences.append(Sentence(lang.t("In the highest group: {names}.", names=names)))
    else:
        best = {"name": lang.name(ranked[0]), "rank": lang.rank(ranked[0]["rank"], ranked[0]["of"])}
        sentences.append(Sentence(lang.t("Best rank: {name} ({rank}).", **best), _place(ranked[0])))
    if members["lowest"]:
        names = "; ".join(lang.name(row) for row in members["lowest"])
        sentences.append(Sentence(lang.t("In the lowest group: {names}.", names=names)))
    else:
        worst = {"name": lang.name(ranked[-1]), "rank": lang.rank(ranked[-1]["rank"], ranked[-1]["of"])}
        sentences.append(Sentence(lang.t("Worst rank: {name} ({rank}).", **worst), _place(ranked[-1])))
    return sentences


def spread(lang: Language, level: str, rows: Sequence[Row]) -> list[Sentence]:
    """How the indicators of one level are spread over the groups, and which gained and lost the most places.

    Parameters
    ----------
    level
        Level of the framework that the rows belong to.
    rows
        Rows of that level.
    """
    sentences = groups(lang, level, rows)[:1]
    moved = [row for row in rows if not is_missing(row["rank_change"]) and row["rank_change"] != 0]
    moved.sort(key=lambda row: (-row["rank_change"], row["indicator"]))
    for risen in (True, False):
        most = [row for row in (moved if risen else moved[::-1]) if (row["rank_change"] > 0) is risen]
        if not most:
            continue
        names = lang.list(
            [f"{lang.name(row)} ({lang.signed(row['rank_change'], 0)})" for row in most[:_MOST_MOVED]]
        )
        text = (
            lang.t("Most places gained: {names}.", names=names)
            if risen
            else lang.t("Most places lost: {names}.", names=names)
        )
        figures = {f"{row['indicator']}.rank_change": row["rank_change"] for row in most[:_MOST_MOVED]}
        sentences.append(Sentence(text, figures))
    return sentences


def without_total(
    lang: Language, province: str, index: str, when: str, level: str, rows: Sequence[Row]
) -> list[Sentence]:
    """How much of an index is known of a province for which no total was published.

    Parameters
    ----------
    province, index, when
        As for :func:`total`.
    level
        Level of the framework that the rows belong to.
    rows
        Rows of that level; some have a score.
    """
    known = sum(not is_missing(row["score"]) for row in rows)
    text = lang.t(
        "{index} {when}: no total of {province} was published, only {n} of {all}.",
        index=index,
        when=when,
        province=province,
        n=known,
        all=level_name(lang, level, len(rows)),
    )
    return [Sentence(text, {f"{level}.known": known, f"{level}.all": len(rows)})]


def notable(lang: Language, rows: Sequence[Row]) -> list[Sentence]:
    """Which indicators rose or fell by 5% or more of the year before, as the PAPI reports call notable."""
    sentences = []
    for risen in (True, False):
        moved = [
            row
            for row in rows
            if not is_missing(row["notable"]) and row["notable"] and (row["change"] > 0) is risen
        ]
        if not moved:
            continue
        moved.sort(key=lambda row: -abs(row["change_pct"]))
        names = lang.list(
            [f"{lang.name(row)} ({lang.percent(row['change_pct'], signed=True)})" for row in moved]
        )
        text = (
            lang.t("Notable rise (5% or more): {names}.", names=names)
            if risen
            else lang.t("Notable fall (5% or more): {names}.", names=names)
        )
        sentences.append(
            Sentence(text, {f"{row['indicator']}.change_pct": row["change_pct"] for row in moved})
        )
    return sentences


def published_parts(lang: Language, rows: Sequence[Row]) -> list[Sentence]:
    """The parts of a total as printed, each of its maximum where that is known: ``49,05/62 điểm``."""
    sentences = []
    for row in rows:
        if is_missing(row["score"]):
            continue
        score = lang.integer(row["score"]) if row["unit"] == "components" else lang.number(row["score"])
        figures = {f"{row['indicator']}.score": row["score"]}
        if is_missing(row["max_score"]):
            text = lang.t("{name}: {score}.", name=lang.name(row), score=score)
        else:
            maximum = lang.maximum(row["max_score"])
            text = lang.t("{name}: {score}/{max}.", name=lang.name(row), score=score, max=maximum)
            figures[f"{row['indicator']}.max_score"] = row["max_score"]
        sentences.append(Sentence(text, figures))
    return sentences


def not_comparable(lang: Language, year: int, reason: str) -> Sentence:
    """Why the figures of a year cannot be compared with those before."""
    return Sentence(
        lang.t("Not comparable with the years before {year}: {reason}.", year=year, reason=reason)
    )


def rows_not_comparable(lang: Language, year: int, reason: str) -> Sentence:
    """Why some rows of a year's table have no change on the year before."""
    return Sentence(
        lang.t(
            "Rows without a change cannot be compared with the years before {year}: {reason}.",
            year=year,
            reason=reason,
        )
    )


def ranked_of(lang: Language, index: str, when: str, of: int, frame: int) -> list[Sentence]:
    """How many provinces a ranking covers, where it is not all of them."""
    if of == frame:
        return []
    text = lang.t(
        "{index} {when} ranks {of} of {frame} provinces; the others have no published total.",
        index=index,
        when=when,
        of=of,
        frame=frame,
    )
    return [Sentence(text, {"of": of, "frame": frame})]


def _place(row: Row) -> dict[str, Any]:
    return {f"{row['indicator']}.rank": row["rank"], f"{row['indicator']}.of": row["of"]}


def amount(lang: Language, score: float, unit: str) -> str:
    """Print a score with its unit: ``36,03 điểm``, ``86,50%``."""
    if unit == "percent":
        return lang.percent(score, 2)
    return lang.t("{score} points", score=lang.number(score))


def _in_percent(row: Row) -> bool:
    """Whether an index counts in per cent, such as satisfaction, and not in points."""
    return bool(row["unit"] == "percent")
