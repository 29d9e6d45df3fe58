"""The picture of one moment: what :meth:`ipcsim.trace.world.World.at` answers.

Everything a view draws of the moment *t* is in here, and nothing about how it is drawn. Processes,
actors (threads) and objects are numbered in order of appearance over the whole run; times are
nanoseconds on the machine's clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ipcsim.supervisor.messages import State


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a program: what a statement is on screen."""

    file: str
    line: int
    end_line: int = -1
    column: int = -1
    end_column: int = -1
    function: str = ""


@dataclass(frozen=True, slots=True)
class ActorAt:
    """A thread at a moment. Every process has one with ``thread`` 0."""

    actor: int
    process: int
    thread: int
    name: str
    state: State
    since: int
    operation: str
    """The literal call it is in or has last made: ``tasks.put(41)``; empty before the first."""
    place: Place | None
    object: int | None
    """The object it waits for or has last touched."""
    sentence: str
    """Why it waits, in words; empty unless it waits."""
    deadline: int | None = None
    """When the timed wait or sleep will end."""
    joins: int | None = None
    """The process whose end it waits for."""
    waits_on: tuple[int, ...] = ()
    """The ends of pipes that it waits for in connection.wait, where there are several."""
    idle: bool = False
    """A pool's worker between two tasks: it waits, though nothing of the program's says so."""


@dataclass(frozen=True, slots=True)
class Chip:
    """What an actor has last read of a cell."""

    object: int
    index: int | None
    label: str
    stale: bool
    """The cell has been written by another since."""
    torn: int | None = None
    """The process that wrote between this read and the first of the same statement, to an element
    that the statement reads: its values never stood there together."""


@dataclass(frozen=True, slots=True)
class ProcessAt:
    """A process at a moment."""

    process: int
    name: str
    role: str
    """Target function's name; the group it belongs to when there are many."""
    pid: int
    parent: int | None
    daemon: bool
    is_main: bool
    state: State
    since: int
    exit_code: int | None
    detail: str
    """Last line of the traceback or the signal; empty while all is well."""
    actors: tuple[ActorAt, ...]
    chips: tuple[Chip, ...] = ()
    watched: tuple[tuple[str, str], ...] = ()
    """Name and value of watched plain globals."""
    started: int = 0
    """When its parent called start(), else when it was first seen; 0 where that isn't known."""
    gone: tuple[ActorAt, ...] = ()
    """Threads that the program has started and that are over, the last of them; the sentence says
    by which exception, where one did it."""
    gone_before: int = 0
    """How many more there were before those."""


@dataclass(frozen=True, slots=True)
class Token:
    """A message in a tube or on its way."""

    message: int
    """Number within its object, in order of sending."""
    label: str
    sender: int
    """Process."""


@dataclass(frozen=True, slots=True)
class TubeAt:
    """A queue (of processes or threads) or one direction of a pipe."""

    object: int
    depth: int
    """Completed puts minus gets."""
    bound: int | None
    tokens: tuple[Token, ...]
    """The first at most 64 messages, the next one out first."""
    in_feeder: int = 0
    """Messages among ``depth`` that are still in the sender's buffer."""
    unfinished: int | None = None
    """JoinableQueue, queue.Queue: gotten or waiting without task_done."""
    undone: tuple[tuple[int, Token], ...] = ()
    """What has been taken and not been reported by task_done: by which process. As far as known:
    the last of what it has taken."""
    bytes: int | None = None
    """Pipes: bytes on the way; queues of processes: bytes in their pipe."""
    closed: bool = False
    putters: tuple[int, ...] = ()
    """Actors that wait to put, longest first."""
    getters: tuple[int, ...] = ()
    joiners: tuple[int, ...] = ()
    rate: float = 0.0
    """Messages a second over the last half second."""
    source: int | None = None
    """Pipes: process that writes this direction (the last that did)."""
    target: int | None = None


