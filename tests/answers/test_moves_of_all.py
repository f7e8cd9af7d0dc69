"""The split of every province's change of rank at once is the split of each."""

import pytest

from parlib.answers.moves import moves, moves_of_all
from parlib.datasets import record
from parlib.errors import UsageError

KNOWN = record()


def pair(index, before, after):
    """Two editions with their trees, as both functions take them."""
    editions = [KNOWN.edition(index, *when) for when in (before, after)]
    return [
        part
        for edition in editions
        for part in (KNOWN.scored_edition(edition), KNOWN.framework(index, edition["year"]))
    ]


@pytest.mark.parametrize("years", [(2016, 2017), (2017, 2018), (2023, 2024)])
def test_each_row_is_the_split_of_that_province(years):
    given = pair("papi", *((year,) for year in years))
    rows = moves_of_all(*given, breaks=KNOWN.breaks).set_index("province")
    for province in ("ha-noi", "thua-thien-hue", "ca-mau"):
        alone = moves(*given, province, breaks=KNOWN.breaks).total
        assert rows.loc[province, list(vars(alone))].to_dict() == vars(alone)


@pytest.mark.parametrize("years", [(year, year + 1) for year in range(2011, 2024)])
def test_the_parts_add_up_and_nobody_unknown_moves(years):
    before, _, after, _ = given = pair("papi", *((year,) for year in years))
    rows = moves_of_all(*given, breaks=KNOWN.breaks)
    gained = rows["rank_from"] - rows["rank_to"]
    assert (rows["own"] + rows["field"] + rows["framework"]).to_numpy() == pytest.approx(gained.to_numpy())
    known = [
        set(part.loc[(part["indicator"] == "TOTAL") & part["score"].notna(), "province"])
        for part in (before, after)
    ]
    assert set(rows["province"]) == known[0] & known[1]


def test_days_of_a_dated_index_are_compared():
    rows = moves_of_all(*pair("i766", (2026, "2026-10-05"), (2026, "2026-10-10")), breaks=KNOWN.breaks)
    assert len(rows) == 34


def test_a_partial_edition_is_refused():
    with pytest.raises(UsageError, match="provinces only"):
        moves_of_all(*pair("par", (2022,), (2023,)), breaks=KNOWN.breaks)
