"""Sentences on what can be inferred: bounds, rank intervals, weights, peers, and several indices side by side.

Each function takes a result of :mod:`parlib.answers` and names, and returns finished sentences with the figures they
print. A figure that rests on another year's errors, on part of the field or on arithmetic says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from parlib.answers.bounds import Fact, RankRange, ScoreRange
from parlib.answers.crossview import Correlation, CrossView
from parlib.answers.intervals import RankIntervals
from parlib.answers.peers import Peers
from parlib.answers.robustness import Robustness
from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Sentence
from parlib.wording.standing import amount
from parlib.wording.terms import group_name

Names = Mapping[str, str]
_CLEARLY = 0.02
"""Share of the maximum from which a peer's lead is worth a question."""
_ASKED = 3  # more names than these are a table, not a sentence


# Bounds


def fact_text(lang: Language, fact: Fact, names: Names) -> str:
    """One published fact in a few words, without a full stop.

    Parameters
    ----------
    names
        Names of the provinces.
    """
    if fact.kind == "score":
        text = _standing(lang, fact, names.get(fact.province or "", fact.province or ""))
    elif fact.kind == "band":
        span = points(lang, fact.low, fact.low_closed, fact.high, fact.high_closed)
        text = lang.n("{n} province has {span}", "{n} provinces have {span}", fact.count or 0, span=span)
    elif fact.kind == "scale":
        text = lang.t("the scale is {span}", span=points(lang, fact.low, True, fact.high, True))
    else:
        value = lang.number(fact.value)
        text = {
            "mean": lang.t(
                "the mean of all provinces is {value}, given the scores that are known", value=value
            ),
            "median": lang.t("the median of all provinces is {value}", value=value),
            "gap": lang.t("the first and the last are {value} points apart", value=value),
        }[fact.kind]
    return f"{text} {lang.t('(computed from published figures)')}" if fact.basis == "derived" else text


def _standing(lang: Language, fact: Fact, name: str) -> str:
    if fact.score is None:
        return lang.t("{province} has rank {rank}, its score is not known", province=name, rank=fact.rank)
    score = lang.number(fact.score)
    if fact.rank is None:
        return lang.t("{province} has {score} points, its rank is not known", province=name, score=score)
    return lang.t("{province} has {score} points and rank {rank}", province=name, score=score, rank=fact.rank)


def points(lang: Language, low: float | None, low_closed: bool, high: float | None, high_closed: bool) -> str:
    """A range of points, an end that does not belong to it told apart: ``from 89.33 to below 90 points``."""
    least, most = _limit(lang, low), _limit(lang, high)
    if high is None:
        return (
            lang.t("{low} points or more", low=least)
            if low_closed
            else lang.t("more than {low} points", low=least)
        )
    if low is None:
        return (
            lang.t("{high} points or fewer", high=most)
            if high_closed
            else lang.t("fewer than {high} points", high=most)
        )
    if low_closed:
        return (
            lang.t("from {low} to {high} points", low=least, high=most)
            if high_closed
            else lang.t("from {low} to below {high} points", low=least, high=most)
        )
    return (
        lang.t("more than {low} and at most {high} points", low=least, high=most)
        if high_closed
        else lang.t("more than {low} and fewer than {high} points", low=least, high=most)
    )


def _limit(lang: Language, value: float | None) -> str:
    """Limits of classes and scales are whole numbers mostly, and printed so."""
    return lang.number(value, 0 if value is not None and float(value).is_integer() else 2)


def told_facts(lang: Language, found: ScoreRange | RankRange, names: Names) -> list[dict[str, str]]:
    """The facts behind either end: ``[{side, text, source_id, basis}]``.

    ``side`` is ``low`` or ``high`` for a range of scores, ``best`` or ``worst`` for one of ranks.
    """
    if isinstance(found, ScoreRange):
        sides = {side: end.facts if end else () for side, end in (("low", found.low), ("high", found.high))}
    else:
        sides = {"best": found.best_facts, "worst": found.worst_facts}
    return [
        {
            "side": side,
            "text": fact_text(lang, fact, names),
            "source_id": fact.source_id,
            "basis": fact.basis,
        }
        for side, facts in sides.items()
        for fact in facts
    ]


