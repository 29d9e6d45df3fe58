"""What is known of each actor by itself: what it asks for next follows from what it has found.

A tree for each actor, of the points in its own history. From point to point leads what it was
answered, and what it touched was like then; who else did what in between doesn't matter to it. So
an execution that nobody has seen may consist of what has been seen of each of its actors. That is a
guess, which each actor compares with what it does; one that was wrong shows that they share more
than is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from ipcsim.control.hub import Request
from ipcsim.control.objects import Objects, split
from ipcsim.control.steps import Candidate, Operation
from ipcsim.operations import Op

UNKNOWN: Final = "unknown"
"""Nothing can be said of what an actor finds."""
_LOCKS: Final = frozenset({Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE, Op.COUNT})
_ALL: Final = "[:]"
_by_part: Final = itemgetter(0)


@dataclass(slots=True, eq=False)
class Point:
    """A point in an actor's history: what it asks for there."""

    request: Request | None = None
    operation: Operation | None = None
    row: bytes = b""
    """The turn that led here."""
    facts: list[dict[str, Any]] = field(default_factory=list)
    """What it told with it."""
    candidate: Candidate | None = None
    """What it was offered as there last."""
    next: dict[tuple[object, ...], Point] = field(default_factory=dict)
    """By answer, clock, and what it found."""


class Contents:
    """What is in shared memory, by what was written since the beginning."""

    def __init__(self) -> None:
        self._by_base: dict[str, dict[str, object]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self._released: dict[str, Point] = {}

    def found(self, operation: Operation, objects: Objects) -> object:
        """What an operation finds, as far as its actor can tell; :data:`UNKNOWN` if nobody can."""
        op, key = operation.op, operation.object
        if op is Op.READ:
            base, part = self._keys.get(key) or self._split(key)
            inside = self._by_base.get(base)
            if inside is None:
                return None
            if _ALL in inside:
                return UNKNOWN  # some of it may be as it was
            return tuple(sorted(inside.items(), key=_by_part)) if part == _ALL else inside.get(part)
        # What is shared besides, unseen, is what was there at the last release (a Barrier's state).
        return (objects.get(key).value, self._released.get(key)) if op in _LOCKS else None

    def note(self, operation: Operation, point: Point) -> None:
        """An operation is performed by an actor at this point of its history."""
        if operation.op is Op.RELEASE:
            self._released[operation.object] = point
        elif operation.op is Op.WRITE:
            key = operation.object
            base, part = self._keys.get(key) or self._split(key)
            # Of some values the digest says nothing; the history says what they are.
            self._by_base.setdefault(base, {})[part] = operation.arg or point

    def _split(self, key: str) -> tuple[str, str]:
        found = self._keys[key] = split(key)
        return found
