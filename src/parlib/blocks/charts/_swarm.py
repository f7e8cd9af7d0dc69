"""Dots beside each other instead of on each other, always in the same way."""

from __future__ import annotations

from collections.abc import Sequence


def swarm(
    xs: Sequence[float], diameter: float, limit: float, fixed: Sequence[tuple[float, float]] = ()
) -> list[float]:
    """Shift each dot off the line by as little as keeps it clear of the others.

    seaborn's swarm plot does the same but cannot keep one dot on the line, which the marked province needs.

    Parameters
    ----------
    xs
        Places along the line; any unit.
    diameter
        Least distance between two dots, in the same unit.
    limit
        Largest shift. Where no room is left, a dot takes the least crowded of the allowed places.
    fixed
        Dots already on the line, as (place, diameter of that dot).

    Returns
    -------
    list of float
        One shift per place, in the order of ``xs``.
    """
    order = sorted(range(len(xs)), key=lambda i: (xs[i], i))
    placed: list[tuple[float, float, float]] = [(x, 0.0, (wide + diameter) / 2) for x, wide in fixed]
    shifts = [0.0] * len(xs)
    for i in order:
        near = [(x, y, reach) for x, y, reach in placed if abs(x - xs[i]) < reach]
        # The only places worth trying are the line itself and those that touch a neighbour.
        aside = [(y, (reach**2 - (x - xs[i]) ** 2) ** 0.5) for x, y, reach in near]
        touching = [y + side * away for y, away in aside for side in (-1, 1)]
        places = sorted({0.0, *(y for y in touching if abs(y) <= limit)}, key=lambda y: (round(abs(y), 6), y))

        # min keeps the first of equals: the clear place nearest to the line, else the least crowded one.
        shifts[i] = min(places, key=lambda y: max(0.0, round(_overlap(xs[i], y, near), 6)))
        placed.append((xs[i], shifts[i], diameter))
    return shifts


def _overlap(x: float, y: float, near: Sequence[tuple[float, float, float]]) -> float:
    gaps = (reach - ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 for other_x, other_y, reach in near)
    return max(gaps, default=0.0)
