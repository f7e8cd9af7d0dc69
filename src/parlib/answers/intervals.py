"""How sure a rank is: what the sampling errors of a survey leave of it.

The scores of a survey are estimates. Each draw adds to every province's score a normal error of the published size and
ranks the field anew; the ranks that come out are the interval, and their frequencies the chances of being among the
first N or in a group. Only one year of PAPI has published errors; any other year borrows them, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from parlib.answers._field import Field, title_of
from parlib.errors import UsageError
from parlib.frameworks import ROOT, Framework
from parlib.scoring import GROUPS

LEVEL = 0.9
"""Two-sided level of the intervals: that of the intervals published for 2019 (score ± 1.645 standard errors)."""
DRAWS = 10_000
SEED = 1
TOP = (5, 10, 15, 20)

ErrorsOf = Literal["total", "parts"]


@dataclass(frozen=True)
class RankIntervals:
    """Sampling intervals of all ranks in one edition.

    Attributes
    ----------
    edition
        ``index, year, date, frame``.
    indicator
        What is ranked.
    error_year
        Year for which the errors were published; ``proxy`` if it is another than the edition's.
    errors_of
        ``total``: the published error of the indicator itself. ``parts``: the errors of its parts, drawn
        independently, which the published total errors show they are not; for an indicator without an error.
    level, draws, seed
        Of the simulation.
    top
        The N of the chances to be among the first N.
    rows
        One row per province with a score: ``province, score, standard_error, rank, of, rank_low, rank_high`` (best and
        worst rank of the interval), ``top_5``… and ``highest``… ``lowest`` (chances, 0 to 1). A province without a
        published error keeps its score in every draw and has no interval.
    """

    edition: dict[str, Any]
    indicator: str
    error_year: int
    errors_of: ErrorsOf
    level: float
    draws: int
    seed: int
    top: tuple[int, ...]
    rows: pd.DataFrame

    @property
    def proxy(self) -> bool:
        """Whether the errors are those of another year."""
        return bool(self.error_year != self.edition["year"])

    def of_province(self, province: str) -> dict[str, Any]:
        """One province: ``{rank_low, rank_high, level, top_n, groups, proxy, …}``.

        Raises
        ------
        UsageError
            When the province has no score in this edition.
        """
        rows = self.rows[self.rows["province"] == province]
        if rows.empty:
            title = title_of(self.edition)
            raise UsageError(
                f"{province} has no score of {self.indicator} in {title}, hence no rank interval."
            )
        row = rows.iloc[0]
        keys = ["score", "standard_error", "rank", "of", "rank_low", "rank_high"]
        return {
            **{key: row[key] for key in keys},
            "level": self.level,
            "top_n": {str(n): row[f"top_{n}"] for n in self.top},
            "groups": {group: row[group] for group in GROUPS},
            "proxy": self.proxy,
            "error_year": self.error_year,
            "errors_of": self.errors_of,
            "draws": self.draws,
            "seed": self.seed,
        }


def standard_errors(
    uncertainty: pd.DataFrame, indicator: str, weighting: str = "unweighted"
) -> pd.Series | None:
    """Published standard errors of one indicator, by province; ``None`` where there are none.

    Parameters
    ----------
    uncertainty
        Columns ``province, indicator, weighting, statistic, value`` of one year. A ``standard_error`` is taken as it
        stands, a ``variance`` by its square root.
    """
    rows = uncertainty[(uncertainty["indicator"] == indicator) & (uncertainty["weighting"] == weighting)]
    for statistic, power in (("standard_error", 1.0), ("variance", 0.5)):
        found = rows[rows["statistic"] == statistic]
        if not found.empty:
            return found.set_index("province")["value"].astype("float64") ** power
    return None


def rank_intervals(
    scored: pd.DataFrame,
    framework: Framework,
    uncertainty: pd.DataFrame,
    *,
    indicator: str = ROOT,
    errors_of: ErrorsOf = "total",
    level: float = LEVEL,
    top: Sequence[int] = TOP,
    draws: int = DRAWS,
    seed: int = SEED,
) -> RankIntervals:
    """Rank intervals of every province of one edition by Monte Carlo.

    Parameters
    ----------
    scored, framework
        One edition, known whole, and its tree.
    uncertainty
        Columns ``year, frame, province, indicator, weighting, statistic, value``. The year nearest to the edition's is
        used (the earlier of two); it is a proxy if it is not the same.
    indicator
        What is ranked.
    errors_of
        See :class:`RankIntervals`.
    level
        Two-sided level, between 0 and 1.
    top
        The N of the chances to be among the first N.
    draws, seed
        Of the simulation.

    Raises
    ------
    UsageError
        When only part of the field is known, or no errors are published for the indicator.
    """
    if not 0 < level < 1:
        raise UsageError(f"a level of {level:g} is no level; give a share between 0 and 1, such as 0.9.")
    field = Field(scored, framework)
    scores = field.require_whole(indicator, "`parlib threshold` says what is known of its ranks.")
    parts = [indicator] if errors_of == "total" else _scored_parts(field, indicator)
    error_year, errors = _nearest_errors(uncertainty, field, indicator, parts)
    table = errors.reindex(scores.index)
    chance = np.random.default_rng(seed)
    drawn = np.broadcast_to(scores.to_numpy(), (draws, scores.size)).copy()
    for part in parts:
        drawn += chance.standard_normal((draws, scores.size)) * table[part].fillna(0.0).to_numpy()
    shares = rank_shares(drawn)
    known = table.notna().all(axis=1).to_numpy()
    low, high = rank_ends(shares, level)
    size = scores.size
    rows = pd.DataFrame(
        {
            "province": scores.index,
            "score": scores.to_numpy(),
            "standard_error": np.sqrt((table**2).sum(axis=1, skipna=False).to_numpy()),
            "rank": scores.rank(method="min", ascending=False).astype("Int64").to_numpy(),
            "of": size,
            "rank_low": pd.array(low, dtype="Int64"),
            "rank_high": pd.array(high, dtype="Int64"),
        }
    )
    for n in top:
        rows[f"top_{n}"] = shares[:, :n].sum(axis=1)
    for group, ranks in zip(GROUPS, _group_ranks(size), strict=True):
        rows[group] = shares[:, ranks].sum(axis=1)
    rows.loc[~known, [c for c in rows.columns if c not in ("province", "score", "rank", "of")]] = pd.NA
    return RankIntervals(
        field.edition, indicator, error_year, errors_of, level, draws, seed, tuple(top), rows
    )


def error_year(scored: pd.DataFrame, framework: Framework, uncertainty: pd.DataFrame) -> int:
    """Year of the published errors of the total that :func:`rank_intervals` takes.

    Parameters
    ----------
    scored, framework, uncertainty
        As for :func:`rank_intervals`, which raises for the same reasons.
    """
    year, _ = _nearest_errors(uncertainty, Field(scored, framework), ROOT, [ROOT])
    return year


def _scored_parts(field: Field, indicator: str) -> list[str]:
    parts = [c for c in field.framework.split_children(indicator) if c in field.scores.columns]
    if not parts:
        raise UsageError(
            f"{indicator} of {field.title} has no parts with scores; take the errors of the total."
        )
    return parts


def _nearest_errors(
    uncertainty: pd.DataFrame, field: Field, indicator: str, parts: list[str]
) -> tuple[int, pd.DataFrame]:
    edition = field.edition
    mine = uncertainty[uncertainty["frame"] == edition["frame"]]
    years = sorted({int(y) for y in mine["year"]}, key=lambda y: (abs(y - edition["year"]), y))
    for year in years:
        found = {part: standard_errors(mine[mine["year"] == year], part) for part in parts}
        if all(errors is not None for errors in found.values()):
            return year, pd.DataFrame(found)
    raise UsageError(
        f"no sampling errors are published for {', '.join(parts)} of {edition['index']}, so {indicator} has no rank "
        "interval. `parlib robustness` shows how far its ranks hang on the weights."
    )


def rank_shares(drawn: np.ndarray) -> np.ndarray:
    """How often each province takes each rank.

    Parameters
    ----------
    drawn
        Scores, draws by provinces.

    Returns
    -------
    numpy.ndarray
        Provinces by ranks (column 0 is the first place); every row and column adds to 1.
    """
    draws, size = drawn.shape
    order = np.argsort(-drawn, axis=1, kind="stable")
    counts: np.ndarray = np.zeros((size, size))
    for rank in range(size):
        counts[:, rank] = np.bincount(order[:, rank], minlength=size)
    counts /= draws
    return counts


def rank_ends(shares: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Best and worst rank that leave at most half of ``1 - level`` beyond each."""
    reached = shares.cumsum(axis=1) + 1e-12  # sums of frequencies fall short of their total by a few bits
    tail = (1 - level) / 2
    return (reached >= tail).argmax(axis=1) + 1, (reached >= 1 - tail).argmax(axis=1) + 1


def _group_ranks(size: int) -> list[slice]:
    """The ranks of each group, best group first: at or above the 75th, 50th, 25th percentile of ``size`` values."""
    cuts = [size - int(np.ceil(np.percentile(np.arange(size), p))) for p in (75, 50, 25)]
    return [slice(start, stop) for start, stop in zip([0, *cuts], [*cuts, size], strict=True)]
