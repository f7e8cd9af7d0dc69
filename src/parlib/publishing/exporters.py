"""The nbconvert exporters: one executed notebook as HTML, PDF, XLSX or JSON.

They are registered as ``parlib-html``, ``parlib-pdf``, ``parlib-xlsx`` and ``parlib-json``, so
``jupyter nbconvert --to parlib-pdf`` knows them. A run writes its documents by :mod:`parlib.publishing.formats`, as
they do, and need not import nbconvert.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters import Exporter
from traitlets import default

from parlib.publishing.document import read_document
from parlib.publishing.formats import MEDIA_TYPES, WRITERS


class _ReportExporter(Exporter):
    """What they have in common."""

    form: ClassVar[str]

    @default("file_extension")
    def _file_extension(self) -> str:
        return f".{self.form}"

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
        written = WRITERS[self.form](document)
        return written.decode() if self.form in ("html", "json") else written, resources


class ParlibHTMLExporter(_ReportExporter):
    """One self-contained page (see :func:`parlib.publishing.formats.write_html`)."""

    form = "html"
    output_mimetype = MEDIA_TYPES[form]
    export_from_notebook = "Report (HTML)"


class ParlibPDFExporter(_ReportExporter):
    """An A4 document (see :func:`parlib.publishing.formats.write_pdf`)."""

    form = "pdf"
    output_mimetype = MEDIA_TYPES[form]
    export_from_notebook = "Report (PDF)"


class ParlibJSONExporter(_ReportExporter):
    """Every figure that the report prints, by block and name; the same in every language."""

    form = "json"
    output_mimetype = MEDIA_TYPES[form]
    export_from_notebook = "Figures of the report (JSON)"


class ParlibXLSXExporter(_ReportExporter):
    """The tables of the report as a workbook, the plan to be filled in among them."""

    form = "xlsx"
    output_mimetype = MEDIA_TYPES[form]
    export_from_notebook = "Tables of the report (XLSX)"
