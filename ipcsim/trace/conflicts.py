"""Pairs of accesses to the same data, one of them a write, that nothing puts in order.

FastTrack (Flanagan & Freund, PLDI 2009) over the clocks of :mod:`ipcsim.trace.order`: of each
element the last write and the reads since are kept as epochs. Of a row of accesses by one thread
only the first and last read and write are looked at: if those are in order, all are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ipcsim.trace.accesses import Accesses, accesses
from ipcsim.trace.clocks import Clock
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.objects import CELLS, PROXIES
from ipcsim.trace.order import Order
from ipcsim.trace.passed_over import ends_of_rows

MOST_PAIRS: Final = 48
"""Of one object: it is racy, and more of them tell nothing new."""
_PASSED_OVER: Final = 1 << 40
"""Stands for all elements that are not followed."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two accesses (indices in the object's :class:`Accesses`) that nothing orders."""

    obj: int
    element: int
    first: int
    second: int


class _Cell:
    """What is known of one element."""

    __slots__ = ("reads", "write", "write_at", "writer")

    def __init__(self) -> None:
        self.writer = -1
        self.write_at = -1
        self.write = -1
        self.reads: dict[int, tuple[int, int]] = {}
        """Thread -> (ordinal, index) of its last read since the last write."""


class Conflicts:
    """All conflicts of a run, brought forward as it grows."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self.found: list[Conflict] = []
        self.unknown: set[int] = set()
        """Objects with accesses in no order to elements that aren't followed."""
        self._order = Order(trace, self._visited, self._visit)
        self._known: set[tuple[int, int, int, bool, bool]] = set()
        self._pairs: dict[int, int] = {}
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._items: list[tuple[int, int, bool, int, int]] = []
        """(object, element, whether it writes, index, statement) of the portion at hand."""

    def advance(self, most: int | None = None) -> bool:
        """Take in what has happened since the last time; whether that was all."""
        return self._order.advance(most)

    @property
    def done(self) -> int:
        """How many events have been taken in."""
        return self._order.done

    def _visited(self, first: int, end: int) -> tuple[Array, Array]:
        self._items = []
        ordinals: list[Array] = []
        for facts in self.trace.registry.all:
            if facts.kind not in CELLS | PROXIES:
                continue
            one = accesses(self.trace, facts.object)
            if len(one.passed_over) and facts.object not in self.unknown:
                far, writing = one.passed_over.between(first, end)
                ordinals.append(far.astype(np.int64))
                self._items += [
                    (facts.object, _PASSED_OVER, write, -1, -1) for write in writing.tolist()
                ]
            if self._pairs.get(facts.object, 0) >= MOST_PAIRS:
                continue
            known = one.column("ordinal")
            low, high = known.searchsorted(np.array([first, end], np.uint32)).tolist()
            if high > low:
                chosen = _ends_of_rows(one, low, high)
                ordinals.append(known[chosen].astype(np.int64))
                columns = (one.column(name)[chosen].tolist() for name in _NEEDED)
                self._items += [
                    (facts.object, element, write, at, statement)
                    for element, write, at, statement in zip(
                        *list(columns)[:2],
                        chosen.tolist(),
                        one.column("statement")[chosen].tolist(),
                        strict=True,
                    )
                ]
        if not ordinals:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate(ordinals), np.arange(len(self._items))

    def _visit(self, ordinal: int, actor: int, clock: Clock, number: int) -> None:
        obj, element, writes, at, statement = self._items[number]
        cell = self._cells.get((obj, element))
        if cell is None:
            cell = self._cells[obj, element] = _Cell()
        writer = cell.writer
        if writer != actor and writer >= 0 and clock[writer] < cell.write_at:
            self._add(obj, element, cell.write, at, statement, True, writes)
        if not writes:
            cell.reads[actor] = ordinal, at
            return
        for reader, (read_at, read) in cell.reads.items():
            if reader != actor and clock[reader] < read_at:
                self._add(obj, element, read, at, statement, False, True)
        cell.reads.clear()
        cell.writer, cell.write_at, cell.write = actor, ordinal, at

    def _add(
        self, obj: int, element: int, first: int, second: int, statement: int, *writes: bool
    ) -> None:
        if element == _PASSED_OVER:
            self.unknown.add(obj)
            return
        before = int(accesses_of(self.trace, obj).columns["statement"].view[first])
        key = (obj, before, statement, *writes)
        if key in self._known:
            return
        self._known.add(key)  # type: ignore[arg-type]
        self._pairs[obj] = self._pairs.get(obj, 0) + 1
        self.found.append(Conflict(obj, element, first, second))


_NEEDED: Final = ("element", "write")


def accesses_of(trace: History, obj: int) -> Accesses:
    """The accesses to an object as far as they have been taken in."""
    found: Accesses = trace.remembered(("accesses", obj), lambda: Accesses(trace, obj))
    return found


def _ends_of_rows(one: Accesses, low: int, high: int) -> Array:
    """Of each row of accesses by one thread to one element the first and last of each sort."""
    elements, actors = one.column("element")[low:high], one.column("actor")[low:high]
    order = np.argsort(elements, kind="stable")
    element, actor = elements[order], actors[order]
    parts = np.cumsum((element[1:] != element[:-1]) | (actor[1:] != actor[:-1]))
    keep = ends_of_rows(np.concatenate([[0], parts]), one.column("write")[low:high][order])
    return np.sort(order[keep]) + low


def conflicts(trace: History, most: int | None = None) -> Conflicts:
    """The run's conflicts, found once; brought up to date, or by ``most`` events nearer to it."""
    with trace.deriving:
        found: Conflicts = trace.remembered("conflicts", lambda: Conflicts(trace))
        found.advance(most)
    return found
