"""Notices actors that wait by asking again and again, so that a search isn't spent on their turns.

An actor *waits busily* when it has made the same round of operations three times over, without
writing anything, with the same results. Until somebody else takes a step that can change what it
looks at, another round will most likely end as the last one did (unless the program counts its
rounds). A fair scheduler lets the others go first, and a search for interleavings doesn't tell
those apart that differ in nothing but further rounds; where it made use of this, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.control.steps import State, Step
from ipcsim.operations import Op

_LONGEST_ROUND = 8
_ROUNDS = 3
_LOOKS = frozenset({Op.READ, Op.COUNT, Op.POLL, Op.TRY_ACQUIRE, Op.SLEEP, Op.WAIT, Op.ACQUIRE})


def _only_looks(step: Step) -> bool:
    operation = step.operation
    if operation.op in (Op.TRY_ACQUIRE, Op.ACQUIRE):
        return step.result == 0 and (operation.op is Op.TRY_ACQUIRE or step.what != "")
    return operation.op in _LOOKS


@dataclass
class BusyWaiting:
    """Who waits busily at the moment, in one run."""

    _recent: dict[str, list[tuple[Op, str, str, int, int]]] = field(default_factory=dict)
    _seen: int = 0

    def follow(self, state: State) -> None:
        """Take note of the steps that are new."""
        for step in state.steps[self._seen :]:
            if _only_looks(step):
                operation = step.operation
                number = operation.line.number if operation.line else 0
                recent = self._recent.setdefault(step.actor, [])
                recent.append((operation.op, operation.object, operation.call, number, step.result))
                del recent[: -_ROUNDS * _LONGEST_ROUND]
            else:
                self._recent.pop(step.actor, None)
                self._wake(step)
        self._seen = len(state.steps)

    def _wake(self, step: Step) -> None:
        written = {touch.object for touch in step.operation.touches if touch.writes}
        written |= {step.operation.object} if written else set()
        if step.operation.op in (Op.END, Op.SIGNAL, Op.CLOSE):
            self._recent.clear()
        for actor, recent in list(self._recent.items()):
            if any(look[1] in written for look in recent):
                del self._recent[actor]

    def waits(self, actor: str) -> bool:
        """Whether it has made the same round several times, and nothing has changed since."""
        recent = self._recent.get(actor, [])
        for length in range(1, len(recent) // _ROUNDS + 1):
            last = recent[-length:]
            if recent[-_ROUNDS * length :] == last * _ROUNDS:
                return True
        return False

    def waiting(self, state: State) -> list[str]:
        """The enabled that wait busily."""
        if not self._recent:
            return []
        return [c.actor for c in state.candidates if c.enabled and self.waits(c.actor)]
