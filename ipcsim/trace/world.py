"""The world at any moment: a question to the trace's columns, the same for a live run and a replay.

Each noun of the stage (tube, gate, cell, memory, service) has a module that answers for it; here
their answers become one :class:`~ipcsim.trace.moment.Moment`.
"""

from __future__ import annotations

from dataclasses import replace

from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.captions import caption
from ipcsim.trace.cells import cells_at, chips_at
from ipcsim.trace.gates import gate_at
from ipcsim.trace.gone import gone_threads
from ipcsim.trace.happenings import place_of_raise
from ipcsim.trace.history import History
from ipcsim.trace.kinds import TIMED
from ipcsim.trace.moment import ActorAt, Chip, Moment, Place, ProcessAt
from ipcsim.trace.motions import moves
from ipcsim.trace.objects import CELLS, GATES, MEMORIES, QUEUES, SERVICES, ObjectFacts
from ipcsim.trace.own_threads import is_programs, kept_alive_by
from ipcsim.trace.sentences import joins_of, operation_of, why
from ipcsim.trace.services import memory_at, service_at
from ipcsim.trace.standing import Standing
from ipcsim.trace.tubes import RATE_NS, tube_at
from ipcsim.trace.watched import watched_at


class World:
    """Answers what is the case at a moment."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self._answer: tuple[tuple[int, int, int, bool], Moment] | None = None

    def at(self, t: int, recent: int = 0, each: bool = False) -> Moment:
        """Everything at time ``t``.

        Args:
            t: ns on the clock of the recorded machine.
            recent: moves of the last so many ns are told.
            each: the caption tells the last event, and all moves are told, however many have just
                happened: time goes slowly, or stands.
        """
        key = (t, recent, self.trace.version, each)
        if self._answer is not None and self._answer[0] == key:
            return self._answer[1]
        now = Standing(self.trace, t)
        k_before = now.store.count_until(t - RATE_NS)
        seen = [facts for facts in self.trace.registry.all if facts.time <= t]
        tubes = {
            facts.object: tube_at(now, facts.object, k_before)
            for facts in seen
            if _is_tube(now, facts)
        }
        gates = {f.object: gate_at(now, f.object) for f in seen if f.kind in GATES}
        valued = [f.object for f in seen if f.kind in CELLS]
        cells = {obj: cells_at(now, obj) for obj in valued}
        chips = chips_at(now, valued)
        words, speaker = caption(now, now.k if each else k_before, tubes, cells, chips)
        moment = Moment(
            t,
            tuple(
                self._process(now, info.process, chips.get(info.process, ()))
                for info in self.trace.processes
                if info.started <= t
            ),
            tubes,
            gates,
            cells,
            {f.object: memory_at(now, f.object) for f in seen if f.kind in MEMORIES},
            {f.object: service_at(now, f.object) for f in seen if f.kind in SERVICES},
            moves(self.trace, t, recent, each) if recent > 0 else (),
            words,
            speaker,
        )
        self._answer = (key, moment)
        return moment

    def goes_on(self, before: Moment, t: int, recent: int) -> Moment:
        """A moment with the clock, and what moves, of a later time ``t``; the rest stands still."""
        return replace(before, t=t, moves=moves(self.trace, t, recent, each=False))

    def _process(self, now: Standing, process: int, chips: tuple[Chip, ...]) -> ProcessAt:
        info = self.trace.processes[process]
        actors = tuple(self._actor(now, actor) for actor in info.actors if _is_shown(now, actor))
        gone, gone_before = gone_threads(now, process)
        main = info.actors[0]
        state, since = now.states[main], self._since(now, main)
        if actors and actors[0].idle:
            state = State.WAITING
        exit_code = None
        detail = ""
        if now.over[process]:
            state, since = info.state, info.ended or since
            exit_code, detail = info.exit_code, info.detail
        return ProcessAt(
            process,
            info.name,
            info.role,
            info.pid,
            info.parent,
            info.daemon,
            info.is_main,
            state,
            since,
            exit_code,
            detail,
            actors,
            chips,
            watched_at(now, process),
            info.started,
            gone,
            gone_before,
        )

    def _since(self, now: Standing, actor: int) -> int:
        if now.last[actor] < 0:
            return self.trace.processes[now.process(actor)].started
        return now.times[actor]

    def _actor(self, now: Standing, actor: int) -> ActorAt:
        info, state, kind = self.trace.actors[actor], now.states[actor], now.kinds[actor]
        obj, several = now.objects[actor], now.waits_on(actor)
        begun = now.last[actor] >= 0
        if now.is_idle(actor):
            since, said = self._since(now, actor), _("waits for a task")
            waiting = State.WAITING
            return ActorAt(
                actor, info.process, 0, info.name, waiting, since, "", None, None, said, idle=True
            )
        waits = state == State.WAITING or (state == State.ENDING and _can_not_end(now, actor))
        deadline = None
        if begun and now.args[actor] > 0 and (kind == Kind.SLEEP or kind in TIMED):
            deadline = now.times[actor] + now.args[actor]
        return ActorAt(
            actor,
            info.process,
            info.thread,
            info.name,
            state,
            self._since(now, actor),
            operation_of(now, actor) if begun else "",
            self._crashed_at(now, actor) or now.place(actor),
            obj if obj >= 0 else None,
            why(now, actor) if waits else "",
            deadline,
            joins_of(now, actor) if waits and kind == Kind.JOIN_WAIT else None,
            several if len(several) > 1 else (),
        )

    def _crashed_at(self, now: Standing, actor: int) -> Place | None:
        """Of a thread whose exception has ended its process, the line that it came from."""
        if now.states[actor] is not State.CRASHED:
            return None
        store = now.store
        raised = store.of(-1, Kind.RAISED)
        mine = raised[store.actor.view[raised] == actor]
        if not len(mine) or mine[-1] >= now.k:
            return None
        return place_of_raise(self.trace, int(store.where.view[mine[-1]]))


def _is_tube(now: Standing, facts: ObjectFacts) -> bool:
    """Queues, and those ends of pipes that something was sent from (or could only be)."""
    if facts.kind in QUEUES:
        return True
    if facts.kind != ObjectKind.PIPE_END:
        return False
    return facts.facts.get("writable") is not False


def _can_not_end(now: Standing, actor: int) -> bool:
    if now.kinds[actor] == Kind.FEEDER_WAIT:
        return True
    info = now.trace.actors[actor]
    return not info.thread and bool(kept_alive_by(now, info.process))


def _is_shown(now: Standing, actor: int) -> bool:
    """Threads that have begun and not ended; the main thread always.

    A feeder is shown while it stands before a full pipe, a server's thread while it serves,
    another one of the library's while it is in the program's code, as in a callback.
    """
    info = now.trace.actors[actor]
    if not info.thread:
        return True
    if now.last[actor] < 0 or now.over[info.process]:
        return False
    if info.is_feeder:
        return now.kinds[actor] == Kind.SEND_WAIT
    if now.kinds[actor] in (Kind.THREAD_END, Kind.SERVED):
        return False
    return is_programs(now.trace, actor) or now.place(actor) is not None or _is_busy(now, actor)


def _is_busy(now: Standing, actor: int) -> bool:
    return now.states[actor] == State.WAITING or now.kinds[actor] == Kind.SERVE
