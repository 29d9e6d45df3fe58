"""Which semaphores were given back more often than they were taken?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.finding import Finding, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.objects import GATES, SEMAPHORES
from ipcsim.trace.store import Fresh


class _Permits:
    """How many permits are out, and when there were first more free than in the beginning."""

    def __init__(self, trace: History, obj: int) -> None:
        self._store = trace.store
        self._fresh = Fresh(trace.store, obj, (Kind.ACQUIRED, Kind.RELEASE))
        self._out = 0
        self.most_extra = 0
        self.first_extra: int | None = None

    def advance(self) -> None:
        fresh = self._fresh.take()
        if not len(fresh):
            return
        signs = np.where(self._store.kind.view[fresh] == Kind.ACQUIRED, 1, -1)
        out = self._out + np.cumsum(signs)
        self._out = int(out[-1])
        lowest = int(out.min())
        if lowest < 0 and self.first_extra is None:
            self.first_extra = int(fresh[int(np.argmax(out < 0))])
        self.most_extra = max(self.most_extra, -lowest)


def find(trace: History) -> list[Finding]:
    """A finding for each semaphore with more permits than it began with, and each refusal."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in GATES:
            continue
        if facts.kind in SEMAPHORES:
            found += _extra(trace, facts.object)
        found += _refused(trace, facts.object)
    return found


def _extra(trace: History, obj: int) -> list[Finding]:
    facts = trace.registry.all[obj]
    initial = next(
        (n for name in ("value", "bound", "initial") if (n := facts.number(name)) is not None), None
    )
    if not initial:
        return []  # a semaphore that begins at 0 is a signal: release() comes first
    permits: _Permits = trace.remembered(("permits", obj), lambda: _Permits(trace, obj))
    permits.advance()
    if permits.first_extra is None:
        return []
    place = place_of(trace, permits.first_extra)
    process = trace.actors[int(trace.store.actor.view[permits.first_extra])].process
    return [
        Finding(
            "over_release",
            _(
                "{who} gave back a permit of {name} that nobody held (line {line}). It began with "
                "{initial}; later up to {count} could be inside at once."
            ).format(
                who=trace.processes[process].name,
                name=trace.objects[obj].name,
                line=trace.at_line(place),
                initial=initial,
                count=initial + permits.most_extra,
            ),
            _(
                "A Semaphore is a counter and believes every release(). One too many lets one more "
                "in, for ever, and says nothing."
            ),
            (process,),
            (obj,),
            locations(place),
            trace.store.time(permits.first_extra),
            (int(trace.store.where.view[permits.first_extra]),),
            remedy=_("Drop the second release(); with a BoundedSemaphore it raises ValueError."),
            reference="multiprocessing: Synchronization primitives (BoundedSemaphore)",
        )
    ]


def _refused(trace: History, obj: int) -> list[Finding]:
    refused = trace.store.of(obj, Kind.RELEASE_REFUSED)
    if not len(refused):
        return []
    first = int(refused[0])
    place = place_of(trace, first)
    process = trace.actors[int(trace.store.actor.view[first])].process
    return [
        Finding(
            "over_release",
            _("{who} wanted to give back {name} (line {line}) and was refused.").format(
                who=trace.processes[process].name,
                name=trace.objects[obj].name,
                line=trace.at_line(place),
            ),
            _(
                "What isn't held can't be given back: an RLock only by its holder, a "
                "BoundedSemaphore no more often than it was taken."
            ),
            (process,),
            (obj,),
            locations(place),
            trace.store.time(first),
            (int(trace.store.where.view[first]),),
            remedy=_("One release() for each acquire(): `with` sees to that."),
        )
    ]
