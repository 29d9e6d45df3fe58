"""Test equipment: every schedule, one after the other; and which of them are one trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ipcsim.control.steps import Choice, Execution, State
from ipcsim.explore.causality import Causality
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


def executions(program: Model, limit: int = 200) -> Iterator[tuple[Execution, Plan]]:
    """Every schedule, but for when actors begin and end."""
    todo: list[list[Choice]] = [[]]
    made = 0
    while todo:
        plan = _All(made, todo.pop(), program.early)
        yield program.run(plan.decide, limit), plan
        todo += plan.open
        made += 1
        assert made <= 200_000, "too large for brute force"


def brute_force(program: Model) -> Found:
    found = Found()
    for execution, plan in executions(program):
        found.schedules += 1
        fingerprint = Causality(execution.steps, plan.advances).fingerprint()
        key = execution.outcome.key + "|" + execution.output.decode()
        assert found.traces.setdefault(fingerprint, key) == key, "one trace, two outcomes"
    return found
