"""What a report is handed on as: one document written as HTML, PDF, XLSX or JSON.

The writers read what the blocks carry, never the code; given the same document they give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from parlib.blocks.markup import Typst, typst
from parlib.characters import json_spelt_out
from parlib.errors import WorkError
from parlib.publishing.document import Document
from parlib.publishing.style import asset, colours, page_style, template
from parlib.publishing.takeaway import take_away
from parlib.publishing.typesetting import only_letters_of_the_font, typesetter
from parlib.wording.language import Language

SCHEMA: Final = "parlib-report/1"
"""Version of the shape of the result JSON."""

AUTHOR: Final = "parlib"

PDF_STANDARDS: Final[list[Literal["ua-1", "a-3a"]]] = ["ua-1", "a-3a"]
"""Accessible (PDF/UA-1) and made to be kept (PDF/A-3, level A, which may also carry files)."""

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "html": "text/html",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "json": "application/json",
    }
)

_FIGURES, _TABLES = "figures.json", "tables.xlsx"
"""Names of what a PDF carries inside."""


def write_html(document: Document) -> bytes:
    """Write one self-contained page: no code, no prompt, no request to anywhere."""
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
    return page.encode()


def write_pdf(document: Document) -> bytes:
    """Set an A4 document by Typst: tagged, with bookmarks, alternative texts and embedded fonts.

    Its figures (JSON) and tables (XLSX) are attached inside, so that they travel with it.

    Raises
    ------
    WorkError
        If the page cannot be set, or comes out with a warning.
    """
    import typst as compiler

    attached = {_FIGURES: write_json(document), _TABLES: take_away(document)}
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


@lru_cache(maxsize=1)
def write_json(document: Document) -> bytes:
    """Write every figure of a report as JSON."""
    result = {"schema": SCHEMA, **document.facts, "blocks": document.figures}
    written = json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return f"{json_spelt_out(written)}\n".encode()


WRITERS: Final[Mapping[str, Callable[[Document], bytes]]] = MappingProxyType(
    {"html": write_html, "pdf": write_pdf, "xlsx": take_away, "json": write_json}
)
"""Format → what writes it."""


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
        _FIGURES: ("json", lang.t("Every figure of this report, for programs")),
        _TABLES: ("xlsx", lang.t("The tables of this report as a workbook")),
    }
    return "\n".join(
        f'#pdf.attach("{name}", relationship: "data", mime-type: "{MEDIA_TYPES[form]}", '
        f"description: {typst(words)})"
        for name, (form, words) in attached.items()
    )
