"""What all reports of a year share beyond the record itself: computed once, before the first of them."""

from __future__ import annotations

from parlib.datasets import Record
from parlib.pages.certainty import sampling, weighting
from parlib.pages.context import Context
from parlib.pages.path import learned
from parlib.pages.threshold import known_of


def prepare(known: Record, year: int) -> None:
    """Compute for a year what depends on the whole field only; a report that needs it finds it in the record."""
    context = Context(year=year, known=known)
    for index in known.indices.index:
        edition = context.edition(index)
        if edition is None:
            continue
        if edition["coverage"] == "whole":
            learned(context, index)
            known_of(context, index, year)
            if sampling(context, index) is not None:
                weighting(context, index)
        else:
            for each in known.years(index):
                known_of(context, index, each)
