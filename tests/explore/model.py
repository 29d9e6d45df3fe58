"""Test equipment: an interpreter of tiny concurrent programs, an executor without processes.

A program is a generator function for each actor that yields operations and gets their results;
``main`` starts the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ipcsim.control.executor import Decide
from ipcsim.control.steps import (
    TIMEOUT,
    Candidate,
    Choice,
    Execution,
    Line,
    Operation,
    Outcome,
    State,
    Step,
    Touch,
)
from ipcsim.operations import Op

Request = tuple[Any, ...]
Body = Generator[Request, Any, None]
Actors = dict[str, Callable[[], Body]]


@dataclass
class _Actor:
    name: str
    body: Body
    request: Request = ("begin",)
    began_by: int | None = None
    ended_at: int | None = None
    failed: str = ""


@dataclass
class _World:
    cells: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """Of locks and semaphores."""
    released: dict[str, int] = field(default_factory=dict)
    channels: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)


class Model:
    """Runs programs; a fresh state for each run.

    Args:
        actors: by name; ``main`` runs first. The others wait for ``("start", name)``.
        locks: initial counts; 1 for a lock.
        capacity: of every channel.
    """

    def __init__(
        self,
        actors: Actors,
        locks: dict[str, int] | None = None,
        capacity: int = 1000,
        output: Callable[[dict[str, int]], str] = lambda cells: "",
        early: bool = False,
    ) -> None:
        self._bodies = actors
        self._locks = locks or {}
        self._capacity = capacity
        self._output = output
        self.early = early
        self.until = math.inf
        self.runs = 0

    def __enter__(self) -> Model:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing to end."""

    def run(self, decide: Decide, limit: int = 10_000) -> Execution:
        self.runs += 1
        return _Run(self, decide, limit).execution

    def initial(self) -> _World:
        return _World(counts=dict(self._locks))


