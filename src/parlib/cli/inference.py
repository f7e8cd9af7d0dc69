"""Verbs that infer: threshold, interval, robustness, peers, cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from parlib.cli import app
from parlib.cli._asked import ask
from parlib.cli._output import (
    Column,
    DateOption,
    IndexOption,
    IndicatorOption,
    JsonOption,
    LangOption,
    ProvinceArgument,
    YearOption,
    listed,
    print_json,
    print_table,
    tell,
)
from parlib.errors import UsageError
from parlib.frameworks import ROOT

if TYPE_CHECKING:
    import pandas as pd

    from parlib.answers.bounds import Bounds, RankRange
    from parlib.datasets import Record
    from parlib.wording.language import Language
    from parlib.wording.sentence import Sentence

LevelOption = Annotated[float, typer.Option("--level", help="Share of the draws the interval holds: 0.9.")]
SeedOption = Annotated[
    int, typer.Option("--seed", help="Seed of the simulation; the same seed, the same answer.")
]


@app.command()
def threshold(
    year: YearOption,
    index: IndexOption = "par",
    date: DateOption = None,
    rank: Annotated[int | None, typer.Option("--rank", help="The score that stands at this rank.")] = None,
    score: Annotated[
        float | None, typer.Option("--score", help="The ranks that this score can hold.")
    ] = None,
    province: Annotated[
        str | None, typer.Option("--province", help="The ranks that this province can hold.")
    ] = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Say what is proved of a rank or a score in a table of which only part was published, and by which facts."""
    from parlib.wording import inference as say

    if sum(given is not None for given in (rank, score, province)) != 1:
        raise UsageError("ask one thing: --rank N, --score POINTS, or --province NAME.")
    asked = ask(lang, index, year, date)
    language, names, title = asked.lang, asked.names, asked.title
    table = _bounds(asked.known, asked.edition)
    payload: dict[str, Any]
    if rank is not None:
        found = table.score_at(rank)
        told = say.told_facts(language, found, names)
        payload = {
            "rank": found.rank,
            "of": found.of,
            "low": found.low.value if found.low else None,
            "high": found.high.value if found.high else None,
            "low_closed": bool(found.low and found.low.closed),
            "high_closed": bool(found.high and found.high.closed),
            "exact": found.exact,
        }
        sentences = say.score_at_rank(language, title, found, names)
    else:
        who = asked.province(province) if province is not None else None
        ranks = (
            table.ranks_of(score) if score is not None else table.ranks_of_province(who.slug if who else "")
        )
        told = say.told_facts(language, ranks, names)
        payload = {"province": who.slug if who else None, **_rank_payload(ranks)}
        sentences = say.rank_of_score(language, title, ranks, names, names[who.slug] if who else "")
    if json:
        print_json({**asked.head, **payload, "facts": told})
        return
    _print_sentences(sentences)


def _rank_payload(found: RankRange) -> dict[str, Any]:
    keys = ("score", "best", "worst", "of", "held", "exact")
    return {key: getattr(found, key) for key in keys}


