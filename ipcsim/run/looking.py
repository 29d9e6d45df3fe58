"""Follows promising schedules once more, recorded, and compares what they show with a finding."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ipcsim.analysis import Finding, findings
from ipcsim.control.executor import ControlError
from ipcsim.control.schedule import Schedule, hash_of, turns_of
from ipcsim.control.steps import Choice, Execution
from ipcsim.explore.minimise import minimise
from ipcsim.explore.plan import Plan, carry_out
from ipcsim.explore.settings import Program, Settings
from ipcsim.explore.wanted import Wanted
from ipcsim.run.finding_moments import begin_of
from ipcsim.run.report import report
from ipcsim.run.sought import GRAVER, Sought
from ipcsim.run.watching import Watched, watched

_CONTENT_S: Final = 10.0
"""Where the finding itself is shown, so long is searched for what it warns of."""
_LONGEST: Final = 2000
"""A schedule with more steps ends where the finding has been shown."""
_MOST_LOOKS: Final = 60
_SAME_END: Final = 3
"""So many schedules with the same outcome are followed, no more."""
_SHORTER_S: Final = 5.0
"""So long a shorter schedule is looked for, by its steps and again by recordings."""


@dataclass
class Shown:
    """What the search has come to."""

    schedule: Schedule | None
    """None: not found."""
    sentence: str
    """The finding as the schedule shows it; empty if none was found."""
    graver: bool
    """It shows what the finding has warned of."""
    schedules: int = 0
    exhausted: bool = False
    """All interleavings were run."""
    trouble: str = ""
    report: dict[str, Any] | None = None
    """Of the recorded run that shows it; each of its findings has the schedule that led to it."""


@dataclass
class Looking:
    """Keeps the best that has been seen."""

    program: Program
    name: str
    wanted: Sought
    settings: Settings
    best: Shown | None = None
    trouble: str = ""
    _execution: Execution | None = None
    """The one that shows it."""
    _looks: int = 0
    _ends: Counter[str] = field(default_factory=Counter)
    _found_at: float = 0.0

    @property
    def content(self) -> bool:
        """Whether nothing better is to be expected."""
        if self._looks >= _MOST_LOOKS:
            return True
        if self.best is None:
            return False
        waited = time.monotonic() - self._found_at > _CONTENT_S
        return self.best.graver or self.wanted.kind not in GRAVER or waited

    def look(self, execution: Execution) -> None:
        """Follow one, if it ends otherwise than those before or has been ended where it shows."""
        whole = self._completed(execution)
        end = _end_of(whole)
        if self._ends[end] == _SAME_END:
            return
        self._ends[end] += 1
        self._looks += 1
        choices = (whole if len(whole.steps) <= _LONGEST else execution).choices()
        shown = self._shown_by(whole, choices)
        if shown is not None and (self.best is None or shown.graver):
            self.best, self._execution = shown, whole
            self._found_at = time.monotonic()

    def shorten(self, hint: Wanted) -> None:
        """Find the schedule with the fewest switches that ends alike and shows the same.

        Where the steps don't tell whether it does, each try is recorded.

        Raises:
            ControlError: control was lost.
        """
        best, start = self.best, self._execution
        if best is None or start is None or len(start.steps) > _LONGEST:
            return
        end, found = _end_of(start), best

        def by_steps(execution: Execution) -> bool:
            return _end_of(execution) == end and hint.may_show(execution)

        def recorded(execution: Execution) -> bool:
            nonlocal found
            shown = by_steps(execution) and self._shown_by(execution, execution.choices())
            if not shown or shown.graver is not best.graver:
                return False
            found = shown
            return True

        with self.program.forked() as executor:
            shorter = minimise(executor, start, by_steps, _LONGEST, _SHORTER_S).execution
            if not recorded(shorter):
                shorter = minimise(executor, start, recorded, _LONGEST, _SHORTER_S).execution
                recorded(shorter)
        self.best = found

    def _completed(self, execution: Execution) -> Execution:
        """The same, run on to its end."""
        if not any(candidate.enabled for candidate in execution.offered[-1]):
            return execution
        with contextlib.suppress(ControlError), self.program.forked() as executor:
            plan = Plan(0, execution.choices(), self.settings.early)
            return carry_out(executor, plan, _LONGEST + len(execution.steps)).execution
        return execution

    def _shown_by(self, whole: Execution, choices: Sequence[Choice]) -> Shown | None:
        """What a recording of a schedule shows of what is wanted; None if nothing."""
        spec = replace(self.program.spec, terminal="pty", record=None, timeout=None)
        try:
            with watched(spec, choices) as seen:
                return self._judge(seen, whole, choices)
        except (OSError, RuntimeError, ValueError) as error:
            self.trouble = str(error)
            return None

    def _judge(self, seen: Watched, whole: Execution, choices: Sequence[Choice]) -> Shown | None:
        wanted, trace = self.wanted, seen.trace
        found = findings(trace)
        for kinds in (GRAVER.get(wanted.kind, frozenset()), frozenset({wanted.kind})):
            for finding in found:
                if wanted.is_shown_by(trace, finding, kinds):
                    told = [
                        replace(one, schedule=self._schedule(seen, whole, choices, one).text())
                        for one in found
                    ]
                    return Shown(
                        self._schedule(seen, whole, choices, finding),
                        finding.sentence,
                        wanted.kind not in kinds,
                        report=report(trace, told, trace.ended),
                    )
        return None

    def _schedule(
        self, seen: Watched, whole: Execution, choices: Sequence[Choice], finding: Finding
    ) -> Schedule:
        spec = self.program.spec
        ended = len(choices) == len(whole.steps)
        turn = seen.turns_before(begin_of(seen.trace, finding))
        return Schedule(
            program=self.name,
            turns=turns_of(seen.steps[: len(choices)]),
            sha256=hash_of(self.program.source),
            is_module=spec.program is None,
            args=list(spec.args),
            parameters=dict(spec.parameters),
            start_method=spec.start_method,
            hash_seed=self.program.hash_seed,
            early=self.program.early,
            outputs=self.program.outputs,
            outcome=_end_of(whole) if ended else "",
            sentence=whole.outcome.sentence if ended else finding.sentence,
            moment=seen.turns[turn].first if turn < len(seen.turns) else len(choices),
        )


def _end_of(execution: Execution) -> str:
    return execution.outcome.key or execution.outcome.kind
