"""The sentences of the answers print only their own figures, in both languages."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from parlib.answers.ladder import ladder
from parlib.answers.ledger import ledger
from parlib.answers.moves import moves
from parlib.answers.plan import Target, learn, plan
from parlib.answers.progress import draft, progress
from parlib.datasets import record
from parlib.wording import answers as say
from parlib.wording.language import Language

KNOWN = record()


def everything(lang, index, edition, before, province, target):
    """All sentences on one province, as the pages and verbs ask for them."""
    scored, framework = KNOWN.scored_edition(edition), KNOWN.framework(index, edition["year"])
    past = learn(KNOWN.scored(index), scored, framework)
    result = plan(scored, framework, province, target, past)
    yield from say.lost_points(lang, "X", ledger(scored, framework, province))
    yield from say.the_gap(lang, "X", result)
    yield from say.all_plans(lang, result, {})
    for made in result.plans:
        yield from say.one_plan(lang, result, made, {})
        yield from say.evidence(lang, made, {}, {})
        yield from say.evidence(lang, made, {}, dict.fromkeys(made.leaves["indicator"], "hồ sơ"))
    yield from say.how_sure(lang, result)
    tree = KNOWN.framework(index, before["year"])
    change = moves(KNOWN.scored_edition(before), tree, scored, framework, province, breaks=KNOWN.breaks)
    yield from say.moved(lang, "X", change)
    yield from say.neighbours(lang, "X", ladder(scored, framework, province), {})
    rows = draft(result.plans[0], framework)
    rows["status"] = "done"
    for evidence, day in (("", dt.date(2020, 1, 1)), ("QĐ", dt.date(2030, 1, 1))):
        rows["evidence"] = evidence
        yield from say.progressed(lang, progress(rows, scored, framework, province, as_of=day, target=target))


@pytest.mark.parametrize("code", ["vi", "en"])
@pytest.mark.parametrize(
    ("index", "edition", "before", "province", "target"),
    [
        ("papi", (2017, None), (2016, None), "thua-thien-hue", Target("rank", 15)),
        ("papi", (2018, None), (2017, None), "thua-thien-hue", Target("group", "highest")),
        ("i766", (2026, "2026-10-10"), (2026, "2026-10-05"), "hue", Target("score", 70.0)),
    ],
)
def test_sentences_are_whole_and_print_numbers_as_the_language_does(
    code, index, edition, before, province, target
):
    lang = Language(code)
    editions = [KNOWN.edition(index, *day) for day in (edition, before)]
    sentences = list(everything(lang, index, *editions, province, target))
    assert len(sentences) > 12
    for sentence in sentences:
        assert sentence.text[-1] in ".”)"
        assert not re.search(r"nan|None|\{|\}|\d[.,]\d{4,}", sentence.text)
        assert not re.search(r"\d\.\d\d\b" if code == "vi" else r"\d,\d\d\b", sentence.text)
        for name, value in sentence.figures.items():
            assert value == value, name
    if code == "vi":
        assert not any(re.search(r"\b(the|points|rank)\b", sentence.text) for sentence in sentences)


def test_names_of_choices_cover_every_key():
    for code in ("vi", "en"):
        lang = Language(code)
        assert {key: len(set(words.values())) for key, words in say.plan_choices(lang).items()} == {
            "cause": 4,
            "status": 4,
        }
        assert len(set(say.plan_examples(lang))) == 6
        assert len(set(say.plan_headings(lang).values())) == 10


def test_the_days_of_an_index_dated_by_day_are_said_as_days():
    scored, framework = KNOWN.scored_edition(KNOWN.edition("papi", 2017)), KNOWN.framework("papi", 2017)
    past = learn(KNOWN.scored("papi"), scored, framework)
    result = plan(scored, framework, "quang-binh", Target("rank", 10), past)
    days = replace(result, outlook=result.outlook | {"editions": ("2026-10-05", "2026-10-10")})
    assert "chọn từ các năm: 5/10/2026 và 10/10/2026;" in say.how_sure(Language("vi"), days)[0].text
    assert ": 5 October 2026 and 10 October 2026;" in say.how_sure(Language("en"), days)[0].text


def test_a_target_that_is_reached_says_how_likely_it_is_to_stay_so():
    scored, framework = KNOWN.scored_edition(KNOWN.edition("papi", 2017)), KNOWN.framework("papi", 2017)
    past = learn(KNOWN.scored("papi"), scored, framework)
    result = plan(scored, framework, "quang-binh", Target("rank", 10), past)
    first, second = say.the_gap(Language("vi"), "Quảng Bình", result)
    assert first.text == "Quảng Bình đã đạt mục tiêu: hạng 10 trở lên."
    assert second.figures["probability_now"] == result.probability_now
