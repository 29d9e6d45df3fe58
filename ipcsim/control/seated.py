"""Workers before their bodies, at the table where they take their turns."""

from __future__ import annotations

from typing import Any

from ipcsim.control.actors import Actor, Phase
from ipcsim.control.controller import Controller
from ipcsim.control.histories import UNKNOWN, Contents, Point
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.steps import Step
from ipcsim.control.table import Said, row
from ipcsim.control.team import Astray, Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer


class Seated(Controller):
    """What is decided happens at the table: whoever has a turn takes it.

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
        self._ahead = [team.begin]
        """Turns that are known, to be taken before the next that isn't."""
        self._moving: Actor | None = None
        self._found: object = None
        self._facts: list[dict[str, Any]] = []
        self._contents = Contents()
        self._points: dict[str, Point] = {}
        """By actor, where it is in its history."""
        self.point: Point | None = None
        """To which the last step led, if a process had to do something."""
        self.shared = 0
        self.changed = ""
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
            self._come(self.actors[worker.name], first)

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
            first = Point(request, self._operation(self.actors[worker.name], request), b"")
            first.facts = self._facts
            team.firsts.append(first)
            self._come(self.actors[worker.name], first)
        team.begin = b"".join(rows)

    def catch_up(self) -> None:
        """Have all known turns taken."""
        if self._ahead:
            self._take(b"")

    def settle(self) -> None:
        """Wait until who was permitted to go on asks again."""
        actor = self._moving
        if actor is None:
            return
        place, answer, clock = self._granted
        self._take(row(place, answer, clock))
        self._moving = None
        said = self._table.said()
        request = self._request(actor, said)
        self._asked(actor, request)
        before = self._points[actor.name]
        self.point = self._points[actor.name] = Point(
            request, actor.operation, self._table.last(), self._facts
        )
        if self._found is not UNKNOWN:
            self._team.points += 1
            before.next[answer, clock, self._found] = self.point

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

    def _to_next_join(self) -> None:
        """Main waits in fact; what it would ask for next is known."""
        main = self.actors["main"]
        main.operation = next(self._joins, None)
        main.phase = Phase.ENDED if main.operation is None else Phase.ASKING
        main.request = Request(Op.JOIN, True, "", "", 0, -1, 0, 0)

    def _come(self, actor: Actor, point: Point) -> None:
        """An actor has come to a point of its history."""
        self._points[actor.name] = point
        actor.phase = Phase.ASKING
        actor.request, actor.operation = point.request, point.operation
        actor.candidate = point.candidate or actor.candidate
        for fact in point.facts:
            assert actor.peer is not None
            self._fact(actor.peer, fact)

    def _answer(self, actor: Actor, request: Request, answer: Answer) -> None:
        self._granted = self._team.places[actor.name], answer, self.clock_ns
        self._moving = actor

    def _take(self, rows: bytes) -> None:
        """Have turns taken, after all that are known."""
        ahead = b"".join([*self._ahead, rows])
        self._ahead = []
        self._team.take(self.hub, ahead, self._outside_s)

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
        self._facts = words["facts"]
        for fact in self._facts:
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
