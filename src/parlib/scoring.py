"""Roll-up, ranks, groups, change. Pure: frames in, frames out, whatever the index.

All functions take and return the scores frame described in ARCHITECTURE.md and add columns to it; none of them fills
in a missing score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from parlib.frameworks import MAIN, ROOT, Framework

EDITION = ["index", "year", "date", "frame"]
FIELD = [*EDITION, "indicator"]
GROUPS = ("highest", "high_average", "low_average", "lowest")
NOTABLE = 0.05  # "significant" change of the PAPI reports: 5 % or more of the earlier score

MissingRule = Literal["exclude", "lowest"]


def roll_up(
    scores: pd.DataFrame, framework: Framework, split: str = MAIN, *, leaves: Sequence[str] | None = None
) -> pd.DataFrame:
    """Scores of every inner node of the tree as the sum of its children, at full precision.

    Parameters
    ----------
    scores
        Scores frame of one index and year. Evidence columns ``numerator`` and ``denominator``, where present, tell a
        leaf that nobody could earn (denominator 0 under a rule that leaves such a leaf without points) from a leaf
        whose score is not known: the first adds nothing, the second leaves every node above it unknown. A column
        ``applicable``, where present, takes a leaf out of both the points and the maximum where it is false.
    framework
        The tree of that year.
    split
        Which decomposition to add up.
    leaves
        What to add up from; default: the deepest indicators that have scores. One that is named here and has no score
        leaves every node above it unknown.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`FIELD` plus ``province``, ``computed``, ``applicable_max`` and ``basis``: one row per province
        and inner node that has a scored child. ``computed`` is missing where a part is. ``applicable_max`` is the sum
        of the maxima of the leaves that apply (missing where one is not known): an index in per cent is ``computed``
        over it. ``basis`` is ``illustrative`` or ``self-assessed`` wherever one of the province's rows is, else
        ``derived``.
    """
    keys = [*EDITION, "province"]
    due = pd.Series(True, index=scores.index)
    if "applicable" in scores:
        due = scores["applicable"].astype("boolean").fillna(True).astype(bool)
    if leaves is None:
        counted = scores[scores["score"].notna() | ~due]
        leaves = framework.scored_leaves(counted["indicator"].unique(), split)
    else:
        counted = scores[scores["indicator"].isin(leaves)]
    provinces = pd.MultiIndex.from_frame(scores[keys].drop_duplicates())

    def widen(values: pd.Series) -> pd.DataFrame:
        table = counted.assign(value=values).pivot_table(
            index=keys, columns="indicator", values="value", dropna=False, sort=False
        )
        return table.reindex(index=provinces, columns=leaves)

    points = widen(counted["score"].where(due, 0.0))
    _add_nothing_where_nothing_was_due(points, scores, framework, leaves)
    applies = widen(due.astype("float64")).fillna(1.0)
    maxima = applies * framework.table["max_score"].reindex(leaves)
    sums = {
        "computed": _add_up(points, framework, split),
        "applicable_max": _add_up(maxima, framework, split),
    }
    long = [table.rename_axis(columns="indicator").stack(future_stack=True) for table in sums.values()]
    out = pd.concat(long, axis=1, keys=sums).reset_index()[[*FIELD, "province", *sums]]
    return out.merge(_weakest_basis(scores, keys), on=keys, how="left", validate="m:1")


def _add_up(leaves: pd.DataFrame, framework: Framework, split: str) -> pd.DataFrame:
    """Every inner node above the columns of ``leaves``, as a column, parents before children."""
    columns: dict[str, npt.NDArray[np.float64]] = {code: leaves[code].to_numpy() for code in leaves.columns}
    inner: dict[str, npt.NDArray[np.float64]] = {}

    def total(node: str) -> npt.NDArray[np.float64] | None:
        if node in columns:
            return columns[node]
        parts = [
            part for child in framework.split_children(node, split) if (part := total(child)) is not None
        ]
        if parts:
            inner[node] = np.sum(parts, axis=0)
        return inner.get(node)

    total(ROOT)
    order = [node for node in framework.walk(ROOT, split) if node in inner]
    return pd.DataFrame({node: inner[node] for node in order}, index=leaves.index)


def _weakest_basis(scores: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The basis of what is computed from a province's rows: one illustrative row makes all of it illustrative."""
    marked = scores[keys].assign(
        illustrative=scores["basis"] == "illustrative", self_assessed=scores["basis"] == "self-assessed"
    )
    found = marked.groupby(keys, dropna=False, sort=False).any().reset_index()
    basis = np.select(
        [found["illustrative"], found["self_assessed"]], ["illustrative", "self-assessed"], "derived"
    )
    return found[keys].assign(basis=basis)


