import numpy as np
import pandas as pd
import pytest

from parlib.blocks import Block, Section, heading, paragraph
from parlib.blocks.block import BLOCK_MIME, TYPST_MIME
from parlib.wording.sentence import Sentence


def block(name="a", **more):
    return Block(id=name, kind="note", html="<p>x</p>", typst="#x()", text="x", **more)


def test_a_block_gives_jupyter_every_form():
    bundle = block(figures={"score": 36.03})._repr_mimebundle_(include=None, exclude=None)
    assert bundle == {
        "text/plain": "x",
        "text/html": "<p>x</p>",
        TYPST_MIME: "#x()",
        BLOCK_MIME: {"blocks": [{"id": "a", "kind": "note", "figures": {"score": 36.03}, "meta": {}}]},
    }


def test_figures_become_what_json_knows():
    figures = block(
        figures={
            "a": np.float64(1.5),
            "b": np.int64(3),
            "c": pd.NA,
            "d": float("nan"),
            "e": "highest",
            "f": np.True_,
        }
    ).figures
    assert figures == {"a": 1.5, "b": 3, "c": None, "d": None, "e": "highest", "f": True}
    assert [type(figures[name]) for name in "abf"] == [float, int, bool]


@pytest.mark.parametrize("value", [float("inf"), [1], {"a": 1}])
def test_a_figure_that_is_no_figure_is_refused(value):
    with pytest.raises(ValueError, match="'score'"):
        block(figures={"score": value})


@pytest.mark.parametrize("name", ["", "A", "1a", "a b", "a_b", 'a"', "é"])
def test_a_malformed_id_is_refused(name):
    with pytest.raises(ValueError, match="block id"):
        block(name)


def test_a_section_lays_its_blocks_out_in_order():
    section = Section([block("a"), Section([block("b", figures={"n": 1}), block("c")])])
    assert [each.id for each in section.blocks] == ["a", "b", "c"]
    assert section.figures == {"b": {"n": 1}}
    assert section._repr_mimebundle_()["text/plain"] == "x\n\nx\n\nx"


def test_two_blocks_of_one_id_are_refused():
    with pytest.raises(ValueError, match="'a'"):
        Section([block("a"), Section([block("a")])])


def test_sentences_bring_their_figures():
    said = paragraph([Sentence("36,03 điểm.", {"score": 36.032}), "Hạng 37."], id="p")
    assert said.text == "36,03 điểm. Hạng 37."
    assert said.figures == {"score": 36.032}


def test_sentences_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="'score' is 1 in one sentence and 2"):
        paragraph([Sentence("a", {"score": 1}), Sentence("b", {"score": 2})], id="p")


def test_a_heading_tells_the_exporters_its_place():
    assert heading(2, " PAPI ", id="papi").meta == {"level": 2, "text": "PAPI"}
