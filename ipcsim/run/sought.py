"""A finding that a schedule is looked for, as a report tells it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from ipcsim.analysis import Finding
from ipcsim.explore.wanted import file_name
from ipcsim.language import _
from ipcsim.run.report import FORMAT
from ipcsim.run.spec import RunSpec
from ipcsim.trace.trace import Trace

GRAVER: Final[Mapping[str, frozenset[str]]] = {
    "data_race": frozenset({"lost_update", "check_then_act"}),
    "possible_lost_update": frozenset({"lost_update"}),
    "lock_order": frozenset({"deadlock"}),
    "blocked": frozenset({"deadlock"}),
}
"""What a finding warns of: a schedule that shows this is the better one."""
_MEASURED: Final = frozenset({"back_pressure", "convoy", "passed_over", "unfair", "incomplete"})
_STRAGGLER: Final = "P11"
_IN_ANY_ORDER: Final = frozenset({"serialised"})


class LikeError(ValueError):
    """There is no such finding; the message says why."""


@dataclass(frozen=True)
class Sought:
    """A finding, and how the program was run that it is of."""

    kind: str
    sentence: str
    objects: frozenset[str] = frozenset()
    locations: frozenset[tuple[str, int]] = frozenset()
    """Name of the file and line."""
    pitfall: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    start_method: str | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it is about how long or how often: under control nothing takes long."""
        return self.kind in _MEASURED or self.pitfall == _STRAGGLER

    @property
    def is_in_any_order(self) -> bool:
        """Whether it depends on how much is done, not on who goes first."""
        return self.kind in _IN_ANY_ORDER

    def alike(self, spec: RunSpec) -> RunSpec:
        """A run as the finding's was, where nothing else is asked for."""
        return replace(
            spec,
            parameters={**self.parameters, **spec.parameters},
            args=spec.args or list(self.args),
            start_method=spec.start_method or self.start_method,
        )

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


@dataclass(frozen=True)
class Request:
    """What ``--like`` names."""

    report: dict[str, Any]
    numbers: tuple[int, ...]
    """Of its findings, counted from 1."""
    is_whole: bool
    """All that it has."""

    def findings(self) -> list[Sought]:
        """Those that are wanted, in order."""
        return [sought(self.report["findings"][n - 1], self.report) for n in self.numbers]


def request_of(text: str) -> Request:
    """What ``REPORT:N`` or ``REPORT`` names: one finding, or all.

    Raises:
        LikeError: there is none.
        OSError: the report can't be read.
    """
    name, _colon, number = text.rpartition(":")
    if not name or not number.isdigit():
        name, number = text, ""
    try:
        content = json.loads(Path(name).read_text("utf-8"))
    except ValueError as error:
        raise LikeError(_("{path} is no report: {error}").format(path=name, error=error)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise LikeError(_("{path} is no report of ipcsim").format(path=name))
    count = len(content["findings"])
    if not number and count:
        return Request(content, tuple(range(1, count + 1)), True)
    if not number:
        raise LikeError(_("{path} has no findings").format(path=name))
    if not 0 < int(number) <= count:
        message = _("{path} has {count} findings, none with the number {number}")
        raise LikeError(message.format(path=name, count=count, number=number))
    return Request(content, (int(number),), False)


def sought(facts: Mapping[str, Any], run: Mapping[str, Any]) -> Sought:
    """A finding from what a report says of it and of its run."""
    return Sought(
        str(facts["kind"]),
        str(facts["sentence"]),
        frozenset(map(str, facts["objects"])),
        frozenset(map(_place, facts["locations"])),
        str(facts.get("pitfall", "")),
        {str(name): str(value) for name, value in (run.get("parameters") or {}).items()},
        tuple(map(str, run.get("args") or ())),
        run.get("start_method"),
    )


def _place(text: str) -> tuple[str, int]:
    file, _colon, line = text.rpartition(":")
    return file_name(file), int(line) if line.isdigit() else 0
