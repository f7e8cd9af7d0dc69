"""Old years in the provinces of today."""

import pandas as pd
import pytest

from parlib import load_i766, load_papi, record
from parlib.merging import aggregate_merged


@pytest.fixture(scope="module")
def papi() -> pd.DataFrame:
    scores = load_papi()
    return scores[(scores["year"] == 2023) & (scores["indicator"].isin(["TOTAL", "D1"]))]


@pytest.fixture(scope="module")
def merged(papi: pd.DataFrame) -> pd.DataFrame:
    return aggregate_merged(papi, record().provinces(63))


def test_phu_tho_is_the_plain_mean_of_phu_tho_vinh_phuc_and_hoa_binh(papi, merged):
    parts = papi[(papi["indicator"] == "TOTAL") & papi["province"].isin(["phu-tho", "vinh-phuc", "hoa-binh"])]
    row = merged[(merged["indicator"] == "TOTAL") & (merged["province"] == "phu-tho")].iloc[0]
    assert row["parts"] == 3
    assert row["score"] == pytest.approx(parts["score"].mean(), abs=1e-12)
    assert (row["low"], row["high"]) == (parts["score"].min(), parts["score"].max())


def test_ho_chi_minh_city_2023_stays_without_a_score_because_binh_duong_has_none(merged):
    row = merged[(merged["indicator"] == "TOTAL") & (merged["province"] == "ho-chi-minh")].iloc[0]
    assert row["parts"] == 3
    assert row[["score", "low", "high"]].isna().all()


def test_quang_ninh_2023_has_a_row_although_it_was_not_merged_and_has_no_score(merged):
    assert merged.loc[merged["province"] == "quang-ninh", "score"].isna().all()


def test_a_province_that_was_not_merged_keeps_its_score(papi, merged):
    then = papi.set_index(["indicator", "province"])["score"]
    now = merged.set_index(["indicator", "province"])
    for slug in ("cao-bang", "nghe-an", "ha-noi"):
        row = now.loc[("D1", slug)]
        assert row["score"] == row["low"] == row["high"] == then[("D1", slug)]


def test_hue_is_called_hue_in_the_new_frame(merged):
    assert "thua-thien-hue" not in set(merged["province"])
    assert merged.loc[merged["province"] == "hue", "score"].notna().all()


def test_every_field_has_all_34_provinces_marked_as_aggregated(merged):
    assert merged.groupby("indicator").size().to_dict() == {"TOTAL": 34, "D1": 34}
    assert set(merged["basis"]) == {"aggregated"}
    assert set(merged["frame"]) == {34}
    assert merged["published_rank"].isna().all()


def test_an_illustrative_part_makes_the_whole_illustrative(papi):
    marked = papi.assign(basis=papi["basis"].mask(papi["province"] == "bac-giang", "illustrative"))
    out = aggregate_merged(marked, record().provinces(63))
    assert set(out.loc[out["province"] == "bac-ninh", "basis"]) == {"illustrative"}
    assert set(out.loc[out["province"] == "hue", "basis"]) == {"aggregated"}


def test_scores_of_34_provinces_are_not_merged_again():
    with pytest.raises(ValueError, match="not all of frame 63"):
        aggregate_merged(load_i766(), record().provinces(63))
