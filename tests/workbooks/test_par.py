"""Tables of PAR INDEX results and the two public panels: headings, units, ministries, contradictions."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from parlib import Record
from parlib.checks.reading import SET_ASIDE, Reading
from parlib.errors import DataError, UsageError
from parlib.provinces import Provinces
from parlib.workbooks.par import HEADINGS, PANELS, TOTALS, read_par

Read = Callable[..., Reading]
Row = Sequence[Any]


@pytest.fixture
def read(known: Record, books: dict[int, Provinces], tmp_path: Path) -> Read:
    """Write rows as CSV and read them."""

    def run(rows: Sequence[Row], year: int | None = 2023, **options: Any) -> Reading:
        path = tmp_path / "par.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return read_par(path, year, books, known.framework, **options)

    return run


def figures(reading: Reading) -> dict[tuple[str, str], float]:
    scored = reading.scores.dropna(subset=["score"])
    return {(row["province"], row["indicator"]): row["score"] for row in scored.to_dict("records")}


def faults(reading: Reading) -> list[str]:
    return [f"{f.place.row}{f.place.column}: {f.found}" for f in reading.findings if f.severity == "error"]


@pytest.mark.parametrize(
    "heading",
    [
        ["STT", "Tỉnh, thành phố", "Chỉ số CCHC (%)", "Xếp hạng"],
        ["No.", "Province", "PAR INDEX", "Rank"],
        ["TT", "Tên tỉnh/thành phố", "Tổng điểm (điểm)", "Thứ hạng"],
        ["#", "ĐỊA PHƯƠNG", "Kết quả chỉ số cải cách hành chính", "Vị thứ"],
    ],
)
def test_headings_are_understood_in_both_languages(read, heading):
    reading = read([heading, [1, "Hải Phòng", "91,87", "1"], [2, "TP. Hồ Chí Minh", "86.97", "33/63"]])
    assert faults(reading) == []
    assert figures(reading) == {("hai-phong", "TOTAL"): 91.87, ("ho-chi-minh", "TOTAL"): 86.97}
    assert reading.scores["published_rank"].tolist() == [1, 33]
    assert reading.frame == 63


def test_domains_are_known_by_number_by_name_and_by_both(read):
    heading = [
        "Tỉnh",
        "D1",
        "2. Cải cách thể chế",
        "Lĩnh vực 3",
        "Cải cách tổ chức bộ máy hành chính (điểm)",
        "Điểm",
    ]
    reading = read([heading, ["Kon Tum", 9.1, 9.42, 12.38, 9.72, 88.1]])
    assert faults(reading) == []
    assert figures(reading) == {
        ("kon-tum", "D1"): 9.1,
        ("kon-tum", "D2"): 9.42,
        ("kon-tum", "D3"): 12.38,
        ("kon-tum", "D4"): 9.72,
        ("kon-tum", "TOTAL"): 88.1,
    }


def test_values_above_the_maximum_in_points_can_only_be_per_cent(read):
    heading = ["Tỉnh", "Cải cách thể chế", "Cải cách TTHC", "Chỉ số"]
    reading = read([heading, ["Kon Tum", 94.15, 12.38, 88.1]])
    assert ("kon-tum", "D2_PCT") in figures(reading)
    assert ("kon-tum", "D3") in figures(reading)
    assert [item.read_as for item in reading.renamed] == ["D2_PCT"]


def test_a_domain_whose_maximum_nobody_knows_needs_its_unit(read):
    rows = [["Tỉnh", "Cải cách tài chính công", "Chỉ số"], ["Kon Tum", 9.1, 88.1]]
    assert faults(read(rows)) == [
        "1B: 'Cải cách tài chính công' without a unit, and its maximum is not known"
    ]
    assert ("kon-tum", "D6") in figures(read(rows, unit="points"))
    rows[0][1] = "Cải cách tài chính công (%)"
    assert ("kon-tum", "D6_PCT") in figures(read(rows))


def test_points_and_per_cent_of_one_domain_stand_side_by_side(read):
    heading = ["Tỉnh", "Cải cách thể chế (điểm)", "Cải cách thể chế (%)", "Chỉ số"]
    assert figures(read([heading, ["Kon Tum", 9.42, 94.15, 88.1]]))[("kon-tum", "D2_PCT")] == 94.15
    assert faults(read([heading, ["Kon Tum", 9.42, 84.15, 88.1]])) == ["2C: 84.15"]


def test_hoa_binh_2023_as_s109_prints_it_is_refused_or_set_aside(read):
    heading = ["Tỉnh", "Điểm thẩm định", "Điểm SIPAS", "Điểm khảo sát lãnh đạo", "Điểm KT-XH", "Tổng điểm"]
    rows = [heading, ["Hòa Bình", 57.04, 8.19, 18.34, 4.32, 86.89], ["Huế", 60, 9, 20, 5, 94]]
    assert faults(read(rows)) == ["2F: 86.89"]
    reading = read(rows, set_aside=True)
    assert not reading.refused
    noted = reading.scores[reading.scores["note"] == SET_ASIDE]
    assert set(noted["province"]) == {"hoa-binh"}
    assert len(noted) == 5


def test_a_rank_that_contradicts_the_scores_is_refused_and_sets_both_aside(read):
    rows = [["Tỉnh", "Chỉ số", "Xếp hạng"], ["Cà Mau", 86.89, 32], ["TP.HCM", 86.97, 33], ["Huế", 88.38, 17]]
    assert faults(read(rows)) == ["3B: 86.97 / 33"]
    noted = read(rows, set_aside=True).scores.dropna(subset=["note"])
    assert set(noted["province"]) == {"ca-mau", "ho-chi-minh"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["Atlantis", 80, 3], "3A: 'Atlantis'"),
        (["", 80, 3], "3A: figures without a province"),
        (["Huế", 101, 3], "3B: 101"),
        (["Huế", -1, 3], "3B: -1"),
        (["Huế", "tám mươi", 3], "3B: 'tám mươi'"),
        (["Huế", "#REF!", 3], "3B: the error #REF!"),
        (["Huế", 80, 64], "3C: '64'"),
        (["Huế", 80, "A"], "3C: 'A'"),
        (["Huế", 0.8, 3], "3B: 0.8"),
        (["Hà Nội", 80, 3], "3A: Ha Noi 2023, which already stands in row 2"),
    ],
)
def test_a_cell_that_cannot_be_right_is_refused_where_it_stands(read, row, fault):
    rows = [["Tỉnh", "Chỉ số", "Xếp hạng"], ["Hà Nội", 91.43, 2], row]
    assert fault in faults(read(rows))


def test_a_number_with_the_name_of_another_domain_is_refused(read):
    rows = [["Tỉnh", "Lĩnh vực 2: Cải cách tài chính công", "Chỉ số"], ["Huế", 9, 88]]
    assert "the name of D6" in faults(read(rows))[0]


def test_domains_out_of_order_are_refused(read):
    rows = [["Tỉnh", "D3 (điểm)", "D2 (điểm)", "Chỉ số"], ["Huế", 9, 9, 88]]
    assert "after a later heading" in faults(read(rows))[0]


def test_two_columns_of_one_meaning_are_refused(read):
    rows = [["Tỉnh", "Tổng điểm", "Kết quả", "Xếp hạng"], ["Huế", 88, 86, 1]]
    assert "which means the same as" in faults(read(rows))[0]


def test_summaries_and_notes_are_left_out(read):
    rows = [["Tỉnh", "Chỉ số"], ["Huế", 88.38], ["Trung bình cả nước", 86.98], ["Nguồn: Bộ Nội vụ", ""]]
    reading = read(rows)
    assert faults(reading) == []
    assert [item.reason for item in reading.left_out] == [
        "a summary row, not a province",
        "a row without figures",
    ]


def test_ministries_are_set_aside_and_counted_also_without_a_column_of_kinds(read):
    rows = [
        ["Đơn vị", "Chỉ số"],
        ["Huế", 88.38],
        ["Bộ Tài chính", 89.1],
        ["Ngân hàng Nhà nước Việt Nam", 89.2],
    ]
    reading = read(rows)
    assert faults(reading) == []
    assert [(item.reason, item.count) for item in reading.left_out] == [
        ("ministries and agencies, not provinces", 2)
    ]


def test_columns_not_known_are_left_out_and_said(read):
    reading = read([["Tỉnh", "Chỉ số", "Năm trước"], ["Huế", 88.38, 86.1]])
    assert [(item.what, item.reason) for item in reading.left_out] == [
        ("Năm trước", "a heading that is not known")
    ]


def test_a_figure_that_the_year_has_no_place_for_is_left_out_and_said(read):
    reading = read([["Tỉnh", "Chỉ số", "Khảo sát lãnh đạo, quản lý"], ["Huế", 70, 18]], year=2013)
    assert ("thua-thien-hue", "LEADER_SURVEY") not in figures(reading)
    assert reading.left_out[-1].reason == "2013 has no LEADER_SURVEY in par/framework.csv"


def test_a_table_needs_its_year(read):
    with pytest.raises(UsageError, match="--year"):
        read([["Tỉnh", "Chỉ số"], ["Huế", 88.38]], year=None)


def test_a_table_of_several_years_gives_the_one_asked_for(read):
    rows = [["Năm", "Tỉnh", "Chỉ số"], [2022, "Huế", 86.5], [2023, "Huế", 88.38]]
    assert set(read(rows, year=None).scores["year"]) == {2022, 2023}
    assert figures(read(rows, year=2023)) == {("thua-thien-hue", "TOTAL"): 88.38}
    assert faults(read(rows, year=2019)) == ["NoneNone: no figures of 2019 of provinces"]


def test_a_table_without_scores_is_none(read):
    with pytest.raises(DataError, match="Tỉnh/thành phố"):
        read([["Tên", "Tuổi"], ["Huế", 8]])


# --- panels ----------------------------------------------------------------------------------------


def test_the_first_19_rows_of_2012_read_as_the_record_has_them(mutate, known, books, tmp_path):
    path = tmp_path / "panel.xlsx"
    mutate.build_panel(known).save(path)
    reading = read_par(path, None, books, known.framework)
    assert faults(reading) == []
    assert len(reading.scores) == 57
    assert figures(reading) == {key[1:]: value for key, value in mutate.panel_truth(known).items()}
    assert reading.scores["published_rank"].dropna().tolist() == [*range(1, 20)]
    assert [(item.reason, item.count) for item in reading.left_out] == [
        ("ministries and agencies, not provinces", 2)
    ]


def test_a_code_without_its_leading_zero_names_the_province_and_must_fit_the_name(mutate, known, read):
    rows = mutate.panel_rows(known)
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    codes = [row["unit_code"] for row in rows]
    assert "1" in codes  # Hà Nội is 01
    table[1][2], table[2][2] = table[2][2], table[1][2]
    assert [fault.split(":")[0] for fault in faults(read(table, year=None))] == ["2D", "3D"]


def test_exchanged_headings_of_a_panel_are_refused(mutate, known, read):
    rows = mutate.panel_rows(known)
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    table[0][-1], table[0][-2] = table[0][-2], table[0][-1]
    assert faults(read(table, year=None)) == ["1H: 'score_survey'"]


def test_an_unknown_kind_of_unit_is_refused(mutate, known, read):
    row = mutate.panel_rows(known)[0]
    table = [list(row), [*row.values()], [2012, "district", "", "Phú Vang", 70, 3, 1, 40, 30]]
    assert faults(read(table, year=None)) == ["3D: 'Phú Vang', of the kind 'district'"]


def test_the_sipas_panel_is_an_index_of_its_own(read):
    columns = PANELS[1].columns
    rows = [
        columns,
        [2015, "48", "Da Nang", "DN", "gso", 1, 95.99],
        [2015, "96", "Ca Mau", "CM", "gso", 2, 89.86],
    ]
    reading = read(rows, year=None)
    assert faults(reading) == []
    assert set(reading.scores["index"]) == {"sipas"}
    assert figures(reading) == {("da-nang", "TOTAL"): 95.99, ("ca-mau", "TOTAL"): 89.86}


def test_another_index_has_its_own_name_for_the_total(read):
    reading = read([["Tỉnh", "PCI"], ["Huế", "69,36"]], year=2022, index="pci")
    assert set(reading.scores["index"]) == {"pci"}
    assert figures(reading) == {("thua-thien-hue", "TOTAL"): 69.36}
    with pytest.raises(DataError):
        read([["Tỉnh", "PCI"], ["Huế", "69,36"]], year=2022)


def test_a_table_of_34_provinces_is_recognised(known, books, tmp_path):
    path = tmp_path / "par.csv"
    rows = [
        ["Tỉnh", "Chỉ số"],
        *([province.name_vi, 80 + i / 100] for i, province in enumerate(books[34].all)),
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    reading = read_par(path, 2025, books, lambda index, _year: known.framework(index, 2024))
    assert (reading.frame, len(reading.scores)) == (34, 34)
    assert faults(reading) == []


def test_every_heading_understood_is_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    names = [name for table in (HEADINGS, TOTALS) for known in table.values() for name in known]
    assert [name for name in names if name not in text] == []
    assert all(", ".join(panel.columns) in text for panel in PANELS)
