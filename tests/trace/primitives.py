"""The simulated primitives: each records what a probe would record of the real one."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any

from ipcsim.events import Kind
from tests.trace.simulated import MS, PARK, US, Actor, Process, Simulation, Steps
from tests.trace.writing import fingerprint

PIPE_BYTES = 65_536


class Shared:
    """A shared object; each process introduces it at its first use."""

    kind = ""

    def __init__(self, me: Actor, at: str, key: str, **facts: Any) -> None:
        self.simulation: Simulation = me.process.simulation
        self.key = key
        self.facts = facts
        writer = me.process.writer
        now = self.simulation.now
        writer.object(self.kind, key, now, writer.place(at, now), True, **facts)

    def number(self, process: Process) -> int:
        """This object's number within a process."""
        return process.writer.object(
            self.kind, self.key, self.simulation.now, created=False, **self.facts
        )

    def emit(self, me: Actor, kind: Kind, at: str, arg: int = 0, began: int | None = None) -> None:
        """Record an event at this object."""
        me.emit(kind, at, self.number(me.process), arg, began)


class Lock(Shared):
    """Lock, or with ``permits`` a Semaphore."""

    kind = "Lock"

    def __init__(self, me: Actor, at: str, key: str, permits: int = 1, **facts: Any) -> None:
        if permits != 1 or facts.pop("semaphore", False):
            self.kind = "Semaphore"
            facts["bound"] = permits
        super().__init__(me, at, key, **facts)
        self.free = permits
        self.line: deque[Actor] = deque()
        self.holders: list[Actor] = []

    def acquire(self, me: Actor, at: str) -> Steps:
        """Take it, waiting in the line if need be."""
        if not self.free:
            self.emit(me, Kind.ACQUIRE_WAIT, at, -1)
            self.line.append(me)
            yield PARK
            while not self.free:
                self.line.appendleft(me)
                yield PARK
        self.free -= 1
        self.holders.append(me)
        self.emit(me, Kind.ACQUIRED, at, 1)

    def release(self, me: Actor, at: str) -> None:
        """Give it back."""
        self.emit(me, Kind.RELEASE, at, 0)
        self.free += 1
        if me in self.holders:
            self.holders.remove(me)
        if self.line:
            self.simulation.wake(self.line.popleft())


class Queue(Shared):
    """Queue with its feeder threads."""

    kind = "Queue"

    def __init__(self, me: Actor, at: str, key: str, bound: int = 0, size: int = 20) -> None:
        super().__init__(me, at, key, **({"bound": bound} if bound else {}))
        self.bound = bound
        self.size = size
        self.depth = 0
        self.count = 0
        self.items: deque[tuple[int, object]] = deque()
        self.on_the_way = 0
        self.stuck: deque[tuple[Process, int, object]] = deque()
        self.getters: deque[Actor] = deque()
        self.putters: deque[Actor] = deque()

    def put(self, me: Actor, value: object, at: str) -> Steps:
        """put(value)."""
        if self.bound and self.depth >= self.bound:
            self.emit(me, Kind.PUT_WAIT, at, -1)
            while self.depth >= self.bound:
                self.putters.append(me)
                yield PARK
        self.depth += 1
        process = me.process
        if self.number(process) not in process.feeders:
            process.feeders[self.number(process)] = process.thread("QueueFeederThread")
        process.unfed += 1
        self.emit(me, Kind.PUT, at, process.writer.token(value))
        self.stuck.append((process, self.count, value))
        self.count += 1
        self.simulation.at(self.simulation.now + self.simulation.jitter(8 * US), self._feed)
        yield self.simulation.jitter(4 * US)

    def _feed(self) -> None:
        while self.stuck and self.on_the_way + self.size <= PIPE_BYTES:
            process, number, value = self.stuck.popleft()
            if process.over:
                continue
            self.on_the_way += self.size
            queue = self.number(process)
            process.writer.emit(
                Kind.FEED,
                self.simulation.now,
                queue,
                arg=fingerprint(self.size, number),
                thread=process.feeders[queue],
            )
            self.items.append((number, value))
            process.unfed -= 1
            if not process.unfed and process.ending is not None:
                self.simulation.wake(process.ending)
            if self.getters:
                self.simulation.wake(self.getters.popleft())

    def get(self, me: Actor, at: str) -> Generator[int, None, object]:
        """get()."""
        if not self.items:
            self.emit(me, Kind.GET_WAIT, at, -1)
            while not self.items:
                self.getters.append(me)
                yield PARK
        number, value = self.items.popleft()
        self.depth -= 1
        self.on_the_way -= self.size
        self.emit(me, Kind.GET, at, fingerprint(self.size, number))
        if self.putters:
            self.simulation.wake(self.putters.popleft())
        if self.stuck:
            self.simulation.at(self.simulation.now + 2 * US, self._feed)
        yield self.simulation.jitter(4 * US)
        return value