@app.command()
def interval(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    indicator: IndicatorOption = ROOT,
    errors: Annotated[
        Literal["total", "parts"],
        typer.Option(
            "--errors", help="Errors published for the indicator, or of its parts taken as independent."
        ),
    ] = "total",
    level: LevelOption = 0.9,
    seed: SeedOption = 1,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Say how sure a rank is: the ranks that sampling error leaves, and the chances of the first N and the groups."""
    from parlib.answers.intervals import rank_intervals
    from parlib.wording import inference as say
    from parlib.wording.terms import group_name

    asked = ask(lang, index, year)
    language, who, framework = asked.lang, asked.province(province), asked.framework
    result = rank_intervals(
        asked.scored(),
        framework,
        _uncertainty(asked.known, index),
        indicator=framework.require(indicator),
        errors_of=errors,
        level=level,
        seed=seed,
    )
    found = result.of_province(who.slug)
    if json:
        print_json({"province": who.slug, **asked.head, "indicator": indicator, **found})
        return
    t = language.t
    chances = [(t("Among the first {n}", n=n), share) for n, share in found["top_n"].items()]
    chances += [(group_name(language, group), share) for group, share in found["groups"].items()]
    name = asked.name(who)
    print_table(
        [("what", t("Group"), "text"), ("percent", t("Chance"), "percent")],
        [{"what": what, "percent": 100 * share} for what, share in chances],
        language,
        title=asked.title_of(who),
        notes=[
            sentence.text
            for sentence in (
                *say.how_sure_a_rank(language, name, result, who.slug),
                *say.how_made(language, result),
            )
        ],
    )


@app.command()
def robustness(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    spread: Annotated[
        float, typer.Option("--spread", help="How far a weight varies, as a share of it.")
    ] = 0.25,
    level: LevelOption = 0.9,
    seed: SeedOption = 1,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Say how far a rank hangs on the weights: other weights, and each part left out. This is no sampling interval."""
    from parlib.answers.robustness import weight_robustness
    from parlib.wording import inference as say

    asked = ask(lang, index, year, date)
    language, who, framework = asked.lang, asked.province(province), asked.framework
    result = weight_robustness(asked.scored(), framework, spread=spread, level=level, seed=seed)
    found = result.of_province(who.slug)
    names = asked.indicators
    if json:
        print_json({"province": who.slug, **asked.head, **found, "left_out": result.left_out})
        return
    t = language.t
    name = asked.name(who)
    columns: list[Column] = [
        ("indicator", t("Code"), "text"),
        ("name", t("Left out"), "text"),
        ("rank", t("Rank without it"), "integer"),
        ("places", t("Places gained"), "gained"),
    ]
    print_table(
        columns,
        [{**row, "name": names[row["indicator"]]} for row in found["leave_one_out"]],
        language,
        title=asked.title_of(who),
        notes=[s.text for s in say.other_weights(language, name, result, who.slug, names)],
    )


@app.command()
def peers(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    by: Annotated[
        Literal["similarity", "region", "group", "list"], typer.Option("--by", help="How peers are chosen.")
    ] = "similarity",
    named: Annotated[str, typer.Option("--list", help="Provinces for --by list, separated by commas.")] = "",
    count: Annotated[int, typer.Option("--count", min=1, help="How many, by similarity.")] = 6,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Show whom to compare with, and for each weakness whom to ask."""
    from parlib.answers.peers import peers as answer
    from parlib.wording import inference as say

    asked = ask(lang, index, year, date)
    language, who = asked.lang, asked.province(province)
    result = answer(
        asked.known.scored(index),
        asked.framework,
        who.slug,
        by=by,
        regions=asked.regions,
        named=[asked.province(text).slug for text in listed(named)],
        count=count,
        date=asked.edition["date"],
    )
    if json:
        print_json({"province": who.slug, **asked.head, "by": by, **result.to_dict()})
        return
    t = language.t
    names, indicators = asked.names, asked.indicators
    columns: list[Column] = [
        ("name", t("Province"), "text"),
        ("distance", t("Distance"), "score"),
        ("differs", t("Differs most in"), "text"),
        ("better", t("Better on"), "text"),
    ]
    shown = [
        {
            "name": names[row["province"]],
            "distance": row["distance"],
            "differs": ", ".join(
                f"{code} {language.percent(100 * share, 0)}" for code, share in _largest(row["contributions"])
            ),
            "better": ", ".join(item["indicator"] for item in row["better_on"]),
        }
        for row in result.to_dict()["rows"]
    ]
    notes = [
        *say.peers_named(language, names[who.slug], result, names),
        *say.whom_to_ask(language, result, names, indicators),
    ]
    title = asked.title_of(who)
    print_table(columns, shown, language, title=title, notes=[sentence.text for sentence in notes])


def _largest(shares: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])[:3]


@app.command()
def cross(
    year: YearOption,
    province: Annotated[str | None, typer.Argument(help="Only this province.")] = None,
    x: Annotated[
        str | None, typer.Option("--x", help="Index on one axis: the officials' score (default: par).")
    ] = None,
    y: Annotated[
        str | None, typer.Option("--y", help="Index on the other: the citizens' score (default: papi).")
    ] = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Put the indices of one year side by side: scores, ranks, halves of the field, and whether they agree."""
    from parlib.answers.crossview import as_dict, crossview
    from parlib.datasets import record
    from parlib.wording import inference as say
    from parlib.wording.language import Language

    language, known = Language(lang), record()
    x = "par" if x is None else known.require_index(x)
    y = "papi" if y is None else known.require_index(y)
    frame = known.frame_of(year)
    editions = {
        index: known.edition(index, year)
        for index in known.indices.index
        if year in known.years(index) and known.edition(index, year)["frame"] == frame
    }
    who = known.find_province(province, frame) if province is not None else None
    view = crossview(
        {index: known.scored_edition(edition) for index, edition in editions.items()},
        {index: _bounds(known, edition) for index, edition in editions.items()},
    )
    axes = x in view.coverage.index and y in view.coverage.index
    halves = view.quadrants(x, y) if axes else None
    if json:
        quadrants = halves if halves is None or who is None else halves[halves["province"] == who.slug]
        print_json(
            {
                **as_dict(view, who.slug if who else None),
                "x": x,
                "y": y,
                "quadrants": [] if quadrants is None else quadrants.to_dict("records"),
            }
        )
        return
    names = {p.slug: language.name(vars(p)) for p in known.provinces(frame).all}
    indices = {index: language.name(known.indices.loc[index]) for index in editions}
    rows = view.of_province(who.slug) if who else view.rows
    notes: list[Sentence] = []
    if who is not None:
        notes += say.standing_across(language, names[who.slug], rows, indices, known.indices["unit"])
        if halves is not None:
            notes += say.quadrant(language, names[who.slug], halves, who.slug, indices[x], indices[y])
    for correlation in view.correlations:
        notes += say.agreement(language, correlation, indices)
    notes += [*say.reserve(language, view), *say.coverage(language, view, indices)]
    _print_across(language, rows, names, indices, title=str(year), notes=[note.text for note in notes])


def _print_across(
    language: Language,
    rows: pd.DataFrame,
    names: dict[str, str],
    indices: dict[str, str],
    *,
    title: str,
    notes: list[str],
) -> None:
    """Print every province in every index, with names instead of keys."""
    t = language.t
    columns: list[Column] = [
        ("name", t("Province"), "text"),
        ("index_name", t("Index"), "text"),
        ("score", t("Score"), "score"),
        ("place", t("Rank"), "text"),
        ("half_name", t("Half"), "text"),
    ]
    half_names = {"upper": t("upper"), "lower": t("lower")}
    shown = [
        {
            **row,
            "name": names[row["province"]],
            "index_name": indices[row["index"]],
            "place": language.rank(row["rank"], row["of"]),
            "half_name": half_names.get(row["half"], ""),
        }
        for row in rows.sort_values(["province", "index"], kind="stable").to_dict("records")
    ]
    print_table(columns, shown, language, title=title, notes=notes)


def _bounds(known: Record, edition: dict[str, Any]) -> Bounds:
    from parlib.answers.bounds import bounds

    framework = known.framework(edition["index"], edition["year"])
    return bounds(known.scores_of(edition), edition, framework, known.bands, known.national)


def _uncertainty(known: Record, index: str) -> pd.DataFrame:
    """Published errors of an index; an index without a table of them has none."""
    import pandas as pd

    path = f"{index}/uncertainty.csv"
    if (known.root / path).is_file():
        return known.table(path)
    return pd.DataFrame(columns=["year", "frame", "province", "indicator", "weighting", "statistic", "value"])


def _print_sentences(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        tell(sentence.text)
