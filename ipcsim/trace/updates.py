"""What writes to shared values were based on, and what was lost by them.

A write is *based on* the last thing its thread did to the same element, if that was a read in the
same statement (``n.value += 1``), or one whose result the writing statement uses. Such a write that
finds another's value in the place of the one it was based on loses that update. The value decides,
and where values are alike the order; where the intervals of the accesses overlap and values don't
decide, it is not known. Where no values are known (slices), of two updates that each read before
the other wrote one is lost, whichever wrote last. ``expected`` is what the element would hold had
nothing been lost: start + sum of (written - read); a write based on no read begins anew. One late
write may lose thousands of updates: how many is told by the gap to ``expected`` where all steps are
alike, else by following each update to the one that its read has seen.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from ipcsim.events import TOKEN_NONE
from ipcsim.trace.columns import Array, Column, stable_order
from ipcsim.trace.slices import NOT_SHOWN
from ipcsim.trace.tokens import numbers

if TYPE_CHECKING:
    from ipcsim.trace.accesses import Accesses

NOT, POSSIBLE, LOST = range(3)
"""Does a write lose another's update?"""
_BLIND: Final = -2
_NEAR: Final = 8
_REMEMBERED: Final = 5000


class Updates:
    """Judges the accesses to one object, portion by portion."""

    def __init__(self, one: Accesses) -> None:
        self._one = one
        self._room = one.trace.store.room
        self.losing = Column(np.uint32, self._room)
        """Indices of the writes by which another's update is lost, rising."""
        self.doubtful = Column(np.uint32, self._room)
        """Indices of those of which that is not known."""
        self.base = Column(np.int32, self._room)
        """The read that a write is based on; -1."""
        self.expected = Column(np.float64, self._room)
        """Of the element after the access; nan where unknown."""
        self.contested = False
        """Whether an update has followed another thread's write: else none can get lost."""
        indices = partial(Column, np.uint32, self._room)
        self.writes: dict[int, Column] = defaultdict(indices)
        """By element: indices of its writes."""
        self.reads: dict[int, Column] = defaultdict(indices)
        self.lost_count: dict[int, Column] = defaultdict(partial(Column, np.int64, self._room))
        """By element and write: how many updates are missing in what it holds then."""
        self._last_access: dict[tuple[int, int], int] = {}
        self._expected_now: dict[int, float] = {}
        self._step: dict[int, float] = {}
        """By element: what every update has added so far; 0 where they differ."""
        self._contains: dict[int, dict[int, int]] = {}
        """By element: write -> how many updates are in its value."""
        self._made: dict[int, int] = {}
        """By element: updates since the last write that was based on none."""

    def judge(self, first: int) -> None:
        """Walk over the accesses from ``first`` on, element by element."""
        portions = _by_element(self._one.column("element")[first:])
        new = np.arange(first, len(self._one))
        base = np.full(len(new), -1, np.int32)
        for element, at in portions:
            base[at] = self._bases(element, new[at])
        self.base.extend(base)
        verdicts, expected = np.full(len(new), NOT), np.full(len(new), np.nan)
        for element, at in portions:
            mine = self._count(element, new[at])
            if len(mine):
                place = mine - first
                verdicts[place] = self._verdicts(element, mine)
                expected[place] = self._expect(element, mine)
        self.losing.extend(new[verdicts == LOST])
        self.doubtful.extend(new[verdicts == POSSIBLE])
        self.expected.extend(expected)

    def _bases(self, element: int, at: Array) -> Array:
        """For each access that is a write: the read it is based on, else -1."""
        one = self._one
        order = stable_order(one.column("actor")[at])
        at = at[order]
        actors, writing = one.column("actor")[at], one.column("write")[at]
        statements, values = one.column("statement")[at], one.column("same")[at]
        others = actors[1:] != actors[:-1]
        # Whether there is a key says nothing of the value.
        follows = writing[1:] & ~writing[:-1] & ~others & (values[:-1] != TOKEN_NONE)
        reads = np.flatnonzero(follows)
        reads = reads[one.statements.flows(statements[reads], statements[reads + 1])]
        found = np.full(len(at), -1, np.int32)
        found[reads + 1] = at[reads]
        edges = np.flatnonzero(others)
        for head in [0, *(edges + 1).tolist()]:
            if writing[head]:
                found[head] = self._base(element, int(actors[head]), int(at[head]))
        for tail in [*edges.tolist(), len(at) - 1]:
            self._last_access[element, int(actors[tail])] = int(at[tail])
        base = np.empty_like(found)
        base[order] = found
        return base

    def _base(self, element: int, actor: int, write: int) -> int:
        """The read of an earlier portion that a write is based on; -1 if there is none."""
        one, before = self._one, self._last_access.get((element, actor), -1)
        if before < 0 or one.column("write")[before] or one.column("same")[before] == TOKEN_NONE:
            return -1
        statements = one.column("statement")
        flows = one.statements.flows(statements[before : before + 1], statements[write : write + 1])
        return before if flows[0] else -1

    def _count(self, element: int, at: Array) -> Array:
        """Note the accesses to an element; those of them that are writes."""
        writing = self._one.column("write")[at]
        reads, mine = at[~writing], at[writing]
        if len(reads):
            self.reads[element].extend(reads)
        self.writes[element].extend(mine)
        return mine

    def _verdicts(self, element: int, mine: Array) -> Array:
        """Whether an element's newest writes lose what others have written."""
        one, values, actors = self._one, self._one.column("same"), self._one.column("actor")
        found = np.full(len(mine), NOT)
        earlier = self.writes[element].view[: -len(mine)]
        previous = np.concatenate([earlier[-1:].astype(np.int64), mine[:-1]])
        if len(previous) < len(mine):
            previous = np.concatenate([[-1], previous])
        based = self.base.view[mine]
        at = np.flatnonzero((previous >= 0) & (based >= 0) & (actors[previous] != actors[mine]))
        if not len(at):
            return found
        self.contested = True
        write, other, read = mine[at], previous[at], based[at]
        known = (values[other] != NOT_SHOWN) & (values[read] != NOT_SHOWN)
        differs = known & (values[other] != values[read])
        after_read = one.began(other) >= one.ended(read)
        before_write = one.ended(other) <= one.began(write)
        # Both were based on the same value: whichever wrote last, one update is lost.
        others_read = self.base.view[other]
        updates = others_read >= 0
        twins = updates.copy()
        twins[updates] = values[others_read[updates]] == values[read][updates]
        sure = np.where(differs, before_write | twins, after_read & before_write)
        # So it is if each had read before the other wrote. Values, where they are known, tell more:
        # of three such updates the order of the writes says which one was built upon.
        crossed = np.flatnonzero(~known & ~sure & updates & after_read)
        sure[crossed] = one.ended(others_read[crossed]) <= one.began(write[crossed])
        found[at] = np.where(sure, LOST, np.where(differs, POSSIBLE, NOT))
        return found

    def _expect(self, element: int, mine: Array) -> Array:
        """What the element should hold after each of its newest writes; counts what is missing."""
        values, based = self._one.column("value"), self.base.view[mine]
        written = numbers(values[mine])
        read = np.where(based >= 0, numbers(values[based]), np.nan)
        change = written - read
        anew = np.isnan(change)
        start = self._expected_now.get(element, np.nan)
        if np.isnan(start):
            start = float(read[0])
        total = np.cumsum(np.where(anew, 0.0, change))
        expected: Array = total + start
        if anew.any():
            last = np.maximum.accumulate(np.where(anew, np.arange(len(mine)), -1))
            begun = last >= 0
            expected[begun] = written[last[begun]] + total[begun] - total[last[begun]]
        self._expected_now[element] = float(expected[-1])
        steps = change[~anew]
        step = self._step.setdefault(element, float(steps[0]) if len(steps) else np.nan)
        if not step or np.isnan(step) or (steps != step).any() or np.isnan(expected).any():
            self._step[element] = 0.0
            missing = self._missing(element, mine, based)
        else:
            missing = np.maximum(np.rint((expected - written) / step).astype(np.int64), 0)
        self.lost_count[element].extend(missing)
        return expected

    def _missing(self, element: int, mine: Array, based: Array) -> Array:
        """How many updates are missing in what the element holds after each write.

        Each update contains those that the one its read has seen contains.
        """
        seen = _seen(based, self._one.column("same"), self.writes[element].view)
        contains = self._contains.setdefault(element, {})
        made = self._made.get(element, 0)
        found = []
        for write, base in zip(mine.tolist(), seen.tolist(), strict=True):
            if base == _BLIND:
                made = inside = 0
            else:
                made += 1
                inside = contains.get(base, 0) + 1
            contains[write] = inside
            found.append(made - inside)
        for old in list(contains)[: max(0, len(contains) - _REMEMBERED)]:
            del contains[old]
        self._made[element] = made
        return np.maximum(np.array(found, np.int64), 0)


