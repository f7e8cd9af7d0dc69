"""The province report for every province, year and language: it renders, and no sentence leaves the figures."""

import datetime as dt
import os
import re
import warnings

import pytest
from command_line import parlib

from parlib.datasets import record
from parlib.errors import UsageError
from parlib.pages import Report, published, scorecard, standing, trajectory
from parlib.wording.language import Language

KNOWN = record()
REQUESTS = [
    (province, year, lang)
    for year in (*KNOWN.years("papi"), 2026)
    for province in KNOWN.provinces(KNOWN.frame_of(year)).slugs
    for lang in ("vi", "en")
]
# Every request is a matter of half an hour; a spread of them is run each time, all with PARLIB_ALL_REPORTS=1.
SAMPLE = REQUESTS if os.environ.get("PARLIB_ALL_REPORTS") else REQUESTS[::250]
SPECIAL = [
    ("quang-ninh", 2023, "vi"),  # no PAPI that year
    ("dong-thap", 2018, "en"),  # PAPI in part
    ("an-giang", 2023, "vi"),  # last on PAR INDEX
    ("hue", 2026, "vi"),  # in the frame of 34
    ("bac-ninh", 2022, "en"),
]
_NUMBER = {
    "vi": r"(?<![\w,.])[+\N{MINUS SIGN}]?\d{1,3}(?:\.\d{3})*,\d+",
    "en": r"(?<![\w,.])[+\N{MINUS SIGN}]?\d{1,3}(?:,\d{3})*\.\d+",
}


def printed(lang: Language, value: float) -> set[str]:
    """How a figure may be printed: as it is, as a change, as a share in per cent; without its sign."""
    return {lang.number(abs(x), decimals) for x in (value, 100 * value) for decimals in (1, 2, 3)}


@pytest.mark.parametrize(("province", "year", "code"), [*SPECIAL, *SAMPLE])
def test_a_report_renders_and_its_sentences_name_only_its_figures(blocks_of, province, year, code):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        blocks = blocks_of(province=province, year=year, lang=code)
    lang = Language(code)
    known = {
        form
        for block in blocks
        for value in block.figures.values()
        if isinstance(value, int | float) and not isinstance(value, bool)
        for form in printed(lang, float(value))
    }
    for block in blocks:
        # Remarks on method quote the publishers (97,5 points) and the version of parlib; they name no result.
        if block.kind in ("paragraph", "bullets") and block.id not in ("notes", "terms"):
            for number in re.findall(_NUMBER[code], block.text):
                assert number.lstrip("+\N{MINUS SIGN}") in known, (
                    f"{number} of {block.id} is no figure of the report"
                )


@pytest.mark.parametrize("year", [2017, 2018, 2023, 2024])
def test_both_languages_print_the_same_figures(blocks_of, year):
    vi, en = (
        {block.id: dict(block.figures) for block in blocks_of(province="ha-noi", year=year, lang=lang)}
        for lang in ("vi", "en")
    )
    assert vi == en


def by_id(blocks):
    return {block.id: block for block in blocks}


@pytest.mark.parametrize(
    ("province", "year", "target"),
    [
        ("hue", 2017, "papi:group:high par:rank:15"),
        ("ha-noi", 2024, ""),
        ("dong-thap", 2018, ""),
        ("da-nang", 2016, "par:rank:1"),
    ],
)
def test_the_first_page_says_no_more_than_it_has_room_for_and_ends_there(blocks_of, province, year, target):
    blocks = blocks_of(province=province, year=year, target=target)
    ids = [block.id for block in blocks]
    first = by_id(blocks[: ids.index("after-opening")])
    assert first["in-short"].text.count("\n- ") < 7
    assert not [block for block in first.values() if block.kind == "heading"]


def test_the_first_page_names_the_targets_and_what_each_takes(blocks_of):
    blocks = by_id(blocks_of(province="hue", year=2017, target="papi:group:high par:rank:15"))
    assert "Mục tiêu: PAPI: nhóm trung bình cao; PAR INDEX: hạng 15 trở lên" in blocks["masthead"].text
    assert "cần 36,72 điểm" in blocks["in-short"].text
    assert "thiếu nhiều nhất 9,59 điểm" in blocks["in-short"].text


def test_an_index_published_in_part_is_told_as_far_as_it_is_known(blocks_of):
    blocks = by_id(blocks_of(province="dong-thap", year=2018))
    assert "không có tổng điểm PAPI; chưa tìm thấy số liệu SIPAS" in blocks["masthead"].text
    assert "chỉ có số liệu 6 trong 8 chỉ số nội dung" in blocks["in-short"].text
    assert "Không công bố tổng điểm" in blocks["headline"].text


