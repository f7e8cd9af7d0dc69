"""Headline cards: one index each, with its score, rank, group and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from parlib.blocks.block import Block
from parlib.blocks.markup import SPACE, join, tag, typst_call
from parlib.characters import plain
from parlib.wording.language import Language, is_missing
from parlib.wording.sentence import Figure
from parlib.wording.terms import group_name


@dataclass(frozen=True)
class Card:
    """One headline figure.

    Parameters
    ----------
    key
        Name of the card in the result JSON: ``papi`` gives ``papi.score``, ``papi.rank`` and so on.
    label
        What the reader calls it: ``PAPI 2017``.
    score, max_score
        Points, and the points to be had.
    rank, of
        Place among how many; both missing where no ranking was published.
    group
        ``highest``, ``high_average``, ``low_average`` or ``lowest``.
    change, rank_change, since
        Points and places (positive is better) gained since the year `since`, or the ISO date of an index dated by day.
    note
        One sentence, for example why there is no score.
    percent
        The score is a percentage (such as satisfaction) and its change is one of percentage points.
    """

    key: str
    label: str
    score: float | None
    max_score: float | None = None
    rank: int | None = None
    of: int | None = None
    group: str | None = None
    change: float | None = None
    rank_change: int | None = None
    since: int | str | None = None
    note: str | None = None
    percent: bool = False

    def figures(self) -> dict[str, Figure]:
        """Give every number of the card by its name in the result JSON."""
        names = ("score", "max_score", "rank", "of", "group", "change", "rank_change", "since")
        return {f"{self.key}.{name}": getattr(self, name) for name in names}


@dataclass(frozen=True)
class _Words:
    value: str
    of_max: str
    place: str
    group: str
    change: str
    better: bool | None
    share: float | None
    """Where the rank stands between last (0) and first (1)."""


def cards(lang: Language, items: Sequence[Card], *, id: str) -> Block:
    """Put headline figures side by side.

    Raises
    ------
    ValueError
        If two cards have the same key.
    """
    if len({card.key for card in items}) < len(items):
        raise ValueError(f"Two cards of {id!r} have the same key.")
    words = [_say(lang, card) for card in items]
    return Block(
        id=id,
        kind="cards",
        html=tag("ul", join(map(_html, items, words)), class_="cards", id=id),
        typst=typst_call(
            "pl-cards", items=[_typst(card, said) for card, said in zip(items, words, strict=True)]
        ),
        text="\n".join(_text(card, said) for card, said in zip(items, words, strict=True)),
        figures={name: value for card in items for name, value in card.figures().items()},
    )


def _say(lang: Language, card: Card) -> _Words:
    moves = []
    if not is_missing(card.change) and not is_missing(card.since):
        change = lang.signed(card.change)
        moves.append(
            lang.t("{change} points since {date}", change=change, date=lang.date(card.since))
            if isinstance(card.since, str)
            else lang.t("{change} percentage points on {year}", change=change, year=card.since)
            if card.percent
            else lang.t("{change} points on {year}", change=change, year=card.since)
        )
    if card.rank_change is not None and not is_missing(card.rank_change):
        places = int(card.rank_change)
        if places > 0:
            moves.append(lang.n("up {n} place", "up {n} places", places))
        elif places < 0:
            moves.append(lang.n("down {n} place", "down {n} places", -places))
        else:
            moves.append(lang.t("rank unchanged"))
    share = None
    if card.rank is not None and card.of is not None and card.of > 1:
        share = (card.of - card.rank) / (card.of - 1)
    return _Words(
        value=lang.percent(card.score, 2) if card.percent else lang.number(card.score),
        of_max="" if is_missing(card.max_score) or card.percent else f"/ {lang.maximum(card.max_score)}",
        place="" if is_missing(card.rank) else lang.t("Rank {rank}", rank=lang.rank(card.rank, card.of)),
        group="" if card.group is None else lang.t("{group} group", group=group_name(lang, card.group)),
        change=", ".join(moves),
        better=None
        if card.change is None or is_missing(card.change) or card.change == 0
        else card.change > 0,
        share=share,
    )


def _html(card: Card, said: _Words) -> Markup:
    parts = [
        tag("p", card.label, class_="label"),
        tag("p", tag("b", said.value), SPACE, tag("span", said.of_max), class_="value"),
    ]
    if said.share is not None:
        dot = tag("i", tag("b", style=f"left:{100 * said.share:.1f}%"))
        ends = f"track g-{card.group or 'none'}"
        parts.append(tag("p", tag("span", card.of), dot, tag("span", 1), class_=ends, aria_hidden="true"))
    if said.place or said.group:
        parts.append(tag("p", " · ".join(filter(None, (said.place, said.group))), class_="place"))
    if said.change:
        sense = {True: "up", False: "down", None: "same"}[said.better]
        parts.append(tag("p", said.change, class_=f"change {sense}"))
    if card.note:
        parts.append(tag("p", card.note, class_="small"))
    return tag("li", *parts, class_="card")


def _typst(card: Card, said: _Words) -> dict[str, object]:
    return {
        "label": card.label,
        "value": said.value,
        "of-max": said.of_max,
        "place": said.place,
        "group": card.group,
        "group-name": said.group,
        "share": said.share,
        "of": str(card.of),
        "change": said.change,
        "better": said.better,
        "small": [card.note] if card.note else [],
    }


def _text(card: Card, said: _Words) -> str:
    parts = [f"{said.value} {said.of_max}".strip(), said.place, said.group, said.change, card.note or ""]
    return plain(f"{card.label}: {'; '.join(part for part in parts if part)}")