def _by_element(elements: Array) -> list[tuple[int, Array | slice]]:
    """Each element, and where among ``elements`` it is."""
    if (elements == elements[0]).all():
        return [(int(elements[0]), slice(None))]
    order = stable_order(elements)
    ordered = elements[order]
    edges = (np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist()
    return [
        (int(ordered[start]), order[start:end])
        for start, end in zip([0, *edges], [*edges, len(order)], strict=True)
    ]


def _seen(reads: Array, values: Array, writes: Array) -> Array:
    """The writes whose values reads (-1: none) have seen; the last before where values don't tell.

    -1 stands for what was there before anybody wrote, _BLIND for no read.
    """
    # In the array's own type: NumPy would otherwise convert the whole array. A read that is none
    # comes out as the greatest number, and isn't looked at.
    at = writes.searchsorted(reads.astype(writes.dtype))
    found: Array = np.where(at > 0, writes[np.maximum(at - 1, 0)].astype(np.int64), -1)
    found[reads < 0] = _BLIND
    unlike = np.flatnonzero(
        (reads >= 0) & (at > 0) & (values[np.maximum(found, 0)] != values[reads])
    )
    for n in unlike.tolist():
        near = writes[max(int(at[n]) - _NEAR, 0) : int(at[n]) + 2]
        alike = near[values[near] == values[reads[n]]]
        if len(alike):
            found[n] = alike[-1]
    return found
