"""What all verbs share: their options, and printing a result as a table or as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from parlib.characters import json_spelt_out, printable, spelt_out
from parlib.errors import UsageError, WorkError
from parlib.wording.language import is_missing

if TYPE_CHECKING:
    from rich.text import Text

    from parlib.wording.language import Language

LanguageCode: TypeAlias = Literal["vi", "en"]
ProvinceArgument = Annotated[
    str,
    typer.Argument(help="Slug, name with or without diacritics, or GSO code: thua-thien-hue, 'TT Huế', 46."),
]
IndexOption = Annotated[str, typer.Option("--index", help="Which index; `parlib list indices` shows them.")]
YearOption = Annotated[int, typer.Option("--year", help="Year that the index describes.")]
DateOption = Annotated[
    str | None,
    typer.Option("--date", help="Day, for an index dated by day (default: the latest of the year)."),
]
IndicatorOption = Annotated[str, typer.Option("--indicator", help="Indicator code, such as D6.")]
LangOption = Annotated[LanguageCode, typer.Option("--lang", help="Language of names and headings.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON instead of a table; absent values are null.")
]

Kind: TypeAlias = Literal["text", "score", "integer", "signed", "gained", "percent"]
Column: TypeAlias = tuple[str, str, Kind]
"""Key of the row, heading, and how the value is printed."""


def listed(text: str) -> list[str]:
    """What an option lists, separated by commas: ``"hue, da-nang"``."""
    return [word for part in text.split(",") if (word := part.strip())]


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: numpy scalars unwrapped, every kind of missing as ``None``."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if is_missing(value) else str(value)


def tell(text: str, *, err: bool = False) -> None:
    """Print lines of text; nothing in them can steer the terminal.

    Parameters
    ----------
    err
        On the error stream.
    """
    typer.echo("\n".join(map(spelt_out, text.split("\n"))), err=err)


def print_json(payload: Any) -> None:
    """Print ``payload`` as indented JSON, UTF-8, without NaN."""
    written = json.dumps(plain(payload), ensure_ascii=False, indent=2, allow_nan=False)
    typer.echo(json_spelt_out(written))


def write_new(path: Path, content: bytes) -> None:
    """Write a file that an office will fill in; never over one that is there already.

    Raises
    ------
    UsageError
        When the file exists.
    WorkError
        When it cannot be written.
    """
    try:
        stream = path.open("xb")
    except FileExistsError:
        raise UsageError(
            f"{path} exists already; choose another name, so that nothing filled in is lost."
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with stream:
            stream.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)  # or the half of it would be in the way of the next attempt
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> WorkError:
    return WorkError(f"{path} cannot be written: {error.strerror}. Choose another place, or make room there.")


def print_table(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    lang: Language,
    *,
    title: str = "",
    notes: Sequence[str] = (),
) -> None:
    """Print rows as a table, numbers in the manner of the language, with notes below.

    Nothing of a row is read as markup, or as a code that steers the terminal.
    """
    import sys

    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=_shown(title) if title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False
    )
    for _, heading, kind in columns:
        table.add_column(
            _shown(heading), justify="left" if kind == "text" else "right", no_wrap=kind != "text"
        )
    for row in rows:
        table.add_row(*(_shown(_cell(row.get(key), kind, lang)) for key, _, kind in columns))
    # A pipe or a file has no width to fit into; a table there is never cut.
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(table)
    for note in notes:
        console.print(_shown(note), soft_wrap=True)


def _shown(text: str) -> Text:
    from rich.text import Text

    return Text(printable(text))


def _cell(value: Any, kind: Kind, lang: Language) -> str:
    value = plain(value)
    if kind == "text":
        if isinstance(value, bool):
            return "•" if value else ""
        return "" if value is None else str(value)
    if kind == "gained":
        return lang.signed(value, 0)
    formats = {"score": lang.number, "integer": lang.integer, "signed": lang.signed, "percent": lang.percent}
    return formats[kind](value)
