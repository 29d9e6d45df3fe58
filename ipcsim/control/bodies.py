"""One execution of the bodies of workers that wait before them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.histories import Point
from ipcsim.control.hub import Hub
from ipcsim.control.known import Known
from ipcsim.control.seated import Seated
from ipcsim.control.steps import TIMEOUT, Candidate, Choice, State, Step
from ipcsim.control.team import Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

_ASIDE: Final = {Op.SLEEP, Op.END}
"""The clock goes on in it, or it isn't answered."""
_PLAIN: Final = {Op.READ, Op.WRITE, Op.COUNT, Op.OUTPUT}
"""Nobody can go on, or can't any more, because of them."""


class BodiesController(Seated):
    """One execution of the bodies; an END isn't answered, the process waits for the next."""

    def __init__(self, hub: Hub, team: Team, steps: list[Step], **settings: Any) -> None:
        super().__init__(hub, team, steps, **settings)
        self._offered: list[Candidate] = []
        """As ``state`` said last, if nobody sleeps and the clock didn't have to advance."""
        self._only: Actor | None = None
        """Who alone can do something else than then."""

    @property
    def over(self) -> bool:
        """Whoever is left at the end is stuck."""
        return False

    @property
    def unharmed(self) -> bool:
        """Whether every body has come to its end."""
        return all(a.phase is Phase.ENDED and not a.killed for a in self.actors.values())

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
