"""What: an index in a year as a tree of indicators with maxima and rules.

The library knows no index by name: PAPI, PAR INDEX, Index 766 or somebody's own index differ only in the rows of
their ``framework.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from typing import TYPE_CHECKING

from parlib.errors import DataError, Place, UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd

ROOT = "TOTAL"
MAIN = "main"
SCALE_ROUNDING = 0.005
"""Printed ends of a scale are rounded (0.33, 0.3333 and 0.334 all occur), so a score may lie so far beyond them."""


def _natural(number: object) -> tuple[tuple[int, int | str], ...]:
    """``3.10`` after ``3.9``; what has no number keeps its place before what has."""
    parts = re.findall(r"\d+|[^\d.]+", number) if isinstance(number, str) else []
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in parts)


class Framework:
    """The indicators of one index in one year.

    Parameters
    ----------
    index, year
        Which index and year.
    table
        Rows of ``framework.csv`` that hold in that year (see ``data/schemas/framework.json`` for the columns).

    Raises
    ------
    DataError
        When a split has a parent that does not exist, a cycle, or an indicator that stands twice.
    """

    def __init__(self, index: str, year: int, table: pd.DataFrame) -> None:
        self.index = index
        self.year = year
        self.table = table.set_index("indicator", drop=False)
        self._children: dict[str, dict[str, list[str]]] = {}
        self._order: list[str] = []
        self._check()

    def in_year(self, year: int) -> Framework:
        """The tree in another year in which the same rows hold; what has been learnt of it serves both."""
        other = copy(self)
        other.year = year
        return other

    def _check(self) -> None:
        place = Place(f"{self.index}/framework.csv")
        if not self.table.index.is_unique:
            twice = self.table.index[self.table.index.duplicated()][0]
            raise DataError(
                place,
                f"indicator {twice} twice in {self.year}",
                "one row per indicator",
                "Mend first_year or last_year.",
            )
        if ROOT not in self.table.index:
            raise DataError(place, f"no {ROOT} in {self.year}", f"a root called {ROOT}", "Add its row.")
        parents = dict(zip(self.table.index, self.table["parent"], strict=True))
        for indicator, parent in parents.items():
            seen = {indicator}
            while isinstance(parent, str):
                if parent not in parents:
                    raise DataError(
                        place,
                        f"parent {parent!r} of {indicator} in {self.year}",
                        "an indicator of the same year",
                        "Correct the parent.",
                    )
                if parent in seen:
                    raise DataError(
                        place, f"{indicator} above itself in {self.year}", "a tree", "Correct the parent."
                    )
                seen.add(parent)
                parent = parents[parent]

    def __contains__(self, indicator: str) -> bool:
        return indicator in self.table.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.order)

    def split_children(self, indicator: str, split: str = MAIN) -> list[str]:
        """Children of ``indicator`` in one decomposition, in the order of their printed numbers."""
        if split not in self._children:
            rows = self.table[(self.table["split"] == split) & self.table["parent"].notna()]
            if "number" in rows:  # the order in print; rows of one file are sorted by year first
                rows = rows.sort_values("number", key=lambda column: column.map(_natural), kind="stable")
            self._children[split] = {
                parent: list(group) for parent, group in rows.groupby("parent")["indicator"]
            }
        return self._children[split].get(indicator, [])

    def walk(self, indicator: str = ROOT, split: str = MAIN) -> Iterator[str]:
        """``indicator`` and all below it, parents before children."""
        yield indicator
        for child in self.split_children(indicator, split):
            yield from self.walk(child, split)

    @property
    def order(self) -> list[str]:
        """Every indicator once: the main tree from the root, then the other splits."""
        if not self._order:
            splits = [MAIN, *(s for s in dict.fromkeys(self.table["split"]) if s != MAIN)]
            order = dict.fromkeys(code for split in splits for code in self.walk(ROOT, split))
            self._order[:] = [*order, *(code for code in self.table.index if code not in order)]
        return self._order

    def depth(self, indicator: str) -> int:
        """0 for the root, 1 for its children, and so on (also for indicators outside the tree)."""
        depth, parent = 0, self.table.at[indicator, "parent"]
        while isinstance(parent, str):
            depth, parent = depth + 1, self.table.at[parent, "parent"]
        return depth

    def scored_leaves(self, scored: Iterable[str], split: str = MAIN, below: str = ROOT) -> list[str]:
        """The deepest indicators that have scores: what the total can be rebuilt from.

        A node none of whose children is scored is itself a leaf: Index 766 publishes group 3A but not its parts.

        Parameters
        ----------
        scored
            Indicators that have scores.
        split, below
            The decomposition, and the node to start from.
        """
        known = set(scored)

        def descend(node: str) -> Iterator[str]:
            children = [
                c for c in self.split_children(node, split) if any(d in known for d in self.walk(c, split))
            ]
            if not children:
                if node in known:
                    yield node
                return
            for child in children:
                yield from descend(child)

        return list(descend(below))

    def max_score(self, indicator: str) -> float:
        """Exact maximum of an indicator in its unit; ``NaN`` where no source gives it."""
        return float(self.table.at[indicator, "max_score"])

    def scale(self, indicator: str) -> tuple[float, float]:
        """Least and greatest score of an indicator; ``NaN`` where no source gives it."""
        return float(self.table.at[indicator, "min_score"]), self.max_score(indicator)

    def require(self, indicator: str) -> str:
        """``indicator`` itself if the framework has it.

        Raises
        ------
        UsageError
            Naming the nearest codes.
        """
        if indicator not in self.table.index:
            codes = list(self.table.index)
            hint = nearest(indicator, codes) or f" Known: {', '.join(codes)}."
            raise UsageError(f"{self.index} {self.year} has no indicator {indicator!r}.{hint}")
        return indicator