def test_a_weakness_is_named_even_where_no_dimension_is_in_the_lowest_group(blocks_of):
    blocks = by_id(blocks_of(province="hue", year=2017))
    assert "Hạng thấp nhất: Trách nhiệm giải trình với người dân (47/63)" in blocks["in-short"].text


def test_a_rank_that_is_reached_is_said_to_be(blocks_of):
    blocks = by_id(blocks_of(province="ha-noi", year=2024))
    assert "Hà Nội xếp hạng 3/63, đã ở hạng này hoặc cao hơn." in blocks["par-threshold-findings"].text


def test_satisfaction_is_a_percentage_and_its_change_one_of_percentage_points(blocks_of):
    blocks = by_id(blocks_of(province="ha-noi", year=2024, lang="en"))
    assert "86.50%" in blocks["headline"].text
    assert "scored 86.50%" in blocks["in-short"].text
    for told in (blocks["headline"].text, blocks["in-short"].text):
        assert "2.93 percentage points" in told


def test_a_score_of_par_index_stands_beside_the_mean_of_all_provinces(blocks_of):
    blocks = by_id(blocks_of(province="hue", year=2017))
    figures = blocks["par-record"].figures
    assert figures["2023.ahead"] == pytest.approx(88.38 - 86.98)
    assert figures["2013.mean"] is None, "there is no score of that year to compare"
    assert "S019" in blocks["source-list"].text, "the source of the mean of 2023"
    assert "S115" not in blocks["source-list"].text


def test_plans_that_move_the_same_are_told_once(blocks_of):
    blocks = by_id(blocks_of(province="hue", year=2017, target="papi:group:high"))
    told = blocks["papi-plans"].text
    assert told.count("Ít chỉ số nhất và ít công sức nhất: Giải đáp khiếu nại") == 1
    assert told.count("hạng 32/63") == 1, "an outcome common to all plans is told once"


def test_no_correlation_is_given_over_a_handful_of_provinces(blocks_of):
    told = by_id(blocks_of(province="dong-thap", year=2018))["across-findings"]
    assert "1,00" not in told.text
    assert "PCI và SIPAS (3 tỉnh)" in told.text


def test_a_method_is_told_once_beside_its_chart(blocks_of):
    blocks = by_id(blocks_of(province="hue", year=2017))
    assert "10.000 lần" in blocks["papi-rank-interval"].text
    assert "10.000 lần" not in blocks["papi-certainty-findings"].text


def test_the_glossary_holds_no_word_of_an_index_that_the_report_does_not_show(blocks_of):
    old, new = (by_id(blocks_of(province="hue", year=year))["glossary"].text for year in (2017, 2026))
    assert "thủ tục hành chính (TTHC)" not in old
    assert "thủ tục hành chính (TTHC)" in new
    assert "nội dung thành phần" not in new


def test_dates_of_sources_are_written_as_the_reader_writes_them(blocks_of):
    vi, en = (
        by_id(blocks_of(province="hue", year=2017, lang=lang))["source-list"].text for lang in ("vi", "en")
    )
    assert "28/8/2018" in vi
    assert "28 August 2018" in en
    assert "2018-08-28" not in vi + en


def test_raw_indicators_carry_their_unit_in_the_figures_alone(blocks_of):
    blocks = by_id(blocks_of(province="dong-thap", year=2018))
    assert "56,5%" in blocks["papi-raw-table"].text
    assert "(%)" not in blocks["papi-raw-table"].text
    missing = by_id(blocks_of(province="dong-thap", year=2017))["papi-raw-none"].text
    assert "năm 2018" in missing, "a section without data says where there are some"


def test_a_section_without_data_is_one_line(blocks_of):
    blocks = {block.id: block for block in blocks_of(province="quang-ninh", year=2023)}
    assert "\n" not in blocks["papi-lost-none"].text
    for part in ("điểm bị mất ở đâu", "các tỉnh liền kề", "con đường đến mục tiêu", "nên học hỏi tỉnh nào"):
        assert part in blocks["papi-lost-none"].text
    for name in ("lost", "moved", "neighbours", "certainty", "path", "peers"):
        assert f"papi-{name}" not in blocks, "no heading over nothing"
    assert "gần nhất, năm 2022 đạt 47,88 điểm, hạng 1/61" in blocks["in-short"].text
    assert "không có số liệu PAPI năm 2023" in blocks["papi-findings"].text
    assert "papi-table" not in blocks, "a page of dashes says nothing"


@pytest.mark.parametrize(
    ("province", "year", "index", "drawn"),
    [
        ("quang-ninh", 2023, "par", 6),  # of 8 domains two have no maximum on record
        ("quang-ninh", 2019, "par", 0),  # none has
        ("quang-ninh", 2023, "sipas", 0),  # no part is on record
        ("hue", 2017, "papi", 6),
    ],
)
def test_a_strip_has_a_row_for_every_part_with_a_maximum(province, year, index, drawn):
    blocks = by_id(standing(Report(province, year=year, lang="en"), index).blocks)
    assert f"{index}-table" in blocks
    assert (
        blocks[f"{index}-strip"].html.count(">maximum ") == drawn if drawn else f"{index}-strip" not in blocks
    )


