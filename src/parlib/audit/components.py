"""How many things an index measures: principal components of its indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.audit._parts import complete, scored_parts
from parlib.errors import UsageError
from parlib.frameworks import Framework

Floats = NDArray[np.float64]

KAISER = 1.0
"""A component with a smaller eigenvalue explains less than one indicator does."""


@dataclass(frozen=True)
class Components:
    """Principal components of standardised indicators.

    Attributes
    ----------
    n
        Provinces that have all indicators.
    variance
        By ``component`` (1, 2, …): ``eigenvalue``, ``explained`` and ``cumulative`` (per cent of the variance).
    loadings
        Indicators by components: correlation of the indicator with the component, positive on the whole.
    left_out
        Indicators that all provinces have the same score in, so that they correlate with nothing.
    """

    n: int
    variance: pd.DataFrame
    loadings: pd.DataFrame
    left_out: tuple[str, ...] = ()

    @property
    def retained(self) -> int:
        """How many components Kaiser's rule keeps: those with an eigenvalue above 1."""
        return int((self.variance["eigenvalue"] > KAISER).sum())

    def rotated(self, keep: int | None = None) -> pd.DataFrame:
        """Loadings after varimax rotation of the first ``keep`` components (default: those retained).

        Notes
        -----
        With Kaiser's normalisation, signs as for :attr:`loadings`, what explains most first; handbook, table 9.
        """
        kept = self.loadings.iloc[:, : keep or max(self.retained, 1)]
        turned = _upright(_varimax(kept.to_numpy()))
        turned = turned[:, np.argsort(-(turned**2).sum(axis=0), kind="stable")]
        return pd.DataFrame(turned, index=kept.index, columns=kept.columns)


def components(
    scores: pd.DataFrame, framework: Framework | None = None, indicators: Sequence[str] | None = None
) -> Components:
    """Principal components of the correlation matrix.

    Parameters
    ----------
    scores
        Provinces by indicators, in points; a province without one of the indicators does not count.
    framework
        The tree of that year; its deepest scored indicators are analysed.
    indicators
        Analyse these instead.

    Raises
    ------
    UsageError
        When neither is given, or too few indicators or provinces are left.

    Notes
    -----
    OECD and JRC handbook, step 4, tables 7 and 8. The sign of a component is arbitrary; here the loadings of each sum
    to a positive number.
    """
    if indicators is None:
        if framework is None:
            raise UsageError("name the indicators to analyse, or give the framework whose leaves are meant.")
        indicators = scored_parts(scores, framework)
    rows = complete(scores, indicators)
    constant = tuple(code for code in rows if rows[code].nunique() == 1)
    rows = complete(rows, [code for code in rows if code not in constant])
    eigenvalues, vectors = np.linalg.eigh(np.corrcoef(rows.to_numpy(), rowvar=False))
    order = np.argsort(eigenvalues)[::-1]
    eigenvalues = eigenvalues[order].clip(min=0)  # a rank-deficient matrix has tiny negative ones
    loadings = _upright(vectors[:, order] * np.sqrt(eigenvalues))
    number = pd.RangeIndex(1, len(eigenvalues) + 1, name="component")
    explained = 100 * eigenvalues / eigenvalues.sum()
    variance = pd.DataFrame(
        {"eigenvalue": eigenvalues, "explained": explained, "cumulative": explained.cumsum()}, index=number
    )
    named = pd.DataFrame(loadings, index=rows.columns.rename("indicator"), columns=number)
    return Components(len(rows), variance, named, constant)


def _upright(loadings: Floats) -> Floats:
    """Turn every component so that its loadings sum to a positive number."""
    return loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)


def _varimax(loadings: Floats, rounds: int = 1000, enough: float = 1e-12) -> Floats:
    """Rotate loadings so that each indicator loads on few components (Kaiser 1958)."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    length[length == 0] = 1.0
    even = loadings / length
    rows, columns = even.shape
    turn, before = np.eye(columns), 0.0
    for _ in range(rounds):
        turned = even @ turn
        target = turned**3 - turned * (turned**2).sum(axis=0) / rows
        left, singular, right = np.linalg.svd(even.T @ target)
        turn = left @ right
        if singular.sum() <= before * (1 + enough):
            break
        before = float(singular.sum())
    rotated: Floats = even @ turn * length
    return rotated
