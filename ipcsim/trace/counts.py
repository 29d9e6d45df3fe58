"""What an object has seen over the whole run, in numbers."""

from __future__ import annotations

import numpy as np

from ipcsim.events import Kind, ObjectKind
from ipcsim.trace.accesses import accesses
from ipcsim.trace.history import History
from ipcsim.trace.kinds import waits_at
from ipcsim.trace.objects import (
    BARRIERS,
    CELLS,
    CONDITIONS,
    FILES,
    FLAGS,
    LOCKS,
    POOLS,
    QUEUES,
    SEMAPHORES,
)
from ipcsim.trace.series import series

_QUEUE = {"puts": Kind.PUT, "gets": Kind.GET, "full": Kind.FULL, "empty": Kind.EMPTY}
_PIPE = {"sends": Kind.SEND, "receives": Kind.RECV}
_LOCK = {"acquires": Kind.ACQUIRED, "contended": Kind.ACQUIRE_WAIT, "releases": Kind.RELEASE}
_CONDITION = {"waits": Kind.WAIT, "notifies": Kind.NOTIFY}
_FLAG = {
    "waits": Kind.EVENT_WAIT,
    "asks": Kind.EVENT_ASKED,
    "sets": Kind.EVENT_SET,
    "clears": Kind.EVENT_CLEAR,
}
_BARRIER = {"waits": Kind.BARRIER_WAIT, "passes": Kind.BARRIER_PASSED}
_CELL = {"reads": Kind.READ, "writes": Kind.WRITE}
_ARRAY = {"slices_read": Kind.READ_SLICE, "slices_written": Kind.WRITE_SLICE}
_POOL = {"tasks_begun": Kind.TASK_BEGIN, "tasks_done": Kind.TASK_END}
_CALLED = {"calls": Kind.CALL}
_MEMORY = {"attaches": Kind.ATTACH}
_COUNTED = (
    (QUEUES, _QUEUE),
    (frozenset({ObjectKind.PIPE_END}), _PIPE),
    (LOCKS | SEMAPHORES, _LOCK),
    (CONDITIONS, _CONDITION),
    (FLAGS, _FLAG),
    (BARRIERS, _BARRIER),
    (CELLS, _CELL),
    (frozenset({ObjectKind.ARRAY}), _ARRAY),
    (POOLS, _POOL),
    (FILES, {"calls": Kind.FILE_CALL}),
    (frozenset({ObjectKind.PROXY}), _CALLED),
    (frozenset({ObjectKind.SHARED_MEMORY}), _MEMORY),
)


def counts(trace: History, obj: int) -> dict[str, float | int]:
    """What happened at an object: counts, ``max_depth``, ``max_wait_s``, ``lost_updates``.

    Where accesses were passed over it isn't known that no update was lost: that count is missing.
    Of memory without a lock, whose accesses can't be seen, nothing is known.
    """
    kind = trace.registry.all[obj].kind
    found: dict[str, float | int] = {}
    for kinds, names in _COUNTED:
        if kind in kinds:
            for name, event in names.items():
                found[name] = len(trace.store.of(obj, event))
    if kind in LOCKS | SEMAPHORES and trace.registry.all[obj].key.startswith("proxy:"):
        found["contended"] = _found_taken(trace, obj)
    if kind in QUEUES:
        found["max_depth"] = int(series(trace, obj, "depth").highest)
    if kind in CELLS and not any(found.values()) and len(trace.store.of(obj, Kind.RAW_ACCESS)):
        found = {}
    elif kind in CELLS:
        one = accesses(trace, obj)
        missing = sum(int(column.view[-1]) for column in one.lost_count.values() if len(column))
        lost = max(missing, len(one.losing))
        if lost or not len(one.passed_over):
            found["lost_updates"] = lost
    waits = wait_times(trace, obj)
    if len(waits):
        found["max_wait_s"] = round(int(waits.max()) / 1e9, 9)
    elif kind in LOCKS | SEMAPHORES | QUEUES:
        found["max_wait_s"] = 0.0
    return found


def _found_taken(trace: History, obj: int) -> int:
    """How many waits for a manager's lock saw somebody else release it, or didn't get it.

    Whoever asks a manager waits for its answer: that alone doesn't tell that the lock was taken.
    """
    store = trace.store
    releases = store.of(obj, Kind.RELEASE)
    givers = store.actor.view[releases]
    count = 0
    for wait in store.of(obj, Kind.ACQUIRE_WAIT).tolist():
        actor = int(store.actor.view[wait])
        mine = store.of_actor(actor)
        after = int(mine.searchsorted(wait)) + 1
        end = int(mine[after]) if after < len(mine) else len(store)
        others = (
            givers[releases.searchsorted(np.uint32(wait)) : releases.searchsorted(np.uint32(end))]
            != actor
        )
        taken = after < len(mine) and store.kind.view[end] == Kind.ACQUIRED
        count += bool(others.any()) or not taken
    return count


def wait_times(trace: History, obj: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """How long each wait at an object lasted, ns; one still going on lasts until the end."""
    store = trace.store
    begun = store.of(obj, *waits_at(trace.registry.all[obj].kind))
    actors = store.actor.view[begun]
    parts = []
    for actor in np.unique(actors).tolist():
        starts = begun[actors == actor]
        mine = store.of_actor(actor)
        after = mine.searchsorted(starts) + 1
        ended = trace.processes[trace.actors[actor].process].ended
        last = trace.end if ended is None else ended
        ends = np.full(len(starts), last, np.int64)
        inside = after < len(mine)
        ends[inside] = store.times(mine[after[inside]])
        parts.append(np.maximum(ends - store.times(starts), 0))
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
