"""How a failure speaks: one sentence of what is wrong, where, and what to do.

Every error that parlib raises on purpose is a :class:`ParlibError`. The command line prints its message without a
traceback and ends with :attr:`ParlibError.exit_code`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parlib.characters import spelt_out

LONGEST: Final = 2000
"""Letters of a message; one that quotes more than anybody reads is cut in the middle."""


class ParlibError(Exception):
    """Base of every error raised on purpose.

    Its message is one line that can be read, whatever it quotes: a file name cannot move the cursor of a terminal, nor
    write a line of its own into a log.
    """

    exit_code = 1

    def __init__(self, message: str) -> None:
        line = spelt_out(message)
        if len(line) > LONGEST:
            line = f"{line[: LONGEST // 2]} … {line[len(line) - LONGEST // 2 + 3 :]}"
        super().__init__(line)


class UsageError(ParlibError, ValueError):
    """The request itself is wrong: a misspelt province, year, indicator, option. Nothing was started."""

    exit_code = 2


class WorkError(ParlibError, RuntimeError):
    """The request was right but the work failed: a report cell raised, a PDF did not come out."""


@dataclass(frozen=True)
class Place:
    """Where in somebody's file a value stands; parts that do not apply stay ``None``.

    ``row`` counts as a spreadsheet or text editor does: the heading is row 1.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet!r}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)


class DataError(ParlibError, ValueError):
    """A file does not hold what it should.

    Parameters
    ----------
    place
        File, sheet, row and column.
    found, expected
        What stands there and what should.
    remedy
        What the reader of the message can do about it.
    """

    def __init__(self, place: Place, found: str, expected: str, remedy: str = "") -> None:
        self.place = place
        self.found = found
        self.expected = expected
        self.remedy = remedy
        message = f"{place}: found {found}; expected {expected}."
        super().__init__(f"{message} {remedy}" if remedy else message)


def quoted(text: str, limit: int = 60) -> str:
    """Text for a message: in quotes, control characters escaped, cut to a readable length."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def nearest(word: str, known: list[str], limit: int = 3) -> str:
    """A ``Did you mean …?`` clause naming the known words closest to ``word`` (empty if none is close)."""
    from difflib import get_close_matches

    if len(word) > 100:  # nobody mistypes that much, and comparing takes the square of it
        return ""
    folded = {name.casefold(): name for name in known}
    close = [folded[hit] for hit in get_close_matches(word.casefold(), list(folded), n=limit, cutoff=0.5)]
    return f" Did you mean {' or '.join(close)}?" if close else ""
