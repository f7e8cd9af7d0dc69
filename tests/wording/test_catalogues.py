"""Every sentence of the library has its Vietnamese, and the catalogues hold nothing else."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import parlib

PACKAGE = Path(parlib.__file__).parent
CATALOGUES = sorted((PACKAGE / "wording" / "locale" / "vi").glob("*.po"))
KEYWORDS = {"t": None, "n": (1, 2)}
FIELD = re.compile(r"\{[^{}]*\}")


def used():
    """Every message of code and templates: its key, and where it stands."""
    found = {}
    for method, pattern in (("python", "*.py"), ("jinja2", "*.j2")):
        for path in PACKAGE.rglob(pattern):
            for line, message, *_ in extract_from_file(method, str(path), keywords=KEYWORDS):
                key = message if isinstance(message, str) else tuple(message)
                found.setdefault(key, f"{path.relative_to(PACKAGE)}:{line}")
    return found


def translated(path):
    """Every message of a catalogue."""
    with path.open("rb") as stream:
        return {
            message.id if isinstance(message.id, str) else tuple(message.id): message
            for message in read_po(stream, locale="vi", abort_invalid=True)
            if message.id
        }


def test_every_sentence_has_its_vietnamese():
    known = {key for path in CATALOGUES for key, message in translated(path).items() if message.string}
    missing = {key: place for key, place in used().items() if key not in known}
    assert not missing


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_catalogue_holds_what_nobody_says(path):
    said = used()
    assert not [key for key in translated(path) if key not in said]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_are_finished_and_keep_the_fields(path):
    for key, message in translated(path).items():
        forms = (message.string,) if isinstance(message.string, str) else message.string
        english = key if isinstance(key, str) else key[-1]
        for form in forms:
            assert form
            assert not message.fuzzy, english
            assert unicodedata.is_normalized("NFC", form), english
            assert sorted(FIELD.findall(form)) == sorted(FIELD.findall(english)), english


def test_no_message_is_translated_in_two_catalogues():
    seen = {}
    for path in CATALOGUES:
        for key in translated(path):
            assert key not in seen, f"{key!r} stands in {seen[key]} and {path.name}"
            seen[key] = path.name
