"""Who waits for whom at a moment.

For a lock its holder; for the end of a process or thread that; for an item any of those that have
put into the queue; for a free slot any of those that have taken from it; for a notify or a set
event any that have done so before; at a barrier all that have not come; for a pool's result the
workers that are at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.analysis.finding import Wait
from ipcsim.events import Kind, ObjectKind
from ipcsim.supervisor.messages import State
from ipcsim.trace.channels import channel
from ipcsim.trace.gates import holders_of
from ipcsim.trace.kinds import TIMED
from ipcsim.trace.objects import QUEUES
from ipcsim.trace.operations import operations
from ipcsim.trace.sentences import dead_readers
from ipcsim.trace.standing import Standing
from ipcsim.trace.tubes import closers_of_end, holders_of_end

MOST_ARROWS = 64
_GIVERS = {
    Kind.GET_WAIT: Kind.PUT,
    Kind.PUT_WAIT: Kind.GET,
    Kind.RECV_WAIT: Kind.SEND,
    Kind.SEND_WAIT: Kind.RECV,
    Kind.SEND: Kind.RECV,
    Kind.FEEDER_WAIT: Kind.GET,
    Kind.ALL_DONE_WAIT: Kind.TASK_DONE,
    Kind.WAIT: Kind.NOTIFY,
    Kind.EVENT_WAIT: Kind.EVENT_SET,
}
"""A wait -> what another must do to end it."""
_ANYBODY = {*_GIVERS, Kind.BARRIER_WAIT}
"""Waits that somebody may end who has had nothing to do with their object before."""


@dataclass(slots=True)
class Waiting:
    """Everybody who waits without a timeout."""

    now: Standing
    for_whom: dict[int, set[int]] = field(default_factory=dict)
    """By waiting thread: the living threads any of which could end its wait, as far as known."""
    for_all: set[int] = field(default_factory=set)
    """Threads that need all of those."""
    guessed: set[int] = field(default_factory=set)
    """Threads that wait for a signal, which might come from others too."""

    def may_end(self, actor: int, movers: set[int]) -> bool:
        """Whether a wait may still come to its end while some threads move.

        Who holds a lock or is joined is known; who will put, send, notify or set isn't.
        """
        reached, todo = {actor}, [actor]
        while todo and movers:
            one = todo.pop()
            anybody = self.now.kinds[one] in _ANYBODY and not in_vain(self.now, one)
            if one in movers or one not in self.for_whom or anybody:
                return True
            new = self.for_whom[one] - reached
            reached |= new
            todo += new
        return False

    def arrows(self) -> tuple[Wait, ...]:
        """The graph for a picture."""
        now = self.now
        return tuple(
            Wait(
                actor,
                now.objects[actor],
                tuple(sorted(others)),
                operations(now.trace).text(int(now.rows[actor]), now.objects[actor]),
                int(now.rows[actor]),
            )
            for actor, others in list(self.for_whom.items())[:MOST_ARROWS]
        )


def waiting_at(now: Standing) -> Waiting:
    """The graph of waits at a moment."""
    found = Waiting(now)
    for actor, state in enumerate(now.states):
        kind, obj = now.kinds[actor], now.objects[actor]
        if state not in (State.WAITING, State.ENDING) or now.over[now.process(actor)]:
            continue
        if kind in TIMED and now.args[actor] >= 0:
            continue
        others = _others(now, actor, kind, obj)
        if others is None:
            continue
        found.for_whom[actor] = {other for other in others if not now.over[now.process(other)]}
        if kind == Kind.BARRIER_WAIT:
            found.for_all.add(actor)
        if kind in (Kind.WAIT, Kind.EVENT_WAIT):
            found.guessed.add(actor)
    return found


def _others(now: Standing, actor: int, kind: int, obj: int) -> set[int] | None:
    """Threads that could end a wait; None: it is no wait for others."""
    if kind == Kind.ACQUIRE_WAIT:
        return {holder for holder, _since, _depth in holders_of(now, obj)}
    if kind == Kind.JOIN_WAIT:
        process = now.trace.process_of_pid(now.args[actor], now.t)
        return set() if process is None else {now.trace.processes[process].actors[0]}
    if kind == Kind.THREAD_JOIN_WAIT:
        mine = now.trace.processes[now.process(actor)].actors
        return {a for a in mine if now.trace.actors[a].thread == now.args[actor]}
    if kind == Kind.BARRIER_WAIT:
        return _missing(now, obj)
    if kind == Kind.RESULT_WAIT and obj >= 0:
        return _at_work(now, obj)
    if kind not in _GIVERS or obj < 0:
        return None
    if in_vain(now, actor):
        return set()
    if on_its_way(now, actor):
        return None
    return _givers(now, actor, kind, obj)


def in_vain(now: Standing, actor: int) -> bool:
    """Whether a thread waits for what is in a queue whose read lock a dead process holds."""
    obj = now.objects[actor]
    return now.kinds[actor] == Kind.GET_WAIT and obj >= 0 and bool(dead_readers(now, obj))


def on_its_way(now: Standing, actor: int) -> bool:
    """Whether what a thread waits for is there, or about to be."""
    kind, obj = now.kinds[actor], now.objects[actor]
    facts = now.trace.registry.all[obj]
    if kind == Kind.GET_WAIT:
        one = channel(now.trace, obj)
        return now.until(one.puts) - now.until(one.failed) > now.until(one.gets)
    if kind == Kind.RECV_WAIT:
        peer = now.trace.registry.peer(obj)
        if peer is None:
            return False
        one = channel(now.trace, peer)
        return now.until(one.puts) > now.until(one.gets)
    if kind == Kind.PUT_WAIT:
        one, bound = channel(now.trace, obj), facts.number("bound") or 0
        return bound > 0 and now.until(one.puts) - now.until(one.gets) < bound
    if kind == Kind.BARRIER_WAIT:
        return _all_came(now, actor, facts.number("parties") or 0)
    return False


def _all_came(now: Standing, actor: int, parties: int) -> bool:
    """Whether all have come to a barrier with whom a thread waits there; some may be gone again."""
    came = now.store.of(now.objects[actor], Kind.BARRIER_WAIT)
    gone = now.until(now.store.of(now.objects[actor], Kind.BARRIER_BROKEN))
    before = max(0, int(came.searchsorted(now.last[actor])) - gone)
    return 0 < parties <= now.until(came) - gone - before // parties * parties


def _givers(now: Standing, actor: int, kind: int, obj: int) -> set[int]:
    """Threads that have done before what would end the wait."""
    trace = now.trace
    target = obj
    if trace.registry.all[obj].kind == ObjectKind.PIPE_END:
        peer = trace.registry.peer(obj)
        target = obj if peer is None else peer
    done = now.store.of(target, _GIVERS[Kind(kind)])
    actors = set(now.store.actor.view[done[: now.until(done)][-8192:]].tolist())
    if target != obj:
        closers = closers_of_end(now, target)
        actors = {actor for actor in actors if now.process(actor) not in closers}
    if not actors and target != obj:
        # Nobody has done so, or can any more: whoever holds the other end could, its users first.
        holding = {trace.processes[p].actors[0] for p in holders_of_end(now, target)}
        actors = (holding & _users(now, target)) or holding
    elif not actors and trace.registry.all[obj].kind in QUEUES and kind != Kind.GET_WAIT:
        maker = trace.registry.all[obj].created_by
        actors = set() if maker is None else {trace.processes[maker].actors[0]}
        actors |= _not_come_to_it(now, obj)
    return actors - {actor}


def _not_come_to_it(now: Standing, queue: int) -> set[int]:
    """Main threads that wait elsewhere and have never put into a queue: they may be those who
    were to take from it."""
    puts = now.store.of(queue, Kind.PUT, Kind.PUT_WAIT)
    putters = set(now.store.actor.view[puts].tolist())
    return {
        actor
        for actor, info in enumerate(now.trace.actors)
        if not info.thread and now.states[actor] == State.WAITING and actor not in putters
    }


def _users(now: Standing, obj: int) -> set[int]:
    """Threads that have sent or received at an end."""
    store = now.store
    used = store.of(obj, Kind.SEND, Kind.SEND_WAIT, Kind.RECV, Kind.RECV_WAIT)
    return set(store.actor.view[used[: now.until(used)][-64:]].tolist())


def _missing(now: Standing, obj: int) -> set[int]:
    """Who has not come to a barrier: its users, or else those like the ones who wait."""
    trace, store = now.trace, now.store
    there = set(now.waiters(obj, Kind.BARRIER_WAIT))
    came = store.of(obj, Kind.BARRIER_WAIT)
    users = set(store.actor.view[came[: now.until(came)][-4096:]].tolist()) - there
    if users:
        return users
    roles = {trace.processes[now.process(actor)].role for actor in there} - {""}
    return {info.actors[0] for info in trace.processes if info.role in roles} - there


def _at_work(now: Standing, pool: int) -> set[int]:
    """A pool's workers that have begun a task and not done it."""
    store = now.store
    found: set[int] = set()
    events = store.of(pool, Kind.TASK_BEGIN, Kind.TASK_END)
    events = events[: now.until(events)][-4096:]
    for actor, kind in zip(
        store.actor.view[events].tolist(), store.kind.view[events].tolist(), strict=True
    ):
        (found.add if kind == Kind.TASK_BEGIN else found.discard)(actor)
    return found
