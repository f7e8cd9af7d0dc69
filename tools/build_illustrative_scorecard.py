"""Write data/par/illustrative/hue_2017.csv: a made-up scorecard with the published structure of Huế's PAR INDEX.

Published for 2017 are the eight domains with their maxima (10, 10, 14.5, 11, 16, 7, 16, 15.5), the parts (results 62,
impact 38), the counts (81 component criteria, 56 at the maximum and 25 below) and the sums (49.05 and 30.81). Which
component criteria there are, their maxima, rules, evidence and points are not public: those here are constructed so
that the published counts and sums hold, and every row says so.

Run `python tools/build_illustrative_scorecard.py`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
OUT = DATA / "par" / "illustrative" / "hue_2017.csv"

# Maxima of the components of each criterion, by domain; `a` appraisal, `s` survey, `t` statistics.
TREE: dict[int, list[tuple[str, list[float]]]] = {
    1: [("a", [1, 1, 0.5]), ("a", [1, 1, 1]), ("a", [2, 1]), ("s", [1.5])],
    2: [("a", [1, 1, 0.5, 0.5]), ("a", [1, 1]), ("a", [2, 1]), ("s", [2])],
    3: [("a", [1, 1, 1, 0.5]), ("a", [1, 1, 1]), ("a", [2, 1, 1]), ("s", [2, 2])],
    4: [("a", [1, 1, 0.5, 0.5]), ("a", [1.5, 0.5, 1]), ("a", [1, 1]), ("s", [1.5, 1.5])],
    5: [("a", [1, 1, 1]), ("a", [1, 1, 0.5, 0.5]), ("a", [2, 1]), ("a", [1, 1]), ("s", [2.5, 2.5])],
    6: [("a", [0.5, 0.5, 1]), ("a", [2, 1]), ("s", [2])],
    7: [("a", [1, 1, 1, 0.5, 0.5]), ("a", [1, 1, 0.5, 0.5]), ("a", [2, 1, 1]), ("s", [2.5, 2.5])],
    8: [("s", [4, 3, 3]), ("t", [1.5, 1.5, 1.5, 1])],
}
ASSESSED_BY = {"a": "appraisal", "s": "survey", "t": "statistics"}

# The 25 below the maximum: points, points that the province gave itself, rule, its parameters, what a zero denominator
# gives, evidence (numerator, denominator or items met).
BELOW: dict[str, tuple[float, float | None, str, str, str, tuple[Any, ...]]] = {
    "1.3.1": (0.75, 1.0, "proportional", "", "zero", (75, 200)),
    "2.3.1": (1.0, 1.0, "steps", "steps=0.5:0.5/0.8:1/1:2", "full", (17, 20)),
    "3.2.2": (0.0, 1.0, "binary", "", "", (0,)),
    "3.3.1": (0.6, 0.8, "proportional", "", "zero", (60, 200)),
    "4.2.1": (0.4, 0.9, "checklist", "items=0.4/0.5/0.6", "", ("1",)),
    "5.2.2": (0.0, 0.0, "linear_with_floor", "floor=0.7", "missing", (130, 200)),
    "5.3.1": (0.6, 0.6, "to_target", "target=0.8", "zero", (48, 200)),
    "6.2.1": (0.5, 0.5, "proportional", "may_exceed=yes", "zero", (50, 200)),
    "7.1.3": (0.3, 0.5, "linear_with_floor", "floor=0.5", "missing", (65, 100)),
    "7.3.1": (0.4, 0.7, "to_target", "target=0.5", "zero", (120, 1200)),
    "7.3.2": (0.0, 0.0, "binary", "", "", (0,)),
    "1.4.1": (1.2, None, "survey_scale", "", "missing", (80, 100)),
    "2.4.1": (1.6, None, "survey_scale", "", "missing", (80, 100)),
    "3.4.1": (1.62, None, "survey_scale", "", "missing", (81, 100)),
    "3.4.2": (1.64, None, "survey_scale", "", "missing", (82, 100)),
    "4.4.1": (1.17, None, "survey_scale", "", "missing", (78, 100)),
    "4.4.2": (1.14, None, "survey_scale", "", "missing", (76, 100)),
    "5.5.1": (1.9, None, "survey_scale", "", "missing", (76, 100)),
    "5.5.2": (1.85, None, "survey_scale", "", "missing", (74, 100)),
    "6.3.1": (1.5, None, "survey_scale", "", "missing", (75, 100)),
    "7.4.1": (1.95, None, "survey_scale", "", "missing", (78, 100)),
    "7.4.2": (1.85, None, "survey_scale", "", "missing", (74, 100)),
    "8.1.1": (3.2, None, "survey_scale", "low=1; high=5; reads=value", "", (4.2,)),
    "8.1.2": (2.34, None, "survey_scale", "", "missing", (78, 100)),
    "8.1.3": (2.35, None, "survey_scale", "", "missing", (235, 300)),
}
REASON = "Chưa đạt yêu cầu của tiêu chí thành phần (nguyên nhân minh họa)"
NOTE = "Số liệu minh họa, không phải số liệu công bố"


def domains() -> list[dict[str, str]]:
    """Total and domains of 2017 as the record has them."""
    with (DATA / "par" / "framework.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == "main"]
    return [row for row in rows if int(row["first_year"]) <= 2017 <= int(row["last_year"])]


def rows() -> list[dict[str, Any]]:
    """The scorecard, parents before children."""
    common = {"year": 2017, "frame": 63, "province": "thua-thien-hue", "basis": "illustrative", "note": NOTE}
    out: list[dict[str, Any]] = []
    for domain in sorted(domains(), key=lambda row: row["number"]):
        keep = ("indicator", "parent", "level", "number", "name_vi", "max_score")
        out.append(common | {key: domain[key] for key in keep})
        for place, (kind, maxima) in enumerate(TREE.get(int(domain["number"] or 0), []), start=1):
            number = f"{domain['number']}.{place}"
            out.append(common | node(number, "criterion", f"Tiêu chí {number} (minh họa)", sum(maxima)))
            for component, most in enumerate(maxima, start=1):
                out.append(common | leaf(f"{number}.{component}", kind, most))
    return out


def node(number: str, level: str, name: str, most: float) -> dict[str, Any]:
    """A row below a domain."""
    above = number.rpartition(".")[0]
    return {
        "indicator": f"D{number}",
        "parent": f"D{above}",
        "level": level,
        "number": number,
        "name_vi": name,
        "max_score": f"{most:g}",
    }


def leaf(number: str, kind: str, most: float) -> dict[str, Any]:
    """A component with its points: at the maximum, unless it is one of the 25."""
    row = node(number, "component", f"Tiêu chí thành phần {number} (minh họa)", most)
    row |= {"assessed_by": ASSESSED_BY[kind], "agency": "Cơ quan chủ trì (minh họa)"}
    points, own, rule, parameters, zero, evidence = BELOW.get(number, (most, most, "", "", "", ()))
    row |= {"score": f"{points:g}", "rule": rule, "rule_parameters": parameters, "zero_denominator": zero}
    if kind == "a":
        row |= {"self_assessed": f"{own:g}", "appraised": f"{points:g}", "documents": "Văn bản minh họa"}
    row |= dict(
        zip(("items",) if rule == "checklist" else ("numerator", "denominator"), evidence, strict=False)
    )
    return row | {"reason": REASON if number in BELOW else ""}


def main() -> None:
    """Write the table with the columns of its schema."""
    schema = json.loads((DATA / "schemas" / "scorecard.json").read_text(encoding="utf-8"))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        columns = [field["name"] for field in schema["fields"]]
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


if __name__ == "__main__":
    main()
