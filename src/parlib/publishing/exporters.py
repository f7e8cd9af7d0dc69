"""The nbconvert exporters: one executed notebook as HTML, PDF, XLSX or JSON.

They are registered as ``parlib-html``, ``parlib-pdf``, ``parlib-xlsx`` and ``parlib-json``, so
``jupyter nbconvert --to parlib-pdf`` knows them. They read what the blocks carry, never the code; given the same
outputs they give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from nbconvert.exporters import Exporter
from traitlets import default

from parlib.blocks.markup import Typst, typst
from parlib.characters import json_spelt_out
from parlib.errors import WorkError
from parlib.publishing.document import STRING, Document, read_document
from parlib.publishing.style import asset, colours, page_style, template
from parlib.publishing.takeaway import take_away
from parlib.wording.language import Language

SCHEMA: Final = "parlib-report/1"
"""Version of the shape of the result JSON."""

AUTHOR: Final = "parlib"

PDF_STANDARDS: Final[list[Literal["ua-1", "a-3a"]]] = ["ua-1", "a-3a"]
"""Accessible (PDF/UA-1) and made to be kept (PDF/A-3, level A, which may also carry files)."""

_FIGURES, _TABLES = "figures.json", "tables.xlsx"
"""Names of what a PDF carries inside."""

_IMPORT: Final = re.compile(r"\b(?:import|include)\b")

_ROOM: Final = files("parlib.publishing")


class _ReportExporter(Exporter):
    """What they have in common."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        """Export an executed notebook.

        Raises
        ------
        WorkError
            If a cell failed, blocks collide, or the page cannot be set.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = read_document(notebook, resources.get("metadata", {}).get("name", ""))
        resources["parlib_lang"] = document.lang.code
        return self.write(document), resources

    def write(self, document: Document) -> str | bytes:
        """Write the document in this exporter's format."""
        raise NotImplementedError


class ParlibHTMLExporter(_ReportExporter):
    """One self-contained page: no code, no prompt, no request to anywhere."""

    output_mimetype = "text/html"
    export_from_notebook = "Report (HTML)"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    def write(self, document: Document) -> str:
        """Write the page."""
        style, script = page_style(), asset("report.js")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        page: str = template("report.html.j2").render(
            document=document,
            t=document.lang.t,
            style=style,
            script=script,
            script_hash=f"sha256-{digest}",
            author=AUTHOR,
        )
        return page


class ParlibPDFExporter(_ReportExporter):
    """An A4 document, set by Typst: tagged, with bookmarks, alternative texts and embedded fonts.

    Its figures (JSON) and tables (XLSX) are attached inside, so that they travel with it.
    """

    output_mimetype = "application/pdf"
    export_from_notebook = "Report (PDF)"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".pdf"

    def write(self, document: Document) -> bytes:
        """Set the document."""
        import typst as compiler

        attached = {_FIGURES: figures_file(document).encode(), _TABLES: take_away(document)}
        with typesetter(_typst_source(document), attached) as setter:
            try:
                pdf, warnings = setter.compile_with_warnings(
                    format="pdf", pdf_standards=[*PDF_STANDARDS], timestamp=int(document.date.timestamp())
                )
            except compiler.TypstError as error:
                raise WorkError(
                    f"The PDF could not be set: {'; '.join([error.message, *error.hints])}"
                ) from error
        if warnings:
            raise WorkError(f"The PDF came out with warnings: {'; '.join(w.message for w in warnings)}")
        if not isinstance(pdf, bytes):
            raise WorkError("The PDF could not be set: the typesetter gave no file.")
        return pdf


class ParlibJSONExporter(_ReportExporter):
    """Every figure that the report prints, by block and name; the same in every language."""

    output_mimetype = "application/json"
    export_from_notebook = "Figures of the report (JSON)"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".json"

    def write(self, document: Document) -> str:
        """Write the figures."""
        return figures_file(document)


class ParlibXLSXExporter(_ReportExporter):
    """The tables of the report as a workbook, the plan to be filled in among them."""

    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    export_from_notebook = "Tables of the report (XLSX)"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".xlsx"

    def write(self, document: Document) -> bytes:
        """Write the workbook."""
        return take_away(document)


EXPORTERS: Final[dict[str, type[_ReportExporter]]] = {
    "html": ParlibHTMLExporter,
    "pdf": ParlibPDFExporter,
    "xlsx": ParlibXLSXExporter,
    "json": ParlibJSONExporter,
}


@lru_cache(maxsize=1)
def figures_file(document: Document) -> str:
    """Write every figure of a report as JSON."""
    result = {"schema": SCHEMA, **document.facts, "blocks": document.figures}
    written = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return f"{json_spelt_out(written)}\n"


@contextmanager
def typesetter(source: str, files: Mapping[str, bytes] = MappingProxyType({})) -> Iterator[Any]:
    """Give Typst with our fonts and nothing else: no package, and no file that a document can read but `files`."""
    import typst as compiler

    # The compiler would fetch a package; where nothing is imported, it has no reason to.
    if _IMPORT.search(STRING.sub("", source)):
        raise WorkError("The PDF could not be set: its source imports something.")
    with (
        tempfile.TemporaryDirectory() as root,
        tempfile.TemporaryDirectory() as empty,
        as_file(_ROOM / "assets" / "fonts") as fonts,
    ):
        for name, content in files.items():
            (Path(root) / name).write_bytes(content)
        yield compiler.Compiler(
            source.encode(),
            root=root,
            package_path=empty,
            package_cache_path=empty,
            font_paths=compiler.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
            ),
        )


def _typst_source(document: Document) -> str:
    """Put together the Typst document: palette, facts, template, then the blocks' calls."""
    palette = ", ".join(f'"{name}": rgb("{colour}")' for name, colour in colours().items())
    day = document.date
    contents = sum(heading.level == 2 for heading in document.headings) > 2
    report = typst(
        {
            "title": document.title,
            "header": document.header,
            "mark": document.mark,
            "author": AUTHOR,
            "lang": document.lang.code,
            "date": Typst(f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"),
            "contents": contents,
        }
    )
    source = "\n".join(
        [
            f"#let c = ({palette})",
            f"#let report = {report}",
            asset("report.typ"),
            "#show: pl-report",
            _attachments(document.lang),
            *(part.typst for part in document.parts),
        ]
    )
    return only_letters_of_the_font(source)


def _attachments(lang: Language) -> str:
    attached = {
        _FIGURES: (ParlibJSONExporter, lang.t("Every figure of this report, for programs")),
        _TABLES: (ParlibXLSXExporter, lang.t("The tables of this report as a workbook")),
    }
    return "\n".join(
        f'#pdf.attach("{name}", relationship: "data", mime-type: "{kind.output_mimetype}", '
        f"description: {typst(words)})"
        for name, (kind, words) in attached.items()
    )


@cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with (_ROOM / "assets" / "fonts" / "BeVietnamPro-Regular.ttf").open("rb") as stream:
        return frozenset(TTFont(stream).getBestCmap()) | {0x0A}


def only_letters_of_the_font(source: str) -> str:
    """Show a letter that the font lacks (Chinese, an emoji) as U+FFFD.

    PDF/A wants every letter embedded: without this, one stray sign in a name would stop the whole report. All syntax
    is ASCII, so only the insides of strings can change.
    """
    lacking = set(map(ord, set(source))) - _letters()
    return source.translate(dict.fromkeys(lacking, "\ufffd")) if lacking else source