def score_at_rank(lang: Language, title: str, found: ScoreRange, names: Names) -> list[Sentence]:
    """The scores that can stand at a rank, and why.

    Parameters
    ----------
    title
        The edition as printed: ``PAR INDEX 2023``.
    names
        Names of the provinces.
    """
    rank = lang.rank(found.rank, found.of)
    low, high = found.low, found.high
    figures = {"low": low.value if low else None, "high": high.value if high else None}
    if low is None and high is None:
        return [Sentence(lang.t("{title}: nothing published bounds rank {rank}.", title=title, rank=rank))]
    if found.exact and low is not None:
        text = lang.t(
            "{title}: rank {rank} has {score} points.", title=title, rank=rank, score=lang.number(low.value)
        )
        reasons = [_because(lang, "basis", lang.t("Basis"), low.facts, names)]
        return [Sentence(text, figures), *filter(None, reasons)]
    span = points(
        lang,
        low.value if low else None,
        bool(low and low.closed),
        high.value if high else None,
        bool(high and high.closed),
    )
    text = lang.t("{title}: rank {rank} takes {span}.", title=title, rank=rank, span=span)
    reasons = [
        _because(lang, "low", lang.t("Lower end"), low.facts if low else (), names),
        _because(lang, "high", lang.t("Upper end"), high.facts if high else (), names),
    ]
    return [Sentence(text, figures), *filter(None, reasons)]


def rank_of_score(
    lang: Language, title: str, found: RankRange, names: Names, who: str = ""
) -> list[Sentence]:
    """The ranks that a score, or a province, can hold, and why.

    Parameters
    ----------
    title
        The edition as printed.
    names
        Names of the provinces.
    who
        The province asked about, as printed; empty where a score was.
    """
    figures = {"score": found.score, "best": found.best, "worst": found.worst}
    if not found.held:
        text = lang.t(
            "{title}: no province can have {score} points; among them it would take rank {ranks}.",
            title=title,
            score=lang.number(found.score),
            ranks=_ranks(lang, found),
        )
    elif who:
        said = {"title": title, "province": who, "ranks": _ranks(lang, found)}
        text = (
            lang.t("{title}: {province} has rank {ranks}.", **said)
            if found.exact
            else lang.t("{title}: {province} can hold rank {ranks}.", **said)
        )
    else:
        text = lang.t(
            "{title}: a province with {score} points can hold rank {ranks}.",
            title=title,
            score=lang.number(found.score),
            ranks=_ranks(lang, found),
        )
    if found.best_facts == found.worst_facts:
        reasons = [_because(lang, "basis", lang.t("Basis"), found.best_facts, names)]
    else:
        reasons = [
            _because(lang, "best", lang.t("No better rank"), found.best_facts, names),
            _because(lang, "worst", lang.t("No worse rank"), found.worst_facts, names),
        ]
    return [Sentence(text, figures), *filter(None, reasons)]


def _ranks(lang: Language, found: RankRange) -> str:
    if found.exact:
        return lang.rank(found.best, found.of)
    return lang.t("{best} to {worst}", best=found.best, worst=lang.rank(found.worst, found.of))


def _because(lang: Language, key: str, end: str, facts: Sequence[Fact], names: Names) -> Sentence | None:
    if not facts:
        return None
    figures = {
        f"{key}.{position}.{name}": value
        for position, fact in enumerate(facts, start=1)
        for name in ("score", "low", "high", "value", "count")
        if not is_missing(value := getattr(fact, name))
    }
    return Sentence(f"{end}: {'; '.join(fact_text(lang, fact, names) for fact in facts)}.", figures)


