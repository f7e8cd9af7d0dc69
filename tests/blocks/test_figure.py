from dataclasses import dataclass, field

import pytest
from defusedxml.common import DefusedXmlException

from parlib.blocks import chart, palette
from parlib.wording.language import Language

vi = Language("vi")


@dataclass
class Drawing:
    inside: str = ""
    root: str = "svg"
    alt: str = "Huế đứng thứ 37"
    figures: dict = field(default_factory=lambda: {"rank": 37})

    @property
    def svg(self):
        return f'<{self.root} xmlns="http://www.w3.org/2000/svg" id="x" viewBox="0 0 9 9">{self.inside}</{self.root}>'


def make(drawing):
    return chart(vi, drawing, id="strip", caption="PAPI 2017", source="CECODES")


def test_a_chart_has_alternative_text_in_every_form():
    block = make(Drawing('<circle r="3"/>'))
    assert 'role="img" aria-label="Huế đứng thứ 37"' in block.html
    assert 'alt: "Huế đứng thứ 37"' in block.typst
    assert block.alt in block.text
    assert block.figures == {"rank": 37}


def test_the_page_has_the_id_only_once():
    assert make(Drawing()).html.count('id="strip"') == 1
    assert 'id="x"' not in make(Drawing()).html


def test_colours_of_the_palette_follow_the_theme_in_html_only():
    block = make(Drawing(f'<circle fill="{palette.ACCENT}" stroke="#010203"/>'))
    assert f'fill="var({palette.css_variable(palette.ACCENT)})"' in block.html
    assert 'stroke="#010203"' in block.html
    assert palette.ACCENT in block.typst


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        '<circle onload="x()"/>',
        '<image href="https://example.org/x.png"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="file:///etc/passwd"/>',
        '<a href="#x"/>',
        "<style>@import url(x)</style>",
    ],
)
def test_a_drawing_that_runs_or_fetches_is_refused(inside):
    with pytest.raises(ValueError, match="not a mere drawing"):
        make(Drawing(inside))


def test_entities_are_refused():
    class Bomb(Drawing):
        svg = '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'

    with pytest.raises(DefusedXmlException):
        make(Bomb())


def test_other_xml_and_silent_drawings_are_refused():
    with pytest.raises(ValueError, match="not an SVG"):
        make(Drawing(root="g"))
    with pytest.raises(ValueError, match="no alternative text"):
        make(Drawing(alt=" "))
