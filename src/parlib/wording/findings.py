"""The sentence of a finding, and of an error that names a place, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parlib.checks.finding import Finding, FindingValue, Named
from parlib.errors import Place
from parlib.wording.language import Language
from parlib.wording.terms import group_name

# Fields that are ranks, counts and years print as they are; every other number with the decimals of its source.
_SENTENCES: Final[Mapping[str, str]] = {
    "sums.total": "{province} {edition}: the parts add up to {sum}, published {published} (off by {gap}), "
    "source {source}.",
    "sums.parts": "{province} {edition}: the parts of {indicator} add up to {sum}, published {published} "
    "(off by {gap}), source {source}.",
    "sums.rounded": "{province} {edition}: the parts of {indicator} add up to {sum}, published {published}; some part "
    "was printed with fewer decimals than the rest, source {source}.",
    "sums.percent": "{province} {edition}: {indicator} is {points} points of {maximum}, which is {implied}%, but "
    "{percent}% is printed, source {source}.",
    "sums.regions": "{edition}: the regional means, by number of provinces, give {other} for {indicator}; the mean of "
    "all is published as {published} (off by {gap}), source {source}.",
    "sums.statistic": "{edition}: {indicator} is {published} as published, {other} from the scores (off by {gap}), "
    "source {source}.",
    "ranks.computed": "{province} {edition}: printed rank {published} in {indicator}, rank {rank} of {of} by score, "
    "source {source}.",
    "ranks.twice": "{edition}: {province} and {other} both hold rank {value} in {indicator}, with different scores, "
    "source {source}.",
    "ranks.same_score": "{edition}: {province} and {other} have the same score {value} in {indicator}; a tie or a "
    "copying slip, source {source}.",
    "ranks.class": "{province} {edition}: rank {rank} does not fit a score of {score}, since {n} provinces were "
    "announced from {low} up (class {band}), sources {source} and {other_source}.",
    "ranks.class_size": "{edition}: {found} provinces known in class {band}, {n} announced, source {source}.",
    "monotonicity.order": "{province} {edition}: {score} with rank {rank} in {indicator} contradicts {other}, "
    "{other_score} with rank {other_rank}, sources {source} and {other_source}.",
    "cross-source.score": "{province} {edition}: {indicator} is {found} in {source}, {kept} in {kept_source}; the "
    "record keeps the latter.",
    "cross-source.rank": "{province} {edition}: rank in {indicator} is {found} in {source}, {kept} in {kept_source}; "
    "the record keeps the latter.",
    "cross-source.statistic": "{edition}: {indicator} is {published} in {source} and {other} in another source (off by "
    "{gap}).",
    "cross-source.group": "{province} {edition}: the publisher colours {indicator} as “{group}”, the rule gives "
    "“{computed}” for {score}.",
    "coverage.absent": "{edition}: {n} of {of} provinces have a total; without data: {absent}.",
    "coverage.unlisted": "{edition} ({frame} provinces) has figures but no row in editions.csv.",
    "magnitude.jump": "{province} {edition}: {indicator} moved from {previous} to {score} ({change}) in one edition; "
    "compare with the source, {source}.",
    "keys.unknown": "{found} in column {column} is not in {where}.",
    "schema.refused": "Found {found}; expected {expected}. {remedy}",
}
_SIGNED: Final = frozenset({"change"})
_GROUPS: Final = frozenset({"group", "computed"})


def sentence(finding: Finding, lang: Language) -> str:
    """Say a finding.

    Parameters
    ----------
    finding
        What was found.
    lang
        The reader's language; names come in it, numbers with the decimals of their source.

    Returns
    -------
    str
        One sentence, plain text.
    """
    template = _SENTENCES[finding.code]
    values = {name: _said(name, value, finding.decimals, lang) for name, value in finding.values.items()}
    return lang.t(template, **{name: values[name] for name in values if f"{{{name}}}" in template}).strip()


def _said(name: str, value: FindingValue, decimals: int, lang: Language) -> str:
    if isinstance(value, Named):
        return value.vi if lang.code == "vi" else value.en
    if isinstance(value, tuple):
        return lang.list([item.vi if lang.code == "vi" else item.en for item in value])
    if name in _GROUPS and isinstance(value, str):
        return group_name(lang, value)
    if isinstance(value, float):
        return lang.signed(value, decimals) if name in _SIGNED else lang.number(value, decimals)
    return "" if value is None else str(value)


def where(place: Place, lang: Language) -> str:
    """Say a place: ``par.xlsx, trang tính “Sheet1”, dòng 7, cột C``."""
    parts = [place.file]
    if place.sheet is not None:
        parts.append(lang.t("sheet “{sheet}”", sheet=place.sheet))
    if place.row is not None:
        parts.append(lang.t("row {row}", row=place.row))
    if place.column is not None:
        parts.append(lang.t("column {column}", column=place.column))
    return ", ".join(parts)
