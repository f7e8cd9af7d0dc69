"""What the documentation site holds that is written elsewhere: the command line, and texts from outside ``docs/``."""

from __future__ import annotations

import inspect
import posixpath
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
_BORROWED = {"reference/record.md": "data/README.md", "explanation/architecture.md": "ARCHITECTURE.md"}
_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\((?!\w+:|#)([^)#]+)([^)]*)\)")


def command_line() -> str:
    """Every command with its arguments and options, as Typer knows them."""
    import typer

    from parlib.cli import app

    lines = [
        "# Command line",
        "",
        "Exit codes: 0 done, 1 the work failed, 2 the command was wrong, 3 another run is at work in the folder "
        "(`parlib batch` also has 130: see [scheduled runs](../scheduled-runs.md)).",
    ]
    for name, command in _leaves("parlib", typer.main.get_command(app)):
        lines += [
            "",
            f"## {name}",
            "",
            command.help or "",
            "",
            "| argument or option | meaning |",
            "| --- | --- |",
        ]
        hints = get_type_hints(inspect.unwrap(command.callback))
        for parameter in command.params:
            words = ", ".join(f"`{word}`" for word in parameter.opts) or f"`{parameter.name}`"
            if parameter.param_type_name == "argument":
                words = f"`{parameter.name}`"
            said = " ".join((getattr(parameter, "help", "") or "").split()).replace("|", r"\|")
            choices = _choices(hints.get(parameter.name))
            said += f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
            if parameter.required:
                said += " **Required.**"
            elif parameter.default not in (None, False, "", ()):
                said += f" Default: `{parameter.default}`."
            lines.append(f"| {words} | {said} |")
    return "\n".join(lines) + "\n"


def _choices(annotation: Any) -> list[Any]:
    """The words that a ``Literal`` allows, also inside ``… | None``."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def _leaves(name: str, command: Any) -> list[tuple[str, Any]]:
    """Commands that do something: a group is replaced by its own."""
    if not hasattr(command, "commands"):
        return [(name, command)]
    return [leaf for word, child in command.commands.items() for leaf in _leaves(f"{name} {word}", child)]


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are generated."""
    files.append(File.generated(config, "reference/cli.md", content=command_line()))
    for page, source in _BORROWED.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, files: Files, **_: Any) -> str:
    """Point links to where the site has the text; where it has none, the words stay without a link."""
    at = page.file.src_uri
    source = _BORROWED.get(at, f"docs/{at}")
    borrowed = {other: uri for uri, other in _BORROWED.items()}

    def link(found: re.Match[str]) -> str:
        words, target, anchor = found.groups()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        uri = borrowed.get(path, path.removeprefix("docs/"))
        there = files.get_file_from_path(uri)
        if there is None or there.inclusion.is_excluded():
            return words
        return f"[{words}]({posixpath.relpath(uri, posixpath.dirname(at) or '.')}{anchor})"

    return _LINK.sub(link, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Take the roles of Sphinx from docstrings: the words between the backquotes say enough."""
    return re.sub(r":(?:class|meth|mod|func|data|attr):(?=<code>)", "", html)
