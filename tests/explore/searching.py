"""Test equipment: a strategy carried out to its end."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from ipcsim.control.executor import Executor
from ipcsim.explore.causality import Causality
from ipcsim.explore.plan import Plan, Run, carry_out
from ipcsim.explore.strategy import Strategy


@dataclass
class Searched:
    runs: int = 0
    whole: int = 0
    """Runs that were not ended early."""
    traces: dict[bytes, str] = field(default_factory=dict)


def search(
    strategy: Strategy,
    executor: Executor,
    most: int = 20_000,
    at_once: int = 1,
    limit: int = 200,
    seed: int = 0,
) -> Searched:
    """Make all its runs.

    Args:
        at_once: so many are planned before the first is learned from.
        seed: of the order in which they are learned from.
    """
    found, order = Searched(), random.Random(seed)
    waiting: list[Plan] = []
    while found.runs < most:
        while len(waiting) < at_once and (plan := strategy.next(found.runs + len(waiting))):
            waiting.append(plan)
        if not waiting:
            break
        run = carry_out(executor, waiting.pop(order.randrange(len(waiting))), limit)
        found.runs += 1
        if not run.plan.pruned:
            found.whole += 1
            note(found, run)
        strategy.learn(run)
    return found


def note(found: Searched, run: Run) -> None:
    execution = run.execution
    fingerprint = Causality(execution.steps, run.plan.advances).fingerprint()
    found.traces[fingerprint] = execution.outcome.key + "|" + execution.output.decode()
