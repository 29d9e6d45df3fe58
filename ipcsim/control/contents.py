"""What actors share: locks, and what was written since the beginning."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ipcsim.control import locks
from ipcsim.control.astray import Astray
from ipcsim.control.histories import Point
from ipcsim.control.objects import Objects, split
from ipcsim.control.shared import Shared
from ipcsim.control.steps import Operation, Step
from ipcsim.operations import Op

UNKNOWN: Final = "unknown"
"""Nothing can be said of what an actor finds."""
_CHANGES: Final = locks.OPERATIONS | {Op.WRITE}
_LOCKS: Final = locks.OPERATIONS | {Op.COUNT}
_READ: Final = Op.READ
_ALL: Final = "[:]"

Cells = dict[str, dict[str, object]]
"""By object and part what was written there."""


class Contents:
    """What is shared at some moment. It doesn't change: what follows on it are other contents.

    Those that are alike are one and the same, as long as only locks are used and values written.
    """

    __slots__ = ("_alike", "_cells", "_keys", "_locks", "_next", "_released", "objects")

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        """As they were made; not to be changed."""
        self._cells: Cells = {}
        self._locks: dict[str, Shared] = {}
        """Those that aren't as they were made."""
        self._released: dict[str, Point] = {}
        """By lock where the history of who released it last was."""
        self._next: dict[Point, Contents] = {}
        self._alike: dict[object, Contents] = {}
        self._keys: dict[str, tuple[str, str]] = {}

    def get(self, key: str) -> Shared:
        """The object of a key, not to be changed."""
        return self._locks.get(key) or self.objects.get(key)

    def title(self, key: str) -> str:
        """What a person calls it."""
        return self.objects.title(key)

    def found(self, operation: Operation) -> object:
        """What an operation finds, as far as its actor can tell; :data:`UNKNOWN` if nobody can."""
        op, key = operation.op, operation.object
        if op is _READ:
            base, part = self._keys.get(key) or self._split(key)
            inside = self._cells.get(base)
            if inside is None:
                return None
            if _ALL in inside:
                return UNKNOWN  # some of it may be as it was
            return tuple(sorted(inside.items())) if part == _ALL else inside.get(part)
        # What is shared besides, unseen, is what was there at the last release (a Barrier's state).
        return (self.get(key).value, self._released.get(key)) if op in _LOCKS else None

    def after(self, before: Point, step: Step, then: Point) -> Contents:
        """What is shared after a step that has led its actor from one point to another.

        Raises:
            Astray: that can't be.
        """
        if step.operation.op not in _CHANGES and not then.made:
            return self
        known = self._next.get(then)
        if known is None:
            known = self._next[then] = self._after(before, step, then)
        return known

    def forget(self) -> None:
        """What follows isn't known any more."""
        self._next.clear()
        self._alike.clear()

    def _after(self, before: Point, step: Step, then: Point) -> Contents:
        made = Contents(self.objects)
        made._cells, made._locks, made._released = self._cells, self._locks, self._released
        made._alike, made._keys = self._alike, self._keys
        op, key = step.operation.op, step.operation.object
        if op is Op.WRITE:
            base, part = self._keys.get(key) or self._split(key)
            # Of some values the digest says nothing; the history says what they are.
            inside = {**self._cells.get(base, {}), part: step.operation.arg or before}
            made._cells = {**self._cells, base: inside}
        elif op in locks.OPERATIONS:
            lock = replace(self.get(key))
            locks.perform(lock, step)
            trouble = locks.learn(lock, step)
            if trouble:
                raise Astray(trouble)
            made._locks = {**self._locks, key: lock}
            if op is Op.RELEASE:
                made._released = {**self._released, key: before}
        if then.made:
            made.objects = self.objects.copy()
            for fact in then.made:
                made.objects.introduce(fact)
        return self._alike.setdefault(made._sign(), made)

    def _sign(self) -> object:
        return (
            id(self.objects),
            frozenset([(b, p, v) for b, inside in self._cells.items() for p, v in inside.items()]),
            frozenset([(k, s.value, s.holder, s.held_since) for k, s in self._locks.items()]),
            frozenset(self._released.items()),
        )

    def _split(self, key: str) -> tuple[str, str]:
        found = self._keys[key] = split(key)
        return found
