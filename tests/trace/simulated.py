"""A tiny world of simulated processes that write a recording: tests know the truth it must show.

Programs are generators. ``yield n`` computes for n ns; ``yield PARK`` stands still until somebody
calls :meth:`Simulation.wake`. The primitives in :mod:`tests.trace.primitives` are made of these.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Generator
from pathlib import Path

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from tests.trace.writing import ProcessWriter, RecordingWriter

PARK = -1
BEGIN = 5_000_000_000_000
US = 1_000
MS = 1_000_000

Steps = Generator[int, None, None]


class Actor:
    """A simulated thread: what runs, and where it is."""

    def __init__(self, process: Process, thread: int, steps: Steps) -> None:
        self.process = process
        self.thread = thread
        self.steps = steps
        self.parked = False
        self.over = False

    def emit(
        self, kind: Kind, at: str = "", obj: int = 0, arg: int = 0, began: int | None = None
    ) -> None:
        """Record an event of this thread, now or as an interval since ``began``."""
        simulation, writer = self.process.simulation, self.process.writer
        place = writer.place(at, simulation.now)
        time = simulation.now if began is None else began
        span = 0 if began is None else max(1, (simulation.now - began).bit_length())
        writer.emit(kind, time, obj, place, arg, self.thread, span)


class Process:
    """A simulated process."""

    def __init__(
        self, simulation: Simulation, name: str, target: str, parent: Process | None, daemon: bool
    ) -> None:
        self.simulation = simulation
        self.name = name
        self.target = target
        self.parent = parent
        self.daemon = daemon
        self.writer: ProcessWriter
        self.over = False
        self.joiners: list[Actor] = []
        self.actors: list[Actor] = []
        self.feeders: dict[int, int] = {}
        self.unfed = 0
        """Items in buffers that this process must feed before it can end."""
        self.ending: Actor | None = None
        self.threads = itertools.count(1)

    def thread(self, name: str, steps: Callable[[Actor], Steps] | None = None) -> int:
        """Begin a thread; its number."""
        number = next(self.threads)
        self.writer.thread(number, name, self.simulation.now)
        if steps is not None:
            actor = Actor(self, number, iter(()))  # type: ignore[arg-type]
            actor.steps = steps(actor)
            actor.emit(Kind.THREAD_BEGIN)
            self.simulation.schedule(actor, 1)
        return number


class Simulation:
    """The clock, the actors and the recording."""

    def __init__(
        self, path: Path, program: str, source: str, seed: int = 1, fork: bool = False
    ) -> None:
        self.now = BEGIN
        self.chance = random.Random(seed)
        self.fork = fork
        self.recording = RecordingWriter(path, program, source, BEGIN)
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.processes: list[Process] = []
        self.step = 8 * MS

    def at(self, time: int, action: Callable[[], None]) -> None:
        """Do something at a time."""
        heapq.heappush(self._queue, (time, next(self._order), action))

    def schedule(self, actor: Actor, delay: int) -> None:
        """Let an actor go on after ``delay`` ns."""
        self.at(self.now + delay, lambda: self._advance(actor))

    def wake(self, actor: Actor) -> None:
        """Let a parked actor go on, a few µs later."""
        if actor.parked:
            actor.parked = False
            self.schedule(actor, self.jitter(3 * US))

    def jitter(self, ns: int) -> int:
        """About ``ns``."""
        return max(1, int(ns * self.chance.uniform(0.6, 1.6)))

    def _advance(self, actor: Actor) -> None:
        if actor.over or actor.process.over:
            return
        try:
            command = next(actor.steps)
        except StopIteration:
            actor.over = True
            return
        if command == PARK:
            actor.parked = True
        else:
            self.schedule(actor, max(1, command))

    def begin(
        self,
        name: str,
        target: str,
        body: Callable[[Actor], Steps],
        parent: Process | None = None,
        daemon: bool = False,
    ) -> Process:
        """A process appears and runs ``body`` in its main thread."""
        process = Process(self, name, target, parent, daemon)
        self.processes.append(process)
        process.writer = self.recording.process(
            name, self.now, None if parent is None else parent.writer, self.fork
        )
        main = Actor(process, 0, iter(()))  # type: ignore[arg-type]
        main.steps = self._life(main, body)
        process.actors.append(main)
        self.schedule(main, self.jitter(50 * US))
        return process

    def _life(self, me: Actor, body: Callable[[Actor], Steps]) -> Steps:
        process = me.process
        self.recording.status(process.writer, State.RUNNING, self.now)
        if process.parent is not None:
            me.emit(Kind.TARGET, arg=process.writer.text(process.target))
        yield from body(me)
        if process.parent is not None:
            me.emit(Kind.RETURNED)
        me.emit(Kind.ENDING)
        yield self.jitter(20 * US)
        if process.unfed:
            self.recording.status(process.writer, State.ENDING, self.now)
            me.emit(Kind.FEEDER_WAIT, obj=next(iter(process.feeders)))
            process.ending = me
            yield PARK
            me.emit(Kind.FEEDER_DONE, obj=next(iter(process.feeders)))
        me.emit(Kind.EXIT, arg=0)
        self.over(process, State.ENDED, 0)

    def over(self, process: Process, state: State, code: int, detail: str = "") -> None:
        """A process is no more."""
        process.over = True
        self.recording.drain(self.now)
        self.recording.status(process.writer, state, self.now, code, detail)
        for actor in process.joiners:
            self.wake(actor)

    def run(self, until: int = 10 * 1_000 * MS) -> None:
        """Let everything happen, at most until ``until`` ns after the beginning; write it all."""
        drained = self.now
        while self._queue and self._queue[0][0] <= BEGIN + until:
            self.now, _, action = heapq.heappop(self._queue)
            action()
            if self.now - drained > self.step:
                drained = self.now
                self.recording.drain(self.now)

    def finish(self, exit_code: int = 0, timed_out: bool = False) -> None:
        """End the recording; processes still alive are killed, as after a timeout."""
        self.now += 2 * MS
        for process in self.processes:
            if not process.over:
                self.over(process, State.KILLED, -9, "SIGKILL")
        self.recording.close(self.now, exit_code, timed_out=timed_out)


def start(
    me: Actor, name: str, target: str, body: Callable[[Actor], Steps], at: str
) -> Generator[int, None, Process]:
    """``Process(...).start()``."""
    simulation = me.process.simulation
    me.emit(Kind.START, at)
    yield simulation.jitter(2 * MS if simulation.fork else 900 * US)
    child = simulation.begin(name, target, body, me.process)
    me.emit(Kind.STARTED, at, arg=child.writer.pid)
    return child


def join(me: Actor, child: Process, at: str) -> Steps:
    """``process.join()``."""
    me.emit(Kind.JOIN_WAIT, at, arg=child.writer.pid)
    if not child.over:
        child.joiners.append(me)
        yield PARK
    me.emit(Kind.JOINED, at, arg=child.writer.pid)


def sleep(me: Actor, ns: int, at: str) -> Steps:
    """``time.sleep``."""
    me.emit(Kind.SLEEP, at, arg=ns)
    yield ns
    me.emit(Kind.WOKE, at)


def crash(me: Actor, kind: str, message: str, at: str) -> Steps:
    """An exception leaves the target."""
    import json

    simulation, writer = me.process.simulation, me.process.writer
    from tests.trace.writing import locate

    line, _, _ = locate(simulation.recording.source, at)
    facts = {
        "type": kind,
        "message": message,
        "file": simulation.recording.program,
        "line": line,
        "text": at,
    }
    me.emit(Kind.RAISED, at, arg=writer.text(json.dumps(facts)))
    yield 50 * US
    me.emit(Kind.ENDING)
    me.emit(Kind.EXIT, arg=1)
    simulation.recording.output(
        writer, f"Traceback (most recent call last):\n{kind}: {message}\n", simulation.now, 2
    )
    simulation.over(me.process, State.CRASHED, 1, f"{kind}: {message}")
    yield PARK
