"""What is known of a program's executions: it does the same under the same choices.

A tree of states, in which a choice leads from one to the next. Where a schedule leads through known
states nothing has to be asked: the actors take their turns by themselves, and only see to it that
what they do is what is known. Who does something else is not the same twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ipcsim.control.histories import Point
from ipcsim.control.steps import Candidate, Choice, Execution, Step

MOST: Final = 50_000
"""So many states are remembered; then it begins anew."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an execution ends that nobody can go on in, and what main makes of it."""

    execution: Execution
    """Seen on fresh processes."""
    tail: list[Step]
    """What main does in the end."""
    offered: list[tuple[Candidate, ...]]
    """Before each step of the tail, and after it."""
    rows: bytes
    """Turns in which everybody gets ready for the next body."""
    said: tuple[bytes, bytes]
    """What main writes then, to stdout and stderr."""


@dataclass(slots=True, eq=False)
class Known:
    """A state."""

    candidates: tuple[Candidate, ...]
    clock_ns: int
    goes_on: bool
    """Whether anybody can."""
    step: Step | None = None
    """What led here, from the state before."""
    point: Point | None = None
    """Where its actor came to; None where no process had to do anything."""
    since_ns: int = 0
    """The time then."""
    next: dict[Choice, Known] = field(default_factory=dict)
    ending: Ending | None = None
