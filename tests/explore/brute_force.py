"""Test equipment: every schedule, one after the other; and which of them are one trace."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ipcsim.control.steps import Choice, State
from ipcsim.explore.dependence import Causality
from ipcsim.explore.plan import Plan
from ipcsim.operations import Op
from tests.explore.model import Model

_LIFE = (Op.BEGIN, Op.END, Op.START, Op.JOIN)


@dataclass
class Found:
    schedules: int = 0
    traces: dict[bytes, str] = field(default_factory=dict)
    """Fingerprint: outcome's key."""

    @property
    def outcomes(self) -> Counter[str]:
        """Outcomes over traces."""
        return Counter(self.traces.values())


@dataclass
class _All(Plan):
    open: list[list[Choice]] = field(default_factory=list)

    def free(self, state: State) -> Choice | None:
        enabled = state.enabled()
        # Coming to life and ending is independent of all else: no order of it needs to be tried.
        alone = [c for c in enabled if c.operation.op in _LIFE]
        every = [Choice(c.actor, w) for c in alone[:1] or enabled for w in c.choices]
        prefix = [Choice(step.actor, step.what) for step in state.steps]
        self.open += [[*prefix, choice] for choice in every[1:]]
        return every[0]


def brute_force(executor: Model, limit: int = 200, most: int = 200_000) -> Found:
    found = Found()
    todo: list[list[Choice]] = [[]]
    while todo:
        plan = _All(found.schedules, todo.pop(), executor.early)
        execution = executor.run(plan.decide, limit)
        todo += plan.open
        found.schedules += 1
        assert found.schedules <= most, "too large for brute force"
        fingerprint = Causality(execution.steps, plan.advances).fingerprint()
        key = execution.outcome.key + "|" + execution.output.decode()
        assert found.traces.setdefault(fingerprint, key) == key, "one trace, two outcomes"
    return found
