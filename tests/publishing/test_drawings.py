"""The charts of a report as files of their own."""

import io
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from parlib import pages
from parlib.errors import UsageError
from parlib.publishing.document import read_document
from parlib.publishing.drawings import png_file, svg_file
from parlib.publishing.report import make_figures


@pytest.fixture(scope="module")
def drawings(small):
    report = pages.Report("thua-thien-hue", year=2017)
    return read_document(
        small.executed([pages.standing(report, "papi"), pages.lost(report, "papi")])
    ).drawings


def test_every_chart_is_given_by_its_name(drawings):
    assert list(drawings) == ["papi-strip", "papi-ledger"]


def test_an_svg_carries_its_fonts_and_asks_for_nothing(drawings):
    made = svg_file(drawings["papi-ledger"]).decode()
    root = ET.fromstring(made)
    assert "Ban Thanh tra nhân dân" in "".join(root.itertext())
    assert "Be Vietnam Pro" in made
    assert not re.search(r"url\((?!data:|#)", made)
    assert "var(--" not in made, "colours do not depend on a page"


def test_a_png_is_as_wide_as_the_report_prints_it(drawings):
    with Image.open(io.BytesIO(png_file(drawings["papi-ledger"]))) as image:
        assert abs(image.width - 170 / 25.4 * 220) < 40
        assert len(image.convert("RGB").getcolors(1 << 24)) > 20, "something is drawn"


@pytest.mark.slow
def test_the_charts_of_a_report_become_files(tmp_path):
    made = make_figures(
        "province", {"province": "thua-thien-hue", "year": 2017, "lang": "en"}, tmp_path, "hue-2017", png=True
    )
    names = {path.name for path in made}
    assert {"hue-2017.en.papi-strip.svg", "hue-2017.en.papi-strip.png"} <= names
    assert {path.name for path in tmp_path.iterdir()} == names


def test_an_unknown_parameter_starts_nothing(tmp_path):
    with pytest.raises(UsageError, match="no parameter 'planet'"):
        make_figures("province", {"planet": 3}, tmp_path, "x")
    assert not list(tmp_path.iterdir())
