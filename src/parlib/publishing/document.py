"""What an executed notebook says: its blocks and its words, without code, prompts or foreign markup."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from parlib.blocks.block import BLOCK_MIME, TYPST_MIME, check_unique
from parlib.blocks.markup import foreign_markup, tag, typst_call, typst_code
from parlib.characters import plain, printable
from parlib.errors import WorkError, quoted
from parlib.publishing.markdown import markdown_parts
from parlib.publishing.shapes import fits
from parlib.wording.language import LANGUAGES, Language
from parlib.wording.sentence import Figure

HIDDEN_TAG: Final = "notebook-only"
"""Tag of a Markdown cell that speaks to who edits the notebook, not to who reads the report."""

STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
"""A string of Typst."""
_LITERALS: Final = re.compile(
    r"""(?:
        \#pl-[a-z-]++\(                              # a call of one of the template's functions
        | [a-z][a-z-]*+:                             # the name of an argument
        | S:?+                                       # a quoted string, or a key
        | (?:true|false|none)\b
        | -?\d++(?:\.\d++)?(?:e-?\d++)?(?:em|fr)?\b   # a number or a length
        | [\s(),] | :(?=\))
    )*+""",
    re.VERBOSE,
)
"""What the Typst of a block may consist of, once its strings are taken out: it is data, so it can read no file."""


def _is_day(text: Any) -> bool:
    try:
        return bool(dt.date.fromisoformat(text).isoformat() == text)
    except (TypeError, ValueError):
        return False


_FIGURE: Final = (str, bool, int, float, type(None))
_BLOCK: Final = {"id": str, "kind": str, "figures": {"*": _FIGURE}, "meta": {"*": _FIGURE}}
_META: Final = {
    "heading": {"level": lambda level: level in (2, 3, 4), "text": str},
    "chart": {"svg": lambda svg: isinstance(svg, str) and not foreign_markup(svg)},
    "masthead": {
        **dict.fromkeys(("title", "subject", "mark"), str),
        "year": int,
        "lang": lambda code: code in LANGUAGES,
        "as_of": _is_day,
    },
}
_TABLE: Final = {
    "role": lambda role: role in ("table", "ledger"),
    "caption": str,
    "remarks": [str],
    "columns": [{"header": str, "kind": str, "decimals": lambda n: n in range(10), "of": (type(None), list)}],
    "rows": [[_FIGURE]],
    "emphasis": [bool],
    "indent": [int],
}
_PLAN: Final = {
    "role": lambda role: role == "plan",
    "caption": str,
    "remarks": [str],
    "names": {"*": str},
    "meta": {"*": str, "made_on": _is_day},
    "rows": [{"indicator": str}],
}
_SHEET: Final = (type(None), _TABLE, _PLAN)


@dataclass(frozen=True)
class Heading:
    """An entry of the table of contents."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Part:
    """A run of the page: one cell's output, or one piece of Markdown."""

    html: str
    typst: str
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Document:
    """A report between notebook and file; each is itself only, so that what is made of one can be kept.

    Attributes
    ----------
    title, header
        Title for the reader's window, and the short one at the head of each printed page.
    mark
        What must be seen on every page, such as that the figures are illustrative; mostly empty.
    lang, as_of
        Language, and ISO date of the data (``None`` where nothing states it).
    facts
        Province, year and the like, for the result JSON.
    parts
        The page from top to bottom.
    """

    title: str
    header: str
    mark: str
    lang: Language
    as_of: str | None
    facts: Mapping[str, Figure]
    parts: Sequence[Part]
    headings: tuple[Heading, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headings", tuple(entry for part in self.parts for entry in part.headings))

    @property
    def date(self) -> dt.datetime:
        """The only date that enters a file: that of the data, or ``SOURCE_DATE_EPOCH``, never the clock's."""
        if self.as_of:
            return dt.datetime.fromisoformat(self.as_of).replace(tzinfo=dt.UTC)
        return dt.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), tz=dt.UTC)

    @property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """Every figure that the report prints, by block."""
        return {
            block["id"]: block["figures"] for part in self.parts for block in part.blocks if block["figures"]
        }

    @property
    def sheets(self) -> list[tuple[str, Mapping[str, Any]]]:
        """What belongs in the take-away workbook, each with the heading above it."""
        above, found = self.title, []
        for part in self.parts:
            for block in part.blocks:
                if block["kind"] == "heading":
                    above = block["meta"]["text"]
                if "sheet" in block:
                    found.append((above, block["sheet"]))
        return found

    @property
    def drawings(self) -> dict[str, str]:
        """The SVG of every chart, by block."""
        return {
            block["id"]: block["meta"]["svg"]
            for part in self.parts
            for block in part.blocks
            if block["kind"] == "chart"
        }


