"""From the records of a block to events that are ready for history.

Introductions are taken out and applied; numbers of a ring become objects and threads of the run;
each event gets the key that orders it (see :mod:`ipcsim.trace.store`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ipcsim.events import RECORD_SIZE, Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.introductions import Ring
from ipcsim.trace.kinds import (
    ASIDE,
    ENDS_LATE,
    KNOWN,
    LAST_INTRODUCTION,
    OF_NO_OBJECT,
    PRIORITY,
)
from ipcsim.trace.raw import UNIT
from ipcsim.trace.store import RECORD_UNITS, Batch

RECORDS: Final = np.dtype(
    {
        "names": ["time", "arg", "object", "place", "kind", "span", "thread", "lap"],
        "formats": ["<u8", "<i8", "<u4", "<u4", "u1", "u1", "<u2", "<u4"],
        "offsets": [0, 8, 16, 20, 24, 25, 26, 28],
        "itemsize": RECORD_SIZE,
    }
)
_INDEX: Final = int(Kind.INDEX)
_BETWEEN: Final = ASIDE | (np.arange(256) <= LAST_INTRODUCTION)
_BETWEEN[Kind.HELD] = True
_NEVER: Final = np.iinfo(np.int64).max
_LATEST: Final = 1 << 61


@dataclass(slots=True)
class RingOrder:
    """What the next block of a ring must know of the ones before."""

    key: int = 0
    """Key of the last event."""
    indices: dict[int, int] = field(default_factory=dict)
    """Thread -> element that its next record is about."""
    actors: Array = field(default_factory=lambda: np.full(8, -1, np.int32))
    """Thread -> actor; -1 where none is known."""


def keys(order: RingOrder, records: Array, kinds: Array, cut: int) -> Array:
    """Keys of events in the order of their ring.

    Of operations that fail at their end (a timed get that finds nothing) the end counts. What was
    written after the last ``cut`` comes after it.
    """
    times = np.minimum(records["time"], _LATEST).astype(np.int64)
    spans = records["span"]
    found: Array = times * 2 + PRIORITY[kinds]
    if spans.any():
        ends = times + (np.int64(1) << np.minimum(spans, 60).astype(np.int64))
        late = ENDS_LATE[kinds].astype(bool) & (spans > 0)
        if late.any():
            exact = np.where(late, _NEVER, found)
            limit = np.minimum.accumulate(exact[::-1])[::-1]
            found = np.where(late, np.minimum(ends * 2 + 1, limit), found)
    order.key = max(order.key, 2 * cut + 2)
    if found[0] < order.key:
        found[0] = order.key
    found = np.maximum.accumulate(found)
    order.key = int(found[-1])
    return found


def element_indices(
    order: RingOrder, kinds: Array, threads: Array, args: Array
) -> tuple[list[int], list[int]]:
    """Which events (positions in the block) are about which element of an array.

    An INDEX record speaks of the next record of its thread; notes and introductions may come in
    between.
    """
    passed = _BETWEEN[kinds]
    positions: list[int] = []
    elements: list[int] = []
    marks = np.flatnonzero(kinds == _INDEX).tolist()
    for thread in list(order.indices):
        hits = np.flatnonzero((threads == thread) & (kinds != _INDEX) & ~passed)
        if len(hits):
            positions.append(int(hits[0]))
            elements.append(order.indices.pop(thread))
    size = len(kinds)
    for mark in marks:
        thread, follower = threads[mark], mark + 1
        while follower < size and (threads[follower] != thread or passed[follower]):
            follower += 1
        if follower < size:
            positions.append(follower)
            elements.append(int(args[mark]))
        else:
            order.indices[int(thread)] = int(args[mark])
    return positions, elements


def is_event(kinds: Array) -> Array:
    """Which records are events, and neither introductions nor indices nor of no known kind."""
    found: Array = KNOWN[kinds] & (kinds > LAST_INTRODUCTION) & (kinds != _INDEX)
    return found


def batch(
    ring: Ring, order: RingOrder, records: Array, chosen: Array | None, start: int, cut: int
) -> Batch:
    """Events of a block that begins at byte ``start`` of the file.

    Args:
        ring: meaning of the block's numbers; threads must have actors in ``order``.
        chosen: positions of the events among the records; None: all are events.
        cut: time of the last cut before the block, ns.
    """
    first = start // UNIT
    if chosen is None:
        wheres = np.arange(
            first, first + len(records) * RECORD_UNITS, RECORD_UNITS, dtype=np.uint32
        )
    else:
        records = records[chosen]
        wheres = (first + chosen * RECORD_UNITS).astype(np.uint32)
    kinds = records["kind"].copy()
    return Batch(
        keys(order, records, kinds, cut),
        wheres,
        order.actors[records["thread"]],
        ring.objects(of_objects(records["object"], kinds)),
        kinds,
    )


def of_objects(numbers: Array, kinds: Array) -> Array:
    """Numbers of objects; 0 in records whose field for it says something else."""
    none = OF_NO_OBJECT[kinds]
    return np.where(none, 0, numbers) if none.any() else numbers
