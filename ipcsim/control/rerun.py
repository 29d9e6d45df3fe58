"""One execution by bodies that are run again, as far as possible along what is known of them."""

from __future__ import annotations

import gc
from typing import Any, Final

from ipcsim.control.deciding import first
from ipcsim.control.executor import Decide
from ipcsim.control.histories import Point
from ipcsim.control.hub import Request
from ipcsim.control.known import MOST, Closing, Known
from ipcsim.control.moves import Moves
from ipcsim.control.objects import Objects
from ipcsim.control.seated import Seated
from ipcsim.control.steps import Candidate, Choice, State, Step
from ipcsim.control.table import PLACE
from ipcsim.control.team import Team
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

_JOIN: Final = Request(Op.JOIN, True, "", "", 0, -1, 0, 0)


class Rerun:
    """An execution that is about to begin; at most ``limit`` steps."""

    def __init__(
        self, seated: Seated, team: Team, settings: dict[str, Any], decide: Decide, limit: int
    ) -> None:
        self._seated, self._team, self._settings = seated, team, settings
        self._limit, self._decide = limit, decide
        self.left_at: int | None = None
        """How many steps there were when whoever decides had seen enough."""
        self._turns: list[bytes] = []
        """Turns as they are taken."""
        self._taken = 0
        """How many of them have been."""
        self._chosen: Choice | None = None
        """The step that is being made for the first time."""
        self.let = dict(team.let)
        """By lock which step released it last, and by actor which was its end."""
        self.steps: list[Step] = list(team.steps)
        self.offered: list[tuple[Candidate, ...]] = []
        """Before each step of the bodies."""

    def drive(self) -> Known:
        """To where nobody can go on, or to the limit.

        Nothing need have happened yet where all is known: :meth:`finish` sees to it.

        Raises:
            Astray: this can't be done by bodies that are run again.
        """
        moves = self._moves()
        # What is found out is kept: looking for garbage in it would take as long as all the rest.
        collects = gc.isenabled()
        gc.disable()
        try:
            return self._drive(moves)
        finally:
            if collects:
                gc.enable()

    def _drive(self, moves: Moves) -> Known:
        steps, limit, let = self.steps, self._limit, self.let
        offer, turns, decide = self.offered.append, self._turns, self._decide
        known = moves.first
        while True:
            candidates, enabled = known.candidates, known.enabled
            offer(candidates)
            if not enabled or len(steps) >= limit:
                return known
            state = State(candidates, steps, known.clock_ns, able=enabled)
            choice = decide(state)
            if choice is None:
                self.left_at, decide = len(steps), first
                choice = first(state)
            move = known.next.get(choice)
            if move is None:
                self._chosen = choice
                move = moves.find_out(known, choice, steps, self._turn)
                self._chosen = None
            step, tie = move.step, move.tie
            if move.row:
                turns.append(move.row)
            if tie is not None:
                if tie.cause:
                    step = tie.step_after(step, let.get(tie.cause, -1))
                if tie.lets:
                    let[tie.lets] = len(steps)
            steps.append(step)
            known = move.to

    def made(self) -> list[Choice]:
        """What was decided, main's way to the bodies included."""
        made = [Choice(step.actor, step.what) for step in self.steps]
        made += [] if self._chosen is None else [self._chosen]
        return made[: self.left_at]

    def catch_up(self) -> None:
        """Have everything happen that was decided.

        Raises:
            Astray: it hasn't.
        """
        if self._taken < len(self._turns):
            self._seated.take(self._turns[self._taken :])

    def finish(self, last: Known) -> Closing:
        """Have everything happen that was decided, up to this state, and everybody get ready for
        the next body.

        Raises:
            Astray: it hasn't.
        """
        closing = last.closing
        if closing is None:
            closing = last.closing = self._seated.run_again(self._turns[self._taken :])
        else:
            self._seated.take(_ready_early(self._turns[self._taken :], closing))
        return closing

    def _turn(self, before: Point, answer: Answer, clock_ns: int, objects: Objects) -> Point:
        """Have an actor go on that nobody knows what it does then."""
        ahead = self._turns[self._taken :]
        self._taken = len(self._turns) + 1
        return self._seated.turn(ahead, before, answer, clock_ns, objects)

    def _moves(self) -> Moves:
        """What is known of the bodies."""
        team, moves = self._team, self._team.moves
        if moves is not None:
            self._turns.append(team.begin)
            if moves.outdated or moves.states > MOST:
                moves.forget()
            return moves
        main = Point("main")
        for join in reversed(team.joins):
            main = Point("main", _JOIN, join, team.clock_ns, then=main)
        points = (main, *self._seated.begin())
        settings = {name: self._settings[name] for name in ("early", "ignored")}
        moves = team.moves = Moves(points, team.objects, guesses=team.guesses, **settings)
        team.see(moves.first.candidates)
        return moves


def _ready_early(turns: list[bytes], closing: Closing) -> list[bytes]:
    """Turns, in which everybody gets ready for the next body as soon as its own is through: then
    nobody has to be woken for it."""
    *others, last = closing.rows.items()
    left = dict(others)
    for at in range(len(turns) - 1, -1, -1):
        if not left:
            break
        row = left.pop(turns[at][:PLACE], None)
        if row is not None:
            turns[at] += row
    return [*turns, *left.values(), last[1]]
