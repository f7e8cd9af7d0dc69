"""The notebooks to explore in: built alike, run top to bottom, and their findings true of the record."""

import ast
import json
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

import parlib
from parlib import audit
from parlib.answers.bounds import bounds
from parlib.answers.moves import moves
from parlib.answers.peers import peers
from parlib.answers.plan import Target, learn, plan
from parlib.audit.sensitivity import AVERAGE_SHIFT

FOLDER = Path(__file__).parents[2] / "notebooks" / "explore"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
HUE = "thua-thien-hue"
LINES = 8
SECONDS = 120  # a cell that takes longer hangs

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


class ThisPython(AsyncKernelManager):
    """A kernel of the Python that runs the tests, whatever kernels the machine has installed."""

    @property
    def kernel_spec(self):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python", language="python")


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_there_are_eleven_notebooks_in_order():
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{n:02d}" for n in range(11)]


def test_the_first_one_links_to_all_others():
    start = "".join(cells(NOTEBOOKS[0])[0]["source"])
    assert all(f"({path.name})" in start for path in NOTEBOOKS[1:])


@each
def test_no_output_is_committed(path):
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@each
def test_it_begins_with_a_title_and_imports_and_ends_with_a_finding(path):
    title, imports, *rest = cells(path)
    assert title["source"][0].startswith("# ")
    assert imports["cell_type"] == "code"
    assert rest[-1]["cell_type"] == "markdown"


@each
def test_nothing_is_defined_and_code_is_short(path):
    for cell in cells(path)[2:]:
        if cell["cell_type"] == "code":
            assert len(cell["source"]) <= LINES, cell["id"]
            tree = ast.parse("".join(cell["source"]))
            assert not any(
                isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.Import | ast.ImportFrom)
                for node in ast.walk(tree)
            ), cell["id"]


@each
def test_every_piece_of_code_has_a_heading_before_it_and_a_finding_after_it(path):
    body = cells(path)[2:]
    for before, cell, after in zip(body, body[1:], [*body[2:], None], strict=False):
        if cell["cell_type"] == "code":
            assert any(line.startswith("## ") for line in before["source"]), cell["id"]
            assert after is not None
            assert not after["source"][0].startswith("#"), after["id"]


@pytest.mark.slow
@each
def test_it_runs_top_to_bottom(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}  # not where it lies: nothing depends on the directory
    NotebookClient(notebook, timeout=SECONDS, kernel_manager_class=ThisPython, resources=resources).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type in ("error", "stream")]


# --- what the notebooks find -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def papi():
    return parlib.edition("papi", 2017)


@pytest.fixture(scope="module")
def panel():
    return parlib.record().scored("papi")


@pytest.fixture(scope="module")
def par_tables():
    known = parlib.record()
    found = {}
    for year in known.years("par"):
        edition = known.edition("par", year)
        tree = known.framework("par", year)
        found[year] = bounds(known.scores_of(edition), edition, tree, known.bands, known.national)
    return found


def rows(frame, **wanted):
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return frame


def test_00_hue_was_11th_in_2024_and_quang_binh_led_2017(papi):
    assert (parlib.province("hue").papi(2024).rank, parlib.province("hue").papi(2024).of) == (11, 61)
    assert papi.ranking().iloc[0]["province"] == "quang-binh"
    dimensions = parlib.province("hue").papi(2017).frame.query("level == 'dimension'")
    assert dimensions.loc[dimensions["group"] == "highest", "indicator"].to_list() == ["D6"]


def test_01_the_three_next_above_are_within_a_quarter_of_a_point(papi):
    totals = papi.ranking().set_index("rank")["score"]
    assert totals[34] - totals[37] < 0.25 + 0.005
    assert (totals > totals[37] + 0.5).sum() + 1 == 33


def test_02_the_mean_jumps_in_2018_and_a_province_moves_12_places_a_year(panel):
    means = rows(panel, indicator="TOTAL").groupby("year")["score"].mean().round(1)
    assert (means[2017], means[2018]) == (36.6, 44.1)
    steady = audit.stability(panel).set_index("year")
    assert round(steady["mean_shift"].mean()) == 12
    assert round(100 * steady.at[2021, "same_group"]) == 22
    ranks = rows(panel, indicator="TOTAL", province=HUE).set_index("year")["rank"]
    assert [ranks[year] for year in (2018, 2021, 2023)] == [43, 1, 1]


def test_02_five_places_up_are_11_and_a_half_of_its_own_and_6_and_a_half_lost_to_others(panel):
    known = parlib.record()
    frames = [known.scored_edition(known.edition("papi", year)) for year in (2016, 2017)]
    trees = [known.framework("papi", year) for year in (2016, 2017)]
    total = moves(frames[0], trees[0], frames[1], trees[1], HUE, breaks=known.breaks).total
    assert (total.rank_from - total.rank_to, total.own, total.field) == (5, 11.5, -6.5)


def test_03_the_first_15_take_160_hundredths_more_and_two_sub_dimensions(papi, panel):
    past = learn(panel, papi.frame, papi.framework)
    result = plan(papi.frame, papi.framework, HUE, Target("rank", 15), past)
    assert round(result.gap, 2) == 1.60
    assert set(result.plans[0].leaves["indicator"]) == {"D3.2", "D1.4"}
    assert round(100 * result.plans[-1].probability) == 37


