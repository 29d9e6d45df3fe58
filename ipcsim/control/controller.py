"""Decides, one step at a time, which actor of a running program may go on.

One controller for one execution of a program. ``settle`` waits until every actor asks, has ended,
or has been outside control for too long; ``state`` says who could go on and why the others can't;
``grant`` permits one step. Nothing here blocks for longer than it is told to.
"""

from __future__ import annotations

import os
import select
import time
from typing import Any, Final

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.executor import ControlError
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.killing import kill
from ipcsim.control.objects import Objects, call_text, line_of, parts_of, touches
from ipcsim.control.originals import Originals
from ipcsim.control.sleepers import LOOKS_S, Sleepers
from ipcsim.control.steps import KILL, TIMEOUT, Candidate, Choice, Operation, State, Step
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

_DIES_S: Final = 0.5
"""A process that was sent a deadly signal is given so long to die of it."""
BEGINS_S: Final = 20.0
"""A new interpreter on a busy machine may take its time."""
_CHANGES: Final = {Op.SEND, Op.RECEIVE, Op.CLOSE, Op.END, Op.ACCEPT, Op.CONNECT, Op.SIGNAL}
"""What may change the readiness of a channel."""
_IN_CHANNELS: Final = {Op.SEND, Op.RECEIVE, Op.CLOSE, Op.ACCEPT, Op.CONNECT}
"""What changes only the channels that it is about."""
_ALONE: Final = {Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RELEASE, Op.COUNT, Op.READ, Op.WRITE}
"""After these the actor itself is the only one who has something to say."""
_REAL: Final = {
    *{Op.SEND, Op.RECEIVE, Op.POLL, Op.WAIT, Op.ACCEPT, Op.CONNECT},
    *enabling.DATABASE,
}
"""Where the real object decides."""


