"""A browser, and a folder of reports to look at."""

import shutil

import pytest

from parlib.datasets import record
from parlib.publishing.site import PAGES, read_atlas, site
from parlib.wording.language import Language


# A module at a time: Playwright keeps an event loop running in its thread, which is no place for other tests.
@pytest.fixture(scope="module")
def browser():
    """Chromium of the system."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine (apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


def entry(place, year, lang, status="made", stale=False, error=None):
    stem = f"{place.slug}.{lang}"
    files = {
        "html": {"name": f"{stem}.html", "bytes": 1, "sha256": ""},
        "pdf": {"name": f"{stem}.pdf", "bytes": 1, "sha256": ""},
        "json": {"name": f"{place.slug}.json", "bytes": 1, "sha256": ""},
    }
    return {
        "stem": place.slug,
        "lang": lang,
        "names": {"vi": place.name_vi, "en": place.name_en},
        "region": place.region or "",
        "status": status,
        "stale": stale,
        "error": error,
        "files": {} if error and not stale else files,
    }


def manifest(year, reports):
    counts = {"made": len(reports), "unchanged": 0, "failed": 2, "not_reached": 0}
    return {
        "year": year,
        "run": {"started": "2026-11-23T20:05:00+00:00", "counts": counts},
        "reports": reports,
    }


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder of reports: all provinces of 2017 in two languages, some of 2016; Huế is stale, Hà Nội failed."""
    out = tmp_path_factory.mktemp("reports")
    known = record()
    reports = {2017: {}, 2016: {}}
    for place in known.provinces(63).all:
        for lang in ("vi", "en"):
            made = entry(place, 2017, lang)
            error = {"message": "Cell 3 failed: <b>no luck</b> & more"}
            if place.slug == "thua-thien-hue":
                made = entry(place, 2017, lang, "failed", True, error)
            if place.slug == "ha-noi":
                made = entry(place, 2017, lang, "failed", False, error)
            reports[2017][f"{place.slug}.{lang}"] = made
            if place.region == "tn" and lang == "vi":
                reports[2016][f"{place.slug}.vi"] = entry(place, 2016, "vi")
    for year, entries in reports.items():
        (out / str(year)).mkdir()
        for made in entries.values():
            for file in made["files"].values():
                (out / str(year) / file["name"]).write_text(f"<title>{year}/{file['name']}</title>")
    manifests = {year: manifest(year, entries) for year, entries in reports.items()}
    for code, name in PAGES.items():
        (out / name).write_text(site(manifests, read_atlas(known), Language(code)), encoding="utf-8")
    return out
