"""Reads and writes of shared values: what each write was based on, and what was lost by it.

A write is *based on* the last thing its thread did to the same element, if that was a read in the
same statement (``n.value += 1``), or one whose result the writing statement uses. Such a write that
finds another's value in the place of the one it was based on loses that update. The value decides,
and where values are alike the order; where the intervals of the accesses overlap and values don't
decide, it is not known. ``expected`` is what the element would hold had nothing been lost: start +
sum of (written - read); a write based on no read begins anew. One late write may lose thousands of
updates: how many is told by the gap to ``expected`` where all steps are alike, else by following
each update to the one that its read has seen.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import TOKEN_CONSTANT, TOKEN_FLOAT, TOKEN_INT, TOKEN_NONE, Kind, ObjectKind
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.history import History
from ipcsim.trace.objects import PROXIES
from ipcsim.trace.parts import UNASKED, Parts
from ipcsim.trace.passed_over import MOST_ELEMENTS, PassedOver
from ipcsim.trace.slices import NOT_SHOWN, SLICES, Slices
from ipcsim.trace.statements import Statements
from ipcsim.trace.store import Fresh

_BLIND: Final = -2
_NEAR: Final = 8
_REMEMBERED: Final = 5000
NOT, POSSIBLE, LOST = range(3)
"""Does a write lose another's update?"""

_COLUMNS: Final = {
    "ordinal": np.uint32,
    "actor": np.int32,
    "element": np.int32,
    "write": np.bool_,
    "value": np.int64,
    "statement": np.int32,
}
"""Of each access. Memory that is touched for the first time costs more than what is written to it,
so what can be worked out isn't kept: the row, when it began and ended, which write is a victim."""


