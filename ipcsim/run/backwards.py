"""Back by re-execution: a fresh run follows the same choices, and what it does is compared."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ipcsim.control.executor import ControlError
from ipcsim.control.steps import Choice, Step
from ipcsim.language import _
from ipcsim.run.course import Course
from ipcsim.run.moves import Moves, Task
from ipcsim.run.seat import Seat
from ipcsim.run.spec import RunSpec
from ipcsim.run.turns import Tried, Turn

_THINKS_S: Final = 0.4
"""After so long without a command there is time to prepare going back."""


class Backwards(Moves):
    """Goes back to any turn, and to any branch that was tried.

    ``changed`` counts up with everything that may look different; ``course`` is another one after
    the execution was begun anew.
    """

    def __init__(self, spec: RunSpec) -> None:
        super().__init__(spec)
        self.changed = 0
        self.difference = ""
        """What wasn't the same when the choices were repeated, one sentence."""
        self._task: Task | None = None
        self._next: list[Callable[[], Task]] = []
        self._coming: Course | None = None
        self._target: int | None = None
        """Back to after so many turns."""
        self._plan: list[Choice] | None = None
        """What is ahead then; None: what has been undone."""
        self._spare: Seat | None = None
        """Started beforehand, so that going back takes no time."""
        self._idle_since = time.monotonic()
        self._closing: list[threading.Thread] = []

    @property
    def seat(self) -> Seat:
        """The execution on show."""
        return self.course.seat

    @property
    def turns(self) -> list[Turn]:
        """The turns so far: not to be changed."""
        return self.course.turns

    @property
    def position(self) -> int:
        """After how many turns we are, or are going to be."""
        return len(self.turns) if self._target is None else self._target

    @property
    def busy(self) -> bool:
        """Whether a command isn't through."""
        return bool(self._task or self._next or self.going_back) or not self.seat.settled

    @property
    def going_back(self) -> bool:
        """Whether an execution is being begun anew."""
        return self._target is not None

    def halt(self) -> None:
        """Stop running after this turn, and wait for nobody outside control."""
        self._halted = True
        self.awaited = ()
        self._next.clear()

    def back(self, turns: int) -> None:
        """Go back to after so many turns, by re-execution."""
        turns = max(0, min(turns, len(self.turns)))
        if turns != self.position:
            self._go_back(turns, None)

    def go_to(self, node: Tried) -> None:
        """Go to a step that was tried, in whichever branch, by re-execution."""
        here, there = self.at.path(), node.path()
        common = 0
        while common < min(len(here), len(there)) and here[common] is there[common]:
            common += 1
        if common == len(there):
            self.back(common)
            return
        rest = [choice for one in there[common:] for choice in one.choices]
        self._go_back(common, rest)
        self._next.append(lambda: self._run(lambda: not self.ahead, len(rest)))

    def begin_anew(self, ahead: Sequence[Choice]) -> None:
        """From the beginning again, with a schedule to follow."""
        self._go_back(0, list(ahead)[self.course.prelude :])

    # --- how

    def _go_back(self, turns: int, plan: list[Choice] | None) -> None:
        if self.seat.released:
            return
        self.halt()
        self.notice = self.difference = ""
        self._target, self._plan = turns, plan
        coming = self._coming
        if coming is not None and len(coming.seat.steps) > self.course.end(turns):
            self._retire(coming.seat)
            self._coming = None
            try:
                coming.seat.controller.files.put_back()
            except ControlError as error:
                self.notice = str(error)
        self.changed += 1

    def _rebuild(self) -> Task:
        """A fresh run that follows the choices up to the target, which may still change."""
        assert self._target is not None
        old, before = self.course, list(self.seat.steps)
        old.seat.controller.files.put_back()
        coming = self._coming = Course(self._fresh(), prelude=self.course.prelude)
        yield
        index = 0
        while index < old.end(self._target):
            was = before[index]
            choice = Choice(was.actor, was.what)
            if not choice.what:
                yield from self._until_inside(coming, [choice.actor])
            if not coming.allows(choice):
                self._differs(was, None)
                break
            coming.seat.grant(choice)
            yield
            now = coming.seat.steps[index]
            if (now.operation, now.result) != (was.operation, was.result):
                self._differs(was, now)
            index += 1
        coming.turns = [turn for turn in old.turns[: self._target] if turn.end <= index]
        path = self.at.path()
        self.at = path[len(coming.turns) - 1] if coming.turns else self.tried
        undone = [Choice(step.actor, step.what) for step in before[index:]]
        self.ahead = undone + self.ahead if self._plan is None else self._plan
        self.course, self._coming, self._target = coming, None, None
        self._retire(old.seat)

    def _fresh(self) -> Seat:
        """A run that has been started, everybody waiting."""
        seat, self._spare = self._spare, None
        if seat is None:
            seat = Seat(self.spec)
            seat.start()
        seat.take()
        return seat

    def _keep_spare(self) -> None:
        """Start a run beforehand while the person thinks."""
        if self.busy or not self.turns or self.seat.released or self._spare is not None:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > _THINKS_S:
            self._spare = Seat(self.spec)
            try:
                self._spare.start()
            except OSError:
                self._spare = None

    def _stay(self) -> None:
        """Go nowhere back."""
        if self._coming is not None:
            self._retire(self._coming.seat)
        self._coming = self._target = None

    def _retire(self, seat: Seat) -> None:
        """Ending a run takes a moment, which nobody needs to wait for."""
        thread = threading.Thread(target=seat.close, name="ipcsim: ends a run", daemon=True)
        thread.start()
        self._closing.append(thread)

    def _differs(self, was: Step, now: Step | None) -> None:
        if self.difference:
            return
        name, call = self.course.name(was.actor), self.course.words(was)
        if now is None:
            text = _("Not the same again: {name} isn't at {call}.").format(name=name, call=call)
        elif now.operation != was.operation:
            text = _("Not the same again: {name} did {call}, now {other}.").format(
                name=name, call=call, other=self.course.words(now)
            )
        else:
            text = _("Not the same again: {call} of {name} has another result.").format(
                name=name, call=call
            )
        self.difference = text
