"""PAPI's sub-dimensions of 2018 from its raw indicators, by the formulas of the record."""

import numpy as np
import pandas as pd
import pytest

from parlib.datasets import record
from parlib.rescaling import rescale

OF_2018 = ["D1.1", "D3.2", "D3.3", "D4.1", "D4.3", "D7.1", "D7.2", "D7.3", "D8.1", "D8.2"]


@pytest.fixture(scope="module")
def formulas() -> pd.DataFrame:
    return record().table("papi/rescaling.csv")


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return record().table("papi/indicator_values.csv")


@pytest.mark.parametrize("indicator", OF_2018)
def test_raw_indicators_of_2018_give_the_published_sub_dimension(
    indicator: str, raw: pd.DataFrame, formulas: pd.DataFrame
) -> None:
    rebuilt = rescale(raw[raw["indicator"] == indicator], formulas)
    scores = record().scores("papi")
    published = scores[(scores["year"] == 2018) & (scores["indicator"] == indicator)]
    both = rebuilt.merge(published, on=["province"], how="outer", suffixes=("", "_published"), indicator=True)
    assert (both["_merge"] == "both").all()
    assert len(both) == (61 if indicator.startswith("D4") else 63)
    assert (both["score"] - both["score_published"]).abs().max() <= 1e-5


def test_nothing_is_rebuilt_without_a_formula(raw: pd.DataFrame, formulas: pd.DataFrame) -> None:
    rebuilt = rescale(raw, formulas)
    assert sorted(rebuilt["indicator"].unique()) == OF_2018
    assert set(rebuilt["basis"]) == {"derived"}


def of_2019(raw: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Raw values in the shape of a 2019 import, with round figures."""
    rows = raw[(raw["indicator"] == indicator) & (raw["province"] == "ha-noi")]
    return rows.assign(year=2019, value=0.5)


@pytest.mark.parametrize(
    ("indicator", "score"),
    [("D8.1", 0.33 + 0.99 * 1.5), ("D8.2", 0.33 + 1.485), ("D7.2", 1 / 3 + 1.5), ("D1.1", 0.25 + 0.84375)],
)
def test_the_same_table_holds_the_formulas_of_2019(
    indicator: str, score: float, raw: pd.DataFrame, formulas: pd.DataFrame
) -> None:
    rebuilt = rescale(of_2019(raw, indicator), formulas)
    assert rebuilt["score"].tolist() == pytest.approx([score])


def test_seriousness_in_environmental_protection_has_no_formula_from_2019(
    raw: pd.DataFrame, formulas: pd.DataFrame
) -> None:
    assert rescale(of_2019(raw, "D7.1"), formulas).empty


def test_a_missing_raw_indicator_leaves_the_sub_dimension_missing(
    raw: pd.DataFrame, formulas: pd.DataFrame
) -> None:
    rows = raw[(raw["indicator"] == "D8.2") & (raw["province"] == "ha-noi")]
    assert np.isnan(rescale(rows[rows["number"] != 2], formulas)["score"].item())


def test_illustrative_values_give_illustrative_sub_dimensions(
    raw: pd.DataFrame, formulas: pd.DataFrame
) -> None:
    rows = raw[raw["indicator"] == "D8.2"]
    rows = rows.assign(basis=rows["basis"].mask(rows["province"] == "ha-noi", "illustrative"))
    basis = rescale(rows, formulas).set_index("province")["basis"]
    assert basis["ha-noi"] == "illustrative"
    assert basis["ha-giang"] == "derived"


def test_every_formula_starts_at_the_lower_end_of_its_scale(formulas: pd.DataFrame) -> None:
    framework = {year: record().framework("papi", year).table for year in (2018, 2019)}
    constants = formulas[formulas["number"] == 0]
    for row in constants.to_dict("records"):
        for year in range(row["first_year"], row["last_year"] + 1):
            low = framework[year].at[row["indicator"], "min_score"]
            assert abs(row["coefficient"] - low) <= 0.005, (row["indicator"], year)
