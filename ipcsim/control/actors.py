"""Actors, as the controller knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ipcsim.control.hub import Peer, Request
from ipcsim.control.steps import Candidate, Operation


class Phase(Enum):
    """Where an actor is."""

    EXPECTED = "expected"
    """Its start was permitted; it hasn't said hello."""
    RUNNING = "running"
    """It has permission, or hasn't asked yet."""
    ASKING = "asking"
    """It waits for permission."""
    OUTSIDE = "outside"
    """It runs for longer than we wait: outside control until it asks again."""
    ENDED = "ended"


@dataclass(slots=True)
class Actor:
    """A thread of the watched program."""

    name: str
    phase: Phase = Phase.EXPECTED
    peer: Peer | None = None
    pid: int = 0
    process: str = ""
    """Name of the actor that is its process's main thread."""
    role: str = ""
    """What the library has a thread do: ``feeder`` of a queue, ``server`` in a manager's process.
    """
    request: Request | None = None
    operation: Operation | None = None
    candidate: Candidate | None = None
    """What it was offered as last."""
    since_ns: int = 0
    """Virtual time of its request."""
    started_by: int = -1
    """Index of the step that started it."""
    last_step: int = -1
    ended_by: int = -1
    """Index of its END; -1 if it hasn't ended by itself."""
    exit_code: int | None = None
    raised: dict[str, object] = field(default_factory=dict)
    killed: bool = False
    """Its connection ended without END."""
    gone_at: int = -1
    """How many steps had been made then."""
    confirmed: int = -1
    """Index of the last step of which it has said what came of it."""
    dying: bool = False
    """It was sent a deadly signal."""
    doomed: bool = False
    """One that nobody can handle."""
    stale: bool = False
    """What its real object said may have changed since."""
    woken_by: int = -1
    """Index of the step that may have changed it; -1 if it was no step."""
    said_s: float = 0.0
    """When it, or who it started, began or was woken, of ``time.monotonic``."""
    tid: int = 0
    """Of its thread, as the system counts; 0 if that isn't known."""

    @property
    def is_main(self) -> bool:
        """Whether it is its process's main thread."""
        return self.name == self.process
