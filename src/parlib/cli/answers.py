"""Verbs that answer: ledger, plan, moves, ladder, progress."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from parlib.cli import app
from parlib.cli._asked import Asked, ask
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
    write_new,
)
from parlib.cli.lookup import MissingOption
from parlib.errors import UsageError, WorkError
from parlib.frameworks import MAIN, ROOT

if TYPE_CHECKING:
    from parlib.answers.plan import PlanResult, Target
    from parlib.provinces import Province

EditionOption = Annotated[str, typer.Option(help="Year, or day of an index dated by day: 2016, 2026-10-05.")]
GroupOption = Annotated[
    str | None, typer.Option("--group", help="Group to enter: highest, high (average), low (average).")
]
PlanNameOption = Annotated[
    Literal["fewest", "proven", "least_effort"], typer.Option("--plan", help="Which plan to export.")
]


@app.command()
def ledger(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    split: Annotated[
        str, typer.Option("--split", help="Which decomposition of the total: main, or parts for PAR INDEX.")
    ] = MAIN,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Show the points lost, indicator by indicator, and who does better."""
    from parlib.answers.ledger import ledger as answer
    from parlib.wording import answers as say

    asked = ask(lang, index, year, date)
    language, who, framework = asked.lang, asked.province(province), asked.framework
    splits = list(dict.fromkeys(framework.table["split"]))
    if split not in splits:
        raise UsageError(f"{index} {year} has no split {split!r}; there are {', '.join(splits)}.")
    rows = answer(
        asked.scored(),
        framework,
        who.slug,
        regions=asked.regions,
        split=split,
    )
    rows["name"] = rows[f"name_{lang}"]
    if json:
        print_json({"province": who.slug, **asked.head, "rows": rows.to_dict("records")})
        return
    t = language.t
    columns: list[Column] = [
        ("indicator", t("Code"), "text"),
        ("name", t("Indicator"), "text"),
        ("max_score", t("Maximum"), "score"),
        ("score", t("Score"), "score"),
        ("lost", t("Points lost"), "score"),
        ("percent", t("Share"), "percent"),
        ("previous_lost", t("Lost before"), "score"),
        ("best_region", t("Best in region"), "score"),
        ("best_country", t("Best in country"), "score"),
        ("at_max", t("At maximum"), "integer"),
    ]
    print_table(
        columns,
        rows.assign(percent=100 * rows["share"]).to_dict("records"),
        language,
        title=asked.title_of(who),
        notes=[s.text for s in say.lost_points(language, asked.name(who), rows)],
    )


