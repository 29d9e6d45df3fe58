"""What the supervisor tells ipcsim, over a real ``multiprocessing.Queue`` whose one writer it is.

The queue carries tuples of messages: every change of a process's state, its output, and notices
that the recording has grown. The events themselves are in the recording (see
:mod:`ipcsim.supervisor.recording`), so a window that is slow to read never makes anything pile up
in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

_SIGKILLED = -9
"""The exit code; Windows has no such signal."""


class State(str, Enum):
    """What a process or thread is doing."""

    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    ASLEEP = "asleep"
    HELD = "held"
    READY = "ready"
    """Stepped: it could go on, and waits to be let. Nobody tells this; the window knows it."""
    OUTSIDE = "outside"
    """Stepped: it computes, or waits in what isn't watched. Nobody tells this; the window knows."""
    ENDING = "ending"
    """The target has returned, but the process can't end yet (a queue's feeder has items left)."""
    ENDED = "ended"
    CRASHED = "crashed"
    KILLED = "killed"
    TERMINATED = "terminated"
    """Ended by its parent's terminate() or kill(): asked for, so nothing is wrong."""

    @property
    def over(self) -> bool:
        """Whether the process or thread is no more."""
        return self in (State.ENDED, State.CRASHED, State.KILLED, State.TERMINATED)

    def told(self, exit_code: int | None) -> State:
        """The state whose word describes a process: whom kill() has ended was killed."""
        return State.KILLED if self is State.TERMINATED and exit_code == _SIGKILLED else self


@dataclass(frozen=True, slots=True)
class Started:
    """The watched program has been started."""

    pid: int
    time: int
    """perf_counter_ns of the machine."""
    spool: str
    """Path of the recording that is being written."""


@dataclass(frozen=True, slots=True)
class Status:
    """A process (thread 0) or another thread of it has changed its state."""

    ring: int
    """Number of the process within its run, in order of appearance; 0 is the main process."""
    pid: int
    thread: int
    name: str
    state: State
    since: int
    """ns on the machine's clock."""
    kind: int = 0
    """The last event's Kind: what it waits in or has done."""
    object: int = 0
    """The object's number *within the ring*; 0 is none."""
    place: int = 0
    """The place's number within the ring; 0 is none."""
    parent: int | None = None
    """Ring of the parent process, if it is watched."""
    exit_code: int | None = None
    """Negative: ended by that signal."""
    detail: str = ""
    """Last line of the traceback, signal's name, ..."""


@dataclass(frozen=True, slots=True)
class Output:
    """Something has been written to the program's stdout (1) or stderr (2)."""

    ring: int | None
    """Who wrote it, where that is known."""
    stream: int
    time: int
    data: bytes

    @property
    def size(self) -> int:
        """How many bytes were written."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Spooled:
    """The recording is whole up to byte ``end``; every event before ``cut`` ns is in it."""

    end: int
    cut: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the person must know (a ring was lost, a start failed, a limit was reached)."""

    sentence: str
    kind: str = ""
    """"unrecorded" or "full": said by the supervisor, which knows no languages; else the sentence
    is in the person's language already."""
    detail: str = ""
    """What the sentence of this kind speaks of: a pid, a reason."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over; the supervisor has cleaned up and goes."""

    exit_code: int
    """Of the main process; negative: ended by that signal."""
    timed_out: bool
    stopped: bool
    """Whether ipcsim ended it."""
    duration_s: float
    lost: int
    leftovers: tuple[str, ...] = field(default=())
    """What the program left behind and the supervisor removed: processes, shared memory, ..."""
    attended: bool = False
    """Whether somebody who decided who goes on had ipcsim end it: that nobody moved then means
    nothing."""
    left_alone_until: int = 0
    """When ipcsim began to end it, ns on the machine's clock; 0 if it didn't, or in recordings that
    don't say. What came after is by our hand, whoever did it."""


Message = Started | Status | Output | Spooled | Problem | Ended
