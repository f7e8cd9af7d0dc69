"""Typst, confined: our fonts, the files handed to it, and nothing else."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from parlib.errors import WorkError
from parlib.publishing.document import STRING

_IMPORT: Final = re.compile(r"\b(?:import|include)\b")

_ROOM: Final = files("parlib.publishing")


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
