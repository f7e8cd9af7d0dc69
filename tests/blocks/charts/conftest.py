"""The published record as the charts want it, and a reader of what they drew."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from parlib.blocks.charts import Chart
from parlib.datasets import load_provinces, record
from parlib.wording.language import Language

SVG = "{http://www.w3.org/2000/svg}"


class Drawn:
    """An SVG as a list of what a reader sees."""

    def __init__(self, chart: Chart) -> None:
        self.root = ET.fromstring(chart.svg)
        self.texts = [text.text for text in self.root.iter(f"{SVG}text")]
        self.ids = [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]

    def marks(self, id: str) -> list[tuple[float, float]]:
        """Places of the marks of a named group."""
        group = next(e for e in self.root.iter() if e.get("id") == id)
        return [(float(u.attrib["x"]), float(u.attrib["y"])) for u in group.iter(f"{SVG}use")]

    def titles(self, id: str) -> list[str]:
        """Tooltips of the marks of a named group."""
        group = next(e for e in self.root.iter() if e.get("id") == id)
        return [title.text or "" for title in group.iter(f"{SVG}title")]

    @property
    def font_sizes(self) -> set[float]:
        return {float(text.attrib["font-size"]) for text in self.root.iter(f"{SVG}text")}


@pytest.fixture
def drawn() -> type[Drawn]:
    return Drawn


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def vi() -> Language:
    return Language("vi")


@pytest.fixture
def en() -> Language:
    return Language("en")


@pytest.fixture(scope="session")
def provinces() -> pd.DataFrame:
    return load_provinces()


@pytest.fixture(scope="session")
def papi() -> pd.DataFrame:
    return record().scored("papi")


@pytest.fixture(scope="session")
def dimensions() -> Callable[[int], pd.DataFrame]:
    def of(year: int) -> pd.DataFrame:
        table = record().framework("papi", year).table
        return table[table["level"] == "dimension"]

    return of


@pytest.fixture
def well_made() -> Callable[[Chart, Callable[[], Chart]], None]:
    """What every chart must keep: the same bytes twice, ids of its own, print size, no idle markup."""

    def check(chart: Chart, again: Callable[[], Chart]) -> None:
        assert again().svg == chart.svg
        seen = Drawn(chart)
        chart_id = seen.root.attrib["id"]
        assert len(seen.ids) == len(set(seen.ids))
        assert all(name == chart_id or name.startswith(f"{chart_id}-") for name in seen.ids)
        referred = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', chart.svg))
        assert {a or b for a, b in referred} <= set(seen.ids)
        assert min(seen.font_sizes) >= 8
        assert seen.root.attrib["width"] == "481.89pt"
        assert seen.root.attrib["aria-label"] == chart.alt
        assert len(chart.svg) < 150_000
        assert "<style" not in chart.svg
        assert not re.search(r"\b(nan|None|NaT)\b|<NA>", chart.svg)

    return check
