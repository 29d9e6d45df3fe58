"""Who is busy trying, again and again, and gets nothing done?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations, place_of, thread_name
from ipcsim.events import Kind
from ipcsim.language import _, grouped
from ipcsim.trace.history import History
from ipcsim.trace.sentences import names

WINDOW_NS = 1_000_000_000
TRIES = 50
_PROGRESS = (
    *(Kind.PUT, Kind.GET, Kind.SEND, Kind.RECV, Kind.WRITE, Kind.WRITE_SLICE, Kind.OUTPUT),
    *(Kind.TASK_BEGIN, Kind.TASK_END, Kind.SUBMIT, Kind.RETURNED, Kind.STARTED, Kind.JOINED),
    *(Kind.EVENT_SET, Kind.NOTIFY, Kind.BARRIER_PASSED, Kind.RESULT, Kind.TASK_DONE),
)


def find(trace: History) -> list[Finding]:
    """At most one: in the last second before the program was left, only failures."""
    end = end_of(trace)
    if not (end.stopped or end.still_runs):
        return []
    store = trace.store
    first, last = store.count_until(end.t - WINDOW_NS), end.now.k
    if last - first < TRIES or end.t - trace.begin < WINDOW_NS:
        return []
    kinds = store.kind.view[first:last]
    failed = np.flatnonzero(kinds == Kind.NOT_ACQUIRED) + first
    if len(failed) < TRIES or np.isin(kinds, _PROGRESS).any():
        return []
    actors, counts = np.unique(store.actor.view[failed], return_counts=True)
    busy = actors[counts >= TRIES // 5].tolist()
    wanted = set(store.object.view[failed].tolist())
    got = np.flatnonzero(kinds == Kind.ACQUIRED) + first
    places = trace.raw.places(trace.rows(failed))
    at_once = np.isin(trace.raw.places(trace.rows(got)), places)
    if len(busy) < 2 or at_once.any() or not _among_themselves(end, wanted, busy):
        return []
    place = place_of(trace, int(failed[0]))
    return [
        Finding(
            "livelock",
            _(
                "Livelock: {who} try again and again (line {line}, {count} times in the last "
                "second) and nobody gets what it wants."
            ).format(
                who=names([thread_name(trace, actor) for actor in busy]),
                line=trace.at_line(place),
                count=grouped(len(failed)),
            ),
            _(
                "Nobody is blocked and nobody gets on: each gives way to the other, and all do "
                "so in "
                "step."
            ),
            tuple(sorted({trace.actors[actor].process for actor in busy})),
            tuple(sorted(obj for obj in wanted if obj >= 0)),
            locations(place),
            end.t,
            tuple(int(row) for row in trace.rows(failed[-30:])),
            remedy=_("Wait a random time before the next try, or take the locks in one order."),
        )
    ]


def _among_themselves(end: End, wanted: set[int], busy: list[int]) -> bool:
    """Whether those who try have what the others want: nobody else would have to act."""
    store = end.trace.store
    for lock in wanted:
        taken = store.of(lock, Kind.ACQUIRED)
        taken = taken[: end.now.until(taken)]
        if not len(taken) or int(store.actor.view[int(taken[-1])]) not in busy:
            return False
    return True
