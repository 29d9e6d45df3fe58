"""One execution by bodies that are run again, as far as possible along what is known of them."""

from __future__ import annotations

from typing import Any

from ipcsim.control.bodies import BodiesController
from ipcsim.control.deciding import Patient
from ipcsim.control.file_keys import is_file
from ipcsim.control.gathering import MAY
from ipcsim.control.hub import Hub
from ipcsim.control.known import MOST, Ending, Known
from ipcsim.control.steps import Candidate, Choice, State, Step
from ipcsim.control.team import Astray, Team
from ipcsim.operations import Op


class Rerun:
    """An execution that is about to begin; at most ``limit`` steps."""

    def __init__(
        self, hub: Hub, team: Team, settings: dict[str, Any], patient: Patient, limit: int
    ) -> None:
        self._hub, self._team, self._settings = hub, team, settings
        self._limit, self._patient = limit, patient
        self._path: list[Known] = []
        self._controller: BodiesController | None = None
        self._choices: list[Choice] = []
        self.steps: list[Step] = list(team.steps)
        self.offered: list[tuple[Candidate, ...]] = []
        """Before each step of the bodies."""

    def drive(self) -> Known:
        """To where nobody can go on, or to the limit.

        Nothing need have happened yet where all is known: ``controller`` or ``finish`` sees to it.

        Raises:
            Astray: this can't be done by bodies that are run again.
        """
        team, steps, limit = self._team, self.steps, self._limit
        if team.states > MOST and team.known is not None:
            team.known.next.clear()
            team.states = 0
        if team.points > MOST:
            for first in team.firsts:
                first.next.clear()
            team.points = 0
        known = team.known or self._begin()
        offer, choose, walk = self.offered.append, self._choices.append, self._path.append
        while True:
            candidates = known.candidates
            offer(candidates)
            if not known.goes_on or len(steps) >= limit:
                return known
            choice = self._patient(State(candidates, steps, known.clock_ns))
            choose(choice)
            after = known.next.get(choice)
            if after is None:
                after = known.next[choice] = self._find_out(choice)
            else:
                assert after.step is not None
                steps.append(after.step)
                walk(after)
            known = after

    def made(self) -> list[Choice]:
        """What was decided, main's way to the bodies included."""
        made = [Choice(s.actor, s.what) for s in self._team.steps] + self._choices
        return made[: self._patient.left_at]

    def controller(self) -> BodiesController:
        """Who knows where everybody is; what was decided need not have happened yet."""
        return self._follow()

    def finish(self, ending: Ending) -> None:
        """Have everything happen that was decided, up to the end.

        Raises:
            Astray: it hasn't.
        """
        rows = [
            self._team.begin,
            *[known.point.row for known in self._path if known.point is not None],
            ending.rows,
        ]
        self._team.take(self._hub, b"".join(rows), self._settings["outside_s"])

    def _follow(self) -> BodiesController:
        if self._controller is None:
            steps = self.steps
            self._controller = BodiesController(self._hub, self._team, steps, **self._settings)
            self._controller.follow(self._path)
        return self._controller

    def _begin(self) -> Known:
        team = self._team
        controller = BodiesController(self._hub, team, self.steps, **self._settings)
        controller.begin()
        known = team.known = self._state(controller)
        team.see(known.candidates)
        for candidate in known.candidates:
            _check(candidate)
        self._controller = controller
        return known

    def _find_out(self, choice: Choice) -> Known:
        controller = self._follow()
        foreseen = controller.foresee(choice)
        if not foreseen:
            controller.grant(choice)
            controller.settle()
        known = self._state(controller)
        known.step, known.point = self.steps[-1], controller.point
        if known.point is not None:
            actor = controller.actors[choice.actor]
            known.since_ns = actor.since_ns
            known.point.candidate = actor.candidate
            if not foreseen:
                _check(next(c for c in known.candidates if c.actor == choice.actor))
        return known

    def _state(self, controller: BodiesController) -> Known:
        state = controller.state()
        self._team.states += 1
        goes_on = any(candidate.enabled for candidate in state.candidates)
        return Known(state.candidates, state.clock_ns, goes_on)


def _check(candidate: Candidate) -> None:
    operation = candidate.operation
    if operation.op is Op.BEGIN:
        raise Astray(f"{candidate.actor} dies in its body")  # and waits for the next one
    strange = operation.op not in MAY or is_file(operation.object)
    if strange and candidate.actor != "main":
        raise Astray(f"{candidate.actor} does more: {operation.call}")
