"""Workers before their bodies, at the table where they take their turns."""

from __future__ import annotations

from typing import Any

from ipcsim.control.astray import Astray
from ipcsim.control.conversation import Conversation
from ipcsim.control.file_keys import is_file
from ipcsim.control.gathering import MAY
from ipcsim.control.histories import Point
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.known import Closing
from ipcsim.control.objects import Objects
from ipcsim.control.steps import Operation
from ipcsim.control.table import PLACE, Said, row
from ipcsim.control.team import Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer


class Seated(Conversation):
    """What happens at the table, and what is said there."""

    def __init__(self, hub: Hub, team: Team, *, outside_s: float, **settings: Any) -> None:
        super().__init__(hub, **settings)
        self.changed = ""
        """What somebody has changed that can't be put back."""
        self._team, self._table, self._outside_s = team, team.table, outside_s
        self._operations = team.operations
        self.actors = {actor.name: actor for actor in (team.main, *team.workers)}

    def take(self, rows: list[bytes]) -> None:
        """Have turns taken, one after the other.

        Raises:
            Astray: somebody doesn't do what was expected.
        """
        self._team.take(self.hub, b"".join(rows), self._outside_s)

    def begin(self) -> list[Point]:
        """Have everybody begin its body, for the first time; where that leads."""
        team = self._team
        order = [team.places[worker.name] for worker in team.workers]
        self.take([row(place, Answer.GO, 0) for place in order])
        rows, points = [], []
        for turn, worker in enumerate(team.workers):
            said = self._table.said(turn)
            rows.append(row(order[turn], Answer.GO, 0, said))
            points.append(self._point(Point(worker.name), said, team.clock_ns, team.objects))
        team.begin = b"".join(rows)
        return points

    def turn(
        self, ahead: list[bytes], before: Point, answer: Answer, clock_ns: int, objects: Objects
    ) -> Point:
        """Have an actor go on after all the turns ``ahead``; where that leads."""
        self.take([*ahead, row(self._team.places[before.name], answer, clock_ns)])
        point = self._point(before, self._table.said(), clock_ns, objects)
        point.row = self._table.last()
        return point

    def run_again(self, ahead: list[bytes]) -> Closing:
        """Have every process get ready for its next body; ``changed`` tells of it."""
        team, shared = self._team, 0
        # Who was started last knows all that is shared.
        kinds = [*[Answer.AGAIN] * (len(team.workers) - 1), Answer.RESET]
        order = [team.places[worker.name] for worker in team.workers]
        self.take([*ahead, *[row(p, kind, 0) for p, kind in zip(order, kinds, strict=True)]])
        rows = {}
        for turn, worker in enumerate(team.workers, -len(team.workers)):
            said = self._table.said(turn)
            made = row(order[turn], kinds[turn], 0, said)
            rows[made[:PLACE]] = made
            self._request(worker.name, said)
            shared = shared or said.result
        return Closing(rows, shared)

    def _point(self, before: Point, said: Said, clock_ns: int, objects: Objects) -> Point:
        """Where somebody has come to, by what it says; ``objects``: known before."""
        name = before.name
        request, facts = self._request(name, said)
        point = Point(name, request, since_ns=max(clock_ns, said.clock), raised=before.raised)
        point.made = tuple(fact for fact in facts if "object" in fact)
        point.raised = next((fact["raised"] for fact in facts if "raised" in fact), before.raised)
        self.objects = objects
        if point.made:
            self.objects = objects.copy()
            for fact in point.made:
                self.objects.introduce(fact)
        operation = point.operation = self._operation(self.actors[name], request)
        _check(name, operation)
        return point

    def _request(self, name: str, said: Said) -> tuple[Request, list[dict[str, Any]]]:
        """What somebody says at the table, in full, and what it tells with it."""
        known = name, said.number
        words = self._team.words.get(known)
        while words is None:
            if not self.hub.inbox and not self.hub.pump(self._outside_s):
                raise Astray("a worker does not come back")
            self.pump()
            words = self._team.words.get(known)
        facts: list[dict[str, Any]] = words["facts"]
        for fact in facts:
            if "changed" in fact:
                self.changed = f"{name}: {fact['changed']}"
            elif "unseen" in fact:
                raise Astray(f"{name} does something that isn't seen")
        request = Request(
            words["op"], True, words["key"], words["where"], 0, said.arg, said.result, said.clock
        )
        return request, facts

    def _fact(self, peer: Peer, fact: dict[str, Any]) -> None:
        if "said" in fact:
            self._team.words[peer.name, int(fact["said"])] = fact
        else:
            super()._fact(peer, fact)


def _check(name: str, operation: Operation) -> None:
    """Whether this can be done by a body that isn't run for the last time.

    Raises:
        Astray: it can't.
    """
    if operation.op is Op.BEGIN:
        raise Astray(f"{name} dies in its body")  # and waits for the next one
    if operation.op not in MAY or is_file(operation.object):
        raise Astray(f"{name} does more: {operation.call}")
