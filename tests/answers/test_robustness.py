"""How far a rank hangs on the weights."""

import numpy as np
import pandas as pd
import pytest

from parlib.answers.robustness import weight_robustness
from parlib.datasets import record
from parlib.errors import UsageError


def robustness(index, year, **options):
    held = record()
    edition = held.edition(index, year)
    return weight_robustness(held.scored_edition(edition), held.framework(index, year), **options)


@pytest.fixture(scope="module")
def of_2017():
    return robustness("papi", 2017)


def test_leaving_one_dimension_out_ranks_the_rest(of_2017):
    scores = record().scores("papi")
    wide = scores[scores["year"] == 2017].pivot(index="province", columns="indicator", values="score")
    without_d6 = wide[["D1", "D2", "D3", "D4", "D5"]].sum(axis=1).rank(ascending=False)
    expected = int(without_d6["thua-thien-hue"])
    (left,) = [
        row for row in of_2017.of_province("thua-thien-hue")["leave_one_out"] if row["indicator"] == "D6"
    ]
    assert (left["rank"], left["places"]) == (expected, 37 - expected)
    assert expected > 37  # public services are what Huế is good at


def test_hardly_any_spread_leaves_every_rank(of_2017):
    still = robustness("papi", 2017, spread=1e-6).rows
    assert (still["rank_low"] == still["rank"]).all()
    assert (still["rank_high"] == still["rank"]).all()
    assert (still["same"] == 1).all()


def test_more_spread_gives_wider_ranges_on_the_whole(of_2017):
    def width(rows):
        return (rows["rank_high"] - rows["rank_low"]).mean()

    assert width(of_2017.rows) < width(robustness("papi", 2017, spread=0.5).rows)


def test_a_province_best_in_every_part_stays_first_under_any_weights():
    held = record()
    scored = held.scored_edition(held.edition("papi", 2017)).copy()
    best = scored["province"] == "quang-binh"
    scored.loc[best, "score"] = 9.9
    scored.loc[best & (scored["indicator"] == "TOTAL"), "score"] = 59.4
    found = weight_robustness(scored, held.framework("papi", 2017)).of_province("quang-binh")
    assert found["weights"]["rank_high"] == 1
    assert {row["rank"] for row in found["leave_one_out"]} == {1}


def test_the_order_of_rows_does_not_matter(of_2017):
    held = record()
    scored = held.scored_edition(held.edition("papi", 2017)).sample(frac=1, random_state=4)
    again = weight_robustness(scored, held.framework("papi", 2017))
    pd.testing.assert_frame_equal(of_2017.rows, again.rows)


def test_weights_spread_as_asked():
    # The share of a weight's variation that was asked for is what the Dirichlet draws show.
    parts, spread = 6, 0.25
    concentration = (parts - 1) / spread**2 - 1
    drawn = np.random.default_rng(1).dirichlet(np.full(parts, concentration / parts), size=100_000)
    assert (drawn.std(axis=0) * parts).mean() == pytest.approx(spread, rel=0.02)


def test_groups_of_an_index_with_unequal_maxima_are_varied_too():
    found = robustness("i766", 2026)
    assert found.parts == ("1", "2", "3", "4", "5")
    assert len(found.rows) == 34


def test_provinces_without_every_dimension_are_left_out_and_named():
    found = robustness("papi", 2018)
    assert len(found.rows) + len(found.left_out) == 61


def test_an_index_known_in_part_cannot_be_varied():
    with pytest.raises(UsageError, match="provinces only"):
        robustness("par", 2017)


def test_a_province_without_every_part_has_no_robustness():
    with pytest.raises(UsageError, match="quang-ninh does not have every part of papi 2018"):
        robustness("papi", 2018).of_province("quang-ninh")


def test_an_index_without_parts_cannot_be_varied():
    with pytest.raises(UsageError, match="two or more"):
        robustness("pci", 2016)


def test_no_spread_is_refused():
    with pytest.raises(UsageError, match="above 0"):
        robustness("papi", 2017, spread=0)