def test_04_five_regions_are_alike_and_the_central_highlands_are_low(papi):
    regions = parlib.load_provinces(63).set_index("province")["region"]
    totals = papi.ranking().set_index("province").join(regions)
    by = totals.groupby("region")["score"].agg(["mean", "min", "max"]).sort_values("mean")
    assert by.index[0] == "tn"
    others = by.iloc[1:]
    assert others["mean"].max() - others["mean"].min() < 1.5
    assert (others["max"] - others["min"]).min() > 4
    assert set(rows(totals, region="tn")["group"]) == {"lowest"}
    assert "highest" not in set(rows(totals, region="mnpb")["group"])


def test_04_quang_tri_does_better_on_citizens_appeals(papi, panel):
    near = peers(panel, papi.framework, HUE)
    assert near.rows["province"].to_list()[:2] == ["khanh-hoa", "thanh-hoa"]
    best = rows(near.better, indicator="D3.2", province="quang-tri").iloc[0]
    assert best["rank"] == 9
    assert papi.ranking("D3.2").set_index("province").at[HUE, "rank"] == 42


def test_05_what_is_known_of_par(par_tables):
    known = rows(parlib.load_par(), indicator="TOTAL").groupby("year")[["score", "published_rank"]].count()
    assert list(known.loc[2023]) == [23, 33]
    assert known.at[2015, "score"] == 1
    fifteenth = par_tables[2022].score_at(15)
    assert (fifteenth.low.value, fifteenth.high.value) == (86.56, 87.54)
    own = rows(parlib.load_par(), indicator="TOTAL", province=HUE).set_index("year")["score"]
    assert all(own[year] > par_tables[year].score_at(15).high.value for year in (2020, 2021))
    assert all(own[year] == par_tables[year].score_at(15).low.value for year in (2017, 2022, 2023))
    ranks = [par_tables[2022].ranks_of(score) for score in (86.0, 88.0)]
    assert [(found.best, found.worst) for found in ranks] == [(25, 27), (4, 4)]


def test_06_the_audit_of_2017(papi):
    scores, tree = papi.scores, papi.framework
    assert not audit.statistics(scores, tree)["outlying"].any()
    within = audit.relations(audit.correlations(scores, tree)).query("within").set_index("first_parent")
    assert within["mean"].round(2)[["D3", "D4", "D6"]].to_list() == [0.06, 0.60, 0.04]
    belongs = audit.belonging(scores, tree)
    assert (len(belongs), (~belongs["belongs"]).sum()) == (22, 14)
    assert belongs.at["D6.1", "own"] < 0
    alpha = audit.consistency(scores, tree)["alpha"].round(2)
    assert alpha[["D3", "D4", "D6"]].to_list() == [0.14, 0.87, 0.10]
    found = audit.components(scores, tree)
    assert found.retained == 7
    assert round(found.variance["explained"].iloc[0]) == 25
    effective = (100 * audit.effective_weights(scores, tree)["effective"]).round()
    assert effective[["D4", "D5"]].to_list() == [27, 7]
    without = audit.omissions(scores, tree).loc["D4"]
    assert (round(without["mean_shift"]), without["largest_shift"], without["gains"]) == (5, 29, "hai-phong")
    assert list(audit.alternatives(scores, tree).loc[HUE, ["best", "worst"]]) == [35, 40]


def test_07_nearly_half_of_the_uncertainty_is_whether_a_dimension_is_in(papi):
    choices = audit.experiment(papi.scores, papi.framework)
    assert list(audit.rank_uncertainty(choices).loc[HUE, ["low", "high"]]) == [32, 44]
    found = rows(audit.rank_sensitivity(choices), output=AVERAGE_SHIFT).set_index("factor")["first"]
    assert found.sort_values(ascending=False).index[:2].to_list() == ["omitted", "scale"]
    assert found["omitted"] == pytest.approx(0.47, abs=0.03)


def test_08_citizens_and_businesses_see_different_provinces():
    both = audit.comparison(*(parlib.edition(index, 2016).scores["TOTAL"] for index in ("papi", "pci")))
    assert (round(both.spearman, 2), round(both.mean_shift)) == (0.18, 19)
    ranks = both.rows[["rank_first", "rank_second"]]
    assert [tuple(ranks.loc[slug]) for slug in ("ha-noi", "quang-binh")] == [(58, 14), (5, 44)]
    assert both.rows.at[HUE, "rank_second"] == 23


def test_10_hue_is_11th_of_14_in_its_region(papi):
    region = parlib.record().provinces(63).in_region("btb-dhmt")
    order = papi.ranking().set_index("province").loc[region].sort_values("rank").index
    assert (len(order), list(order).index(HUE) + 1) == (14, 11)


def test_e_governance_is_the_lowest_dimension_since_2018_and_control_of_corruption_went_furthest_up():
    panel = parlib.record().scored("papi")
    dimensions = panel[panel["indicator"].str.fullmatch(r"D[1-8]")]
    means = dimensions.groupby(["year", "indicator"])["score"].mean().unstack()
    assert set(means.loc[2018:].idxmin(axis=1)) == {"D8"}
    rise = (means.loc[2024] - means.loc[2011]).dropna()
    assert rise.idxmax() == "D4"
    assert (round(means.at[2011, "D4"], 2), round(means.at[2024, "D4"], 2)) == (5.72, 7.02)


def test_the_middle_halves_of_five_regions_overlap():
    totals = parlib.edition("papi", 2017).ranking().set_index("province")["score"]
    regions = parlib.load_provinces().set_index("province")["region"]
    boxes = totals.groupby(regions).quantile([0.25, 0.75]).unstack().drop("tn")
    assert boxes[0.25].max() < boxes[0.75].min()
