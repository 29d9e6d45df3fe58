"""What moves: the events of the last moment as flights from one place of the stage to another."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.cells import write_that_loses
from ipcsim.trace.channels import channel
from ipcsim.trace.moment import Motion, Move
from ipcsim.trace.operations import operations
from ipcsim.trace.standing import Standing

MOST: Final = 64
_LOOK_BACK = 4096
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


def moves(now: Standing, k_from: int) -> tuple[Move, ...]:
    """The last moves among the events from ordinal ``k_from`` on, oldest first."""
    start = max(k_from, now.k - _LOOK_BACK)
    kinds = now.store.kind.view[start : now.k]
    chosen = (np.flatnonzero(_MOVES[kinds])[-MOST:] + start).tolist()
    return tuple(move(now, ordinal) for ordinal in chosen)


def move(now: Standing, ordinal: int) -> Move:
    """One event as a move."""
    store, trace = now.store, now.trace
    kind, actor = int(store.kind.view[ordinal]), int(store.actor.view[ordinal])
    obj, row = int(store.object.view[ordinal]), int(store.where.view[ordinal])
    message: int | None = None
    other: int | None = None
    replaced: str | None = None
    label = operations(trace).label(row)
    if kind in (Kind.PUT, Kind.SEND):
        message = int(channel(trace, obj).puts.searchsorted(np.uint32(ordinal)))
    elif kind in (Kind.GET, Kind.RECV):
        message, label, obj = taken(now, ordinal, kind, obj)
        if message is not None:
            other = channel(trace, obj).token(message).sender
    elif kind == Kind.WRITE:
        replaced = write_that_loses(now, obj, ordinal)
    elif kind in (Kind.TERMINATE, Kind.KILL):
        other = trace.process_of_pid(trace.raw.arg(row), now.t)
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


def taken(now: Standing, ordinal: int, kind: int, obj: int) -> tuple[int | None, str, int]:
    """Number and label of the message that an event took, and the tube it came from."""
    trace = now.trace
    if kind == Kind.RECV:
        peer = trace.registry.peer(obj)
        obj = obj if peer is None else peer
    found = channel(trace, obj)
    at = found.gets.searchsorted(np.uint32(ordinal))
    put = int(found.put_of_get(np.array([at]))[0])
    if not 0 <= put < len(found.puts):
        return None, "", obj
    return put, found.token(put).label, obj
