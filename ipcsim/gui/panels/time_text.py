"""Moments of a run as people read them: 0.302 s."""

from __future__ import annotations

import math

from ipcsim.language import grouped

S = 1_000_000_000
EXACT = 1_000_000
"""ns: as exactly as this a moment is told where nothing asks for more."""
FLOWING = 100_000_000
"""ns: as exactly as this a moment is told that passes at full speed: the rest can't be read."""
NO_BREAK = "\u00a0"


def moment(ns: int, resolution: int = EXACT) -> str:
    """A moment since the run's beginning.

    Everywhere in seconds: one instant stands on the stage, at the cursor, beside the player and
    in tables at once, and in several units nobody would see that it is one.

    Args:
        ns: since the beginning.
        resolution: ns that must be told apart; of an axis the distance of its marks.
    """
    digits = math.ceil(math.log10(S / resolution)) if resolution < S else 0
    return f"{grouped(ns / S, digits)}{NO_BREAK}s"


def step_for(width: int, labels: float) -> int:
    """The distance of marks on an axis: 1, 2 or 5 times a power of ten.

    Args:
        width: ns that are visible.
        labels: how many labels have room.
    """
    wanted = max(width / max(labels, 1.0), 1.0)
    power = 10 ** math.floor(math.log10(wanted))
    for factor in (1, 2, 5, 10):
        if factor * power >= wanted:
            return int(factor * power)
    return int(10 * power)
