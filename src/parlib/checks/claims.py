"""Checks between statements: one source against another, classes and means against scores, colours against groups."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping

import pandas as pd

from parlib.checks.figures import FLOOR, half_unit
from parlib.checks.finding import Family, Finding, FindingValue, Row, Severity, Subject, edition_of
from parlib.frameworks import MAIN, ROOT, Framework
from parlib.rescaling import rescale
from parlib.scoring import FIELD, add_groups, add_ranks

_NOISE = 1e-6
_HALF_HUNDREDTH = 0.005  # totals are printed with two decimals, also those that end in zeros
_FORMULA = 1e-4  # the formulas reproduce the published sub-dimensions to 1e-5
_KEYS = ["index", "year", "frame", "province", "indicator"]


def check_disputed(scores: pd.DataFrame, disputed: pd.DataFrame, subject: Subject) -> list[Finding]:
    """What other sources print against what the record keeps.

    Every row of ``disputed`` is a known contradiction; each way in which it contradicts becomes a ``warning``: another
    score, another rank, a rank that its score cannot have beside the scores and ranks kept, or parts that do not add
    up to the total of the same source or to the one kept.

    Parameters
    ----------
    scores
        Scores frame of one index.
    disputed
        Columns of ``disputed.csv``, rows of any index.
    subject
        Places are those of ``disputed``.
    """
    mine = disputed[disputed["index"].isin(scores["index"].unique())]
    kept = scores[[*_KEYS, "score", "published_rank", "source_id"]]
    pairs = mine.reset_index(names="_at").merge(kept, on=_KEYS, how="left", suffixes=("", "_kept"))
    out: list[Finding] = []
    for row in pairs.to_dict("records"):
        out += _contradictions(row, scores, subject)
    return [*out, *_disputed_sums(mine, scores, subject)]


def _contradictions(row: Row, scores: pd.DataFrame, subject: Subject) -> list[Finding]:
    values: dict[str, FindingValue] = {
        **subject.about(row),
        "source": str(row["source_id"]),
        "kept_source": row["source_id_kept"] if isinstance(row["source_id_kept"], str) else "–",
    }
    out: list[Finding] = []

    def add(code: str, column: str, found: float, expected: float) -> None:
        shown = {**values, "found": found, "kept": expected}
        place = subject.locate(row["_at"], column)
        out.append(Finding("warning", "cross-source", code, place, f"{found:g}", f"{expected:g}", shown))

    score, score_kept = pd.Series([row["score"], row["score_kept"]], dtype="float64")
    if abs(score - score_kept) > half_unit([score, score_kept]).sum() + 1e-9:
        add("cross-source.score", "score", float(score), float(score_kept))
    rank, rank_kept = row["published_rank"], row["published_rank_kept"]
    if pd.notna(rank) and pd.notna(rank_kept) and rank != rank_kept:
        add("cross-source.rank", "published_rank", int(rank), int(rank_kept))
    if pd.notna(rank):
        out += _impossible_rank(
            row, int(rank), score if pd.notna(score) else score_kept, scores, values, subject
        )
    return out


def _impossible_rank(
    row: Row,
    rank: int,
    score: float,
    scores: pd.DataFrame,
    values: Mapping[str, FindingValue],
    subject: Subject,
) -> list[Finding]:
    """A province that stands at a better rank than ``rank`` with a lower score, or at a worse one with a higher."""
    same = (
        (scores["year"] == row["year"])
        & (scores["frame"] == row["frame"])
        & (scores["indicator"] == row["indicator"])
    )
    others = scores[same & (scores["province"] != row["province"])].dropna(subset=["score", "published_rank"])
    wrong = others[
        ((others["published_rank"] >= rank) & (others["score"] > score + 1e-9))
        | ((others["published_rank"] <= rank) & (others["score"] < score - 1e-9))
    ]
    if pd.isna(score) or wrong.empty:
        return []
    nearest = wrong.loc[(wrong["published_rank"] - rank).abs().astype("float64").idxmin()]
    return [
        Finding(
            "warning",
            "monotonicity",
            "monotonicity.order",
            subject.locate(row["_at"], "published_rank"),
            f"{score:.2f} / {rank}",
            f"{nearest['score']:.2f} / {nearest['published_rank']}",
            {
                **{key: values[key] for key in ("province", "edition", "indicator", "source")},
                "score": float(score),
                "rank": rank,
                "other": subject.who(int(nearest["frame"]), nearest["province"]),
                "other_score": float(nearest["score"]),
                "other_rank": int(nearest["published_rank"]),
                "other_source": nearest["source_id"],
            },
        )
    ]


def _disputed_sums(disputed: pd.DataFrame, scores: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Parts that one source prints, added up, against its own total and against the one kept."""
    out: list[Finding] = []
    keys = ["year", "frame", "province", "source_id"]
    for (year, frame, province, source), group in disputed.dropna(subset=["score"]).groupby(keys):
        figures = group.set_index("indicator")["score"]
        framework = subject.framework(int(year))
        for split in dict.fromkeys([MAIN, *framework.table["split"]]):
            parts = [leaf for leaf in framework.scored_leaves(figures.index, split) if leaf != ROOT]
            if not parts or set(parts) != set(_leaves(framework, split)):
                continue
            total = float(figures[parts].sum())
            slack = half_unit(figures[parts]).sum() + _HALF_HUNDREDTH + 1e-9
            kept = scores[
                (scores["year"] == year) & (scores["province"] == province) & (scores["indicator"] == ROOT)
            ]["score"]
            claims = [(figures.get(ROOT), source), (next(iter(kept), None), None)]
            for claim, by in claims:
                if claim is None or not abs(claim - total) > slack:
                    continue
                where = group.index[group["indicator"] == (ROOT if by else parts[0])][0]
                out.append(
                    Finding(
                        "warning",
                        "sums",
                        "sums.total",
                        subject.locate(where, "score"),
                        f"{claim:.2f}",
                        f"{total:.2f}",
                        {
                            "province": subject.who(int(frame), province),
                            "edition": str(year),
                            "indicator": subject.what(int(year), ROOT),
                            "sum": total,
                            "published": float(claim),
                            "gap": abs(float(claim) - total),
                            "source": source,
                        },
                    )
                )
    return out


