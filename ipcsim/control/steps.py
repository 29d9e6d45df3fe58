"""Steps of a controlled execution, and what a scheduler sees before it chooses the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ipcsim.operations import Op

TIMEOUT: Final = "timeout"
"""The choice that a timed wait gives up now."""
KILL: Final = "kill"
"""The choice that the actor's process is killed here, in place of its next operation."""


class Line(NamedTuple):
    """A place in the program."""

    path: str
    number: int
    """Counted from 1."""
    text: str
    """The line's source, stripped."""


class Touch(NamedTuple):
    """What an operation does to something shared."""

    object: str
    """Stable name: how it came to be, e.g. ``main#3``; parts of a channel as ``main#3.in``."""
    writes: bool
    """False: it only looks, and commutes with others that only look."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What an actor is about to do, or has done."""

    op: Op
    object: str
    """Stable name of what it is done to; of the other actor for START and JOIN; ``""`` if none."""
    call: str
    """In words of the program: ``lock.acquire()``, ``read counter.value``."""
    line: Line | None = None
    touches: tuple[Touch, ...] = ()
    """Two operations are dependent if they touch the same thing and one of them writes."""
    arg: int = 0
    inside: str = ""
    """The library's function that the program's line called, e.g. ``put``; ``""`` for none."""
    goes_on: bool = False
    """It belongs to the same public call as the actor's operation before."""
    is_target: bool = False
    """The call is what its process or thread was made to run, as in ``target=tasks.put``: the
    program's own, though no line of it is being executed."""

    @property
    def of_program(self) -> bool:
        """Whether it belongs to a call of the program's, not to the library's own work."""
        return self.line is not None or self.is_target


class Choice(NamedTuple):
    """One decision of a scheduler."""

    actor: str
    what: str = ""
    """``""``: perform the operation; :data:`TIMEOUT`: its timeout passes first; :data:`KILL`."""


# What there is of each step isn't frozen, but not to be changed: to make it would take five times
# as long.
@dataclass(slots=True, unsafe_hash=True)
class Candidate:
    """An actor before its next operation."""

    actor: str
    operation: Operation
    enabled: bool
    reason: str = ""
    """Why it can't proceed, one sentence; ``""`` if it can."""
    choices: tuple[str, ...] = ("",)
    """What may be chosen for it now; empty if it isn't enabled."""


@dataclass(slots=True, unsafe_hash=True)
class Step:
    """An operation that has been performed."""

    index: int
    actor: str
    operation: Operation
    what: str = ""
    result: int = 0
    after: tuple[int, ...] = ()
    """Indices of earlier steps without which it could not have happened: the SEND of what it
    RECEIVEs, the START of its actor (for BEGIN), the END of the actor it JOINs, the RELEASE that
    let it ACQUIRE. They order the two without being a race."""


class Unseen(NamedTuple):
    """Something that orders the actors, or may, and isn't seen."""

    kind: str
    """``call``: what comes of a call; ``threads``: what threads of one process do to plain
    variables; ``item``: whether what was put into a queue is changed before its feeder sends it;
    ``clock``: which wait gives up first where the clock has to move on."""
    who: str
    """A process; empty for a call."""
    what: str = ""
    """The call."""
    line: int = 0


@dataclass(slots=True)
class State:
    """What a scheduler sees before a step."""

    candidates: tuple[Candidate, ...]
    """Every living actor that is at an operation, in the order in which the actors appeared."""
    steps: list[Step]
    """All steps so far (shared with the controller: not to be changed)."""
    clock_ns: int = 0
    """The virtual clock, ns since the start."""
    outside: tuple[str, ...] = ()
    """Actors outside control: they compute, or wait in something that isn't instrumented."""
    waiting: tuple[str, ...] = ()
    """Those of them who are known to wait, in the kernel."""
    able: list[Candidate] | None = field(default=None, repr=False, compare=False)
    """Those that can proceed, where that is known already."""

    def enabled(self) -> list[Candidate]:
        """Those that can proceed (not to be changed)."""
        if self.able is None:
            self.able = [candidate for candidate in self.candidates if candidate.enabled]
        return self.able


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an execution ended."""

    kind: str
    """``clean``, ``exception``, ``exit_code``, ``deadlock``, ``blocked``, ``livelock``,
    ``unreceived``, ``lost_update``, ``killed``, ``diverged`` (a schedule could not be followed),
    ``outside`` (an actor left control for good)."""
    sentence: str
    """For a person: "worker-2 failed: AssertionError: 1 of 2 (line 30)"."""
    fails: bool
    key: str = ""
    """Executions with equal keys are counted as one outcome; the same in every run."""
    actors: tuple[str, ...] = ()


@dataclass(slots=True)
class Execution:
    """One run of a program under a scheduler."""

    steps: list[Step]
    offered: list[tuple[Candidate, ...]]
    """What the scheduler could choose from before each step; ``len(offered) >= len(steps)``."""
    outcome: Outcome
    output: bytes = b""
    """What the program wrote to stdout."""
    errors: bytes = b""
    """What it wrote to stderr."""
    exit_codes: dict[str, int] = field(default_factory=dict)
    """By the actor that is each process's main thread."""
    duration_s: float = 0.0
    unseen: tuple[Unseen, ...] = ()
    """What may have ordered its actors."""
    mistaken: bool = False
    """Whoever decided was offered what turned out to be wrong, before it was made as decided."""

    def choices(self) -> list[Choice]:
        """The schedule of it."""
        return [Choice(step.actor, step.what) for step in self.steps]
