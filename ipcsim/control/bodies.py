"""Bodies of workers that wait, and one execution of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.controller import Controller
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.objects import Objects
from ipcsim.control.steps import Candidate, Choice, Operation, Step
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer


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
    seen: bool = False

    def see(self, first: tuple[Candidate, ...]) -> None:
        """Offer each worker's first operation, once it is known, from its beginning on."""
        if self.seen:
            return
        self.seen = True
        known = {c.actor: c for c in first if c.actor != "main"}
        begun: set[str] = set()
        for index, step in enumerate(self.steps):
            self.offered[index] = tuple(
                known[c.actor] if c.actor in begun and c.actor in known else c
                for c in self.offered[index]
            )
            if step.operation.op is Op.BEGIN:
                begun.add(step.actor)


class BodiesController(Controller):
    """One execution of the bodies; an END isn't answered, the process waits for the next."""

    def __init__(self, hub: Hub, team: Team, **settings: Any) -> None:
        super().__init__(hub, **settings)
        self.steps.extend(team.steps)
        self.objects, self.clock_ns = team.objects.copy(), team.clock_ns
        self._operations = team.operations
        self._joins = iter(team.joins)
        self._to_next_join()
        self.shared = self.changed = ""
        self._last: dict[str, int] = {}
        for worker in team.workers:
            assert worker.peer is not None
            assert worker.request is not None
            self.actors[worker.name] = Actor(
                worker.name,
                Phase.RUNNING,
                worker.peer,
                worker.pid,
                worker.process,
                worker.role,
                started_by=worker.started_by,
            )
            hub.answer(worker.peer, worker.request.number, Answer.GO, 0)

    @property
    def over(self) -> bool:
        """Whoever is left at the end is stuck."""
        return False

    @property
    def unharmed(self) -> bool:
        """Whether every body has come to its end."""
        return all(a.phase is Phase.ENDED and not a.killed for a in self.actors.values())

    def _to_next_join(self) -> None:
        """Main waits in fact; what it would ask for next is known."""
        main = self.actors["main"]
        main.operation = next(self._joins, None)
        main.phase = Phase.ENDED if main.operation is None else Phase.ASKING
        main.request = Request(Op.JOIN, True, "", "", 0, -1, 0, 0)

    def grant(self, choice: Choice) -> Step:
        """As :meth:`Controller.grant`."""
        actor = self.actors[choice.actor]
        if actor.name == "main" and actor.operation is not None and not choice.what:
            step = Step(
                len(self.steps), "main", actor.operation, after=enabling.causes(self, actor)
            )
            self.steps.append(step)
            self._to_next_join()
            return step
        request, operation = actor.request, actor.operation
        if operation is None or request is None or operation.op is not Op.END or choice.what:
            return super().grant(choice)
        step = Step(len(self.steps), actor.name, operation)
        self.steps.append(step)
        actor.exit_code, actor.ended_by = request.arg, step.index
        actor.phase, actor.request = Phase.ENDED, None
        self._last[actor.name] = request.number
        return step

    def run_again(self, team: Team) -> None:
        """Have every process get ready for its next body; ``shared`` and ``changed`` tell of it."""
        kind = Answer.RESET
        for worker in team.workers:
            actor = self.actors[worker.name]
            assert actor.peer is not None
            actor.phase, actor.last_step = Phase.RUNNING, -1
            self.hub.answer(actor.peer, self._last[actor.name], kind, 0)
            if kind is Answer.RESET:
                self.hub.receive(actor.peer)  # who compares must find what is shared put back
                kind = Answer.AGAIN
        self.settle()
        for worker in team.workers:
            worker.request = self.actors[worker.name].request
            if worker.request is None:
                self.changed = f"{worker.name} does not come back"

    def tail(self, steps: list[Step], bodies: int) -> list[Step]:
        """Main's ``steps`` after the bodies of another execution, as the end of this one."""
        here = len(self.steps)
        found = []
        for step in steps[bodies:]:
            name = step.operation.object
            after = [index - bodies + here for index in step.after if index >= bodies]
            if len(after) < len(step.after):
                cause = self.objects.get(name).released
                after = [cause] if cause >= 0 else []
            found.append(replace(step, index=step.index - bodies + here, after=tuple(after)))
        return found

    def _fact(self, peer: Peer, fact: dict[str, Any]) -> None:
        if "shared" in fact:
            self.shared = str(fact["shared"])
        elif "changed" in fact:
            self.changed = f"{peer.name}: {fact['changed']}"
        else:
            super()._fact(peer, fact)
