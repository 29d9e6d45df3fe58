"""Processes of workers that wait before their bodies, to run them again and again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from ipcsim.control.actors import Actor
from ipcsim.control.astray import Astray, Departed
from ipcsim.control.hub import Hub
from ipcsim.control.moves import Moves
from ipcsim.control.objects import Objects
from ipcsim.control.steps import Candidate, Operation, Step
from ipcsim.control.table import Table
from ipcsim.operations import Op

_LOOK_S: Final = 0.05
"""Whoever takes longer may have died."""


@dataclass(slots=True)
class Team:
    """Processes that wait before their bodies."""

    steps: list[Step]
    """How main got there."""
    offered: list[tuple[Candidate, ...]]
    main: Actor
    workers: list[Actor]
    objects: Objects
    clock_ns: int
    operations: dict[Any, Operation]
    joins: list[Operation]
    """What main does next, before it looks at what has become of its workers."""
    table: Table
    places: dict[str, int]
    """By name of a worker, its place at the table."""
    let: dict[str, int]
    """By lock which step of main's released it last."""
    words: dict[tuple[str, int], dict[str, Any]]
    """By actor and number, what it says by that number."""
    begin: bytes = b""
    """Turns in which everybody begins its body."""
    guesses: bool = True
    """Whether what is known of each worker by itself is taken for what it will do."""
    moves: Moves | None = None
    """What is known of the bodies; None as long as none has begun."""

    def take(self, hub: Hub, rows: bytes, outside_s: float) -> None:
        """Have turns taken, one after the other, and wait for it.

        Raises:
            Astray: somebody doesn't do what was expected.
        """
        self.table.go(rows)
        position, deadline = -1, 0.0
        while not self.table.wait(_LOOK_S):
            hub.pump(0)
            lost = any(message is None for _, message in hub.inbox)
            if position != self.table.position:
                position, deadline = self.table.position, time.monotonic() + outside_s
            if lost or time.monotonic() > deadline:
                raise Astray("a worker does not come back")
        if self.table.departed:
            raise Departed("a worker does something else when it is run again")

    def see(self, first: tuple[Candidate, ...]) -> None:
        """Offer each worker's first operation, once it is known, from its beginning on."""
        known = {c.actor: c for c in first if c.actor != "main"}
        begun: set[str] = set()
        for index, step in enumerate(self.steps):
            self.offered[index] = tuple(
                known[c.actor] if c.actor in begun and c.actor in known else c
                for c in self.offered[index]
            )
            if step.operation.op is Op.BEGIN:
                begun.add(step.actor)
