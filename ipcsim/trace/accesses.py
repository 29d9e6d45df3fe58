"""Reads and writes of shared values, each with its value and its statement."""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import TOKEN_NONE, Kind, ObjectKind
from ipcsim.trace.columns import Array, Column
from ipcsim.trace.history import History
from ipcsim.trace.objects import PROXIES
from ipcsim.trace.parts import UNASKED, Parts
from ipcsim.trace.passed_over import MOST_ELEMENTS, PassedOver
from ipcsim.trace.slices import NOT_SHOWN, SLICES, Slices
from ipcsim.trace.statements import Statements
from ipcsim.trace.store import Fresh
from ipcsim.trace.updates import Updates

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
_SLICED: Final = np.zeros(256, bool)
_SLICED[list(SLICES)] = True
_WRITES: Final = np.zeros(256, bool)
_WRITES[[Kind.WRITE, Kind.WRITE_SLICE]] = True


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
        self._seen = 0
        """How many events there were when it was brought up to date last."""
        self.columns = {name: Column(dtype, trace.store.room) for name, dtype in _COLUMNS.items()}
        self._same: Column | None = None
        """None as long as all values are comparable as they are."""
        self.parts = Parts(trace, obj)
        self.slices = Slices()
        self.passed_over = PassedOver(trace.store)
        updates = self._updates = Updates(self)
        self.losing, self.doubtful = updates.losing, updates.doubtful
        self.base, self.expected = updates.base, updates.expected
        self.writes, self.reads = updates.writes, updates.reads
        self.lost_count = updates.lost_count

    def __len__(self) -> int:
        return len(self.columns["ordinal"])

    def column(self, name: str) -> Array:
        """One of the columns: ordinal, actor, element, write, value, same, statement.

        ``value`` is a token of its process, ``same`` a number alike for values that look alike.
        """
        if name == "same":
            return (self._same or self.columns["value"]).view
        return self.columns[name].view

    @property
    def contested(self) -> bool:
        """Whether several threads update one element, so that updates can get lost."""
        return self._updates.contested

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
        if len(store) == self._seen:
            return
        self._seen = len(store)
        fresh = self._fresh.take()
        if not len(fresh):
            return
        rows, kinds = store.where.view[fresh], store.kind.view[fresh]
        processes = self.trace.process_of_actors(store.actor.view[fresh])
        elements = self.parts.elements(self.trace.elements(rows), processes)
        passed_over = []
        sliced = _SLICED[kinds]
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
        tokens = self.trace.raw.args(rows)
        tokens[calls], tokens[sliced] = TOKEN_NONE, NOT_SHOWN
        actors = store.actor.view[fresh]
        processes = self.trace.process_of_actors(actors)
        first = len(self)
        same = self.parts.comparable(tokens, processes)
        if same is not tokens and self._same is None:
            self._same = Column(np.int64, self.trace.store.room)
            self._same.extend(self.column("value"))
        if self._same is not None:
            self._same.extend(same)
        for name, values in {
            "ordinal": fresh,
            "actor": actors,
            "element": elements,
            "write": _WRITES[store.kind.view[fresh]],
            "value": tokens,
            "statement": self.statements.of(rows, processes),
        }.items():
            self.columns[name].extend(values)
        self._updates.judge(first)


def accesses(trace: History, obj: int) -> Accesses:
    """The accesses to an object, made once; brought up to date."""
    with trace.deriving:
        found: Accesses = trace.remembered(("accesses", obj), lambda: Accesses(trace, obj))
        found.advance()
    return found
