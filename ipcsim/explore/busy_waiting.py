"""Notices actors that wait by asking again and again, so that a search isn't spent on their turns.

An actor *waits busily* when it has made the same round of operations three times over, without
changing anything, with the same results. Until somebody else changes what it looks at, another
round will most likely end as the last one did (unless the program counts its rounds). A fair
scheduler lets the others go first, and a search for interleavings doesn't tell those apart that
differ in nothing but further rounds; where it made use of this, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.control.looking import looks, only_look
from ipcsim.control.steps import State, Step
from ipcsim.operations import Op

_LONGEST_ROUND = 10
_ROUNDS = 3
_LOCKS = (Op.ACQUIRE, Op.RELEASE, Op.TRY_ACQUIRE)


Sign = tuple[object, ...]


def _sign(step: Step) -> Sign:
    operation = step.operation
    return operation.op, operation.object, operation.line, step.what, step.result


@dataclass
class BusyWaiting:
    """Who waits busily at the moment, in one run."""

    _recent: dict[str, list[tuple[Step, Sign]]] = field(default_factory=dict)
    """The last steps of each actor that only looks."""
    _seen: int = 0

    def follow(self, state: State) -> None:
        """Take note of the steps that are new."""
        steps, recently = state.steps, self._recent
        for index in range(self._seen, len(steps)):
            step = steps[index]
            if looks(step):
                recent = recently.setdefault(step.actor, [])
                recent.append((step, _sign(step)))
                if len(recent) > _ROUNDS * _LONGEST_ROUND:
                    del recent[0]
            elif recently:
                recently.pop(step.actor, None)
            if len(recently) > (step.actor in recently):
                self._wake(step)
        self._seen = len(steps)

    def _wake(self, step: Step) -> None:
        """Whoever looks at what a step changes has something new to see."""
        operation = step.operation
        if operation.op in (Op.END, Op.SIGNAL, Op.CLOSE, Op.START):
            for actor in [actor for actor in self._recent if actor != step.actor]:
                del self._recent[actor]
        written = [touch.object for touch in operation.touches if touch.writes]
        if not written:
            return
        by_lock = operation.op in _LOCKS
        for actor, recent in list(self._recent.items()):
            if actor != step.actor and any(_sees(look, written, by_lock) for look, _ in recent):
                del self._recent[actor]

    def waits(self, actor: str) -> bool:
        """Whether it has made the same round several times, and nothing has changed since."""
        recent = self._recent.get(actor, [])
        return any(_repeats(recent, length) for length in range(1, len(recent) // _ROUNDS + 1))

    def waiting(self, state: State) -> list[str]:
        """Those who wait busily, and those who sleep until something happens."""
        return [
            c.actor
            for c in state.candidates
            if (c.enabled and c.actor in self._recent and self.waits(c.actor))
            or (not c.enabled and c.operation.op is Op.SLEEP)
        ]


def _sees(look: Step, written: list[str], by_lock: bool) -> bool:
    operation = look.operation
    # Who merely holds a lock while looking doesn't look at the lock.
    if by_lock and operation.op in (Op.ACQUIRE, Op.RELEASE):
        return False
    return any(touch.object in written for touch in operation.touches)


def _repeats(recent: list[tuple[Step, Sign]], length: int) -> bool:
    last = recent[-length:]
    signs = [sign for _, sign in last]
    for before in range(2, _ROUNDS + 1):
        if recent[-before * length][1] != signs[0]:
            return False  # as most of the time
    rounds = [sign for _, sign in recent[-_ROUNDS * length :]]
    return rounds == signs * _ROUNDS and only_look(step for step, _ in last)
