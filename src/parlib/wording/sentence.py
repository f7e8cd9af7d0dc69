"""A sentence and the figures it names, kept together so that no sentence can contradict a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Figure: TypeAlias = float | int | str | bool | None
"""A value in the result JSON of a report; missing is ``None``."""


@dataclass(frozen=True)
class Sentence:
    """A finished sentence in one language.

    Parameters
    ----------
    text
        Plain text; it is never markup.
    figures
        Every number that the sentence prints, by name, not rounded.
    """

    text: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


def joined(sentences: Sequence[Sentence]) -> Sentence:
    """Several sentences as one: read together, with the figures of all."""
    figures: dict[str, Figure] = {}
    for sentence in sentences:
        figures |= sentence.figures
    return Sentence(" ".join(sentence.text for sentence in sentences), figures)