# Intervals and weights


def how_sure_a_rank(lang: Language, province: str, result: RankIntervals, slug: str) -> list[Sentence]:
    """The ranks that sampling error leaves, and the likeliest group; :func:`how_made` says whose errors these are.

    Parameters
    ----------
    province
        Name as printed.
    slug
        Its key in ``result``.
    """
    found = result.of_province(slug)
    if is_missing(found["rank_low"]):
        return []
    level = lang.percent(100 * result.level, 0)
    text = lang.t(
        "Sampling error leaves {province} a rank from {low} to {high} (at {level} confidence); "
        "the published one is {rank}.",
        province=province,
        low=lang.integer(found["rank_low"]),
        high=lang.rank(found["rank_high"], found["of"]),
        level=level,
        rank=lang.integer(found["rank"]),
    )
    sentences = [Sentence(text, {"rank_low": found["rank_low"], "rank_high": found["rank_high"]})]
    group, chance = max(found["groups"].items(), key=lambda item: item[1])
    text = lang.t(
        "It is in the {group} group in {percent} of the draws.",
        group=group_name(lang, group),
        percent=lang.percent(100 * chance, 0),
    )
    return [*sentences, Sentence(text, {f"chance.{group}": chance})]


def how_made(lang: Language, result: RankIntervals) -> list[Sentence]:
    """How the intervals were drawn, and the reserve that another year's errors call for."""
    drawn = {"draws": lang.integer(result.draws), "seed": result.seed}
    year = result.error_year
    text = (
        lang.t(
            "{draws} draws (seed {seed}) with the standard errors published for {year}.", **drawn, year=year
        )
        if result.errors_of == "total"
        else lang.t(
            "{draws} draws (seed {seed}) with the variances of the parts published for {year}, taken as independent.",
            **drawn,
            year=year,
        )
    )
    sentences = [Sentence(text)]
    if result.proxy:
        text = lang.t(
            "No errors are published for {this}: those of {year} stand in for them, so the interval is indicative.",
            this=result.edition["year"],
            year=year,
        )
        sentences.append(Sentence(text))
    return sentences


def other_weights(
    lang: Language, province: str, result: Robustness, slug: str, names: Names
) -> list[Sentence]:
    """What other weights would make of the rank, and which part it hangs on most.

    Parameters
    ----------
    province
        Name as printed.
    slug
        Its key in ``result``.
    names
        Names of the parts.
    """
    found = result.of_province(slug)
    weights = found["weights"]
    text = lang.t(
        "With the weights varied by about {spread}, {province} stands between rank {low} and {high} in {level} of the "
        "draws; with the weights as they are it is {rank}. This says how far the rank hangs on the weights, nothing "
        "about sampling.",
        spread=lang.percent(100 * result.spread, 0),
        province=province,
        low=lang.integer(weights["rank_low"]),
        high=lang.rank(weights["rank_high"], found["of"]),
        level=lang.percent(100 * result.level, 0),
        rank=lang.integer(found["rank"]),
    )
    sentences = [Sentence(text, {"rank_low": weights["rank_low"], "rank_high": weights["rank_high"]})]
    most = max(found["leave_one_out"], key=lambda row: abs(row["places"]))
    if most["places"]:
        text = lang.t(
            "It hangs most on {part}: without it, the rank would be {rank}.",
            part=names[most["indicator"]],
            rank=lang.rank(most["rank"], found["of"]),
        )
        sentences.append(Sentence(text, {f"without.{most['indicator']}": most["rank"]}))
    return sentences


# Peers