class Controller:
    """The scheduler's seat of one execution.

    ``outside_s``: an actor that runs for so long without asking is outside control. ``outputs``:
    the order of what is written matters. ``early``: a timed wait may give up at any time, not only
    when nobody else can go on. ``ignored``: names of locks that let everybody in, to find out
    whether they are needed. ``files`` keeps what the program's files were like before.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        outside_s: float = 2.0,
        outputs: bool = False,
        early: bool = False,
        ignored: frozenset[str] = frozenset(),
        files: Originals | None = None,
    ) -> None:
        self.hub = hub
        self.files = files or Originals()
        self.actors: dict[str, Actor] = {}
        self.objects = Objects()
        self.steps: list[Step] = []
        self.clock_ns = 0
        self.outputs, self.early, self.ignored = outputs, early, ignored
        self.trouble: list[str] = []
        """Where model and reality disagreed: sentences with both views."""
        self.left_control: set[str] = set()
        """Actors that were outside control at some time."""
        self._outside_s = outside_s
        self._sleepers = Sleepers()
        self._quick: Peer | None = None
        self._operations: dict[tuple[int, str, str, int, str], Operation] = {}
        self.expect("main", -1)

    def expect(self, name: str, by: int) -> None:
        """An actor of this name will begin, started by step ``by``."""
        self.actors[name] = Actor(name, started_by=by)

    @property
    def finished(self) -> bool:
        """Whether no actor is left."""
        return all(actor.phase is Phase.ENDED for actor in self.actors.values())

    @property
    def over(self) -> bool:
        """Whether the main process has ended: who is left has nobody to end for."""
        return self.actors["main"].phase is Phase.ENDED

    def busy(self) -> list[Actor]:
        """Actors that have yet to ask, or to be seen."""
        return [
            actor
            for actor in self.actors.values()
            if actor.phase in (Phase.EXPECTED, Phase.RUNNING)
            or (actor.dying and actor.phase is not Phase.ENDED)
        ]

    def pump(self, timeout: float | None = 0) -> None:
        """Take in what actors have said, waiting at most ``timeout`` seconds for something."""
        if not self.hub.inbox:
            self.hub.pump(timeout)
        inbox = self.hub.inbox
        while inbox:
            peer, message = inbox.popleft()
            if message is None:
                self._gone(peer)
            elif type(message) is Request:
                self._asked(self.actors[peer.name], message)
            else:
                self._fact(peer, message)  # type: ignore[arg-type]

    def settle(self) -> None:
        """Wait until nobody is busy; who takes too long is outside control from then on."""
        if self._quick is not None:
            # Nobody else can have anything to say: one system call instead of three.
            self.hub.receive(self._quick)
            self._quick = None
        began = time.monotonic()
        while True:
            self.pump(None if self.hub.inbox else 0)
            self._wake_up()
            busy = self.busy()
            if not busy and not self._look_again():
                return
            left = min((self._patience(actor, began) for actor in busy), default=self._outside_s)
            self.pump(max(min(left, LOOKS_S), 0))
            self._give_up(busy, began)

    def unsettled(self, began: float, patient: bool = False) -> float:
        """As ``settle``, without waiting: for how many seconds somebody may still be busy, 0 if
        nobody is.

        ``began``: since when, of ``time.monotonic``; ``patient``: where only one can have something
        to say it may wait a moment for it (50 ms, once a step). Who takes too long is outside
        control from now on.
        """
        if patient and self._quick is not None:
            self.hub.receive(self._quick)
        self._quick = None
        self.pump()
        self._wake_up()
        busy = self.busy()
        if not busy:
            return self._outside_s if self._look_again() else 0.0
        self._give_up(busy, began)
        return max(min((self._patience(a, began) for a in self.busy()), default=0.0), 0.0)

    def _give_up(self, busy: list[Actor], began: float) -> None:
        """Who of those who are ``busy`` takes too long, or can't go on, is outside control."""
        still = [actor for actor in busy if actor.phase in (Phase.EXPECTED, Phase.RUNNING)]
        # As long as one of them is awake, or yet to begin, it may wake the others.
        asleep = bool(still) and all(map(self._sleeps, still))
        for actor in busy:
            awaited = actor in still or (actor.dying and actor.phase is not Phase.ENDED)
            if awaited and (asleep or self._patience(actor, began) <= 0):
                self._leave(actor)

    def _sleeps(self, actor: Actor) -> bool:
        """Whether who is busy waits in the kernel, for something that nobody has asked us for."""
        if actor.phase is not Phase.RUNNING or actor.dying:
            return False
        return self._sleepers.waits(actor, self._last(actor))

    def _last(self, actor: Actor) -> Step | None:
        return self.steps[actor.last_step] if actor.last_step >= 0 else None

    def _wake_up(self) -> None:
        """Who waited in the kernel and was woken is waited for again."""
        for name in self.left_control:
            actor = self.actors[name]
            if actor.phase is Phase.OUTSIDE and self._sleepers.has_woken(actor):
                actor.phase, actor.said_s = Phase.RUNNING, time.monotonic()

    def _patience(self, actor: Actor, began: float) -> float:
        """For how many seconds we go on waiting for who has been busy since ``began``. Time in
        which others kept it from the processor is not its own."""
        passed = time.monotonic() - max(began, actor.said_s)
        if actor.phase is Phase.EXPECTED:
            return BEGINS_S - passed if not actor.pid or not has_died(actor.pid) else 0.0
        if not actor.dying and self._is_starting(actor):
            return BEGINS_S - passed
        bound = _DIES_S if actor.dying else self._outside_s
        if passed < LOOKS_S:
            return bound - passed
        return bound - passed + self._sleepers.kept_s(actor)

    def kept_s(self, only: str = "") -> float:
        """For how many seconds those outside control, or only one of them, were kept from the
        processor since this was asked first."""
        outside = [a for a in self.actors.values() if a.phase is Phase.OUTSIDE]
        return max((self._sleepers.kept_s(a) for a in outside if only in ("", a.name)), default=0.0)

    def _is_starting(self, actor: Actor) -> bool:
        """Whether an actor may still be about to start somebody who has not begun."""
        last = self._last(actor)
        if last is None or last.operation.op is not Op.START:
            return False
        return self.actors[last.operation.object].phase is Phase.EXPECTED

    def state(self) -> State:
        """Who asks for what, and who of them can go on."""
        asking = [a for a in self.actors.values() if a.phase is Phase.ASKING]
        candidates = [enabling.candidate(self, actor) for actor in asking]
        if asking and not any(candidate.enabled for candidate in candidates):
            candidates = self._advance(asking, candidates)
        else:
            self._wake_in_time(asking, candidates)
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
        if choice.what == TIMEOUT:
            self.clock_ns = max(self.clock_ns, actor.since_ns + request.arg)
        enabling.perform(self, actor, step)
        if operation.op in _CHANGES:
            self._mark_stale(actor, operation.object, operation.op in _IN_CHANNELS)
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

    def _answer(self, actor: Actor, request: Request, answer: Answer) -> None:
        assert actor.peer is not None
        self.hub.answer(actor.peer, request.number, answer, self.clock_ns)

    def _kill(self, actor: Actor) -> Step:
        main = self.actors.get(actor.process or actor.name)
        if main is None or not main.pid:
            raise ControlError(f"{actor.name} has not begun yet, so it can't be killed")
        operation = actor.operation or Operation(Op.BEGIN, "", call_text(Op.BEGIN, ""))
        step = Step(len(self.steps), actor.name, operation, KILL)
        self.steps.append(step)
        self._quick = None
        kill(main.pid)
        main.dying = True
        return step

    def free(self) -> None:
        """Let everybody go on without control."""
        for actor in self.actors.values():
            if actor.phase is Phase.ASKING and actor.peer is not None and actor.request is not None:
                self.hub.answer(actor.peer, actor.request.number, Answer.FREE, self.clock_ns)
                actor.phase, actor.request = Phase.OUTSIDE, None

    def _asked(self, actor: Actor, request: Request) -> None:
        if actor.phase is Phase.ENDED:
            return
        self._sleepers.forget(actor)
        looked = actor.stale
        actor.stale = actor.dying = False  # who asks has handled the signal
        if not looked:
            self._confirm(actor, request)
            actor.since_ns = self.clock_ns = max(self.clock_ns, request.clock)
        actor.phase, actor.request = Phase.ASKING, request
        actor.operation = self._operation(actor, request)

    def _confirm(self, actor: Actor, request: Request) -> None:
        """What came of its last step."""
        if actor.last_step == actor.confirmed:
            return  # it was interrupted before it did anything else
        actor.confirmed = actor.last_step
        step = self.steps[actor.last_step]
        if step.result != request.result:
            step = self.steps[step.index] = Step(
                step.index, step.actor, step.operation, step.what, request.result, step.after
            )
        enabling.learn(self, actor, step)
        if step.operation.op in enabling.DATABASE and step.result >= 0:
            # Who was refused has changed nothing.
            self._mark_stale(actor, step.operation.object, True)

    def _operation(self, actor: Actor, request: Request) -> Operation:
        known = (request.op, request.key, request.place, request.arg, actor.name)
        operation = self._operations.get(known)
        if operation is None:
            op = Op(request.op)
            parts, said = parts_of(request.key)
            keys = [self._resolve(key) for key in parts]
            path, number, called, same, *_ = (*request.place.split("\0"), "", "", "", "")
            key = "\0".join(keys)
            whole = bool(key) and op not in (Op.START, Op.JOIN, Op.SIGNAL)
            title = (
                ", ".join(self.objects.title(key) for key in keys)
                if whole and keys[0] not in self.actors
                else ", ".join(keys)
            )
            operation = self._operations[known] = Operation(
                op,
                key,
                call_text(op, title, said),
                line_of(path, int(number or 0)),
                ()
                if title in self.ignored
                else touches(op, key, actor.name, self.outputs, request.arg),
                request.arg,
                called,
                bool(same),
            )
        return operation

    def _resolve(self, key: str) -> str:
        if key.startswith("pid:"):
            pid = int(key[4:])
            return next((a.name for a in self.actors.values() if a.is_main and a.pid == pid), key)
        return self.objects.resolve(key)

    def _fact(self, peer: Peer, fact: dict[str, Any]) -> None:
        if "actor" in fact:
            self._hello(peer, fact)
        elif "object" in fact:
            self.objects.introduce(fact)
        elif "started" in fact:
            started = self.actors[str(fact["started"])]
            started.pid = started.pid or int(fact["pid"])
        elif "unstarted" in fact:
            self.actors[str(fact["unstarted"])].phase = Phase.ENDED
        elif "raised" in fact:
            self.actors[peer.name].raised = fact["raised"]

    def _hello(self, peer: Peer, fact: dict[str, Any]) -> None:
        name = str(fact["actor"])
        actor = self.actors.get(name)
        if actor is None:
            actor = self.actors[name] = Actor(name)
        actor.peer = peer
        if fact.get("again"):
            return
        actor.phase, actor.said_s = Phase.RUNNING, time.monotonic()
        if actor.started_by >= 0:
            # Its starter may have waited for it: only now it is its turn.
            self.actors[self.steps[actor.started_by].actor].said_s = actor.said_s
        actor.process = str(fact.get("process", name))
        actor.role = str(fact.get("role", ""))
        actor.tid = int(fact.get("tid", 0))
        actor.pid = int(fact.get("pid", 0)) or self.actors[actor.process].pid
        if actor.is_main:
            self.objects.process(actor.pid, name)

    def _gone(self, peer: Peer) -> None:
        actor = self.actors.get(peer.name)
        if actor is None or actor.peer is not peer or actor.phase is Phase.ENDED:
            return
        if actor.is_main and actor.pid:
            wait_for_death(actor.pid)
        actor.killed, actor.gone_at = actor.ended_by < 0, len(self.steps)
        actor.phase, actor.request = Phase.ENDED, None
        if actor.is_main:
            self.objects.gone(actor.name, len(self.steps) - 1)
            for other in self.actors.values():
                if other.process == actor.name and other.phase is not Phase.ENDED:
                    other.phase, other.request = Phase.ENDED, None
        self._mark_stale(actor)

    def _leave(self, actor: Actor) -> None:
        self._sleepers.leave(actor)
        if actor.phase is Phase.EXPECTED:
            self.pump()
            if actor.peer is not None:
                return  # it began, and died a moment later
        if actor.dying:
            actor.dying = False  # it handles the signal
            return
        self.left_control.add(actor.name)
        actor.phase = Phase.OUTSIDE if actor.peer is not None else Phase.ENDED
        if actor.peer is None:
            self.trouble.append(f"{actor.name} was started but never began")

    def _mark_stale(self, by: Actor, changed: str = "", only: bool = False) -> None:
        """Have the real objects of actors looked at again: of all who wait, or ``only`` of those
        who ask for what has ``changed`` or for something that nothing is known of."""
        keys = set(changed.split("\0"))
        for actor in self.actors.values():
            request, operation = actor.request, actor.operation
            if actor is by or actor.phase is not Phase.ASKING or request is None:
                continue
            if operation is None or request.op not in _REAL:
                continue
            if request.ready and request.op in enabling.DATABASE:
                continue
            asked = operation.object.split("\0")
            if not keys.isdisjoint(asked) or (
                not request.ready and (not only or not all(map(self._is_known, asked)))
            ):
                actor.stale = True

    def _is_known(self, key: str) -> bool:
        shared = self.objects.by_key.get(key)
        return key in self.actors or (shared is not None and bool(shared.kind))

    def _look_again(self) -> bool:
        """Have the real objects asked once more whose readiness may have changed."""
        found = False
        for actor in self.actors.values():
            if actor.stale and actor.phase is Phase.ASKING and actor.request is not None:
                assert actor.peer is not None
                self.hub.answer(actor.peer, actor.request.number, Answer.LOOK, self.clock_ns)
                actor.phase, actor.request = Phase.RUNNING, None
                found = True
        return found

    def _wake_in_time(self, asking: list[Actor], candidates: list[Candidate]) -> None:
        """Where only sleepers can go on, a timeout that passes before they wake may come first."""
        if not any(one.operation.op is Op.SLEEP for one in candidates):
            return
        sleepers = [
            actor.since_ns + one.operation.arg
            for actor, one in zip(asking, candidates, strict=True)
            if one.enabled and one.operation.op is Op.SLEEP
        ]
        if not sleepers or len(sleepers) < sum(one.enabled for one in candidates):
            return
        for index, (actor, one) in enumerate(zip(asking, candidates, strict=True)):
            timeout = one.operation.arg
            if (
                not one.enabled
                and one.operation.op in enabling.TIMED
                and 0 <= timeout <= min(sleepers) - actor.since_ns
            ):
                candidates[index] = Candidate(one.actor, one.operation, True, "", (TIMEOUT,))

    def _advance(self, asking: list[Actor], candidates: list[Candidate]) -> list[Candidate]:
        """Nobody can go on: the clock advances to the first timeout, whose wait may then end."""
        timed = [
            (actor.since_ns + actor.request.arg, index)
            for index, actor in enumerate(asking)
            if actor.request is not None
            and actor.request.arg >= 0
            and actor.operation is not None
            and actor.operation.op in enabling.TIMED
        ]
        if timed:
            moment, index = min(timed)
            self.clock_ns = max(self.clock_ns, moment)
            late = candidates[index]
            what = "" if late.operation.op is Op.SLEEP else TIMEOUT
            candidates[index] = Candidate(late.actor, late.operation, True, "", (what,))
        return candidates


def wait_for_death(pid: int) -> None:
    """Wait a little until a process has ended: the end of its connection comes before that of its
    other pipes, and of its locks."""
    has_died(pid, _DIES_S)


def has_died(pid: int, within_s: float = 0) -> bool:
    """Whether a process has ended, as far as the system tells, or does ``within_s`` seconds."""
    if not hasattr(os, "pidfd_open"):
        return False
    try:
        process = os.pidfd_open(pid)
    except OSError:
        return True  # it has even been reaped
    try:
        poll = select.poll()
        poll.register(process, select.POLLIN)
        return bool(poll.poll(within_s * 1000))
    finally:
        os.close(process)
