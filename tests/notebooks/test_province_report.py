"""The province report, made as a user makes it: the newspaper's statements must stand in it."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from pypdf import PdfReader

from parlib.datasets import record
from parlib.errors import UsageError
from parlib.publishing.report import make_report, notebook_path

NOTEBOOK = notebook_path("province")
AS_OF = "2018-08-28"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, dict[str, bytes]]:
    """The report of Huế 2017 in both languages: format → bytes."""
    made = {}
    for lang in ("vi", "en"):
        folder = tmp_path_factory.mktemp(lang)
        parameters = {"province": "thua-thien-hue", "year": 2017, "lang": lang}
        paths = make_report(
            "province", parameters, folder, "hue", ("html", "pdf", "json"), as_of=AS_OF, known=record()
        )
        made[lang] = {path.suffix[1:]: path.read_bytes() for path in paths}
    return made


@pytest.fixture(scope="module")
def texts(reports, tmp_path_factory) -> dict[str, str]:
    """What a reader of the PDF can copy from it, spaces folded, by language."""
    folder = tmp_path_factory.mktemp("pdf")
    found = {}
    for lang, files in reports.items():
        path = folder / f"{lang}.pdf"
        path.write_bytes(files["pdf"])
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
        found[lang] = re.sub(r"\s+", " ", text)
    return found


def test_another_clock_language_folder_and_home_give_the_same_bytes(reports, tmp_path):
    home = tmp_path / "nhà của tôi"
    home.mkdir()
    surroundings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HOME": "/dev/null",  # nothing can be written there, nor read
        "TZ": "America/St_Johns",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",  # so that the system's encoding is ASCII indeed
        "PYTHONHASHSEED": "271828",
    }
    code = "from parlib.cli import main; main()"
    words = ["report", "hue", "--year", "2017", "--lang", "vi", "--format", "html,pdf", "--as-of", AS_OF]
    subprocess.run(
        [sys.executable, "-c", code, *words], cwd=home, env=surroundings, umask=0o077, check=True, timeout=300
    )
    made = {path.suffix[1:]: path.read_bytes() for path in (home / "reports" / "2017").iterdir()}
    assert made == reports["vi"]


@pytest.mark.parametrize(
    "statement",
    [
        "PAPI năm 2017: Thừa Thiên Huế đạt 36,03/60 điểm, xếp hạng 37/63, thuộc nhóm trung bình thấp",
        "So với năm 2016: tăng 0,69 điểm, tăng 5 bậc",
        "Trong 6 chỉ số nội dung: 1 thuộc nhóm cao nhất, 5 thuộc nhóm trung bình thấp",
        "Thuộc nhóm cao nhất: Cung ứng dịch vụ công",
        "PAR INDEX năm 2017: Thừa Thiên Huế đạt 79,86/100 điểm, xếp hạng 23/63",
        "49,05/62",
        "30,81/38",
        "56/81",
        "25/81",
    ],
)
def test_every_statement_of_the_newspaper_stands_in_the_vietnamese_report(reports, texts, statement):
    assert statement in re.sub(r"<[^>]+>|\s+", " ", reports["vi"]["html"].decode()).replace("  ", " ")
    assert statement in texts["vi"]


@pytest.mark.parametrize(
    "statement",
    [
        "PAPI 2017: Thua Thien Hue scored 36.03 of 60 points, ranking 37/63, in the low average group",
        "Compared with 2016: up 0.69 points, up 5 places",
        "Of 6 dimensions: 1 in the highest group, 5 in the low average group",
        "PAR INDEX 2017: Thua Thien Hue scored 79.86 of 100 points, ranking 23/63",
        "49.05/62",
        "30.81/38",
    ],
)
def test_the_english_report_says_the_same(texts, statement):
    assert statement in texts["en"]


def figures(reports, lang="vi") -> dict:
    return json.loads(reports[lang]["json"])["blocks"]


def test_the_figures_are_the_same_in_both_languages(reports):
    assert reports["vi"]["json"] == reports["en"]["json"]


def test_the_result_json_holds_the_figures_that_the_page_prints(reports):
    blocks = figures(reports)
    headline = blocks["headline"]
    assert (headline["papi.score"], headline["papi.rank"], headline["papi.of"]) == (36.032028, 37, 63)
    assert (headline["papi.rank_change"], headline["par.score"], headline["par.rank"]) == (5, 79.86, 23)
    assert headline["pci.score"] is None
    table = blocks["papi-table"]
    assert [table[f"D{i}.rank"] for i in range(1, 7)] == [46, 39, 47, 37, 37, 14]
    assert (blocks["par-parts"]["RESULT.score"], blocks["par-parts"]["IMPACT.score"]) == (49.05, 30.81)


def test_the_same_request_gives_the_same_bytes(reports, tmp_path):
    parameters = {"province": "thua-thien-hue", "year": 2017, "lang": "vi"}
    for path in make_report("province", parameters, tmp_path, "hue", ("html", "pdf", "json"), as_of=AS_OF):
        assert path.read_bytes() == reports["vi"][path.suffix[1:]], path.name


def test_the_page_asks_nothing_of_a_network(reports):
    page = reports["vi"]["html"].decode()
    assert not re.search(r"""\b(?:src|href|srcset|action|poster)\s*=\s*["'](?!#|data:)""", page)
    assert not re.search(r"url\((?!['\"]?(?:data:|#))", page)
    assert "default-src 'none'" in page


def test_the_page_shows_no_code_and_knows_its_language(reports):
    page = reports["vi"]["html"].decode()
    assert '<html lang="vi"' in page
    assert "pages.opening" not in page
    assert "papermill" not in page
    assert '<html lang="en"' in reports["en"]["html"].decode()


def test_the_pdf_is_tagged_titled_and_in_its_language(reports, tmp_path):
    path = tmp_path / "hue.pdf"
    path.write_bytes(reports["vi"]["pdf"])
    document = PdfReader(path)
    root = document.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "Thừa Thiên Huế" in document.metadata.title
    assert len(document.outline) >= 4


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"province": "hue", "yaer": 2017}, "'yaer'"),
        ({"province": "hue", "year": "2017"}, "'year'"),
        ({"province": "nowhere-at-all", "year": 2017}, "nowhere-at-all"),
        ({"province": "hue", "year": 1999}, "1999"),
        ({"province": "hue", "year": 2017, "lang": "fr"}, "fr"),
    ],
)
def test_a_wrong_request_leaves_nothing_behind(tmp_path, parameters, said):
    out = tmp_path / "out"
    with pytest.raises(UsageError, match=said):
        make_report("province", parameters, out, "hue")
    assert not out.exists()


def test_plain_papermill_and_nbconvert_make_the_same_page(reports, tmp_path):
    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    parameters = [
        word
        for key, value in (("province", "thua-thien-hue"), ("year", "2017"), ("as_of", AS_OF))
        for word in ("-p", key, value)
    ]
    run("papermill", str(NOTEBOOK), "out.ipynb", *parameters, "--no-progress-bar")
    run("nbconvert", "--to", "parlib-html", "out.ipynb")
    assert (tmp_path / "out.html").read_bytes() == reports["vi"]["html"]


@pytest.mark.parametrize("path", sorted(Path(NOTEBOOK).parent.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_report_notebook_is_a_list_of_calls_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for cell in code:
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in nodes)
    assert tagged[0].source.isascii()
