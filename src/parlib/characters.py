"""Which characters of a stranger's text may be seen: on a page, in a cell, on a terminal, in a log.

A name or a cell may hold anything: half characters, marks that turn the direction of what follows, the codes by which a
terminal is told to move its cursor or to change its title. Text leaves parlib through one of these functions, so that
it is only ever read.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Invisible marks that turn the direction of text or hide in it. They have no use in Vietnamese or English and
# can make a printed number read backwards; spreadsheets leave them behind.
_INVISIBLE: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NARROW_SPACES: Final = re.compile("[\u2000-\u200a\u202f\u205f]")
_LINE_ENDS: Final = re.compile(r"[ \t]*[\r\n\x0b\x0c\x85\u2028\u2029][ \t\r\n\x0b\x0c\x85\u2028\u2029]*")
_UNSEEN: Final = re.compile(f"{_UNPRINTABLE.pattern}|{_INVISIBLE.pattern}")


def printable(text: object) -> str:
    """Make text safe to print: composed letters (NFC), and no control, direction or half character.

    A character that cannot be printed becomes U+FFFD, so that a reader sees that something stood there. Tabs and line
    ends stay.
    """
    composed = _UNPRINTABLE.sub("\ufffd", unicodedata.normalize("NFC", str(text)))
    return _NARROW_SPACES.sub("\N{NO-BREAK SPACE}", _INVISIBLE.sub("", composed))


def plain(text: object) -> str:
    """Make text safe to print, on one line and without spaces at its ends."""
    # No-break spaces stay: split() on its own would take them for spaces.
    return re.sub(r"[ \t\r\n\u2028\u2029]+", " ", printable(text)).strip(" ")


def spelt_out(text: str) -> str:
    r"""Put text on one line and spell out what would not be seen: for messages, where the odd character is the point.

    >>> spelt_out("a\x1b[2J.xlsx\n[9/9] all made")
    'a\\x1b[2J.xlsx [9/9] all made'
    """
    return _UNSEEN.sub(
        lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"),
        _LINE_ENDS.sub(" ", text).replace("\t", " "),
    )


def json_spelt_out(text: str) -> str:
    r"""Spell out in written JSON, as ``\u202e``, what would not be seen; it reads back as it was."""
    # Outside strings JSON holds nothing but ASCII.
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
