"""The events of all processes in order of time, and indices into them.

An event's number here, its *ordinal*, is its rank in time over the whole run. Indices by thread and
by (object, kind) hold ordinals in rising order, so that "the last event of this thread before t" is
one binary search. The records themselves stay in the recording; ``where`` says at which place of it
(in units of 8 bytes), and is what the rest of the world knows as the event's *row*.

Events come in blocks, a ring's own in the ring's order. They become part of history when the
recording says that no earlier ones are still to come (its *cuts*), sorted by a key::

    2 * time + (0: stamped before the operation, 1: after it)

which is raised where needed so that a thread's own order is never changed, and that history only
grows at its end. A record that a cut should have included, but doesn't, was written after it: its
process was interrupted between taking the time and writing. Whatever depends on it came later
still, so putting it just behind the cut contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ipcsim.trace.columns import Array, Column, Room

LIMIT = 20_000_000
RECORD_UNITS = 4
"""A record is 4 units of 8 bytes."""
_SAMPLE = 1024
"""Keys that are looked at to find out until when there are so many events."""
_NEVER = np.iinfo(np.int64).max


@dataclass(slots=True)
class Batch:
    """Events of one block on their way into history; arrays of one length, keys rising."""

    key: Array
    where: Array
    actor: Array
    object: Array
    kind: Array

    def __len__(self) -> int:
        return len(self.key)

    def take(self, selection: Array | slice) -> Batch:
        """The selected events, in the selection's order."""
        return Batch(
            self.key[selection],
            self.where[selection],
            self.actor[selection],
            self.object[selection],
            self.kind[selection],
        )


def join_batches(batches: list[Batch]) -> Batch:
    """One batch of several."""
    if len(batches) == 1:
        return batches[0]
    return Batch(
        np.concatenate([b.key for b in batches]),
        np.concatenate([b.where for b in batches]),
        np.concatenate([b.actor for b in batches]),
        np.concatenate([b.object for b in batches]),
        np.concatenate([b.kind for b in batches]),
    )