def _add_nothing_where_nothing_was_due(
    wide: pd.DataFrame, scores: pd.DataFrame, framework: Framework, leaves: Sequence[str]
) -> None:
    if "denominator" not in scores:
        return
    rules = framework.table["zero_denominator"]
    unearnable = [leaf for leaf in leaves if rules.get(leaf) == "missing"]
    rows = scores[
        scores["indicator"].isin(unearnable) & scores["score"].isna() & (scores["denominator"] == 0)
    ]
    for row in rows.to_dict("records"):
        wide.loc[tuple(row[key] for key in wide.index.names), row["indicator"]] = 0.0


def add_ranks(scores: pd.DataFrame, editions: pd.DataFrame) -> pd.DataFrame:
    """Add ``rank``, ``of`` and ``rank_basis``.

    A field (index, edition, frame, indicator) that is known whole is ranked by score, descending; ties share the best
    rank; ``of`` counts the provinces that have a score. A field of which only some provinces are known keeps the ranks
    that a source printed, of the whole frame.

    Parameters
    ----------
    scores
        Scores frame.
    editions
        Columns ``index, year, date, frame, coverage`` (``whole`` or ``partial``).
    """
    field = scores.groupby(FIELD, dropna=False, sort=False)["score"]
    counted = field.transform("count").astype("Int64")
    coverage = scores[EDITION].merge(
        editions[[*EDITION, "coverage"]], on=EDITION, how="left", validate="m:1"
    )["coverage"]
    whole = (coverage == "whole").to_numpy() | (counted == scores["frame"]).to_numpy()
    computed = field.rank(method="min", ascending=False).astype("Int64")
    rank = computed.where(whole, scores["published_rank"].astype("Int64"))
    of = counted.where(whole, scores["frame"].astype("Int64"))
    known = rank.notna()
    basis = pd.Series(np.where(whole, "computed", "published"), index=scores.index)
    return scores.assign(rank=rank, of=of.where(known), rank_basis=basis.where(known))


def group_cutoffs(scores: pd.DataFrame, missing: MissingRule = "exclude") -> pd.DataFrame:
    """The 25th, 50th and 75th percentile of every field, by linear interpolation.

    Parameters
    ----------
    scores
        Scores frame.
    missing
        ``exclude``: percentiles of the provinces that have a score. ``lowest``: provinces of the frame without one
        count below all others, as the official tables of PAPI 2018 do.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`FIELD` plus ``p25, p50, p75``.
    """
    fields = scores.groupby(FIELD, dropna=False, sort=False)["score"]
    cuts = scores[FIELD].drop_duplicates(ignore_index=True)
    known = scores["score"].notna().to_numpy()
    of = fields.ngroup().to_numpy()[known]
    values = scores["score"].to_numpy()[known][np.argsort(of, kind="stable")]
    size, frame = np.bincount(of, minlength=len(cuts)), cuts["frame"].to_numpy()
    first = size.cumsum() - size
    found = np.full((len(cuts), 3), np.nan)
    # Fields of one size are cut together: there are hundreds of fields, and a handful of sizes.
    for scored, provinces in set(zip(size.tolist(), frame.tolist(), strict=True)):
        if not scored:
            continue
        those = np.flatnonzero((size == scored) & (frame == provinces))
        field = values[first[those, None] + np.arange(scored)]
        if missing == "lowest":
            field = np.pad(field, ((0, 0), (provinces - scored, 0)), "minimum")
        found[those] = np.percentile(field, [25, 50, 75], axis=1).T
    return cuts.assign(**dict(zip(("p25", "p50", "p75"), found.T, strict=True)))


def add_groups(scores: pd.DataFrame, missing: MissingRule = "exclude") -> pd.DataFrame:
    """Add ``group``: at or above the 75th, 50th, 25th percentile of its field, or below.

    The rule is that of the PAPI programme (four groups, taken anew for each indicator and year); it is applied only
    where the field's ranks are computed, that is, where the whole field is known. Needs ``rank_basis`` from
    :func:`add_ranks`. See :func:`group_cutoffs` for ``missing``.
    """
    ranked = scores["rank_basis"] == "computed"
    cuts = scores[FIELD].merge(group_cutoffs(scores[ranked], missing), on=FIELD, how="left", validate="m:1")
    score = scores["score"].reset_index(drop=True)
    reached = [score.ge(cuts[percentile]).to_numpy() for percentile in ("p75", "p50", "p25")]
    group = np.select(reached, list(GROUPS[:3]), default=GROUPS[3])
    return scores.assign(group=pd.Series(group, index=scores.index, dtype="str").where(ranked))


