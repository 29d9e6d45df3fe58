"""Which operations depend on each other.

Two operations of different actors are *dependent* if their order can matter: they touch the same
thing and one of them writes, or one of them ends what the other one waits for. Executions that
differ only in the order of independent operations are one *trace* (Mazurkiewicz 1977); a person
calls it one interleaving.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ipcsim.control.steps import Choice, Operation, Step
from ipcsim.operations import Op

_END: Final = Op.END
_JOIN: Final = Op.JOIN
_SIGNAL: Final = Op.SIGNAL


class Event(NamedTuple):
    """An operation with the choice that performs it."""

    actor: str
    what: str
    operation: Operation

    @property
    def choice(self) -> Choice:
        """What a scheduler says to perform it."""
        return Choice(self.actor, self.what)


def event_of(step: Step) -> Event:
    """A step as an event."""
    return Event(step.actor, step.what, step.operation)


@lru_cache(1024)
def process_of(actor: str) -> str:
    """The actor that is the main thread of an actor's process: ``main/worker-1:feeder`` is of
    ``main/worker-1``."""
    head, slash, last = actor.rpartition("/")
    return head + slash + last.partition(":")[0]


def touched(actor: str, operation: Operation) -> list[tuple[str, bool]]:
    """What an operation touches, and whether it writes it.

    To what the operation says of itself comes the life of actors: END writes what JOIN reads, and
    SIGNAL writes what every operation of the process reads that it may kill.
    """
    found: list[tuple[str, bool]] = [*operation.touches, (f"@{process_of(actor)}", False)]
    op = operation.op
    if op is _END:
        found.append((f"!{actor}", True))
    elif op is _JOIN:
        found.append((f"!{operation.object}", False))
    elif op is _SIGNAL:
        found.append((f"@{operation.object}", True))
    return found


def dependent(one: Event, other: Event) -> bool:
    """Whether the order of two operations, both of which can be next, can matter."""
    if one.actor == other.actor:
        return True
    for touch in one.operation.touches:
        for its in other.operation.touches:
            if touch.object == its.object and (touch.writes or its.writes):
                return True
    return _ends(one, other) or _ends(other, one)


def _ends(one: Event, other: Event) -> bool:
    op = one.operation.op
    if op is _END:
        return other.operation.op is _JOIN and other.operation.object == one.actor
    if op is _SIGNAL:
        return process_of(other.actor) == one.operation.object
    return False
