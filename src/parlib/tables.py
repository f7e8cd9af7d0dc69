"""Reading CSV tables against their published description, with located errors.

The description of a table is a Frictionless *Table Schema* (``data/schemas/*.json``): the same file documents the
table for readers of the data and is the contract that loading enforces.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.errors import DataError, Place, quoted

Mask = NDArray[np.bool_]

_FIRST_DATA_ROW = 2  # row 1 is the heading, as editors and spreadsheets count
_MAX_BYTES = 64 * 1024 * 1024
_COPY = "Copy it from the record that comes with parlib."
_MOST_LETTERS = (
    2_000  # the longest title of a source has 271; a name of a megabyte would fill a report's memory
)
_MOST_EXACT = 2**53  # above it, a number no longer tells neighbours apart
# A table is for people: what steers a terminal, or ends a string of another program, stands in none. Two patterns,
# each of which the search can skip along by its first byte.
_CONTROLS = (re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"), re.compile(rb"\xc2[\x80-\x9f]"))
_NUMBERS = ("integer", "number")
_TYPES = (*_NUMBERS, "string", "date")


@lru_cache(maxsize=64)
def read_schema(path: Path) -> dict[str, Any]:
    """The Table Schema at ``path`` as a dictionary."""
    schema = read_json(path, "a Table Schema")
    try:
        for field in schema["fields"]:
            if not isinstance(field["name"], str) or field["type"] not in _TYPES:
                raise ValueError(f"no column of a known type: {field}")
            rules = field.get("constraints", {})
            re.compile(rules.get("pattern", ""))
            ends = [rules[end] for end in ("minimum", "maximum") if end in rules]
            if ends and not (field["type"] in _NUMBERS and all(isinstance(end, int | float) for end in ends)):
                raise ValueError(f"no limits of a number: {field}")
    except (LookupError, TypeError, AttributeError, ValueError, re.error) as error:
        hint = f"{type(error).__name__}: {error}"
        place = Place(f"{path.parent.name}/{path.name}")
        raise DataError(place, quoted(hint, 120), "a Table Schema", _COPY) from None
    return schema


def read_json(path: Path, expected: str) -> dict[str, Any]:
    """A JSON file of the record, which holds an object.

    Parameters
    ----------
    expected
        What the message says should stand there.

    Raises
    ------
    DataError
        When there is no such file, or it holds something else.
    """
    place = Place(f"{path.parent.name}/{path.name}")
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise DataError(place, "no such file", expected, _COPY) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(place, quoted(str(error), 120), expected, _COPY) from None
    if not isinstance(found, dict):
        raise DataError(place, f"a {type(found).__name__}", expected, _COPY)
    return found


def read_table(path: Path, schema_path: Path, *, name: str | None = None) -> pd.DataFrame:
    """Read one CSV table and hold it to its schema.

    Parameters
    ----------
    path
        CSV file, UTF-8, comma-separated, heading in row 1.
    schema_path
        Its Table Schema. Columns that the schema does not name are refused; columns may come in any order.
    name
        How error messages call the file (default: its name with its folder).

    Returns
    -------
    pandas.DataFrame
        Columns in schema order: text as ``str`` (missing as ``NaN``), ``integer`` as ``Int64``, ``number`` as
        ``float64``. Row order is the file's.

    Raises
    ------
    DataError
        Naming file, row and column, for a missing or unknown column, text in a number, a value outside its range or
        list, an empty required cell, or a key that stands twice.
    """
    schema = read_schema(schema_path)
    label = name or f"{path.parent.name}/{path.name}"
    raw = _read_text(path, label)
    fields: list[dict[str, Any]] = schema["fields"]
    _check_columns(raw, [field["name"] for field in fields], label)
    if not isinstance(raw.index, pd.RangeIndex):  # pandas takes cells without a heading for names of rows
        raise DataError(
            Place(label, row=_FIRST_DATA_ROW),
            "more cells than headings",
            "as many cells as headings",
            "Remove the commas at the ends of the rows, or add the heading.",
        )
    columns = [_Column(raw[field["name"]], field, label) for field in fields]
    for check in (_Column.check_length, _Column.convert, _Column.check_rules):
        for column in columns:
            check(column)
    values = {field["name"]: column.values for field, column in zip(fields, columns, strict=True)}
    frame = pd.DataFrame(values, index=raw.index, copy=False)
    _check_key(frame, schema.get("primaryKey"), label)
    return frame


def _read_text(path: Path, label: str) -> pd.DataFrame:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise DataError(
                Place(label),
                f"{path.stat().st_size:,} bytes",
                f"at most {_MAX_BYTES:,} bytes",
                "Split the table.",
            )
        content = path.read_bytes()
        for odd in filter(None, (control.search(content) for control in _CONTROLS)):
            raise DataError(
                Place(label, row=content.count(b"\n", 0, odd.start()) + 1),
                f"the control character {odd[0].decode()!r}",
                "text that can be read",
                "Remove it.",
            )
        return pd.read_csv(
            io.BytesIO(content), dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8"
        )
    except OSError as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else f"no file ({error.strerror})"
        raise DataError(Place(label), found, "a CSV table", "Restore the file or check the folder.") from None
    except UnicodeDecodeError as error:
        raise DataError(
            Place(label),
            f"a byte that is not UTF-8 at position {error.start}",
            "UTF-8 text",
            "Save it as CSV UTF-8.",
        ) from None
    except pd.errors.EmptyDataError:
        raise DataError(Place(label), "an empty file", "a heading and rows", "Restore the file.") from None
    except pd.errors.ParserError as error:
        raise DataError(
            Place(label), str(error).strip(), "the same number of cells in every row", "Mend the row named."
        ) from None


def _check_columns(raw: pd.DataFrame, expected: list[str], label: str) -> None:
    found = list(raw.columns)
    for column in expected:
        if column not in found:
            raise DataError(
                Place(label, row=1, column=column),
                "no such column",
                f"the columns {', '.join(expected)}",
                "Add the column, or correct its heading.",
            )
    for column in found:
        if column not in expected:
            raise DataError(
                Place(label, row=1, column=str(column)),
                "a column that the schema does not know",
                f"only the columns {', '.join(expected)}",
                "Remove it, or describe it in the schema.",
            )


class _Column:
    """One column on its way from text to the type of its schema; of equal words, one is looked at."""

    def __init__(self, text: pd.Series, field: dict[str, Any], label: str) -> None:
        self.text, self.field, self.label = text, field, label
        self.rules: dict[str, Any] = field.get("constraints", {})
        self.missing: Mask = text.isna().to_numpy()
        self.cells = text.to_numpy(dtype=object)
        self.words = set(self.cells[~self.missing])
        self.values: Any = text.array
        self.numbers: NDArray[np.float64] | None = None

    def check_length(self) -> None:
        """Refuse a cell that nobody reads."""
        long = [word for word in self.words if len(word) > _MOST_LETTERS]
        self._refuse(self._holding(long), f"at most {_MOST_LETTERS:,} letters")

    def convert(self) -> None:
        """Give the values the schema's type; a cell that does not convert is an error with its row."""
        kind = self.field["type"]
        if kind in _NUMBERS:
            words = [*self.words]
            known = pd.to_numeric(np.array(words, dtype=object), errors="coerce").astype("float64").tolist()
            number_of = dict(zip(words, known, strict=True))
            self.numbers = numbers = np.array([number_of.get(cell, np.nan) for cell in self.cells])
            bad = np.isnan(numbers) & ~self.missing
            if kind == "number":
                self._refuse(bad | np.isinf(numbers), "a number with a decimal point")
                self.values = numbers
                return
            with np.errstate(invalid="ignore"):  # of an infinite number there is no rest
                bad |= ~self.missing & ((numbers % 1 != 0) | (np.abs(numbers) > _MOST_EXACT))
            self._refuse(bad, "a whole number")
            whole = np.where(self.missing, 1, numbers).astype("int64")
            self.values = pd.arrays.IntegerArray(whole, self.missing.copy())  # what it was is read-only
        if kind == "date":
            words = pd.Series(sorted(self.words), dtype="str")
            odd = words[pd.to_datetime(words, format="%Y-%m-%d", errors="coerce").isna()]
            self._refuse(self._holding(odd), "a date as 2026-10-05")

    def check_rules(self) -> None:
        """Hold the values to the constraints; an empty cell breaks only ``required``."""
        wrong = self._holding(self._odd_words()) if self.numbers is None else self._odd(self.numbers)
        self._refuse(wrong | self.missing if self.rules.get("required") else wrong, _expected(self.field))

    def _odd(self, numbers: NDArray[np.float64]) -> Mask:
        """Tell which numbers are not in the list or the range of the column; what is missing is in any."""
        wrong: Mask = np.zeros(len(numbers), dtype=bool)
        if "minimum" in self.rules:
            wrong |= numbers < self.rules["minimum"]
        if "maximum" in self.rules:
            wrong |= numbers > self.rules["maximum"]
        if "enum" in self.rules:
            wrong |= ~np.isin(numbers, self.rules["enum"]) & ~self.missing
        return wrong

    def _odd_words(self) -> list[str]:
        """Words that are not in the list or not of the form of the column."""
        enum, form = self.rules.get("enum"), re.compile(self.rules.get("pattern", "(?s).*"))
        return [
            word for word in self.words if (enum is not None and word not in enum) or not form.fullmatch(word)
        ]

    def _holding(self, words: Iterable[str]) -> Mask:
        """Tell which cells hold one of these words."""
        wanted = set(words)
        if not wanted:
            return np.zeros(len(self.cells), dtype=bool)
        return np.array([cell in wanted for cell in self.cells], dtype=bool)

    def _refuse(self, bad: Mask, expected: str) -> None:
        """Raise DataError for the first bad cell, if there is one."""
        if not bad.any():
            return
        position = int(bad.argmax())
        more = int(bad.sum()) - 1
        value = self.text.iloc[position]
        raise DataError(
            Place(self.label, row=position + _FIRST_DATA_ROW, column=self.field["name"]),
            "an empty cell" if pd.isna(value) else quoted(value),
            expected,
            f"{more} more row(s) have the same fault." if more else "",
        )


def _check_key(frame: pd.DataFrame, key: list[str] | None, label: str) -> None:
    if not key:
        return
    twice = frame.duplicated(key, keep="first")
    if twice.any():
        position = int(twice.to_numpy().argmax())
        values = ", ".join("" if pd.isna(v) else str(v) for v in frame.iloc[position][key])
        same = (frame[key].astype("str") == frame.iloc[position][key].astype("str")).all(axis=1)
        original = int(same.to_numpy().argmax())
        raise DataError(
            Place(label, row=position + _FIRST_DATA_ROW, column=", ".join(key)),
            f"{values}, which already stands in row {original + _FIRST_DATA_ROW}",
            "every key once",
            "Remove one of the two rows.",
        )


def _expected(field: dict[str, Any]) -> str:
    rules = field.get("constraints", {})
    if "enum" in rules:
        return "one of " + ", ".join(str(value) for value in rules["enum"])
    if "pattern" in rules:
        return f"text of the form {rules['pattern']}"
    low, high = rules.get("minimum"), rules.get("maximum")
    if low is not None and high is not None:
        return f"a value from {low} to {high}"
    if low is not None:
        return f"a value of {low} or more"
    if high is not None:
        return f"a value of {high} or less"
    return f"a value ({field['description']})"
