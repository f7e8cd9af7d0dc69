import base64
import hashlib
import re
from html.parser import HTMLParser

import nbformat
import pytest

from parlib.blocks.block import BLOCK_MIME, TYPST_MIME
from parlib.errors import WorkError
from parlib.publishing.document import read_document
from parlib.publishing.exporters import ParlibHTMLExporter
from parlib.publishing.formats import WRITERS


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


MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<meta http-equiv="refresh" content="0;url=http://x">',
    '<p onclick="alert(1)">x</p>',
    '<p style="background:url(http://x)">x</p>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://x"></image></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><use href="http://x#a"></use></svg>',
    '<path fill="url(//x/y)" />',
    "<iframe srcdoc='x'></iframe>",
    "<form action=http://x><input></form>",
    "<!-- x",
    "<p/onclick=alert(1)>",
    '<p class="a"onclick="alert(1)">x</p>',
    "</main><plaintext>",
]


@pytest.mark.parametrize("markup", MARKUP)
@pytest.mark.parametrize("place", ["html", "drawing"])
def test_html_of_a_notebook_may_only_be_what_blocks_write(small, markup, place):
    cell = small.foreign(text_plain="x")
    block = {"id": "x", "kind": "chart", "figures": {}, "meta": {"svg": markup if place == "drawing" else ""}}
    html = markup if place == "html" else ""
    cell.outputs[0].data = {TYPST_MIME: "", "text/html": html, BLOCK_MIME: {"blocks": [block]}}
    with pytest.raises(WorkError, match=r"Cell 1 brings (HTML of its own|a block 'x' that is not)"):
        export(small.executed([], cell))


@pytest.mark.parametrize(
    "blocks",
    [
        None,
        {},
        {"blocks": None},
        {"blocks": [{}]},
        {"blocks": [{"id": "a", "kind": "heading", "figures": {}, "meta": {}}]},
        {"blocks": [{"id": "a", "kind": "note", "figures": {"x": []}, "meta": {}}]},
        {"blocks": [{"id": "a", "kind": "table", "figures": {}, "meta": {}, "sheet": {"role": "ledger"}}]},
    ],
)
def test_blocks_of_another_shape_stop_the_export(small, blocks):
    cell = small.foreign(text_plain="x")
    cell.outputs[0].data = {TYPST_MIME: "", "text/html": "", BLOCK_MIME: blocks}
    with pytest.raises(WorkError, match="Cell 1 brings"):
        export(small.executed([], cell))


def test_a_notebook_of_foreign_results_gives_only_their_text(small):
    data = {
        "text/html": "<script>alert(1)</script>",
        "application/javascript": "alert(2)",
        "image/svg+xml": "<svg onload=alert(3)>",
        "image/png": "iVBORw0KGgo=",
        "text/latex": r"\input{/etc/passwd}",
        "text/markdown": "[x](javascript:alert(4))",
    }
    hostile = small.foreign(text_plain="kept\x1b[31m \ud800\u202etext")
    hostile.outputs[0].data.update(data)
    hostile.outputs.append(nbformat.v4.new_output("display_data", data=data))
    hostile.metadata["tags"] = ["<script>"]
    markdown = nbformat.v4.new_markdown_cell(
        "![a](attachment:x.svg) <b onclick=alert(5)>bold</b> [l](javascript:alert(6)) [d](data:text/html,x)\n\n"
        "<script>alert(7)</script>\n\n<http://x.y> [r]: http://z\n\n| a |\n|---|\n| b |\n\n$$\\input{x}$$",
        attachments={"x.svg": {"image/svg+xml": "<svg onload=alert(8)>"}},
    )
    made = small.executed([], hostile, markdown)
    made.metadata.update(
        {"title": "<script>", "language_info": {"name": "</script>"}, "widgets": {"x": "<b>"}}
    )
    source = export(made)
    page = Page(source)
    assert "kept \ufffdtext" in page.text
    assert source.count("<script") == 1
    assert not {"img", "a", "b"} & {tag for tag, attrs in page.elements if attrs.get("class") != "skip"}
    assert not [attrs for _, attrs in page.elements for name in attrs if name.startswith("on")]
    for form in ("pdf", "xlsx", "json"):
        assert WRITERS[form](read_document(made))


def test_a_failed_cell_stops_the_export(small):
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'D9'", traceback=[])
    with pytest.raises(WorkError, match="Cell 2 failed with KeyError: 'D9'"):
        export(small.executed(small.blocks()[:1], nbformat.v4.new_code_cell("x", outputs=[error])))


def test_blocks_of_one_id_stop_the_export(small):
    with pytest.raises(WorkError, match="'papi'"):
        export(small.executed([*small.blocks(), small.blocks()[2]]))
