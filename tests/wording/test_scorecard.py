"""What the sentences on a scorecard say of a row: which rule, which evidence, which points."""

from dataclasses import replace

import numpy as np
import pytest

from parlib.datasets import record
from parlib.scorecards import Scorecard, evaluate
from parlib.wording.language import Language
from parlib.wording.scorecard import origin

VI, EN = Language("vi"), Language("en")
LEAF = "D1.3.1"  # in proportion, of 2 points


def row(**cells):
    """The leaf as evaluated by its rule, with other cells than in the example."""
    card = Scorecard.from_table("par", record().table("par/illustrative/hue_2017.csv", "scorecard"))
    rows = card.rows.copy()
    at = rows.index[rows["indicator"] == LEAF][0]
    for column, value in ({"score": np.nan, "self_assessed": np.nan, "appraised": np.nan} | cells).items():
        rows.loc[at, column] = value
    result = evaluate(replace(card, rows=rows), by_rules=True).set_index("indicator", drop=False)
    return result.loc[LEAF].to_dict()


@pytest.mark.parametrize(("outcome", "points"), [("full", "2,00"), ("zero", "0,00")])
def test_a_row_of_which_nothing_was_due_says_what_its_rule_gives(outcome, points):
    found = row(numerator=0.0, denominator=0.0, zero_denominator=outcome)
    assert origin(VI, found) == f"theo tỷ lệ: không phát sinh, được {points}/2,00 điểm"


def test_a_row_without_evidence_says_so():
    found = row(numerator=np.nan, denominator=np.nan, rule_parameters="no_evidence=zero")
    assert origin(EN, found) == "in proportion: no evidence gives 0.00 of 2.00"
