"""How long the answers take for all provinces of a year, and loading against bare pandas: part of ``make bench``."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from parlib.answers.bounds import bounds
from parlib.answers.crossview import crossview
from parlib.answers.intervals import rank_intervals
from parlib.answers.ladder import ladder
from parlib.answers.ledger import ledger
from parlib.answers.moves import moves
from parlib.answers.peers import peers
from parlib.answers.plan import Target, learn, plan
from parlib.answers.robustness import weight_robustness
from parlib.datasets import Record, data_folder

INDEX, YEAR = "papi", 2017


def timed(name: str, work: Callable[[], Any]) -> tuple[str, float, float]:
    """Name, wall and CPU seconds of one piece of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return name, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print one table."""
    Record(data_folder()).scores("pci")  # imports what loading needs, which is not what is measured
    known = Record(data_folder())
    path = data_folder() / INDEX / "scores.csv"
    rows = [
        timed("pandas.read_csv of PAPI, unchecked", lambda: pd.read_csv(path)),
        timed("load PAPI: typed, checked, with sources", lambda: known.scores(INDEX)),
        timed("score all years: ranks, groups, change", lambda: known.scored(INDEX)),
    ]
    edition, before = known.edition(INDEX, YEAR), known.edition(INDEX, YEAR - 1)
    framework, scored = known.framework(INDEX, YEAR), known.scored_edition(edition)
    old, earlier = known.framework(INDEX, YEAR - 1), known.scored_edition(before)
    everyone = known.provinces(63).slugs
    regions = {province.slug: province.region for province in known.provinces(63).all}
    past = learn(known.scored(INDEX), scored, framework)
    errors = known.table(f"{INDEX}/uncertainty.csv")
    years = {index: known.edition(index, YEAR) for index in ("papi", "par", "pci", "sipas")}
    tables = {index: known.scored_edition(year) for index, year in years.items()}

    def each(answer: Callable[[str], Any]) -> Callable[[], Any]:
        return lambda: [answer(province) for province in everyone]

    def all_bounds() -> dict[str, Any]:
        return {
            index: bounds(tables[index], year, known.framework(index, YEAR), known.bands, known.national)
            for index, year in years.items()
        }

    answers = [
        timed("ledger, 63 provinces", each(lambda p: ledger(scored, framework, p, regions=regions))),
        timed(
            "plan to rank 15, 63 provinces",
            each(lambda p: plan(scored, framework, p, Target("rank", 15), past, regions=regions)),
        ),
        timed(
            "moves 2016 to 2017, 63 provinces",
            each(lambda p: moves(earlier, old, scored, framework, p, breaks=known.breaks)),
        ),
        timed("ladder, 63 provinces", each(lambda p: ladder(scored, framework, p))),
        timed("peers by similarity, 63 provinces", each(lambda p: peers(known.scored(INDEX), framework, p))),
        timed("bounds of four indices", all_bounds),
        timed("rank intervals, 10,000 draws", lambda: rank_intervals(scored, framework, errors)),
        timed("robustness to weights", lambda: weight_robustness(scored, framework)),
        timed("cross-view of four indices", lambda: crossview(tables, all_bounds())),
    ]
    print(f"{'':<42}{'wall s':>9}{'CPU s':>9}")
    for name, wall, cpu in [*rows, *answers]:
        print(f"{name:<42}{wall:>9.2f}{cpu:>9.2f}")
    print(f"{'all answers':<42}{sum(a[1] for a in answers):>9.2f}{sum(a[2] for a in answers):>9.2f}")
    print(f"loading costs {rows[1][1] / rows[0][1]:.1f} times a bare pandas.read_csv")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
