import numpy as np
import pandas as pd
import pytest

from parlib.audit import belonging, correlations, relations
from parlib.frameworks import Framework

# Handbook, table 6: correlation matrix of the individual TAI indicators (upper triangle, row by row).
TABLE_6 = [
    [0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08],
    [0.46, 0.25, 0.56, 0.32, 0.30, 0.06],
    [-0.45, 0.56, 0.84, 0.63, 0.27],
    [0.00, -0.36, -0.35, -0.03],
    [0.64, 0.30, 0.33],
    [0.65, 0.26],
    [0.08],
]
LOGARITHMS = {"telephones", "electricity"}  # printed rounded, see conftest


def flat(codes, parents=None):
    parents = parents or dict.fromkeys(codes, "TOTAL")
    nodes = [("TOTAL", None), *((p, "TOTAL") for p in dict.fromkeys(parents.values()) if p != "TOTAL")]
    nodes += [(code, parents[code]) for code in codes]
    table = pd.DataFrame(nodes, columns=["indicator", "parent"])
    return Framework("toy", 2020, table.assign(split="main", max_score=1.0))


def test_tai_correlations_are_those_of_the_handbook(tai):
    pairs = correlations(tai, flat(list(tai)))
    printed = [r for row in TABLE_6 for r in row]
    exact = [not LOGARITHMS & {a, b} for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    assert list(pairs["r"][exact].round(2)) == list(np.array(printed)[exact])
    assert list(pairs["r"]) == pytest.approx(printed, abs=0.025)
    assert set(pairs["n"]) == {23}


def test_spearman_of_intelligence_and_television():
    # Wikipedia, "Spearman's rank correlation coefficient", worked example: rho = -29/165 = -0.175757..., p = 0.627188.
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    pair = correlations(pd.DataFrame({"A": iq, "B": hours}), flat("AB"), "spearman").iloc[0]
    assert pair["r"] == pytest.approx(-29 / 165)
    assert round(pair["p"], 6) == 0.627188


def test_two_provinces_have_no_correlation():
    scores = pd.DataFrame({"A": [1.0, 2.0, 3.0], "B": [None, 1.0, 2.0], "C": [1.0, 3.0, 2.0]})
    pairs = correlations(scores, flat("ABC")).set_index(["first", "second"])
    assert pairs.at[("A", "B"), "n"] == 2
    assert pairs[["r", "p"]].loc[("A", "B")].isna().all()
    assert pairs.at[("A", "C"), "r"] == pytest.approx(0.5)


def test_relations_count_every_pair_once(papi_2017):
    pairs = correlations(*papi_2017)
    gathered = relations(pairs)
    assert gathered["pairs"].sum() == len(pairs) == 22 * 21 / 2
    assert gathered["within"].sum() == 6
    assert gathered["negative"].sum() == (pairs["r"] < 0).sum()


def test_an_indicator_put_under_the_wrong_dimension_is_found():
    a = np.arange(10.0)
    b = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    scores = pd.DataFrame({"A.1": a, "A.2": a**1.1, "A.3": b, "B.1": b + 0.1 * a, "B.2": b**1.1})
    scores["A"] = scores[["A.1", "A.2", "A.3"]].sum(axis=1)
    scores["B"] = scores[["B.1", "B.2"]].sum(axis=1)
    scores["TOTAL"] = scores["A"] + scores["B"]
    parents = {code: code[0] for code in scores if "." in code}
    found = belonging(scores, flat(list(parents), parents))
    assert found.index[~found["belongs"]].to_list() == ["A.3"]
    assert found.at["A.3", "nearest"] == "B"
