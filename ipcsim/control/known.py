"""What is known of a program's executions: it does the same under the same choices.

States, in which a choice leads from one to the next. Where a schedule leads through known states
nothing has to be asked: the actors take their turns by themselves, and only see to it that what
they do is what is known. Who does something else is not the same twice.

States are one and the same where everybody is at the same point of its history and what is shared
is alike, however they were reached: schedules that are new mostly lead through known states.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from ipcsim.control.contents import Contents
from ipcsim.control.histories import Point
from ipcsim.control.judging import Judgement
from ipcsim.control.steps import Candidate, Choice, Step

MOST: Final = 50_000
"""So many states are remembered; then it begins anew."""


@dataclass(slots=True, eq=False)
class Known:
    """A state."""

    points: tuple[Point, ...]
    """Where everybody is, in the order of appearance."""
    contents: Contents
    candidates: tuple[Candidate, ...]
    clock_ns: int
    enabled: list[Candidate]
    """Those who can go on."""
    calm: bool
    """Nobody sleeps, and the clock didn't have to move on for somebody to go on."""
    alike: dict[tuple[Point, ...], Known]
    """By where everybody is all that are known at this time with these contents."""
    next: dict[Choice, Move] = field(default_factory=dict)
    closing: Closing | None = None
    """How everybody gets ready for the next body from here."""
    ending: Ending | None = None
    """How executions end here."""


@dataclass(slots=True, eq=False)
class Move:
    """What leads from one state to the next."""

    step: Step
    """Without its cause."""
    row: bytes
    """The turn that is taken; empty if nothing has to happen."""
    to: Known
    tie: Tie | None = None


@dataclass(slots=True, eq=False)
class Tie:
    """What ties a step to others: one lets another happen."""

    cause: str = ""
    """Name of a lock whose last release, or of an actor whose end, lets it happen; mostly empty."""
    lets: str = ""
    """Likewise, what it may let happen."""
    _steps: dict[int, Step] = field(default_factory=dict)

    def step_after(self, step: Step, cause: int) -> Step:
        """The step, where the one of this index let it happen; below 0: none."""
        if cause < 0:
            return step
        known = self._steps.get(cause)
        if known is None:
            known = self._steps[cause] = replace(step, after=(cause,))
        return known


@dataclass(frozen=True, slots=True)
class Ending:
    """How executions end in a state."""

    judgement: Judgement
    ends: tuple[tuple[str, int | None, str], ...]
    """Name, exit code and exception of everybody."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What happens after the bodies."""

    rows: dict[bytes, bytes]
    """By place the turns in which everybody gets ready for the next body, the last when all are
    through: what is shared is put back then."""
    shared: int
    """Digest of what they share."""
