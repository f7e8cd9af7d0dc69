from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlib.audit import component_weights, components, effective_weights, weightings
from parlib.errors import UsageError
from parlib.frameworks import Framework

# Handbook, table 22: weights from factor analysis.
TABLE_22 = [0.17, 0.15, 0.11, 0.06, 0.08, 0.13, 0.13, 0.17]


def tree(most):
    rows = [("TOTAL", None, None), *((code, "TOTAL", value) for code, value in most.items())]
    table = pd.DataFrame(rows, columns=["indicator", "parent", "max_score"])
    return Framework("toy", 2020, table.assign(split="main"))


def test_tai_weights_from_components_are_those_of_the_handbook(tai):
    found = component_weights(components(tai, indicators=list(tai)), keep=4)
    assert list(found) == pytest.approx(TABLE_22, abs=0.0115)
    assert found.sum() == pytest.approx(1)


def test_effective_weights_of_independent_parts_are_shares_of_variance():
    # All combinations of two levels: uncorrelated, variances 1 : 4 : 9.
    scores = pd.DataFrame(list(product([0.0, 1.0], [0.0, 2.0], [0.0, 3.0])), columns=list("abc"))
    found = effective_weights(scores, tree({"a": 6.0, "b": 3.0, "c": 3.0}))
    assert list(found["effective"]) == pytest.approx([1 / 14, 4 / 14, 9 / 14])
    assert list(found["r_squared"]) == pytest.approx([1 / 14, 4 / 14, 9 / 14])
    assert list(found["nominal"]) == [0.5, 0.25, 0.25]
    assert found.at["a", "ratio"] == pytest.approx(1 / 7)


columns = st.lists(st.integers(0, 50), min_size=6, max_size=6)


@given(st.lists(columns, min_size=2, max_size=5))
def test_effective_weights_sum_to_one(parts):
    scores = pd.DataFrame({f"p{n}": values for n, values in enumerate(parts)}, dtype="float64")
    if scores.sum(axis=1).nunique() > 1:
        assert effective_weights(scores, tree(dict.fromkeys(scores, 10.0)))[
            "effective"
        ].sum() == pytest.approx(1)


def test_a_part_without_differences_has_no_effect():
    scores = pd.DataFrame({"a": [1.0, 2, 4], "b": [3.0, 3, 3]})
    assert effective_weights(scores, tree({"a": 5.0, "b": 5.0}))["effective"].to_dict() == pytest.approx(
        {"a": 1, "b": 0}
    )


def test_corruption_weighs_most_and_procedures_least_in_2017(papi_2017):
    found = effective_weights(*papi_2017)
    assert set(found["nominal"].round(6)) == {round(1 / 6, 6)}
    assert found["effective"].idxmax() == "D4"
    assert found["effective"].idxmin() == "D5"


def test_every_weighting_sums_to_one(papi_2017):
    assert weightings(*papi_2017).sum().to_dict() == pytest.approx(
        {"nominal": 1, "equal": 1, "components": 1}
    )


def test_a_part_without_maximum_cannot_be_weighed():
    scores = pd.DataFrame({"a": [1.0, 2, 4], "b": [3.0, 1, 3]})
    with pytest.raises(UsageError, match="maximum of b"):
        effective_weights(scores, tree({"a": 5.0, "b": None}))
