"""Checks of one index's scores frame against itself: sums, ranks, monotonicity, coverage, magnitude, scale.

Every function takes a scores frame of one index (see ARCHITECTURE.md) whose row labels the :class:`Subject` can locate,
and returns findings in a stable order. Rounding never counts as a contradiction: a figure printed with two decimals
stands for anything within half a hundredth.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from parlib.checks.finding import Finding, FindingValue, Named, Severity, Subject, edition_of
from parlib.frameworks import MAIN, ROOT, Framework
from parlib.scoring import EDITION, FIELD

FLOOR = 1e-5  # single-precision noise of published workbooks: a total of 44 carries about 4e-6
MAX_DECIMALS = 6
ROOT_JUMP, CHILD_JUMP = 0.15, 0.25  # share of the scale; about twice the 99.9th percentile of PAPI 2011-2024
COARSE = 1_000  # three decimals fewer than usual is a figure typed short; two may be trailing zeros
PERCENT = "_PCT"  # ends the code of a domain that is printed in per cent of its maximum

Figures: TypeAlias = NDArray[np.float64]


def decimals(values: ArrayLike) -> NDArray[np.int64]:
    """With how many decimals each value was printed (0 to 6; 6 for anything finer)."""
    numbers = np.asarray(values, dtype="float64")
    out = np.full(numbers.shape, MAX_DECIMALS)
    for places in range(MAX_DECIMALS - 1, -1, -1):
        out[np.abs(numbers - np.round(numbers, places)) <= 1e-9] = places
    return out


def half_unit(values: ArrayLike) -> NDArray[np.float64]:
    """Half a unit of the last printed decimal: how far the unrounded figure may lie."""
    return 0.5 * 10.0 ** -decimals(values).astype("float64")


def check_figures(
    scores: pd.DataFrame, editions: pd.DataFrame, breaks: pd.DataFrame, subject: Subject
) -> list[Finding]:
    """All checks of this module.

    Parameters
    ----------
    scores
        Scores frame of one index.
    editions, breaks
        Tables of the record; rows of other indices are ignored.
    subject
        Provinces, framework, places.
    """
    return [
        *check_sums(scores, subject),
        *check_percentages(scores, subject),
        *check_ranks(scores, editions, subject),
        *check_monotonicity(scores, editions, subject),
        *check_coverage(scores, editions, subject),
        *check_magnitude(scores, editions, breaks, subject),
    ]


# --- sums ------------------------------------------------------------------------------------------


def check_sums(scores: pd.DataFrame, subject: Subject, severity: Severity = "error") -> list[Finding]:
    """Every printed node against the sum of its parts, in every decomposition of the framework.

    A part that is not printed itself may be the sum of its own parts. The two sides may differ by half a unit of the
    last decimal of every figure involved. Where that is only so because some part was printed more coarsely than the
    rest of its edition, the finding is ``info``.
    """
    out: list[Finding] = []
    for key, edition in scores.groupby(EDITION, dropna=False, sort=False):
        framework = subject.framework(int(key[1]))
        for split in dict.fromkeys([MAIN, *framework.table["split"]]):
            out += _sums_of(edition, framework, split, subject, severity)
    return out


def _sums_of(
    edition: pd.DataFrame, framework: Framework, split: str, subject: Subject, severity: Severity
) -> list[Finding]:
    scored = edition["score"].dropna()
    parents = set(framework.table.loc[framework.table["split"] == split, "parent"].dropna())
    if scored.empty or not parents & set(edition["indicator"]):
        return []
    wide = _earned(edition, framework).pivot(index="province", columns="indicator", values="score")
    usual = float(half_unit(scored).min())
    known: dict[str, tuple[Figures, Figures, Figures]] = {}
    out: list[tuple[str, str, float, bool]] = []

    def value(node: str) -> tuple[Figures, Figures, Figures]:
        """Score of a node, how far rounding may have moved it, and how far it would if printed as finely as usual."""
        if node not in known:
            own = wide[node].to_numpy() if node in wide else np.full(len(wide), np.nan)
            slack = half_unit(own)
            slack = np.where(slack > COARSE * usual * (1 - 1e-9), slack, usual)
            tight = np.full(len(wide), usual)
            parts = [value(child) for child in framework.split_children(node, split)]
            if parts:
                total, loose, fine = (np.sum(column, axis=0) for column in zip(*parts, strict=True))
                compare(node, own, slack, total, loose, fine)
                there = ~np.isnan(own)
                known[node] = (
                    np.where(there, own, total),
                    np.where(there, slack, loose),
                    np.where(there, tight, fine),
                )
            else:
                known[node] = own, slack, tight
        return known[node]

    def compare(
        node: str, own: Figures, slack: Figures, total: Figures, loose: Figures, fine: Figures
    ) -> None:
        gap = np.abs(own - total)
        for at in np.flatnonzero(gap > np.maximum(fine + usual, FLOOR) + 1e-9):
            coarse = bool(gap[at] <= loose[at] + slack[at] + 1e-9)
            out.append((node, str(wide.index[at]), float(total[at]), coarse))

    value(ROOT)
    if not out:
        return []
    rows = edition.reset_index(names="_at").set_index(["province", "indicator"], drop=False)
    return [
        _sum_finding(rows.loc[(who, node)], total, "info" if coarse else severity, subject)
        for node, who, total, coarse in out
    ]


def _earned(edition: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Leaves that nobody could earn (nothing was due) add nothing to a sum."""
    rules = edition["indicator"].map(framework.table["zero_denominator"])
    nothing_due = edition["score"].isna() & (edition["denominator"] == 0) & (rules == "missing")
    return edition.assign(score=edition["score"].mask(nothing_due, 0.0))


