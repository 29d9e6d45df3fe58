"""Questions to a trace that many events answer: messages, wrongs, selections; and one event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.supervisor.messages import State
from ipcsim.trace.accesses import accesses
from ipcsim.trace.channels import Channel, channel
from ipcsim.trace.columns import Array
from ipcsim.trace.happenings import sentence
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import CELLS, QUEUES
from ipcsim.trace.operations import operations
from ipcsim.trace.people import ProcessInfo

MESSAGES: Final = np.dtype(
    [
        ("sent", np.int64),
        ("received", np.int64),
        ("sender", np.int32),
        ("receiver", np.int32),
        ("object", np.int32),
    ]
)
WRONGS: Final = np.dtype([("time", np.int64), ("process", np.int32)])
_MOST_WRONGS = 2000
_PORTION = 1 << 16


@dataclass(frozen=True, slots=True)
class EventView:
    """One event, told."""

    row: int
    time: int
    """ns; where history has put it."""
    span: int
    """0: exact; n: it lies in [time, time + 2**n) ns."""
    kind: Kind
    actor: int
    process: int
    object: int | None
    place: Place | None
    label: str
    """The value that it carries; of a GET or RECV the message's."""
    index: int | None
    """Element of an array."""
    operation: str
    sentence: str


def event(trace: History, row: int) -> EventView:
    """An event of history.

    Raises:
        LookupError: there is no such event in history.
    """
    ordinal = trace.ordinal_of(row)
    if ordinal is None:
        raise LookupError(f"no event at row {row}")
    store = trace.store
    kind, obj = int(store.kind.view[ordinal]), int(store.object.view[ordinal])
    actor = int(store.actor.view[ordinal])
    label = operations(trace).label(row)
    if kind in (Kind.GET, Kind.RECV) and obj >= 0:
        label = label_of_taken(trace, ordinal, obj)
    element = trace.element(row)
    return EventView(
        row,
        store.time(ordinal),
        trace.raw.span(row),
        Kind(kind),
        actor,
        trace.actors[actor].process,
        obj if obj >= 0 else None,
        trace.place(row),
        label,
        element if element >= 0 else None,
        operations(trace).text(row, obj),
        sentence(trace, row, actor, obj, label),
    )


def label_of_taken(trace: History, ordinal: int, obj: int) -> str:
    """Label of the message that a GET or RECV took; empty if that is not known."""
    put = put_of(trace, ordinal, obj)
    return "" if put is None else put[0].token(put[1]).label


def put_of(trace: History, ordinal: int, obj: int) -> tuple[Channel, int] | None:
    """The channel and the index of the PUT whose message a GET or RECV took."""
    if trace.registry.all[obj].kind == ObjectKind.PIPE_END:
        peer = trace.registry.peer(obj)
        obj = obj if peer is None else peer
    found = channel(trace, obj)
    at = found.gets.searchsorted(np.uint32(ordinal))
    put = int(found.put_of_get(np.array([at]))[0])
    return (found, put) if 0 <= put < len(found.puts) else None


def select(
    trace: History,
    t0: int,
    t1: int,
    process: int | None = None,
    object: int | None = None,
    kinds: Iterable[int] | None = None,
    limit: int | None = None,
) -> Array:
    """Rows of events between two times (both included), in order of time.

    Args:
        trace: the run.
        t0: ns.
        t1: ns.
        process: only events in it.
        object: only events at it.
        kinds: only events of these kinds.
        limit: at most so many, the last ones.
    """
    store = trace.store
    first, end = store.count_until(t0 - 1), store.count_until(t1)
    asked = None if kinds is None else {int(kind) for kind in kinds}
    if object is not None:
        seen = [kind for kind in store.kinds_of(object) if asked is None or kind in asked]
        most = limit if process is None else None
        chosen = store.of_between(object, seen, first, end, most)
        return trace.rows(_last_of(trace, chosen, process, None, limit))
    if process is not None:
        parts = [
            _between(store.of_actor(actor), first, end) for actor in trace.processes[process].actors
        ]
        if limit is not None and asked is None:
            parts = [part[max(0, len(part) - limit) :] for part in parts]
        chosen = np.sort(np.concatenate(parts)) if len(parts) > 1 else parts[0]
        return trace.rows(_last_of(trace, chosen, None, asked, limit))
    return trace.rows(_last_of(trace, range(first, end), None, asked, limit))


def _last_of(
    trace: History,
    chosen: Array | range,
    process: int | None,
    kinds: set[int] | None,
    limit: int | None,
) -> Array:
    """Those of the ordinals that are in a process and of some kinds; the last ``limit``."""
    store = trace.store
    wanted = np.zeros(256, bool)
    wanted[list(kinds or ())] = True
    found: list[Array] = []
    count, end = 0, len(chosen)
    portion = len(chosen) if limit is None else max(_PORTION, limit)
    while end > 0 and (limit is None or count < limit):
        part = chosen[max(0, end - portion) : end]
        if isinstance(part, range):
            part = np.arange(part.start, part.stop, dtype=np.uint32)
        end -= len(part)
        if kinds is not None:
            part = part[wanted[store.kind.view[part]]]
        if process is not None:
            part = part[trace.process_of_actors(store.actor.view[part]) == process]
        found.append(part)
        count += len(part)
    whole: Array = np.concatenate(found[::-1]) if found else np.empty(0, np.uint32)
    return whole if limit is None else whole[max(0, count - limit) :]


