import pytest

from parlib import live
from parlib.datasets import record
from parlib.errors import UsageError


@pytest.fixture
def hue():
    return live.Explorer("hue", index="papi", year=2017, lang="en")


@pytest.fixture(scope="module")
def planner():
    return live.Planner("hue", index="papi", year=2017, lang="en")


def test_it_opens_on_the_record(hue):
    assert (hue.figures["rank"], hue.figures["of"], hue.figures["group"]) == (37, 63, "low_average")
    assert hue.changed == {}
    assert "36.03" in repr(hue)


def test_a_slider_moves_score_rank_and_group_at_once(hue):
    hue.sliders["D4.1"].value = 2.4
    hue.sliders["D1.4"].value = 2.0
    # 2.4 and 2.0 instead of 1.60 and 1.00 (rounded): from 36.03 to a place in the highest group.
    assert hue.figures["score"] == pytest.approx(
        36.032028 + 2.4 - hue._start["D4.1"] + 2.0 - hue._start["D1.4"]
    )
    assert hue.figures["rank"] < 20
    assert hue.figures["group"] == "highest"
    assert "rank 37" not in hue._top.value.lower().replace("instead of 37/63", "")
    assert "Illustrative data" in hue._top.value
    assert f"{hue.figures['rank']}/63" in hue._main.value  # the strip or the ladder below


def test_resetting_brings_the_record_back(hue):
    hue.sliders["D4.1"].value = 2.4
    hue.reset()
    assert hue.changed == {}
    assert hue.figures["rank"] == 37
    assert "Illustrative" not in hue._top.value


def test_moving_a_slider_leaves_the_record_alone(hue):
    before = record().scored("papi")["score"].sum()
    hue.sliders["D4.1"].value = 2.4
    assert record().scored("papi")["score"].sum() == before


def test_another_language_keeps_the_scores_moved(hue):
    hue.sliders["D4.1"].value = 2.4
    rank = hue.figures["rank"]
    hue.lang.value = "vi"
    assert hue.changed == {"D4.1": 2.4}
    assert hue.figures["rank"] == rank
    assert "Số liệu minh họa" in hue._top.value or "minh họa" in hue._top.value.lower()
    assert hue.province.description == "Tỉnh, thành phố"


def test_another_year_drops_the_scores_moved(hue):
    hue.sliders["D4.1"].value = 2.4
    hue.year.value = 2016
    assert hue.changed == {}
    assert hue.figures["rank"] == 42


def test_a_partial_index_shows_what_was_published_and_no_slider(hue):
    hue.index.value = "par"
    assert hue.sliders == {}
    assert hue.year.value == 2017
    assert "79.86" in repr(hue)


def test_the_new_map_follows_the_merger(hue):
    hue.index.value = "i766"
    assert (hue.year.value, hue.province.value) == (2026, "hue")
    assert hue.figures["of"] == 34
    hue.index.value = "papi"
    assert hue.province.value == "thua-thien-hue"


def test_every_leaf_of_the_edition_can_be_moved_within_its_scale(hue):
    framework = record().framework("papi", 2017)
    assert list(hue.sliders) == framework.scored_leaves(framework.order)
    for leaf, slider in hue.sliders.items():
        assert (slider.min, slider.max) == pytest.approx(
            tuple(framework.table.loc[leaf, ["min_score", "max_score"]])
        )


def test_an_unknown_province_or_index_is_refused():
    with pytest.raises(UsageError, match="Thừa Thiên Huế"):
        live.Explorer("huee", index="papi", year=2017)
    with pytest.raises(UsageError, match="no index"):
        live.Explorer("hue", index="hdi")


def test_a_better_target_rank_needs_more_points(planner):
    gaps = []
    for rank in (30, 20, 10):
        planner.rank.value = rank
        assert f"rank {rank} or better" in planner._shown_as.value
        gaps.append(planner.result.gap)
    assert gaps == sorted(gaps)


def test_a_plan_without_surveys_has_nothing_left_in_papi(planner):
    planner.rank.value = 30
    planner.surveys.value = False
    assert not any(made.feasible for made in planner.result.plans)
    planner.surveys.value = True
    assert any(made.feasible for made in planner.result.plans)


def test_no_plan_where_the_table_is_partial(planner):
    year = planner.year.value
    planner.index.value = "par"
    assert "part of this table" in repr(planner)
    planner.index.value, planner.year.value = "papi", year
    assert planner.result.rank == 37


def test_style_shows_nothing_but_colours_the_blocks():
    shown = live.style()
    assert repr(shown) == ""
    html = shown._repr_html_()
    assert html.startswith("<style>")
    assert 'body[data-jp-theme-light="false"]' in html
