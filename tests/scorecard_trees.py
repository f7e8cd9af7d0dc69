"""Scorecards for tests: any tree with any maxima."""

from typing import Any

import pandas as pd
from hypothesis import strategies as st

from parlib.scorecards import LEVELS, SELF_ASSESSED, Scorecard

YEAR, FRAME, PROVINCE = 2030, 34, "hue"
"""A year whose set of criteria the record does not have, so that any maxima may stand."""

maxima = st.integers(1, 800).map(lambda quarters: quarters / 4) | st.floats(0.05, 60).map(
    lambda x: round(x, 3)
)
texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["=1+1", "+84 54", "@SUM(A1)", "-", "Sở Nội vụ", '=HYPERLINK("http://x")', "a\tb", "Thừa Thiên Huế"]
)


@st.composite
def trees(draw: st.DrawFn, *, full: bool = True) -> Scorecard:
    """A scorecard of one to five levels; ``full`` ones have points in every leaf that applies."""
    rows: list[dict[str, Any]] = [{"indicator": "TOTAL", "level": LEVELS[0], "name_vi": "Tổng cộng"}]

    def grow(code: str, depth: int) -> float:
        row = {
            "indicator": code,
            "parent": code.rpartition(".")[0] or "TOTAL",
            "number": code,
            "level": LEVELS[min(depth, len(LEVELS) - 1)],
            "name_vi": f"Tiêu chí {code}",
            "applicable": draw(st.integers(0, 9)) > 0,
        }
        rows.append(row)
        children = 0 if depth >= 5 else draw(st.integers(0, 3))
        if children:
            row["max_score"] = round(
                sum(grow(f"{code}.{place}", depth + 1) for place in range(1, children + 1)), 3
            )
        else:
            row |= _leaf(draw, full=full)
        return row["max_score"]

    rows[0]["max_score"] = round(sum(grow(str(n), 1) for n in range(1, draw(st.integers(1, 4)) + 1)), 3)
    return Scorecard("par", YEAR, FRAME, PROVINCE, pd.DataFrame(rows).assign(basis=SELF_ASSESSED))


def _leaf(draw: st.DrawFn, *, full: bool) -> dict[str, Any]:
    most = draw(maxima)
    points = st.floats(0, 1).map(lambda part: min(round(part * most, 4), most))
    row: dict[str, Any] = {"max_score": most}
    columns = ["self_assessed", "appraised", "score"]
    for column in columns if not full else draw(st.sampled_from([columns, columns[:1], columns[1:]])):
        if full or draw(st.booleans()):
            row[column] = draw(points)
    return row


def without_points_where_inapplicable(card: Scorecard) -> Scorecard:
    """The same scorecard, cleared of points in rows that do not apply, as :func:`parlib.scorecards.faults` asks."""
    out = card.inapplicable.reindex(card.rows["indicator"]).to_numpy()
    points = ["self_assessed", "appraised", "score"]
    rows = card.rows.assign(**{column: card.rows[column].mask(out) for column in points})
    return Scorecard(card.index, card.year, card.frame, card.province, rows)
