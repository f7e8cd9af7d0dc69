"""The block: one thing on a page, which carries its own form for every way of reading it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from parlib.wording.language import is_missing
from parlib.wording.sentence import Figure

TYPST_MIME: Final = "application/vnd.parlib.typst"
BLOCK_MIME: Final = "application/vnd.parlib.block+json"

_ID: Final = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, card row, table, chart or note, in every form.

    Parameters
    ----------
    id
        Name of the block in the report: lower-case letters, digits and hyphens; unique and the same in every
        language and edition.
    kind
        What it is: ``masthead``, ``heading``, ``paragraph``, ``bullets``, ``cards``, ``table``, ``chart``, ``note`` or
        ``page-break``.
    html, typst, text
        The same content as HTML, as a call of the Typst template, and as plain text.
    figures
        Every number it prints, by name, not rounded; missing is ``None``. The result JSON is made of these.
    alt
        What a drawing shows, in words; ``None`` for what is words already.
    meta
        What an exporter must know beyond the marks: the level and text of a heading, the title of the report,
        the drawing of a chart.
    sheet
        What the take-away workbook shows of it, as JSON knows it (see :func:`parlib.blocks.table.sheet`); ``None``
        for what belongs in no workbook.

    Raises
    ------
    ValueError
        If the id is malformed or a figure is infinite.
    """

    id: str
    kind: str
    html: str
    typst: str
    text: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    alt: str | None = None
    meta: Mapping[str, Figure] = field(default_factory=dict)
    sheet: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"A block id has lower-case letters, digits and hyphens only, not {self.id!r}.")
        object.__setattr__(self, "html", str(self.html))
        object.__setattr__(self, "typst", str(self.typst))
        object.__setattr__(self, "figures", plain_figures(self.figures))
        object.__setattr__(self, "meta", plain_figures(self.meta))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Give Jupyter every form; the exporters read these and never the code."""
        return Section((self,))._repr_mimebundle_()

    def record(self) -> dict[str, Any]:
        """Give what the notebook keeps of the block besides its forms."""
        kept = {"id": self.id, "kind": self.kind, "figures": dict(self.figures), "meta": dict(self.meta)}
        return kept if self.sheet is None else {**kept, "sheet": dict(self.sheet)}


@dataclass(frozen=True)
class Section:
    """Several blocks that one call returns and one notebook cell shows, in order.

    Sections may hold sections; they are laid out flat.

    Raises
    ------
    ValueError
        If two blocks have the same id.
    """

    blocks: tuple[Block, ...]

    def __init__(self, blocks: Iterable[Block | Section]) -> None:
        flat = tuple(_flatten(blocks))
        check_unique(block.id for block in flat)
        object.__setattr__(self, "blocks", flat)

    @property
    def figures(self) -> dict[str, dict[str, Figure]]:
        """Figures of every block, by block id."""
        return {block.id: dict(block.figures) for block in self.blocks if block.figures}

    @property
    def text(self) -> str:
        """The section as plain text."""
        return "\n\n".join(block.text for block in self.blocks)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {
            "text/plain": self.text,
            "text/html": "\n".join(block.html for block in self.blocks),
            TYPST_MIME: "\n".join(block.typst for block in self.blocks),
            BLOCK_MIME: {"blocks": [block.record() for block in self.blocks]},
        }


def check_unique(ids: Iterable[str]) -> None:
    """Raise ValueError if an id occurs twice: its figures would overwrite each other in the result JSON."""
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise ValueError(f"Two blocks of the report have the id {name!r}; give one of them another.")
        seen.add(name)


def plain_figures(figures: Mapping[str, Any]) -> dict[str, Figure]:
    """Turn numpy and pandas scalars into what JSON knows; missing becomes ``None``."""
    plain: dict[str, Figure] = {}
    for name, value in figures.items():
        if is_missing(value):
            plain[name] = None
            continue
        scalar = value.item() if hasattr(value, "item") else value
        if isinstance(scalar, float) and not math.isfinite(scalar):
            raise ValueError(f"The figure {name!r} is {scalar}: no report prints that.")
        if not isinstance(scalar, (str, bool, int, float)):
            raise ValueError(f"The figure {name!r} is a {type(scalar).__name__}, not a number or a word.")
        plain[name] = scalar
    return plain


def merge_figures(parts: Iterable[Mapping[str, Figure]]) -> dict[str, Figure]:
    """Join the figures of several sentences.

    Raises
    ------
    ValueError
        If one name has two values: two sentences would contradict each other.
    """
    merged: dict[str, Figure] = {}
    for part in parts:
        for name, value in plain_figures(part).items():
            if merged.setdefault(name, value) != value:
                raise ValueError(
                    f"The figure {name!r} is {merged[name]!r} in one sentence and {value!r} in another."
                )
    return merged


def _flatten(blocks: Iterable[Block | Section]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Section):
            yield from block.blocks
        else:
            yield block
