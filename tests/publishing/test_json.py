import json

from parlib.publishing.exporters import ParlibJSONExporter


def export(notebook):
    return ParlibJSONExporter().from_notebook_node(notebook)[0]


def test_every_figure_of_every_block_is_kept_by_name(small):
    result = json.loads(export(small.executed(small.blocks())))
    assert {key: result[key] for key in ("schema", "province", "year", "as_of")} == {
        "schema": "parlib-report/1",
        "province": "thua-thien-hue",
        "year": 2017,
        "as_of": "2018-08-28",
    }
    assert result["blocks"]["headline"]["papi.score"] == 36.032
    assert result["blocks"]["scores"]["D1.score"] == 5 + 1 / 7
    assert result["blocks"]["scores"]["D3.score"] is None
    assert result["blocks"]["strip"] == {"rank": 37}
    assert set(result["blocks"]) == {"headline", "scores", "strip"}


def test_the_figures_are_the_same_in_both_languages(small):
    assert export(small.executed(small.blocks("vi"))) == export(small.executed(small.blocks("en")))


def test_keys_are_sorted(small):
    result = json.loads(export(small.executed(small.blocks())))
    assert list(result) == sorted(result)
    assert list(result["blocks"]["scores"]) == sorted(result["blocks"]["scores"])
