"""What the plots show of an object over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.channels import channel
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.kinds import waits_at
from ipcsim.trace.pyramids import Steps
from ipcsim.trace.store import Fresh, rank
from ipcsim.trace.tokens import numbers

WHATS: Final = ("depth", "waiting", "value", "expected", "rate")
_DONE: Final = (Kind.GET, Kind.RECV, Kind.ACQUIRED, Kind.WRITE, Kind.RESULT, Kind.TASK_END)
"""What counts as work done at an object, for its rate."""
_FINEST_NS: Final = 10_000_000
"""Rates are taken over at least so long."""
_SOME: Final = 3
"""So much has to happen in a stretch on average: from one or none a rate can't be told."""
_STRETCHES_NS: Final = tuple(
    digit * _FINEST_NS * 10**power for power in range(5) for digit in (1, 2, 5)
)
"""Over how long a rate may be taken: round, so that it seldom changes while a run goes on."""


class Series:
    """One quantity of one object over the run; it grows with the trace."""

    def __init__(self, trace: History, obj: int, what: str) -> None:
        """
        Args:
            trace: the run.
            obj: the object.
            what: one of WHATS.

        Raises:
            ValueError: there is no such quantity.
        """
        makers: dict[str, Callable[[Steps], None]] = {
            "depth": self._depth,
            "waiting": self._waiting,
            "value": self._value,
            "expected": self._value,
            "rate": lambda _steps: None,
        }
        if what not in makers:
            raise ValueError(f"no series {what!r}: one of {', '.join(WHATS)}")
        self.trace = trace
        self.object = obj
        self.what = what
        self._advance = makers[what]
        dtype = np.float64 if what in ("value", "expected") else np.float32
        self._steps = Steps(dtype, trace.store.room)
        self._seen = [0, 0, 0]
        self._level = 0.0
        kind = trace.registry.all[obj].kind
        self._waits = Fresh(trace.store, obj, waits_at(kind))
        self._open: dict[int, int] = {}
        self._held: dict[int, float] = {}
        self._sum = 0.0
        self._unknown: set[int] = set()
        """Elements whose values aren't known: what a slice has written isn't recorded."""
        self._version = -1

    @property
    def bound(self) -> int | None:
        """The most that the quantity can be: a queue's slots."""
        return self.trace.objects[self.object].bound if self.what == "depth" else None

    @property
    def last(self) -> float:
        """The value at the end of what is known."""
        self._update()
        return self._steps.last

    @property
    def highest(self) -> float:
        """The greatest value so far; 0 if there is none."""
        self._update()
        return self._steps.highest

    def view(self, t0: int, t1: int, pixels: int) -> tuple[Array, Array, Array]:
        """Times (ns), lows and highs between two times, at most about two entries a pixel.

        Where no update can get lost nothing is expected that isn't there.
        """
        pixels = max(1, pixels)
        if self.what == "rate":
            return self._rate(t0, t1, pixels)
        self._update()
        if self.what == "expected" and not accesses(self.trace, self.object).contested:
            return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
        return self._steps.view(t0, t1, pixels)

    def _update(self) -> None:
        if self._version != self.trace.version:
            self._version = self.trace.version
            self._advance(self._steps)

    def _count(self, steps: Steps, up: Array, down: Array) -> None:
        """Append +1 at the times ``up`` and -1 at the times ``down``.

        Of what happens at one time only the sum counts: who goes from one wait straight into the
        next one hasn't been there twice.
        """
        times = np.concatenate([up, down])
        if not len(times):
            return
        changes = np.concatenate([np.ones(len(up)), -np.ones(len(down))])
        order = np.argsort(times, kind="stable")
        times, values = times[order], self._level + np.cumsum(changes[order])
        self._level = float(values[-1])
        kept = np.append(times[1:] != times[:-1], True)
        # Of a recording that was cut off the putting may be missing, and the taking there.
        steps.extend(times[kept], np.maximum(values[kept], 0.0))

    def _depth(self, steps: Steps) -> None:
        found = channel(self.trace, self.object)
        puts, gets, failed = found.puts, found.gets, found.failed
        up = puts[self._seen[0] :]
        down = np.concatenate([gets[self._seen[1] :], failed[self._seen[2] :]])
        if len(up) or len(down):
            self._seen = [len(puts), len(gets), len(failed)]
            self._count(steps, self.trace.store.times(up), self.trace.store.times(down))

    def _waiting(self, steps: Steps) -> None:
        store, trace = self.trace.store, self.trace
        fresh = self._waits.take()
        last = int(steps.times.view[-1]) if len(steps) else 0
        up = np.maximum(store.times(fresh), last)
        down: list[int] = []
        for actor, start in list(self._open.items()):
            mine = store.of_actor(actor)
            at = rank(mine, start) + 1
            ended = trace.processes[trace.actors[actor].process].ended
            if at < len(mine):
                down.append(store.time(int(mine[at])))
            elif ended is not None:
                down.append(ended)
            else:
                continue
            del self._open[actor]
        actors = store.actor.view[fresh]
        for actor in np.unique(actors).tolist():
            starts = fresh[actors == actor]
            mine = store.of_actor(actor)
            after = mine.searchsorted(starts) + 1
            if after[-1] >= len(mine):
                self._open[actor] = int(starts[-1])
                after = after[:-1]
            down += store.times(mine[after]).tolist()
        self._count(steps, up, np.maximum(np.array(down, np.int64), last))

    def _value(self, steps: Steps) -> None:
        """The value; of an array the sum of its elements."""
        found = accesses(self.trace, self.object)
        first, self._seen[0] = self._seen[0], len(found)
        if first == len(found):
            return
        writes = np.flatnonzero(found.column("write")[first:]) + first
        if not len(steps):
            self._begin(steps, found)
        if not len(writes):
            return
        values = numbers(found.column("value")[writes])
        if self.what == "expected":
            known = found.expected.view[writes]
            values = np.where(np.isnan(known), values, known)
        times = self.trace.store.times(found.column("ordinal")[writes])
        if list(found.writes) == [-1] and not np.isnan(values).any():
            steps.extend(times, values)
            self._held[-1] = self._sum = float(values[-1])
            self._unknown.clear()
            return
        elements = found.column("element")[writes].tolist()
        totals = np.empty(len(writes))
        for at, (element, value) in enumerate(zip(elements, values.tolist(), strict=True)):
            if value == value:
                self._sum += value - self._held.get(element, 0.0)
                self._held[element] = value
                self._unknown.discard(element)
            else:
                self._unknown.add(element)
            totals[at] = np.nan if self._unknown else self._sum
        steps.extend(times, totals)

    def _begin(self, steps: Steps, found: Accesses) -> None:
        """What is read before anybody has written has been there from the beginning."""
        for element, reads in found.reads.items():
            first = int(reads.view[0])
            writes = found.writes.get(element)
            if writes is None or not len(writes) or _precedes(found, first, int(writes.view[0])):
                value = float(numbers(found.column("value")[first : first + 1])[0])
                if value == value:
                    self._held[element] = value
        start = self.trace.registry.all[self.object].time
        self._sum = sum(self._held.values())
        steps.extend(np.array([start]), np.array([self._sum]))

    def _rate(self, t0: int, t1: int, pixels: int) -> tuple[Array, Array, Array]:
        """Things done a second, in stretches of a pixel or more; the same wherever one looks."""
        store = self.trace.store
        done = [found for kind in _DONE if len(found := store.of(self.object, kind))]
        wide = max(self._stretch(done), -(-(t1 - t0) // pixels))
        begin = self.trace.begin
        first, last = (t0 - begin) // wide, -(-(t1 - begin) // wide)
        edges = begin + wide * np.arange(first, max(last, first + 1) + 1, dtype=np.int64)
        ordinals = store.key.view.searchsorted(edges * 2 + 2).astype(np.uint32)
        counts = np.zeros(len(edges) - 1)
        for found in done:
            counts += np.diff(found.searchsorted(ordinals))
        rates = counts / (wide / 1e9)
        return np.maximum(edges[:-1], t0), rates, rates.copy()

    def _stretch(self, done: list[Array]) -> int:
        """Over how many ns a rate is taken."""
        count = sum(len(found) for found in done)
        if count <= 1:
            return _FINEST_NS
        first = min(int(found[0]) for found in done)
        last = max(int(found[-1]) for found in done)
        store = self.trace.store
        wanted = _SOME * (store.time(last) - store.time(first)) / (count - 1)
        return min(
            (int(wide) for wide in _STRETCHES_NS if wide >= wanted), default=_STRETCHES_NS[-1]
        )


def _precedes(found: Accesses, read: int, write: int) -> bool:
    """Whether a read was over before a write began: one that was under way may have seen it."""
    both = np.array([read, write])
    if read > write or (np.diff(found.column("actor")[both]) == 0).all():
        return read < write
    return bool(found.ended(both)[0] <= found.began(both)[1])


def series(trace: History, obj: int, what: str) -> Series:
    """A series, made once."""
    found: Series = trace.remembered(("series", obj, what), lambda: Series(trace, obj, what))
    return found
