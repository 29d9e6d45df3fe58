"""What moves: the events of the last moment as flights from one place of the stage to another."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.cells import write_that_loses
from ipcsim.trace.channels import channel
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.moment import Motion, Move
from ipcsim.trace.operations import operations

MOST: Final = 64
MOST_OF_ONE: Final = 16
"""Of one object at full speed: where more happens single moves can't be followed."""
_LOOK_BACK = 4096
_LOOKED_AT = 1024
MOTIONS: Final[dict[int, Motion]] = {
    Kind.PUT: Motion.PUT,
    Kind.SEND: Motion.PUT,
    Kind.FULL: Motion.PUT,
    Kind.GET: Motion.GET,
    Kind.RECV: Motion.GET,
    Kind.EMPTY: Motion.GET,
    Kind.READ: Motion.READ,
    Kind.WRITE: Motion.WRITE,
    Kind.CALL: Motion.CALL,
    Kind.RESULT: Motion.RESULT,
    Kind.TERMINATE: Motion.BOLT,
    Kind.KILL: Motion.BOLT,
    Kind.NOTIFY: Motion.BELL,
}
_MOVES = np.zeros(256, bool)
_MOVES[list(MOTIONS)] = True


def moves(trace: History, t: int, recent: int, each: bool) -> tuple[Move, ...]:
    """The last moves of the last ``recent`` ns before ``t``, oldest first.

    Args:
        each: every operation is looked at, however many there are at one object.
    """
    store = trace.store
    k = store.count_until(t)
    start = max(store.count_until(t - recent), k - _LOOK_BACK)
    found = np.flatnonzero(_MOVES[store.kind.view[start:k]])[-_LOOKED_AT:] + start
    if not each:
        found = found[_last_of_each(store.object.view[found])]
    chosen = found[-MOST:]
    return tuple(move(trace, ordinal) for ordinal in chosen.tolist())


def _last_of_each(objects: Array) -> Array:
    """Where the last few of each object are, rising."""
    order = objects.argsort(kind="stable")
    ordered = objects[order]
    # In each group of alike ones: how many come after.
    ends = ordered.searchsorted(ordered, "right")
    few: Array = order[ends - np.arange(len(ordered)) <= MOST_OF_ONE]
    few.sort()
    return few


def move(trace: History, ordinal: int) -> Move:
    """One event as a move."""
    store = trace.store
    kind, actor = int(store.kind.view[ordinal]), int(store.actor.view[ordinal])
    obj, row = int(store.object.view[ordinal]), int(store.where.view[ordinal])
    message: int | None = None
    other: int | None = None
    replaced: str | None = None
    label = operations(trace).label(row)
    if kind in (Kind.PUT, Kind.SEND):
        message = int(channel(trace, obj).puts.searchsorted(np.uint32(ordinal)))
    elif kind in (Kind.GET, Kind.RECV):
        message, label, obj = taken(trace, ordinal, kind, obj)
        if message is not None:
            other = channel(trace, obj).token(message).sender
    elif kind == Kind.WRITE:
        replaced = write_that_loses(trace, obj, ordinal)
    elif kind in (Kind.TERMINATE, Kind.KILL):
        other = trace.process_of_pid(trace.raw.arg(row), store.time(ordinal))
    return Move(
        MOTIONS[kind],
        store.time(ordinal),
        actor,
        obj if obj >= 0 else None,
        label,
        message=message,
        wrong=replaced is not None or kind in (Kind.FULL, Kind.EMPTY),
        other=other,
        replaced=replaced or "",
    )


def taken(trace: History, ordinal: int, kind: int, obj: int) -> tuple[int | None, str, int]:
    """Number and label of the message that an event took, and the tube it came from."""
    if kind == Kind.RECV:
        peer = trace.registry.peer(obj)
        obj = obj if peer is None else peer
    found = channel(trace, obj)
    at = found.gets.searchsorted(np.uint32(ordinal))
    put = int(found.put_of_get(np.array([at]))[0])
    if not 0 <= put < len(found.puts):
        return None, "", obj
    return put, found.token(put).label, obj
