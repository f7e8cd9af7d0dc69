"""What the sentences on one province say of figures that are known in part."""

import pandas as pd

from parlib.wording.language import Language
from parlib.wording.standing import change, last_known


def test_points_that_change_by_less_than_is_printed_are_called_unchanged():
    row = {"indicator": "TOTAL", "change": -0.004, "rank_change": 2, "unit": "points"}
    row |= {"previous_year": 2016, "previous_date": None}
    assert change(Language("en"), row)[0].text == "Compared with 2016: points unchanged, up 2 places."
    assert (
        change(Language("vi"), row | {"change": 0.006})[0].text
        == "So với năm 2016: tăng 0,01 điểm, tăng 2 bậc."
    )


def test_where_a_province_last_stood_is_said_without_a_rank_that_is_not_known():
    row = {"year": 2016, "date": None, "score": 61.5, "rank": pd.NA, "of": pd.NA}
    (found,) = last_known(Language("vi"), "Huế", "PCI", "năm 2017", row, "points")
    assert found.text == "PCI năm 2017: không công bố số liệu của Huế; gần nhất, năm 2016 đạt 61,50 điểm."
    (found,) = last_known(Language("en"), "Hue", "PCI", "2017", row | {"rank": 20, "of": 63}, "points")
    assert found.text.endswith("in 2016 it had 61.50 points, rank 20/63.")
    (found,) = last_known(Language("vi"), "Huế", "SIPAS", "năm 2017", row, "percent")
    assert found.text.endswith("năm 2016 đạt 61,50%.")
