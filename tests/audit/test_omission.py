import pandas as pd
import pytest

from parlib.answers.robustness import weight_robustness
from parlib.audit import omissions
from parlib.datasets import record


def test_places_lost_without_a_dimension_are_those_of_the_robust_ranks(papi_2017):
    # parlib.answers.robustness ranks every province without each dimension, in its own way.
    known = record()
    scored = known.scored_edition(known.edition("papi", 2017))
    ranks = weight_robustness(scored, papi_2017[1], draws=10)
    full = ranks.rows.set_index("province")["rank"]
    shift = ranks.without.rsub(full, axis=0)
    found = omissions(*papi_2017)
    assert found["mean_shift"].to_dict() == pytest.approx(shift.abs().mean().to_dict())
    assert found["largest_shift"].to_dict() == shift.abs().max().to_dict()
    for part, row in found.iterrows():
        assert shift.at[row["gains"], part] == shift[part].max()
        assert shift.at[row["loses"], part] == shift[part].min()


def test_leaving_out_a_part_without_differences_moves_nobody(papi_2017):
    _, framework = papi_2017
    scores = pd.DataFrame(
        {"D1": [1.0, 2.0, 3.0], "D2": [5.0, 5.0, 5.0], "D3": [1.0, 3.0, 2.0]}, index=list("abc")
    )
    row = omissions(scores, framework).loc["D2"]
    assert row["mean_shift"] == 0
    assert row[["gains", "loses"]].isna().all()
    assert row["spearman"] == pytest.approx(1)