def read_document(notebook: Mapping[str, Any], name: str = "") -> Document:
    """Read an executed notebook.

    Parameters
    ----------
    notebook
        Notebook of format 4, after execution.
    name
        Title of last resort: the name of the file.

    Raises
    ------
    WorkError
        If a cell failed, two blocks have one id, or a block's Typst is anything but literals.
    """
    parts = [part for index, cell in enumerate(notebook["cells"], start=1) for part in _parts(cell, index)]
    blocks = [block for part in parts for block in part.blocks]
    try:
        check_unique(block["id"] for block in blocks)
    except ValueError as error:
        raise WorkError(str(error)) from error
    masthead: Mapping[str, Any] = next((block["meta"] for block in blocks if block["kind"] == "masthead"), {})
    heading = next((entry.text for part in parts for entry in part.headings), "")
    title = masthead.get("title") or heading or plain(name) or "parlib"
    return Document(
        title=title,
        header=f"{masthead['subject']}, {masthead['year']}" if masthead else title,
        mark=masthead.get("mark") or "",
        lang=Language(masthead.get("lang") or _language(notebook)),
        as_of=masthead.get("as_of"),
        facts={key: masthead[key] for key in ("province", "year", "as_of") if key in masthead},
        parts=parts,
    )


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata", {})
    code = metadata.get("papermill", {}).get("parameters", {}).get("lang") or metadata.get("language")
    return code if code in LANGUAGES else "en"


def _parts(cell: Mapping[str, Any], index: int) -> Iterator[Part]:
    if cell["cell_type"] == "markdown":
        if HIDDEN_TAG not in cell.get("metadata", {}).get("tags", []):
            html, typst, headings = markdown_parts(cell["source"], f"text-{index}")
            yield Part(html, typst, tuple(Heading(*heading) for heading in headings))
    elif cell["cell_type"] == "code":
        for output in cell.get("outputs", []):
            part = _output(output, index)
            if part:
                yield part


def _output(output: Mapping[str, Any], index: int) -> Part | None:
    if output["output_type"] == "error":
        raise WorkError(f"Cell {index} failed with {output['ename']}: {output['evalue']}")
    if output["output_type"] == "stream":
        # Messages on the error stream are for who runs the notebook.
        return _foreign(_text(output["text"])) if output["name"] == "stdout" else None
    data = output.get("data", {})
    if BLOCK_MIME not in data:
        return _foreign(_text(data["text/plain"])) if "text/plain" in data else None
    if not fits(
        data, {BLOCK_MIME: {"blocks": [_BLOCK]}, **dict.fromkeys((TYPST_MIME, "text/html"), (str, [str]))}
    ):
        raise WorkError(f"Cell {index} brings blocks that are not as parlib writes them.")
    blocks = tuple(data[BLOCK_MIME]["blocks"])
    for block in blocks:
        if not fits(block["meta"], _META.get(block["kind"], {})) or not fits(block.get("sheet"), _SHEET):
            raise WorkError(f"Cell {index} brings a block {block['id']!r} that is not as parlib writes it.")
    typst, html = _text(data[TYPST_MIME]), printable(_text(data["text/html"]))
    if not _LITERALS.fullmatch(STRING.sub("S", typst)):
        raise WorkError(
            f"Cell {index} brings Typst code of its own; a block may only call the report's template."
        )
    if odd := foreign_markup(html):
        raise WorkError(f"Cell {index} brings HTML of its own, which no block writes: {quoted(odd)}.")
    return Part(
        html=html,
        typst=typst,
        headings=tuple(
            Heading(block["meta"]["level"], block["meta"]["text"], block["id"])
            for block in blocks
            if block["kind"] == "heading"
        ),
        blocks=blocks,
    )


def _foreign(text: str) -> Part | None:
    """Show a result that is no block as the plain text it has."""
    lines = "\n".join(plain(line) for line in re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip().splitlines())
    if not lines:
        return None
    return Part(str(tag("pre", tag("code", lines))), typst_call("pl-output", body=typst_code(lines)))


def _text(value: str | Sequence[str]) -> str:
    """Join what a notebook file may hold as a list of lines."""
    return value if isinstance(value, str) else "".join(value)
