"""What all reports of a year share beyond the record itself: computed once, before the first of them."""

from __future__ import annotations

from parlib.datasets import Record
from parlib.pages.certainty import sampling, weighting
from parlib.pages.context import Context
from parlib.pages.path import learned
from parlib.pages.threshold import known_of


def prepare(known: Record, year: int) -> None:
    """Compute for a year what depends on the whole field only; a report that needs it finds it in the record.

    What takes longest comes first: a report that is already under way may wait for it.
    """
    context = Context(year=year, known=known)
    editions = {index: context.edition(index) for index in known.indices.index}
    whole = [index for index, edition in editions.items() if edition and edition["coverage"] == "whole"]
    for index in whole:
        if sampling(context, index) is not None:
            weighting(context, index)
    for index, edition in editions.items():
        if edition and index not in whole:
            for each in known.years(index):
                known_of(context, index, each)
    for index in whole:
        known_of(context, index, year)
        learned(context, index)
