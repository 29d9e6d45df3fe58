"""Steps real processes by hand: one turn at a time, forwards, back, and along a schedule.

Back is re-execution: a fresh run follows the same choices up to there, and what it does is compared
with what was done. ``poll`` never blocks; what takes several steps goes on from poll to poll.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from ipcsim.control.actors import Phase
from ipcsim.control.executor import ControlError
from ipcsim.control.expectations import Expected
from ipcsim.control.judging import outcome
from ipcsim.control.steps import Choice, Outcome, Step
from ipcsim.language import _
from ipcsim.run.course import Course
from ipcsim.run.moves import Moves, Task, Until
from ipcsim.run.seat import Seat
from ipcsim.run.spec import RunSpec
from ipcsim.run.turns import Tried, Turn

_BUDGET_S: Final = 0.009
"""What one ``poll`` may take of a frame."""
_PATIENCE_S: Final = 0.05
"""Who hasn't answered by then isn't waited for within a ``poll``."""
_THINKS_S: Final = 0.4
"""After so long without a command there is time to prepare going back."""
_WAITING: Final = 3
"""So many commands may wait for the one that is carried out: a key pressed twice is two steps."""


class Stepping(Moves):
    """A program stepped by hand. All commands return at once; ``poll`` carries them out.

    ``changed`` counts up with everything that may look different; ``course`` is another one after
    the execution was begun anew.
    """

    def __init__(self, spec: RunSpec, expected: Expected | None = None) -> None:
        """Args:
        spec: the program.
        expected: what it should print, where it can go wrong without failing.
        """
        super().__init__(spec)
        self._expected = expected
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
        self._judged: tuple[int, Outcome] | None = None

    # --- what is

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
        return bool(self._task or self._next or self.going_back) or self.seat.state is None

    @property
    def going_back(self) -> bool:
        """Whether an execution is being begun anew."""
        return self._target is not None

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

    def step(self, actor: str, what: str = "") -> None:
        """Let an actor make one turn, or choose a timeout or its death for it."""
        self._do(lambda: self._chosen(Choice(actor, what)))

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

    def halt(self) -> None:
        """Stop running after this turn."""
        self._halted = True
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
        deadline = time.monotonic() + _BUDGET_S
        before = self._state()
        try:
            while self._goes_on() and time.monotonic() < deadline:
                pass
        except (ControlError, OSError) as error:
            self._task, self.notice = None, str(error)
            self._stay()
        if self._state() != before:
            self.changed += 1
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

    def _everybody_waits(self) -> bool:
        if self._coming is not None:
            self._coming.seat.session.poll()
            return self._coming.seat.look(wait=True)
        return self.seat.look(wait=self._task is not None)

    def _state(self) -> tuple[object, ...]:
        return self.seat.state, len(self.seat.steps), self._task is None, self._target

    def _do(self, task: Callable[[], Task]) -> None:
        if not self.seat.released and len(self._next) < _WAITING:
            self._next.append(task)
            self.notice = ""
            self.changed += 1

    # --- back

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
        self.changed += 1

    def _rebuild(self) -> Task:
        """A fresh run that follows the choices up to the target, which may still change."""
        assert self._target is not None
        old, before = self.course, list(self.seat.steps)
        coming = self._coming = Course(self._fresh(), prelude=self.course.prelude)
        yield
        index = 0
        while index < old.end(self._target):
            was = before[index]
            choice = Choice(was.actor, was.what)
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
