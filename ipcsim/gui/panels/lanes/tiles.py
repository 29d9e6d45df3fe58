"""Lanes in tiles that are kept: what a frame costs is what is new in it.

A view of a lane costs a search in its history for each pixel, 64 lanes of ten million events some
8 ms. The past doesn't change, so it is asked for once, in tiles of columns whose width is a power
of two nanoseconds; a frame that pans or grows then takes pixels from tiles, and asks only for the
tile at the present.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from ipcsim.trace.trace import Trace

COLUMNS = 128
"""Of a tile."""
KEPT = 96
"""Tiles of a lane; the least recently used go first."""

States = NDArray[np.uint8]
Holding = NDArray[np.int32]


class LaneTiles:
    """One process's lane."""

    def __init__(self, trace: Trace, process: int) -> None:
        self._trace = trace
        self._process = process
        self._tiles: OrderedDict[tuple[int, int], tuple[States, Holding]] = OrderedDict()
        self._life: tuple[int, int | None] = (0, None)

    def view(self, t0: int, t1: int, pixels: int) -> tuple[States, Holding]:
        """States and objects held (-1 for none) of each pixel between two times, as of a lane.

        A pixel shows the column of at most its width that lies in its middle.
        """
        info = self._trace.processes[self._process]
        if self._life != (info.started, info.ended):
            # A death is known later than what happened last.
            self._life = info.started, info.ended
            self._tiles.clear()
        level = max((t1 - t0) // max(pixels, 1), 1).bit_length() - 1
        shift = level + COLUMNS.bit_length() - 1
        first, last = t0 >> shift, (t1 - 1) >> shift
        parts = self._range(level, shift, first, last)
        middles = (np.arange(pixels) * 2 + 1) * (t1 - t0) // (2 * pixels)
        columns = (middles + (t0 - (first << shift))) >> level
        states = np.concatenate([part[0] for part in parts])
        holding = np.concatenate([part[1] for part in parts])
        return states[columns], holding[columns]

    def _range(self, level: int, shift: int, first: int, last: int) -> list[tuple[States, Holding]]:
        """The tiles from ``first`` to ``last``; all that are missing are asked for at once."""
        known = [self._tiles.get((level, number)) for number in range(first, last + 1)]
        missing = [number for number, tile in enumerate(known) if tile is None]
        if missing:
            low, high = missing[0], missing[-1] + 1
            states, holding = self._trace.lane(self._process).view(
                (first + low) << shift, (first + high) << shift, (high - low) * COLUMNS
            )
            for number in range(low, high):
                part = slice((number - low) * COLUMNS, (number - low + 1) * COLUMNS)
                known[number] = states[part], holding[part]
        trace = self._trace
        for number, tile in enumerate(known, first):
            if tile is not None and ((number + 1) << shift <= trace.cut or trace.ended is not None):
                self._tiles[level, number] = tile
                self._tiles.move_to_end((level, number))
        while len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        return [tile for tile in known if tile is not None]


def lane_tiles(trace: Trace, process: int) -> LaneTiles:
    """A process's tiles, made once for a trace."""
    found: LaneTiles = trace.remembered(("lane tiles", process), lambda: LaneTiles(trace, process))
    return found
