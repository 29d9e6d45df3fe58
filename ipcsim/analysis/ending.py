"""The last moment at which the program was left alone: what was blocked then was blocked for good.

A run that ends by itself is looked at when its last process has ended; one that ipcsim has ended
(after a timeout, or by Stop) just before it did so; one that still runs, now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ipcsim.analysis.waiting import in_vain, on_its_way
from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.kinds import TIMED
from ipcsim.trace.own_threads import is_programs, kept_alive_by
from ipcsim.trace.people import ProcessInfo
from ipcsim.trace.queries import cut_short
from ipcsim.trace.standing import Standing

PATIENCE_NS: Final = 1_000_000_000
"""While a run goes on."""
STOPPED_NS: Final = 300_000_000
"""Where ipcsim has ended it."""
STARTS_NS: Final = 10_000_000_000
"""A process that has done nothing yet is still starting for so long, and one that has done
everything still ending: a busy machine takes its time to bring up and down many interpreters."""
_MOST_STARTS: Final = 256
_FIRST: Final = 3
"""Events by which a process that begins tells that it does."""


class End:
    """The end of a run, as far as the program had a say in it."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self.stopped = trace.ended is not None and (trace.ended.stopped or trace.ended.timed_out)
        self.cut_short = {info.process for info in trace.processes if self._was_cut_short(info)}
        """Processes that were alive until ipcsim ended them."""
        moments = [
            info.ended
            for info in trace.processes
            if info.process in self.cut_short and info.ended is not None
        ]
        if trace.ended is not None and trace.ended.left_alone_until:
            moments.append(trace.ended.left_alone_until)
        self.t = min(moments) - 1 if moments else trace.end
        self.now = Standing(trace, self.t)
        self.still_runs = trace.ended is None
        self._attended = trace.attended or (trace.ended is not None and trace.ended.attended)
        self.patience = PATIENCE_NS if self.still_runs else STOPPED_NS if self.stopped else 0
        """How long a wait must have lasted to be told, ns: a program that was stopped in the
        midst of its work isn't blocked because somebody was just waiting."""
        self.movers = set(self._moving())
        """Living threads that run, sleep, wait with a timeout, or are about to be served.

        Of a pool's worker without a task, a manager's server and the library's threads, only
        those of which something has just been heard.
        """
        self._starting = self.still_runs and self._somebody_starts()
        self._nobody_moves = not self.still_runs and not self.movers and not self._attended

    def lasts(self, actor: int) -> bool:
        """Whether a thread's wait has lasted so long that it will not end by itself."""
        late = self.t - self.now.times[actor] >= self.patience and not self._attended
        return (late and not self._starting) or self._nobody_moves

    def _somebody_starts(self) -> bool:
        """Whether a process has been started of which nothing has been heard yet, or only now: it
        has had no time to get to what others wait for."""
        now, trace = self.now, self.trace
        since = self.t - STARTS_NS
        for info in trace.processes:
            if info.is_main or now.over[info.process] or info.started < since:
                continue
            actor = info.actors[0]
            if now.last[actor] < 0:
                return True
            if self._serves(actor):
                continue
            early = trace.store.of_actor(actor)[:_FIRST].tolist()
            recent = self.t - trace.store.time(early[-1]) < PATIENCE_NS or len(early) < _FIRST
            if recent and now.states[actor] not in (State.WAITING, State.ENDING):
                return True
        if not len(trace.store):
            return False
        started = trace.store.of(-1, Kind.STARTED)
        started = started[: now.until(started)][-_MOST_STARTS:]
        pids = trace.raw.args(trace.rows(started)).tolist()
        times = trace.store.times(started).tolist()
        known = {info.pid for info in trace.processes}
        return any(
            pid not in known and time >= since for pid, time in zip(pids, times, strict=True)
        )

    def _moving(self) -> Iterator[int]:
        now, trace = self.now, self.trace
        for actor, state in enumerate(now.states):
            kind = now.kinds[actor]
            if now.last[actor] < 0 or now.over[now.process(actor)] or kind == Kind.THREAD_END:
                continue
            if trace.actors[actor].is_feeder or kind in (Kind.SERVE, Kind.SERVED):
                continue
            timed = kind in TIMED and now.args[actor] >= 0
            served = now.objects[actor] >= 0 and on_its_way(now, actor)
            served = served and not in_vain(now, actor)
            if self.t - now.times[actor] >= self.patience and self._serves(actor):
                continue
            # On a busy machine an interpreter takes its time to end, too.
            leaves = state == State.ENDING and kind != Kind.FEEDER_WAIT and self.still_runs
            leaves = leaves and self.t - now.times[actor] < STARTS_NS
            leaves = leaves and not kept_alive_by(now, now.process(actor))
            if state not in (State.WAITING, State.ENDING) or timed or served or leaves:
                yield actor

    def _serves(self, actor: int) -> bool:
        """Whether a thread does something only if others ask for it, as far as is known."""
        if self.now.is_idle(actor) or not is_programs(self.trace, actor):
            return True
        return self.trace.processes[self.now.process(actor)].is_server

    def stands_still(self, actors: Iterable[int]) -> bool:
        """Whether none of some threads will ever do anything again, by the look of it."""
        now = self.now
        return all(
            now.over[now.process(actor)]
            or (
                now.states[actor] in (State.WAITING, State.ENDING)
                and not (now.kinds[actor] in TIMED and now.args[actor] >= 0)
                and self.lasts(actor)
            )
            for actor in actors
        )

    def _was_cut_short(self, info: ProcessInfo) -> bool:
        return cut_short(self.trace, info) and (
            info.ended is None or not asked_for(self.trace, info)
        )


def asked_for(trace: History, info: ProcessInfo) -> bool:
    """Whether the program itself has terminated or killed a process."""
    return bool(len(signals_to(trace, info)))


def signals_to(trace: History, info: ProcessInfo) -> Array:
    """Ordinals of what terminated or killed a process; others may have had its pid."""
    store = trace.store
    signals = store.of(-1, Kind.TERMINATE, Kind.KILL)
    times = store.times(signals)
    meant = (trace.raw.args(trace.rows(signals)) == info.pid) & (times >= info.started)
    found: Array = signals[meant if info.ended is None else meant & (times <= info.ended)]
    return found


def end_of(trace: History) -> End:
    """The end of a run; looked for anew when the trace has grown."""
    state = trace.version, trace.attended
    found: tuple[tuple[int, bool], End] | None = trace.remembered("end", lambda: None)
    if found is None or found[0] != state:
        found = (state, End(trace))
        trace.remember("end", found)
    return found[1]
