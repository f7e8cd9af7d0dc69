"""Verbs on PAR INDEX scorecards: template, example, read, score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parlib.cli import app
from parlib.cli._output import Column, JsonOption, LangOption, print_json, print_table, tell, write_new

if TYPE_CHECKING:
    import pandas as pd

    from parlib.datasets import Record
    from parlib.scorecards import Scorecard

scorecard = typer.Typer(
    help="Scorecards (bảng chấm điểm): a form to fill in, read back, and scored by rules.",
    no_args_is_help=True,
)
app.add_typer(scorecard, name="scorecard")

_EXAMPLE = ("par", "illustrative/hue_2017.csv", "par-2017")
FileArgument = Annotated[Path, typer.Argument(help="Scorecard, .xlsx or CSV.")]
OutOption = Annotated[Path, typer.Option("--out", help="Workbook to write (.xlsx); it must not exist yet.")]


@scorecard.command()
def template(
    framework: Annotated[str, typer.Option("--framework", help="Set of criteria: par-2017 or par-2022.")],
    out: OutOption,
    province: Annotated[str, typer.Option("--province", help="Province to fill in.")] = "",
    json: JsonOption = False,
) -> None:
    """Write an empty scorecard: confirmed domains and maxima, and rows to fill in."""
    from parlib.datasets import record
    from parlib.provinces import frame_in
    from parlib.workbooks.scorecard_form import framework_of, scorecard_template

    known = record()
    year = framework_of(known, framework).year
    slug = known.find_province(province, frame_in(year, known.frames)).slug if province else ""
    _write(
        out, scorecard_template(known, framework, slug), {"framework": framework, "illustrative": False}, json
    )


@scorecard.command()
def example(out: OutOption, json: JsonOption = False) -> None:
    """Write the illustrative scorecard of Huế 2017: published structure, made-up figures."""
    from parlib.datasets import record
    from parlib.workbooks.scorecard_form import scorecard_workbook

    known = record()
    card = _illustrative(known)
    content = scorecard_workbook(card, known, name=_EXAMPLE[2])
    _write(out, content, {"framework": _EXAMPLE[2], "illustrative": True, "notice": card.notice}, json)


@scorecard.command()
def read(file: FileArgument, lang: LangOption = "vi", json: JsonOption = False) -> None:
    """Read a scorecard as it was filled in: points, sums, and self-assessed against appraised."""
    columns: list[Column] = [
        ("number", "Code", "text"),
        ("name_vi", "Criterion", "text"),
        ("applicable_max", "Maximum", "score"),
        ("self_assessed", "Self-assessed", "score"),
        ("appraised", "Appraised", "score"),
        ("difference", "Difference", "signed"),
        ("points", "Score", "score"),
        ("percent", "%", "percent"),
    ]
    _show(file, columns, lang, json, by_rules=False)


@scorecard.command()
def score(file: FileArgument, lang: LangOption = "vi", json: JsonOption = False) -> None:
    """Compute the points by the rules in the file, and say for every row what gave them."""
    columns: list[Column] = [
        ("number", "Code", "text"),
        ("name_vi", "Criterion", "text"),
        ("applicable_max", "Maximum", "score"),
        ("points", "Score", "score"),
        ("lost", "Lost", "score"),
        ("entered", "Entered", "score"),
        ("origin", "Where the points come from", "text"),
    ]
    _show(file, columns, lang, json, by_rules=True)


def _illustrative(known: Record) -> Scorecard:
    from parlib.scorecards import Scorecard

    index, path, _ = _EXAMPLE
    return Scorecard.from_table(index, known.table(f"{index}/{path}", "scorecard"))


def _write(out: Path, content: bytes, about: dict[str, Any], json: bool) -> None:
    write_new(out, content)
    if json:
        print_json({"file": str(out), **about})
    else:
        tell(" ".join(filter(None, [str(out), about.get("notice")])))


def _show(file: Path, columns: list[Column], lang: str, json: bool, *, by_rules: bool) -> None:
    from parlib.datasets import record
    from parlib.scorecards import evaluate, gaps, summary
    from parlib.wording.language import Language
    from parlib.wording.scorecard import gap_sentence, origin
    from parlib.workbooks.scorecard import read_scorecard

    known, language = record(), Language(lang)
    card = read_scorecard(file, known)
    result = evaluate(card, by_rules=by_rules)
    rows = [row | {"origin": origin(language, row)} for row in result.to_dict("records")]
    by_code = {row["indicator"]: row for row in rows}
    doubts = [gap_sentence(language, gap, by_code[gap.indicator]) for gap in gaps(card, result)]
    if json:
        found = summary(card, result)
        for node in found["nodes"]:
            node["origin"] = by_code[node["indicator"]]["origin"]
        for gap, sentence in zip(found["gaps"], doubts, strict=True):
            gap["sentence"] = sentence
        print_json({"file": file.name, **found})
        return
    who = known.provinces(card.frame).find(card.province)
    title = " – ".join(filter(None, [language.name(vars(who)), str(card.year), card.notice]))
    notes = [*doubts, *_notes(language, card, result)]
    print_table(
        [(key, language.t(heading), kind) for key, heading, kind in columns],
        rows,
        language,
        title=title,
        notes=notes,
    )


def _notes(language: Any, card: Scorecard, result: pd.DataFrame) -> list[str]:
    from parlib.scorecards import by_assessment
    from parlib.wording.scorecard import assessed

    lines = [sentence.text for sentence in assessed(language, by_assessment(result))]
    lines.append(language.t("Rules and criteria are those of the file, not the official annex."))
    return [*lines, *([card.notice] if card.illustrative else [])]
