"""One execution of the bodies of workers that wait before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.controller import Controller
from ipcsim.control.histories import UNKNOWN, Contents, Point
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.known import Known
from ipcsim.control.steps import TIMEOUT, Candidate, Choice, State, Step
from ipcsim.control.table import Said, row
from ipcsim.control.team import Astray, Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

_ASIDE: Final = {Op.SLEEP, Op.END}
"""The clock goes on in it, or it isn't answered."""
_PLAIN: Final = {Op.READ, Op.WRITE, Op.COUNT, Op.OUTPUT}
"""Nobody can go on, or can't any more, because of them."""


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
        self._ahead = [team.begin]
        """Turns that are known, to be taken before the next that isn't."""
        self._moving: Actor | None = None
        self._found: object = None
        self._facts: list[dict[str, Any]] = []
        self._contents = Contents()
        self._points: dict[str, Point] = {}
        """By actor, where it is in its history."""
        self._offered: list[Candidate] = []
        """As ``state`` said last, if nobody sleeps and the clock didn't have to advance."""
        self._only: Actor | None = None
        """Who alone can do something else than then."""
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
            first = Point(request, self._operation(self.actors[worker.name], request), b"")
            first.facts = self._facts
            team.firsts.append(first)
            self._come(self.actors[worker.name], first)
        team.begin = b"".join(rows)

    def follow(self, path: list[Known]) -> None:
        """Go through known states, whose turns will be taken before the next one."""
        for known in path:
            step = known.step
            assert step is not None
            actor = self.actors[step.actor]
            if step.actor == "main":
                self._to_next_join()
            elif known.point is None:
                self._end(actor, step)
            else:
                if step.what == TIMEOUT:
                    self.clock_ns = max(self.clock_ns, actor.since_ns + step.operation.arg)
                self._perform(actor, step, known.point)
                actor.since_ns = known.since_ns
            self.clock_ns = known.clock_ns

    def catch_up(self) -> None:
        """Have all known turns taken."""
        if self._ahead:
            self._take(b"")

    def grant(self, choice: Choice) -> Step:
        """As :meth:`Controller.grant`."""
        actor = self.actors[choice.actor]
        self.point, self._only = None, None
        if actor.name == "main" and actor.operation is not None and not choice.what:
            step = Step(
                len(self.steps), "main", actor.operation, after=enabling.causes(self, actor)
            )
            self.steps.append(step)
            self._to_next_join()
            return step
        request, operation = actor.request, actor.operation
        if operation is None or request is None or operation.op is not Op.END or choice.what:
            if operation is not None:
                self._found = self._contents.found(operation, self.objects)
                self._contents.note(operation, self._points[actor.name])
            return super().grant(choice)
        step = Step(len(self.steps), actor.name, operation)
        self.steps.append(step)
        self._end(actor, step)
        return step

    def foresee(self, choice: Choice) -> bool:
        """As ``grant`` and ``settle``, where it is known what its actor does then.

        Returns:
            Whether it is; nothing need have happened yet.
        """
        name, what = choice
        point = self._points.get(name)
        if what or point is None or not self._team.guesses:
            return False
        actor, operation = self.actors[name], point.operation
        if operation is None or operation.op in _ASIDE or self.ignored:
            return False
        found = self._contents.found(operation, self.objects)
        after = point.next.get((Answer.GO, self.clock_ns, found))
        if after is None or after.request is None:
            return False
        plain = operation.op in _PLAIN and self._offered
        step = Step(
            len(self.steps),
            name,
            operation,
            "",
            after.request.result,
            () if plain else enabling.causes(self, actor),
        )
        self.steps.append(step)
        self._perform(actor, step, after)
        actor.since_ns = self.clock_ns
        self._only = actor if plain else None
        self.point = after
        return True

    def state(self) -> State:
        """As :meth:`Controller.state`, from the one before where only one can have changed."""
        actor, offered = self._only, self._offered
        self._only = None
        if actor is not None:
            one = enabling.candidate(self, actor)
            if one.enabled and one.operation.op is not Op.SLEEP:
                offered[next(i for i, c in enumerate(offered) if c.actor == one.actor)] = one
                return State(tuple(offered), self.steps, self.clock_ns)
        clock = self.clock_ns
        state = super().state()
        calm = clock == self.clock_ns and not any(
            c.operation.op is Op.SLEEP or c.choices == (TIMEOUT,) for c in state.candidates
        )
        self._offered = list(state.candidates) if calm else []
        return state

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

    def _come(self, actor: Actor, point: Point) -> None:
        """An actor has come to a point of its history."""
        self._points[actor.name] = point
        actor.phase = Phase.ASKING
        actor.request, actor.operation = point.request, point.operation
        actor.candidate = point.candidate or actor.candidate
        for fact in point.facts:
            assert actor.peer is not None
            self._fact(actor.peer, fact)

    def _perform(self, actor: Actor, step: Step, after: Point) -> None:
        """A step whose turn will be taken leads there."""
        actor.last_step = actor.confirmed = step.index
        self._contents.note(step.operation, self._points[actor.name])
        enabling.perform(self, actor, step)
        enabling.learn(self, actor, step)
        self._ahead.append(after.row)
        self._come(actor, after)

    def _end(self, actor: Actor, step: Step) -> None:
        assert actor.request is not None
        actor.exit_code, actor.ended_by = actor.request.arg, step.index
        actor.phase, actor.request = Phase.ENDED, None

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
