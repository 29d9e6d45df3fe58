"""One execution of the bodies of workers that wait before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.controller import Controller
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.known import Known
from ipcsim.control.steps import TIMEOUT, Choice, Step
from ipcsim.control.table import Said, row
from ipcsim.control.team import Astray, Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer


class BodiesController(Controller):
    """One execution of the bodies; an END isn't answered, the process waits for the next.

    It begins with the bodies' first requests, if they are known.
    """

    def __init__(self, hub: Hub, team: Team, steps: list[Step], **settings: Any) -> None:
        super().__init__(hub, **settings)
        self.steps = steps
        self.objects, self.clock_ns = team.objects.copy(), team.clock_ns
        self._team, self._table = team, team.table
        self._operations = team.operations
        self._joins = iter(team.joins)
        self._to_next_join()
        self._ahead = team.begin
        """Turns that are known, to be taken before the next that isn't."""
        self._moving: Actor | None = None
        self.shared = 0
        self.changed = ""
        self.row = b""
        """The last turn, as it was."""
        self.facts: list[dict[str, Any]] = []
        """What was told with it."""
        for worker in team.workers:
            self.actors[worker.name] = Actor(
                worker.name,
                Phase.RUNNING,
                worker.peer,
                worker.pid,
                worker.process,
                worker.role,
                started_by=worker.started_by,
            )
        for worker, first in zip(team.workers, team.firsts, strict=False):
            self._asked(self.actors[worker.name], first)

    @property
    def over(self) -> bool:
        """Whoever is left at the end is stuck."""
        return False

    @property
    def unharmed(self) -> bool:
        """Whether every body has come to its end."""
        return all(a.phase is Phase.ENDED and not a.killed for a in self.actors.values())

    def begin(self) -> None:
        """Have everybody begin its body, for the first time."""
        team = self._team
        order = [team.places[worker.name] for worker in team.workers]
        self._take(b"".join([row(place, Answer.GO, 0) for place in order]))
        rows = []
        for turn, worker in enumerate(team.workers):
            said = self._table.said(turn)
            rows.append(row(order[turn], Answer.GO, 0, said))
            request = self._request(self.actors[worker.name], said)
            team.firsts.append(request)
            self._asked(self.actors[worker.name], request)
        team.begin = b"".join(rows)

    def follow(self, path: list[Known]) -> None:
        """Go through known states, whose turns will be taken before the next one."""
        self._ahead += b"".join([known.row for known in path])
        for known in path:
            step = known.step
            assert step is not None
            actor = self.actors[step.actor]
            if step.actor == "main":
                self._to_next_join()
            elif known.request is None:
                self._end(actor, step)
            else:
                actor.last_step = actor.confirmed = step.index
                if step.what == TIMEOUT:
                    self.clock_ns = max(self.clock_ns, actor.since_ns + step.operation.arg)
                enabling.perform(self, actor, step)
                enabling.learn(self, actor, step)
                actor.request, actor.operation = known.request, known.operation
                actor.since_ns = known.since_ns
                for fact in known.facts:
                    assert actor.peer is not None
                    self._fact(actor.peer, fact)
            self.clock_ns = known.clock_ns

    def catch_up(self) -> None:
        """Have all known turns taken."""
        if self._ahead:
            self._take(b"")

    def grant(self, choice: Choice) -> Step:
        """As :meth:`Controller.grant`."""
        actor = self.actors[choice.actor]
        self.row, self.facts = b"", []
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
        self._end(actor, step)
        return step

    def settle(self) -> None:
        """Wait until who was permitted to go on asks again."""
        actor = self._moving
        if actor is None:
            return
        self._take(row(*self._granted))
        self._moving = None
        said = self._table.said()
        self.row = self._table.last()
        self._asked(actor, self._request(actor, said))
        assert actor.operation is not None

    def run_again(self) -> bytes:
        """Have every process get ready for its next body; ``shared`` and ``changed`` tell of it.

        Returns:
            The turns.
        """
        team = self._team
        kinds = [Answer.RESET, *[Answer.AGAIN] * (len(team.workers) - 1)]
        order = [team.places[worker.name] for worker in team.workers]
        self._take(b"".join([row(p, kind, 0) for p, kind in zip(order, kinds, strict=True)]))
        rows = []
        for turn, worker in enumerate(team.workers, -len(team.workers)):
            said = self._table.said(turn)
            rows.append(row(order[turn], kinds[turn], 0, said))
            self._request(self.actors[worker.name], said)
            self.shared = self.shared or said.result
        return b"".join(rows)

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

    def _to_next_join(self) -> None:
        """Main waits in fact; what it would ask for next is known."""
        main = self.actors["main"]
        main.operation = next(self._joins, None)
        main.phase = Phase.ENDED if main.operation is None else Phase.ASKING
        main.request = Request(Op.JOIN, True, "", "", 0, -1, 0, 0)

    def _end(self, actor: Actor, step: Step) -> None:
        assert actor.request is not None
        actor.exit_code, actor.ended_by = actor.request.arg, step.index
        actor.phase, actor.request = Phase.ENDED, None

    def _answer(self, actor: Actor, request: Request, answer: Answer) -> None:
        self._granted = self._team.places[actor.name], answer, self.clock_ns
        self._moving = actor

    def _take(self, rows: bytes) -> None:
        """Have turns taken, after all that are known."""
        ahead, self._ahead = self._ahead, b""
        self._team.take(self.hub, ahead + rows, self._outside_s)

    def _request(self, actor: Actor, said: Said) -> Request:
        """What somebody says at the table, in full."""
        known = actor.name, said.number
        words = self._team.words.get(known)
        while words is None:
            if not self.hub.inbox and not self.hub.pump(self._outside_s):
                raise Astray("a worker does not come back")
            self.pump()
            words = self._team.words.get(known)
        assert actor.peer is not None
        self.facts = words["facts"]
        for fact in self.facts:
            self._fact(actor.peer, fact)
        return Request(
            words["op"], True, words["key"], words["where"], 0, said.arg, said.result, said.clock
        )

    def _fact(self, peer: Peer, fact: dict[str, Any]) -> None:
        if "said" in fact:
            self._team.words[peer.name, int(fact["said"])] = fact
        elif "changed" in fact:
            self.changed = f"{peer.name}: {fact['changed']}"
        else:
            super()._fact(peer, fact)
