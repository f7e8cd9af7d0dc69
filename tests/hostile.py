"""A record as a hostile clerk would leave it: everything that is text says something that is not meant for reading."""

import csv
import shutil
from pathlib import Path

from parlib.datasets import record

MARKUP = (
    '<script>alert(1)</script> #read("/etc/passwd") #import "@preview/x:1.0.0" $\\frac{$ @ref *b* `r` '
    '\\u{41} "q" \' {x} %s {{ 7*7 }} ]]> &amp; 😀'
)
TURNED = "\u202e12\u200f"
FORMULAS = ('=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)")
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\r\n[9/9] all made"


def hostile_record(folder: Path) -> Path:
    """Copy the record and let its words attack whoever shows them."""
    shutil.copytree(record().root, folder)
    _rewrite(
        folder / "provinces.csv",
        {
            "thua-thien-hue": {"name_vi": f"Huế {MARKUP}{TURNED}", "name_en": FORMULAS[0]},
            "quang-tri": {"name_vi": FORMULAS[1], "name_en": FORMULAS[4]},
            "quang-binh": {"name_vi": FORMULAS[2], "name_en": FORMULAS[3]},
        },
    )
    _rewrite(folder / "regions.csv", {}, name_vi=f"<img src=x onerror=alert(1)> {TURNED}")
    _rewrite(folder / "papi" / "framework.csv", {}, name_vi="=cmd|x </text><script>")
    _rewrite(folder / "sources.csv", {}, url="javascript:alert(1)//", title="<i>")
    return folder


def _rewrite(path: Path, of_key: dict[str, dict[str, str]], **before: str) -> None:
    """Set cells of some rows, by their province, and put words before those of whole columns."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(of_key.get(row.get("province", ""), {}))
        row.update({column: f"{words}{row[column]}" for column, words in before.items() if column in row})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
