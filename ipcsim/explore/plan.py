"""One run to be made: how it decides, and what it noticed. Plans travel to other processes."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, replace

from ipcsim.control.deciding import MOST_ACTORS
from ipcsim.control.executor import Executor
from ipcsim.control.looking import only_look
from ipcsim.control.steps import TIMEOUT, Candidate, Choice, Execution, State, Step, Unseen
from ipcsim.explore.busy_waiting import BusyWaiting
from ipcsim.explore.causality import Causality
from ipcsim.explore.dependence import Event, dependent, event_of
from ipcsim.operations import Op


@dataclass
class Plan:
    """Follows ``choices``, then goes on as :meth:`free` says; a strategy's plans are subclasses."""

    number: int
    """Of the run, counted from 0; the same in every exploration with the same settings."""
    choices: list[Choice] = field(default_factory=list)
    early: bool = False
    """Timed waits may give up before their time."""
    advances: list[int] = field(default_factory=list, init=False)
    """Filled in by the run, as is all that isn't given: indices of steps before which the virtual
    clock moved on."""
    refused_at: int | None = field(default=None, init=False)
    """Filled in: the index at which ``choices`` could not be followed."""
    pruned: bool = field(default=False, init=False)
    """Filled in: ended because all that could follow is explored elsewhere."""
    outside: tuple[str, ...] = field(default=(), init=False)
    """Filled in: actors that were outside control at some time."""
    waiting: dict[int, list[str]] = field(default_factory=dict, init=False)
    """Filled in: by index, the actors that could go on but waited busily."""
    _busy: BusyWaiting = field(default_factory=BusyWaiting, init=False)

    def forget(self) -> None:
        """Be as if it had not been carried out."""
        for one in fields(self):
            if not one.init:
                make = one.default_factory
                setattr(self, one.name, one.default if make is MISSING else make())

    def decide(self, state: State) -> Choice | None:
        """The scheduler of the run."""
        index = len(state.steps)
        if state.outside:
            self.outside = state.outside
        if not self.early and _woken_by_clock(state):
            self.advances.append(index)
        self._busy.follow(state)
        waiting = self._busy.waiting(state)
        if waiting:
            self.waiting[index] = waiting
        if index < len(self.choices) and self.refused_at is None:
            choice = self.choices[index]
            if choice.actor in state.outside:
                return choice  # it is waited for
            for candidate in state.candidates:
                if candidate.actor == choice.actor and candidate.enabled:
                    if choice.what in candidate.choices:
                        return choice
                    break
            self.refused_at = index
            return self.refused(state)
        return self.free(state)

    def refused(self, state: State) -> Choice | None:
        """What to do when a choice can't be made; None ends the run."""
        return None

    def free(self, state: State) -> Choice | None:
        """Decide where ``choices`` say nothing: whoever was last goes on, if it can."""
        return self.go_on(state, self.fair(state))

    def fair(self, state: State) -> list[Candidate]:
        """The enabled that don't wait busily; all of them if they all do."""
        enabled = state.enabled()
        waiting = self.waiting.get(len(state.steps))
        if not waiting:
            return enabled
        return [c for c in enabled if c.actor not in waiting] or enabled

    def go_on(self, state: State, candidates: list[Candidate]) -> Choice:
        """Whoever was last goes on, unless all wait busily; then it's the next one's turn."""
        last = state.steps[-1].actor if state.steps else ""
        actors = [candidate.actor for candidate in candidates]
        at = actors.index(last) if last in actors else 0
        if last in self.waiting.get(len(state.steps), ()) and last in actors:
            at = (at + 1) % len(actors)
        return Choice(actors[at], candidates[at].choices[0])