@app.command()
def plan(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    rank: Annotated[int | None, typer.Option("--rank", help="Place to reach.")] = None,
    group: GroupOption = None,
    score: Annotated[float | None, typer.Option("--score", help="Points to reach.")] = None,
    exclude_survey: Annotated[
        bool, typer.Option("--exclude-survey", help="Leave out what a survey assesses.")
    ] = False,
    peers: Annotated[
        str | None,
        typer.Option(
            "--peers", help="Provinces that prove a gain, separated by commas (default: the region)."
        ),
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option("--costs", help="CSV or XLSX with the columns indicator and cost (per point gained)."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write the plan as a workbook to fill in (a new .xlsx file)."),
    ] = None,
    chosen: PlanNameOption = "fewest",
    missing: MissingOption = "exclude",
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Show what reaches a target: the points missing, three ways to gain them, and how likely they are to be enough."""
    from parlib.answers.plan import learn, survey_leaves
    from parlib.answers.plan import plan as answer
    from parlib.workbooks.plan import read_costs

    target = _target(rank, group, score)
    asked = ask(lang, index, year, date)
    who, framework, scored = asked.province(province), asked.framework, asked.scored()
    result = answer(
        scored,
        framework,
        who.slug,
        target,
        learn(asked.known.scored(index), scored, framework),
        regions=asked.regions,
        peers=[asked.province(p).slug for p in listed(peers)] if peers is not None else None,
        exclude=survey_leaves(framework) if exclude_survey else (),
        costs=read_costs(costs, list(framework.table.index)) if costs is not None else None,
        missing=missing,
    )
    if export is not None:
        _export(asked, who, result, chosen, export)
    if json:
        print_json(_plan_record(asked, result))
    else:
        _print_plan(asked, who, result)


@app.command()
def moves(
    province: ProvinceArgument,
    start: Annotated[str, typer.Option("--from", help="Year, or day of an index dated by day.")],
    end: Annotated[str, typer.Option("--to", help="Year, or day of an index dated by day.")],
    index: IndexOption = "papi",
    indicator: IndicatorOption = ROOT,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Split a change of rank into the province's own move, the others' and the framework's."""
    from dataclasses import asdict

    from parlib.answers.moves import moves as answer
    from parlib.wording import answers as say

    before, after = _asked_of(lang, index, start), _asked_of(lang, index, end)
    language, who = after.lang, after.province(province)
    result = answer(
        before.scored(),
        before.framework,
        after.scored(),
        after.framework,
        who.slug,
        breaks=after.known.breaks,
        indicator=indicator,
    )
    names = before.indicators | after.indicators
    table = result.dimensions.assign(name=result.dimensions["indicator"].map(names))
    if json:
        print_json(
            {
                "province": who.slug,
                "index": index,
                "from": before.edition["date"] or before.edition["year"],
                "to": after.edition["date"] or after.edition["year"],
                **asdict(result.total),
                "dimensions": table.to_dict("records"),
            }
        )
        return
    t = language.t
    columns: list[Column] = [
        ("indicator", t("Code"), "text"),
        ("name", t("Indicator"), "text"),
        ("change", t("Change"), "signed"),
        ("rank_from", t("Rank before"), "integer"),
        ("rank_to", t("Rank after"), "integer"),
        ("own", t("Own move"), "signed"),
        ("field", t("The others"), "signed"),
        ("framework", t("Framework"), "signed"),
        ("own_in_total", t("In the total"), "signed"),
    ]
    notes = [sentence.text for sentence in say.moved(language, after.name(who), result)]
    print_table(columns, table.to_dict("records"), language, title=after.title_of(who), notes=notes)


@app.command()
def ladder(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    indicator: IndicatorOption = ROOT,
    neighbours: Annotated[int, typer.Option("--neighbours", min=1, help="How many on either side.")] = 3,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Show who stands just above and below, in points, and what small gains would be worth in places."""
    from parlib.answers.ladder import ladder as answer
    from parlib.wording import answers as say

    asked = ask(lang, index, year, date)
    language, who, framework = asked.lang, asked.province(province), asked.framework
    result = answer(
        asked.scored(),
        framework,
        who.slug,
        indicator=framework.require(indicator),
        neighbours=neighbours,
    )
    names = asked.names
    rows = result.rows.assign(name=result.rows["province"].map(names))
    if json:
        print_json(
            {
                "province": who.slug,
                **asked.head,
                "indicator": indicator,
                "score": result.score,
                "rank": result.rank,
                "of": result.of,
                "rows": rows.to_dict("records"),
                "steps": result.steps.to_dict("records"),
            }
        )
        return
    t = language.t
    columns: list[Column] = [
        ("rank", t("Rank"), "integer"),
        ("name", t("Province"), "text"),
        ("score", t("Score"), "score"),
        ("difference", t("Difference"), "signed"),
    ]
    name = names[who.slug]
    notes = [sentence.text for sentence in say.neighbours(language, name, result, names)]
    print_table(columns, rows.to_dict("records"), language, title=asked.title_of(who), notes=notes)


@app.command()
def progress(
    file: Annotated[Path, typer.Argument(help="Workbook written by `parlib plan … --export` and filled in.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day at which to look, as 2026-10-05; always needed.")
    ] = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Say what of an improvement plan is done, due, late or at risk, and what score and rank follow."""
    from parlib.datasets import record
    from parlib.pages.progress import follow_up
    from parlib.wording import answers as say

    if as_of is None:
        raise UsageError("say at which day to look at the plan, as --as-of 2026-10-05.")
    day = _day(as_of)
    followed = follow_up(record(), file, day)
    edition, result = followed.edition, followed.result
    asked = ask(lang, edition["index"], edition["year"], edition["date"])
    language = asked.lang
    shown = result.rows.assign(name=result.rows["indicator"].map(asked.indicators))
    if json:
        kept = ["province", "secured", "expected", "lost", "score", "rank", "of", "score_low", "score_high"]
        kept += ["rank_low", "rank_high", "target_low", "target_high"]
        shown["deadline"] = shown["deadline"].dt.date
        print_json(
            {
                **asked.head,
                "as_of": day.isoformat(),
                "target": vars(followed.target),
                **{key: getattr(result, key) for key in kept},
                "states": result.states.to_dict("records"),
                "departments": result.departments.to_dict("records"),
                "rows": shown.to_dict("records"),
            }
        )
        return
    t = language.t
    columns: list[Column] = [
        ("indicator", t("Code"), "text"),
        ("measure", t("Measure"), "text"),
        ("department", t("Department in charge"), "text"),
        ("day", t("Deadline"), "text"),
        ("points", t("Points"), "score"),
        ("done", t("% done"), "integer"),
        ("words", t("State"), "text"),
    ]
    records = [
        {
            **row,
            "day": "" if row["deadline"] != row["deadline"] else language.date(row["deadline"].date()),
            "words": ", ".join(
                filter(
                    None, (say.state_name(language, row["state"]), say.reason_name(language, row["reason"]))
                )
            ),
        }
        for row in result.rows.to_dict("records")
    ]
    notes = [sentence.text for sentence in say.progressed(language, result)]
    print_table(columns, records, language, title=asked.title_of(followed.province), notes=notes)


def _asked_of(lang: str, index: str, text: str) -> Asked:
    """The edition that a year or a day names."""
    try:
        if text.isdigit():
            return ask(lang, index, int(text))
        return ask(lang, index, dt.date.fromisoformat(text).year, text)
    except ValueError as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{text!r} is neither a year nor a day; write 2016 or 2026-10-05.") from None


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a day; write it as 2026-10-05.") from None


def _target(rank: int | None, group: str | None, score: float | None) -> Target:
    from parlib.answers.plan import Target

    kinds: tuple[Literal["rank", "group", "score"], ...] = ("rank", "group", "score")
    given = [
        (kind, value) for kind, value in zip(kinds, (rank, group, score), strict=True) if value is not None
    ]
    if len(given) != 1:
        raise UsageError("name one target: --rank N, --group highest|high|low, or --score POINTS.")
    return Target(*given[0])


def _plan_record(asked: Asked, result: PlanResult) -> dict[str, Any]:
    """The result as JSON has it."""
    plans = [
        {
            **{key: value for key, value in vars(plan).items() if key != "leaves"},
            "leaves": plan.leaves.assign(name=plan.leaves["indicator"].map(asked.indicators)).to_dict(
                "records"
            ),
        }
        for plan in result.plans
    ]
    rest = {key: value for key, value in vars(result).items() if key != "edition"}
    return {**asked.head, **rest, "target": vars(result.target), "plans": plans}


def _print_plan(asked: Asked, who: Province, result: PlanResult) -> None:
    from parlib.wording import answers as say

    language, names, t = asked.lang, asked.indicators, asked.lang.t
    cases = _cases(asked)
    table, notes = [], [sentence.text for sentence in say.the_gap(language, asked.name(who), result)]
    for plan in result.plans:
        title = say.plan_name(language, plan.name)
        table += [{"plan": title, "name": names[r["indicator"]], **r} for r in plan.leaves.to_dict("records")]
        notes += [sentence.text for sentence in say.one_plan(language, result, plan, names)]
        notes += [f"  {sentence.text}" for sentence in say.evidence(language, plan, names, cases)]
    if result.plans:
        notes += [sentence.text for sentence in say.how_sure(language, result)]
    columns: list[Column] = [
        ("plan", t("Plan"), "text"),
        ("indicator", t("Code"), "text"),
        ("name", t("Indicator"), "text"),
        ("from", t("Now"), "score"),
        ("to", t("To"), "score"),
        ("gain", t("Gain"), "signed"),
        ("effort", t("Effort"), "score"),
    ]
    print_table(columns, table, language, title=asked.title_of(who), notes=notes)


def _cases(asked: Asked) -> dict[str, str]:
    """What the numerators of an index count, where the record says it."""
    path = f"{asked.edition['index']}/evidence.csv"
    if not (asked.known.root / path).is_file():
        return {}
    table = asked.known.table(path)
    return dict(zip(table["indicator"], table[f"numerator_{asked.lang.code}"], strict=True))


def _export(asked: Asked, who: Province, result: PlanResult, chosen: str, path: Path) -> None:
    """Write the chosen plan as a workbook, never over a file that an office may have filled in."""
    from parlib.answers.progress import draft
    from parlib.pages.path import plan_meta
    from parlib.publishing.takeaway import plan_words
    from parlib.wording import answers as say
    from parlib.workbooks.plan import plan_workbook

    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path.name} is not a workbook; give the file a name that ends in .xlsx.")
    plan = next((plan for plan in result.plans if plan.name == chosen), None)
    if plan is None or not plan.feasible:
        why = (
            "the target is reached already"
            if plan is None
            else f"the plan {chosen} does not reach the target"
        )
        raise WorkError(f"nothing to export: {why}.")
    note = [sentence.text for sentence in say.the_gap(asked.lang, asked.name(who), result)]
    words = plan_words(asked.lang, asked.title_of(who), note)
    meta = plan_meta(result, plan.name, dt.datetime.now(tz=dt.UTC).date().isoformat())
    content = plan_workbook(draft(plan, asked.framework), asked.indicators, meta, words)
    write_new(path, content)
    tell(str(path), err=True)
