"""The two languages of every report: translated sentences, and numbers as officials print them.

The English text is the key of a translation (gettext); the Vietnamese stands in ``locale/vi/*.po``, one
file per room of the library, merged when the language is first used. Values enter a sentence only after it
is translated, and a number enters only as text that this class has formatted, so no page can print
``36.032028`` or ``-0,00``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

from parlib.errors import UsageError

LANGUAGES: Final = ("vi", "en")
"""Codes of the languages a report can be written in; Vietnamese is the first language of the field."""

MISSING: Final = "–"
MINUS: Final = "\N{MINUS SIGN}"

Number: TypeAlias = float | int | Decimal | None

_ANY_SIZE: Final = Context(prec=400)  # a float has up to 309 digits; the default holds 28
_FIELD: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_DECIMAL_MARK: Final = {"vi": ",", "en": "."}
_GROUP_MARK: Final = {"vi": ".", "en": ","}
_MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Language:
    """One language: how it says a sentence and how it prints a number.

    Parameters
    ----------
    code
        ``"vi"`` or ``"en"``.

    Raises
    ------
    UsageError
        If there is no such language.

    Examples
    --------
    >>> Language("vi").number(79.855), Language("en").signed(-0.694)
    ('79,86', '−0.69')
    """

    code: str

    def __post_init__(self) -> None:
        if self.code not in LANGUAGES:
            raise UsageError(f"There is no language {self.code!r}. Write one of: {', '.join(LANGUAGES)}.")

    # Sentences

    def t(self, msgid: str, /, **values: object) -> str:
        """Say a sentence in this language.

        Parameters
        ----------
        msgid
            The English sentence, with ``{name}`` where a value goes.
        **values
            One value per field: text, or a whole number that is printed as it is (a year, a count). Decimals
            must come formatted by :meth:`number` or one of its sisters.

        Raises
        ------
        TypeError
            If a field has no value, a value has no field, or a value is an unformatted decimal.
        """
        return _fill(_catalogue(self.code).get((msgid, None), (msgid,))[0], values)

    def n(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Say a sentence that counts: ``{n}`` is the number (grouped), and the form follows it.

        Vietnamese has one form, so its catalogue holds one translation for the pair.
        """
        forms = _catalogue(self.code).get((singular, plural))
        text = forms[0] if forms else (singular if n == 1 else plural)
        if "{n}" in text:
            values = {"n": self.integer(n), **values}
        return _fill(text, values)

    def list(self, items: Sequence[str]) -> str:
        """Join names as a sentence does: ``a, b và c``, ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {'và' if self.code == 'vi' else 'and'} {items[-1]}"

    def name(self, row: Mapping[str, Any]) -> str:
        """Pick the name of a province, indicator or region from a row with ``name_vi`` and ``name_en``."""
        return str(row[f"name_{self.code}"])

    # Numbers

    def number(self, x: Number, decimals: int = 2) -> str:
        """Print a number with a fixed count of decimals: ``79,86`` in Vietnamese, ``79.86`` in English.

        Halves are rounded away from zero on the decimal that a reader sees (0.125 gives 0.13), as published
        tables do; binary noise beyond the 15th digit does not count. A missing value is a dash.
        """
        if is_missing(x):
            return MISSING
        value = _rounded(x, decimals)
        whole, _, fraction = f"{abs(value):.{decimals}f}".partition(".")
        whole = f"{int(whole):,}".replace(",", _GROUP_MARK[self.code])
        sign = MINUS if value < 0 else ""
        return f"{sign}{whole}{_DECIMAL_MARK[self.code] if fraction else ''}{fraction}"

    def maximum(self, x: Number) -> str:
        """Print a maximum without idle decimals, and with two at most: ``60``, ``97,5``, ``8,83``."""
        decimals = 0 if is_missing(x) else next((n for n in range(2) if _rounded(x, n) == _rounded(x, 2)), 2)
        return self.number(x, decimals)

    def integer(self, x: Number) -> str:
        """Print a count: ``28.854`` in Vietnamese, ``28,854`` in English."""
        return self.number(x, 0)

    def signed(self, x: Number, decimals: int = 2) -> str:
        """Print a change with its sign: ``+0,69``, ``−0,12``, and ``0,00`` for what rounds to nothing."""
        text = self.number(x, decimals)
        return f"+{text}" if not is_missing(x) and _rounded(x, decimals) > 0 else text

    def percent(self, x: Number, decimals: int = 1, *, signed: bool = False) -> str:
        """Print per cent, of a number that is already in per cent: ``5,0%``."""
        text = (self.signed if signed else self.number)(x, decimals)
        return text if is_missing(x) else f"{text}%"

    def rank(self, rank: Number, of: Number) -> str:
        """Print a rank among those ranked: ``23/63``; without the number ranked, the rank alone."""
        if is_missing(rank):
            return MISSING
        return self.integer(rank) if is_missing(of) else f"{self.integer(rank)}/{self.integer(of)}"

    # Dates

    def date(self, day: str | dt.date) -> str:
        """Print a date: ``28/8/2018`` in Vietnamese, ``28 August 2018`` in English.

        Raises
        ------
        ValueError
            If `day` is text that is no ISO date.
        """
        date = dt.date.fromisoformat(day) if isinstance(day, str) else day
        if self.code == "vi":
            return f"{date.day}/{date.month}/{date.year}"
        return f"{date.day} {_MONTHS_EN[date.month - 1]} {date.year}"


def is_missing(x: object) -> bool:
    """Tell whether a figure is absent: ``None``, NaN or pandas' ``NA``."""
    if x is None:
        return True
    try:
        return bool(x != x)
    except TypeError:  # pandas.NA compares to NA, which has no truth value
        return True


def _rounded(x: Number, decimals: int) -> Decimal:
    exact = x if isinstance(x, Decimal) else Decimal(format(float(x or 0), ".15g"))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_ANY_SIZE)


def _fill(text: str, values: Mapping[str, object]) -> str:
    fields = set(_FIELD.findall(text))
    if fields != set(values):
        raise TypeError(f"The sentence {text!r} has the fields {sorted(fields)}, not {sorted(values)}.")
    for name, value in values.items():
        # numpy's floats are floats too; numpy's integers print like Python's.
        if isinstance(value, (float, Decimal)):
            raise TypeError(f"The value of {name!r} is the bare number {value!r}: use Language.number first.")
    return _FIELD.sub(lambda match: str(values[match[1]]), text)


@cache
def _catalogue(code: str) -> Mapping[tuple[str, str | None], tuple[str, ...]]:
    """Read every catalogue of a language; English needs none, since it is the key."""
    from babel.messages.pofile import read_po

    merged: dict[tuple[str, str | None], tuple[str, ...]] = {}
    folder = files("parlib.wording").joinpath("locale", code)
    if code == "en":
        return merged
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not path.name.endswith(".po"):
            continue
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=code, abort_invalid=True)
        for message in catalogue:
            if not message.id or message.fuzzy or not message.string:
                continue
            key = (message.id, None) if isinstance(message.id, str) else (message.id[0], message.id[1])
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            forms = tuple(unicodedata.normalize("NFC", form) for form in forms)
            if merged.setdefault(key, forms) != forms:
                raise ValueError(f"{path.name}: {key[0]!r} is translated twice, differently.")
    return merged
