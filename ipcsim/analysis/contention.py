"""How the taking of a lock went: who had it how often, for how long, and how long others waited."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.store import Fresh


@dataclass(slots=True)
class LongWait:
    """One wait."""

    actor: int
    began: int
    """Ordinals of its begin and end."""
    ended: int
    passed_over: int
    """How often others took it in the meantime."""


@dataclass(slots=True)
class Contention:
    """Sums over all of a lock's history, brought forward as it grows; times in ns."""

    trace: History
    obj: int
    taken: dict[int, int] = field(default_factory=dict)
    """By thread."""
    waited: dict[int, int] = field(default_factory=dict)
    held: int = 0
    waits: int = 0
    failures: int = 0
    first: int = 0
    last: int = 0
    longest: LongWait | None = None
    _fresh: Fresh | None = None
    _pending: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """By thread: ordinal and kind of its last event, and how often it had been taken by then."""
    _acquired: int = 0

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        store = self.trace.store
        if self._fresh is None:
            kinds = (Kind.ACQUIRE_WAIT, Kind.ACQUIRED, Kind.RELEASE, Kind.NOT_ACQUIRED)
            self._fresh = Fresh(store, self.obj, kinds)
        fresh = self._fresh.take()
        if not len(fresh):
            return
        kinds_now = store.kind.view[fresh]
        rank = self._acquired + np.cumsum(kinds_now == Kind.ACQUIRED)
        self._acquired = int(rank[-1])
        self.failures += int(np.count_nonzero(kinds_now == Kind.NOT_ACQUIRED))
        self.first = self.first or store.time(int(fresh[0]))
        self.last = store.time(int(fresh[-1]))
        actors = store.actor.view[fresh]
        order = np.argsort(actors, kind="stable")
        edges = np.flatnonzero(np.diff(actors[order])) + 1
        for mine in np.split(order, edges):
            self._thread(int(actors[mine[0]]), fresh[mine], kinds_now[mine], rank[mine])

    def _thread(self, actor: int, ordinals: Array, kinds: Array, rank: Array) -> None:
        store = self.trace.store
        before = self._pending.get(actor)
        if before is not None:
            ordinals = np.concatenate([np.array([before[0]], ordinals.dtype), ordinals])
            kinds = np.concatenate([np.array([before[1]], kinds.dtype), kinds])
            rank = np.concatenate([np.array([before[2]], rank.dtype), rank])
        self._pending[actor] = int(ordinals[-1]), int(kinds[-1]), int(rank[-1])
        started = 0 if before is None else 1
        taken = int(np.count_nonzero(kinds[started:] == Kind.ACQUIRED))
        self.taken[actor] = self.taken.get(actor, 0) + taken
        times = store.times(ordinals)
        gaps = np.diff(times)
        after = kinds[1:]
        holds = (kinds[:-1] == Kind.ACQUIRED) & (after == Kind.RELEASE)
        self.held += int(gaps[holds].sum())
        waits = np.flatnonzero((kinds[:-1] == Kind.ACQUIRE_WAIT) & (after == Kind.ACQUIRED))
        if len(waits):
            self.waits += len(waits)
            self.waited[actor] = self.waited.get(actor, 0) + int(gaps[waits].sum())
            passed = rank[1:][waits] - rank[:-1][waits] - 1
            most = int(np.argmax(passed))
            at = int(waits[most])
            wait = LongWait(actor, int(ordinals[at]), int(ordinals[at + 1]), int(passed[most]))
            # Of those that are alike the first, in whatever portions they come.
            if self.longest is None or _length(wait) > _length(self.longest):
                self.longest = wait

    @property
    def span(self) -> int:
        """From its first event to its last."""
        return max(1, self.last - self.first)

    @property
    def fairness(self) -> float:
        """Jain's index of how often each thread had it: 1 all alike, 1/n one alone."""
        counts = np.array([count for count in self.taken.values() if count], np.float64)
        if not len(counts):
            return 1.0
        return float(counts.sum() ** 2 / (len(counts) * (counts**2).sum()))


def _length(wait: LongWait) -> tuple[int, int]:
    return wait.passed_over, -wait.began


def contention(trace: History, obj: int) -> Contention:
    """A lock's contention, made once; brought up to date."""
    found: Contention = trace.remembered(("contention", obj), lambda: Contention(trace, obj))
    found.advance()
    return found
