import base64
import hashlib
import re
from html.parser import HTMLParser

import nbformat
import pytest

from parlib.errors import WorkError
from parlib.publishing.exporters import ParlibHTMLExporter


class Page(HTMLParser):
    """A page as a browser takes it in: elements with attributes, and visible text."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self._silent = [], [], ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._silent = tag if tag in ("style", "script") else ""

    def handle_endtag(self, tag):
        self._silent = ""

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def title(self):
        return next(word for word in self.words if word.strip())

    @property
    def text(self):
        return " ".join("".join(self.words).split())


def export(notebook):
    return ParlibHTMLExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def source(small):
    return export(small.executed(small.blocks()))


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_the_page_has_no_code_and_no_prompt(page, source):
    assert "secret_code" not in source
    assert "In [" not in source
    assert "[7]" not in source
    assert "36,03" in page.text


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_page_says_its_language(small, code):
    assert Page(export(small.executed(small.blocks(code)))).all("html") == [{"lang": code}]


def test_the_page_has_title_headings_and_landmarks(page):
    assert page.title == "Báo cáo: Thừa Thiên Huế, 2017"
    assert [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h2", "h3", "h2"]
    assert len(page.all("main")) == 1
    assert page.all("nav")[0]["aria-label"] == "Nội dung"
    assert next(attrs for attrs in page.all("a"))["href"] == "#report"


def test_the_contents_lead_to_the_headings(page):
    links = [attrs["href"] for attrs in page.all("a") if attrs.get("href", "").startswith("#")]
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    assert links[1:] == ["#papi", "#standing", "#provinces", "#sources"]
    assert {link[1:] for link in links} <= ids


def test_ids_are_unique(page):
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_opening_the_page_loads_nothing(page, source):
    for tag, attrs in page.elements:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert name not in attrs, tag
        if tag != "a":
            assert attrs.get("href", "#").startswith("#")
    assert not page.all("link")
    assert not re.search(r"@import|url\((?!data:)", source)
    assert "http://" not in re.sub(r"http://www\.w3\.org/2000/svg", "", source)
    assert "https://" not in source


def test_the_policy_forbids_all_but_the_one_script(page, source):
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    script = re.search(r"<script>(.*?)</script>", source, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert source.count("<script") == 1


def test_charts_are_drawings_with_words(page):
    drawing = page.all("svg")[0]
    assert drawing["role"] == "img"
    assert drawing["aria-label"] == "Huế đứng thứ 37 trong 63 tỉnh"


def test_hostile_text_is_printed_as_it_is(page, small):
    assert small.hostile in page.text
    assert small.letters in page.text


def test_the_page_is_small(source):
    assert len(source.encode()) < 200_000


def test_the_same_notebook_gives_the_same_bytes(small, source):
    assert export(small.executed(small.blocks())) == source


def test_a_foreign_result_is_shown_as_its_plain_text(small):
    cell = small.foreign(text_plain="<b>x</b>\n  y", text_html="<script>alert(1)</script>")
    source = export(small.executed([], cell))
    assert "<pre><code>&lt;b&gt;x&lt;/b&gt;" in source
    assert "alert(1)" not in source


def test_markdown_is_set_without_its_html_and_links(small):
    cell = nbformat.v4.new_markdown_cell(
        "## Kết *quả*\n\nMột **đậm** <img src=x onerror=alert(1)> [nguồn](http://x.y) ![ảnh](http://x/y)\n\n1. a"
    )
    source = export(small.executed([], cell))
    page = Page(source)
    assert "Một đậm <img src=x onerror=alert(1)> nguồn ảnh" in page.text
    assert not page.all("img")
    assert '<h2 id="text-1-1">Kết quả</h2>' in source
    assert "<strong>đậm</strong>" in source
    assert "<ol><li>a</li></ol>" in source


def test_a_markdown_cell_for_the_editor_stays_in_the_notebook(small):
    cell = nbformat.v4.new_markdown_cell("Chạy với papermill", metadata={"tags": ["notebook-only"]})
    assert "papermill" not in export(small.executed([], cell))


def test_a_failed_cell_stops_the_export(small):
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'D9'", traceback=[])
    with pytest.raises(WorkError, match="Cell 2 failed with KeyError: 'D9'"):
        export(small.executed(small.blocks()[:1], nbformat.v4.new_code_cell("x", outputs=[error])))


def test_blocks_of_one_id_stop_the_export(small):
    with pytest.raises(WorkError, match="'papi'"):
        export(small.executed([*small.blocks(), small.blocks()[2]]))
