"""Old years in the provinces of today: plain means of the merged provinces, never an official score."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from parlib.provinces import Provinces
from parlib.scoring import EDITION, FIELD


def aggregate_merged(scores: pd.DataFrame, provinces: Provinces) -> pd.DataFrame:
    """Scores of former provinces as simple means over the provinces that they were merged into (63 into 34).

    Every former province counts the same: population plays no part, so the result is a reading aid and not what the
    publisher would have found. A field (index, edition, indicator) has a mean for a province of today only if every
    one of its parts has a score.

    Parameters
    ----------
    scores
        Scores frame in the frame of ``provinces``, of any index and any editions.
    provinces
        The former provinces, with the province that each is part of today (``merged_into``).

    Returns
    -------
    pandas.DataFrame
        Scores frame in the frame of today: for every field that has a row, all its provinces in the order of their
        slugs.
        ``score`` is the mean of the parts, or missing; ``low`` and ``high`` are the lowest and the highest part,
        missing with it; ``parts`` counts the former provinces. ``basis`` is ``aggregated``, or ``illustrative``
        where a part is; ``source_id`` joins those of the parts; there is no ``published_rank``.

    Raises
    ------
    ValueError
        When ``scores`` holds another frame than ``provinces``.
    """
    if (scores["frame"] != provinces.frame).any():
        raise ValueError(f"the scores are not all of frame {provinces.frame}")
    merged_into = {province.slug: province.merged_into for province in provinces.all}
    parts = pd.Series(merged_into).value_counts()
    whole = scores.assign(
        frame=len(parts),
        province=scores["province"].map(merged_into),
        illustrative=scores["basis"].eq("illustrative"),
    )
    grouped = whole.groupby([*FIELD, "province"], dropna=False, sort=False)
    found = grouped["score"].agg(score="mean", low="min", high="max", known="count")
    # Column by column rather than group by group: all years of PAPI have some 15,000 groups.
    found["source_id"] = [_joined(keys) for keys in grouped["source_id"].agg(list)]
    found["illustrative"] = grouped["illustrative"].any()
    out = _every_province(found.reset_index(), sorted(parts.index))
    out["parts"] = out["province"].map(parts).astype("Int64")
    complete = out["known"] == out["parts"]
    for column in ("score", "low", "high"):
        out[column] = out[column].where(complete)
    out["basis"] = pd.Series("aggregated", index=out.index).mask(out["illustrative"].eq(True), "illustrative")
    out["published_rank"] = pd.Series(pd.NA, index=out.index, dtype="Int64")
    figures = ["score", "low", "high", "parts", "published_rank"]
    return out[[*EDITION, "province", "indicator", *figures, "basis", "source_id"]]


def _every_province(found: pd.DataFrame, slugs: list[str]) -> pd.DataFrame:
    """One row per field and province of today, also where no part has a row."""
    fields = found[FIELD].drop_duplicates()
    grid = fields.merge(pd.DataFrame({"province": slugs}), how="cross")
    return grid.merge(found, on=[*FIELD, "province"], how="left", validate="1:1")


def _joined(keys: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(key for joined in keys if pd.notna(joined) for key in joined.split(";")))
