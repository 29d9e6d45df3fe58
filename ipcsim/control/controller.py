"""Decides, one step at a time, which actor of a running program may go on.

One controller for one execution of a program. ``settle`` waits until every actor asks, has ended,
or has been outside control for too long; ``state`` says who could go on and why the others can't;
``grant`` permits one step. Nothing here blocks for longer than it is told to.
"""

from __future__ import annotations

import os
from typing import Final

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.executor import ControlError
from ipcsim.control.killing import kill
from ipcsim.control.objects import call_text, parts_of
from ipcsim.control.readiness import CHANGES, IN_CHANNELS, mark_stale
from ipcsim.control.settling import Settling
from ipcsim.control.steps import KILL, TIMEOUT, Choice, Operation, State, Step
from ipcsim.control.virtual_time import advance, wake_in_time
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

_ALONE: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE, Op.COUNT, Op.READ, Op.WRITE}
"""After these the actor itself is the only one who has something to say."""


class Controller(Settling):
    """The scheduler's seat of one execution."""

    def state(self) -> State:
        """Who asks for what, and who of them can go on."""
        asking = [a for a in self.actors.values() if a.phase is Phase.ASKING]
        candidates = [enabling.candidate(self, actor) for actor in asking]
        if asking and not any(candidate.enabled for candidate in candidates):
            candidates = advance(self, asking, candidates)
        else:
            wake_in_time(asking, candidates)
        outside = tuple([a.name for a in self.actors.values() if a.phase is Phase.OUTSIDE])
        waits = tuple([name for name in outside if self._sleepers.is_asleep(self.actors[name])])
        return State(tuple(candidates), self.steps, self.clock_ns, outside, waits)

    def grant(self, choice: Choice) -> Step:
        """Permit ``choice``'s actor its step.

        Raises:
            ControlError: there is no such actor, or it isn't asking.
        """
        actor = self.actors.get(choice.actor)
        if choice.what == KILL and actor is not None and actor.phase is not Phase.ENDED:
            return self._kill(actor)
        if actor is None or actor.request is None or actor.operation is None or actor.peer is None:
            raise ControlError(f"{choice.actor} isn't at an operation")
        request, operation = actor.request, actor.operation
        self.files.before(operation.op, parts_of(request.key)[0], request.arg)
        step = Step(
            len(self.steps),
            actor.name,
            operation,
            choice.what,
            after=enabling.causes(self, actor),
        )
        self.steps.append(step)
        actor.last_step = step.index
        actor.request = None
        actor.phase = Phase.RUNNING
        if operation.op is Op.START:
            self.expect(operation.object, step.index)
        self.clock_ns = enabling.clock_after(self.clock_ns, actor, choice.what)
        enabling.perform(self, step)
        if operation.op in CHANGES:
            mark_stale(self, actor, operation.object, operation.op in IN_CHANNELS)
        elif os.name == "posix" and operation.op in _ALONE and not self.left_control:
            self._quick = actor.peer
        fails = choice.what == TIMEOUT or enabling.fails(self, request, operation)
        answer = Answer.TIMEOUT if fails else Answer.GO
        if self.ignored and self.objects.get(operation.object).name in self.ignored:
            answer = Answer.SKIP
        self._answer(actor, request, answer)
        if operation.op is Op.END:
            actor.exit_code, actor.ended_by = request.arg, step.index
            if not actor.is_main:
                actor.phase = Phase.ENDED
        return step

    def _kill(self, actor: Actor) -> Step:
        main = self.actors.get(actor.process or actor.name)
        if main is None or not main.pid:
            raise ControlError(f"{actor.name} has not begun yet, so it can't be killed")
        operation = actor.operation or Operation(Op.BEGIN, "", call_text(Op.BEGIN, ""))
        step = Step(len(self.steps), actor.name, operation, KILL)
        self.steps.append(step)
        self._quick = None
        kill(main.pid)
        main.dying = main.doomed = True
        return step
