"""Every sentence of the library has its Vietnamese, and the catalogues hold nothing else."""

import ast
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import parlib

PACKAGE = Path(parlib.__file__).parent
CATALOGUES = sorted((PACKAGE / "wording" / "locale" / "vi").glob("*.po"))
FIELD = re.compile(r"\{[^{}]*\}")
SAYS = {"t": 1, "n": 2}
"""Methods of Language, and how many of their first arguments are messages."""


def sentence_tables(tree):
    """Sentences that a module keeps in a table at its top, to say one of them by name."""
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            for node in ast.walk(statement.value):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "} " in node.value:
                    yield node.value


def said_in(path):
    """Every message of a Python module. Read as a tree, so that those inside f-strings and other calls count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    by_name = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYS:
            messages = [getattr(argument, "value", None) for argument in node.args[: SAYS[node.func.attr]]]
            if messages and all(isinstance(message, str) for message in messages):
                yield messages[0] if len(messages) == 1 else tuple(messages)
            by_name = by_name or not all(isinstance(message, str) for message in messages)
    if by_name:
        yield from sentence_tables(tree)


def strings_of(path):
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }


@cache
def used():
    """Every message of code and templates, and where it stands."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for key in said_in(path):
            found.setdefault(key, str(path.relative_to(PACKAGE)))
    for path in PACKAGE.rglob("*.j2"):
        for _, key, *_ in extract_from_file("jinja2", str(path), keywords={"t": None}):
            found.setdefault(key, path.name)
    return found


@cache
def written():
    """Every string of the code: a message may also be kept as data and said later."""
    return frozenset().union(*map(strings_of, PACKAGE.rglob("*.py")))


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
    assert not [key for key in translated(path) if key not in used() and key not in written()]


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


def test_catalogues_that_share_a_message_agree_on_it():
    seen = {}
    for path in CATALOGUES:
        for key, message in translated(path).items():
            assert seen.setdefault(key, message.string) == message.string, f"{key!r} in {path.name}"
