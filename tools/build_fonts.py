"""Make the fonts that every report embeds, from the font package Be Vietnam Pro (SIL Open Font License 1.1).

Writes ``src/parlib/publishing/assets/fonts``: each style cut down to Vietnamese, Latin and punctuation, as TTF (for
Typst) and WOFF2 (for HTML), and the family "Parlib Figures": the digits alone, all of one width. Be Vietnam Pro has
only proportional digits, with which no column of numbers lines up on its decimal mark.

Run with ``python tools/build_fonts.py`` after installing the extra ``brotli``; the result is committed, because it
changes only with the font. The licence reserves no font name; its text travels with the files.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import fontpkg_be_vietnam_pro as source
from fontTools import subset
from fontTools.misc.transform import Offset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[1] / "src/parlib/publishing/assets/fonts"
STYLES = ("Regular", "Italic", "SemiBold")
FIGURE_STYLES = ("Regular", "SemiBold")

LETTERS = [
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x180),  # Latin-1, Latin Extended-A
    *(0x1A0, 0x1A1, 0x1AF, 0x1B0),  # Ơ ơ Ư ư
    *range(0x300, 0x30D),  # combining marks, for text that no composed letter exists for
    *(0x309, 0x31B, 0x323),
    *range(0x1EA0, 0x1EFA),  # Vietnamese letters with tone marks
    *range(0x2010, 0x2027),  # dashes, quotes, bullet, ellipsis
    *(0x2032, 0x2033, 0x2039, 0x203A, 0x2044),
    *(0x20AB, 0x20AC, 0x2122),  # ₫ € ™
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265),  # − ≈ ≠ ≤ ≥
]
FIGURE_WIDTH = 640
"""Advance of every digit in font units (1000 to the em): between the narrow 7 and the wide 4."""


def main() -> int:
    """Build every file."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for style in STYLES:
        font = _open(style)
        _add_replacement_sign(font)
        _save(_cut(font, [*LETTERS, 0xFFFD]), f"BeVietnamPro-{style}")
    for style in FIGURE_STYLES:
        font = _cut(_open(style), [ord(digit) for digit in "0123456789"])
        _set_digit_width(font)
        _rename(font, "Parlib Figures")
        _save(font, f"ParlibFigures-{style}")
    shutil.copyfile(Path(source.ROOT) / "LICENSE", TARGET / "OFL.txt")
    return 0


def _open(style: str) -> TTFont:
    # A fixed time of change keeps the files the same from run to run.
    return TTFont(Path(source.ROOT) / "files" / f"BeVietnamPro-{style}.ttf", recalcTimestamp=False)


def _cut(font: TTFont, letters: list[int]) -> TTFont:
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    return font


def _add_replacement_sign(font: TTFont) -> None:
    """Let U+FFFD show the box that stands for a missing letter, so that an unknown letter is seen and searchable."""
    font["glyf"]["replacement"] = font["glyf"][".notdef"]
    font["hmtx"]["replacement"] = font["hmtx"][".notdef"]
    font.setGlyphOrder([*dict.fromkeys([*font.getGlyphOrder(), "replacement"])])
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0xFFFD] = "replacement"


def _set_digit_width(font: TTFont) -> None:
    glyphs = font.getGlyphSet()
    for name in font.getBestCmap().values():
        shift = (FIGURE_WIDTH - font["hmtx"][name][0]) // 2
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(TransformPen(pen, Offset(shift, 0)))
        font["glyf"][name] = pen.glyph()
        font["glyf"][name].recalcBounds(font["glyf"])
        font["hmtx"][name] = (FIGURE_WIDTH, font["glyf"][name].xMin)
    for table in ("GPOS", "GSUB"):  # kerning and alternates would undo the one width
        if table in font:
            del font[table]


def _rename(font: TTFont, family: str) -> None:
    for record in font["name"].names:
        text = record.toUnicode()
        if record.nameID in (1, 3, 4, 16):
            record.string = text.replace("Be Vietnam Pro", family).replace(
                "BeVietnamPro", family.replace(" ", "")
            )
        elif record.nameID == 6:
            record.string = text.replace("BeVietnamPro", family.replace(" ", ""))


def _save(font: TTFont, name: str) -> None:
    font.flavor = None
    font.save(TARGET / f"{name}.ttf")
    font.flavor = "woff2"
    font.save(TARGET / f"{name}.woff2")


if __name__ == "__main__":
    sys.exit(main())
