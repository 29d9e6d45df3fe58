"""One execution of a program in the scheduler's seat: it is recorded as any run, and waits for us.

Nothing here blocks: ``look`` takes in what has come, and says whether everybody waits. The session
is polled by whoever shows it.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from typing import Final

from ipcsim.control import enabling
from ipcsim.control.actors import Phase
from ipcsim.control.controller import Controller
from ipcsim.control.hub import Hub
from ipcsim.control.steps import Choice, State, Step
from ipcsim.run.outsiders import Lookout, Outsider
from ipcsim.run.session import Session
from ipcsim.run.spec import RunSpec
from ipcsim.run.step_words import short_names
from ipcsim.supervisor import sessions

OUTSIDE_S: Final = 1.5
"""Who runs for so long without asking is outside control."""
_LOOK_S: Final = 0.002


class Seat:
    """A recorded session under control. ``start`` it, ``look`` at it, ``close`` it."""

    def __init__(self, spec: RunSpec) -> None:
        # A folder of this process's: should that be killed, the next run removes it.
        self._folder = sessions.new_session()
        self.hub = Hub(self._folder)
        self._lookout = Lookout.beside(self.hub.address)
        control = {
            "address": self.hub.address,
            "secret": self.hub.secret,
            "template": False,
            "recorded": True,
        }
        self.session = Session(replace(spec, control=control))
        self.controller = Controller(self.hub, outside_s=OUTSIDE_S)
        self.settled = False
        """Whether everybody waits: nobody is about to say what it wants."""
        self._state: State | None = None
        self.times: list[int] = []
        """When each step was permitted, ns on the machine's clock."""
        self.settled_at = 0
        """When everybody came to wait, ns on the machine's clock."""
        self.released = False
        """Everybody goes on without control."""
        self._since = time.monotonic()
        self._seen: tuple[object, ...] = ()
        self._closed = False

    @property
    def state(self) -> State | None:
        """Who could go on now; None while somebody is about to say."""
        if self._state is None and self.settled:
            # Worked out when somebody wants to know: who only repeats steps doesn't.
            self._state = self.controller.state()
        return self._state

    def is_able(self, actor: str) -> bool:
        """Whether an actor is at an operation that it can perform, everybody waiting."""
        known = self.controller.actors.get(actor)
        if not self.settled or known is None or known.phase is not Phase.ASKING:
            return False
        return enabling.candidate(self.controller, known).enabled

    def start(self) -> None:
        """Start the program. Raises what :meth:`Session.start` raises."""
        self.session.start()
        self._since = time.monotonic()

    @property
    def steps(self) -> list[Step]:
        """All steps so far: not to be changed."""
        return self.controller.steps

    @property
    def busy_s(self) -> float:
        """For how long somebody has been about to say what it wants; 0 if everybody waits."""
        return 0.0 if self.settled else time.monotonic() - self._since

    def look(self, wait: bool = False) -> bool:
        """Whether everybody waits; with ``wait`` it may take 2 ms to find out, 50 once a step."""
        if self._closed or self.released:
            self._let_go()
            return self.settled
        controller = self.controller
        if self.session.ended is not None:
            self._all_gone()
        if not self.settled:
            left = controller.unsettled(self._since, patient=wait)
            if left > 0 and wait:
                controller.pump(min(left, _LOOK_S))
                left = controller.unsettled(self._since)
            if left <= 0:
                self._settle()
        else:
            # Somebody may come back from outside, or die.
            controller.pump()
            if self._phases() != self._seen:
                self._settle()
        return self.settled

    def take(self) -> None:
        """Begin to look at a run that was started a while ago: nobody has been late so far."""
        self._since = time.monotonic()

    def grant(self, choice: Choice) -> Step:
        """Permit a step. Raises ControlError if that actor isn't at an operation."""
        now = time.perf_counter_ns()
        step = self.controller.grant(choice)
        self.times.append(now)
        self._unsettle()
        self._since = time.monotonic()
        return step

    def release(self) -> None:
        """Let everybody go on without control, for good."""
        self.released = True
        self._unsettle()
        self._let_go()

    def is_outside(self, actor: str) -> bool:
        """Whether an actor is outside control: not at an operation, for longer than we wait."""
        known = self.controller.actors.get(actor)
        return known is not None and known.phase is Phase.OUTSIDE and not self.released

    def outsiders(self) -> list[Outsider]:
        """Who is outside control, and where."""
        actors = self.controller.actors
        outside = [a for a in actors.values() if self.is_outside(a.name)]
        self._lookout.forget(actor.name for actor in outside)
        if not outside:
            return []
        names = short_names(actors)
        return [self._lookout.look(actor, names[actor.name]) for actor in outside]

    def close(self) -> None:
        """End the program and everything of it."""
        if not self._closed:
            self._closed = True
            self.session.close()
            self.hub.close()
            shutil.rmtree(self._folder, ignore_errors=True)
            sessions.remove_empty_folder()

    def _settle(self) -> None:
        self.settled, self._state = True, None
        self._seen = self._phases()
        self.settled_at = time.perf_counter_ns()

    def _unsettle(self) -> None:
        self.settled, self._state = False, None

    def _phases(self) -> tuple[object, ...]:
        return tuple(actor.phase for actor in self.controller.actors.values())

    def _let_go(self) -> None:
        if self.released and not self._closed:
            self.controller.pump()
            self.controller.free()

    def _all_gone(self) -> None:
        """The run is over: nobody will ask any more."""
        for actor in self.controller.actors.values():
            if actor.phase is not Phase.ENDED:
                actor.phase, actor.request = Phase.ENDED, None
                self._unsettle()