def _leaves(framework: Framework, split: str) -> list[str]:
    return [node for node in framework.walk(ROOT, split) if not framework.split_children(node, split)]


# --- classes, means, colours -----------------------------------------------------------------------


def check_bands(scores: pd.DataFrame, bands: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Published classes of the total against the totals and ranks known.

    A class holds no more provinces than it was published with; a province in an open-ended top class of n stands among
    the first n, and one below it does not.

    Parameters
    ----------
    scores
        Scores frame of one index.
    bands
        Columns of ``bands.csv``, rows of any index.
    subject
        Places are those of ``scores``.
    """
    out: list[Finding] = []
    totals = scores[(scores["indicator"] == ROOT) & scores["score"].notna()]
    for band in bands[bands["index"].isin(scores["index"].unique())].to_dict("records"):
        field = totals[(totals["year"] == band["year"]) & (totals["frame"] == band["frame"])]
        inside = _within(field["score"], band)
        top = pd.isna(band["high"])
        values = {"edition": str(band["year"]), "band": band["band"], "n": int(band["provinces"])}
        if inside.sum() > band["provinces"]:
            place = subject.locate(field.index[inside][-1], "score")
            found = {**values, "found": int(inside.sum()), "source": band["source_id"]}
            out.append(
                Finding(
                    "error",
                    "ranks",
                    "ranks.class_size",
                    place,
                    str(inside.sum()),
                    str(band["provinces"]),
                    found,
                )
            )
        if not top:
            continue
        ranked = field[field["published_rank"].notna()]
        wrong = ranked[(ranked["published_rank"] <= band["provinces"]) != _within(ranked["score"], band)]
        for at, row in wrong.iterrows():
            shown = {
                **values,
                "province": subject.who(int(row["frame"]), row["province"]),
                "score": float(row["score"]),
                "rank": int(row["published_rank"]),
                "low": float(band["low"]),
                "source": row["source_id"],
                "other_source": band["source_id"],
            }
            place = subject.locate(at, "published_rank")
            out.append(
                Finding("error", "ranks", "ranks.class", place, str(shown["rank"]), str(values["n"]), shown)
            )
    return out


def _within(score: pd.Series, band: Row) -> pd.Series:
    """Which scores lie in a class; an empty end is open."""
    low, high = band["low"], band["high"]
    inside = score.notna()
    if pd.notna(low):
        inside &= score >= low if band["low_closed"] else score > low
    if pd.notna(high):
        inside &= score <= high if band["high_closed"] else score < high
    return inside


def check_national(scores: pd.DataFrame, national: pd.DataFrame, subject: Subject) -> list[Finding]:
    """Published means and gaps against each other and, where a field is known whole, against the scores.

    Regional means, each counted with its number of provinces, must give the mean of all; two sources of one statistic
    must agree within rounding; a mean of provinces must be that of the scores; the gap between first and last that of
    the scores of first and last.

    Parameters
    ----------
    scores
        Scores frame of one index.
    national
        Columns of ``national.csv``, rows of any index.
    subject
        Places are those of ``national``.
    """
    out: list[Finding] = []
    mine = national[national["index"].isin(scores["index"].unique())]
    for _, field in mine.groupby(FIELD, dropna=False, sort=False):
        first = field.iloc[0]
        same = scores
        for key in FIELD:
            same = same[same[key].isna() if pd.isna(first[key]) else same[key] == first[key]]
        for _, statistic in field.groupby(["statistic", "region"], dropna=False, sort=False):
            for (_, one), (at, other) in itertools.pairwise(statistic.iterrows()):
                slack = half_unit([one["value"], other["value"]]).sum()
                out += _differ("cross-source.statistic", other, at, one["value"], slack, subject)
        out += _regions_against_all(field, subject)
        out += _statistics_of(field, same["score"].dropna(), int(first["frame"]), subject)
    return out


def _regions_against_all(field: pd.DataFrame, subject: Subject) -> list[Finding]:
    regions = field[field["statistic"] == "mean_of_region"]
    means = field[field["statistic"] == "mean_of_provinces"]
    if regions.empty or means.empty:
        return []
    book = subject.provinces[int(field["frame"].iloc[0])]
    sizes = regions["region"].map(lambda region: len(book.in_region(region)))
    if sizes.sum() != len(book) or regions["region"].duplicated().any():
        return []
    weights = sizes / len(book)
    # Weighted, the rounding of the regions is at most that of one figure; trailing zeros hide decimals.
    slack = float(half_unit(regions["value"]).min() + half_unit(means["value"]).min())
    return _differ(
        "sums.regions",
        means.iloc[0],
        means.index[0],
        float((regions["value"] * weights).sum()),
        slack,
        subject,
    )


def _statistics_of(field: pd.DataFrame, known: pd.Series, frame: int, subject: Subject) -> list[Finding]:
    if len(known) < frame:
        return []
    computed = {
        "mean_of_provinces": float(known.mean()),
        "median": float(known.median()),
        "gap_top_bottom": float(known.max() - known.min()),
    }
    slack = float(half_unit(known).max())
    out: list[Finding] = []
    for at, row in field[field["region"].isna()].iterrows():
        if row["statistic"] in computed:
            rounding = slack + float(half_unit([row["value"]]).sum())
            out += _differ("sums.statistic", row, at, computed[row["statistic"]], rounding, subject)
    return out


def _differ(
    code: str, row: pd.Series, at: Hashable, other: float, slack: float, subject: Subject
) -> list[Finding]:
    value = float(row["value"])
    if not abs(value - other) > slack + 1e-9:
        return []
    family: Family = "sums" if code.startswith("sums") else "cross-source"
    values: dict[str, FindingValue] = {
        "edition": edition_of(row),
        "indicator": subject.what(int(row["year"]), row["indicator"]),
        "published": value,
        "other": other,
        "gap": abs(value - other),
        "source": row["source_id"],
    }
    return [
        Finding(
            "warning", family, code, subject.locate(at, "value"), f"{value:.2f}", f"{other:.3f}", values, 3
        )
    ]


def check_groups(
    scores: pd.DataFrame, groups: pd.DataFrame, editions: pd.DataFrame, subject: Subject
) -> list[Finding]:
    """Colours of the publisher's tables against the groups that its stated rule gives (missing provinces lowest).

    Parameters
    ----------
    scores
        Scores frame of one index.
    groups
        Columns ``year, frame, province, indicator, group``, as of ``published_groups.csv``.
    editions
        Table of the record.
    subject
        Places are those of ``groups``.
    """
    years = scores["year"].isin(groups["year"].unique())
    computed = add_groups(add_ranks(scores[years], editions), "lowest").dropna(subset=["score"])
    keys = ["year", "frame", "province", "indicator"]
    pairs = groups.reset_index(names="_at").merge(
        computed[[*keys, "group", "score"]], on=keys, suffixes=("", "_computed")
    )
    wrong = pairs[pairs["group"].notna() & (pairs["group"] != pairs["group_computed"])]
    return [
        Finding(
            "warning",
            "cross-source",
            "cross-source.group",
            subject.locate(row["_at"], "group"),
            row["group"],
            str(row["group_computed"]),
            {
                **subject.about(row),
                "score": float(row["score"]),
                "group": str(row["group"]),
                "computed": str(row["group_computed"]),
            },
        )
        for row in wrong.to_dict("records")
    ]


def check_raw(
    values: pd.DataFrame, labels: pd.DataFrame, subject: Subject, severity: Severity = "info"
) -> list[Finding]:
    """Raw indicators against their printed scales: one finding for each that leaves its own.

    Parameters
    ----------
    values
        Columns ``year, province, indicator, number, value``.
    labels
        Columns ``year, indicator, number, name_vi, scale_low, scale_high``; an empty end is open.
    subject
        Places are those of ``values``.
    severity
        How grave a finding is.
    """
    keys = ["year", "indicator", "number"]
    ends = labels[[*keys, "name_vi", "scale_low", "scale_high"]].astype(
        {"scale_low": "float64", "scale_high": "float64"}
    )
    placed = values.reset_index(names="_at").merge(ends, on=keys, how="left", validate="m:1")
    outside = placed[
        (placed["value"] < placed["scale_low"] - _NOISE) | (placed["value"] > placed["scale_high"] + _NOISE)
    ]
    out: list[Finding] = []
    for (year, indicator, number), group in outside.groupby(keys, sort=False):
        first = group.iloc[0]
        shown: dict[str, FindingValue] = {
            "edition": str(year),
            "heading": f"{indicator} ({number}) {first['name_vi']}",
            "n": len(group),
            "found": float(first["value"]),
            "low": float(first["scale_low"]),
            "high": float(first["scale_high"]),
        }
        place = subject.locate(first["_at"], "value")
        expected = f"{first['scale_low']:g} to {first['scale_high']:g}"
        out.append(Finding(severity, "ranges", "ranges.raw", place, f"{first['value']:g}", expected, shown))
    return out


def check_rescaled(
    scores: pd.DataFrame, values: pd.DataFrame, formulas: pd.DataFrame, subject: Subject
) -> list[Finding]:
    """Sub-dimensions against what their raw indicators give, where the formula is known.

    Parameters
    ----------
    scores
        Scores frame of one index.
    values, formulas
        As :func:`parlib.rescaling.rescale` takes them.
    subject
        Places are those of ``scores``.
    """
    keys = ["year", "frame", "province", "indicator"]
    pairs = scores.reset_index(names="_at").merge(
        rescale(values, formulas)[[*keys, "score"]], on=keys, suffixes=("", "_rebuilt")
    )
    wrong = pairs[(pairs["score"] - pairs["score_rebuilt"]).abs() > _FORMULA]
    return [
        Finding(
            "warning",
            "sums",
            "sums.rescaled",
            subject.locate(row["_at"], "score"),
            f"{row['score']:.4f}",
            f"{row['score_rebuilt']:.4f}",
            {
                **subject.about(row),
                "published": float(row["score"]),
                "sum": float(row["score_rebuilt"]),
                "gap": abs(float(row["score"] - row["score_rebuilt"])),
            },
            4,
        )
        for row in wrong.to_dict("records")
    ]


def check_uncertainty(scores: pd.DataFrame, uncertainty: pd.DataFrame, subject: Subject) -> list[Finding]:
    """The scores printed beside standard errors against the scores of the record.

    Parameters
    ----------
    scores
        Scores frame of one index.
    uncertainty
        Columns of ``uncertainty.csv``.
    subject
        Places are those of ``uncertainty``.
    """
    printed = uncertainty[(uncertainty["statistic"] == "score") & (uncertainty["weighting"] == "unweighted")]
    keys = ["year", "frame", "province", "indicator"]
    pairs = printed.reset_index(names="_at").merge(
        scores[[*keys, "score", "source_id"]], on=keys, suffixes=("", "_kept")
    )
    slack = half_unit(pairs["value"]) + half_unit(pairs["score"]) + FLOOR
    return [
        Finding(
            "warning",
            "cross-source",
            "cross-source.score",
            subject.locate(row["_at"], "value"),
            f"{row['value']:g}",
            f"{row['score']:g}",
            {
                **subject.about(row),
                "found": float(row["value"]),
                "kept": float(row["score"]),
                "source": row["source_id"],
                "kept_source": row["source_id_kept"],
            },
            4,
        )
        for row in pairs[(pairs["value"] - pairs["score"]).abs() > slack].to_dict("records")
    ]
