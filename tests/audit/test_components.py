import numpy as np
import pandas as pd
import pytest

from parlib.audit import components
from parlib.errors import UsageError

# Handbook, tables 7 and 8 (signs of components are arbitrary), and 9 (factors in another order).
TABLE_7 = [41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9]
TABLE_8 = {
    1: [-0.11, -0.56, -0.92, 0.35, -0.76, -0.91, -0.74, -0.36],
    2: [-0.75, -0.48, 0.21, -0.85, -0.39, 0.13, 0.11, -0.12],
}
TABLE_9 = {
    1: [0.07, 0.13, 0.79, -0.64, 0.37, 0.82, 0.88, 0.08],
    2: [0.06, 0.93, 0.42, 0.36, 0.68, 0.35, 0.09, 0.04],
    3: [0.97, 0.07, -0.21, 0.56, 0.17, -0.04, 0.23, 0.04],
    4: [0.06, -0.07, 0.21, -0.04, 0.38, 0.25, -0.09, 0.96],
}


def test_tai_components_explain_what_the_handbook_prints(tai):
    found = components(tai, indicators=list(tai))
    assert list(found.variance["explained"]) == pytest.approx(TABLE_7, abs=0.12)
    assert found.variance["eigenvalue"].sum() == pytest.approx(8)
    assert found.n == 23


@pytest.mark.parametrize("component", TABLE_8)
def test_tai_loadings_are_those_of_the_handbook(tai, component):
    found = components(tai, indicators=list(tai)).loadings[component]
    assert list(-found) == pytest.approx(TABLE_8[component], abs=0.015)


def test_tai_rotated_loadings_are_those_of_the_handbook(tai):
    found = components(tai, indicators=list(tai)).rotated(4)
    for component, printed in TABLE_9.items():
        assert list(found[component]) == pytest.approx(printed, abs=0.02)
    # "Explained variance" of table 9: 2.64, 1.76, 1.39, 1.19.
    assert list((found**2).sum()) == pytest.approx([2.64, 1.76, 1.39, 1.19], abs=0.024)


def test_eigenvalues_are_those_of_a_singular_value_decomposition(papi_2017):
    # An independent way: singular values of the standardised data instead of eigenvalues of their correlations.
    scores, framework = papi_2017
    found = components(scores, framework)
    data = scores[found.loadings.index].to_numpy()
    standard = (data - data.mean(axis=0)) / data.std(axis=0, ddof=1)
    singular = np.linalg.svd(standard, compute_uv=False)
    assert list(found.variance["eigenvalue"]) == pytest.approx(list(singular**2 / (len(data) - 1)))


def test_rotation_keeps_what_is_explained_of_every_indicator(papi_2017):
    found = components(*papi_2017)
    before = (found.loadings.iloc[:, : found.retained] ** 2).sum(axis=1)
    after = (found.rotated() ** 2).sum(axis=1)
    assert after.to_dict() == pytest.approx(before.to_dict())


def test_an_indicator_without_differences_is_left_out():
    scores = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 4], "c": [1.0, 1, 1, 1]})
    found = components(scores, indicators=["a", "b", "c"])
    assert found.left_out == ("c",)
    assert list(found.loadings.index) == ["a", "b"]


def test_components_need_indicators():
    with pytest.raises(UsageError, match="name the indicators"):
        components(pd.DataFrame({"a": [1.0, 2, 3]}))
