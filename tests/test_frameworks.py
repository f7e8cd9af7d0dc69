import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from parlib.datasets import Record, data_folder, record
from parlib.errors import DataError, UsageError
from parlib.frameworks import ROOT, Framework


def tree(rows):
    columns = ["indicator", "parent", "split", "max_score"]
    return Framework("toy", 2020, pd.DataFrame(rows, columns=columns))


def test_papi_had_six_dimensions_and_60_points_to_2017_and_eight_and_80_since():
    for year, dimensions, points in ((2017, 6, 60), (2018, 8, 80), (2024, 8, 80)):
        framework = record().framework("papi", year)
        assert len(framework.split_children(ROOT)) == dimensions
        assert framework.max_score(ROOT) == points


@pytest.mark.parametrize("year", record().years("papi"))
def test_papi_maxima_add_up_exactly_to_the_maximum_above(year):
    # The printed 3.33 would leave a dimension of three at 9.99.
    framework = record().framework("papi", year)
    for node in framework.walk():
        children = framework.split_children(node)
        if children:
            assert sum(map(framework.max_score, children)) == pytest.approx(
                framework.max_score(node), abs=1e-12
            )


def test_par_2017_domains_and_parts_both_add_up_to_100():
    framework = record().framework("par", 2017)
    domains = framework.split_children(ROOT)
    assert [framework.max_score(d) for d in domains] == [10, 10, 14.5, 11, 16, 7, 16, 15.5]
    parts = framework.split_children(ROOT, "parts")
    assert sorted(framework.max_score(p) for p in parts) == [38, 62]


def test_par_2022_leaves_the_maxima_that_no_source_gives_missing():
    framework = record().framework("par", 2022)
    unknown = [d for d in framework.split_children(ROOT) if pd.isna(framework.max_score(d))]
    assert unknown == ["D6", "D7"]


def test_index_766_adds_up_to_100_without_its_alternative_and_monitoring_rows():
    framework = record().framework("i766", 2026)
    leaves = [node for node in framework.walk() if not framework.split_children(node)]
    assert sum(map(framework.max_score, leaves)) == 100
    assert "3A-alt" not in leaves


def test_a_group_published_without_its_parts_is_a_leaf():
    framework = record().framework("i766", 2026)
    assert framework.scored_leaves(["3A", "3.5", "4.1"], below="3") == ["3A", "3.5"]


def test_a_cycle_is_refused():
    with pytest.raises(DataError, match="a tree"):
        tree([("TOTAL", None, "main", 10), ("A", "B", "main", 5), ("B", "A", "main", 5)])


def test_a_parent_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="parent 'X' of A"):
        tree([("TOTAL", None, "main", 10), ("A", "X", "main", 5)])


def test_an_indicator_that_holds_twice_in_a_year_is_refused():
    with pytest.raises(DataError, match="indicator A twice in 2020"):
        tree([("TOTAL", None, "main", 10), ("A", "TOTAL", "main", 5), ("A", "TOTAL", "main", 4)])


def test_a_framework_without_a_root_is_refused():
    with pytest.raises(DataError, match="no TOTAL"):
        tree([("A", None, "main", 5)])


def test_an_unknown_indicator_offers_the_nearest():
    with pytest.raises(UsageError, match="D6"):
        record().framework("papi", 2017).require("D66")


def test_indices_of_as_many_rows_have_trees_of_their_own():
    known = Record(data_folder())
    assert [known.framework(index, 2017).index for index in ("pci", "sipas", "papi")] == [
        "pci",
        "sipas",
        "papi",
    ]
    assert known.framework("pci", 2017).table["name_en"].iloc[0].startswith("PCI")
    assert known.framework("sipas", 2017).table["name_en"].iloc[0].startswith("SIPAS")


def test_an_order_that_several_ask_for_at_once_is_the_order():
    alone = list(Record(data_folder()).framework("papi", 2017))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(10):
            framework = Record(data_folder()).framework("papi", 2017)
            with ThreadPoolExecutor(3) as threads:
                list(threads.map(list, [framework] * 3))
            assert list(framework) == alone
    finally:
        sys.setswitchinterval(before)


def test_years_of_the_same_rows_have_one_tree_and_each_its_own_year():
    before, after, other = (record().framework("papi", year) for year in (2016, 2017, 2018))
    assert list(before) == list(after) != list(other)
    assert (before.year, after.year, other.year) == (2016, 2017, 2018)
    with pytest.raises(UsageError, match="papi 2017 has no indicator 'D7'"):
        after.require("D7")
