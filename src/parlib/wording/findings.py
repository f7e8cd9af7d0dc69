"""The sentence of a finding, and of an error that names a place, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
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
    "sums.rescaled": "{province} {edition}: {indicator} is published as {published}, its raw indicators give {sum} "
    "(off by {gap}).",
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
    "coverage.no_total": "{edition} is said to be whole in editions.csv, and no province has a total: add the totals, "
    "or write 'partial'.",
    "coverage.unlisted": "{edition} ({frame} provinces) has figures but no row in editions.csv.",
    "magnitude.jump": "{province} {edition}: {indicator} moved from {previous} to {score} ({change}) in one edition; "
    "compare with the source, {source}.",
    "keys.unknown": "{found} in column {column} is not in {where}.",
    "schema.refused": "Found {found}; expected {expected}. {remedy}",
    "schema.heading": "The heading “{heading}” has not been seen before; it is read by its number, as {code}.",
    "schema.year": "The tab names {found}; its figures are read as those of {year}.",
    "schema.framework": "No set of indicators of {year} is on record; that of {other} is used.",
    "cross-source.only_here": "{province}: “{heading}” has a figure here and none in the main sheet.",
    "cross-source.sheets": "{province}: “{heading}” is {found} here, {kept} in {there}.",
    "cross-source.other_year": "{percent}% of the figures are those of {other} on record, not of {year}; check the "
    "file and the year.",
    "ranges.scale": "“{heading}” is {found}, outside its scale from {low} to {high}.",
    "ranges.raw": "{edition}: {heading}: {n} values outside the printed scale from {low} to {high}, such as {found}.",
    "coverage.not_listed": "{n} of {of} provinces are listed; not listed: {absent}.",
}
_SIGNED: Final = frozenset({"change"})
_PHRASED: Final = frozenset({"found", "expected", "remedy"})

# What DataErrors found, expected and advise, as :mod:`parlib.tables` and :mod:`parlib.workbooks` word it.
_PHRASES: Final = (
    "no such file",
    "an empty file",
    "an empty cell",
    "a workbook",
    "a number",
    "text",
    "a year",
    "a year such as 2024",
    "a date ({value})",
    "a truth value ({value})",
    "a time ({value})",
    "not a number (NaN)",
    "a number of more than 15 digits",
    "the error {value}",
    "a formula whose result was not stored",
    "a cell swallowed by the merged cells {range}",
    "a file that cannot be opened ({reason})",
    "a workbook locked with a password",
    "a locked archive",
    "a workbook without a password",
    "an old Excel workbook (.xls)",
    "a binary workbook (.xlsb)",
    "an OpenDocument file",
    "an archive that is no Excel workbook",
    "an archive that holds a part twice",
    "a web page or XML file",
    "a PDF",
    "a file of an unknown kind",
    "a damaged workbook ({reason})",
    "a workbook that opens",
    "no worksheet",
    "a workbook with at least one sheet",
    "every part once",
    "an .xlsx workbook",
    "an .xlsx workbook or a CSV file",
    "a cell this far out",
    "a table this large",
    "at most {rows} rows and {columns} columns",
    "at most {n} bytes",
    "at most {n} times",
    "at most {n} letters",
    "at most {n}",
    "an archive that unpacks to {n} bytes",
    "a part packed {n} times ({part})",
    "markup that declares its own entities ({part})",
    "an ordinary workbook",
    "{n} bytes",
    "{n} parts",
    "a byte that is not UTF-8 at position {n}",
    "UTF-8 text",
    "a broken line ({reason})",
    "a CSV table",
    "a figure of {province}",
    "no sheet with headings such as '1: …' and '1.1: …' beside provinces",
    "a yearly PAPI workbook",
    "a heading numbered as in {year}: {numbers}",
    "{heading}, the name of {code}",
    "number {number} with the name of {code} ({name})",
    "number {number} with its own name",
    "{heading} after a later heading",
    "headings in the order of their numbers",
    "{heading} apart from the indicators before it",
    "{heading}, which a spreadsheet may take for a formula",
    "a name that begins with a letter or a digit",
    "Remove the sign at its beginning, in every sheet.",
    "raw indicators directly below (or right of) their sub-dimension",
    "{heading}, in place {number} of {code}",
    "the same raw indicators as in {sheet}",
    "{heading} again",
    "every heading once",
    "every province once",
    "every province once a year",
    "{province}, which already stands in row {row}",
    "figures without a province",
    "one of the {n} provinces",
    "no heading {number}",
    "all dimensions and sub-dimensions of {year}",
    "no row of headings with a province and a score",
    "a table such as: Tỉnh/thành phố | PAR INDEX | Xếp hạng",
    "{name} with the code {code}, which is {other}",
    "{name} with its code {code}",
    "{name}, of the kind {kind}",
    "a kind of unit: {kinds}",
    "{heading}, which means the same as {other}",
    "one column for each figure",
    "a rank from {first} to {last}",
    "{heading} without a unit, and its maximum is not known",
    "points or per cent",
    "points, or per cent",
    "{value}, as in another column",
    "no figures of {year} of provinces",
    "no figures of provinces",
    "at least one",
    "{heading}: the columns of {panel} in their order",
    "Check the path.",
    "Check the path and its rights.",
    "Check the year.",
    "Remove the gap, or the row.",
    "Compare the two sheets.",
    "Correct the cell.",
    "Correct the name.",
    "Correct the name. Did you mean {names}?",
    "Correct the name or the code.",
    "Correct the year.",
    "Correct the rank.",
    "Correct the kind.",
    "Correct it.",
    "Correct one.",
    "Enter the number.",
    "Enter the value itself.",
    "Download or save it again.",
    "Keep only the sheets needed.",
    "Remove the password.",
    "Remove the password and save it again.",
    "Remove one of the two.",
    "Remove one of the two rows.",
    "Remove or rename one of the two.",
    "Delete what stands outside the table.",
    "Split the table.",
    "Mend the quotes.",
    "Save it as CSV UTF-8.",
    "This is not an ordinary workbook; do not open it.",
    "Open it in Excel or LibreOffice and save it as an .xlsx workbook (or as CSV UTF-8).",
    "Open it in Excel or LibreOffice, repair it, and save it again; or download it again.",
    "Put the columns back into the publisher's order.",
    "Number and name contradict each other; check with the publisher's file.",
    "Number and name contradict each other; check with the source.",
    "Check the year; a new set of indicators needs rows in papi/framework.csv.",
    "Check that this is the publisher's file of scores by province.",
    "Add the column of {code} ({name}), or check the year.",
    "The headings understood are listed in docs/data.md.",
    "Write (điểm) or (%) after the heading, or use --unit.",
    "Shares of 1 are not read; multiply them by 100.",
    "a whole number",
    "a number with a decimal point",
    "a date as 2026-10-05",
    "no such column",
    "the columns {columns}",
    "a column that the schema does not know",
    "only the columns {columns}",
    "every key once",
    "one of {values}",
    "text of the form {form}",
    "a value from {low} to {high}",
    "a value of {n} or more",
    "a value of {n} or less",
    "a heading and rows",
    "the same number of cells in every row",
    "a province of frame {n}",
    "an indicator of that year",
    "keys of sources.csv",
    "{indicator} from {low} to {high}",
    "{n} more row(s) have the same fault.",
    "Restore the file or check the folder.",
    "Restore the file.",
    "Mend the row named.",
    "Add the column, or correct its heading.",
    "Remove it, or describe it in the schema.",
    "See provinces.csv for the slugs.",
    "See {file}.",
    "Compare with the source.",
    "Add the source.",
    "more cells than headings",
    "as many cells as headings",
    "Remove the commas at the ends of the rows, or add the heading.",
    "the control character {code}",
    "text that can be read",
    "Remove it.",
    "{n} provinces in frame {frame}",
    "as many provinces as the frame says",
    "A frame is named by the number of its provinces.",
    "The frames are those of provinces.csv.",
    "an import that is under way, or was interrupted",
    "a record whose imports have ended",
    "If none is running, put the tables back with `{command}`.",
    "{year} has no {code} in {file}",
)
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
    if isinstance(value, Place):
        return where(value, lang)
    if isinstance(value, tuple):
        return lang.list([item.vi if lang.code == "vi" else item.en for item in value])
    if name in _GROUPS and isinstance(value, str):
        return group_name(lang, value)
    if isinstance(value, float):
        return lang.signed(value, decimals) if name in _SIGNED else lang.number(value, decimals)
    if name in _PHRASED and isinstance(value, str):
        return phrase(value, lang)
    return lang.number(None) if value is None else str(value)


def phrase(text: str, lang: Language) -> str:
    """Say what an error found, expected or advises; a wording that the catalogue does not know stays as it is."""
    for pattern, template in _patterns():
        match = pattern.fullmatch(text)
        if match:
            said = match.groupdict()
            if "names" in said:  # as `nearest` joins them
                said["names"] = said["names"].replace(" or ", lang.t(" or "))
            return lang.t(template, **said)
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The wordings of errors, as patterns whose fields are the gaps."""
    out = []
    for template in _PHRASES:
        parts = re.split(r"\{(\w+)\}", template)
        body = "".join(f"(?P<{part}>.+)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
        out.append((re.compile(body, re.DOTALL), template))
    return tuple(out)


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
