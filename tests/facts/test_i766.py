"""Index 766 on 10 October 2026: the rules, from the published evidence of 34 provinces, give the published scores."""

import numpy as np
import pandas as pd
import pytest

from parlib.datasets import record
from parlib.frameworks import Framework
from parlib.rules import add_points
from parlib.scoring import roll_up

DAY = "2026-10-10"
RULED = ["1.1", "1.2", "1.3", "1.4", "2.1", "4.1", "4.2", "4.3", "4.4", "4.5a", "4.5b", "5.2", "5.3", "5.4"]


@pytest.fixture(scope="module")
def framework() -> Framework:
    return record().framework("i766", 2026)


@pytest.fixture(scope="module")
def scored(framework: Framework) -> pd.DataFrame:
    scores = record().scores("i766")
    return add_points(scores[scores["date"] == DAY], framework)


def rebuilt(scored: pd.DataFrame, framework: Framework, decimals: int | None) -> pd.DataFrame:
    """Inner nodes from the points of the confirmed rules; what has no confirmed rule keeps its recorded score."""
    confirmed = scored["points"].notna() & (scored["rule_status"] == "confirmed")
    points = scored["points"] if decimals is None else scored["points"].round(decimals)
    nodes = roll_up(scored.assign(score=scored["score"].mask(confirmed, points)), framework)
    published = scored[["province", "indicator", "score", "published_rank"]]
    return nodes.merge(published, on=["province", "indicator"], validate="1:1")


def test_14_confirmed_components_of_34_provinces_follow_from_their_evidence(scored: pd.DataFrame) -> None:
    ruled = scored[scored["points"].notna() & (scored["rule_status"] == "confirmed")]
    assert sorted(ruled["indicator"].unique()) == RULED
    assert len(ruled) == 14 * 34 - 1  # Sơn La published no procedure, so 1.1 has no score there
    assert (ruled["points"] - ruled["score"]).abs().max() <= 0.005 + 1e-12


def test_son_la_without_a_published_procedure_has_no_score_for_it(scored: pd.DataFrame) -> None:
    row = scored[(scored["province"] == "son-la") & (scored["indicator"] == "1.1")].iloc[0]
    assert row["points_state"] == "zero_denominator"
    assert np.isnan(row["points"])
    assert np.isnan(row["score"])


def test_groups_and_totals_are_sums_of_components_rounded_to_two_decimals(
    scored: pd.DataFrame, framework: Framework
) -> None:
    nodes = rebuilt(scored, framework, decimals=2)
    assert set(nodes["indicator"]) == {"TOTAL", "1", "2", "3", "3B", "4", "5"}
    assert nodes["computed"].notna().all()
    assert (nodes["computed"] - nodes["score"]).abs().max() <= 0.01 + 1e-9


def test_unrounded_sums_stay_within_a_hundredth_per_part(scored: pd.DataFrame, framework: Framework) -> None:
    nodes = rebuilt(scored, framework, decimals=None)
    parts = nodes["indicator"].map(
        lambda node: len(
            framework.scored_leaves(scored.loc[scored["score"].notna(), "indicator"], below=node)
        )
    )
    assert ((nodes["computed"] - nodes["score"]).abs() <= 0.005 * parts + 1e-9).all()


@pytest.mark.parametrize("decimals", [2, None])
def test_the_34_ranks_are_the_published_ones(
    scored: pd.DataFrame, framework: Framework, decimals: int | None
) -> None:
    totals = rebuilt(scored, framework, decimals).query("indicator == 'TOTAL'")
    rank = totals["computed"].round(6).rank(method="min", ascending=False).astype("Int64")
    assert len(totals) == 34
    assert (rank == totals["published_rank"]).all()


def test_online_payment_is_marked_unconfirmed(scored: pd.DataFrame) -> None:
    payment = scored[scored["indicator"].isin(["3.5", "3.5b", "3.6"])]
    assert set(payment["rule_status"]) == {"unconfirmed"}
    assert set(payment["basis"]) == {"derived"}


def test_the_80_percent_target_of_the_description_would_miss_digitised_dossiers(scored: pd.DataFrame) -> None:
    rows = scored[scored["indicator"] == "4.2"]
    targeted = (4 * rows["numerator"] / rows["denominator"] / 0.8).clip(upper=4)
    assert ((targeted - rows["score"]).abs() > 0.01).sum() == 34
