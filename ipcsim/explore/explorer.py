"""Makes runs as a strategy says until there is nothing left or the budget is spent."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ipcsim.control.executor import ControlError, OutOfTime
from ipcsim.control.steps import Unseen
from ipcsim.explore.crew import Crew, crew
from ipcsim.explore.dpor import Dpor
from ipcsim.explore.nondeterminism import NotTheSameTwice, check_repeated
from ipcsim.explore.outcomes import Tally
from ipcsim.explore.pct import Pct
from ipcsim.explore.plan import Plan, Run, carry_out
from ipcsim.explore.preemptions import Preemptions
from ipcsim.explore.random_walk import RandomWalk
from ipcsim.explore.settings import Make, Settings
from ipcsim.explore.staged import Staged
from ipcsim.explore.strategy import Strategy
from ipcsim.explore.texts import made_the_same, unseen_views
from ipcsim.language import _, grouped, ngettext

_POLL_S = 0.2
_GRACE_S = 10.0
"""Runs under way when the time is over may go on for so long."""
_MOST_ERRORS = 3
_TRIES = 5


@dataclass
class Exploration:
    """What has been found so far."""

    settings: Settings
    tally: Tally
    strategy: Strategy
    elapsed_s: float = 0.0
    over: bool = False
    interrupted: bool = False
    trouble: str = ""
    """Why nothing can be said: the program is not the same twice, or control was lost."""
    lost: list[str] = field(default_factory=list)
    """Runs of which control was lost: what was said."""

    @property
    def exhausted(self) -> bool:
        """Whether the counts are of all interleavings there are."""
        tally = self.tally
        if self.trouble or self.lost or tally.unjudged or self.blind:
            return False
        if isinstance(self.strategy, Preemptions) and self.settings.preemptions is not None:
            return False
        return self.strategy.exhausted

    @property
    def blind(self) -> bool:
        """Whether something happened that nobody asked permission for."""
        return bool(self.tally.outside or self.tally.torn or self.unseen)

    @property
    def unseen(self) -> list[Unseen]:
        """What may order the actors and isn't seen."""
        return sorted({*self.tally.unseen, *unseen_views(self.tally)})

    @property
    def cut_rounds(self) -> bool:
        """Whether further rounds of busy waiting were not told apart."""
        strategy = self.strategy
        if isinstance(strategy, Staged):
            strategy = strategy.dpor
        return isinstance(strategy, (Dpor, Preemptions)) and strategy.cut_rounds

    @property
    def astray(self) -> bool:
        """Whether somebody could not go on where that was expected."""
        strategy = self.strategy
        if isinstance(strategy, Staged):
            strategy = strategy.dpor
        return isinstance(strategy, Dpor) and strategy.astray

    @property
    def bound(self) -> int | None:
        """All schedules with so few preemptions were made; None if that can't be said."""
        strategy = self.strategy
        if isinstance(strategy, Staged):
            strategy = strategy.bounded
        if not isinstance(strategy, Preemptions) or self.trouble or self.lost or self.blind:
            return None
        return strategy.complete if strategy.complete >= 0 else None


def strategy_of(settings: Settings, spent: Callable[[], float]) -> Strategy:
    """The strategy that was chosen."""
    if settings.strategy == "dpor":
        return Dpor(settings.early)
    if settings.strategy == "preemptions":
        return Preemptions(settings.preemptions, settings.early)
    if settings.strategy == "pct":
        return Pct(settings.seed, settings.depth, settings.early)
    if settings.strategy == "random":
        return RandomWalk(settings.seed, settings.early)
    bound = 2 if settings.preemptions is None else settings.preemptions
    return Staged(spent, settings.seed, bound, settings.early)


def explore(
    make: Make,
    settings: Settings,
    progress: Callable[[Exploration], None] = lambda _: None,
    fresh: Make | None = None,
    choose: Callable[[Settings, Callable[[], float]], Strategy] = strategy_of,
    enough: Callable[[Run], bool] = lambda _: False,
) -> Exploration:
    """Explore a program.

    Args:
        make: makes its executors.
        progress: called after each run, and now and then.
        fresh: makes executors each of whose runs is a new interpreter; where control was lost they
            tell whether the program is the same twice.
        choose: makes the strategy, which may ask how much of the budget is spent.
        enough: looks at each run; whether it was the last that is needed.

    Raises:
        ControlError: the program could not be prepared.
    """
    began = time.monotonic()

    def spent() -> float:
        by_time = (time.monotonic() - began) / settings.time_s
        return max(by_time, state.tally.schedules / settings.schedules if settings.schedules else 0)

    tally = Tally(settings.outputs)
    state = Exploration(settings, tally, choose(settings, spent))
    until = began + settings.time_s + _GRACE_S
    workers = crew(make, settings.steps, settings.jobs, until)
    try:
        _explore(state, workers, spent, progress, began, enough)
    except KeyboardInterrupt:
        state.interrupted = True
    except NotTheSameTwice as error:
        state.trouble = str(error)
    except ControlError as error:
        state.trouble = "" if fresh is None else why_not_the_same(fresh, settings)
        if not state.trouble:
            raise error
    finally:
        workers.close()
        state.elapsed_s = time.monotonic() - began
        state.over = True
    progress(state)
    return state


