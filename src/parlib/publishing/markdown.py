"""Markdown cells as the two forms of a page; raw HTML in them is text like any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import mistune
from markupsafe import Markup, escape

from parlib.blocks.markup import html, join, tag, typst_call, typst_code
from parlib.characters import plain, printable

Run = tuple[str, str]
"""A stretch of text and how it is set: ``plain``, ``strong``, ``emphasis`` or ``code``."""

_TAGS = {"strong": "strong", "emphasis": "em", "code": "code"}


def markdown_parts(source: str, id_prefix: str) -> tuple[str, str, list[tuple[int, str, str]]]:
    """Turn Markdown into HTML, Typst and headings (level, text, id).

    Headings, paragraphs, lists, quotes, code and emphasis are kept. Links and pictures leave their words: a report
    loads nothing from elsewhere.
    """
    parse = mistune.create_markdown(renderer=None, hard_wrap=False)  # the parsed tree, in every mistune 3
    pieces: list[str] = []
    calls: list[str] = []
    headings: list[tuple[int, str, str]] = []
    tokens = cast("list[dict[str, Any]]", parse(printable(source)))
    for token in tokens:
        kind = token["type"]
        if kind == "heading":
            level = max(2, min(4, int(token["attrs"]["level"])))
            text = "".join(words for _, words in _runs(token))
            name = f"{id_prefix}-{len(headings) + 1}"
            headings.append((level, plain(text), name))
            pieces.append(tag(f"h{level}", text, id=name))
            calls.append(typst_call("pl-heading", level=level - 1, body=text))
        elif kind == "list":
            items = [_runs(item) for item in token["children"]]
            ordered = bool(token["attrs"].get("ordered"))
            pieces.append(tag("ol" if ordered else "ul", join(tag("li", _inline(runs)) for runs in items)))
            calls.append(typst_call("pl-run-list", ordered=ordered, items=[_literal(runs) for runs in items]))
        elif kind == "block_code":
            pieces.append(tag("pre", tag("code", Markup("\n").join(map(html, token["raw"].splitlines())))))
            calls.append(typst_call("pl-output", body=typst_code(token["raw"])))
        elif runs := _runs(token):
            pieces.append(tag("p", _inline(runs)))
            calls.append(typst_call("pl-runs", runs=_literal(runs)))
    return "\n".join(pieces), "".join(calls), headings


def _runs(token: dict[str, Any], kind: str = "plain") -> list[Run]:
    """Flatten the inside of a token into runs."""
    name = token["type"]
    if name == "codespan":
        return [("code", token["raw"])]
    if name in ("linebreak", "softbreak"):
        return [("plain", " ")]
    if "raw" in token:
        return [(kind, token["raw"])]
    inner = name if name in _TAGS else kind
    return [run for child in token.get("children", []) for run in _runs(child, inner)]


def _inline(runs: Sequence[Run]) -> Markup:
    # Spaces at the ends of a run part it from the next: no trimming here.
    quoted = [(kind, escape(printable(text))) for kind, text in runs]
    return join(tag(_TAGS[kind], text) if kind in _TAGS else text for kind, text in quoted)


def _literal(runs: Sequence[Run]) -> list[list[object]]:
    return [[kind, typst_code(text)] for kind, text in runs]
