"""Reports small enough to be made by the dozen: one notebook, one file of scores, and faults that a test can order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from parlib.datasets import Record
from parlib.publishing.jobs import Job
from parlib.publishing.manifest import read_manifest

YEAR = 2017
PARAMETERS = 'province = "a"\nyear = 2017\nlang = "vi"'
CELL = """
import json, os, signal, sys, time
from pathlib import Path
from parlib.blocks import Card, Section, cards, heading, masthead
from parlib.wording.language import Language

score = json.loads(Path({scores!r}).read_text())[province]
order = Path({orders!r}) / f"{{province}}.{{lang}}"
if order.exists():
    exec(order.read_text())
language = Language(lang)
Section([
    masthead(language, title="Report", subject=province, year=year, as_of="2018-08-28", province=province),
    cards(language, [Card("papi", "PAPI", score, 60)], id="headline"),
    heading(2, "Mục", id="part"),
])
"""


@dataclass(frozen=True)
class Small:
    """A folder with data, a notebook, and the reports made of them."""

    root: Path

    @property
    def out(self) -> Path:
        return self.root / "reports"

    @property
    def year(self) -> Path:
        return self.out / str(YEAR)

    @property
    def known(self) -> Record:
        return Record(self.root / "data")

    def jobs(
        self, *provinces: str, langs: tuple[str, ...] = ("vi",), formats: tuple[str, ...] = ("html", "json")
    ):
        return [
            Job(
                kind="province",
                stem=province,
                lang=lang,
                year=YEAR,
                names={"vi": province.upper(), "en": province.upper()},
                region="",
                notebook=self.root / "small.ipynb",
                parameters={"province": province, "year": YEAR, "lang": lang},
                formats=formats,
            )
            for province in provinces
            for lang in langs
        ]

    def score(self, **scores: float) -> None:
        """Change the data."""
        path = self.known.root / "scores.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **scores}))

    def order(self, report: str, code: str) -> None:
        """Have a report do something while it is made: ``a.vi``, ``1 / 0``."""
        (self.root / "orders" / report).write_text(code)

    def recall(self, report: str) -> None:
        (self.root / "orders" / report).unlink()

    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.year)

    def published(self) -> dict[str, bytes]:
        """Every published file of the year but the manifest."""
        return {
            path.name: path.read_bytes() for path in sorted(self.year.iterdir()) if path.name != "run.json"
        }


def small(root: Path) -> Small:
    """Lay out an empty project with the provinces a to h."""
    for name in ("data", "orders"):
        (root / name).mkdir(parents=True)
    scores = root / "data" / "scores.json"
    scores.write_text(json.dumps({letter: 30.25 + place for place, letter in enumerate("abcdefgh")}))
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "x"}}
    )
    notebook.cells = [
        nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell("## In short", metadata={"tags": ["notebook-only"]}),
        nbformat.v4.new_code_cell(CELL.format(orders=str(root / "orders"), scores=str(scores))),
    ]
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{place}"  # else each has a random one, and the notebook is another one each time
    nbformat.write(notebook, root / "small.ipynb")
    return Small(root)


def check_tree(project: Small) -> dict[str, Any]:
    """Hold a published year to its manifest: every file is the one the manifest tells of. Returns the manifest."""
    manifest = project.manifest()
    if not project.year.exists():
        return {}
    assert manifest, "a published year has a manifest"
    import hashlib

    told = {
        file["name"]: file["sha256"]
        for entry in manifest["reports"].values()
        for file in entry["files"].values()
    }
    found = {name: hashlib.sha256(content).hexdigest() for name, content in project.published().items()}
    assert found == told
    return manifest
