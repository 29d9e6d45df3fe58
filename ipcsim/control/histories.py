"""What is known of each actor by itself: what it asks for next follows from what it has found.

A tree for each actor, of the points in its own history. From point to point leads what it was
answered, and what it touched was like then; who else did what in between doesn't matter to it. So
an execution that nobody has seen may consist of what has been seen of each of its actors. That is a
guess, which each actor compares with what it does; one that was wrong shows that they share more
than is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ipcsim.control.actors import Phase
from ipcsim.control.hub import Request
from ipcsim.control.steps import Candidate, Operation


@dataclass(slots=True, eq=False)
class Point:
    """A point in an actor's history: what it asks for there."""

    name: str
    """Of the actor."""
    request: Request | None = None
    """None: it has ended."""
    operation: Operation | None = None
    since_ns: int = 0
    """The virtual clock then."""
    row: bytes = b""
    """The turn that led here; empty if nothing had to happen for it."""
    made: tuple[dict[str, Any], ...] = ()
    """Objects that it made on the way here, as it told of them."""
    raised: dict[str, object] = field(default_factory=dict)
    """The exception that its body has ended by."""
    exit_code: int | None = None
    candidate: Candidate | None = None
    """What it was offered as last."""
    next: dict[tuple[object, ...], Point] = field(default_factory=dict)
    """By answer, clock, and what it found."""
    then: Point | None = None
    """Where it comes to by what needn't happen: main's joins, and the ends of bodies."""

    @property
    def phase(self) -> Phase:
        """Where the actor is."""
        return Phase.ENDED if self.request is None else Phase.ASKING

    def end(self) -> Point:
        """Where it is after its END."""
        if self.then is None:
            assert self.request is not None
            self.then = Point(self.name, raised=self.raised, exit_code=self.request.arg)
        return self.then