def add_change(scores: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Add the change on the previous edition: the year before, or the day before it in the record.

    Parameters
    ----------
    scores
        Scores frame with ``rank``.
    breaks
        Columns ``index, year, indicator`` (``*`` for all): from that year on the indicator is not comparable with the
        years before.

    Returns
    -------
    pandas.DataFrame
        With ``previous_year``, ``previous_date``, ``previous_score``, ``previous_rank``, ``comparable``, and, where
        comparable, ``change`` (points), ``change_pct`` (per cent of the earlier score), ``rank_change`` (places
        gained) and ``notable`` (5 % or more either way).
    """
    before = _previous_editions(scores)
    keys = [*FIELD, "province"]
    renamed = {
        "year": "previous_year",
        "date": "previous_date",
        "score": "previous_score",
        "rank": "previous_rank",
    }
    earlier = scores[[*keys, "score", "rank"]].rename(columns=renamed)
    out = scores.merge(before, on=EDITION, how="left", validate="m:1")
    on = ["index", "previous_year", "previous_date", "frame", "indicator", "province"]
    out = out.merge(earlier, on=on, how="left", validate="m:1").set_axis(scores.index)
    return measure_change(out.assign(comparable=~_broken(out, breaks) & out["previous_year"].notna()))


def measure_change(scores: pd.DataFrame) -> pd.DataFrame:
    """Add ``change``, ``change_pct``, ``rank_change`` and ``notable`` where the earlier edition is known.

    Parameters
    ----------
    scores
        Scores frame with ``rank, previous_score, previous_rank, comparable`` (see :func:`add_change`).
    """
    change = (scores["score"] - scores["previous_score"]).where(scores["comparable"])
    rank_change = (scores["previous_rank"] - scores["rank"]).where(scores["comparable"])
    notable = (change.abs() >= NOTABLE * scores["previous_score"]).astype("boolean").where(change.notna())
    return scores.assign(
        change=change,
        change_pct=100 * change / scores["previous_score"],
        rank_change=rank_change,
        notable=notable,
    )


def _previous_editions(scores: pd.DataFrame) -> pd.DataFrame:
    """For every edition the one before: the preceding year, or for dated editions the preceding date on record."""
    editions = scores[EDITION].drop_duplicates().sort_values(EDITION, kind="stable")
    dated = editions["date"].notna()
    by = editions.groupby(["index", "frame"], sort=False)
    year = editions["year"].where(~dated, by["year"].shift()) - (~dated).astype("int64")
    return editions.assign(previous_year=year.astype("Int64"), previous_date=by["date"].shift().where(dated))


def _broken(rows: pd.DataFrame, breaks: pd.DataFrame) -> pd.Series:
    """Whether a comparability break lies between a row's edition and the one before."""
    broken = pd.Series(False, index=rows.index)
    for index, those in breaks[breaks["index"].isin(rows["index"].unique())].groupby("index"):
        mine = rows["index"] == index
        for year, items in those.groupby("year"):
            before = (rows["previous_year"] < year).to_numpy(bool, na_value=False)
            between = mine & (rows["year"] >= year).to_numpy(bool) & before
            named = items["indicator"]
            broken |= between if named.eq("*").any() else between & rows["indicator"].isin(named)
    return broken


def profile(edition: pd.DataFrame, framework: Framework, province: str) -> pd.DataFrame:
    """One province in one edition: a row for every indicator of the framework, in its order.

    Parameters
    ----------
    edition
        Scored rows (:func:`add_ranks`, :func:`add_groups`, :func:`add_change`) of one edition of one index.
    framework
        The tree of that year. Indicators of its main split are always listed; those of other splits only where the
        province has a figure.
    province
        Slug.

    Returns
    -------
    pandas.DataFrame
        Framework columns (``indicator, parent, level, split, name_vi, name_en, max_score, unit, assessed_by``) and
        the scored columns; figures that do not exist are missing. ``of`` is filled where the field is ranked, even
        if the province itself has no score.
    """
    columns = [
        "parent",
        "level",
        "split",
        "name_vi",
        "name_en",
        "min_score",
        "max_score",
        "unit",
        "assessed_by",
    ]
    frame = framework.table.loc[framework.order, columns]
    mine = edition[edition["province"] == province].set_index("indicator")
    rows = frame.join(mine.drop(columns=["index", "frame", "province"]))
    ranked = edition[edition["rank_basis"] == "computed"].groupby("indicator")["of"].first()
    rows["of"] = rows["of"].fillna(ranked)
    listed = (rows["split"] == MAIN) | rows["score"].notna() | rows["rank"].notna()
    return rows[listed].rename_axis("indicator").reset_index()


def ranking(edition: pd.DataFrame, indicator: str, provinces: list[str]) -> pd.DataFrame:
    """All provinces of a frame by rank in one indicator; those without a figure come last, with none.

    Parameters
    ----------
    edition
        Scored rows of one edition of one index.
    indicator
        Code.
    provinces
        Slugs of the whole frame.
    """
    rows = edition[edition["indicator"] == indicator].set_index("province").reindex(provinces).reset_index()
    return rows.sort_values(["rank", "score"], ascending=[True, False], kind="stable").reset_index(drop=True)
