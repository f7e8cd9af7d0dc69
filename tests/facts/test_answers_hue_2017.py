"""What the answers say of Huế in 2017, from the published figures of PAPI."""

import json
import sys

import pytest

from parlib.answers.ladder import ladder
from parlib.answers.ledger import ledger
from parlib.answers.moves import moves
from parlib.answers.plan import Target, learn, plan
from parlib.cli import main
from parlib.datasets import record
from parlib.wording import answers as say
from parlib.wording.language import Language

KNOWN = record()
HUE = "thua-thien-hue"
SCORED = KNOWN.scored_edition(KNOWN.edition("papi", 2017))
TREE = KNOWN.framework("papi", 2017)
PAST = learn(KNOWN.scored("papi"), SCORED, TREE)
REGIONS = {province.slug: province.region for province in KNOWN.provinces(63).all}


def total_scores():
    return SCORED[SCORED["indicator"] == "TOTAL"].set_index("province")["score"].sort_values(ascending=False)


def path_to(target):
    return plan(SCORED, TREE, HUE, target, PAST, regions=REGIONS)


def test_the_ledger_of_2017_is_60_minus_36_032028():
    rows = ledger(SCORED, TREE, HUE, regions=REGIONS).set_index("indicator")
    assert rows.at["TOTAL", "lost"] == pytest.approx(60 - 36.032028, abs=1e-9)
    leaves = rows[rows["leaf"]]
    assert len(leaves) == 22
    assert leaves["lost"].sum() == pytest.approx(
        60 - 36.032028, abs=1e-5
    )  # parts are printed with six decimals
    assert leaves["max_score"].sum() == pytest.approx(60, abs=1e-9)  # thirds of ten, not 3.33
    assert leaves["lost"].nlargest(3).index.tolist() == ["D3.PIB", "D3.2", "D2.3"]
    assert (rows["assessed_by"] == "survey").all()
    assert (rows.loc[leaves.index, "at_max"] == 0).all()


def test_last_year_it_lost_0_69_points_more():
    rows = ledger(SCORED, TREE, HUE).set_index("indicator")
    assert rows.at["TOTAL", "previous_lost"] - rows.at["TOTAL", "lost"] == pytest.approx(0.693898)


def test_the_best_of_the_region_and_of_the_country_was_quang_binh():
    total = ledger(SCORED, TREE, HUE, regions=REGIONS).iloc[0]
    assert total["best_region_provinces"] == total["best_country_provinces"] == ("quang-binh",)
    assert total["best_country"] == total_scores().iloc[0] == pytest.approx(39.527409)


@pytest.mark.parametrize(
    ("target", "place"),
    [(Target("rank", 15), 15), (Target("group", "high"), 32), (Target("group", "highest"), 16)],
)
def test_what_it_takes_to_be_15th_and_to_enter_the_better_groups(target, place):
    result = path_to(target)
    assert (result.rank, result.of, result.target_rank) == (37, 63, place)
    # Huế stands below all of these, so the N-th of the others is the N-th of all.
    assert result.threshold == total_scores().iloc[place - 1]
    assert result.gap == pytest.approx(result.threshold - 36.032028)
    assert result.feasible
    fewest = result.plans[0]
    assert fewest.rank_after == place
    assert 0 < fewest.probability < 1


def test_15th_takes_1_60_points_in_two_sub_dimensions():
    result = path_to(Target("rank", 15))
    assert round(result.gap, 2) == 1.60
    fewest, proven, effort = result.plans
    assert fewest.leaves["indicator"].tolist() == ["D3.2", "D1.4"]
    # Half of the region's provinces are not good enough in anything for that.
    assert not proven.feasible
    assert proven.best_reachable_rank == 17
    assert effort.effort < fewest.effort


def test_a_score_of_58_is_out_of_reach_of_everybodys_best():
    result = path_to(Target("score", 58.0))
    assert not result.feasible
    assert not any(made.feasible or len(made.leaves) for made in result.plans)
    assert result.best_reachable_rank == 1
    best = SCORED[SCORED["indicator"].isin(TREE.scored_leaves(SCORED["indicator"].unique()))]
    assert result.best_reachable_score == pytest.approx(
        best.groupby("indicator")["score"].max().sum(), abs=1e-5
    )


def test_from_2016_to_2017_it_gained_five_places_by_itself_while_the_field_rose():
    before = KNOWN.scored_edition(KNOWN.edition("papi", 2016))
    result = moves(before, KNOWN.framework("papi", 2016), SCORED, TREE, HUE, breaks=KNOWN.breaks)
    total = result.total
    assert (total.rank_from, total.rank_to) == (42, 37)
    assert total.own + total.field + total.framework == pytest.approx(5)
    assert (total.framework, total.changed) == (0, ())
    assert total.own > 5
    assert total.field < 0
    ranks = result.dimensions.set_index("indicator")
    assert ranks["rank_to"].tolist() == [46, 39, 47, 37, 37, 14]
    assert ranks["own_in_total"].sum() == pytest.approx(total.own)
    assert ranks["own_in_total"].idxmin() == "D3"


def test_seven_provinces_rose_notably_in_2017_and_none_fell():
    total = SCORED[(SCORED["indicator"] == "TOTAL") & SCORED["notable"].eq(True)]
    assert (total["change"] > 0).sum() == 7
    assert (total["change"] < 0).sum() == 0


