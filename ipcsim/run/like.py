"""A schedule that shows a finding: searched for on real processes, confirmed by a recording.

The search sees steps alone; whether a run shows the finding is for the analyses to say. So whatever
looks promising is followed once more, recorded, and its findings are compared with the wanted one.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from ipcsim.analysis import Finding, findings
from ipcsim.analysis.finding import Wait
from ipcsim.control.executor import ControlError
from ipcsim.control.schedule import Schedule, hash_of, turns_of
from ipcsim.control.steps import Choice, Execution
from ipcsim.events import Kind
from ipcsim.explore.directed import Directed
from ipcsim.explore.explorer import Exploration, explore
from ipcsim.explore.plan import Plan, Run, carry_out
from ipcsim.explore.settings import Program, Settings
from ipcsim.explore.strategy import Strategy
from ipcsim.explore.wanted import Wanted, file_name
from ipcsim.language import _
from ipcsim.run.report import FORMAT, report
from ipcsim.run.watching import Watched, watched
from ipcsim.trace.trace import Trace

GRAVER: Final[Mapping[str, frozenset[str]]] = {
    "data_race": frozenset({"lost_update", "check_then_act"}),
    "possible_lost_update": frozenset({"lost_update"}),
    "lock_order": frozenset({"deadlock"}),
    "blocked": frozenset({"deadlock"}),
}
"""What a finding warns of: a schedule that shows this is the better one."""
MEASURED: Final = frozenset({"back_pressure", "convoy", "passed_over", "unfair", "incomplete"})
"""Findings of how long or how often: under control nothing takes long."""
_CONTENT_S: Final = 10.0
"""Where the finding itself is shown, so long is searched for what it warns of."""
_LONGEST: Final = 2000
"""A schedule with more steps ends where the finding has been shown."""
_MOST_LOOKS: Final = 60
_SAME_END: Final = 3
"""So many schedules with the same outcome are followed, no more."""


class LikeError(ValueError):
    """There is no such finding; the message says why."""


@dataclass(frozen=True)
class Sought:
    """A finding, as a report tells it."""

    kind: str
    sentence: str
    objects: frozenset[str] = frozenset()
    locations: frozenset[tuple[str, int]] = frozenset()
    """Name of the file and line."""

    def is_shown_by(self, trace: Trace, finding: Finding, kinds: frozenset[str]) -> bool:
        """Whether another run's finding is of these kinds, about the same and at the same place."""
        if finding.kind not in kinds:
            return False
        objects = {trace.objects[obj].name for obj in finding.objects}
        places = {_place(text) for text in finding.locations}
        return all(
            not mine or not theirs or bool(mine & theirs)
            for mine, theirs in ((self.objects, objects), (self.locations, places))
        )


@dataclass
class Shown:
    """What the search has come to."""

    schedule: Schedule | None
    """None: not found."""
    sentence: str
    """The finding as the schedule shows it; empty if none was found."""
    graver: bool
    """It shows what the finding has warned of."""
    schedules: int
    exhausted: bool
    """All interleavings were run."""
    trouble: str = ""
    report: dict[str, Any] | None = None
    """Of the recorded run that shows it; each of its findings has the schedule that led to it."""