class Accesses:
    """All reads and writes of one Value, Array, ShareableList or proxy, in order of time."""

    def __init__(self, trace: History, obj: int) -> None:
        self.trace = trace
        self.obj = obj
        self.statements: Statements = trace.remembered("statements", lambda: Statements(trace))
        kinds = [Kind.READ, Kind.WRITE]
        if trace.registry.all[obj].kind in PROXIES:
            kinds.append(Kind.CALL)
        elif trace.registry.all[obj].kind == ObjectKind.ARRAY:
            kinds += SLICES
        self._fresh = Fresh(trace.store, obj, kinds)
        self.columns = {name: Column(dtype) for name, dtype in _COLUMNS.items()}
        self._same: Column | None = None
        """None as long as all values are comparable as they are."""
        self.lost = Column(np.uint8)
        """NOT, POSSIBLE or LOST, by access."""
        self.base = Column(np.int32)
        """The read that a write is based on; -1."""
        self.expected = Column(np.float64)
        """Of the element after the access; nan where unknown."""
        self.writes: dict[int, Column] = {}
        """By element: indices of its writes."""
        self.reads: dict[int, Column] = {}
        self.lost_count: dict[int, Column] = {}
        """By element and write: how many updates are missing in what it holds then."""
        self._last_access: dict[tuple[int, int], int] = {}
        self._expected_now: dict[int, float] = {}
        self._step: dict[int, float] = {}
        """By element: what every update has added so far; 0 where they differ."""
        self._contains: dict[int, dict[int, int]] = {}
        """By element: write -> how many updates are in its value."""
        self._made: dict[int, int] = {}
        """By element: updates since the last write that was based on none."""
        self.parts = Parts(trace, obj)
        self.slices = Slices()
        self.passed_over = PassedOver(trace.store)
        self.worst = NOT
        """The worst verdict on any write so far."""

    def __len__(self) -> int:
        return len(self.columns["ordinal"])

    def column(self, name: str) -> Array:
        """One of the columns: ordinal, actor, element, write, value, same, statement.

        ``value`` is a token of its process, ``same`` a number alike for values that look alike.
        """
        if name == "same":
            return (self._same or self.columns["value"]).view
        return self.columns[name].view

    def rows(self, at: Array) -> Array:
        """Rows of accesses."""
        return self.trace.rows(self.column("ordinal")[at])

    def row(self, at: int) -> int:
        """Row of an access."""
        return int(self.trace.store.where.view[self.column("ordinal")[at]])

    def began(self, at: Array) -> Array:
        """Since when accesses may have taken place, ns."""
        return self.trace.raw.times(self.rows(at))

    def ended(self, at: Array) -> Array:
        """Until when accesses may have taken place, ns."""
        rows = self.rows(at)
        spans = self.trace.raw.spans(rows).astype(np.int64)
        ends: Array = self.trace.raw.times(rows) + np.where(spans > 0, np.int64(1) << spans, 0)
        return ends

    def victims(self, at: Array) -> Array:
        """The write before each, whose value it lost, or may have lost; all of one element."""
        writes = self.writes[int(self.column("element")[at[0]])].view
        found: Array = writes[writes.searchsorted(at.astype(writes.dtype)) - 1]
        return found

    def victim(self, at: int) -> int:
        """The same for one write."""
        return int(self.victims(np.array([at]))[0])

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        store = self.trace.store
        fresh = self._fresh.take()
        if not len(fresh):
            return
        rows = store.where.view[fresh]
        processes = self.trace.process_of_actors(store.actor.view[fresh])
        elements = self.parts.elements(self.trace.elements(rows), processes)
        passed_over = []
        sliced = np.isin(store.kind.view[fresh], SLICES)
        if sliced.any():
            each, elements, far = self.slices.open(self.trace.raw.args(rows), elements, sliced)
            passed_over = [fresh[far]]
            fresh, rows, sliced = fresh[each], rows[each], sliced[each]
        calls = store.kind.view[fresh] == Kind.CALL
        if calls.any():
            elements = self.parts.asked_for(elements, rows, processes, calls)
            asked = elements != UNASKED
            fresh, rows, elements = fresh[asked], rows[asked], elements[asked]
            calls, sliced = calls[asked], sliced[asked]
        followed = elements < MOST_ELEMENTS
        if not followed.all():
            passed_over.append(fresh[~followed])
            fresh, rows, elements = fresh[followed], rows[followed], elements[followed]
            calls, sliced = calls[followed], sliced[followed]
        if passed_over:
            self.passed_over.extend(np.sort(np.concatenate(passed_over)))
        if not len(fresh):
            return
        raw = self.trace.raw
        tokens = np.where(calls, TOKEN_NONE, np.where(sliced, NOT_SHOWN, raw.args(rows)))
        actors = store.actor.view[fresh]
        processes = self.trace.process_of_actors(actors)
        first = len(self)
        same = self.parts.comparable(tokens, processes)
        if same is not tokens and self._same is None:
            self._same = Column(np.int64)
            self._same.extend(self.column("value"))
        if self._same is not None:
            self._same.extend(same)
        for name, values in {
            "ordinal": fresh,
            "actor": actors,
            "element": elements,
            "write": np.isin(store.kind.view[fresh], (Kind.WRITE, Kind.WRITE_SLICE)),
            "value": tokens,
            "statement": self.statements.of(rows, processes),
        }.items():
            self.columns[name].extend(values)
        self._judge(first)

    def _judge(self, first: int) -> None:
        """Walk over the new accesses, element by element."""
        new = np.arange(first, len(self))
        self.lost.extend(np.zeros(len(new), np.uint8))
        self.base.extend(np.full(len(new), -1, np.int32))
        self.expected.extend(np.full(len(new), np.nan))
        elements = self.column("element")[first:]
        order = np.argsort(elements, kind="stable")
        ordered = elements[order]
        edges = (np.flatnonzero(ordered[1:] != ordered[:-1]) + 1).tolist()
        for start, end in zip([0, *edges], [*edges, len(order)], strict=True):
            self._judge_element(int(ordered[start]), new[order[start:end]])

    def _judge_element(self, element: int, at: Array) -> None:
        writing = self.column("write")[at]
        values, actors = self.column("same"), self.column("actor")
        writes = self.writes.setdefault(element, Column(np.uint32))
        base = self._bases(element, at)
        self.base.view[at] = base
        mine = at[writing]
        before = np.concatenate([writes.view[-1:].astype(np.int64), mine])
        reads = at[~writing]
        if len(reads):
            self.reads.setdefault(element, Column(np.uint32)).extend(reads)
        if len(mine):
            previous = before[:-1] if len(before) > len(mine) else np.concatenate([[-1], mine[:-1]])
            based = base[writing]
            lost = self._lost(mine, previous, based, values, actors)
            self.lost.view[mine] = lost
            self.worst = max(self.worst, int(lost.max()))
            writes.extend(mine)
            gaps = self._expect(element, mine, based)
            missing = self._missing(element, mine, based) if gaps is None else gaps
            self.lost_count.setdefault(element, Column(np.int64)).extend(missing)

    def _bases(self, element: int, at: Array) -> Array:
        """For each access that is a write: the read it is based on, else -1."""
        actors, writing = self.column("actor")[at], self.column("write")[at]
        statement = self.column("statement")
        order = np.argsort(actors, kind="stable")
        sorted_actors = actors[order]
        before = np.full(len(at), -1, np.int64)
        same = sorted_actors[1:] == sorted_actors[:-1]
        before[order[1:][same]] = at[order[:-1][same]]
        heads = np.concatenate([[True], ~same])
        for position in order[heads].tolist():
            key = (element, int(actors[position]))
            before[position] = self._last_access.get(key, -1)
        tails = np.concatenate([~same, [True]])
        for position in order[tails].tolist():
            self._last_access[element, int(actors[position])] = int(at[position])
        valid = writing & (before >= 0)
        valid[valid] = ~self.column("write")[before[valid]]
        # Whether there is a key says nothing of the value.
        valid[valid] = self.column("same")[before[valid]] != TOKEN_NONE
        if valid.any():
            flows = self.statements.flows(statement[before[valid]], statement[at[valid]])
            valid[valid] = flows
        base: Array = np.where(valid, before, -1)
        return base

    def _lost(
        self, mine: Array, previous: Array, based: Array, values: Array, actors: Array
    ) -> Array:
        lost = np.zeros(len(mine), np.uint8)
        check = (previous >= 0) & (based >= 0)
        check[check] = actors[previous[check]] != actors[mine[check]]
        at = np.flatnonzero(check)
        if not len(at):
            return lost
        write, other, read = mine[at], previous[at], based[at]
        known = (values[other] != NOT_SHOWN) & (values[read] != NOT_SHOWN)
        differs = known & (values[other] != values[read])
        after_read = self.began(other) >= self.ended(read)
        before_write = self.ended(other) <= self.began(write)
        # Both were based on the same value: whichever wrote last, one update is lost.
        twins = self.base.view[other] >= 0
        twins[twins] = values[self.base.view[other][twins]] == values[read][twins]
        sure = np.where(differs, before_write | twins, after_read & before_write)
        lost[at] = np.where(sure, LOST, np.where(differs, POSSIBLE, NOT))
        return lost

    def _expect(self, element: int, mine: Array, based: Array) -> Array | None:
        """Set ``expected``; how many updates are missing after each write, if the gap tells it."""
        values = self.column("value")
        written = numbers(values[mine])
        read = np.where(based >= 0, numbers(values[based]), np.nan)
        change = written - read
        anew = np.isnan(change)
        start = self._expected_now.get(element, np.nan)
        if np.isnan(start):
            start = float(read[0])
        total = np.cumsum(np.where(anew, 0.0, change))
        last = np.maximum.accumulate(np.where(anew, np.arange(len(mine)), -1))
        begun = last >= 0
        expected = total + start
        expected[begun] = written[last[begun]] + total[begun] - total[last[begun]]
        self.expected.view[mine] = expected
        self._expected_now[element] = float(expected[-1])
        steps = change[~anew]
        step = self._step.setdefault(element, float(steps[0]) if len(steps) else np.nan)
        if not step or np.isnan(step) or (steps != step).any() or np.isnan(expected).any():
            self._step[element] = 0.0
            return None
        gaps: Array = np.rint((expected - written) / step).astype(np.int64)
        return np.maximum(gaps, 0)

    def _missing(self, element: int, mine: Array, based: Array) -> Array:
        """How many updates are missing in what the element holds after each write.

        Each update contains those that the one its read has seen contains.
        """
        seen = _seen(based, self.column("same"), self.writes[element].view)
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


def numbers(tokens: Array) -> Array:
    """The numbers that tokens stand for; nan for the others."""
    tags = tokens & 7
    found = np.where(tags == TOKEN_INT, (tokens >> 3).astype(np.float64), np.nan)
    floats = tags == TOKEN_FLOAT
    if floats.any():
        found[floats] = (tokens[floats] & ~np.int64(7)).view(np.float64)
    truths = (tags == TOKEN_CONSTANT) & ((tokens >> 3 == 1) | (tokens >> 3 == 2))
    found[truths] = (tokens[truths] >> 3 == 1).astype(np.float64)
    return found


def accesses(trace: History, obj: int) -> Accesses:
    """The accesses to an object, made once; brought up to date."""
    with trace.deriving:
        found: Accesses = trace.remembered(("accesses", obj), lambda: Accesses(trace, obj))
        found.advance()
    return found
