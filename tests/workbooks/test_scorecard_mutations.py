"""Scorecard workbooks after a mishap: read as they stand, or refused with the place; no wrong figure in silence."""

import io
import os
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from workbook_mutations import HARMFUL, HARMLESS

from parlib.datasets import record
from parlib.errors import DataError
from parlib.provinces import fold
from parlib.scorecards import ENTERED, SELF_ASSESSED, Scorecard, evaluate
from parlib.workbooks.scorecard import read_scorecard
from parlib.workbooks.scorecard_form import HEADINGS, scorecard_workbook

RUNS = int(os.environ.get("PARLIB_MUTATIONS", "100"))
FIGURES = ["max_score", "numerator", "denominator", *ENTERED]
MISHAPS = HARMLESS | HARMFUL


def build() -> Scorecard:
    """Every kind of rule, three depths, printed sums, a row that does not apply."""
    leaf = {"assessed_by": "appraisal", "agency": "Sở Nội vụ", "documents": "QĐ 01/QĐ-UBND; =1+1"}
    rows = [
        {"indicator": "TOTAL", "max_score": 16.0, "score": 11.35},
        {"indicator": "1", "number": "1", "max_score": 9.0, "score": 6.1},
        {"indicator": "1.1", "number": "1.1", "max_score": 4.0},
        leaf
        | {
            "indicator": "1.1.1",
            "max_score": 2.0,
            "rule": "proportional",
            "numerator": 150,
            "denominator": 200,
        }
        | {"score": 1.5, "self_assessed": 1.75, "appraised": 1.5, "zero_denominator": "zero"},
        leaf
        | {"indicator": "1.1.2", "max_score": 2.0, "rule": "to_target", "rule_parameters": "target=0.8"}
        | {"numerator": 48, "denominator": 100, "score": 1.2, "reason": "Chậm hạn"},
        leaf
        | {"indicator": "1.2", "max_score": 3.0, "rule": "steps", "rule_parameters": "steps=0.5:1.5/0.9:3"}
        | {"numerator": 60, "denominator": 100, "score": 1.5},
        leaf
        | {"indicator": "1.3", "max_score": 2.0, "rule": "checklist", "rule_parameters": "items=0.4/1.5"}
        | {"items": "1", "score": 0.4},
        leaf | {"indicator": "1.10", "max_score": 1.5, "score": 1.5, "self_assessed": 1.5},
        {"indicator": "2", "number": "2", "max_score": 7.0},
        leaf
        | {"indicator": "2.1", "max_score": 2.0, "rule": "binary", "numerator": 1, "score": 2.0}
        | {"assessed_by": "statistics"},
        leaf
        | {
            "indicator": "2.2",
            "max_score": 4.0,
            "rule": "survey_scale",
            "assessed_by": "survey",
            "score": 3.25,
        }
        | {"rule_parameters": "low=1; high=5; reads=value", "numerator": 4.25},
        leaf | {"indicator": "2.3", "max_score": 1.0, "applicable": False},
    ]
    for row in rows[1:]:
        row["number"] = row["indicator"]
        row["parent"] = str(row["indicator"]).rpartition(".")[0] or "TOTAL"
        row["level"] = ("domain", "criterion", "component")[str(row["indicator"]).count(".")]
    table = pd.DataFrame(rows).assign(basis=SELF_ASSESSED)
    table["level"] = table["level"].fillna("index")
    table["name_vi"] = "Tiêu chí " + table["indicator"]
    table.loc[0, "name_vi"] = "Tổng cộng"
    table["max_score"] = (
        table["max_score"].mask(table["indicator"] == "1", 10.5).mask(table["indicator"] == "TOTAL", 17.5)
    )
    return Scorecard("par", 2030, 34, "hue", table)


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return build()


@pytest.fixture(scope="module")
def content(card: Scorecard) -> bytes:
    return scorecard_workbook(card, record())


def shown(content: bytes) -> dict[str, dict[str, object]]:
    """What the table shows, by code and heading, read without parlib's reader."""
    by_words = {fold(word): key for key, words in HEADINGS.items() for word in words}
    for sheet in load_workbook(io.BytesIO(content), data_only=True):
        for line in sheet.iter_rows(max_row=40):
            keys = {c.column: by_words.get(fold(c.value)) for c in line if isinstance(c.value, str)}
            if "max_score" in keys.values() and {"number", "name_vi"} & set(keys.values()):
                heads, at = keys, line[0].row
                cells = {
                    row: {key: sheet.cell(row, column).value for column, key in heads.items() if key}
                    for row in range(at + 1, sheet.max_row + 1)
                }
                return {
                    _text(values.get("number")) or "TOTAL": values
                    for values in cells.values()
                    if any(_text(value) for key, value in values.items() if key != "basis")
                }
    raise AssertionError("no table")


def outcome(path: Path) -> Scorecard | DataError:
    """What becomes of a file; any other exception is a failure."""
    try:
        return read_scorecard(path, record())
    except DataError as error:
        return error


def _text(value: object) -> str:
    return "" if value is None else " ".join(str(value).replace("\u200b", "").split()).rstrip(".")


def _number(value: object) -> float:
    text = _text(value).replace(",", ".").rstrip("%")
    if fold(text) in ("co", "khong"):
        return float(fold(text) == "co")
    return float(text) if text and fold(text) != "khongapdung" else np.nan


def test_the_workbook_of_the_mutations_is_itself_read_whole(
    card: Scorecard, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "card.xlsx"
    path.write_bytes(content)
    again = read_scorecard(path, record())
    assert again.rows.drop(columns="name_vi").equals(card.rows.drop(columns="name_vi"))
    assert evaluate(again)["points"].iloc[0] == pytest.approx(evaluate(card)["points"].iloc[0])


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_mutated_scorecard_is_read_as_it_stands_or_refused_with_its_place(
    seed: int, card: Scorecard, content: bytes, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    name = list(MISHAPS)[seed % len(MISHAPS)]
    mutated = MISHAPS[name](content, chance)
    path = tmp_path / "card.xlsx"
    path.write_bytes(mutated)
    found = outcome(path)
    if isinstance(found, DataError):
        assert name not in HARMLESS, f"{name}: {found}"
        assert found.place.file == "card.xlsx"
        assert found.found
        assert found.expected
        return
    if name in HARMLESS:
        assert found.rows.drop(columns="name_vi").equals(card.rows.drop(columns="name_vi"))
    truth = shown(mutated)
    codes = found.rows["number"].fillna("TOTAL")
    stands = dict(zip(codes, found.rows.to_dict("records"), strict=True))
    assert set(truth) | {"TOTAL"} == set(stands), name
    for code, values in truth.items():
        for column in FIGURES:
            expected, got = _number(values.get(column)), stands[code][column]
            assert (np.isnan(expected) and np.isnan(got)) or got == pytest.approx(expected), (
                name,
                code,
                column,
            )
    result = evaluate(found, by_rules=False).set_index("indicator")
    leaves = result[result["leaf"] & result["applies"]]
    total = result.loc["TOTAL", "points"]
    assert np.isnan(total) or total == pytest.approx(leaves["points"].sum())
