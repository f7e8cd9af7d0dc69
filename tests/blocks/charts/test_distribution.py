from __future__ import annotations

import pytest

from parlib.blocks.charts import distribution


@pytest.fixture
def rows_2017(papi, dimensions):
    rows = dimensions(2017).assign(row=lambda table: table["indicator"])
    values = papi[(papi["year"] == 2017) & papi["indicator"].isin(rows["row"])]
    return values.assign(row=values["indicator"]), rows


def test_every_province_is_one_dot_in_every_row(rows_2017, provinces, vi, drawn):
    seen = drawn(distribution(*rows_2017, provinces, lang=vi, unit="share"))
    for row in rows_2017[1]["row"]:
        dots = [mark for name in seen.ids if name.endswith(f"-{row}") for mark in seen.marks(name)]
        assert len(dots) == 63


def test_the_ends_of_a_row_are_named(rows_2017, provinces, vi, drawn):
    chart = distribution(*rows_2017, provinces, lang=vi, unit="share")
    assert {"Hải Phòng: 4,36", "Long An: 7,23"} <= set(drawn(chart).texts)
    assert (chart.figures["D4.lowest"], chart.figures["D4.highest"]) == pytest.approx(
        (4.358, 7.234), abs=0.01
    )
    assert "Long An: 7,23" in chart.alt


def test_dots_stand_by_their_share_of_the_maximum(rows_2017, provinces, en, drawn):
    values, rows = rows_2017
    seen = drawn(distribution(values, rows, provinces, lang=en, unit="share"))

    def at(row, province):
        for name in seen.ids:
            if name.endswith(f"-{row}"):
                for (x, _), title in zip(seen.marks(name), seen.titles(name), strict=True):
                    if title.startswith(f"{province}:"):
                        return x
        raise AssertionError(province)

    # Ha Tinh has 6.41 and Binh Duong 4.33 of 10 in D1: a point is as long in the next row, where Quang Binh has 6.47.
    point = (at("D1", "Ha Tinh") - at("D1", "Binh Duong")) / (6.41 - 4.33)
    assert at("D2", "Quang Binh") - at("D1", "Ha Tinh") == pytest.approx(0.06 * point, abs=0.01 * point)


def test_a_row_without_data_says_so(rows_2017, provinces, en, drawn):
    values, rows = rows_2017
    chart = distribution(values[values["row"] != "D6"], rows, provinces, lang=en, unit="share")
    assert "no data" in drawn(chart).texts
    assert "Public Service Delivery: no data." in chart.alt


def test_no_label_leaves_the_sheet(papi, dimensions, provinces, lang, drawn):
    from parlib.blocks.charts._sheet import MM, WIDTH, text_width

    rows = dimensions(2024).assign(row=lambda table: table["indicator"])
    values = papi[(papi["year"] == 2024) & papi["indicator"].isin(rows["row"])]
    chart = distribution(values.assign(row=values["indicator"]), rows, provinces, lang=lang, unit="share")
    for text in drawn(chart).root.iter("{http://www.w3.org/2000/svg}text"):
        weight = int(text.get("font-weight", 400))
        wide = text_width(text.text or "", float(text.attrib["font-size"]), weight)
        x = float(text.attrib["x"]) * MM if "x" in text.attrib else None
        if x is None:
            continue
        anchor = text.get("text-anchor", "start")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        assert left > -0.5
        assert left + wide < WIDTH + 0.5


def test_it_is_well_made(rows_2017, provinces, lang, well_made):
    def make():
        return distribution(*rows_2017, provinces, lang=lang, unit="share")

    well_made(make(), make)