def peers_named(lang: Language, province: str, result: Peers, names: Names) -> list[Sentence]:
    """Who the peers are, nearest first.

    Parameters
    ----------
    province
        Name as printed.
    names
        Names of the provinces.
    """
    if result.rows.empty:
        return []
    said = {"province": province, "names": lang.list([names[slug] for slug in result.rows["province"]])}
    text = {
        "similarity": lang.t("Provinces whose profile is nearest to that of {province}: {names}.", **said),
        "region": lang.t("Provinces of the region of {province}: {names}.", **said),
        "group": lang.t("Provinces of the group of {province}: {names}.", **said),
        "list": lang.t("Provinces to compare {province} with: {names}.", **said),
    }[result.by]
    return [Sentence(text)]


def whom_to_ask(lang: Language, result: Peers, names: Names, indicators: Names) -> list[Sentence]:
    """For each weakness the peers that do clearly better there, with scores and trend; where none does, in one line.

    Parameters
    ----------
    names, indicators
        Names of the provinces and of the indicators.
    """
    sentences = []
    alone: list[str] = []
    for weak in result.weaknesses.to_dict("records"):
        code = weak["indicator"]
        named = f"{code} {indicators[code]}"
        better = result.better[result.better["indicator"] == code]
        better = better[better["gain"] >= _CLEARLY * weak["max_score"]]
        if better.empty:
            alone.append(named)
            continue
        shown = better.head(_ASKED).to_dict("records")
        text = lang.t(
            "{indicator} ({own} points, rank {rank}): ask {names}.",
            indicator=named,
            own=lang.number(weak["score"]),
            rank=lang.rank(weak["rank"], weak["of"]),
            names=lang.list([f"{names[row['province']]} ({_and_trend(lang, row)})" for row in shown]),
        )
        figures = {f"{code}.{row['province']}": row["score"] for row in shown}
        figures |= {f"{code}.{row['province']}.change": row["score"] - row["trend"][0][2] for row in shown}
        sentences.append(Sentence(text, {f"{code}.score": weak["score"], **figures}))
    if alone:
        text = lang.t("No peer does clearly better on {indicators}.", indicators="; ".join(alone))
        sentences.append(Sentence(text))
    return sentences


def _and_trend(lang: Language, row: Mapping[str, Any]) -> str:
    score = lang.number(row["score"])
    first_year, first_day, first = row["trend"][0]
    if len(row["trend"]) < 2:
        return score
    change = lang.signed(row["score"] - first)
    since = lang.date(first_day) if first_day else str(first_year)
    return lang.t("{score}, {change} since {year}", score=score, change=change, year=since)


# Several indices


def standing_across(
    lang: Language, province: str, rows: pd.DataFrame, indices: Names, units: Names
) -> list[Sentence]:
    """Where one province stands in each index of a year.

    Parameters
    ----------
    province
        Name as printed.
    rows
        Rows of :meth:`parlib.answers.crossview.CrossView.of_province`.
    indices
        Names of the indices.
    units
        What each counts in.
    """
    if rows.empty:
        return []
    parts: list[str] = []
    figures: dict[str, Any] = {}
    for row in rows.to_dict("records"):
        score = amount(lang, row["score"], units[row["index"]])
        if is_missing(row["rank"]):
            ranks = lang.t(
                "{best} to {worst}", best=int(row["best"]), worst=lang.rank(row["worst"], row["of"])
            )
            said = lang.t(
                "{index} {score}, possible rank {ranks}",
                index=indices[row["index"]],
                score=score,
                ranks=ranks,
            )
        elif is_missing(row["score"]):
            said = lang.t(
                "{index} rank {rank}, score not known",
                index=indices[row["index"]],
                rank=lang.rank(row["rank"], row["of"]),
            )
        else:
            said = lang.t(
                "{index} {score}, rank {rank}",
                index=indices[row["index"]],
                score=score,
                rank=lang.rank(row["rank"], row["of"]),
            )
        parts.append(said)
        figures |= {f"{row['index']}.score": row["score"], f"{row['index']}.rank": row["rank"]}
    return [Sentence(f"{province}: {'; '.join(parts)}.", figures)]


