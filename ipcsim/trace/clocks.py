"""Vector clocks: what each thread knows of every other (Fidge 1988, Mattern 1989).

A clock's component for thread *b* is the ordinal of the last of *b*'s events that is known to have
happened before; a thread's own component is where it stands. So an event of *b* with ordinal *o*
happened before what *a* does now if and only if ``clock[b] >= o`` (an *epoch* in the sense of
FastTrack, Flanagan & Freund, PLDI 2009: two numbers instead of a whole clock).

Clocks are lists that are replaced, never changed: a snapshot is a reference.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from typing import Final

MOST_KEPT: Final = 400_000
"""Clocks that are remembered; later ones are taken to have learned nothing more."""
Clock = list[int]
Snapshot = tuple[Clock, int, int]
"""A clock, whose it is, and where its owner stood; owner -1: the clock says all by itself."""


class Clocks:
    """The clocks of all threads, and of everything that hands knowledge on."""

    def __init__(self, keep: bool = False) -> None:
        """
        Args:
            keep: remember all clocks, for :meth:`before`; only for few edges.
        """
        self.width = 0
        self.now: list[Clock] = []
        """By thread."""
        self._left: dict[Hashable, Snapshot] = {}
        self._history: list[tuple[list[int], list[Clock]]] | None = [] if keep else None
        self._kept = 0

    def widen(self, actors: int) -> None:
        """There are so many threads now."""
        if actors > self.width:
            more = max(actors, 2 * self.width, 8) - self.width
            self.width += more
            self.now = [clock + [-1] * more for clock in self.now]
        while len(self.now) < actors:
            self.now.append([-1] * self.width)
            if self._history is not None:
                self._history.append(([], []))

    def learn(self, actor: int, said: Snapshot, ordinal: int) -> None:
        """A thread learns at an event of its own what a snapshot says."""
        clock, owner, stood = said
        mine = self.now[actor]
        if owner >= 0 and (owner == actor or mine[owner] >= stood):
            return
        if len(clock) < len(mine):
            clock = clock + [-1] * (len(mine) - len(clock))
        new = [a if a > b else b for a, b in zip(mine, clock, strict=True)]
        if owner >= 0:
            new[owner] = stood
        self.now[actor] = new
        if self._history is not None and self._kept < MOST_KEPT:
            self._kept += 1
            self._history[actor][0].append(ordinal)
            self._history[actor][1].append(new)

    def learn_from(self, actor: int, others: Iterable[int], ordinal: int) -> None:
        """A thread learns all that others know and have done until now."""
        for other in others:
            if other != actor:
                self.learn(actor, (self.now[other], other, ordinal), ordinal)

    def leave(self, key: Hashable, actor: int, ordinal: int) -> None:
        """A thread leaves what it knows at ``key``, in place of what was there."""
        self._left[key] = (self.now[actor], actor, ordinal)

    def add(self, key: Hashable, actor: int, ordinal: int) -> None:
        """A thread leaves what it knows at ``key``, beside what is there."""
        before = self._left.get(key)
        mine = self.now[actor]
        if before is None or before[1] == actor:
            # Its own earlier knowledge is part of what it knows now.
            self._left[key] = (mine, actor, ordinal)
            return
        clock, owner, stood = before
        if len(clock) < len(mine):
            clock = clock + [-1] * (len(mine) - len(clock))
        merged = [a if a > b else b for a, b in zip(mine, clock, strict=True)]
        if owner >= 0:
            merged[owner] = max(merged[owner], stood)
        merged[actor] = ordinal
        self._left[key] = (merged, -1, 0)

    def take(self, key: Hashable, actor: int, ordinal: int) -> None:
        """A thread learns what was left at ``key``, if anything was."""
        said = self._left.get(key)
        if said is not None:
            self.learn(actor, said, ordinal)

    def fetch(self, key: Hashable, actor: int, ordinal: int) -> bool:
        """As :meth:`take`, and nothing is left there; whether there was anything."""
        said = self._left.pop(key, None)
        if said is not None:
            self.learn(actor, said, ordinal)
        return said is not None

    def forget(self, key: Hashable) -> None:
        """What was left at ``key`` is wanted no more."""
        self._left.pop(key, None)

    def before(self, one: int, ordinal: int, other: int, later: int) -> bool:
        """Whether thread ``one``'s event happened before a later one of thread ``other``."""
        if one == other:
            return ordinal <= later
        if self._history is None or other >= len(self._history):
            return False
        ordinals, clocks = self._history[other]
        at = bisect_right(ordinals, later)
        return at > 0 and one < len(clocks[at - 1]) and clocks[at - 1][one] >= ordinal
