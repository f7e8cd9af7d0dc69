"""Verbs that look figures up: list, show, rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

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
    print_json,
    print_table,
)
from parlib.frameworks import ROOT

if TYPE_CHECKING:
    from parlib.datasets import Record
    from parlib.wording.language import Language

Listed: TypeAlias = tuple[list[Column], list[dict[str, Any]]]

_SHOWN = [
    *(
        "indicator",
        "name",
        "score",
        "max_score",
        "rank",
        "of",
        "group",
        "previous_score",
        "previous_rank",
        "change",
    ),
    *("change_pct", "rank_change", "notable", "comparable", "unit", "level", "parent", "basis", "source_id"),
]
_RANGE = ["low", "high", "parts"]
MissingOption = Annotated[
    Literal["exclude", "lowest"],
    typer.Option(
        "--missing", help="How provinces without a score count for the groups: not at all, or as lowest."
    ),
]
FrameOption = Annotated[
    int | None,
    typer.Option(
        "--frame",
        help="Map of provinces: 63 (to June 2025) or 34 (since July 2025); default: the oldest on record.",
    ),
]
InFrameOption = Annotated[
    int | None,
    typer.Option(
        "--frame",
        help="34 shows old years in the provinces of today, as plain means of the former provinces "
        "(default: as published).",
    ),
]


@app.command("list")
def list_(
    what: Annotated[Literal["provinces", "indices", "years"], typer.Argument(help="What to list.")],
    frame: FrameOption = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """List the provinces, the indices, or the years on record."""
    from parlib.datasets import record
    from parlib.wording.language import Language

    language, known = Language(lang), record()
    if what == "provinces":
        columns, rows = _provinces(language, known, frame)
    else:
        columns, rows = (_indices if what == "indices" else _years)(language, known)
    if json:
        print_json({"rows": rows})
    else:
        print_table(columns, rows, language)


def _provinces(language: Language, known: Record, frame: int | None) -> Listed:
    t = language.t
    rows = [
        {
            "province": p.slug,
            "gso_code": p.gso_code,
            "name": language.name(vars(p)),
            "region": language.name(known.regions.loc[p.region]) if p.region else None,
            "merged_into": p.merged_into,
        }
        for p in known.provinces(frame).all
    ]
    columns: list[Column] = [
        ("gso_code", t("Code"), "text"),
        ("province", t("Slug"), "text"),
        ("name", t("Province"), "text"),
        ("region", t("Region"), "text"),
        ("merged_into", t("Since July 2025"), "text"),
    ]
    return columns, rows


def _indices(language: Language, known: Record) -> Listed:
    t = language.t
    rows = [
        {
            "index": row["index"],
            "name": language.name(row),
            "title": row[f"title_{language.code}"],
            "rights": row[f"rights_{language.code}"],
        }
        for row in known.indices.to_dict("records")
    ]
    columns: list[Column] = [
        ("index", t("Index"), "text"),
        ("title", t("Title"), "text"),
        ("rights", t("Rights"), "text"),
    ]
    return columns, rows


def _years(language: Language, known: Record) -> Listed:
    t = language.t
    rows = []
    for edition in known.editions.to_dict("records"):
        scores = known.scores_of(edition)
        totals = scores.loc[scores["indicator"] == ROOT, "score"]
        rows.append({**edition, "provinces": int(totals.notna().sum())})
    columns: list[Column] = [
        ("index", t("Index"), "text"),
        ("year", t("Year"), "text"),
        ("date", t("Date"), "text"),
        ("provinces", t("Provinces with a total"), "integer"),
        ("frame", t("Of"), "integer"),
        (f"note_{language.code}", t("Note"), "text"),
    ]
    return columns, rows


@app.command()
def show(
    province: ProvinceArgument,
    year: YearOption,
    index: IndexOption = "papi",
    date: DateOption = None,
    missing: MissingOption = "exclude",
    frame: InFrameOption = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Show every figure of one province: score, maximum, rank, group, change on the previous year.

    A figure that was not published is shown as – (null in JSON), never as zero.
    """
    from parlib.scoring import profile

    asked = ask(lang, index, year, date, frame)
    who = asked.province(province)
    rows = profile(asked.scored(missing), asked.framework, who.slug)
    rows["name"] = rows[f"name_{lang}"]
    if json:
        keys = [*_SHOWN, *(_RANGE if asked.aggregated else [])]
        print_json({"province": who.slug, **_head(asked), "rows": rows[keys].to_dict("records")})
        return
    language, t = asked.lang, asked.lang.t
    columns: list[Column] = [
        ("indicator", t("Code"), "text"),
        ("name", t("Indicator"), "text"),
        ("score", t("Score"), "score"),
        ("max_score", t("Maximum"), "score"),
        ("place", t("Rank"), "text"),
        ("group", t("Group"), "text"),
        ("change", t("Change"), "signed"),
        ("rank_change", t("Places gained"), "gained"),
        ("notable", t("≥ 5 %"), "text"),
    ]
    shown = [
        {**row, "place": language.rank(row["rank"], row["of"]), "group": _group(language, row["group"])}
        for row in rows.to_dict("records")
    ]
    print_table(
        columns,
        shown,
        language,
        title=asked.title_of(who),
        notes=_notes(asked),
    )


@app.command()
def rank(
    year: YearOption,
    index: IndexOption = "papi",
    indicator: IndicatorOption = ROOT,
    date: DateOption = None,
    missing: MissingOption = "exclude",
    frame: InFrameOption = None,
    lang: LangOption = "vi",
    json: JsonOption = False,
) -> None:
    """Rank all provinces in one indicator. Provinces without a figure stand last, without a rank."""
    from parlib.scoring import ranking

    asked = ask(lang, index, year, date, frame)
    rows = ranking(asked.scored(missing), asked.framework.require(indicator), list(asked.names))
    rows["name"] = rows["province"].map(asked.names)
    if json:
        keys = ["rank", "province", "name", "score", "group", "of", "basis", "source_id"]
        keys += _RANGE if asked.aggregated else []
        print_json({**_head(asked), "indicator": indicator, "rows": rows[keys].to_dict("records")})
        return
    language, t = asked.lang, asked.lang.t
    rows["group"] = [_group(language, group) for group in rows["group"]]
    columns: list[Column] = [
        ("rank", t("Rank"), "integer"),
        ("name", t("Province"), "text"),
        ("score", t("Score"), "score"),
        ("group", t("Group"), "text"),
    ]
    print_table(
        columns,
        rows.to_dict("records"),
        language,
        title=f"{asked.title}: {asked.indicators[indicator]}",
        notes=_notes(asked),
    )


def _group(language: Language, group: Any) -> str:
    from parlib.wording.terms import group_name

    return group_name(language, group) if isinstance(group, str) else ""


def _head(asked: Asked) -> dict[str, Any]:
    return {**asked.head, "aggregated": asked.aggregated}


def _notes(asked: Asked) -> list[str]:
    from parlib.wording.terms import aggregated_warning

    row = asked.known.indices.loc[asked.edition["index"]]
    warning = row[f"secondary_{asked.lang.code}"]
    cited = asked.lang.t("Source: {citation}.", citation=row[f"citation_{asked.lang.code}"])
    notes = [cited, warning] if isinstance(warning, str) else [cited]
    return [aggregated_warning(asked.lang), *notes] if asked.aggregated else notes
