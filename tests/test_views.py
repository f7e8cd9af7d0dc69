import copy
import subprocess
import sys

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import parlib
from parlib.errors import UsageError


@pytest.fixture(scope="module")
def hue():
    return parlib.province("hue", lang="en")


@pytest.mark.parametrize("text", ["hue", "Thừa Thiên Huế", "thua-thien-hue", "46", "TP. Huế"])
def test_any_name_of_hue_finds_it_in_both_maps(text):
    assert parlib.province(text).slugs == {63: "thua-thien-hue", 34: "hue"}


def test_hue_2017_is_37th_of_63_in_papi(hue):
    standing = hue.papi(2017)
    assert (standing.rank, standing.of, standing.group) == (37, 63, "low_average")
    assert round(standing.score, 2) == 36.03


def test_a_method_an_item_and_index_are_one_thing(hue):
    rows = [view.frame for view in (hue.par(2022), hue["par"][2022], hue.index("par", 2022))]
    assert rows[0].equals(rows[1])
    assert rows[1].equals(rows[2])


def test_what_is_not_known_is_none(hue):
    assert hue.par(2022).rank == 19
    assert hue.par(2022).group is None  # not all provinces of that year are on record
    assert hue.par(2012).score is None


def test_the_last_year_is_the_default(hue):
    assert hue.papi().year == hue.papi.years[-1] == 2024


def test_methods_are_the_indices_of_the_record(hue):
    indices = set(parlib.record().indices.index)
    assert indices <= set(dir(hue))
    assert not hasattr(hue, "hdi")
    with pytest.raises(AttributeError, match="papi, par, i766"):
        hue.hdi  # noqa: B018


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()  # a notebook that runs in this process wants to be alone


def test_tab_completes_indices_years_and_indicators(hue, shell):
    shell.user_ns["hue"] = hue
    shell.user_ns["standing"], shell.user_ns["years"] = hue.papi(2017), hue.papi

    def offered(text):
        with provisionalcompleter():
            return {found.text.strip(".'\"") for found in shell.Completer.completions(text, len(text))}

    assert "papi" in offered("hue.pa")
    assert {"sipas", "slugs"} <= offered("hue.s")
    assert "D4.1" in offered('standing["D4')
    assert "2017" in offered("years[20")


def test_a_standing_shows_itself_with_its_chart_and_table(hue):
    shown = hue.papi(2017)._repr_mimebundle_()
    assert "<svg" in shown["text/html"]
    assert "<table" in shown["text/html"]
    assert "36.03" in repr(hue.papi(2017))


def test_a_partial_index_shows_what_is_published(hue):
    assert "79.86" in repr(hue.par(2017))


def test_an_index_shows_its_years(hue):
    assert "2011" in repr(hue.papi)
    assert "<svg" in hue.papi._repr_mimebundle_()["text/html"]


def test_a_province_shows_the_last_figure_of_every_index():
    text = repr(parlib.province("hue"))
    assert "Huế: số liệu gần nhất của từng chỉ số" in text
    assert "PAPI | 2024 | 45,10 | 11/61" in text
    assert "10/10/2026" in text


def test_frame_holds_the_totals_of_both_maps(hue):
    frame = hue.frame
    assert set(frame["frame"]) == {63, 34}
    assert set(frame["indicator"]) == {"TOTAL"}
    assert frame.loc[(frame["index"] == "papi") & (frame["year"] == 2017), "rank"].to_list() == [37]


def test_the_history_of_an_index_is_all_its_indicators(hue):
    frame = hue.papi.frame
    assert list(dict.fromkeys(frame["year"])) == list(range(2011, 2025))
    assert {"D1", "D4.1", "TOTAL"} <= set(frame["indicator"])


def test_a_misspelt_province_is_told_the_nearest():
    with pytest.raises(UsageError, match="Thừa Thiên Huế"):
        parlib.province("huee")


def test_a_merged_province_is_told_what_it_is_part_of():
    with pytest.raises(UsageError, match="quang-tri"):
        parlib.province("quang-binh").i766(2026)


def test_an_unknown_indicator_is_told_the_nearest(hue):
    with pytest.raises(UsageError, match=r"D4\.1"):
        hue.papi(2017)["D41"]


def test_a_province_can_be_copied(hue):
    assert copy.copy(hue).papi(2017).rank == copy.deepcopy(hue).papi(2017).rank == 37


def test_an_edition_is_provinces_by_indicators():
    edition = parlib.edition("papi", 2017, lang="en")
    assert edition.scores.shape == (63, 29)
    assert list(edition.scores.columns) == edition.framework.order
    assert edition.ranking().iloc[0]["province"] == "quang-binh"
    assert "63 of 63 provinces" in repr(edition)


def test_an_edition_by_day():
    edition = parlib.edition("i766", 2026, "2026-10-05", lang="en")
    assert "5 October 2026" in repr(edition)
    assert pd.notna(edition.scores["TOTAL"]).sum() == 34


def test_importing_parlib_imports_no_pandas():
    code = "import sys, parlib; print('pandas' in sys.modules, parlib.province is not None, 'pandas' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["False", "True", "True"]
