"""Sentences on evidence: how many more cases the missing points amount to."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Sentence

_MOST = 6


def missing_points(lang: Language, rows: pd.DataFrame, cases: Mapping[str, str]) -> list[Sentence]:
    """What it takes to gain the points of each indicator, the largest losses first.

    Parameters
    ----------
    rows
        The result of :func:`parlib.answers.shortfall.shortfall`.
    cases
        What the numerator of each indicator counts, by code.
    """
    sentences = []
    for row in (
        rows.sort_values(["lost", "indicator"], ascending=[False, True]).head(_MOST).to_dict("records")
    ):
        if is_missing(row["cases"]) or row["cases"] <= 0 or is_missing(row["lost"]):
            continue
        code = row["indicator"]
        text = lang.t(
            "{code} {name}: {cases} more {counted} would earn the {points} points missing (now {now} of {due}).",
            code=code,
            name=lang.name(row),
            cases=lang.integer(row["cases"]),
            counted=cases.get(code, lang.t("cases")),
            points=lang.number(row["lost"]),
            now=lang.integer(row["numerator"]),
            due=lang.integer(row["denominator"]),
        )
        if row["status"] != "confirmed":
            text = lang.t("{sentence} The rule is not confirmed.", sentence=text)
        figures = {name: row[name] for name in ("cases", "lost", "numerator", "denominator")}
        sentences.append(Sentence(text, {f"{code}.{name}": value for name, value in figures.items()}))
    return sentences


def rule_status(lang: Language, status: str) -> str:
    """Whether the rule from evidence to points is known to hold."""
    return lang.t("confirmed") if status == "confirmed" else lang.t("not confirmed")
