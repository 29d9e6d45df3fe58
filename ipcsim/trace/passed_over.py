"""Accesses to an object that are not looked at one by one: its elements are too many.

Who made them and when is kept. If they are all in order, nothing is wrong with them; if they are
not, that is not known.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import Kind
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.store import Store

MOST_ELEMENTS: Final = 4096
"""Elements of an array from this one on are not followed."""


class PassedOver:
    """The accesses to elements of one object that are not followed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ordinals = Column(np.uint32, store.room)

    def __len__(self) -> int:
        return len(self._ordinals)

    def extend(self, ordinals: Array) -> None:
        """So many more, rising."""
        self._ordinals.extend(ordinals)

    def between(self, first: int, end: int) -> tuple[Array, Array]:
        """Those among the events from ``first`` to before ``end``, and which of them write.

        Of a row of accesses by one thread the first and last of each sort: if these are in order
        with others', all are.
        """
        known = self._ordinals.view
        low, high = known.searchsorted(np.array([first, end], np.uint32)).tolist()
        ordinals = known[low:high]
        writes = np.isin(self._store.kind.view[ordinals], (Kind.WRITE, Kind.WRITE_SLICE))
        keep = ends_of_rows(self._store.actor.view[ordinals], writes)
        return ordinals[keep], writes[keep]


def ends_of_rows(numbers: Array, writes: Array) -> Array:
    """Of each row of accesses with the same number the first and last read and write."""
    row = np.concatenate([[0], np.cumsum(numbers[1:] != numbers[:-1])])
    keep = np.zeros(len(numbers), bool)
    for sort in (writes, ~writes):
        at = np.flatnonzero(sort)
        if len(at):
            edges = np.flatnonzero(row[at][1:] != row[at][:-1])
            keep[at[np.concatenate([[0], edges + 1])]] = True
            keep[at[np.concatenate([edges, [len(at) - 1]])]] = True
    return keep