def quadrant(
    lang: Language, province: str, halves: pd.DataFrame, slug: str, x: str, y: str
) -> list[Sentence]:
    """In which half of the field a province stands in two indices; nothing where it is not proved.

    Parameters
    ----------
    province, x, y
        Names as printed.
    halves
        Result of :meth:`parlib.answers.crossview.CrossView.quadrants`.
    slug
        Key of the province in it.
    """
    mine = halves[halves["province"] == slug]
    if mine.empty:
        return []
    said = {"province": province, "x": x, "y": y}
    text = {
        ("upper", "upper"): lang.t("{province} is in the upper half in both {x} and {y}.", **said),
        ("lower", "lower"): lang.t("{province} is in the lower half in both {x} and {y}.", **said),
        ("upper", "lower"): lang.t(
            "{province} is in the upper half in {x}, but in the lower in {y}.", **said
        ),
        ("lower", "upper"): lang.t(
            "{province} is in the lower half in {x}, but in the upper in {y}.", **said
        ),
    }[mine["x_half"].iloc[0], mine["y_half"].iloc[0]]
    return [Sentence(text)]


def agreement(lang: Language, found: Correlation, indices: Names) -> list[Sentence]:
    """Whether two indices rank the provinces alike, and for whom that holds.

    Parameters
    ----------
    indices
        Names of the indices.
    """
    if found.rho is None:
        return []
    pair = {"x": indices[found.x], "y": indices[found.y], "rho": lang.number(found.rho)}
    if found.low is None:
        text = lang.n(
            "{x} and {y}: rank correlation {rho} over {n} province, too few for an interval.",
            "{x} and {y}: rank correlation {rho} over {n} provinces, too few for an interval.",
            found.n,
            **pair,
        )
    else:
        text = lang.n(
            "{x} and {y}: rank correlation {rho} ({level} interval from {low} to {high}) over {n} province.",
            "{x} and {y}: rank correlation {rho} ({level} interval from {low} to {high}) over {n} provinces.",
            found.n,
            **pair,
            level=lang.percent(100 * found.level, 0),
            low=lang.number(found.low),
            high=lang.number(found.high),
        )
    values = {"rho": found.rho, "low": found.low, "high": found.high, "n": found.n}
    return [Sentence(text, {f"{found.x}.{found.y}.{name}": value for name, value in values.items()})]


def too_few(lang: Language, pairs: Sequence[Correlation], indices: Names) -> list[Sentence]:
    """Which pairs of indices share too few known provinces for a correlation to mean anything.

    Parameters
    ----------
    indices
        Names of the indices.
    """
    if not pairs:
        return []
    named = [lang.t("{x} with {y} ({n})", x=indices[p.x], y=indices[p.y], n=p.n) for p in pairs]
    text = lang.t("Too few provinces known in both for a correlation: {pairs}.", pairs="; ".join(named))
    return [Sentence(text, {f"{p.x}.{p.y}.n": p.n for p in pairs})]


def reserve(lang: Language, view: CrossView) -> list[Sentence]:
    """For whom correlations do not speak, where some of the tables are known in part."""
    if not any(correlation.selective for correlation in view.correlations):
        return []
    text = lang.t(
        "Of an index of which only some provinces are known, those in print are mostly the first and the last; its "
        "correlations do not speak for all provinces."
    )
    return [Sentence(text)]


def coverage(lang: Language, view: CrossView, indices: Names) -> list[Sentence]:
    """How many provinces of each index are known.

    Parameters
    ----------
    indices
        Names of the indices.
    """
    parts = [
        lang.t(
            "{index} {known} scores and {ranked} ranks",
            index=indices[row["index"]],
            known=row["known"],
            ranked=row["ranked"],
        )
        for row in view.coverage.to_dict("records")
    ]
    text = lang.t(
        "Known in {year}, of {frame} provinces: {parts}.",
        year=view.year,
        frame=view.frame,
        parts="; ".join(parts),
    )
    return [Sentence(text)]
