"""What the sentences on all provinces say where part of them is not known."""

import pandas as pd
import pytest

from parlib.wording import country as say
from parlib.wording.language import Language

VI, EN = Language("vi"), Language("en")
REGIONS = pd.DataFrame(
    {"name_vi": ["Bắc", "Nam", "Tây"], "name_en": ["North", "South", "West"]}, index=["n", "s", "w"]
)


def test_a_region_without_a_total_has_neither_the_highest_nor_the_lowest_mean():
    totals = pd.DataFrame({"province": ["a", "b", "c"], "score": [40.0, 30.0, float("nan")]})
    (found,) = say.regions(EN, totals, {"a": "n", "b": "s", "c": "w"}, REGIONS)
    assert found.text.endswith("highest in North (40.00) and lowest in South (30.00).")
    assert say.regions(EN, totals.assign(score=float("nan")), {"a": "n", "b": "s", "c": "w"}, REGIONS) == []


@pytest.mark.parametrize("maxima", [[None, None], [10.0, None]])
def test_parts_whose_maximum_is_not_known_are_not_compared(maxima):
    dimensions = pd.DataFrame(
        {
            "name_vi": ["A", "B"],
            "name_en": ["A", "B"],
            "max_score": pd.Series(maxima, dtype="float64").to_numpy(),
        },
        index=["D1", "D2"],
    )
    wide = pd.DataFrame({"D1": [5.0, 6.0], "D2": [7.0, 8.0]}, index=["a", "b"])
    scored = wide.rename_axis("province").melt(var_name="indicator", value_name="score", ignore_index=False)
    assert say.widest(VI, dimensions, scored) == say.levels(VI, dimensions, wide) == []


def test_where_nobody_moved_nobody_moved_furthest():
    rows = pd.DataFrame({"province": ["a", "b"], "rank_from": [1, 2], "rank_to": [1, 2], "places": [0, 0]})
    (found,) = say.movers(EN, rows, {"a": "A", "b": "B"}, "2016")
    assert found.text == "Of 2 provinces ranked in both, 0 moved up and 0 down since 2016."