class Value(Shared):
    """Value, or one cell of an Array."""

    kind = "Value"

    def __init__(
        self, me: Actor, at: str, key: str, initial: int = 0, size: int = 1, type: str = "i"
    ) -> None:
        if size > 1:
            self.kind = "Array"
        super().__init__(me, at, key, type=type, size=size, initial=str(initial))
        self.cells = [initial] * size
        self.array = size > 1
        self.lost = 0

    def read(self, me: Actor, at: str, index: int = 0) -> Generator[int, None, int]:
        """The value, read somewhere in an interval of about a µs."""
        began = self.simulation.now
        yield self.simulation.jitter(300)
        value = self.cells[index]
        yield self.simulation.jitter(300)
        self._index(me, at, index)
        self.emit(me, Kind.READ, at, me.process.writer.token(value), began)
        return value

    def write(self, me: Actor, value: int, at: str, index: int = 0) -> Steps:
        """Write it, somewhere in an interval of about a µs."""
        began = self.simulation.now
        yield self.simulation.jitter(300)
        self.cells[index] = value
        yield self.simulation.jitter(300)
        self._index(me, at, index)
        self.emit(me, Kind.WRITE, at, me.process.writer.token(value), began)

    def _index(self, me: Actor, at: str, index: int) -> None:
        if self.array:
            self.emit(me, Kind.INDEX, at, index)


class Event(Shared):
    """Event."""

    kind = "Event"

    def __init__(self, me: Actor, at: str, key: str) -> None:
        super().__init__(me, at, key)
        self.flag = False
        self.line: list[Actor] = []

    def wait(self, me: Actor, at: str) -> Steps:
        """wait()."""
        if not self.flag:
            self.emit(me, Kind.EVENT_WAIT, at, -1)
            self.line.append(me)
            yield PARK
        self.emit(me, Kind.EVENT_PASSED, at, 1)

    def set(self, me: Actor, at: str) -> None:
        """set()."""
        self.emit(me, Kind.EVENT_SET, at)
        self.flag = True
        for actor in self.line:
            self.simulation.wake(actor)
        self.line.clear()


class Barrier(Shared):
    """Barrier."""

    kind = "Barrier"

    def __init__(self, me: Actor, at: str, key: str, parties: int) -> None:
        super().__init__(me, at, key, parties=parties)
        self.parties = parties
        self.line: list[Actor] = []

    def wait(self, me: Actor, at: str) -> Steps:
        """wait()."""
        self.emit(me, Kind.BARRIER_WAIT, at, -1)
        position = len(self.line)
        if position == self.parties - 1:
            for actor in self.line:
                self.simulation.wake(actor)
            self.line.clear()
        else:
            self.line.append(me)
            yield PARK
        self.emit(me, Kind.BARRIER_PASSED, at, position)


class Condition(Lock):
    """Condition with a lock of its own."""

    def __init__(self, me: Actor, at: str, key: str) -> None:
        self.kind = "Condition"
        super().__init__(me, at, key)
        self.room: deque[Actor] = deque()

    def wait(self, me: Actor, at: str) -> Steps:
        """wait()."""
        self.emit(me, Kind.WAIT, at, -1)
        self.free += 1
        self.holders.remove(me)
        if self.line:
            self.simulation.wake(self.line.popleft())
        self.room.append(me)
        yield PARK
        while not self.free:
            self.line.append(me)
            yield PARK
        self.free -= 1
        self.holders.append(me)
        self.emit(me, Kind.WOKEN, at, 1)

    def notify(self, me: Actor, at: str, n: int = 1) -> None:
        """notify(n); -1 for all."""
        self.emit(me, Kind.NOTIFY, at, n)
        for _ in range(len(self.room) if n < 0 else min(n, len(self.room))):
            self.simulation.wake(self.room.popleft())


class PipeEnd(Shared):
    """One end of a duplex pipe."""

    kind = "Connection"

    def __init__(self, me: Actor, at: str, key: str, peer: str) -> None:
        super().__init__(me, at, key, peer=peer, readable=True, writable=True)
        self.other: PipeEnd
        self.inbox: deque[tuple[int, object]] = deque()
        self.reader: Actor | None = None
        self.sent = 0

    def send(self, me: Actor, value: object, at: str) -> Steps:
        """send(value)."""
        token = me.process.writer.token(value)
        self.emit(me, Kind.SEND, at, token)
        print_ = fingerprint(24, hash((self.key, self.sent)))
        self.sent += 1
        self.other.inbox.append((print_, value))
        if self.other.reader is not None:
            self.simulation.wake(self.other.reader)
            self.other.reader = None
        yield self.simulation.jitter(4 * US)
        self.emit(me, Kind.SENT, at, print_)

    def recv(self, me: Actor, at: str) -> Generator[int, None, object]:
        """recv()."""
        if not self.inbox:
            self.emit(me, Kind.RECV_WAIT, at, -1)
            self.reader = me
            yield PARK
        print_, value = self.inbox.popleft()
        self.emit(me, Kind.RECV, at, print_)
        return value


def pipe(me: Actor, at: str, number: int) -> tuple[PipeEnd, PipeEnd]:
    """``a, b = Pipe()``."""
    keys = f"pipe:{9000 + 2 * number}", f"pipe:{9001 + 2 * number}"
    a, b = PipeEnd(me, at, keys[0], keys[1]), PipeEnd(me, at, keys[1], keys[0])
    a.other, b.other = b, a
    return a, b


def think(me: Actor, ms: float) -> Steps:
    """Compute for about ``ms`` milliseconds."""
    yield me.process.simulation.jitter(int(ms * MS))