class _Run:
    def __init__(self, model: Model, decide: Decide, limit: int) -> None:
        self.model = model
        self.world = model.initial()
        self.actors: dict[str, _Actor] = {"main": _Actor("main", model._bodies["main"]())}
        self.steps: list[Step] = []
        self.clock = 0
        offered = []
        expired: set[str] = set()
        cut = False
        while True:
            candidates = self._candidates(expired)
            if candidates and not any(c.enabled for c in candidates):
                timed = [a for a in self.actors.values() if a.ended_at is None and self._timed(a)]
                if timed:
                    first = min(timed, key=lambda a: self._timed(a) or 0)
                    self.clock += self._timed(first) or 0
                    expired = {first.name}
                    candidates = self._candidates(expired)
            offered.append(candidates)
            if len(self.steps) >= limit:
                cut = True
                offered.pop()
                break
            if not any(c.enabled for c in candidates):
                break
            choice = decide(State(candidates, self.steps, self.clock))
            if choice is None:
                break
            candidate = next(c for c in candidates if c.actor == choice.actor)
            assert candidate.enabled
            assert choice.what in candidate.choices
            expired.discard(choice.actor)
            self._perform(candidate, choice)
        self.execution = Execution(
            self.steps, offered, self._outcome(cut), self.model._output(self.world.cells).encode()
        )

    def _timed(self, actor: _Actor) -> int | None:
        return actor.request[2] if actor.request[0] == "acquire_timed" else None

    def _outcome(self, cut: bool) -> Outcome:
        if cut:
            return Outcome("livelock", "it goes on and on", True, "livelock")
        failed = sorted(f"{a.name}: {a.failed}" for a in self.actors.values() if a.failed)
        if failed:
            return Outcome("exception", "; ".join(failed), True, "exception " + "; ".join(failed))
        stuck = [a.name for a in self.actors.values() if a.ended_at is None]
        if stuck:
            words = "stuck: " + ", ".join(sorted(stuck))
            return Outcome("deadlock", words, True, words)
        return Outcome("clean", "clean", False, "clean")

    def _candidates(self, expired: set[str]) -> tuple[Candidate, ...]:
        found = []
        for actor in self.actors.values():
            if actor.ended_at is not None:
                continue
            choices: tuple[str, ...] = ("",) if self._can(actor.request) else ()
            if self._timed(actor) and (self.model.early or actor.name in expired):
                choices = (*choices, TIMEOUT)
            operation = self._operation(actor)
            found.append(Candidate(actor.name, operation, bool(choices), "", choices))
        return tuple(found)

    def _can(self, request: Request) -> bool:
        kind, *rest = request
        world = self.world
        if kind in ("acquire", "acquire_timed"):
            return world.counts[rest[0]] > 0
        if kind == "receive":
            return bool(world.channels.get(rest[0]))
        if kind == "send":
            return len(world.channels.get(rest[0], [])) < self.model._capacity
        if kind == "unseen":
            return world.cells.get(rest[0], 0) > 0
        if kind == "join":
            return self.actors[rest[0]].ended_at is not None
        return True

    _OPS: ClassVar = {
        "begin": Op.BEGIN, "end": Op.END, "start": Op.START, "join": Op.JOIN, "read": Op.READ,
        "write": Op.WRITE, "acquire": Op.ACQUIRE, "acquire_timed": Op.ACQUIRE,
        "try": Op.TRY_ACQUIRE, "release": Op.RELEASE, "count": Op.COUNT, "send": Op.SEND,
        "receive": Op.RECEIVE, "poll": Op.POLL, "kill": Op.SIGNAL,
        "unseen": Op.CONNECT,
    }  # fmt: skip

    def _operation(self, actor: _Actor) -> Operation:
        kind, *rest = actor.request
        name = rest[0] if rest else ""
        looks, writes = (Touch(name, False),), (Touch(name, True),)
        channel = {
            "send": (Touch(f"{name}.in", True),),
            "receive": (Touch(f"{name}.out", True),),
            "poll": (Touch(f"{name}.in", False), Touch(f"{name}.out", False)),
        }
        if kind in ("read", "count"):
            touches: tuple[Touch, ...] = looks
        elif kind in ("write", "acquire", "acquire_timed", "try", "release"):
            touches = writes
        elif kind == "unseen":
            touches = tuple(Touch(cell, True) for cell in rest[1:])
        else:
            touches = channel.get(kind, ())
        frame = getattr(actor.body, "gi_frame", None)
        line = Line("model.py", frame.f_lineno if frame else 0, f"{kind} {name}")
        return Operation(self._OPS[kind], name, f"{kind} {name}".strip(), line, touches)

    def _perform(self, candidate: Candidate, choice: Choice) -> None:
        actor = self.actors[candidate.actor]
        kind, *rest = actor.request
        world, index = self.world, len(self.steps)
        result: Any = None
        after: list[int] = []
        if kind == "begin" and actor.began_by is not None:
            after.append(actor.began_by)
        elif kind == "end":
            actor.ended_at = index
        elif kind == "start":
            name = rest[0]
            self.actors[name] = _Actor(name, self.model._bodies[name](), began_by=index)
        elif kind == "join":
            after.append(self.actors[rest[0]].ended_at or 0)
        elif kind == "read":
            result = world.cells.get(rest[0], 0)
        elif kind == "write":
            world.cells[rest[0]] = rest[1]
        elif kind in ("acquire", "acquire_timed", "try"):
            if choice.what == TIMEOUT or world.counts[rest[0]] == 0:
                result = 0
            else:
                result = 1
                world.counts[rest[0]] -= 1
                # Where more were left, the last release was not what let it go on.
                if rest[0] in world.released and world.counts[rest[0]] == 0:
                    after.append(world.released[rest[0]])
        elif kind == "release":
            world.counts[rest[0]] += 1
            world.released[rest[0]] = index
        elif kind == "count":
            result = world.counts[rest[0]]
        elif kind == "send":
            world.channels.setdefault(rest[0], []).append((rest[1], index))
        elif kind == "receive":
            result, sent = world.channels[rest[0]].pop(0)
            after.append(sent)
        elif kind == "poll":
            result = int(bool(world.channels.get(rest[0])))
        elif kind == "kill":
            self.actors[rest[0]].ended_at = index
            self.actors[rest[0]].failed = "killed"
        number = result if isinstance(result, int) else 0
        self.steps.append(
            Step(index, actor.name, candidate.operation, choice.what, number, tuple(after))
        )
        if kind == "end" or actor.ended_at is not None:
            return
        try:
            actor.request = next(actor.body) if kind == "begin" else actor.body.send(result)
        except StopIteration:
            actor.request = ("end",)
        except AssertionError as error:
            actor.failed = f"AssertionError: {error}"
            actor.request = ("end",)


def together(actors: Actors, **settings: Any) -> Model:
    """A model whose main starts all actors, and then joins them."""

    def main() -> Body:
        for name in actors:
            yield ("start", name)
        for name in actors:
            yield ("join", name)

    return Model({"main": main, **actors}, **settings)
