"""The world as a plain fold over events: slow, short, and what World.at must agree with."""

from __future__ import annotations

from collections import defaultdict

from ipcsim.events import Kind
from ipcsim.trace.history import History


class NaiveWorld:
    """State after all events until ``t``."""

    def __init__(self, trace: History, t: int) -> None:
        self.depth: dict[int, int] = defaultdict(int)
        self.inside: dict[int, list[int]] = defaultdict(list)
        """Queue -> labels' tokens in the order of FEED, then of PUT."""
        self.holders: dict[int, list[int]] = defaultdict(list)
        self.waiting: dict[int, tuple[int, int]] = {}
        """Thread -> kind and object of the wait it is in."""
        self.value: dict[tuple[int, int], int] = {}
        self._buffers: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._fed: dict[int, list[int]] = defaultdict(list)
        self._puts: dict[int, int] = defaultdict(int)
        store = trace.store
        for ordinal in range(len(store)):
            if store.time(ordinal) > t:
                break
            row = int(store.where.view[ordinal])
            self._apply(
                trace,
                int(store.kind.view[ordinal]),
                int(store.object.view[ordinal]),
                int(store.actor.view[ordinal]),
                trace.raw.arg(row),
                trace.element(row),
            )
        for obj in self.depth:
            rest = [
                item for (q, _p), buffer in self._buffers.items() if q == obj for item in buffer
            ]
            self.inside[obj] = self._fed[obj] + sorted(rest)

    def _apply(
        self, trace: History, kind: int, obj: int, actor: int, arg: int, element: int
    ) -> None:
        process = trace.actors[actor].process
        self.waiting.pop(actor, None)
        if kind == Kind.PUT:
            self.depth[obj] += 1
            self._buffers[obj, process].append(self._number(obj))
        elif kind == Kind.FEED:
            self._fed[obj].append(self._buffers[obj, process].pop(0))
        elif kind == Kind.GET:
            self.depth[obj] -= 1
            self._fed[obj].pop(0)
        elif kind == Kind.SEND:
            self.depth[obj] += 1
        elif kind == Kind.RECV:
            peer = trace.registry.peer(obj)
            assert peer is not None
            self.depth[peer] -= 1
        elif kind in (Kind.ACQUIRED, Kind.WOKEN):
            self.holders[obj].append(actor)
        elif kind in (Kind.RELEASE, Kind.WAIT):
            self.holders[obj].remove(actor)
        elif kind == Kind.WRITE:
            self.value[obj, element] = arg
        if kind in (
            Kind.ACQUIRE_WAIT,
            Kind.PUT_WAIT,
            Kind.GET_WAIT,
            Kind.RECV_WAIT,
            Kind.WAIT,
            Kind.EVENT_WAIT,
            Kind.JOIN_WAIT,
        ):
            self.waiting[actor] = (kind, obj)

    def _number(self, obj: int) -> int:
        self._puts[obj] += 1
        return self._puts[obj] - 1
