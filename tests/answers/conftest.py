"""A small index of its own: the answers must not care which index they are asked about."""

import pandas as pd
import pytest

from parlib.frameworks import Framework
from parlib.scoring import add_change, add_groups, add_ranks

NO_BREAKS = pd.DataFrame(columns=["index", "year", "indicator"])


class Index:
    """An index called ``own`` whose leaves ``A.1, A.2, …, B.1, …`` add up to ``A``, ``B``, … and these to ``TOTAL``.

    Parameters
    ----------
    leaves
        By year: scores in points, provinces by leaves.
    maximum
        Of every leaf, or one number for all.
    """

    def __init__(self, leaves, maximum=10.0, *, breaks=NO_BREAKS, assessed_by="statistics"):
        self.breaks = breaks
        self._assessed_by = assessed_by
        self._frameworks = {
            year: self._framework(year, table.columns, maximum) for year, table in leaves.items()
        }
        rows = pd.concat([self._rows(year, table) for year, table in leaves.items()], ignore_index=True)
        editions = rows[["index", "year", "date", "frame"]].drop_duplicates().assign(coverage="whole")
        self.history = add_change(add_groups(add_ranks(rows, editions)), breaks)

    def framework(self, year):
        return self._frameworks[year]

    def edition(self, year):
        return self.history[self.history["year"] == year]

    def _framework(self, year, leaves, maximum):
        groups = list(dict.fromkeys(leaf.split(".")[0] for leaf in leaves))
        top = {leaf: maximum[leaf] if isinstance(maximum, dict) else maximum for leaf in leaves}
        for group in groups:
            top[group] = sum(top[leaf] for leaf in leaves if leaf.split(".")[0] == group)
        top["TOTAL"] = sum(top[group] for group in groups)
        codes = ["TOTAL", *groups, *leaves]
        table = pd.DataFrame({"indicator": codes})
        table["parent"] = [None, *["TOTAL"] * len(groups), *(leaf.split(".")[0] for leaf in leaves)]
        table["level"] = ["index", *["group"] * len(groups), *["leaf"] * len(leaves)]
        table["name_vi"] = table["name_en"] = table["indicator"]
        table["min_score"] = 0.0
        table["max_score"] = [float(top[code]) for code in codes]
        table["printed_max"] = float("nan")
        table["assessed_by"] = self._assessed_by
        table["rule"] = table["zero_denominator"] = table["status"] = None
        table["target"] = float("nan")
        table["first_year"], table["last_year"], table["split"] = 2000, 2100, "main"
        return Framework("own", year, table)

    def _rows(self, year, table):
        wide = table.astype("float64").copy()
        groups = list(dict.fromkeys(leaf.split(".")[0] for leaf in table.columns))
        for group in groups:
            wide[group] = wide[[leaf for leaf in table.columns if leaf.split(".")[0] == group]].sum(
                axis=1, skipna=False
            )
        wide["TOTAL"] = wide[groups].sum(axis=1, skipna=False)
        rows = (
            wide.rename_axis("province")
            .reset_index()
            .melt("province", var_name="indicator", value_name="score")
        )
        return rows.assign(
            index="own",
            year=pd.array([year] * len(rows), dtype="Int64"),
            date=pd.Series([None] * len(rows), dtype="str"),
            frame=pd.array([len(table)] * len(rows), dtype="Int64"),
            published_rank=pd.array([None] * len(rows), dtype="Int64"),
            numerator=float("nan"),
            denominator=float("nan"),
            basis="published",
            source_id="test",
            note=None,
        )


@pytest.fixture(scope="session")
def make_index():
    """The class itself, for tests that draw their own scores."""
    return Index
