"""How far ranks depend on choices that could have been made otherwise, and on which of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from parlib.answers.robustness import SPREAD, drawn_weights
from parlib.audit._parts import Level, complete, scored_parts
from parlib.audit.aggregation import MEANS, SCALES, Mean, Scale, rescale
from parlib.audit.weights import nominal_weights
from parlib.errors import UsageError
from parlib.frameworks import Framework

Floats = NDArray[np.float64]
Model = Callable[[Floats], Floats]

SEED = 766
WEIGHT_SETS = 64
FACTORS = ("scale", "mean", "weights", "omitted")
AVERAGE_SHIFT = "average_shift"


@dataclass(frozen=True)
class Experiment:
    """All choices at once: scale, mean, weights and the part that is left out.

    Each choice is a trigger between 0 and 1 that picks one option, all options of a choice being equally likely; so the
    same experiment serves the spread of ranks (:func:`rank_uncertainty`) and its sources (:func:`rank_sensitivity`).

    Attributes
    ----------
    parts
        Provinces by parts of the total, in points, none missing.
    most
        Maximum of each part.
    scales, means
        Options, see :func:`parlib.audit.rescale` and :func:`parlib.audit.aggregate`.
    weights
        Options by parts: every row sums to 1; the first is that of the index as it is.
    omit
        Whether one part may be left out: none or any one part, all equally likely.

    Notes
    -----
    OECD and JRC handbook, step 7 (trigger factors); Saisana, Saltelli and Tarantola (2005), JRSS A 168(2).
    """

    parts: pd.DataFrame
    most: pd.Series
    scales: tuple[Scale, ...]
    means: tuple[Mean, ...]
    weights: Floats
    omit: bool

    @property
    def factors(self) -> tuple[str, ...]:
        """The choices that have more than one option."""
        options = (len(self.scales), len(self.means), len(self.weights), 1 + self.omit)
        return tuple(name for name, count in zip(FACTORS, options, strict=True) if count > 1)

    @cached_property
    def reference(self) -> NDArray[np.int64]:
        """Ranks with the first option of every choice and nothing left out."""
        first: NDArray[np.int64] = self.ranks(np.zeros((1, len(self.factors))))[0]
        return first

    @cached_property
    def _scaled(self) -> dict[tuple[int, int], Floats]:
        """Parts by provinces for each scale and mean, as logarithms for the geometric one."""
        tables: dict[tuple[int, int], Floats] = {}
        for (s, scale), (m, mean) in product(enumerate(self.scales), enumerate(self.means)):
            values = rescale(self.parts, scale, self.most).to_numpy().T
            if mean == "geometric":
                # A province with nothing at all in a part comes last whatever its weight.
                values = np.log(np.maximum(values, 1e-12))
            tables[s, m] = values
        return tables

    def ranks(self, triggers: Floats) -> NDArray[np.int64]:
        """Ranks for each row of triggers (draws by factors), as draws by provinces."""
        from scipy.stats import rankdata

        chosen = dict(zip(self.factors, triggers.T, strict=True))
        count = len(triggers)

        def option(name: str, options: int) -> NDArray[np.int64]:
            picked = np.floor(chosen.get(name, np.zeros(count)) * options).astype("int64")
            least: NDArray[np.int64] = np.minimum(picked, options - 1)
            return least

        width = self.parts.shape[1]
        weights = self.weights[option("weights", len(self.weights))].copy()
        left_out = option("omitted", 1 + width * self.omit)
        rows = np.flatnonzero(left_out)
        weights[rows, left_out[rows] - 1] = 0.0
        weights /= weights.sum(axis=1, keepdims=True)
        kind = option("scale", len(self.scales)) * len(self.means) + option("mean", len(self.means))
        totals = np.empty((count, len(self.parts)))
        for number, key in enumerate(product(range(len(self.scales)), range(len(self.means)))):
            mine = kind == number
            totals[mine] = weights[mine] @ self._scaled[key]
        ranks: NDArray[np.int64] = rankdata(-totals.round(9), method="min", axis=1).astype("int64")
        return ranks

    def outcomes(self, triggers: Floats) -> Floats:
        """Average shift in ranks against the reference, then the rank of each province (draws by outputs)."""
        ranks = self.ranks(triggers)
        shift = np.abs(ranks - self.reference).mean(axis=1)
        return np.column_stack([shift, ranks]).astype("float64")


def experiment(
    scores: pd.DataFrame,
    framework: Framework,
    *,
    level: Level = "children",
    scales: Sequence[Scale] = SCALES,
    means: Sequence[Mean] = MEANS,
    weight_sets: int = WEIGHT_SETS,
    spread: float = SPREAD,
    omit: bool = True,
    seed: int = SEED,
) -> Experiment:
    """Set up the choices.

    Parameters
    ----------
    scores, framework
        Provinces by indicators in points, and the tree of that year; provinces without one of the parts are left out.
    level
        Put the total together from its ``children`` or from its deepest ``leaves``.
    scales, means
        Options; the first is that of the index as it is.
    weight_sets
        How many sets of weights there are, the nominal one included; 1 keeps the nominal weights.
    spread
        Standard deviation of an average weight among the other sets, as a share of it (Dirichlet, around the nominal
        weights; see :func:`parlib.answers.robustness.drawn_weights`).
    omit
        Whether one part may be left out.
    seed
        Of the sets of weights.

    Raises
    ------
    UsageError
        When a choice has no option, the maximum of a part is not known, or too few parts or provinces are left.
    """
    parts = complete(scores, scored_parts(scores, framework, level))
    if not scales or not means or weight_sets < 1:
        raise UsageError("every choice needs at least one option.")
    most = framework.table.loc[list(parts.columns), "max_score"].astype("float64")
    nominal = nominal_weights(framework, list(parts.columns)).to_numpy()
    weights = np.vstack([nominal, drawn_weights(nominal, spread, weight_sets - 1, seed)])
    return Experiment(parts, most, tuple(scales), tuple(means), weights, omit)


def rank_uncertainty(choices: Experiment, *, draws: int = 4096, seed: int = SEED) -> pd.DataFrame:
    """The ranks that a province takes when all choices vary at once.

    Parameters
    ----------
    choices
        See :func:`experiment`.
    draws, seed
        Number of draws (a power of two) and seed of the scrambled Sobol sequence.

    Returns
    -------
    pandas.DataFrame
        By province, in the order of the reference ranks: ``rank`` (reference), ``median, low, high`` (50th, 5th, 95th
        percentile of the ranks) and ``same`` (share of draws with the reference rank, 0-1).

    Raises
    ------
    UsageError
        When no choice has a second option.
    """
    from scipy.stats import qmc

    width = len(choices.factors)
    if not width:
        raise UsageError("nothing varies: give at least one choice a second option.")
    ranks = choices.ranks(qmc.Sobol(width, rng=np.random.default_rng(seed)).random(draws))
    low, median, high = np.percentile(ranks, [5, 50, 95], axis=0, method="inverted_cdf")
    frame = pd.DataFrame(
        {
            "rank": choices.reference,
            "median": median,
            "low": low,
            "high": high,
            "same": (ranks == choices.reference).mean(axis=0),
        },
        index=choices.parts.index,
    )
    return frame.astype(dict.fromkeys(("median", "low", "high"), "int64")).sort_values("rank", kind="stable")


def rank_sensitivity(choices: Experiment, *, draws: int = 1024, seed: int = SEED) -> pd.DataFrame:
    """Sobol indices of the ranks: how much of their variance each choice makes, alone and with the others.

    Parameters
    ----------
    choices
        See :func:`experiment`.
    draws, seed
        Base sample of the estimator (a power of two; the experiment runs ``draws * (factors + 2)`` times), and seed.

    Returns
    -------
    pandas.DataFrame
        One row per output and factor: ``output`` (``average_shift`` of all provinces against the reference, or a
        province), ``factor``, ``variance`` (of the output, places squared), ``first`` (share of the variance that would
        go if the choice were settled, 0-1) and ``total`` (share that would stay if all others were settled).
        Estimates may fall a little outside 0-1; both are missing where the output does not vary.

    Raises
    ------
    UsageError
        When no choice has a second option.
    """
    indices = sobol_indices(choices.outcomes, len(choices.factors), draws=draws, seed=seed)
    outputs = [AVERAGE_SHIFT, *choices.parts.index]
    return pd.DataFrame(
        [
            (name, factor, indices.variance[o], indices.first[o, f], indices.total[o, f])
            for o, name in enumerate(outputs)
            for f, factor in enumerate(choices.factors)
        ],
        columns=["output", "factor", "variance", "first", "total"],
    )


@dataclass(frozen=True)
class Indices:
    """Sobol indices: variance of each output, and first-order and total indices, outputs by factors."""

    variance: Floats
    first: Floats
    total: Floats


def sobol_indices(model: Model, factors: int, *, draws: int = 1024, seed: int = SEED) -> Indices:
    """First-order and total Sobol indices of any model of independent factors that are uniform between 0 and 1.

    Parameters
    ----------
    model
        Draws by factors in, draws by outputs out.
    factors
        How many factors.
    draws, seed
        Base sample (a power of two) and seed of the scrambled Sobol sequence.

    Raises
    ------
    UsageError
        Without a factor.

    Notes
    -----
    SciPy's estimator (Saltelli and others 2010, *Variance based sensitivity analysis of model output*, Computer Physics
    Communications 181).
    """
    from scipy.stats import sobol_indices as estimate
    from scipy.stats import uniform

    if factors < 1:
        raise UsageError("nothing varies: give at least one choice a second option.")
    varies: list[Floats] = []
    between: Any = [uniform()] * factors

    def turned(columns: Floats) -> Floats:
        found = model(columns.T)
        if not varies:
            varies.append(found.var(axis=0))
        return found.T

    with np.errstate(divide="ignore", invalid="ignore"):
        found = estimate(func=turned, n=draws, dists=between, rng=np.random.default_rng(seed))
    variance = varies[0]
    shape = (variance.size, factors)
    settled = (variance <= 0)[:, None]
    first, total = (
        np.where(settled, np.nan, np.reshape(values, shape))
        for values in (found.first_order, found.total_order)
    )
    return Indices(variance, first, total)
