"""Steps real processes by hand: one turn at a time, forwards, back, and along a schedule.

Back is re-execution: a fresh run follows the same choices up to there, and what it does is compared
with what was done. ``poll`` never blocks; what takes several steps goes on from poll to poll.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from ipcsim.control.actors import Phase
from ipcsim.control.executor import ControlError
from ipcsim.control.expectations import Expected
from ipcsim.control.judging import outcome
from ipcsim.control.steps import Choice, Outcome
from ipcsim.run.backwards import Backwards
from ipcsim.run.moves import Task, Until
from ipcsim.run.outsiders import Outsider
from ipcsim.run.spec import RunSpec

_BUDGET_S: Final = 0.009
"""What one ``poll`` may take of a frame."""
_PATIENCE_S: Final = 0.05
"""Who hasn't answered by then isn't waited for within a ``poll``."""
_WAITING: Final = 3
"""So many commands may wait for the one that is carried out: a key pressed twice is two steps."""


class Stepping(Backwards):
    """A program stepped by hand. All commands return at once; ``poll`` carries them out.

    See :class:`Backwards` for what changes while it goes back.
    """

    def __init__(self, spec: RunSpec, expected: Expected | None = None) -> None:
        """Args:
        spec: the program.
        expected: what it should print, where it can go wrong without failing.
        """
        super().__init__(spec)
        self._expected = expected
        self._judged: tuple[int, Outcome] | None = None
        self.outsiders: tuple[Outsider, ...] = ()
        """Who is outside control, and where it is."""

    # --- what is

    def outcome(self) -> Outcome | None:
        """How it has ended: nobody can go on. None while somebody can."""
        state = self.seat.state
        if state is None or self._task is not None or self.going_back:
            return None
        if state.outside or any(offer.enabled for offer in self.offers()):
            return None
        key = hash((id(self.seat), len(self.seat.steps)))
        if self._judged is None or self._judged[0] != key:
            ended = self.seat.controller.actors["main"].phase is Phase.ENDED
            found = outcome(self.seat.controller, () if ended else state.candidates, False)
            if self._expected is not None and not found.fails:
                session = self.seat.session
                if session.ended is None:
                    return None  # what it has printed is still on its way
                printed = [one.data for one in session.trace.outputs if one.stream == 1]
                found = self._expected.judge(b"".join(printed).replace(b"\r", b"")) or found
            self._judged = key, found
            self.at.outcome, self.at.fails = found.sentence, found.fails
        return self._judged[1]

    # --- commands

    def start(self, ahead: Sequence[Choice] = ()) -> None:
        """Start the program, everybody waiting. Raises what :meth:`Session.start` raises."""
        self.ahead = list(ahead)
        self.seat.start()
        self._task = self._begin(self.course)

    def step(self, actor: str, what: str = "", whom: str = "") -> None:
        """Let an actor make one turn, or choose a timeout or its death for it.

        Args:
            whom: one of the offer's alternatives: whom it wakes, whose message arrives.
        """
        self._do(lambda: self._chosen(Choice(actor, what), whom))

    def step_any(self) -> None:
        """One turn of the schedule's, or else of the scheduler's, choice."""
        self._do(self._scheduled)

    def step_line(self, actor: str) -> None:
        """Let an actor go on until it is at another line, or can't."""
        here = self.offer(actor)
        line = here.line if here is not None else None

        def moved() -> bool:
            offer = self.offer(actor)
            return offer is None or (offer.line is not None and offer.line != line)

        self._do(lambda: self._alone(actor, moved))

    def run_until_blocked(self, actor: str) -> None:
        """Let an actor go on until it can't."""
        self._do(lambda: self._alone(actor, lambda: False))

    def run(self, until: Until, most: int = 1_000_000) -> None:
        """Let the scheduler choose until something is so, nobody can go on, or :meth:`halt`."""
        self._do(lambda: self._run(until, most))

    def run_to(self, step: int) -> None:
        """Let the scheduler choose until so many leaf steps have been made."""

        def there() -> bool:
            return len(self.seat.steps) >= step

        def task() -> Task:
            if not there():
                yield from self._run(there, step)

        self._do(task)

    def wait_for(self, actor: str) -> None:
        """Let nobody go on until an actor has come back under control, or :meth:`halt`."""
        self._do(lambda: self._until_inside(self.course, [actor]))

    def release(self) -> None:
        """Let everybody go on at full speed, without control, for good."""
        self.halt()
        self._task = None
        self._stay()
        self.seat.release()
        self.changed += 1

    def schedule(self) -> list[Choice]:
        """All that was chosen so far."""
        return self.course.choices()

    # --- the beat

    def poll(self) -> None:
        """Take in what has come, go on with what is to be done; never blocks.

        The session on show is polled by whoever shows it.
        """
        if self._coming is not None:
            self._coming.seat.session.poll()
        deadline = time.monotonic() + _BUDGET_S
        before = self._state()
        try:
            while self._goes_on() and time.monotonic() < deadline:
                pass
        except (ControlError, OSError) as error:
            self._task, self.notice = None, str(error)
            self._stay()
        outsiders = tuple(self.seat.outsiders())
        if self._state() != before or outsiders != self.outsiders:
            self.changed += 1
        self.outsiders = outsiders
        self._closing = [one for one in self._closing if one.is_alive()]
        self._keep_spare()

    def close(self) -> None:
        """End everything."""
        self._task = None
        self._next.clear()
        self._stay()
        if self._spare is not None:
            self._retire(self._spare)
            self._spare = None
        self.seat.close()
        for thread in self._closing:
            thread.join()

    def _goes_on(self) -> bool:
        """One move; whether there may be another at once."""
        if self._target is not None and self._coming is None:
            self._task = self._rebuild()
        elif not self._everybody_waits():
            # Nobody may wait for one that takes long: the window has other things to do.
            seat = (self._coming or self.course).seat
            return self._task is not None and seat.busy_s < _PATIENCE_S
        if self._awaits_outsider():
            return False
        if self._task is None:
            if not self._next or self.seat.released:
                return False
            self._halted = False
            self._task = self._next.pop(0)()
        try:
            next(self._task)
        except StopIteration:
            self._task = None
        return True

    def _awaits_outsider(self) -> bool:
        """Whether there is nothing to do but to wait for somebody outside control."""
        seat = (self._coming or self.course).seat
        return bool(self.awaited) and all(map(seat.is_outside, self.awaited))

    def _everybody_waits(self) -> bool:
        if self._coming is not None:
            return self._coming.seat.look(wait=True)
        return self.seat.look(wait=self._task is not None)

    def _state(self) -> tuple[object, ...]:
        return (
            self.seat.settled_at,
            self.seat.settled,
            len(self.seat.steps),
            self._task is None,
            self._target,
        )

    def _do(self, task: Callable[[], Task]) -> None:
        if not self.seat.released and len(self._next) < _WAITING:
            self.awaited = ()
            self._next.append(task)
            self.notice = ""
            self.changed += 1
