"""What actors say, and what is known of them and their objects by it."""

from __future__ import annotations

import time
from typing import Any

from ipcsim.control import enabling
from ipcsim.control.actors import Actor, Phase
from ipcsim.control.deaths import wait_for_death
from ipcsim.control.hub import Hub, Peer, Request
from ipcsim.control.memory import memory_touches
from ipcsim.control.objects import Objects, call_text, line_of, parts_of, touches
from ipcsim.control.originals import Originals
from ipcsim.control.readiness import mark_stale
from ipcsim.control.sleepers import Sleepers
from ipcsim.control.steps import Operation, Step, Unseen
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer


class Conversation:
    """The actors of one execution, as far as they have said something.

    ``outputs``: the order of what is written matters. ``early``: a timed wait may give up at any
    time, not only when nobody else can go on. ``ignored``: names of locks that let everybody in, to
    find out whether they are needed. ``files`` keeps what the program's files were like before.
    """

    def __init__(
        self,
        hub: Hub,
        *,
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
        self.unseen: dict[Unseen, None] = {}
        self._sleepers = Sleepers()
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

    def free(self) -> None:
        """Let everybody go on without control."""
        for actor in self.actors.values():
            if actor.phase is Phase.ASKING and actor.peer is not None and actor.request is not None:
                self.hub.answer(actor.peer, actor.request.number, Answer.FREE, self.clock_ns)
                actor.phase, actor.request = Phase.OUTSIDE, None

    def _answer(self, actor: Actor, request: Request, answer: Answer) -> None:
        assert actor.peer is not None
        self.hub.answer(actor.peer, request.number, answer, self.clock_ns)

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
        enabling.learn(self, step)
        if step.operation.op in enabling.DATABASE and step.result >= 0:
            # Who was refused has changed nothing.
            mark_stale(self, actor, step.operation.object, True, step)

    def _operation(self, actor: Actor, request: Request) -> Operation:
        known = (request.op, request.key, request.place, request.arg, actor.name)
        operation = self._operations.get(known)
        if operation is None:
            op = Op(request.op)
            parts, said = parts_of(request.key)
            keys = [self._resolve(key) for key in parts]
            path, number, called, same, target, *_ = (*request.place.split("\0"), *[""] * 4)
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
                else (
                    *touches(op, key, actor.name, self.outputs, request.arg),
                    *memory_touches(actor, op, title, bool(path)),
                ),
                request.arg,
                called,
                bool(same),
                bool(target),
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
        elif "unseen" in fact:
            kind, what = str(fact["unseen"]), str(fact.get("what", ""))
            who = "" if kind == "call" else self.actors[peer.name].process
            self.unseen[Unseen(kind, who, what, int(fact.get("line", 0)))] = None
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
        elif not actor.role:
            self.unseen[Unseen("threads", actor.process)] = None

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
        mark_stale(self, actor)
