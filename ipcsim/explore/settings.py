"""What to explore and how: the choices a person has."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ipcsim.control.executor import Executor
from ipcsim.control.expectations import Expected
from ipcsim.control.program import ProgramExecutor
from ipcsim.control.reruns import RerunExecutor
from ipcsim.run.programs import checked_parameters, file_of
from ipcsim.run.spec import RunSpec


def cores() -> list[int]:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


@dataclass(frozen=True)
class Program:
    """Makes executors for one program; travels to other processes."""

    spec: RunSpec
    expected: Expected | None = None
    """What it has to print."""
    outputs: bool = False
    """The order of what is written matters."""
    early: bool = False
    """Timed waits may give up before their time."""
    hash_seed: int = 0
    ignored: frozenset[str] = frozenset()
    """Names of locks that let everybody in."""

    @property
    def source(self) -> Path:
        """The program's file, also where it is a module.

        Raises:
            ParameterError: there is no such module.
        """
        return self.spec.program or file_of(self.spec.module or "")

    def fresh(self, core: int | None = None) -> Executor:
        """An executor that starts a new interpreter for each run."""
        return self.executor(core, ProgramExecutor, template=False)

    def forked(self, core: int | None = None) -> Executor:
        """An executor each of whose runs is forked from a prepared process."""
        return self.executor(core, ProgramExecutor)

    def executor(
        self,
        core: int | None = None,
        kind: type[ProgramExecutor] = RerunExecutor,
        template: bool = True,
    ) -> Executor:
        """The fastest executor for the program, whose processes stay on ``core``.

        Raises:
            ControlError: the program could not be prepared.
            ParameterError: there is no such parameter.
        """
        spec = self.spec
        parameters = checked_parameters(spec.program, spec.module, spec.parameters)
        return kind(
            spec.program,
            module=spec.module,
            args=tuple(spec.args),
            parameters=parameters,
            start_method=spec.start_method,
            python=spec.python,
            hash_seed=self.hash_seed,
            outputs=self.outputs or self.expected is not None,
            core=core,
            expected=self.expected,
            early=self.early,
            ignored=self.ignored,
            template=template and hasattr(os, "fork"),
        )


Make = Callable[[int | None], Executor]
"""Makes an executor for a core; must travel to other processes if there are several jobs."""


@dataclass(frozen=True)
class Settings:
    """How to explore."""

    strategy: str = "staged"
    seed: int = 0
    time_s: float = 60.0
    schedules: int | None = None
    """At most so many runs."""
    preemptions: int | None = None
    """A bound; None is 2 for the staged strategy, and none for the others."""
    depth: int = 3
    """Of the flaws PCT looks for."""
    steps: int = 10_000
    """A run is ended after so many."""
    jobs: int = field(default_factory=lambda: len(cores()))
    first: bool = False
    """Stop at the first failure."""
    outputs: bool = False
    """A difference in the program's output is an outcome of its own."""
    early: bool = False
    minimise: bool = True
    needed: bool = False
    """Find out which locks are needed."""
    save: Path | None = None
    report: Path | None = None
    told: bool = False
    """Another program reads how far it is."""
