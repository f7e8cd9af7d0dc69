"""The national report, made as a user makes it."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from parlib.cli import app
from parlib.datasets import record
from parlib.publishing.report import make_report, ready

AS_OF = "2026-10-10"
FORMATS = ("html", "pdf", "json")
pytestmark = pytest.mark.slow


def made(folder, year, lang):
    """Files of one report: format → bytes."""
    paths = make_report(
        "national",
        {"year": year, "lang": lang},
        folder,
        "national",
        FORMATS,
        as_of=AS_OF,
        workers=ready(),
        known=record(),
    )
    return {path.suffix[1:]: path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Year and language → files."""
    requests = [(2017, "vi"), (2017, "en"), (2023, "vi"), (2024, "vi"), (2026, "vi")]
    return {(year, lang): made(tmp_path_factory.mktemp("national"), year, lang) for year, lang in requests}


def pages(files):
    return PdfReader(io.BytesIO(files["pdf"])).pages


def text(files):
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages(files)))


@pytest.mark.parametrize(
    ("request_", "statement"),
    [
        (
            (2017, "vi"),
            "Số tỉnh theo nhóm: cao nhất 16, trung bình cao 16, trung bình thấp 15, thấp nhất 16.",
        ),
        ((2017, "vi"), "trung bình cộng các tỉnh là 36,56"),
        ((2017, "vi"), "7 tỉnh tăng: Bạc Liêu (+16,2%)"),
        ((2017, "vi"), "không tỉnh nào giảm"),
        ((2017, "vi"), "Quần đảo Hoàng Sa"),
        ((2017, "en"), "Provinces by group: highest 16, high average 16, low average 15, lowest 16."),
        ((2017, "en"), "furthest up Bac Lieu (+53, from 60 to 7)"),
        ((2024, "vi"), "PAPI năm 2024: 61/63 tỉnh có tổng điểm; thiếu Vĩnh Phúc và Tiền Giang."),
        ((2023, "vi"), "PAPI năm 2023: 61/63 tỉnh có tổng điểm; thiếu Quảng Ninh và Bình Dương."),
        ((2026, "vi"), "Chỉ số 766 ngày 10/10/2026"),
        ((2026, "vi"), "Số liệu thứ cấp"),
    ],
)
def test_what_is_known_of_the_year_stands_in_the_pdf(reports, request_, statement):
    assert statement in text(reports[request_])


def test_no_report_is_longer_than_twelve_pages(reports):
    assert {request: len(pages(files)) for request, files in reports.items() if len(pages(files)) > 12} == {}


def test_the_last_province_of_the_ranking_stands_on_no_page_alone(reports):
    """Lai Châu is 63rd; the two above it share its page."""
    for request in ((2017, "vi"), (2017, "en")):
        last = [page.extract_text() for page in pages(reports[request])[1:4]]
        page = next(text for text in last if re.search(r"\b63\s+Lai Ch[âa]u", text))
        assert re.search(r"\b61\s+H[àa] Giang", page)


def test_the_figures_are_the_same_in_both_languages(reports):
    assert reports[2017, "vi"]["json"] == reports[2017, "en"]["json"]
    result = json.loads(reports[2017, "vi"]["json"])
    assert result["year"] == 2017
    assert result["blocks"]["papi-ranks"]["thua-thien-hue.rank"] == 37


def test_the_same_request_gives_the_same_bytes(reports, tmp_path):
    assert made(tmp_path, 2026, "vi") == reports[2026, "vi"]


@pytest.mark.parametrize(
    ("words", "years"),
    [
        (("pdfua", "check"), (2017, 2023, 2024, 2026)),
        # It takes five seconds for each: one report of either map of provinces.
        (("outloud", "--skip", "TAG-002,PAG-001", "--fail-on", "warning"), (2024, 2026)),
    ],
    ids=["pdfua", "outloud"],
)
def test_the_pdf_is_accessible(reports, tmp_path, words, years):
    for year, lang in (request for request in reports if request[0] in years):
        files = reports[year, lang]
        path = tmp_path / f"{year}.{lang}.pdf"
        path.write_bytes(files["pdf"])
        # TAG-002 takes a repeated table head, rightly an artifact on the second page, for prose that is never read;
        # PAG-001 takes the source under the last chart of several full pages for a running foot.
        command = [Path(sys.executable).with_name(words[0]), *words[1:], path]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_page_is_self_contained_and_light(reports):
    for files in reports.values():
        page = files["html"].decode()
        assert len(files["html"]) < 1_500_000
        assert not re.search(r"""\b(?:src|href|srcset|action|poster)\s*=\s*["'](?!#|data:)""", page)


def test_every_drawing_of_the_page_has_words(reports):
    page = reports[2024, "vi"]["html"].decode()
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) >= 8
    assert all(re.search(r'aria-label="[^"]{20,}"', drawing) for drawing in drawings)


def test_the_verb_names_its_files(tmp_path):
    done = CliRunner().invoke(
        app, ["national", "--year", "2026", "--lang", "en", "--format", "html", "--out", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"2026/national.en.html", "2026/national.json"} <= names


def test_a_year_without_figures_is_refused_before_anything_is_written(tmp_path):
    done = CliRunner().invoke(app, ["national", "--year", "1999", "--out", str(tmp_path / "out")])
    assert done.exit_code != 0
    assert "1999" in str(done.exception)
    assert not (tmp_path / "out").exists()
