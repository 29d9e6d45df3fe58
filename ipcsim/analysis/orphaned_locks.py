"""Which locks are still held by a process that is no more?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.gates import holders_of
from ipcsim.trace.history import History
from ipcsim.trace.objects import (
    CONDITIONS,
    LOCKS,
    QUEUES,
    SEMAPHORES,
    THREAD_QUEUES,
    ObjectFacts,
)
from ipcsim.trace.people import ProcessInfo
from ipcsim.trace.sentences import dead_readers, name_of, names, place_at


def find(trace: History) -> list[Finding]:
    """Locks and permits whose holder was killed or crashed, or ended while others waited."""
    end = end_of(trace)
    found = []
    for facts in trace.registry.all:
        if facts.kind not in LOCKS | CONDITIONS | SEMAPHORES or facts.kind.startswith("threading."):
            continue
        for actor, since, _depth in holders_of(end.now, facts.object):
            info = trace.processes[end.now.process(actor)]
            if info.process in end.cut_short or info.ended is None or info.ended > end.t:
                continue
            waited = _waited_after(end, facts.object, info.ended)
            if info.state == State.ENDED and not waited:
                continue
            if facts.kind in SEMAPHORES and info.state == State.ENDED:
                continue
            found.append(_finding(end, facts.object, actor, since, waited))
    return found + [
        _of_queue(end, facts.object) for facts in trace.registry.all if _lost_lock(end, facts)
    ]


def _lost_lock(end: End, facts: ObjectFacts) -> bool:
    """Whether somebody waits at a queue whose read lock a dead process has taken with it."""
    return (
        facts.kind in QUEUES - THREAD_QUEUES
        and bool(end.now.waiters(facts.object, Kind.GET_WAIT))
        and bool(dead_readers(end.now, facts.object))
    )


def _of_queue(end: End, obj: int) -> Finding:
    trace, now = end.trace, end.now
    actor = dead_readers(now, obj)[0]
    info, place = trace.processes[now.process(actor)], now.place(actor)
    waiting = now.waiters(obj, Kind.GET_WAIT)
    return Finding(
        "orphaned_lock",
        _(
            "{who} {how} inside get() of {name} (line {line}), where it held the queue's read "
            "lock. {names} waits in vain for what is in the queue."
        ).format(
            who=info.name,
            how=_how(info),
            name=trace.objects[obj].name,
            line=trace.at_line(place),
            names=", ".join(name_of(now, waiter) for waiter in waiting[:4]),
        ),
        _(
            "Only one process at a time reads from a queue, under a lock of the queue's own. A "
            "process that is ended while it waits in get() keeps that lock for ever. End "
            "consumers by a message, not by terminate()."
        ),
        tuple(dict.fromkeys([info.process, *(now.process(waiter) for waiter in waiting)])),
        (obj,),
        locations(place),
        info.ended or end.t,
        (int(now.rows[actor]),),
        remedy=_("Send it a None and join it, or use an Event that it looks at."),
        pitfall="P2",
        reference="multiprocessing: Programming guidelines, Avoid terminating processes",
    )


def _waited_after(end: End, obj: int, time: int) -> list[int]:
    """Threads that began to wait after, or still waited at, a time."""
    store = end.trace.store
    waits = store.of(obj, Kind.ACQUIRE_WAIT)
    later = waits[waits.searchsorted(np.uint32(store.count_until(time))) :]
    still = end.now.waiters(obj, Kind.ACQUIRE_WAIT)
    return list(dict.fromkeys([*still, *store.actor.view[later].tolist()]))


def _finding(end: End, obj: int, actor: int, since: int, waited: list[int]) -> Finding:
    trace, now = end.trace, end.now
    info = trace.processes[now.process(actor)]
    place = place_at(now, actor, since)
    how = _how(info)
    killed = info.state in (State.KILLED, State.TERMINATED)
    words = _("{who} {how} while it held {name} (taken at line {line}).").format(
        who=info.name, how=how, name=trace.objects[obj].name, line=trace.at_line(place)
    )
    if waited:
        who = names([name_of(now, waiter) for waiter in waited])
        words += " " + _("{names} waited for it in vain.").format(names=who)
    return Finding(
        "orphaned_lock",
        words,
        _(
            "The operating system doesn't give a lock back when its holder dies. Whoever wants it "
            "afterwards waits for ever. Use `with`, and don't kill a process that may hold a lock."
        ),
        tuple(dict.fromkeys([info.process, *(now.process(waiter) for waiter in waited)])),
        (obj,),
        locations(place),
        info.ended or end.t,
        (),
        remedy=_("`with lock:` gives it back whatever happens.")
        if not killed
        else _("Ask the process to stop by an Event or a message, and join it."),
        pitfall="P2" if killed else "",
        reference="multiprocessing: Programming guidelines, Avoid terminating processes"
        if killed
        else "",
    )


def _how(info: ProcessInfo) -> str:
    return {
        State.KILLED: _("was killed"),
        State.TERMINATED: _("was terminated"),
        State.CRASHED: _("ended by an exception"),
    }.get(info.state.told(info.exit_code), _("ended"))
