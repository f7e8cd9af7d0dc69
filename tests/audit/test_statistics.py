import pandas as pd
import pytest

from parlib.audit import statistics
from parlib.frameworks import Framework


def tree(**maxima):
    rows = [("TOTAL", None, None, None)] + [(code, "TOTAL", 0.0, most) for code, most in maxima.items()]
    table = pd.DataFrame(rows, columns=["indicator", "parent", "min_score", "max_score"])
    return Framework("toy", 2020, table.assign(split="main", printed_max=float("nan")))


def test_shape_of_brown_students_heights():
    # Stan Brown, "Measures of Shape: Skewness and Kurtosis" (brownmath.com): heights of 100 male students, grouped;
    # mean 67.45, sample skewness G1 = -0.1098, sample excess kurtosis G2 = -0.2091.
    heights = [61] * 5 + [64] * 18 + [67] * 42 + [70] * 27 + [73] * 8
    row = statistics(pd.DataFrame({"A": heights}), tree(A=100.0)).loc["A"]
    assert [round(row[key], 4) for key in ("mean", "skewness", "kurtosis")] == [67.45, -0.1098, -0.2091]


def test_ends_of_the_scale_are_counted_as_printed():
    table = tree(A=10 / 3, B=10.0)
    table.table["printed_max"] = [None, 3.33, None]
    scores = pd.DataFrame({"A": [3.33, 3.33, 0.0, None], "B": [9.99, 10.0, 5.0, 0.0]})
    found = statistics(scores, table)
    assert found["ceiling_share"].to_dict() == pytest.approx({"A": 2 / 3, "B": 0.25})
    assert found["floor_share"].to_dict() == pytest.approx({"A": 1 / 3, "B": 0.25})
    assert found["missing"].to_dict() == {"A": 1, "B": 0}


def test_an_unknown_maximum_gives_no_ceiling():
    found = statistics(pd.DataFrame({"A": [1.0, 2.0, 3.0]}), tree(A=None))
    assert found["ceiling_share"].isna().all()


def test_one_province_far_out_is_outlying():
    found = statistics(pd.DataFrame({"A": [1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 9.0]}), tree(A=10.0))
    assert found.at["A", "outlying"]


def test_no_papi_score_of_2017_stands_at_an_end_of_its_scale(papi_2017):
    found = statistics(*papi_2017)
    assert len(found) == 29
    assert (found[["floor_share", "ceiling_share"]] == 0).all(axis=None)
