"""Calms the picture at full speed: a form that changes sixty times a second says nothing.

Nothing on the stage blinks faster than once a second: a process's state is held for half a second
unless it has ended, and figures change ten times a second. Only at full speed: when the run is
paused, slowed or replayed every frame is exactly its moment.
"""

from __future__ import annotations

from dataclasses import replace

from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt, Moment, ProcessAt

HOLD = 500_000_000
FIGURES = 100_000_000
_QUICK = frozenset({State.RUNNING, State.WAITING, State.ASLEEP})


class Calm:
    """Remembers what was shown, so that it can be kept for a while."""

    def __init__(self) -> None:
        self._shown: dict[int, tuple[int, ProcessAt]] = {}
        self._figures: Moment | None = None

    def clear(self) -> None:
        """Another run begins."""
        self._shown.clear()
        self._figures = None

    def soothe(self, moment: Moment) -> Moment:
        """The moment with its quick changes held back."""
        old = self._figures
        if old is None or not 0 <= moment.t - old.t < FIGURES:
            self._figures = old = moment
        return replace(
            old,
            t=moment.t,
            processes=tuple(self._process(p, moment.t) for p in moment.processes),
            moves=moment.moves,
        )

    def _process(self, process: ProcessAt, t: int) -> ProcessAt:
        known = self._shown.get(process.process)
        if known is not None:
            since, shown = known
            quick = process.state in _QUICK and shown.state in _QUICK
            if quick and 0 <= t - since < HOLD and len(process.actors) == len(shown.actors):
                return self._lines(shown, process)
        self._shown[process.process] = (t, process)
        return process

    @staticmethod
    def _lines(shown: ProcessAt, now: ProcessAt) -> ProcessAt:
        """Held, but a thread that has ended or died is seen at once."""
        if all(a.state.over == b.state.over for a, b in _pairs(shown, now)):
            return shown
        return now


def _pairs(one: ProcessAt, other: ProcessAt) -> list[tuple[ActorAt, ActorAt]]:
    return list(zip(one.actors, other.actors, strict=False))
