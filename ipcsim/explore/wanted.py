"""What a schedule has to show: a finding, as far as the steps of a run can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ipcsim.control.steps import Execution, Operation, Step
from ipcsim.operations import Op

CROSSED: Final = frozenset(
    {
        *("lost_update", "possible_lost_update", "data_race", "check_then_act"),
        *("inconsistent", "interleaved", "changed_copy"),
    }
)
"""Findings of two operations that belong together, with another's in between."""
STUCK: Final = frozenset({"deadlock", "lock_order", "blocked", "barrier_short", "lost_wakeup"})
"""Findings of those who can't go on."""
_MEMORY: Final = {Op.READ, Op.WRITE}


@dataclass(frozen=True)
class Wanted:
    """The kind of a finding and the lines that it names."""

    kind: str
    lines: frozenset[tuple[str, int]] = frozenset()
    """Name of the file, without folders, and number."""

    def is_at(self, operation: Operation) -> bool:
        """Whether an operation is at one of the finding's lines."""
        line = operation.line
        return line is not None and (file_name(line.path), line.number) in self.lines

    def may_show(self, execution: Execution) -> bool:
        """Whether it is worth while to look for the finding in a run's recording."""
        if self.kind in STUCK:
            left = execution.offered[len(execution.steps) :]
            return any(not c.enabled for last in left for c in last) and any(
                self.is_at(c.operation) for last in left for c in last
            )
        if self.kind in CROSSED:
            crossing = Crossing(self)
            return any(crossing.take(step) for step in execution.steps)
        return True


def file_name(path: str) -> str:
    """A file's name without its folders, whatever system the path is of."""
    return path.replace("\\", "/").rpartition("/")[2]


class Crossing:
    """Notices when an actor is between two operations at a finding's lines while another is there.

    Of memory the three must be about the same object, and the one in between must change it.
    """

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._anywhere = wanted.kind in ("inconsistent", "interleaved")
        self._since: dict[tuple[str, str], bool] = {}
        """By actor and object: whether another has come since its last operation there."""

    def take(self, step: Step) -> bool:
        """Whether it has happened by this step."""
        operation = step.operation
        if not self._wanted.is_at(operation):
            return False
        memory = operation.op in _MEMORY and not self._anywhere
        key = operation.object if memory else ""
        if self._since.get((step.actor, key), False):
            return True
        if operation.op is not Op.READ:
            for actor, other in self._since:
                if actor != step.actor and other == key:
                    self._since[actor, other] = True
        self._since[step.actor, key] = False
        return False
