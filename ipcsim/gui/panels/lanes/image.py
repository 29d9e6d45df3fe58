"""Lanes as an image: full = on the move, thin = waiting, stripe under = holding.

Whole rows of pixels are looked up in small tables, so that the cost depends on the number of pixels
and never on the number of events.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ipcsim.trace.kinds import ASLEEP, HELD, MOVING, NONE, WAITING

PERIOD = 12
"""Columns after which every pattern repeats."""
PATTERNS = 6

Pixels = NDArray[np.uint32]


def lane_rows(
    states: NDArray[np.uint8],
    holding: NDArray[np.int32],
    height: int,
    colour: int,
    neutral: int,
    ground: int,
    shift: int = 0,
    unit: int = 1,
) -> Pixels:
    """One lane's pixels, ``height`` rows of 0xffRRGGBB.

    Args:
        states: a state for each column.
        holding: the *pattern* of what is held in each column, -1 for nothing.
        height: of the lane, its gap to the next one included.
        colour: of the process.
        neutral: of objects.
        ground: behind it.
        shift: column that dots and dashes are counted from, so that they move with time.
        unit: size of a dot: 1 on a screen of 100 %.
    """
    shown = states
    top, thickness = stripe(height)
    highest = int(states.max(initial=0))
    if thickness or highest >= ASLEEP:
        columns = (np.arange(states.size) + shift) // unit
        shown = states.copy()
    if highest >= ASLEEP:
        shown[(states == ASLEEP) & (columns % 8 < 4)] = NONE
    if highest >= HELD:
        held_back = states == HELD
        # Upright edges close the hollow bar.
        edges = np.flatnonzero(np.diff(held_back, prepend=False, append=False))
        shown[np.minimum(edges, states.size - 1)] = MOVING
    rows: Pixels = np.take(_forms(height, colour, ground), shown, axis=1)
    if thickness:
        held = np.flatnonzero(holding >= 0)
        if held.size:
            marks = _patterns(thickness)[
                holding[held] % PATTERNS, :, (columns[held] % PERIOD)
            ].T  # rows, columns
            part = rows[top : top + thickness]
            part[:, held] = np.where(marks, np.uint32(neutral), part[:, held])
    return rows


def stripe(height: int) -> tuple[int, int]:
    """Where the stripe of what is held lies in a lane: first row, number of rows (0: too low)."""
    if height < 12:
        return 0, 0
    thickness = max(3, round(height / 6.5))
    return height - thickness - max(1, height // 24), thickness


def bar(height: int) -> tuple[int, int]:
    """Where the full bar lies in a lane: first row, number of rows."""
    if height < 12:
        return 0, height if height < 3 else height - 1
    top = max(1, height // 9)
    return top, stripe(height)[0] - 1 - top


@lru_cache(maxsize=512)
def _forms(height: int, colour: int, ground: int) -> Pixels:
    """A column of pixels for each state."""
    forms: Pixels = np.full((height, 5), ground, np.uint32)
    top, full = bar(height)
    forms[top : top + full, MOVING] = colour
    if height < 4:
        # No room for a thinner form: a waiting lane is paler.
        forms[top, WAITING] = _mixed(colour, ground, 0.4)
    else:
        thin = max(1, full // 4)
        middle = top + (full - thin) // 2
        forms[middle : middle + thin, WAITING] = colour
    forms[:, ASLEEP] = forms[:, WAITING]
    edge = max(1, full // 8)
    forms[top : top + edge, HELD] = colour
    forms[top + full - edge : top + full, HELD] = colour
    forms.setflags(write=False)
    return forms


def _mixed(colour: int, ground: int, share: float) -> int:
    parts = (
        round((colour >> bits & 255) * share + (ground >> bits & 255) * (1 - share))
        for bits in (16, 8, 0)
    )
    red, green, blue = parts
    return 0xFF000000 | red << 16 | green << 8 | blue


@lru_cache(maxsize=16)
def _patterns(thickness: int) -> NDArray[np.bool_]:
    """The patterns of objects: pattern, row, column."""
    result = np.zeros((PATTERNS, thickness, PERIOD), bool)
    x = np.arange(PERIOD)
    y = np.arange(thickness)[:, None]
    result[0] = True
    result[1] = x % 6 < 4
    result[2] = x % 4 < 2
    result[3] = (y == 0) | (y == thickness - 1)
    result[4] = (x + y) % 4 < 2
    result[5] = x % 12 < 8
    result[5, :, 10] = True
    return result
