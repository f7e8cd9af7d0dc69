"""The neighbours and the worth of small steps."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parlib.answers.ladder import ladder
from parlib.errors import UsageError
from parlib.scoring import add_ranks

SCORES = st.lists(st.integers(0, 40).map(lambda n: n / 4), min_size=2, max_size=9)


def an_index(make_index, scores):
    names = [f"p{i}" for i in range(len(scores))]
    return make_index({2017: pd.DataFrame({"A.1": scores}, index=names)})


@settings(max_examples=25)
@given(scores=SCORES, seed=st.integers(0, 99))
def test_ranks_are_those_of_the_scoring_and_do_not_depend_on_row_order(make_index, scores, seed):
    index = an_index(make_index, scores)
    edition = index.edition(2017)
    answer = ladder(edition, index.framework(2017), "p0", neighbours=9)
    ranks = edition[edition["indicator"] == "TOTAL"].set_index("province")["rank"]
    assert answer.rank == ranks["p0"]
    assert answer.rows.set_index("province")["rank"].to_dict() == ranks.to_dict()
    again = ladder(edition.sample(frac=1, random_state=seed), index.framework(2017), "p0", neighbours=9)
    pd.testing.assert_frame_equal(answer.rows, again.rows)
    pd.testing.assert_frame_equal(answer.steps, again.steps)


@settings(max_examples=25)
@given(scores=SCORES)
def test_a_step_is_worth_what_scoring_the_changed_field_says(make_index, scores):
    index = an_index(make_index, scores)
    edition = index.edition(2017)
    answer = ladder(edition, index.framework(2017), "p0")
    for step in answer.steps.to_dict("records"):
        moved = edition.copy()
        mine = (moved["province"] == "p0") & (moved["indicator"] == "TOTAL")
        moved.loc[mine, "score"] = (scores[0] + step["points"]).__round__(9)
        editions = moved[["index", "year", "date", "frame"]].drop_duplicates().assign(coverage="whole")
        assert add_ranks(moved, editions).loc[mine, "rank"].item() == step["rank"]
        assert 0 <= step["score"] <= 10


def test_provinces_level_with_this_one_are_all_shown(make_index):
    index = an_index(make_index, [5.0, 5.0, 5.0, 7.0, 8.0, 1.0])
    answer = ladder(index.edition(2017), index.framework(2017), "p1", neighbours=1)
    assert answer.rows["province"].tolist() == ["p3", "p0", "p1", "p2", "p5"]
    assert answer.rows["place"].tolist() == ["above", "level", "self", "level", "below"]
    assert answer.rows["difference"].tolist() == [2.0, 0.0, 0.0, 0.0, -4.0]
    assert (answer.rank, answer.of) == (3, 6)


def test_steps_beyond_the_scale_are_left_out(make_index):
    index = an_index(make_index, [9.8, 3.0])
    answer = ladder(index.edition(2017), index.framework(2017), "p0")
    assert answer.steps["points"].max() == 0.1


def test_a_field_known_in_part_has_no_ladder():
    from parlib.datasets import record

    known = record()
    edition = known.edition("par", 2017)
    with pytest.raises(UsageError, match="of 63 provinces only"):
        ladder(known.scored_edition(edition), known.framework("par", 2017), "thua-thien-hue")