@dataclass(frozen=True, slots=True)
class GateAt:
    """A lock, semaphore, condition, event or barrier."""

    object: int
    seats: int
    """Permits in all (Lock 1, Semaphore n), parties of a barrier; 0 for an event or condition's
    own lock elsewhere."""
    holders: tuple[tuple[int, int, int], ...] = ()
    """(actor, since, recursion depth)."""
    line: tuple[int, ...] = ()
    """Actors that wait, longest first."""
    room: tuple[int, ...] = ()
    """Condition: actors in wait()."""
    extra: int = 0
    """Permits above the initial value (over-release)."""
    is_set: bool | None = None
    """Event."""
    phase: int = 0
    """Barrier: how many times it has opened."""
    broken: bool = False
    orphaned: bool = False
    """A holder is dead."""
    last_notify: int | None = None
    """When notify() was last called; with an empty room nobody heard it."""
    heard: bool = True


@dataclass(frozen=True, slots=True)
class CellAt:
    """A shared value, or one element of an array."""

    object: int
    index: int | None
    label: str
    expected: float | int | None = None
    """What it would be had no update been lost: start + sum of (write - writer's own last read)."""
    lost: int = 0
    """Updates lost so far."""
    unread: bool = False
    """The last write has not been read by anyone."""
    writer: int | None = None
    """Actor of the last write."""
    raw: bool = False
    """Somebody has its bare memory: not every access is seen."""


@dataclass(frozen=True, slots=True)
class MemoryAt:
    """A block of raw shared memory."""

    object: int
    name: str
    size: int
    attached: tuple[int, ...]
    """Processes."""
    unlinked: bool = False


@dataclass(frozen=True, slots=True)
class ServiceAt:
    """A manager, pool or executor: a frame round cards."""

    object: int
    members: tuple[int, ...]
    """Processes inside the frame: the manager's server, the pool's workers."""
    waiting: tuple[str, ...] = ()
    """Labels of tasks not yet begun."""
    waiting_count: int = 0
    busy: tuple[tuple[int, str], ...] = ()
    """(process, label of the task it works on)."""
    done_count: int = 0
    contents: tuple[tuple[str, str], ...] = ()
    """Manager: (name, label) of what it keeps, as far as seen."""


class Motion(str, Enum):
    """What moves at a moment."""

    PUT = "put"
    """sender -> tube"""
    GET = "get"
    """tube -> receiver"""
    READ = "read"
    """cell -> reader"""
    WRITE = "write"
    """writer -> cell"""
    CALL = "call"
    """client -> server"""
    RESULT = "result"
    """server -> client"""
    BOLT = "bolt"
    """terminate, kill, signal: process -> process"""
    BELL = "bell"
    """notify: actor -> condition"""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happened just before t; a view may show it flying."""

    motion: Motion
    time: int
    actor: int
    object: int | None
    label: str
    message: int | None = None
    wrong: bool = False
    """A write that loses another's, a Full or Empty that bounces, ..."""
    other: int | None = None
    """The other process, where there is no object between them; of a GET the sender."""
    replaced: str = ""
    """A WRITE that loses another's: the value that nobody had read."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything at time ``t``."""

    t: int
    processes: tuple[ProcessAt, ...] = ()
    tubes: dict[int, TubeAt] = field(default_factory=dict)
    gates: dict[int, GateAt] = field(default_factory=dict)
    cells: dict[int, tuple[CellAt, ...]] = field(default_factory=dict)
    memories: dict[int, MemoryAt] = field(default_factory=dict)
    services: dict[int, ServiceAt] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    """What happened within the last ``since`` ns asked for, oldest first, at most 64."""
    caption: str = ""
    """One sentence: what just happened, or at full speed what doesn't change."""
    caption_actor: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """A shared object, once for the whole run."""

    object: int
    kind: str
    """One of :class:`ipcsim.events.ObjectKind`."""
    name: str
    """The variable's name from the creating line; else ``Queue 2``."""
    created_by: int | None
    created_at: Place | None
    bound: int | None = None
    type: str = ""
    size: int = 0
    initial: str = ""
    owner: int | None = None
    """The object it belongs to: a Value's own lock, a queue inside a pool."""
    peer: int | None = None
    """A pipe's other end."""
    internal: bool = False
    """Made by the library for itself; shown only when its owner is opened up."""
