"""The report run against the stock tools, on the same machine in the same run: ``make bench``.

Stock is what one would type without parlib's engine: ``papermill`` for each report, ``nbconvert --to html``, and
Chromium's ``--print-to-pdf``, the fastest stock way to a PDF that installs. It is measured on a sample of provinces
and multiplied, since its reports are made one after another and cost the same each; the table says so.

Ours is ``parlib report`` and ``parlib batch``, which write HTML, PDF, XLSX and JSON, and inspect them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from _measure import Measured, measure

from parlib.datasets import data_folder, record
from parlib.publishing.report import notebook_path

PARLIB = [sys.executable, "-c", "from parlib.cli import main; main()"]
FORMATS = ["--format", "html,pdf,xlsx"]
YEAR = 2017
SAMPLE = ("ha-noi", "thua-thien-hue", "ca-mau")


def stock(province: str, folder: Path) -> Measured:
    """Make one report with the stock tools."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    notebook = [
        sys.executable,
        "-m",
        "papermill",
        "--no-progress-bar",
        str(notebook_path("province")),
        "out.ipynb",
    ]
    done = measure([*notebook, "-p", "province", province, "-p", "year", str(YEAR)], folder)
    done += measure([sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", "out.ipynb"], folder)
    page = (folder / "out.html").as_uri()
    return done + measure(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--print-to-pdf=out.pdf", page], folder
    )


def batch(out: Path, folder: Path, data: Path | None = None) -> Measured:
    """Bring all provinces up to date."""
    environment = {"PARLIB_DATA": str(data)} if data else None
    return measure(
        [*PARLIB, "batch", "--year", str(YEAR), "--all", *FORMATS, "--out", str(out)], folder, environment
    )


def changed_data(folder: Path) -> Path:
    """Copy the record and move one figure of one province."""
    data = folder / "data"
    shutil.copytree(data_folder(), data)
    path = data / "papi" / "scores.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [
        row
        for row in rows
        if (row["year"], row["province"], row["indicator"]) == (str(YEAR), "thua-thien-hue", "D1")
    ]
    row["score"] = str(float(row["score"]) + 0.1)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return data


def middle(runs: list[Measured]) -> Measured:
    """Give the run of median length on the clock."""
    wall = statistics.median_low([run.wall for run in runs])
    return next(run for run in runs if run.wall == wall)


def table(rows: list[tuple[str, Measured, str, Measured]]) -> str:
    """Lay the results out in Markdown."""
    lines = [
        "| job | stock: seconds | CPU s | peak MB | parlib: seconds | CPU s | peak MB | times faster |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for job, theirs, mark, ours in rows:
        cells = [f"{theirs.wall:.1f}{mark}", f"{theirs.cpu:.1f}{mark}", f"{theirs.peak / 1e6:.0f}"]
        cells += [
            f"{ours.wall:.1f}",
            f"{ours.cpu:.1f}",
            f"{ours.peak / 1e6:.0f}",
            f"{theirs.wall / ours.wall:.1f}",
        ]
        lines.append(f"| {job} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5, help="runs of the short jobs; the median counts")
    parser.add_argument("--long", type=int, default=1, help="runs of the long jobs")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    asked = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    count = len(record().provinces(63).slugs)

    with tempfile.TemporaryDirectory(prefix="parlib-bench-") as place:
        folder = Path(place)
        report = [*PARLIB, "report", "hue", "--year", str(YEAR), *FORMATS, "--out"]
        # Once without counting: bytecode and the disk's cache, for both.
        stock(SAMPLE[0], folder)
        measure([*report, str(folder / "warm")], folder)

        theirs = [stock(province, folder) for _ in range(asked.repeat) for province in SAMPLE]
        one = middle(theirs)
        all_of_them = Measured(
            statistics.mean(run.wall for run in theirs),
            statistics.mean(run.cpu for run in theirs),
            max(run.peak for run in theirs),
        ).times(count)

        cold = middle([measure([*report, str(folder / f"one{n}")], folder) for n in range(asked.repeat)])
        full = middle([batch(folder / f"all{n}", folder) for n in range(asked.long)])
        again = middle([batch(folder / "all0", folder) for _ in range(asked.repeat)])
        data = changed_data(folder)
        moved = batch(folder / "all0", folder, data)
        manifest = json.loads((folder / "all0" / str(YEAR) / "run.json").read_text(encoding="utf-8"))

    reports = manifest["reports"].values()
    seconds = sorted(entry["seconds"] for entry in reports if entry["seconds"])
    peaks = [entry["peak_bytes"] / 1e6 for entry in reports if entry["peak_bytes"]]
    rows = [
        ("one report, cold", one, "", cold),
        (f"{count} reports", all_of_them, "*", full),
        (f"{count} reports again, nothing changed", all_of_them, "*", again),
        (f"{count} reports, one figure of one province changed", all_of_them, "*", moved),
    ]
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} processors\n")
    print(table(rows))
    print(
        f"\n\\* {len(SAMPLE)} provinces, {asked.repeat} times each, multiplied: stock makes one after another, "
        "and cannot tell what changed."
    )
    print(
        f"\nA report in the run: median {statistics.median(seconds):.2f} s, longest {seconds[-1]:.2f} s; "
        f"its process at most {max(peaks):.0f} MB, shared pages included."
    )
    if asked.json:
        asked.json.write_text(
            json.dumps({job: [vars(theirs), vars(ours)] for job, theirs, _, ours in rows}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