def _explore(
    state: Exploration,
    workers: Crew,
    spent: Callable[[], float],
    progress: Callable[[Exploration], None],
    began: float,
    enough: Callable[[Run], bool],
) -> None:
    under_way, number = 0, 0
    again: Plan | None = None
    first: Run | None = None
    while True:
        done = spent() >= 1 or (state.settings.first and bool(state.tally.failures()))
        most = state.settings.schedules
        while not done and workers.free() > 0 and (most is None or number < most):
            plan = state.strategy.next(number)
            if plan is None:
                break
            workers.begin(plan)
            under_way, number = under_way + 1, number + 1
        if not under_way:
            return
        for result in workers.wait(_POLL_S):
            under_way -= 1
            if isinstance(result, OutOfTime):
                state.tally.unjudged.append(str(result))
                continue
            if isinstance(result, ControlError):
                _note_loss(state, result)
                continue
            if again is not None and result.plan.number == again.number:
                assert first is not None
                check_repeated(first, result)
                again = None
                continue
            state.tally.add(result)
            if enough(result):
                return
            state.strategy.learn(result)
            if first is None:
                # The very first run is made twice: a program must be the same twice.
                first, again = result, Plan(-1, result.execution.choices(), state.settings.early)
                workers.begin(again)
                under_way += 1
        state.elapsed_s = time.monotonic() - began
        progress(state)


def why_not_the_same(fresh: Make, settings: Settings) -> str:
    """How a program differs between runs of one schedule; empty if it doesn't seem to."""
    with contextlib.suppress(ControlError), fresh(None) as executor:
        first = carry_out(executor, Plan(0), settings.steps)
        for number in range(1, _TRIES):
            plan = Plan(number, first.execution.choices())
            try:
                check_repeated(first, carry_out(executor, plan, settings.steps))
            except NotTheSameTwice as error:
                return str(error)
    return ""


def _note_loss(state: Exploration, error: ControlError) -> None:
    state.lost.append(str(error))
    if not state.tally.schedules or len(state.lost) >= _MOST_ERRORS:
        raise error


def verdict(state: Exploration) -> str:
    """How far the exploration went: what its counts are counts of; one sentence."""
    tally = state.tally
    if state.trouble:
        return state.trouble
    if state.exhausted:
        text = ngettext(
            "the one interleaving there is", "all {count} distinct interleavings", tally.distinct
        ).format(count=grouped(tally.distinct))
        if state.cut_rounds:
            text += _(" (further rounds of busy waiting not told apart)")
        return "; ".join([text, *made_the_same(tally)])
    parts = [_("{count} of unknown many interleavings").format(count=grouped(tally.distinct))]
    if state.bound is not None:
        parts.append(_("all those with at most {bound} preemptions").format(bound=state.bound))
    if tally.outside:
        who = ", ".join(sorted(tally.outside))
        parts.append(_("{who} was outside control at times").format(who=who))
    if state.astray:
        parts.append(_("what somebody waits for isn't always seen"))
    parts += dict.fromkeys(_not_seen(one) for one in state.unseen)
    if tally.torn and not state.unseen:
        parts.append(_("one ended in two ways, so something that isn't seen decides"))
    if isinstance(state.strategy, Pct):
        parts.append(
            _(
                "each run shows a flaw of depth {depth} with a probability of at least {p:.1e}"
            ).format(depth=state.settings.depth, p=state.strategy.guarantee)
        )
    text = "; ".join(parts + made_the_same(tally))
    if state.bound is not None and state.cut_rounds:
        text += _(" (further rounds of busy waiting not told apart)")
    return text


def _not_seen(unseen: Unseen) -> str:
    if unseen.kind == "threads":
        return _("what the threads of {who} do to plain variables is not seen").format(
            who=unseen.who
        )
    if unseen.kind == "item":
        return _("whether {who} changes an item after its put is not seen").format(who=unseen.who)
    if unseen.kind == "clock":
        return _("when waits give up is not varied (--early-timeouts does)")
    return _("what comes of {call} in line {line} is not seen, so it is not known").format(
        call=unseen.what, line=unseen.line
    )
