"""The verbs that infer, run as a user runs them."""

import json

import pytest
from typer.testing import CliRunner

from parlib.cli import app
from parlib.errors import UsageError

HUE = "thua-thien-hue"


def run(*words):
    return CliRunner().invoke(app, list(words), catch_exceptions=True)


def told(*words):
    ended = run(*words, "--json")
    assert ended.exit_code == 0, ended.exception
    return json.loads(ended.stdout)


def test_threshold_gives_the_interval_and_its_facts():
    answer = told("threshold", "--index", "par", "--year", "2023", "--rank", "15")
    assert (answer["rank"], answer["low"], answer["high"], answer["exact"]) == (15, 88.38, 88.6, False)
    assert [(fact["side"], fact["source_id"]) for fact in answer["facts"]] == [
        ("low", "S022"),
        ("high", "S059"),
    ]
    assert answer["low_closed"] is answer["high_closed"] is True


def test_threshold_keeps_an_end_open():
    answer = told("threshold", "--year", "2024", "--rank", "15")
    assert (answer["low"], answer["high"], answer["high_closed"]) == (89.33, 90.0, False)


def test_threshold_backwards_gives_the_ranks_of_a_score_or_of_a_province():
    by_score = told("threshold", "--year", "2017", "--score", "75.37")
    by_name = told("threshold", "--year", "2017", "--province", "Đắk Lắk")
    assert (by_score["best"], by_score["worst"], by_score["of"]) == (24, 62, 63)
    assert (by_name["province"], by_name["best"], by_name["worst"]) == ("dak-lak", 24, 62)
    assert [fact["side"] for fact in by_name["facts"]] == ["best", "worst"]


def test_threshold_reads_in_the_language_asked_for():
    assert "hạng 15/63 đạt 80,52 điểm" in run("threshold", "--year", "2012", "--rank", "15").stdout
    assert (
        "rank 15/63 has 80.52 points"
        in run("threshold", "--year", "2012", "--rank", "15", "--lang", "en").stdout
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["threshold", "--year", "2023"], "ask one thing"),
        (["threshold", "--year", "2023", "--rank", "15", "--score", "80"], "ask one thing"),
        (["threshold", "--year", "2023", "--rank", "64"], "1 to 63"),
        (["interval", HUE, "--index", "par", "--year", "2023"], "provinces only"),
        (["interval", HUE, "--year", "2019", "--indicator", "D1.1"], "no sampling errors"),
        (["robustness", HUE, "--index", "pci", "--year", "2016"], "two or more"),
        (["peers", HUE, "--year", "2017", "--by", "list"], "at least one"),
        (["peers", HUE, "--index", "par", "--year", "2023"], "not known well enough"),
        (["cross", "--year", "2011", "atlantis"], "atlantis"),
        (["cross", HUE, "--year", "2017", "--x", "papp"], "no index 'papp'"),
        (["threshold", "--year", "2023", "--score", "nan"], "write a number"),
        (["threshold", "--year", "2023", "--score", "inf"], "write a number"),
        (["robustness", HUE, "--year", "2017", "--spread", "nan"], "a spread of nan"),
        (["robustness", HUE, "--year", "2017", "--spread", "inf"], "a spread of inf"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(words, message):
    ended = run(*words)
    assert isinstance(ended.exception, UsageError)
    assert message in str(ended.exception)


def test_interval_gives_ranks_chances_and_the_proxy():
    answer = told("interval", HUE, "--year", "2017")
    assert answer["rank_low"] < answer["rank"] == 37 < answer["rank_high"]
    assert answer["proxy"] is True
    assert answer["level"] == 0.9
    assert set(answer["top_n"]) == {"5", "10", "15", "20"}
    assert sum(answer["groups"].values()) == pytest.approx(1)
    assert told("interval", HUE, "--year", "2019")["proxy"] is False


def test_interval_prints_chances_and_the_reserve():
    printed = run("interval", HUE, "--year", "2017").stdout
    assert "Xác suất" in printed
    assert "tạm dùng sai số của năm 2019" in printed


def test_robustness_gives_a_range_and_every_part_left_out():
    answer = told("robustness", HUE, "--year", "2017")
    assert answer["weights"]["rank_low"] <= 37 <= answer["weights"]["rank_high"]
    assert [row["indicator"] for row in answer["leave_one_out"]] == ["D1", "D2", "D3", "D4", "D5", "D6"]
    assert "Bỏ nội dung" in run("robustness", HUE, "--year", "2017").stdout


def test_peers_give_distance_contributions_and_what_they_do_better():
    answer = told("peers", HUE, "--year", "2017", "--by", "list", "--list", "Quảng Trị, da-nang")
    assert sorted(row["province"] for row in answer["rows"]) == ["da-nang", "quang-tri"]
    for row in answer["rows"]:
        assert sum(row["contributions"].values()) == pytest.approx(1)
        assert row["distance"] > 0
    (quang_tri,) = [row for row in answer["rows"] if row["province"] == "quang-tri"]
    assert "D3.2" in {item["indicator"] for item in quang_tri["better_on"]}
    assert "nên tham khảo kinh nghiệm của" in run("peers", HUE, "--year", "2017").stdout


def test_cross_puts_officials_beside_citizens():
    answer = told("cross", HUE, "--year", "2017")
    (row,) = answer["rows"]
    assert (row["par"]["rank"], row["papi"]["rank"]) == (23, 37)
    assert answer["quadrants"] == [{"province": HUE, "x_half": "upper", "y_half": "lower"}]
    pair = next(c for c in answer["correlations"] if {c["x"], c["y"]} == {"par", "papi"})
    assert (pair["n"], pair["measure"], pair["selective"]) == (14, "rank", True)


def test_cross_without_a_province_shows_all_and_says_whom_it_does_not_speak_for():
    printed = run("cross", "--year", "2017", "--lang", "en").stdout
    assert "Dak Lak" in printed
    assert "do not speak for all provinces" in printed
    assert len(told("cross", "--year", "2017")["rows"]) == 63


def test_a_dated_index_of_34_provinces_has_peers_and_weights_too():
    assert told("peers", "hue", "--index", "i766", "--year", "2026")["date"] == "2026-10-10"
    assert told("robustness", "hue", "--index", "i766", "--year", "2026")["of"] == 34
