"""How the run grows: 3,321 reports, one for each commune of today, on made-up scores that are marked so on every page.

``python benchmarks/scale.py [--units 3321] [--workers 2]`` prints, for every tenth of the run, the time per report
and the memory of the processes that live as long as the run. Both should not grow.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
import psutil
from _measure import own_share

from parlib.datasets import Record
from parlib.publishing.batch import run
from parlib.publishing.jobs import Job
from parlib.publishing.production import Pool, Result

YEAR = 2026
DIMENSIONS = 6
CELLS = (
    'province = "commune-0001"\nyear = 2026\nlang = "vi"',
    """
import pandas as pd
from parlib.blocks import Card, Column, Section, cards, heading, masthead, note, paragraph, table
from parlib.wording.language import Language

language = Language(lang)
scores = pd.read_csv(SCORES)
ranks = scores.drop(columns="commune").rank(ascending=False, method="min")
own = scores["commune"] == province
rows = pd.DataFrame({"code": list(ranks), "score": scores[own].iloc[0, 1:], "rank": ranks[own].iloc[0]})
rows["of"] = len(scores)
""",
    """
Section([
    masthead(language, title="Scale test", subject=province, year=year, as_of="2026-01-01", province=province),
    note(language, "Số liệu minh họa: mọi điểm số đều do máy sinh ngẫu nhiên.", id="made-up", kind="illustrative"),
    cards(language, [Card(code, code, float(rows.at[code, "score"]), 10, int(rows.at[code, "rank"]), len(scores))
                     for code in rows.index], id="headline"),
])
""",
    """
nearest = scores.assign(gap=(scores["total"] - scores.loc[own, "total"].iloc[0]).abs()).nsmallest(40, "gap")
Section([
    heading(2, "Lĩnh vực", id="dimensions"),
    table(language, rows, [Column("code", "Mã", "code"), Column("score", "Điểm", "score"),
                           Column("rank", "Hạng", "rank", of="of")], id="scores", key="code", caption="Điểm"),
    heading(2, "Xã lân cận về điểm", id="near"),
    table(language, nearest, [Column("commune", "Xã", "code"), Column("total", "Điểm", "score")],
          id="nearest", key="commune", caption="Các xã gần nhất"),
])
""",
)


class Watch:
    """Notes when each report came, and what memory the lasting processes have by then."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.marks: list[tuple[float, float]] = []

    def start(self, stale: int, unchanged: int) -> None:
        print(f"{stale} reports to make", flush=True)

    def tick(self, running: Sequence[Job]) -> None:
        pass

    def done(self, job: Job, result: Result) -> None:
        lasting = [psutil.Process(), *psutil.Process().children()]
        self.marks.append((time.perf_counter() - self.begun, sum(own_share(process) for process in lasting)))


def lay_out(folder: Path, units: int) -> list[Job]:
    """Write the made-up scores and the notebook, and list the jobs."""
    chance = random.Random(3321)
    data = folder / "data"
    data.mkdir()
    names = [f"commune-{number:04}" for number in range(1, units + 1)]
    with (data / "scores.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["commune", "total", *(f"d{number}" for number in range(1, DIMENSIONS + 1))])
        for name in names:
            scores = [round(chance.gauss(5.5, 0.8), 4) for _ in range(DIMENSIONS)]
            writer.writerow([name, round(sum(scores) / DIMENSIONS, 4), *scores])
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    )
    cells = [cell.replace("SCORES", repr(str(data / "scores.csv"))) for cell in CELLS]
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook.cells[0]["metadata"]["tags"] = ["parameters"]
    nbformat.write(notebook, folder / "commune.ipynb")
    return [
        Job(
            kind="province",
            stem=name,
            lang="vi",
            year=YEAR,
            names={"vi": name, "en": name},
            region="",
            notebook=folder / "commune.ipynb",
            parameters={"province": name, "year": YEAR, "lang": "vi"},
            formats=("html", "pdf", "json"),
        )
        for name in names
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=3321)
    parser.add_argument("--workers", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parlib-scale-") as place:
        folder = Path(place)
        jobs = lay_out(folder, asked.units)
        known, out, pool = Record(folder / "data"), folder / "reports", Pool(workers=asked.workers)
        watch = Watch()
        begun = time.perf_counter()
        done = run(jobs, out, known, pool=pool, watcher=watch)
        wall = time.perf_counter() - begun
        begun = time.perf_counter()
        again = run(jobs, out, known, pool=pool)
        unchanged = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    entries = done.manifest["reports"].values()
    if done.exit_code or again.counts["unchanged"] != asked.units:
        for name, entry in done.failed().items():
            print(f"{name}: {entry['error']['message']}")
        raise SystemExit(json.dumps(dict(done.counts)))
    peak = max(entry["peak_bytes"] for entry in entries) / 1e6
    print(
        f"{asked.units} reports in {wall:.0f} s, again in {unchanged:.1f} s; {size / 1e6:.0f} MB; "
        f"a worker at most {peak:.0f} MB"
    )
    print("| tenth of the run | seconds per report | memory of run and nursery, MB |")
    print("| ---: | ---: | ---: |")
    tenth = max(1, len(watch.marks) // 10)
    for first in range(0, tenth * 10, tenth):
        part = watch.marks[first : first + tenth]
        began = watch.marks[first - 1][0] if first else 0.0
        memory = statistics.median(share for _, share in part) / 1e6
        print(f"| {first // tenth + 1} | {(part[-1][0] - began) / len(part):.3f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
