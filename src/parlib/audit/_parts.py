"""What an audit looks at: which indicators, and of which provinces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework

Level = Literal["leaves", "children"]
LEAST = 3
"""Fewer provinces than this have no correlation worth printing."""


def scored_parts(
    scores: pd.DataFrame, framework: Framework, level: Level = "leaves", below: str = ROOT
) -> list[str]:
    """Indicators below a node that have scores: the deepest ones, or the node's own children."""
    known = scores.columns[scores.notna().any()]
    if level == "leaves":
        return framework.scored_leaves(known, below=framework.require(below))
    return [child for child in framework.split_children(framework.require(below)) if child in set(known)]


def complete(scores: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame:
    """Provinces that have all of these indicators, as numbers.

    Raises
    ------
    UsageError
        When fewer than :data:`LEAST` provinces or two indicators are left.
    """
    rows = scores[list(parts)].astype("float64").dropna()
    if len(rows) < LEAST or rows.shape[1] < 2:
        raise UsageError(
            f"an audit needs at least 2 indicators and {LEAST} provinces that have all of them; "
            f"here are {rows.shape[1]} indicators ({', '.join(parts)}) and {len(rows)} such provinces."
        )
    return rows
