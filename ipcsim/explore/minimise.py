"""The same outcome with the fewest context switches, then the fewest steps.

A schedule is turned into *turns*: places where it deviates from "whoever is at its turn goes on,
and when it can't, the first that can". Delta debugging (Zeller and Hildebrandt, 2002) removes turns
as long as the outcome stays; each try is a real run, whose own schedule is what counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ipcsim.control.executor import Executor
from ipcsim.control.steps import Choice, Execution, State
from ipcsim.explore.outcomes import switches
from ipcsim.explore.plan import Plan, carry_out
from ipcsim.explore.preemptions import Preemptions

_PREEMPTIONS: Final = 2
_MOST_RUNS: Final = 120
Place = tuple[str, int]
"""An actor whose turn it was, and how many steps it had made."""


@dataclass(frozen=True)
class Turn:
    """Where the turn goes to somebody else than it would by itself."""

    place: Place
    choice: Choice


@dataclass
class TurnsPlan(Plan):
    """Whoever is at its turn goes on, but for the turns given; they may turn out impossible."""

    turns: dict[Place, Choice] = field(default_factory=dict)

    def free(self, state: State) -> Choice | None:
        """Go on, or take a turn."""
        candidates = self.fair(state)
        turn = self.turns.get(_place(state))
        if turn is not None:
            for candidate in state.enabled():
                if candidate.actor == turn.actor and turn.what in candidate.choices:
                    return turn
        return self.go_on(state, candidates)


def _place(state: State) -> Place:
    if not state.steps:
        return "", 0
    last = state.steps[-1].actor
    return last, sum(1 for step in state.steps if step.actor == last)


@dataclass
class _TurnsFinder(Plan):
    """Follows a schedule and notes its turns."""

    found: list[Turn] = field(default_factory=list, init=False)

    def decide(self, state: State) -> Choice | None:
        """As the schedule says."""
        choice = super().decide(state)
        if choice is not None and choice != self.go_on(state, self.fair(state)):
            self.found.append(Turn(_place(state), choice))
        return choice


@dataclass
class Minimised:
    """The shortest execution found that still has the outcome."""

    execution: Execution
    runs: int
    """How many were tried."""

    @property
    def switches(self) -> int:
        """How often the turn changes."""
        return switches(self.execution.choices())

    @property
    def steps(self) -> int:
        """How long it is."""
        return len(self.execution.steps)


def minimise(
    executor: Executor,
    start: Execution,
    same: Callable[[Execution], bool],
    limit: int = 10_000,
    seconds: float = 15.0,
) -> Minimised:
    """Look for the shortest execution with an outcome.

    Args:
        executor: of the program.
        start: an execution that has it.
        same: whether an execution has it.
        limit: of steps in a run.
        seconds: stop looking after so long.

    Raises:
        ControlError: control was lost.
    """
    search = _Search(executor, same, limit, time.monotonic() + seconds, start)
    finder = _TurnsFinder(0, start.choices())
    carry_out(executor, finder, limit)
    turns = finder.found
    size = max(1, len(turns) // 2)
    while turns and not search.late:
        for at in range(0, len(turns), size):
            rest = turns[:at] + turns[at + size :]
            if search.works(rest):
                turns = rest
                break
        else:
            if size == 1:
                break
            size = max(1, size // 2)
            continue
        size = min(size, max(1, len(turns)))
    _other_turns(search, turns)
    search.few_preemptions()
    return Minimised(search.best, search.runs)


def _other_turns(search: _Search, turns: list[Turn]) -> None:
    """What is shorter if a turn comes elsewhere: in an earlier round of a loop, a little later."""
    for number, turn in enumerate(turns):
        actor, count = turn.place
        for other in [*_earlier_rounds(search.best, actor, count), count + 1, count + 2, count - 1]:
            moved = [*turns[:number], Turn((actor, other), turn.choice), *turns[number + 1 :]]
            if search.late:
                return
            if search.works(moved) and search.best_turns == moved:
                turns = moved
                break


def _earlier_rounds(execution: Execution, actor: str, count: int) -> list[int]:
    """Where an actor was about to do the same as after so many steps, the earliest first."""
    own = [step.operation for step in execution.steps if step.actor == actor]
    own += [c.operation for c in execution.offered[-1] if c.actor == actor]
    if count >= len(own):
        return []
    wanted = own[count].call, own[count].line
    return [n for n in range(count) if (own[n].call, own[n].line) == wanted][:4]


class _Search:
    def __init__(
        self,
        executor: Executor,
        same: Callable[[Execution], bool],
        limit: int,
        until: float,
        best: Execution,
    ) -> None:
        self._executor, self._same, self._limit, self._until = executor, same, limit, until
        self.best = best
        self.best_turns: list[Turn] = []
        self.runs = 0
        self._tried: dict[tuple[Turn, ...], bool] = {}

    @property
    def late(self) -> bool:
        return time.monotonic() > self._until

    def few_preemptions(self) -> None:
        """Try the schedules with the fewest preemptions: what begins otherwise may be shorter."""
        strategy = Preemptions(_PREEMPTIONS)
        for number in range(_MOST_RUNS):
            plan = strategy.next(number)
            if plan is None or self.late:
                return
            run = carry_out(self._executor, plan, self._limit)
            strategy.learn(run)
            self.runs += 1
            if self._same(run.execution) and _size(run.execution) < _size(self.best):
                self.best, self.best_turns = run.execution, []

    def works(self, turns: list[Turn]) -> bool:
        """Whether a run with these turns has the outcome."""
        known = self._tried.get(tuple(turns))
        if known is not None:
            return known
        self.runs += 1
        plan = TurnsPlan(self.runs, turns={turn.place: turn.choice for turn in turns})
        execution = carry_out(self._executor, plan, self._limit).execution
        works = self._same(execution)
        self._tried[tuple(turns)] = works
        if works and _size(execution) < _size(self.best):
            self.best, self.best_turns = execution, turns
        return works


def _size(execution: Execution) -> tuple[int, int]:
    return switches(execution.choices()), len(execution.steps)