def test_the_target_given_is_the_one_planned_for(blocks_of):
    blocks = {block.id: block for block in blocks_of(province="hue", year=2017, target="papi:rank:15")}
    assert "hạng 15" in blocks["papi-gap"].text
    assert blocks["papi-gap"].figures["threshold"] == pytest.approx(37.205864, abs=0.5)


@pytest.mark.parametrize(
    "target", ["papi", "papi:rank", "papi:rank:0", "papi:group:best", "papi:score:x", "pap:rank:3"]
)
def test_a_target_that_is_not_understood_is_refused(target):
    with pytest.raises(UsageError):
        Report("hue", year=2017, target=target)


def test_aggregates_are_marked_on_the_masthead_and_beside_every_table(blocks_of):
    blocks = blocks_of(province="hue", year=2017, frame=34, lang="en")
    assert "not official" in blocks[0].meta["mark"]
    by_id = {block.id: block for block in blocks}
    assert "Aggregated, not official" in by_id["papi-table"].text
    assert "Aggregated, not official" in by_id["aggregated"].text


def test_an_illustrative_scorecard_marks_the_whole_report_and_loses_what_was_published(blocks_of, tmp_path):
    from parlib.scorecards import Scorecard
    from parlib.workbooks.scorecard_form import scorecard_workbook

    table = KNOWN.table("par/illustrative/hue_2017.csv", "scorecard")
    path = tmp_path / "card.xlsx"
    path.write_bytes(scorecard_workbook(Scorecard.from_table("par", table), KNOWN))
    blocks = blocks_of(province="hue", year=2017, scorecard=str(path), target="par:rank:15")
    by_id = {block.id: block for block in blocks}
    assert "ILLUSTRATIVE" in blocks[0].meta["mark"]
    assert "ví dụ minh họa" in by_id["scorecard-illustrative"].text
    assert by_id["scorecard-total"].figures["points"] == pytest.approx(79.86)
    assert by_id["scorecard-total"].figures["lost"] == pytest.approx(20.14)
    domains = by_id["scorecard-domains"].figures
    assert sum(value for name, value in domains.items() if name.endswith(".points")) == pytest.approx(79.86)
    plan = by_id["scorecard-plan"].figures
    steps = by_id["scorecard-steps"]
    gains = sum(value for name, value in steps.figures.items() if name.endswith(".gain"))
    assert gains == pytest.approx(plan["gap"]) == pytest.approx(89.45 - 79.86)
    heads = [column["header"] for column in steps.sheet["columns"]]
    assert heads[-3:] == ["Cơ quan chủ trì", "Thời hạn", "Tình trạng"], "the workbook has room to fill in"
    assert "7.3.1 Tiêu chí" in by_id["scorecard-ledger"].html
    assert "có thể đạt" not in by_id["scorecard-ledger"].html, "no scorecard knows what others reached"


def report_with(card, tmp_path, province: str, year: int) -> Report:
    from parlib.scorecards import Scorecard
    from parlib.workbooks.scorecard_form import scorecard_workbook

    path = tmp_path / "card.xlsx"
    path.write_bytes(scorecard_workbook(Scorecard.from_table("par", card), KNOWN))
    return Report(province, year=year, lang="en", scorecard=str(path))


def test_without_the_points_of_a_criterion_a_scorecard_says_so_and_plans_nothing(tmp_path):
    card = KNOWN.table("par/illustrative/hue_2017.csv", "scorecard")
    open_yet = card["indicator"] == "D1.2.1"
    card.loc[open_yet, ["score", "appraised", "self_assessed", "numerator", "denominator"]] = float("nan")
    section = scorecard(report_with(card, tmp_path, "hue", 2017), 15)
    assert "does not add up to a total yet" in by_id(section.blocks)["scorecard-total"].text
    assert "no points yet" in by_id(section.blocks)["scorecard-assessed"].text
    assert section.blocks[-1].id == "scorecard-lost"


def test_an_english_report_names_the_domains_of_a_scorecard_in_english(tmp_path):
    card = KNOWN.table("par/illustrative/hue_2017.csv", "scorecard")
    blocks = by_id(scorecard(report_with(card, tmp_path, "hue", 2017), 15).blocks)
    assert "Public finance reform" in blocks["scorecard-domains"].text
    assert "Tiêu chí thành phần 7.3.1" in blocks["scorecard-lost"].text, "names of the workbook's own stay"