def _between(ordinals: Array, first: int, end: int) -> Array:
    low, high = ordinals.searchsorted(np.array([first, end], np.uint32))
    return ordinals[low:high]


def channels(trace: History) -> list[Channel]:
    """All channels that something was sent over."""
    found = []
    for facts in trace.registry.all:
        if facts.kind in QUEUES or facts.kind == ObjectKind.PIPE_END:
            one = channel(trace, facts.object)
            if len(one.puts):
                found.append(one)
    return found


def messages(trace: History, t0: int, t1: int, limit: int = 2000) -> Array:
    """Messages sent or received between two times, as a structured array (MESSAGES).

    ``received`` is -1 for what is under way. Beyond ``limit`` every n-th is given.
    """
    store = trace.store
    first, end = store.count_until(t0 - 1), store.count_until(t1)
    parts: list[Array] = []
    for one in channels(trace):
        puts, gets = one.puts, one.gets
        low, high = puts.searchsorted(np.array([first, end], np.uint32)).tolist()
        taken_low, taken_high = gets.searchsorted(np.array([first, end], np.uint32)).tolist()
        step = max(1, (high - low + taken_high - taken_low) // max(1, limit))
        indices = np.unique(
            np.concatenate(
                [
                    np.arange(low, high, step),
                    one.put_of_get(np.arange(taken_low, taken_high, step)),
                ]
            )
        ).astype(np.int64)
        indices = indices[(indices >= 0) & (indices < len(puts))]
        part = np.empty(len(indices), MESSAGES)
        part["object"] = one.obj
        part["sent"] = store.times(puts[indices])
        part["sender"] = trace.process_of_actors(store.actor.view[puts[indices]])
        taken = one.taken_at(indices)
        known = taken >= 0
        part["received"], part["receiver"] = -1, -1
        part["received"][known] = store.times(taken[known])
        part["receiver"][known] = trace.process_of_actors(store.actor.view[taken[known]])
        parts.append(part)
    if not parts:
        return np.empty(0, MESSAGES)
    found = np.concatenate(parts)
    found = found[np.argsort(found["sent"], kind="stable")]
    return found[:: max(1, -(-len(found) // max(1, limit)))]


def wrongs(trace: History, t0: int, t1: int) -> Array:
    """What went wrong between two times, as a structured array (WRONGS) in order of time.

    Of many updates of one object that were lost every n-th is given.
    """
    store = trace.store
    first, end = store.count_until(t0 - 1), store.count_until(t1)
    lost = [
        _lost(trace, facts.object, first, end)
        for facts in trace.registry.all
        if facts.kind in CELLS
    ]
    raised = _between(store.of(-1, Kind.RAISED), first, end)
    killed = [
        (info.ended, info.process)
        for info in trace.processes
        if info.state == State.KILLED and info.ended is not None and t0 <= info.ended <= t1
    ]
    at = np.concatenate([raised, *lost]).astype(np.int64)
    found = np.empty(len(at) + len(killed), WRONGS)
    found["time"][: len(at)] = store.times(at)
    found["process"][: len(at)] = trace.process_of_actors(store.actor.view[at])
    found[len(at) :] = killed
    return found[np.argsort(found["time"], kind="stable")]


def _lost(trace: History, obj: int, first: int, end: int) -> Array:
    """Ordinals of some of the writes that lost another's, from ``first`` to ``end``."""
    one = accesses(trace, obj)
    known, losing = one.column("ordinal"), one.losing.view
    bounds = known.searchsorted(np.array([first, end], np.uint32)).astype(np.uint32)
    low, high = losing.searchsorted(bounds).tolist()
    return known[losing[low : high : max(1, (high - low) // _MOST_WRONGS)]]


def line_of(trace: History, process: int) -> Place | None:
    """Where the main thread of a process was last."""
    mine = trace.store.of_actor(trace.processes[process].actors[0])
    for ordinal in mine[::-1][:16].tolist():
        place = trace.place(int(trace.store.where.view[ordinal]))
        if place is not None:
            return place
    return None


def cut_short(trace: History, info: ProcessInfo) -> bool:
    """Whether a process was alive until ipcsim ended the run."""
    ended = trace.ended
    if ended is None or not (ended.stopped or ended.timed_out):
        return False
    if info.ended is None:
        return True
    if ended.left_alone_until:
        return info.ended >= ended.left_alone_until
    store = trace.store
    last = store.time(len(store) - 1) if len(store) else info.ended
    return info.state in (State.KILLED, State.TERMINATED) and info.ended >= last
