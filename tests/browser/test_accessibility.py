"""Reports and the index page as axe, a phone and a reader of the dark see them; nothing is asked of a network."""

import pytest

from parlib.datasets import record
from parlib.publishing.report import make_report

pytestmark = pytest.mark.slow

SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
PAGES = {
    "province": "2017/thua-thien-hue.vi.html",
    "national": "2017/national.vi.html",
    "index": "index.html",
    "index in English": "index.en.html",
}


@pytest.fixture(scope="module")
def reports(folder):
    """The folder of the index page, with two of its reports made in earnest."""
    shared = {"year": 2017, "lang": "vi"}
    hue = {**shared, "province": "thua-thien-hue"}
    make_report("province", hue, folder / "2017", "thua-thien-hue", ["html"], known=record())
    make_report("national", shared, folder / "2017", "national", ["html"], known=record())
    return folder


@pytest.fixture(params=list(PAGES))
def address(request, reports):
    return (reports / PAGES[request.param]).as_uri()


@pytest.fixture(params=list(SIZES))
def size(request):
    return SIZES[request.param]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, address, size, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(viewport=size, color_scheme=theme)
    page.goto(address)
    found = axe.run(page).response
    page.close()
    assert len(found["passes"]) > 10, "axe has looked at the page"
    assert not [
        (violation["id"], violation["impact"], node["html"][:200], node["failureSummary"])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:3]
    ]


def test_the_page_never_scrolls_sideways(browser, address, size):
    page = browser.new_page(viewport=size)
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= size["width"]


def test_the_page_asks_nothing_of_a_network_and_reports_no_error(browser, address):
    page = browser.new_page()
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.close()
    assert requests == [address] + [url for url in requests[1:] if url.startswith("data:")]
    assert not complaints
