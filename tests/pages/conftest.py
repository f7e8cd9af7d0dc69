"""Running a report notebook without a kernel: its cells are plain calls."""

import ast
from functools import cache
from typing import Any

import nbformat
import pytest

from parlib.blocks import Block, Section
from parlib.publishing.report import notebook_path


def sections(name: str, **parameters: Any) -> list[Section]:
    """What the cells of a report notebook return, in order."""
    namespace: dict[str, Any] = {}
    shown = []
    for cell in nbformat.read(notebook_path(name), as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), name, "exec"), namespace)
        if "parameters" in cell.metadata.get("tags", []):
            namespace |= parameters
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), name, "eval"), namespace))
    return shown


@pytest.fixture(scope="session")
def blocks_of():
    """Blocks of a report notebook with the given parameters."""

    @cache  # blocks do not change, and a report takes a second or more
    def made(name: str, parameters: tuple[tuple[str, Any], ...]) -> tuple[Block, ...]:
        return tuple(block for section in sections(name, **dict(parameters)) for block in section.blocks)

    def blocks(name: str = "province", **parameters: Any) -> list[Block]:
        return list(made(name, tuple(sorted(parameters.items()))))

    return blocks
