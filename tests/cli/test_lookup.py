"""The verbs that look figures up, run as a user runs them."""

import json
import os
import resource
import subprocess
import sys

import pandas as pd
import pytest
from command_line import parlib

from parlib.cli._output import plain, write_new
from parlib.errors import UsageError, WorkError


def rows(*words: str) -> dict:
    done = parlib(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_show_gives_one_row_per_indicator_with_the_promised_keys():
    shown = rows("show", "hue", "--index", "papi", "--year", "2017")
    assert (shown["province"], shown["index"], shown["year"]) == ("thua-thien-hue", "papi", 2017)
    assert len(shown["rows"]) == 29
    promised = {"indicator", "name", "score", "max_score", "rank", "of", "group", "source_id"}
    promised |= {"previous_score", "previous_rank", "change", "change_pct", "notable"}
    assert all(promised <= set(row) for row in shown["rows"])
    total = shown["rows"][0]
    assert (total["indicator"], total["rank"], total["of"], total["group"]) == (
        "TOTAL",
        37,
        63,
        "low_average",
    )


def test_an_absent_value_is_null():
    shown = rows("show", "quang-ninh", "--year", "2023")
    assert {row["score"] for row in shown["rows"]} == {None}
    assert {row["rank"] for row in shown["rows"]} == {None}
    assert shown["rows"][0]["of"] == 61


def test_show_par_gives_the_printed_parts():
    by_code = {
        row["indicator"]: row for row in rows("show", "Huế", "--index", "par", "--year", "2017")["rows"]
    }
    assert (by_code["TOTAL"]["score"], by_code["TOTAL"]["rank"]) == (79.86, 23)
    assert (by_code["RESULT"]["score"], by_code["RESULT"]["max_score"]) == (49.05, 62)
    assert by_code["D3"]["score"] is None


def test_index_766_takes_the_latest_day_of_the_year_or_the_day_asked_for():
    assert rows("show", "hue", "--index", "i766", "--year", "2026")["date"] == "2026-10-10"
    earlier = rows("show", "hue", "--index", "i766", "--year", "2026", "--date", "2026-10-05")
    assert earlier["date"] == "2026-10-05"


def test_rank_lists_every_province_once_and_those_without_a_score_last():
    ranking = rows("rank", "--index", "papi", "--year", "2018", "--indicator", "D2")["rows"]
    assert len(ranking) == 63
    assert [row["rank"] for row in ranking[:61]] == list(range(1, 62))
    assert {row["province"] for row in ranking[61:]} == {"quang-ninh", "dong-thap"}
    assert ranking[62]["score"] is None


def test_groups_with_missing_provinces_counted_lowest_are_an_option():
    def lowest(*option: str) -> int:
        ranking = rows("rank", "--year", "2018", "--indicator", "D2", *option)["rows"]
        return sum(row["group"] == "lowest" for row in ranking)

    assert lowest("--missing", "lowest") == 14
    assert lowest() == 15


def test_lists():
    assert len(rows("list", "provinces")["rows"]) == 63
    assert len(rows("list", "provinces", "--frame", "34")["rows"]) == 34
    assert {row["index"] for row in rows("list", "indices")["rows"]} == {
        "papi",
        "par",
        "i766",
        "sipas",
        "pci",
    }
    years = [row for row in rows("list", "years")["rows"] if row["index"] == "papi"]
    assert [row["provinces"] for row in years] == [63, 63, 63, 61, 63, 63, 63, 61, 63, 63, 60, 61, 61, 61]


def test_a_table_prints_numbers_as_its_language_does():
    assert "36,03" in parlib("show", "hue", "--year", "2017").stdout
    english = parlib("show", "hue", "--year", "2017", "--lang", "en").stdout
    assert "36.03" in english
    assert "low average" in english


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "hai phogn", "--year", "2017"), "Hải Phòng"),
        (("show", "hue", "--year", "1999"), "2011"),
        (("show", "hue", "--year", "2017", "--index", "papy"), "papi"),
        (("show", "hue", "--year", "2017", "--lang", "fr"), "fr"),
        (("show", "hue"), "--year"),
        (("rank", "--year", "2017", "--indicator", "D66"), "D6"),
        (("show", "hue", "--yaer", "2017"), "--yaer"),
        (("show", "quang-nam", "--index", "i766", "--year", "2026"), "da-nang"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_sentence(words, said):
    done = parlib(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_bad_data_end_with_1_and_name_their_place(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLIB_DATA", str(tmp_path))
    done = parlib("show", "hue", "--year", "2017")
    assert done.returncode == 2
    assert "indices.csv" in done.stderr
    (tmp_path / "indices.csv").write_text("index,name_vi\npapi,PAPI\n", encoding="utf-8")
    done = parlib("show", "hue", "--year", "2017")
    assert done.returncode == 1
    assert "a Table Schema" in done.stderr


def test_every_kind_of_missing_is_null_in_json():
    assert plain({"a": pd.NA, "b": pd.NaT, "c": float("nan"), "d": None}) == dict.fromkeys("abcd")


def test_a_file_that_the_disk_has_no_room_for_is_not_in_the_way_of_the_next_attempt(tmp_path):
    path = tmp_path / "plan.xlsx"
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, allowed[1]))
    try:
        with pytest.raises(
            WorkError, match=r"plan.xlsx cannot be written: File too large\. Choose another place"
        ):
            write_new(path, b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    write_new(path, b"x" * 100)
    with pytest.raises(UsageError, match="exists already"):
        write_new(path, b"y")
    assert path.read_bytes() == b"x" * 100


def test_every_verb_and_option_explains_itself():
    for verb in ((), ("list",), ("show",), ("rank",), ("report",)):
        done = parlib(*verb, "--help")
        assert done.returncode == 0
        assert "Usage" in done.stdout


def test_output_into_a_closed_pipe_is_no_error():
    done = subprocess.run(
        [
            "bash",
            "-o",
            "pipefail",
            "-c",
            f'{sys.executable} -c "from parlib.cli import main; main()" list years | head -1',
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_an_old_year_in_the_provinces_of_today_is_marked_and_keeps_the_range_of_its_parts():
    shown = rows("show", "da-nang", "--year", "2017", "--frame", "34")
    assert (shown["frame"], shown["aggregated"]) == (34, True)
    assert {row["basis"] for row in shown["rows"]} == {"aggregated"}
    total = shown["rows"][0]
    parts = [rows("show", p, "--year", "2017")["rows"][0]["score"] for p in ("da-nang", "quang-nam")]
    assert total["score"] == pytest.approx(sum(parts) / 2)
    assert (total["low"], total["high"]) == (min(parts), max(parts))
    ranking = rows("rank", "--year", "2017", "--frame", "34")
    assert len(ranking["rows"]) == 34
    assert "KHÔNG CHÍNH THỨC" in parlib("rank", "--year", "2017", "--frame", "34").stdout


def test_a_province_of_today_has_no_aggregate_where_a_part_is_missing():
    by_province = {row["province"]: row for row in rows("rank", "--year", "2023", "--frame", "34")["rows"]}
    # Bình Dương, part of Hồ Chí Minh City since 2025, has no PAPI of 2023.
    assert by_province["ho-chi-minh"]["score"] is None
    assert by_province["ho-chi-minh"]["rank"] is None


def test_figures_of_34_provinces_cannot_be_shown_for_63():
    done = parlib("show", "hue", "--year", "2026", "--index", "i766", "--frame", "63")
    assert done.returncode == 2
    assert "34 provinces" in done.stderr


def test_the_installed_command_ends_with_a_sentence_and_no_traceback():
    done = subprocess.run(
        [sys.executable, "-c", "from parlib.cli import main; main()", "show", "hai phogn", "--year", "2017"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("parlib: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("isolated", [(), ("-I",)], ids=["environment read", "environment ignored"])
def test_a_province_is_named_with_its_diacritics_under_a_locale_without_them(isolated):
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}; import parlib.cli as cli; cli.main()"
    words = ["ladder", "Thừa Thiên Huế", "--year", "2017"]
    done = subprocess.run(
        [sys.executable, *isolated, "-c", code, *words],
        env=os.environ | ascii_only,
        capture_output=True,
        timeout=120,
    )
    assert done.stderr == b""
    assert "Liền trên là Hậu Giang (hạng 36)" in done.stdout.decode("utf-8")