def _sum_finding(row: pd.Series, total: float, severity: Severity, subject: Subject) -> Finding:
    published = float(row["score"])
    places = max(int(decimals([published])[0]), 2)
    return Finding(
        severity,
        "sums",
        "sums.rounded" if severity == "info" else "sums.parts" if row["indicator"] != ROOT else "sums.total",
        subject.locate(row["_at"], "score"),
        f"{published:.{places}f}",
        f"{total:.{places}f}",
        {
            **subject.about(row),
            "sum": total,
            "published": published,
            "gap": abs(published - total),
            "source": row["source_id"],
        },
        places if severity != "info" else 4,
    )


def check_percentages(scores: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Where a domain is printed in points and in per cent of its maximum, the two must agree within rounding."""
    out: list[Finding] = []
    percent = scores[scores["indicator"].str.endswith(PERCENT) & scores["score"].notna()]
    if percent.empty:
        return out
    keys = [*EDITION, "province", "indicator"]
    points = scores.dropna(subset=["score"])[[*keys, "score"]]
    pairs = (
        percent.reset_index(names="_at")
        .assign(indicator=percent["indicator"].str.removesuffix(PERCENT).to_numpy())
        .merge(points, on=keys, suffixes=("", "_points"))
    )
    for row in pairs.to_dict("records"):
        framework = subject.framework(int(row["year"]))
        maximum = framework.max_score(row["indicator"]) if row["indicator"] in framework else float("nan")
        implied = 100 * row["score_points"] / maximum
        slack = half_unit([row["score"], row["score_points"]]) * [1, 100 / maximum]
        if not abs(row["score"] - implied) > slack.sum() + 1e-9:
            continue
        out.append(
            Finding(
                "error",
                "sums",
                "sums.percent",
                subject.locate(row["_at"], "score"),
                f"{row['score']:.2f}",
                f"{implied:.2f}",
                {
                    **subject.about(row),
                    "percent": row["score"],
                    "points": row["score_points"],
                    "maximum": maximum,
                    "implied": implied,
                    "source": row["source_id"],
                },
            )
        )
    return out


# --- ranks and order -------------------------------------------------------------------------------


def check_ranks(scores: pd.DataFrame, editions: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Printed ranks against ranks computed from the scores, where a field is known whole.

    Provinces whose printed scores are equal may hold any order among themselves.
    """
    out: list[Finding] = []
    for field in _fields(scores, editions, whole=True):
        ranked = field.dropna(subset=["score", "published_rank"])
        known = field["score"].dropna()
        for at, row in ranked.iterrows():
            first = int((known > row["score"] + 1e-9).sum()) + 1
            last = int((known >= row["score"] - 1e-9).sum())
            if not first <= row["published_rank"] <= last:
                out.append(_rank_finding(at, row, first, len(known), subject))
    return out


def _rank_finding(at: Hashable, row: pd.Series, rank: int, of: int, subject: Subject) -> Finding:
    return Finding(
        "error",
        "ranks",
        "ranks.computed",
        subject.locate(at, "published_rank"),
        str(row["published_rank"]),
        str(rank),
        {
            **subject.about(row),
            "published": int(row["published_rank"]),
            "rank": rank,
            "of": of,
            "source": row["source_id"],
        },
    )


def check_monotonicity(scores: pd.DataFrame, editions: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Where only some provinces are known: a better printed rank never goes with a lower printed score.

    Also no rank twice (unless the scores are equal), and, as ``info``, no score twice: in a handful of figures two
    equal ones are more often a copying slip than a tie.
    """
    out: list[Finding] = []
    for field in _fields(scores, editions, whole=False):
        both = field.dropna(subset=["score", "published_rank"]).sort_values(["published_rank", "province"])
        for (_, upper), (at, lower) in itertools.pairwise(both.iterrows()):
            if lower["published_rank"] > upper["published_rank"] and lower["score"] > upper["score"] + 1e-9:
                out.append(_order_finding(upper, at, lower, subject))
        ranked = field.dropna(subset=["published_rank"])
        for _, group in ranked.groupby("published_rank"):
            if len(group) > 1 and group["score"].nunique(dropna=False) > 1:
                out.append(_twice("ranks.twice", "error", group, subject))
        scored = field[(field["indicator"] == ROOT) & field["score"].notna()]
        for _, group in scored.groupby("score"):
            distinct = group["published_rank"].dropna()
            if len(group) > 1 and (len(distinct) < len(group) or distinct.nunique() > 1):
                out.append(_twice("ranks.same_score", "info", group, subject))
    return out


def _order_finding(upper: pd.Series, at: Hashable, lower: pd.Series, subject: Subject) -> Finding:
    return Finding(
        "error",
        "monotonicity",
        "monotonicity.order",
        subject.locate(at, "published_rank"),
        f"{lower['score']:.2f} / {lower['published_rank']}",
        f"{upper['score']:.2f} / {upper['published_rank']}",
        {
            **subject.about(lower),
            "score": float(lower["score"]),
            "rank": int(lower["published_rank"]),
            "source": lower["source_id"],
            "other": subject.who(int(upper["frame"]), upper["province"]),
            "other_score": float(upper["score"]),
            "other_rank": int(upper["published_rank"]),
            "other_source": upper["source_id"],
        },
    )


def _twice(code: str, severity: Severity, group: pd.DataFrame, subject: Subject) -> Finding:
    """The second of the provinces that share a rank or a score, with the first beside it."""
    column = "published_rank" if code == "ranks.twice" else "score"
    (_, other), (at, row) = itertools.islice(group.iterrows(), 2)
    value = int(row[column]) if column == "published_rank" else float(row[column])
    return Finding(
        severity,
        "ranks",
        code,
        subject.locate(at, column),
        str(value),
        "",
        {
            **subject.about(row),
            "other": subject.who(int(other["frame"]), other["province"]),
            "value": value,
            "source": row["source_id"],
        },
    )


def _fields(scores: pd.DataFrame, editions: pd.DataFrame, *, whole: bool) -> Iterator[pd.DataFrame]:
    """Fields that have a printed rank or are partial, told apart as :func:`parlib.scoring.add_ranks` does."""
    released = {
        (row["index"], row["year"], row["date"] if isinstance(row["date"], str) else None, row["frame"])
        for row in editions[editions["coverage"] == "whole"].to_dict("records")
    }
    for key, field in scores.groupby(FIELD, dropna=False, sort=False):
        edition = (key[0], key[1], key[2] if isinstance(key[2], str) else None, key[3])
        complete = edition in released or field["score"].count() == key[3]
        if complete == whole and (not whole or field["published_rank"].notna().any()):
            yield field


# --- coverage, magnitude ---------------------------------------------------------------------------


def check_coverage(scores: pd.DataFrame, editions: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Who is missing from an edition that was released whole; figures of an edition that is not listed."""
    out: list[Finding] = []
    listed = editions[editions["index"].isin(scores["index"].unique())]
    keyed = scores.reset_index(names="_at").merge(
        listed[[*EDITION, "coverage"]], on=EDITION, how="left", validate="m:1"
    )
    for _, edition in keyed.groupby(EDITION, dropna=False, sort=False):
        first = edition.iloc[0]
        values: dict[str, FindingValue] = {"edition": edition_of(first), "frame": int(first["frame"])}
        place = subject.locate(first["_at"], "year")
        if pd.isna(first["coverage"]):
            out.append(
                Finding(
                    "error", "coverage", "coverage.unlisted", place, edition_of(first), "editions.csv", values
                )
            )
        elif first["coverage"] == "whole":
            totals = set(edition.loc[(edition["indicator"] == ROOT) & edition["score"].notna(), "province"])
            book = subject.provinces[int(first["frame"])]
            absent = tuple(Named.of(p) for p in book.all if p.slug not in totals)
            if not totals:
                out.append(
                    Finding(
                        "error",
                        "coverage",
                        "coverage.no_total",
                        place,
                        edition_of(first),
                        "editions.csv",
                        values,
                    )
                )
            elif absent:
                values |= {"n": len(totals), "of": len(book), "absent": absent}
                out.append(
                    Finding(
                        "info", "coverage", "coverage.absent", place, str(len(totals)), str(len(book)), values
                    )
                )
    return out


def check_magnitude(
    scores: pd.DataFrame,
    editions: pd.DataFrame,
    breaks: pd.DataFrame,
    subject: Subject,
    severity: Severity = "info",
) -> list[Finding]:
    """Totals and their direct parts that moved further since the edition before than such figures do.

    The limit is a share of the scale: :data:`ROOT_JUMP` for a total, :data:`CHILD_JUMP` for its parts. Years between
    which the index is not comparable are left out.
    """
    from parlib.scoring import add_change, add_ranks

    out: list[Finding] = []
    changed = add_change(add_ranks(scores, editions), breaks)
    trees = {int(year): subject.framework(int(year)).table for year in scores["year"].unique()}
    limits = pd.concat(
        tree.assign(year=year, share=np.where(tree["parent"].isna(), ROOT_JUMP, CHILD_JUMP))[
            tree["parent"].isna() | (tree["parent"] == ROOT)
        ]
        for year, tree in trees.items()
    )
    limits["limit"] = limits["share"] * (limits["max_score"] - limits["min_score"])
    limit = limits.set_index(["year", "indicator"])["limit"]
    keys = pd.MultiIndex.from_frame(changed[["year", "indicator"]])
    moved = changed[(changed["change"].abs() > limit.reindex(keys).to_numpy()).fillna(False).astype(bool)]
    for at, row in moved.iterrows():
        out.append(
            Finding(
                severity,
                "magnitude",
                "magnitude.jump",
                subject.locate(at, "score"),
                f"{row['score']:.2f}",
                f"{row['previous_score']:.2f}",
                {
                    **subject.about(row),
                    "score": float(row["score"]),
                    "previous": float(row["previous_score"]),
                    "change": float(row["change"]),
                    "source": row["source_id"],
                },
            )
        )
    return out
