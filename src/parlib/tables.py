"""Reading CSV tables against their published description, with located errors.

The description of a table is a Frictionless *Table Schema* (``data/schemas/*.json``): the same file documents the
table for readers of the data and is the contract that loading enforces.
"""

from __future__ import annotations

import io
import json
import re
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
_DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "date": "str"}


@lru_cache(maxsize=64)
def read_schema(path: Path) -> dict[str, Any]:
    """The Table Schema at ``path`` as a dictionary."""
    schema = read_json(path, "a Table Schema")
    try:
        for field in schema["fields"]:
            if not isinstance(field["name"], str) or field["type"] not in _DTYPES:
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
    for column in raw.columns:
        if max(map(len, raw[column].to_numpy(dtype=object, na_value="")), default=0) > _MOST_LETTERS:
            long = (raw[column].str.len() > _MOST_LETTERS).to_numpy(bool, na_value=False)
            _raise_first(long, raw[column], column, f"at most {_MOST_LETTERS:,} letters", label)
    frame = pd.DataFrame({field["name"]: _typed(raw[field["name"]], field, label) for field in fields})
    _check_contract(frame, raw, schema, label)
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


def _typed(text: pd.Series, field: dict[str, Any], label: str) -> pd.Series:
    """The column as its schema type; a cell that does not convert is an error with its row."""
    kind = field["type"]
    if kind in _NUMBERS:
        values = pd.to_numeric(text, errors="coerce").to_numpy("float64", na_value=np.nan)
        bad = np.isnan(values) & text.notna().to_numpy()
        if kind == "integer":
            with np.errstate(invalid="ignore"):  # of an infinite number there is no rest
                bad |= ~np.isnan(values) & ((values % 1 != 0) | (np.abs(values) > _MOST_EXACT))
        else:
            bad |= np.isinf(values)
        expected = "a whole number" if kind == "integer" else "a number with a decimal point"
        _raise_first(bad, text, field["name"], expected, label)
        return pd.Series(values, index=text.index).astype(_DTYPES[kind])
    if kind == "date":
        bad = (
            pd.to_datetime(text, format="%Y-%m-%d", errors="coerce").isna().to_numpy()
            & text.notna().to_numpy()
        )
        _raise_first(bad, text, field["name"], "a date as 2026-10-05", label)
    return text


def _raise_first(bad: Mask, text: pd.Series, column: str, expected: str, label: str) -> None:
    if not bad.any():
        return
    position = int(bad.argmax())
    more = int(bad.sum()) - 1
    value = text.iloc[position]
    raise DataError(
        Place(label, row=position + _FIRST_DATA_ROW, column=column),
        "an empty cell" if pd.isna(value) else quoted(value),
        expected,
        f"{more} more row(s) have the same fault." if more else "",
    )


def _check_contract(frame: pd.DataFrame, raw: pd.DataFrame, schema: dict[str, Any], label: str) -> None:
    for field in schema["fields"]:
        column = field["name"]
        _raise_first(
            _broken(frame[column], field.get("constraints", {})), raw[column], column, _expected(field), label
        )
    key = schema.get("primaryKey")
    if key:
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


def _broken(values: pd.Series, rules: dict[str, Any]) -> Mask:
    """Which cells break the constraints of their column; an empty one breaks only ``required``."""
    missing = values.isna().to_numpy()
    wrong: Mask = np.zeros(len(values), dtype=bool)
    if "enum" in rules:
        wrong |= ~values.isin(rules["enum"]).to_numpy()
    if "pattern" in rules:
        # Each word is looked at once: a key of 28,000 rows holds 63 provinces.
        words = (word for word in values.unique() if isinstance(word, str))
        odd = [word for word in words if not re.fullmatch(rules["pattern"], word)]
        if odd:
            wrong |= values.isin(odd).to_numpy()
    if "minimum" in rules or "maximum" in rules:
        numbers = values.to_numpy("float64", na_value=np.nan)  # which compares as neither
        wrong |= numbers < rules.get("minimum", -np.inf)
        wrong |= numbers > rules.get("maximum", np.inf)
    wrong &= ~missing
    return wrong | missing if rules.get("required") else wrong


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
