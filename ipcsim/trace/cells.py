"""Shared values at a moment: what they hold, what they should hold, who has an old copy."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.moment import CellAt, Chip
from ipcsim.trace.standing import Standing
from ipcsim.trace.store import rank
from ipcsim.trace.tokens import label_of

MOST_CELLS = 128
UNKNOWN = "?"
"""What is in bare memory that nobody is seen to have touched."""
MOST_CHIPS = 4
_WINDOW = 512
_STATEMENT = 16
"""Events of a thread that are looked at for what its statement has read."""


def cells_at(now: Standing, obj: int) -> tuple[CellAt, ...]:
    """The value ``obj``, or the first elements of the array, at the moment ``now``."""
    found = accesses(now.trace, obj)
    facts = now.trace.registry.all[obj]
    size = facts.number("size") or 0
    n = now.until(found.column("ordinal"))
    touched = sorted(set(found.writes) | set(found.reads))
    elements = [e for e in touched if e >= 0]
    raw = now.until(now.store.of(obj, Kind.RAW_ACCESS)) > 0
    initial = UNKNOWN if raw else facts.words("initial")
    if facts.kind == "Value" or (-1 in touched and not elements):
        return (replace(_cell(found, -1, n, initial), raw=raw),)
    if facts.kind == "ShareableList":
        # Its size is that of its block, in bytes.
        size = elements[-1] + 1 if elements else 0
    if size and size <= MOST_CELLS:
        elements = list(range(size))
    return tuple(
        replace(_cell(found, element, n, initial), raw=raw) for element in elements[:MOST_CELLS]
    )


def _cell(found: Accesses, element: int, n: int, initial: str) -> CellAt:
    index = None if element < 0 else element
    writes = found.writes.get(element)
    count = _until(writes.view, n) if writes is not None else 0
    reads = found.reads.get(element)
    read_count = _until(reads.view, n) if reads is not None else 0
    if writes is None or not count:
        if reads is not None and len(reads) and (read_count or not initial):
            # Nobody has written yet: what is read first has been there all along.
            first = int(reads.view[0])
            if writes is None or not len(writes) or first < int(writes.view[0]):
                return CellAt(found.obj, index, label(found, first))
        return CellAt(found.obj, index, initial)
    at = int(writes.view[count - 1])
    expected = float(found.expected.view[at])
    unread = True
    if reads is not None and read_count:
        writer = found.column("actor")[at]
        since = reads.view[_until(reads.view, at) : read_count]
        unread = not bool((found.column("actor")[since] != writer).any())
    return CellAt(
        found.obj,
        index,
        label(found, at),
        expected=None if np.isnan(expected) else _plain(expected),
        lost=int(found.lost_count[element].view[count - 1]),
        unread=unread,
        writer=int(found.column("actor")[at]),
    )


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def _until(indices: Array, n: int) -> int:
    return rank(indices, n)


def label(found: Accesses, at: int) -> str:
    """What was read or written by an access."""
    token = int(found.column("value")[at])
    process = found.trace.actors[int(found.column("actor")[at])].process
    return label_of(token, found.trace.ring_of(process).text)


def chips_at(now: Standing, objects: list[int]) -> dict[int, tuple[Chip, ...]]:
    """By process: what it has read last of each cell and not yet written back."""
    chips: dict[int, list[tuple[int, Chip]]] = defaultdict(list)
    for obj in objects:
        found = accesses(now.trace, obj)
        n = now.until(found.column("ordinal"))
        start = max(0, n - _WINDOW)
        actors = found.column("actor")[start:n]
        elements = found.column("element")[start:n]
        keys = actors.astype(np.int64) << 32 | (elements + 1)
        _, firsts = np.unique(keys[::-1], return_index=True)
        last = {n - 1 - back for back in firsts.tolist()}
        torn: dict[int, int] = {}
        for actor in range(len(now.last)):
            run = _reading(now, found, actor)
            torn |= _torn(found, run)
            last.update(run)
        for at in last:
            if found.column("write")[at]:
                continue
            actor, element = int(found.column("actor")[at]), int(found.column("element")[at])
            process = now.process(actor)
            if now.over[process]:
                continue
            writes = found.writes.get(element)
            written = -1
            if writes is not None:
                count = _until(writes.view, n)
                written = int(writes.view[count - 1]) if count else -1
            stale = written > at and int(found.column("actor")[written]) != actor
            index = None if element < 0 else element
            by = now.process(torn[at]) if at in torn else None
            chips[process].append((at, Chip(obj, index, label(found, at), stale, by)))
    return {
        process: tuple(chip for _, chip in sorted(own, key=lambda pair: -pair[0])[:MOST_CHIPS])
        for process, own in chips.items()
    }


def _reading(now: Standing, found: Accesses, actor: int) -> list[int]:
    """The reads of the statement that a thread is in, the last one first; none if it has written.

    However much others have done since: a thread that has lost its core holds what it has read.
    """
    if now.last[actor] < 0 or now.kinds[actor] != Kind.READ or now.objects[actor] != found.obj:
        return []
    mine = now.store.of_actor(actor)
    end = rank(mine, int(now.last[actor])) + 1
    ordinals, statements = found.column("ordinal"), found.column("statement")
    elements = found.column("element")
    run: list[int] = []
    for ordinal in mine[max(0, end - _STATEMENT) : end][::-1].tolist():
        at = int(ordinals.searchsorted(np.uint32(ordinal)))
        if at >= len(ordinals) or ordinals[at] != ordinal:
            continue
        if found.column("write")[at]:
            break
        if run and (statements[at] != statements[run[0]] or elements[at] >= elements[run[-1]]):
            break
        run.append(at)
    return run


def _torn(found: Accesses, run: list[int]) -> dict[int, int]:
    """Of the reads of a statement: read -> who wrote to what it reads since its first one."""
    result: dict[int, int] = {}
    elements = found.column("element")
    for at in run[:-1]:
        last = -1
        for element in {int(elements[one]) for one in run}:
            writes = found.writes.get(element)
            count = _until(writes.view, at) if writes is not None else 0
            if writes is not None and count:
                last = max(last, int(writes.view[count - 1]))
        if last > run[-1]:
            result[at] = int(found.column("actor")[last])
    return result


def write_that_loses(trace: History, obj: int, ordinal: int) -> str | None:
    """Label of the value that a write has overwritten unseen; None if it lost nobody's."""
    found = accesses(trace, obj)
    at = int(found.column("ordinal").searchsorted(np.uint32(ordinal)))
    place = rank(found.losing.view, at)
    if place >= len(found.losing) or found.losing.view[place] != at:
        return None
    return label(found, found.victim(at))