class Store:
    """History in columns."""

    def __init__(self, limit: int = LIMIT) -> None:
        """
        Args:
            limit: how many events may have their columns in memory; the rest lies in a file.
        """
        self.room = Room(limit)
        self.key = Column(np.int64, self.room)
        self.where = Column(np.uint32, self.room)
        self.actor = Column(np.int32, self.room)
        self.object = Column(np.int32, self.room)
        self.kind = Column(np.uint8, self.room)
        self.by_actor: list[Column] = []
        self.asides: dict[int, tuple[int, int]] = {}
        """Thread -> from which to before which of its events all are asides, the last found."""
        self._slots: list[Column] = []
        self._slot_of: dict[int, int] = {}
        self._numbers = np.full(1 << 12, -1, np.int32)
        self._pending: list[Batch] = []
        self._mixed = False
        """Among what waits, events of one thread that have the same key may be in any order."""

    def __len__(self) -> int:
        return len(self.key)

    @property
    def pending(self) -> int:
        """How many events wait for a cut."""
        return sum(map(len, self._pending))

    # --- intake

    def add(self, batch: Batch, mixed: bool = False) -> None:
        """Take events that will become history with the next cut.

        ``mixed``: some events of its rings that were taken before came after them.
        """
        if len(batch):
            self._pending.append(batch)
            self._mixed |= mixed

    def settle(self, cut: int | None, most: int | None = None) -> int | None:
        """Make history of what lies before ``cut`` (ns), or of everything.

        Of more than ``most`` events only about so many are taken, the oldest.

        Returns:
            Until when (ns) all that has been read is history now: ``cut``, or before it.
        """
        until = cut
        ready = self._ready(_NEVER if cut is None else 2 * cut + 1)
        if most is not None and sum(ready) > most:
            step = max(1, sum(ready) // _SAMPLE)
            keys = [b.key[:end:step] for b, end in zip(self._pending, ready, strict=True)]
            sample = np.concatenate(keys)
            sample.sort()
            earlier = int(sample[len(sample) * most // sum(ready)]) - 1 >> 1
            some = self._ready(2 * earlier + 1)
            # Where so many have the same stamp they are taken together.
            if any(some):
                until, ready = earlier, some
        taken: list[Batch] = []
        left: list[Batch] = []
        for batch, end in zip(self._pending, ready, strict=True):
            if end:
                taken.append(batch.take(slice(end)))
            if end < len(batch):
                left.append(batch.take(slice(end, None)))
        self._pending = left
        if taken:
            batch = join_batches(taken)
            if self._mixed:
                order = np.lexsort((batch.where, batch.key))
            else:
                order = np.argsort(batch.key, kind="stable")
            self._append(batch.take(order))
            self._mixed &= bool(left)
        return until

    def _ready(self, key: int) -> list[int]:
        """Of each waiting batch, how many events have no later key."""
        return [int(batch.key.searchsorted(key, "right")) for batch in self._pending]

    def _append(self, batch: Batch) -> None:
        first = len(self.key)
        self.key.extend(batch.key)
        self.where.extend(batch.where)
        self.actor.extend(batch.actor)
        self.object.extend(batch.object)
        self.kind.extend(batch.kind)
        self._index(np.arange(first, first + len(batch), dtype=np.uint32), batch)

    def _index(self, ordinals: Array, batch: Batch) -> None:
        actors = batch.actor
        highest = int(actors.max())
        while len(self.by_actor) <= highest:
            self.by_actor.append(Column(np.uint32, self.room))
        for actor, rows in _groups(actors, highest + 1, ordinals):
            self.by_actor[actor].extend(rows)
        code = batch.object.astype(np.int64)
        code += 1
        code <<= 8
        code |= batch.kind
        if int(code.max()) >= len(self._numbers):
            grown = np.full(2 * int(code.max()), -1, np.int32)
            grown[: len(self._numbers)] = self._numbers
            self._numbers = grown
        slots = self._numbers[code]
        if (slots < 0).any():
            for new in np.unique(code[slots < 0]).tolist():
                self._slot_of[new] = self._numbers[new] = len(self._slots)
                self._slots.append(Column(np.uint32, self.room))
            slots = self._numbers[code]
        for slot, rows in _groups(slots, len(self._slots), ordinals):
            self._slots[slot].extend(rows)

    # --- questions

    def count_until(self, t: int) -> int:
        """How many events happened until ``t`` (ns), ``t`` included."""
        return int(self.key.view.searchsorted(2 * t + 2))

    def time(self, ordinal: int) -> int:
        """When an event happened, ns."""
        return int(self.key.view[ordinal]) >> 1

    def times(self, ordinals: Array) -> Array:
        """When events happened, ns."""
        found: Array = self.key.view[ordinals] >> 1
        return found

    def of(self, obj: int, *kinds: int) -> Array:
        """Ordinals of an object's events (-1: of no object) of some kinds, rising."""
        found = []
        for kind in kinds:
            slot = self._slot_of.get(obj + 1 << 8 | kind)
            if slot is not None and len(self._slots[slot]):
                found.append(self._slots[slot].view)
        if not found:
            return _NOTHING
        if len(found) == 1:
            return found[0]
        whole: Array = np.concatenate(found)
        whole.sort(kind="stable")
        return whole

    def of_between(
        self, obj: int, kinds: Iterable[int], first: int, end: int, most: int | None = None
    ) -> Array:
        """As :meth:`of`, of the ordinals from ``first`` to before ``end``; the last ``most``."""
        bounds = np.array([first, end], np.uint32)
        found = []
        for kind in kinds:
            every = self.of(obj, kind)
            low, high = every.searchsorted(bounds).tolist()
            if most is not None:
                low = max(low, high - most)
            if high > low:
                found.append(every[low:high])
        if not found:
            return _NOTHING
        whole = found[0] if len(found) == 1 else np.sort(np.concatenate(found), kind="stable")
        return whole if most is None else whole[max(0, len(whole) - most) :]

    def kinds_of(self, obj: int) -> list[int]:
        """Kinds of events that an object (-1: no object) has seen."""
        base = obj + 1 << 8
        found: list[int] = np.flatnonzero(self._numbers[base : base + 256] >= 0).tolist()
        return found

    def of_actor(self, actor: int) -> Array:
        """Ordinals of a thread's events."""
        return self.by_actor[actor].view if actor < len(self.by_actor) else _NOTHING


class Fresh:
    """An object's events of some kinds, in portions: each call gives those since the last."""

    def __init__(self, store: Store, obj: int, kinds: Iterable[int]) -> None:
        self._store = store
        self._object = obj
        self._kinds = tuple(kinds)
        self._until = 0

    def take(self, until: int | None = None) -> Array:
        """Ordinals that have become history since the last call, rising; those below ``until``."""
        end = len(self._store)
        if until is not None:
            end = max(min(end, until), self._until)
        found = self._store.of_between(self._object, self._kinds, self._until, end)
        self._until = end
        return found


_NOTHING = np.empty(0, np.uint32)


def rank(ordinals: Array, ordinal: int) -> int:
    """How many of the rising ``ordinals`` are below ``ordinal``.

    The number is given in the array's own type: NumPy would otherwise convert the whole array.
    """
    return int(ordinals.searchsorted(np.uint32(ordinal)))


def _groups(numbers: Array, count: int, ordinals: Array) -> list[tuple[int, Array]]:
    """``ordinals`` grouped by the number beside them; ``count`` is above every number."""
    if count == 1:
        return [(0, ordinals)]
    # NumPy sorts 16-bit numbers by radix: several times faster than wider ones.
    small = numbers.astype(np.uint16) if count <= 1 << 16 else numbers
    order = small.argsort(kind="stable")
    ordered = small[order]
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    starts = [0, *edges.tolist()]
    rows = ordinals[order]
    heads = ordered[starts].tolist()
    return [
        (head, rows[start:end])
        for head, start, end in zip(heads, starts, [*starts[1:], len(rows)], strict=True)
    ]