def test_its_neighbours_were_hau_giang_and_vinh_phuc():
    answer = ladder(SCORED, TREE, HUE, neighbours=1)
    assert answer.rows["province"].tolist() == ["hau-giang", HUE, "vinh-phuc"]
    places = answer.steps.set_index("points")["places"]
    assert places[0.1] == 0
    assert places[1.0] == 9
    assert places[-1.0] == -14


def test_the_sentences_name_the_figures_in_both_languages():
    result = path_to(Target("rank", 15))
    vietnamese = " ".join(sentence.text for sentence in say.the_gap(Language("vi"), "Thừa Thiên Huế", result))
    assert "cần 37,63 điểm" in vietnamese
    assert "thêm 1,60 điểm" in vietnamese
    english = " ".join(sentence.text for sentence in say.the_gap(Language("en"), "Thua Thien Hue", result))
    assert "needs 37.63 points: 1.60 more than its 36.03" in english


# --- the verbs ----------------------------------------------------------------------------------------


def run(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["parlib", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return ended.value.code, told.out, told.err


def test_the_ledger_verb_prints_the_promised_keys(capsys, monkeypatch):
    code, out, _ = run(capsys, monkeypatch, "ledger", "Huế", "--year", "2017", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    promised = {"indicator", "name", "max_score", "score", "lost", "share", "at_max", "of", "best_region"}
    assert promised | {"best_country", "previous_lost", "attainable_max"} <= set(rows[0])
    assert rows[0]["lost"] == pytest.approx(23.967972)


def test_par_2017_lost_12_95_points_of_results_and_7_19_of_impact(capsys, monkeypatch):
    ask = ["ledger", "hue", "--index", "par", "--year", "2017", "--split", "parts", "--json"]
    code, out, _ = run(capsys, monkeypatch, *ask)
    lost = {row["indicator"]: row["lost"] for row in json.loads(out)["rows"]}
    assert code == 0
    assert (lost["RESULT"], lost["IMPACT"]) == (pytest.approx(62 - 49.05), pytest.approx(38 - 30.81))
    assert lost["TOTAL"] == pytest.approx(100 - 79.86)


def test_the_plan_and_moves_verbs_print_the_promised_keys(capsys, monkeypatch):
    code, out, _ = run(capsys, monkeypatch, "plan", "46", "--year", "2017", "--rank", "15", "--json")
    told = json.loads(out)
    assert code == 0
    assert {"target", "threshold", "gap", "feasible", "best_reachable_rank", "plans"} <= set(told)
    assert {"name", "leaves", "score_after", "rank_after", "probability"} <= set(told["plans"][0])
    assert {"indicator", "from", "to", "gain"} <= set(told["plans"][0]["leaves"][0])
    code, out, _ = run(capsys, monkeypatch, "moves", "hue", "--from", "2016", "--to", "2017", "--json")
    told = json.loads(out)
    assert (told["from"], told["to"], told["rank_from"], told["rank_to"]) == (2016, 2017, 42, 37)
    assert told["own"] + told["field"] + told["framework"] == pytest.approx(5)


def test_a_plan_is_exported_once_and_followed_up(capsys, monkeypatch, tmp_path):
    path = tmp_path / "ke-hoach.xlsx"
    ask = ["plan", "hue", "--year", "2017", "--group", "high", "--export", str(path)]
    assert run(capsys, monkeypatch, *ask)[0] == 0
    code, _, err = run(capsys, monkeypatch, *ask)
    assert code == 2
    assert "exists already" in err
    code, out, _ = run(capsys, monkeypatch, "progress", str(path), "--as-of", "2018-06-30", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["secured"], told["rank_low"], told["rank_high"]) == (0, 37, 32)
    assert told["rows"][0]["reason"] == "no_deadline"


def test_a_list_of_peers_may_end_in_a_comma(capsys, monkeypatch):
    asked = ["plan", "hue", "--year", "2017", "--rank", "15", "--json", "--peers"]
    code, told, _ = run(capsys, monkeypatch, *asked, "da-nang, quang-tri, ")
    assert (code, json.loads(told)["peers"]) == (0, ["da-nang", "quang-tri"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "hue", "--year", "2017"], "name one target"),
        (["plan", "hue", "--year", "2017", "--rank", "15", "--score", "40"], "name one target"),
        (["plan", "hue", "--year", "2017", "--rank", "99"], "write 1 to 63"),
        (["progress", "plan.xlsx"], "say at which day to look at the plan, as --as-of 2026-10-05"),
        (["ledger", "hue", "--year", "2017", "--split", "parts"], "there are main"),
        (["moves", "hue", "--from", "lately", "--to", "2017"], "neither a year nor a day"),
        (["moves", "hue", "--from", "2017", "--to", "2016"], "not before"),
        (["ladder", "hue", "--year", "2017", "--indicator", "D9"], "no indicator 'D9'"),
        (["ladder", "hue", "--index", "par", "--year", "2017"], "of 63 provinces only"),
        (["progress", "plan.xlsx", "--as-of", "today"], "is not a day"),
    ],
)
def test_a_wrong_request_is_said_and_ends_with_2(capsys, monkeypatch, arguments, said):
    code, _, err = run(capsys, monkeypatch, *arguments)
    assert code == 2
    assert said in err
