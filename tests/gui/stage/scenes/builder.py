"""Builds moments by hand for the tests of the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import (
    ActorAt,
    CellAt,
    Chip,
    GateAt,
    MemoryAt,
    Moment,
    Move,
    ObjectInfo,
    Place,
    ProcessAt,
    ServiceAt,
    Token,
    TubeAt,
)

S = 1_000_000_000
NOW = 3_482_000_000


@dataclass
class Made:
    """A moment and the objects of its run."""

    moment: Moment
    objects: list[ObjectInfo]
    deadlock: tuple[tuple[int, int], ...] = ()


@dataclass
class Stage:
    """Builds a moment. Processes get the actor of their own number; threads follow from 1000."""

    t: int = NOW
    processes: list[ProcessAt] = field(default_factory=list)
    objects: list[ObjectInfo] = field(default_factory=list)
    tubes: dict[int, TubeAt] = field(default_factory=dict)
    gates: dict[int, GateAt] = field(default_factory=dict)
    cells: dict[int, tuple[CellAt, ...]] = field(default_factory=dict)
    memories: dict[int, MemoryAt] = field(default_factory=dict)
    services: dict[int, ServiceAt] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    deadlock: tuple[tuple[int, int], ...] = ()

    def process(
        self,
        name: str,
        operation: str = "",
        state: State = State.RUNNING,
        line: int = 7,
        sentence: str = "",
        role: str = "",
        parent: int | None = 0,
        since: int | None = None,
        waits_for: int | None = None,
        deadline: int | None = None,
        joins: int | None = None,
        detail: str = "",
        exit_code: int | None = None,
        chips: Sequence[tuple[int, str, bool]] = (),
        watched: Sequence[tuple[str, str]] = (),
        threads: Sequence[tuple[str, State]] = (),
        daemon: bool = False,
    ) -> int:
        number = len(self.processes)
        began = self.t - 2 * S if since is None else since
        place = Place("program.py", line)
        main = ActorAt(
            number,
            number,
            0,
            "MainThread",
            state,
            began,
            operation,
            place,
            waits_for,
            sentence,
            deadline,
            joins,
        )
        actors = [main]
        for index, (text, thread_state) in enumerate(threads):
            actors.append(
                ActorAt(
                    1000 + number * 20 + index,
                    number,
                    index + 1,
                    f"Thread-{index + 1}",
                    thread_state,
                    began,
                    text,
                    place,
                    None,
                    "",
                )
            )
        self.processes.append(
            ProcessAt(
                number,
                name,
                role or name.rstrip("0123456789").rstrip("-"),
                4000 + number,
                None if number == 0 else parent,
                daemon,
                number == 0,
                state,
                began,
                exit_code,
                detail,
                tuple(actors),
                tuple(Chip(o, None, label, stale) for o, label, stale in chips),
                tuple(watched),
            )
        )
        return number

    def main(
        self, operation: str = "worker.join()", state: State = State.WAITING, **more: Any
    ) -> int:
        return self.process("MainProcess", operation, state, 19, role="main", **more)

    def object(self, kind: str, name: str, **more: Any) -> int:
        number = len(self.objects)
        self.objects.append(ObjectInfo(number, kind, name, 0, Place("program.py", 11), **more))
        return number

    def tokens(self, *labels_and_senders: tuple[str, int], first: int = 0) -> tuple[Token, ...]:
        return tuple(
            Token(first + i, label, sender) for i, (label, sender) in enumerate(labels_and_senders)
        )

    def done(self) -> Made:
        return Made(
            Moment(
                self.t,
                tuple(self.processes),
                self.tubes,
                self.gates,
                self.cells,
                self.memories,
                self.services,
                tuple(self.moves),
            ),
            self.objects,
            self.deadlock,
        )


def later(made: Made, ns: int) -> Made:
    """The same a little later, nothing new having happened."""
    return replace(made, moment=replace(made.moment, t=made.moment.t + ns))
