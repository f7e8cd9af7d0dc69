"""The index page in a browser, opened from a folder: search, filters, map, keyboard, phone, no request to anywhere."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser, folder):
    """The index page; the test fails if it asks for anything but itself, or complains."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    requests, complaints = [], []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto((folder / "index.html").as_uri())
    yield opened
    assert not [url for url in requests if not url.startswith(("file:", "data:"))]
    assert not complaints
    opened.close()


def shown(page):
    return [row.inner_text() for row in page.locator("tbody tr:visible th").all()]


def test_every_report_is_listed_and_every_link_leads_to_a_file(page, folder):
    assert len(shown(page)) == 63 + 5
    links = page.locator("main a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(links) > 63 * 6
    assert all((folder / link).is_file() for link in links)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("huế", ["Thừa Thiên Huế"]),
        ("HUE", ["Thừa Thiên Huế"]),
        ("đà nẵng", ["Đà Nẵng"]),
        ("da nang", ["Đà Nẵng"]),
        ("tt hue", ["Thừa Thiên Huế"]),
        ("hoà bình", ["Hòa Bình"]),
        ("sai gon", ["TP. Hồ Chí Minh"]),
        ("xyz", []),
    ],
)
def test_a_province_is_found_with_and_without_diacritics(page, typed, found):
    page.select_option("#year", "2017")
    page.fill("#search", typed)
    assert shown(page) == found
    said = page.locator("#count").inner_text()
    assert said == "1 báo cáo" if found else said.startswith("Không có báo cáo nào phù hợp")


def test_filters_work_together(page):
    page.select_option("#region", "tn")
    assert len(shown(page)) == 10
    page.select_option("#year", "2016")
    assert shown(page) == ["Đắk Lắk", "Đắk Nông", "Gia Lai", "Kon Tum", "Lâm Đồng"]
    page.select_option("#language", "en")
    assert shown(page) == []
    page.select_option("#year", "")
    assert len(shown(page)) == 5
    assert page.locator("tbody tr:visible .files span:visible").count() == 5
    page.select_option("#region", "")
    page.select_option("#language", "")
    page.select_option("#state", "failed")
    assert shown(page) == ["Hà Nội", "Thừa Thiên Huế"]


def test_a_failure_says_what_happened_and_keeps_the_old_report(page):
    page.fill("#search", "hue")
    row = page.locator("tbody tr:visible")
    row.locator("summary").click()
    assert "Cell 3 failed: <b>no luck</b> & more" in row.inner_text()
    assert row.locator("th a").get_attribute("href") == "2017/thua-thien-hue.vi.html"
    page.fill("#search", "ha noi")
    assert page.locator("tbody tr:visible th a").count() == 0


def test_columns_can_be_sorted(page):
    page.select_option("#year", "2017")
    page.locator("thead button").first.click()
    first = shown(page)
    page.locator("thead button").first.click()
    assert shown(page) == first[::-1]
    assert page.locator("thead th").first.get_attribute("aria-sort") == "ascending"


def test_a_tile_leads_to_the_report_of_the_chosen_year(page):
    tile = page.locator("a.tile[data-stem='gia-lai']")
    assert tile.get_attribute("href") == "2017/gia-lai.vi.html"
    page.select_option("#year", "2016")
    assert tile.get_attribute("href") == "2016/gia-lai.vi.html"
    assert page.locator("a.tile[data-stem='an-giang']").get_attribute("href") is None
    tile.click()
    assert page.title() == "2016/gia-lai.vi.html"


def test_the_map_shows_what_the_search_found_and_both_archipelagos(page):
    page.fill("#search", "hue")
    assert page.locator("a.tile:not(.dim)").evaluate_all("all => all.map(a => a.dataset.stem)") == [
        "thua-thien-hue"
    ]
    assert page.locator(".islands").all_inner_texts() == ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]


def test_no_tile_lies_on_another_and_no_label_is_cut(page):
    boxes = page.locator(".tiles > *").evaluate_all(
        "all => all.map(e => { const b = e.getBoundingClientRect();"
        " return [b.left, b.top, b.right, b.bottom, e.scrollWidth > e.clientWidth + 1, e.textContent] })"
    )
    assert len(boxes) == 65
    for place, one in enumerate(boxes):
        assert not one[4], one
        for other in boxes[place + 1 :]:
            assert (
                one[2] <= other[0] + 0.5
                or other[2] <= one[0] + 0.5
                or one[3] <= other[1] + 0.5
                or other[3] <= one[1] + 0.5
            ), (one, other)


def test_the_keyboard_is_enough(page):
    page.keyboard.press("/")
    page.keyboard.type("gia lai")
    assert shown(page) == ["Gia Lai", "Gia Lai"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/2017/gia-lai.vi.html")


def test_arrow_keys_walk_over_the_map(page):
    page.locator("a.tile[tabindex='0']").focus()
    focused = "document.activeElement.dataset.stem"
    start = page.evaluate(focused)
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        before = page.evaluate(focused)
        page.keyboard.press(key)
        assert page.evaluate(focused) != before
    assert page.evaluate(focused) != start
    assert page.locator("a.tile[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/2017/*.html")


def test_a_phone_needs_no_sideways_scrolling(browser, folder):
    phone = browser.new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    phone.goto((folder / "index.html").as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.fill("#search", "hue")
    row = phone.locator("tbody tr:visible")
    assert row.count() == 1
    for link in row.locator(".files a").all():
        box = link.bounding_box()
        assert box["height"] >= 24
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    phone.close()


def test_without_scripts_every_report_is_still_listed(browser, folder):
    plain = browser.new_page(java_script_enabled=False)
    plain.goto((folder / "index.html").as_uri())
    assert plain.locator("tbody tr:visible").count() == 68
    assert plain.locator("form").is_hidden()
    plain.close()


def test_the_english_page_names_things_in_english(page, folder):
    page.get_by_role("link", name="English", exact=True).click()
    page.wait_for_url("**/index.en.html")
    assert page.locator("html").get_attribute("lang") == "en"
    page.fill("#search", "hue")
    assert shown(page) == ["Thua Thien Hue"]
    assert page.locator("tbody tr:visible th a").get_attribute("href") == "2017/thua-thien-hue.en.html"


def test_the_last_run_is_told_in_the_time_of_viet_nam(page):
    assert "Năm 2017: lần chạy gần nhất lúc 03:05 ngày 24/11/2026" in page.locator("header").inner_text()


def test_the_page_is_made_of_text_not_markup(folder):
    text = Path(folder / "index.html").read_text(encoding="utf-8")
    assert "<b>no luck</b>" not in text
