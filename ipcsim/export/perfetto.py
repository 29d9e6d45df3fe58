"""A trace in Chrome's JSON format: ui.perfetto.dev and chrome://tracing open it.

A process is a process, a thread a thread; waits, sleeps and holds are slices, messages are arrows,
depths and values are counters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.kinds import WAITS
from ipcsim.trace.objects import CELLS, CONDITIONS, LOCKS, QUEUES
from ipcsim.trace.operations import operations
from ipcsim.trace.trace import Trace

_SLICES = (*WAITS, Kind.SLEEP, Kind.HELD)
_COUNTER_POINTS = 20_000


def write_perfetto(trace: Trace, file: IO[str]) -> int:
    """Write the trace; how many entries it has."""
    count = 0
    file.write('{"displayTimeUnit":"ns","traceEvents":[\n')
    for entry in _entries(trace):
        file.write((",\n" if count else "") + json.dumps(entry, ensure_ascii=False))
        count += 1
    file.write("\n]}\n")
    return count


def _entries(trace: Trace) -> Iterator[dict[str, Any]]:
    yield from _names(trace)
    yield from _operations(trace)
    yield from _holds(trace)
    yield from _arrows(trace)
    yield from _counters(trace)


def _us(trace: Trace, time: int) -> float:
    return (time - trace.begin) / 1e3


def _names(trace: Trace) -> Iterator[dict[str, Any]]:
    for info in trace.processes:
        yield {"ph": "M", "pid": info.pid, "name": "process_name", "args": {"name": info.name}}
        yield {
            "ph": "M",
            "pid": info.pid,
            "name": "process_sort_index",
            "args": {"sort_index": info.process},
        }
    for actor in trace.actors:
        pid = trace.processes[actor.process].pid
        name = {"name": actor.name}
        yield {"ph": "M", "pid": pid, "tid": actor.thread, "name": "thread_name", "args": name}


def _operations(trace: Trace) -> Iterator[dict[str, Any]]:
    """Every event: an instant, or a slice until the thread's next event where it waits."""
    store = trace.store
    for actor in trace.actors:
        mine = store.of_actor(actor.actor)
        rows, times = store.where.view[mine].tolist(), store.times(mine).tolist()
        kinds, objects = store.kind.view[mine].tolist(), store.object.view[mine].tolist()
        info = trace.processes[actor.process]
        end = info.ended if info.ended is not None else trace.end
        base = {"pid": info.pid, "tid": actor.thread}
        for n, (row, time, kind, obj) in enumerate(zip(rows, times, kinds, objects, strict=True)):
            name = operations(trace).text(row, obj) or Kind(kind).name.lower()
            entry = {**base, "name": name, "cat": Kind(kind).name, "ts": _us(trace, time)}
            place = trace.place(row)
            if place is not None:
                entry["args"] = {"line": f"{place.file}:{place.line}"}
            if kind in _SLICES:
                until = times[n + 1] if n + 1 < len(times) else end
                yield {**entry, "ph": "X", "dur": max(0, until - time) / 1e3}
            else:
                yield {**entry, "ph": "i", "s": "t"}


def _holds(trace: Trace) -> Iterator[dict[str, Any]]:
    """Locks from being taken to being given back, as slices that may overlap others."""
    store = trace.store
    number = 0
    for facts in trace.registry.all:
        if facts.kind not in LOCKS | CONDITIONS:
            continue
        name = trace.objects[facts.object].name
        open_: dict[int, tuple[int, int]] = {}
        for ordinal in store.of(facts.object, Kind.ACQUIRED, Kind.RELEASE).tolist():
            actor, time = int(store.actor.view[ordinal]), store.time(ordinal)
            if store.kind.view[ordinal] == Kind.ACQUIRED:
                number += 1
                open_.setdefault(actor, (time, number))
                continue
            taken = open_.pop(actor, None)
            if taken is None:
                continue
            pid = trace.processes[trace.actors[actor].process].pid
            entry = {"cat": "hold", "name": name, "id": taken[1], "pid": pid}
            yield {**entry, "ph": "b", "ts": _us(trace, taken[0])}
            yield {**entry, "ph": "e", "ts": _us(trace, time)}


def _arrows(trace: Trace) -> Iterator[dict[str, Any]]:
    found = trace.messages(trace.begin, trace.end, limit=1 << 30)
    for number, message in enumerate(found[found["received"] >= 0]):
        name = trace.objects[int(message["object"])].name
        entry = {"name": name, "cat": "message", "id": number, "tid": 0}
        sender = trace.processes[int(message["sender"])].pid
        receiver = trace.processes[int(message["receiver"])].pid
        yield {**entry, "ph": "s", "pid": sender, "ts": _us(trace, int(message["sent"]))}
        received = _us(trace, int(message["received"]))
        yield {**entry, "ph": "f", "bp": "e", "pid": receiver, "ts": received}


def _counters(trace: Trace) -> Iterator[dict[str, Any]]:
    pid = trace.processes[0].pid if trace.processes else 0
    for facts in trace.registry.all:
        what = "depth" if facts.kind in QUEUES else "value" if facts.kind in CELLS else ""
        if not what:
            continue
        times, _lows, highs = trace.series(facts.object, what).view(
            trace.begin, trace.end, _COUNTER_POINTS
        )
        name = f"{trace.objects[facts.object].name} {what}"
        for time, value in zip(times.tolist(), highs.tolist(), strict=True):
            if not np.isnan(value):
                ts = _us(trace, time)
                yield {"ph": "C", "pid": pid, "name": name, "ts": ts, "args": {what: value}}
