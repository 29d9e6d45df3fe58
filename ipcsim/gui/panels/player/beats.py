"""Which events are steps for a person, and where the next one is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ipcsim.events import Kind
from ipcsim.trace.trace import Trace

UNSEEN = (Kind.INDEX, Kind.HELD, Kind.LET_GO, Kind.FEED, Kind.SENT)
"""Events that are no step of their own."""

_IS_STEP = np.ones(256, bool)
_IS_STEP[: Kind.START] = False
_IS_STEP[[Kind.WATCH, Kind.OUTPUT]] = True
_IS_STEP[list(UNSEEN)] = False

_CHUNK = 4096
"""Events looked through at once."""


def nearest(trace: Trace, start: int, direction: int, process: int | None = None) -> int | None:
    """Ordinal of the nearest step from ``start`` on, that included; None if there is none.

    Args:
        trace: the run.
        start: an ordinal; may lie outside of the run.
        direction: 1 to later, -1 to earlier ones.
        process: only steps of this process.
    """
    store = trace.store
    total = len(store)
    actors = trace.processes[process].actors if process is not None else None
    while 0 <= start < total:
        if direction > 0:
            chunk = slice(start, min(start + _CHUNK, total))
        else:
            chunk = slice(max(start + 1 - _CHUNK, 0), start + 1)
        wanted: NDArray[np.bool_] = _IS_STEP[store.kind.view[chunk]]
        if actors is not None:
            wanted = wanted & np.isin(store.actor.view[chunk], actors)
        hits = np.flatnonzero(wanted)
        if hits.size:
            return chunk.start + int(hits[0 if direction > 0 else -1])
        start = chunk.stop if direction > 0 else chunk.start - 1
    return None
