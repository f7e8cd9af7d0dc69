"""How far a rank hangs on the weights: other weights, and one part left out.

A total that adds its parts up has weighted them. These ranks say what other weights would have made of the same scores;
they say nothing about sampling, for which see :mod:`parlib.answers.intervals`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from parlib.answers._field import Field, title_of
from parlib.answers.intervals import DRAWS, LEVEL, SEED, rank_ends, rank_shares
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework

SPREAD = 0.25
"""How far a weight is varied: standard deviation of an average weight, as a share of it."""


@dataclass(frozen=True)
class Robustness:
    """Ranks of one edition under other weights of its parts.

    Attributes
    ----------
    edition
        ``index, year, date, frame``.
    parts
        The parts whose weights are varied.
    level, spread, draws, seed
        Share of the draws that the range holds, how far weights vary, and the simulation.
    rows
        One row per province with all parts: ``province, rank, of, rank_low, rank_high`` (best and worst rank of the
        range) and ``same`` (share of the draws in which the rank stays, 0 to 1).
    without
        Provinces by parts: the rank when that part is left out.
    left_out
        Provinces that have a total but not all parts.
    """

    edition: dict[str, Any]
    parts: tuple[str, ...]
    level: float
    spread: float
    draws: int
    seed: int
    rows: pd.DataFrame
    without: pd.DataFrame
    left_out: tuple[str, ...]

    def of_province(self, province: str) -> dict[str, Any]:
        """One province: ``{rank, of, weights: {rank_low, …}, leave_one_out: [{indicator, rank, places}]}``.

        Raises
        ------
        UsageError
            When the province does not have all parts.
        """
        rows = self.rows[self.rows["province"] == province]
        if rows.empty:
            title = title_of(self.edition)
            raise UsageError(f"{province} does not have every part of {title}, so weights cannot be varied.")
        row = rows.iloc[0]
        left = self.without.loc[province]
        return {
            "rank": row["rank"],
            "of": row["of"],
            "weights": {
                "rank_low": row["rank_low"],
                "rank_high": row["rank_high"],
                "same": row["same"],
                "level": self.level,
                "spread": self.spread,
                "draws": self.draws,
                "seed": self.seed,
            },
            "leave_one_out": [
                {"indicator": part, "rank": left[part], "places": row["rank"] - left[part]}
                for part in self.parts
            ],
        }


def weight_robustness(
    scored: pd.DataFrame,
    framework: Framework,
    *,
    spread: float = SPREAD,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Robustness:
    """Ranks of the total under Dirichlet-perturbed weights, and with each part left out.

    Parameters
    ----------
    scored, framework
        One edition, known whole, and its tree. The parts are the children of the root; the weight of each is its share
        of the maximum (all alike where a maximum is not known).
    spread
        Standard deviation of an average weight as a share of it; the Dirichlet concentration follows from it.
    level
        Share of the draws that the range of ranks holds.
    draws, seed
        Of the simulation.

    Raises
    ------
    UsageError
        When only part of the field is known, or the total has fewer than two parts with scores.
    """
    field = Field(scored, framework)
    total = field.require_whole(ROOT)
    parts = [part for part in framework.split_children(ROOT) if part in field.scores.columns]
    if len(parts) < 2:
        raise UsageError(f"{field.title} has {len(parts)} part(s) with scores; weights need two or more.")
    known = field.scores.loc[total.index, parts].dropna()
    maxima = np.array([framework.max_score(part) for part in parts])
    weights = np.full(len(parts), 1 / len(parts)) if np.isnan(maxima).any() else maxima / maxima.sum()
    factors = drawn_weights(weights, spread, draws, seed) / weights
    points = known.to_numpy()
    shares = rank_shares(factors @ points.T)
    low, high = rank_ends(shares, level)
    rank = known.sum(axis=1).rank(method="min", ascending=False).astype("int64")
    without = pd.DataFrame(
        {
            part: known.drop(columns=part).sum(axis=1).rank(method="min", ascending=False).astype("int64")
            for part in parts
        }
    )
    rows = pd.DataFrame(
        {
            "province": known.index,
            "rank": rank.to_numpy(),
            "of": len(known),
            "rank_low": low,
            "rank_high": high,
            "same": shares[np.arange(len(known)), rank.to_numpy() - 1],
        }
    )
    left_out = tuple(province for province in total.index if province not in known.index)
    return Robustness(field.edition, tuple(parts), level, spread, draws, seed, rows, without, left_out)


def drawn_weights(weights: np.ndarray, spread: float, draws: int, seed: int) -> np.ndarray:
    """Random weights around given ones, from a Dirichlet distribution.

    Parameters
    ----------
    weights
        Weights that sum to 1.
    spread
        Standard deviation of an average weight as a share of it.
    draws, seed
        Number of sets, and seed of the generator.

    Returns
    -------
    numpy.ndarray
        Draws by weights; every row sums to 1.

    Raises
    ------
    UsageError
        When the spread is not above 0, or no number.
    """
    if not 0 < spread < math.inf:
        raise UsageError(f"a spread of {spread:g} varies nothing; give a share above 0, such as 0.25.")
    # A Dirichlet weight w has the variance w (1 - w) / (concentration + 1), so w varies by less than sqrt(w (1 - w));
    # a spread beyond that gives the widest there is.
    mean = 1 / len(weights)
    concentration = max((1 - mean) / mean / spread**2 - 1, 1e-6)
    drawn: np.ndarray = np.random.default_rng(seed).dirichlet(concentration * weights, size=draws)
    return drawn
