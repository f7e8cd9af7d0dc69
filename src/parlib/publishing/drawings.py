"""A chart of a report as a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from parlib.blocks.markup import typst_code
from parlib.errors import WorkError
from parlib.publishing.style import font_faces
from parlib.publishing.typesetting import typesetter

_DPI: Final = 220


def svg_file(svg: str) -> bytes:
    """Give a drawing with its fonts, so that it looks the same in any browser."""
    opening, mark, rest = svg.partition(">")
    return f"{opening}{mark}<style>{''.join(font_faces(figures=False))}</style>{rest}\n".encode()


def png_file(svg: str) -> bytes:
    """Draw it in dots, as large as the report prints it.

    Raises
    ------
    WorkError
        If it cannot be drawn.
    """
    import typst as compiler

    source = (
        "#set page(width: auto, height: auto, margin: 4pt)\n"
        f'#image(bytes({typst_code(svg)}), format: "svg")\n'
    )
    with typesetter(source) as setter:
        try:
            png = setter.compile(format="png", ppi=_DPI)
        except compiler.TypstError as error:
            raise WorkError(f"A chart could not be drawn: {error.message}") from error
    if not isinstance(png, bytes):
        raise WorkError("A chart could not be drawn: the typesetter gave no file.")
    return png


DRAWN: Final[Mapping[str, Callable[[str], bytes]]] = {"svg": svg_file, "png": png_file}
