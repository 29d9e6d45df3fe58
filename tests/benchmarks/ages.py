"""How old events are when a trace has them."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from ipcsim.trace.trace import Trace
from tests.benchmarks.alone import stolen_ms

Milliseconds = npt.NDArray[np.float64]

MOST = 200_000
"""Of more events so many are looked at, evenly."""


class Ages:
    """Notes after each look at a growing trace how far it has come."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._looks: list[tuple[int, int, int]] = []
        self._stolen: list[float] = []

    def look(self) -> None:
        """It has just been read on."""
        trace = self._trace
        now = time.perf_counter_ns()
        if not self._looks or trace.event_count != self._looks[-1][1]:
            self._looks.append((now, trace.event_count, trace.cut))
            self._stolen.append(stolen_ms())

    def between(self, begin: int, end: int) -> tuple[Milliseconds, Milliseconds, Milliseconds]:
        """Of each event (of many, a part), of each look's newest, and of those events until whose
        being seen a virtual machine's host has taken no processor away.

        Only what happened from ``begin`` to ``end`` (ns) counts: who is busy then is measured, not
        how a program starts or ends.
        """
        trace = self._trace
        ordinals = np.unique(np.linspace(0, trace.event_count - 1, MOST).astype(np.int64))
        stamps = trace.raw.times(trace.rows(ordinals))
        inside = (stamps >= begin) & (stamps < end)
        looks = np.array(self._looks)
        at = looks[:, 1].searchsorted(ordinals[inside], "right")
        every = (looks[at, 0] - stamps[inside]) / 1e6
        fresh = looks[(looks[:, 2] >= begin) & (looks[:, 2] < end)]
        stolen = np.array(self._stolen)
        before = np.maximum(looks[:, 0].searchsorted(stamps[inside]) - 1, 0)
        undisturbed = every[stolen[at] == stolen[before]]
        return every, (fresh[:, 0] - fresh[:, 2]) / 1e6, undisturbed


def all_busy(trace: Trace, workers: int) -> tuple[int, int]:
    """From when to when (ns) all workers are there and do something."""
    children = [p for p in trace.processes if not p.is_main][:workers]
    lives = [np.concatenate([trace.store.of_actor(a) for a in p.actors]) for p in children]
    assert len(lives) == workers, "not all workers have begun"
    begin = max(trace.store.time(int(life[min(len(life) - 1, 100)])) for life in lives)
    return begin, min(trace.store.time(int(life[-1])) for life in lives)
