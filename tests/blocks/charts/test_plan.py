from __future__ import annotations

import pytest

from parlib.answers.plan import Target, learn
from parlib.answers.plan import plan as answer
from parlib.blocks.charts import plan
from parlib.blocks.palette import REGION
from parlib.datasets import record


@pytest.fixture(scope="module")
def to_rank_15(papi):
    framework = record().framework("papi", 2017)
    edition = papi[papi["year"] == 2017]
    past = learn(papi, edition, framework, draws=200)
    return answer(edition, framework, "thua-thien-hue", Target("rank", 15), past), framework.table


@pytest.fixture
def make(to_rank_15):
    result, names = to_rank_15
    chosen = next(chosen for chosen in result.plans if chosen.name == "least_effort")
    return lambda lang, **options: plan(result, chosen, names, lang=lang, **options)


def bars(seen):
    """Left and right end of each step."""
    ends = []
    for path in seen.root.iter("{http://www.w3.org/2000/svg}path"):
        if path.get("fill") == REGION:
            xs = [float(part) for part in path.attrib["d"].split()[1::3]]
            ends.append((min(xs), max(xs)))
    return ends


def test_each_step_begins_where_the_last_one_ended(make, vi, drawn):
    steps = bars(drawn(make(vi)))
    assert len(steps) > 1
    assert [end for _, end in steps[:-1]] == pytest.approx([start for start, _ in steps[1:]], abs=0.02)


def test_gains_lead_from_the_present_to_the_score_after(make, vi):
    figures = make(vi).figures
    gains = sum(value for key, value in figures.items() if key.endswith(".gain"))
    assert figures["score"] + gains == pytest.approx(figures["score_after"])
    assert figures["score_after"] >= figures["threshold"]


def test_present_target_and_result_are_printed(make, vi, drawn):
    texts = drawn(make(vi)).texts
    assert {"36,03 · 37/63", "mục tiêu: 37,63 điểm", "37,63 · 15/63"} <= set(texts)


def test_what_does_not_fit_is_one_step_together(make, en, drawn):
    seen = drawn(make(en, limit=1))
    assert len(bars(seen)) == 2
    assert any(text.endswith("other indicators together") for text in seen.texts)


def test_an_unfeasible_plan_is_refused(to_rank_15, vi):
    result, names = to_rank_15
    proven = next(chosen for chosen in result.plans if not chosen.feasible)
    with pytest.raises(ValueError, match="feasible"):
        plan(result, proven, names, lang=vi)


def test_alt_text_tells_the_way(make, en):
    alt = make(en).alt
    assert alt.startswith("Now 36.03 points, rank 37/63; gains: D")
    assert alt.endswith("After the plan 37.63 points, rank 15/63 if all others stand still.")


def test_it_is_well_made(make, lang, well_made):
    well_made(make(lang), lambda: make(lang))