def _woken_by_clock(state: State) -> bool:
    """Whether nobody could do anything, so that the clock moved on to somebody's time."""
    late = None
    for candidate in state.candidates:
        if candidate.enabled:
            if late is not None:
                return False
            late = candidate
    if late is None:
        return False
    if late.choices == (TIMEOUT,):
        return True
    if late.operation.op is not Op.SLEEP:
        return False
    since: list[Step] = []
    for step in reversed(state.steps):
        if step.actor != late.actor:
            return False
        if step.operation.op is Op.SLEEP:
            return only_look(since)
        since.append(step)
    return False


@dataclass
class SleepingPlan(Plan):
    """A plan that doesn't repeat what other plans explore (Godefroid's sleep sets)."""

    since: int = 0
    """The index from which on ``sleep`` counts."""
    sleep: dict[Choice, Event] = field(default_factory=dict)
    """Choices explored elsewhere, as long as nothing dependent has happened."""
    _seen: int = field(default=0, init=False)
    _asleep: dict[Choice, Event] = field(default_factory=dict, init=False)
    """As it was given."""

    def __post_init__(self) -> None:
        self._asleep = self.sleep

    def forget(self) -> None:
        """See :meth:`Plan.forget`."""
        asleep = self._asleep
        super().forget()
        self.sleep = self._asleep = asleep

    def decide(self, state: State) -> Choice | None:
        """The scheduler of the run."""
        self._seen = max(self._seen, self.since)
        if self.sleep:
            for step in state.steps[self._seen :]:
                event = event_of(step)
                self.sleep = {c: e for c, e in self.sleep.items() if not dependent(e, event)}
        self._seen = max(self._seen, len(state.steps))
        return super().decide(state)

    def refused(self, state: State) -> Choice | None:
        """Go on with something else."""
        self.sleep = {}  # it was of a state that isn't reached
        return self.free(state)

    def free(self, state: State) -> Choice | None:
        """Go on with the one that was last, in whatever isn't asleep."""
        if not self.sleep:
            return self.go_on(state, self.fair(state))
        awake = []
        for candidate in self.fair(state):
            whats = [w for w in candidate.choices if Choice(candidate.actor, w) not in self.sleep]
            if whats:
                awake.append(replace(candidate, choices=tuple(whats)))
        if not awake:
            self.pruned = True
            return None
        return self.go_on(state, awake)


@dataclass
class Run:
    """What came of a plan."""

    plan: Plan
    execution: Execution
    pending: tuple[Candidate, ...]
    """Who was left without a step at the end."""
    cut: bool = False
    """It was ended by the limit of steps."""
    _causality: Causality | None = field(default=None, repr=False, compare=False)

    @property
    def causality(self) -> Causality:
        """What happened before what in it."""
        if self._causality is None:
            self._causality = Causality(self.execution.steps, self.plan.advances)
        return self._causality

    @property
    def unseen(self) -> tuple[Unseen, ...]:
        """What may have ordered its actors and wasn't seen, or isn't varied."""
        if any(map(self._gives_up, self.execution.steps)):
            return (*self.execution.unseen, Unseen("clock", ""))
        return self.execution.unseen

    def _gives_up(self, step: Step) -> bool:
        """Whether a wait ended because the clock had to move on: to which of several moments, and
        to which of several waits' that are at the same, isn't a choice."""
        return step.what == TIMEOUT and step.operation.arg > 0 and not self.plan.early


def carry_out(executor: Executor, plan: Plan, limit: int) -> Run:
    """Run the program once by a plan, for at most ``limit`` steps.

    A program that starts ever more processes is ended, too.

    Raises:
        ControlError: control was lost.
    """
    crowded = False

    def decide(state: State) -> Choice | None:
        nonlocal crowded
        crowded = len(state.candidates) > MOST_ACTORS
        return None if crowded else plan.decide(state)

    execution = executor.run(decide, limit)
    while execution.mistaken:
        plan.forget()
        execution = executor.run(decide, limit)
    cut = crowded or len(execution.steps) >= limit
    ended = len(execution.offered) > len(execution.steps) and not cut
    return Run(plan, execution, execution.offered[-1] if ended else (), cut)
