"""Steps in time with their minima and maxima at coarser and coarser grain: any view costs alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from ipcsim.trace.columns import UNLIMITED, Array, Column, Room

GRAIN = 16


class Steps:
    """A value that changes at times: a growing step function."""

    def __init__(self, dtype: Any = np.float64, room: Room = UNLIMITED) -> None:
        self._room = room
        self.times = Column(np.int64, room)
        self.values = Column(dtype, room)
        self._lows: list[Column] = []
        self._highs: list[Column] = []

    def __len__(self) -> int:
        return len(self.times)

    @property
    def last(self) -> float:
        """The value now; 0 before the first change."""
        return float(self.values.view[-1]) if len(self.values) else 0.0

    @property
    def highest(self) -> float:
        """The greatest value so far; 0 before the first change."""
        values = self._highs[-1].view if self._highs else self.values.view
        return float(np.fmax.reduce(values)) if len(values) else 0.0

    def extend(self, times: Array, values: Array) -> None:
        """Append changes; times rise and are none before the last."""
        if not len(times):
            return
        first = len(self.values)
        self.times.extend(times)
        self.values.extend(values)
        below_low = below_high = self.values
        level = 0
        while len(below_low) > GRAIN:
            if level == len(self._lows):
                self._lows.append(Column(self.values.view.dtype, self._room))
                self._highs.append(Column(self.values.view.dtype, self._room))
                first = 0
            first //= GRAIN
            low, high = self._lows[level], self._highs[level]
            cuts = np.arange(first * GRAIN, len(below_low), GRAIN) - first * GRAIN
            low.replace_from(first, np.fmin.reduceat(below_low.view[first * GRAIN :], cuts))
            high.replace_from(first, np.fmax.reduceat(below_high.view[first * GRAIN :], cuts))
            below_low, below_high = low, high
            level += 1

    def view(self, t0: int, t1: int, pixels: int) -> tuple[Array, Array, Array]:
        """Times (ns), lows and highs for a view of so many pixels.

        Few changes are given as they are, many as the extremes within each pixel. The first entry
        is what holds at the view's beginning.
        """
        times = self.times.view
        first = max(int(times.searchsorted(t0, "right")) - 1, 0)
        end = int(times.searchsorted(t1, "right"))
        if end <= first:
            return _EMPTY_TIMES, _EMPTY, _EMPTY
        if end - first <= 2 * pixels:
            at = np.maximum(times[first:end], t0)
            values = self.values.view[first:end].astype(np.float64)
            return at, values, values.copy()
        edges = np.linspace(t0, t1, pixels + 1).astype(np.int64)
        at = np.maximum(times.searchsorted(edges[:-1], "right") - 1, 0)
        level, size = -1, 1
        while level + 1 < len(self._lows) and (end - first) // (size * GRAIN) > 4 * pixels:
            level, size = level + 1, size * GRAIN
        lows = self._lows[level].view if level >= 0 else self.values.view
        highs = self._highs[level].view if level >= 0 else self.values.view
        stop = (end - 1) // size + 1
        cuts = at // size
        least = np.fmin.reduceat(lows[:stop], cuts).astype(np.float64)
        most = np.fmax.reduceat(highs[:stop], cuts).astype(np.float64)
        # Where nothing changed a coarse entry also tells of what came long before or after.
        still = np.flatnonzero(np.diff(at, append=end - 1) <= 0)
        least[still] = most[still] = self.values.view[at[still]]
        return np.maximum(edges[:-1], int(times[0])), least, most


_EMPTY_TIMES = np.empty(0, np.int64)
_EMPTY = np.empty(0, np.float64)
