"""A last look at a report before anybody else sees it: whole, of its kind, with the right title and figures."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from html import unescape
from typing import Final

from parlib.errors import WorkError
from parlib.publishing.document import Document
from parlib.publishing.typesetting import only_letters_of_the_font
from parlib.wording.language import Language

_SMALLEST: Final = {"html": 20_000, "pdf": 8_000, "xlsx": 2_000, "json": 100}
"""Bytes under which a report cannot be whole: fonts alone are more."""

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_TORN: Final = re.compile(r"(?<=\d)\s+(?=[.,]\d)")
_UNSEEN: Final = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL)
_DECIMALS: Final = range(4)


def inspect(document: Document, files: Mapping[str, bytes]) -> None:
    """Open every file as its reader's program will, and find the title and the figures in it.

    Parameters
    ----------
    document
        The report that the files should hold.
    files
        Format → content.

    Raises
    ------
    WorkError
        Naming the first file that is broken, and what is wrong with it.
    """
    wanted = _printed(document)
    for form, content in files.items():
        try:
            text = _READERS[form](document, content) if form in _READERS else None
        except Exception as error:
            raise WorkError(
                f"The {form.upper()} came out broken or empty ({len(content)} bytes): {error}"
            ) from error
        if len(content) < _SMALLEST.get(form, 1):
            raise WorkError(f"The {form.upper()} came out broken or empty ({len(content)} bytes).")
        if text is None:
            continue
        numbers = set(_NUMBER.findall(text))
        absent = [name for name, forms in wanted if not forms & numbers]
        if absent:
            raise WorkError(
                f"The {form.upper()} lacks {len(absent)} of the report's figures, such as {', '.join(absent[:3])}."
            )


def _html(document: Document, content: bytes) -> str:
    page = content.decode()
    if not (page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")):
        raise ValueError("it does not begin or end as a page does")
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    _require_title(document.title, unescape(title[1]) if title else "")
    return unescape(_UNSEEN.sub(" ", page))


def _pdf(document: Document, content: bytes) -> str:
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(content) as pdf:
        _require_title(only_letters_of_the_font(document.title), pdf.get_metadata_dict().get("Title", ""))
        pages = []
        for page in pdf:
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
    # Numbers of a table stand on their decimal mark, in two halves, which a reader of PDF may take for two lines.
    return _TORN.sub("", "\n".join(pages))


def _json(_: Document, content: bytes) -> None:
    if not json.loads(content)["blocks"]:
        raise ValueError("it holds no figures")


def _xlsx(_: Document, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        if workbook.testzip() is not None or "xl/workbook.xml" not in workbook.namelist():
            raise ValueError("it is no workbook")


_READERS: Final[dict[str, Callable[[Document, bytes], str | None]]] = {
    "html": _html,
    "pdf": _pdf,
    "json": _json,
    "xlsx": _xlsx,
}


def _require_title(title: str, found: str) -> None:
    if title not in found:
        raise ValueError(f"its title is {found!r}, not {title!r}")


def _printed(document: Document) -> list[tuple[str, set[str]]]:
    """Name the numbers that a page prints, and how it may print each; what a chart draws need not be printed."""
    return [
        (f"{block['id']}.{name} ({value})", _forms(document.lang, value))
        for part in document.parts
        for block in part.blocks
        if block["kind"] != "chart"
        for name, value in block["figures"].items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _forms(lang: Language, value: float) -> set[str]:
    """How a page may print a number, sign apart; a year is a whole number without a mark."""
    size = abs(float(value))
    return {lang.number(size, decimals) for decimals in _DECIMALS} | {f"{size:.0f}"}