def test_a_scorecard_ahead_of_the_published_table_is_shown_without_a_plan(tmp_path):
    assert 2026 not in KNOWN.years("par")
    card = KNOWN.table("par/illustrative/hue_2017.csv", "scorecard").assign(
        year=2026, frame=34, province="hue"
    )
    section = scorecard(report_with(card, tmp_path, "hue", 2026), 15)
    assert section.figures["scorecard-total"]["points"] == pytest.approx(79.86)
    assert section.blocks[-1].id == "scorecard-lost"


def test_a_scorecard_of_another_province_is_refused(tmp_path):
    from parlib.scorecards import Scorecard
    from parlib.workbooks.scorecard_form import scorecard_workbook

    table = KNOWN.table("par/illustrative/hue_2017.csv", "scorecard")
    path = tmp_path / "card.xlsx"
    path.write_bytes(scorecard_workbook(Scorecard.from_table("par", table), KNOWN))
    with pytest.raises(UsageError, match=r"card\.xlsx is the scorecard of thua-thien-hue for 2017"):
        Report("ha-noi", year=2017, scorecard=str(path))


def test_an_index_that_exists_but_has_no_figure_is_named_as_missing(blocks_of):
    said = {year: blocks_of(province=province, year=year)[0].text for province, year in
            (("hue", 2026), ("thua-thien-hue", 2017))}  # fmt: skip
    assert "chưa tìm thấy số liệu PAPI, PAR INDEX, PCI và SIPAS" in said[2026]
    assert "chưa tìm thấy số liệu PCI và SIPAS" in said[2017]
    assert "766" not in said[2017], "the index did not exist yet"


def test_a_change_between_two_days_of_a_year_names_the_day(blocks_of):
    cards = next(block for block in blocks_of(province="hue", year=2026) if block.kind == "cards")
    assert "điểm so với ngày 5/10/2026" in cards.text


def test_a_province_without_a_score_gets_no_table_of_dashes(blocks_of):
    shown = [block.id for block in blocks_of(province="quang-ninh", year=2023)]
    assert "papi-findings" in shown
    assert not {"papi-table", "papi-strip"} & set(shown)


def test_a_plan_that_the_office_filled_in_is_followed_up_on_one_page(blocks_of, tmp_path):
    import openpyxl

    path = tmp_path / "plan.xlsx"
    ended = parlib("plan", "hue", "--year", "2017", "--group", "high", "--export", str(path))
    assert ended.returncode == 0, ended.stderr
    opened = openpyxl.load_workbook(path)
    assert any(cell.value == "D3.2" for sheet in opened for row in sheet for cell in row)
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    blocks = {block.id: block for block in blocks_of(province="hue", year=2017, plan=str(path), as_of=today)}
    figures = blocks["progress-findings"].figures
    assert figures["secured"] == 0
    assert figures["score_low"] == pytest.approx(36.032028)
    assert figures["score_high"] == pytest.approx(36.719831, abs=0.01)
    assert blocks["progress-table"].figures["1.D3.2.points"] == pytest.approx(0.6878, abs=0.001)
    with pytest.raises(UsageError, match=r"plan\.xlsx is the plan of thua-thien-hue, not of ha-noi"):
        blocks_of(province="ha-noi", year=2017, plan=str(path), as_of=today)


def test_figures_of_two_days_of_a_year_are_two_rows_of_the_record():
    blocks = by_id(published(Report("hue", year=2026, lang="en"), "i766").blocks)
    assert "\n5 October 2026 | " in blocks["i766-record"].text
    assert {"2026-10-05.score", "2026-10-10.score"} <= set(blocks["i766-record"].figures)


def test_index_766_has_21_components_and_its_subgroups_are_not_among_them(blocks_of):
    tree = KNOWN.framework("i766", 2026).table
    assert tree.query("split == 'main'")["level"].value_counts()[["component", "subgroup"]].to_list() == [
        21,
        2,
    ]
    said = by_id(blocks_of(province="hue", year=2026, lang="en"))["i766-findings"]
    assert said.figures["component.all"] == 21
    table = by_id(blocks_of(province="hue", year=2026, lang="en"))["i766-table"].figures
    components = tree.index[(tree["split"] == "main") & (tree["level"] == "component")]
    groups = [table[f"{code}.group"] for code in components]
    assert said.figures["component.highest"] == groups.count("highest")
    assert said.figures["component.lowest"] == groups.count("lowest")


def test_the_mean_beside_the_latest_day_of_a_year_is_of_that_day():
    figures = trajectory(Report("hue", year=2026, lang="en"), "i766").figures["i766-trajectory"]
    totals = KNOWN.scored("i766").query("indicator == 'TOTAL'")
    latest = totals[totals["date"] == totals["date"].max()]
    assert figures["2026.score"] == latest.set_index("province")["score"]["hue"]
    assert figures["2026.mean"] == pytest.approx(latest["score"].mean())
