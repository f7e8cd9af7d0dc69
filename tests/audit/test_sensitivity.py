import numpy as np
import pandas as pd
import pytest

from parlib.audit import aggregate, experiment, rank_sensitivity, rank_uncertainty, rescale, sobol_indices
from parlib.errors import UsageError


def ishigami(draws):
    x = np.pi * (2 * draws - 1)
    return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


def test_sobol_indices_of_the_ishigami_function():
    # Ishigami and Homma (1990), a = 7, b = 0.1: exact S = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437; V = 13.84.
    found = sobol_indices(ishigami, 3, draws=2**14)
    assert list(found.first[0]) == pytest.approx([0.3139, 0.4424, 0.0], abs=0.002)
    assert list(found.total[0]) == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.002)
    assert found.variance[0] == pytest.approx(13.84, abs=0.01)


def test_an_additive_model_has_no_interactions():
    # Y = 3 x1 + 4 x2: shares of the variance are 9/25 and 16/25.
    found = sobol_indices(lambda x: (3 * x[:, 0] + 4 * x[:, 1])[:, None], 2, draws=2**12)
    assert list(found.first[0]) == pytest.approx([0.36, 0.64], abs=0.002)
    assert list(found.total[0]) == pytest.approx([0.36, 0.64], abs=0.002)


def test_the_reference_is_the_published_order(papi_2017):
    choices = experiment(*papi_2017)
    published = papi_2017[0]["TOTAL"].rank(ascending=False, method="min")
    assert list(choices.reference) == list(published.loc[choices.parts.index])


def test_every_draw_is_what_aggregate_makes_of_it(papi_2017):
    # The experiment multiplies matrices; here each draw goes the long way, through rescale and aggregate.
    choices = experiment(*papi_2017, weight_sets=5)
    triggers = np.random.default_rng(1).random((40, 4))
    found = choices.ranks(triggers)
    for row, ranks in zip(triggers, found, strict=True):
        scale = choices.scales[int(row[0] * len(choices.scales))]
        mean = choices.means[int(row[1] * len(choices.means))]
        weights = pd.Series(choices.weights[int(row[2] * 5)], index=choices.parts.columns)
        dropped = int(row[3] * (len(weights) + 1))
        if dropped:
            weights.iloc[dropped - 1] = 0.0
        totals = aggregate(rescale(choices.parts, scale, choices.most), weights, mean)
        assert list(ranks) == list(totals.round(9).rank(ascending=False, method="min"))


def test_without_differences_of_opinion_there_is_no_uncertainty(papi_2017):
    settled = experiment(*papi_2017, scales=["points"], means=["arithmetic"], weight_sets=1, omit=False)
    assert settled.factors == ()
    with pytest.raises(UsageError, match="nothing varies"):
        rank_uncertainty(settled)
    with pytest.raises(UsageError, match="nothing varies"):
        rank_sensitivity(settled)


def test_a_province_best_in_everything_is_first_whatever_is_chosen(papi_2017):
    scores, framework = papi_2017
    best = pd.concat([scores, scores.max().add(0.01).rename("best").to_frame().T])
    choices = experiment(best, framework)
    row = rank_uncertainty(choices, draws=256).loc["best"]
    assert list(row[["rank", "median", "low", "high", "same"]]) == [1, 1, 1, 1, 1]
    found = rank_sensitivity(choices, draws=64)
    assert found.loc[found["output"] == "best", ["first", "total"]].isna().all(axis=None)


def test_intervals_hold_the_median(papi_2017):
    found = rank_uncertainty(experiment(*papi_2017), draws=512)
    assert (found["low"] <= found["median"]).all()
    assert (found["median"] <= found["high"]).all()
    assert list(found["rank"]) == sorted(found["rank"])


def test_settling_the_only_open_choice_settles_everything(papi_2017):
    choices = experiment(*papi_2017, scales=["points"], means=["arithmetic"], weight_sets=1)
    assert choices.factors == ("omitted",)
    found = rank_sensitivity(choices, draws=1024)
    shift = found[found["output"] == "average_shift"].iloc[0]
    assert shift["first"] == pytest.approx(1, abs=0.02)
    assert shift["total"] == pytest.approx(1, abs=0.02)


def test_the_same_seed_gives_the_same_figures(papi_2017):
    first, second = (rank_sensitivity(experiment(*papi_2017), draws=64) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
