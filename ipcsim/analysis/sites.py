"""Where in the program things happen to an object: each place once, however often it ran."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ipcsim.trace.history import History
from ipcsim.trace.store import Fresh


class Sites:
    """The places of an object's events of some kinds, each with its first event and threads."""

    def __init__(self, trace: History, obj: int, kinds: Iterable[int]) -> None:
        self._trace = trace
        self._fresh = Fresh(trace.store, obj, kinds)
        self._known: dict[int, int] = {}
        self.first: list[int] = []
        """Ordinals of the first event at each place of each process."""
        self.threads: set[int] = set()

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        fresh = self._fresh.take()
        if not len(fresh):
            return
        trace = self._trace
        actors = trace.store.actor.view[fresh]
        self.threads.update(np.unique(actors).tolist())
        places = trace.raw.places(trace.rows(fresh)).astype(np.int64)
        codes = trace.process_of_actors(actors).astype(np.int64) << 32 | places
        unique, at = np.unique(codes, return_index=True)
        for code, position in zip(unique.tolist(), at.tolist(), strict=True):
            if code not in self._known:
                self._known[code] = int(fresh[position])
                self.first.append(int(fresh[position]))


def sites(trace: History, obj: int, *kinds: int) -> Sites:
    """The places of an object's events (-1: of none), found once; brought up to date."""
    found: Sites = trace.remembered(("sites", obj, kinds), lambda: Sites(trace, obj, kinds))
    found.advance()
    return found