def sought_of(text: str) -> Sought:
    """The finding that ``REPORT:N`` names.

    Raises:
        LikeError: there is none.
        OSError: the report can't be read.
    """
    name, _colon, number = text.rpartition(":")
    if not name or not number.isdigit():
        raise LikeError(_("--like wants REPORT:NUMBER, the number of a finding in a JSON report"))
    try:
        content = json.loads(Path(name).read_text("utf-8"))
    except ValueError as error:
        raise LikeError(_("{path} is no report: {error}").format(path=name, error=error)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise LikeError(_("{path} is no report of ipcsim").format(path=name))
    told = content["findings"]
    if not 0 < int(number) <= len(told):
        message = _("{path} has {count} findings, none with the number {number}")
        raise LikeError(message.format(path=name, count=len(told), number=number))
    return sought(told[int(number) - 1])


def sought(facts: Mapping[str, Any]) -> Sought:
    """A finding from what a report says of it."""
    return Sought(
        str(facts["kind"]),
        str(facts["sentence"]),
        frozenset(map(str, facts["objects"])),
        frozenset(map(_place, facts["locations"])),
    )


def search(
    program: Program,
    name: str,
    wanted: Sought,
    settings: Settings,
    progress: Callable[[Exploration], None] = lambda _: None,
) -> Shown:
    """Look for a schedule that shows a finding.

    Args:
        program: what to run.
        name: how the person calls it.
        settings: of the search; its time and number of schedules bound it.

    Raises:
        ControlError: control was lost.
    """
    if wanted.kind in MEASURED:
        trouble = _(
            "it is about how long or how often, and under control nothing takes time: no schedule "
            "shows it"
        )
        return Shown(None, "", False, 0, False, trouble)
    # Who writes when is a step only where that is asked for.
    program = replace(program, outputs=program.outputs or wanted.kind == "interleaved")
    looking = _Looking(program, name, wanted, settings)
    hint = Wanted(wanted.kind, wanted.locations)
    seen_there = False

    def choose(settings: Settings, spent: Callable[[], float]) -> Strategy:
        return Directed(hint, spent, settings.seed, settings.preemptions or 2, settings.early)

    def enough(run: Run) -> bool:
        nonlocal seen_there
        seen_there = seen_there or any(hint.is_at(step.operation) for step in run.execution.steps)
        # What nobody asks permission for at those lines shows in no step; and many a finding is
        # there whoever goes first.
        if run.plan.number == 0 or hint.may_show(run) or not seen_there:
            looking.look(run.execution)
        return looking.content

    state = explore(program.forked, settings, progress, program.fresh, choose, enough)
    shown = looking.best
    if shown is None:
        trouble = state.trouble or looking.trouble
        return Shown(None, "", False, state.tally.schedules, state.exhausted, trouble)
    return replace(shown, schedules=state.tally.schedules, exhausted=state.exhausted)


@dataclass
class _Looking:
    """Follows promising schedules once more, recorded."""

    program: Program
    name: str
    wanted: Sought
    settings: Settings
    best: Shown | None = None
    trouble: str = ""
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
        end = whole.outcome.key or whole.outcome.kind
        if self._ends[end] == _SAME_END:
            return
        self._ends[end] += 1
        self._looks += 1
        choices = (whole if len(whole.steps) <= _LONGEST else execution).choices()
        try:
            with watched(self._spec, choices) as seen:
                self._judge(seen, whole, choices)
        except (OSError, RuntimeError, ValueError) as error:
            self.trouble = str(error)

    def _completed(self, execution: Execution) -> Execution:
        """The same, run on to its end."""
        if not any(candidate.enabled for candidate in execution.offered[-1]):
            return execution
        with contextlib.suppress(ControlError), self.program.forked() as executor:
            plan = Plan(0, execution.choices(), self.settings.early)
            return carry_out(executor, plan, _LONGEST + len(execution.steps)).execution
        return execution

    @property
    def _spec(self) -> Any:
        return replace(self.program.spec, terminal="pty", record=None, timeout=None)

    def _judge(self, seen: Watched, whole: Execution, choices: Sequence[Choice]) -> None:
        wanted, trace = self.wanted, seen.trace
        found = findings(trace)
        for kinds in (GRAVER.get(wanted.kind, frozenset()), frozenset({wanted.kind})):
            graver = wanted.kind not in kinds
            if not graver and self.best is not None:
                return
            for finding in found:
                if wanted.is_shown_by(trace, finding, kinds):
                    self.best = Shown(
                        self._schedule(seen, whole, choices, finding),
                        finding.sentence,
                        graver,
                        0,
                        False,
                        report=report(
                            trace,
                            [
                                replace(
                                    one, schedule=self._schedule(seen, whole, choices, one).text()
                                )
                                for one in found
                            ],
                            trace.ended,
                        ),
                    )
                    self._found_at = time.monotonic()
                    return

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
            outcome=(whole.outcome.key or whole.outcome.kind) if ended else "",
            sentence=whole.outcome.sentence if ended else finding.sentence,
            moment=seen.turns[turn].first if turn < len(seen.turns) else len(choices),
        )


def begin_of(trace: Trace, finding: Finding) -> int:
    """When what a finding tells began, ns: its first event; of a deadlock, what led to it."""
    times = [trace.raw.time(row) for row in finding.events]
    circle = {actor for actor, _obj in finding.circle}
    for wait in finding.waits:
        if wait.actor in circle:
            times += _led_to(trace, wait, finding.objects)
    return min([*times, finding.time])


def _led_to(trace: Trace, wait: Wait, objects: Sequence[int]) -> list[int]:
    """When who waits in a deadlock took what the others want, else did anything before, ns."""
    store = trace.store
    mine = store.of_actor(wait.actor)
    mine = mine[store.times(mine) < trace.raw.time(wait.row)]
    took = (store.kind.view[mine] == Kind.ACQUIRED) & np.isin(store.object.view[mine], objects)
    found: list[int] = store.times(mine[took] if took.any() else mine)[-1:].tolist()
    return found


def _place(text: str) -> tuple[str, int]:
    file, _colon, line = text.rpartition(":")
    return file_name(file), int(line) if line.isdigit() else 0
