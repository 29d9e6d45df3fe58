"""Threads that are over: a picture of the end still says who has taken part, and how it ended."""

from __future__ import annotations

from collections import Counter

from ipcsim.events import Kind
from ipcsim.supervisor.messages import State
from ipcsim.trace.moment import ActorAt
from ipcsim.trace.own_threads import is_programs
from ipcsim.trace.printed_errors import printed_errors
from ipcsim.trace.standing import Standing

MOST_GONE = 18
"""So many are told of; of others that there were some."""


def gone_threads(now: Standing, process: int) -> tuple[tuple[ActorAt, ...], int]:
    """The last of a process's threads that are over, in order of their ends, and how many were
    over before those.

    Only threads that the program has started: feeders and servers' threads come and go by
    themselves.
    """
    actors = now.trace.processes[process].actors
    over, kinds = now.over[process], now.kinds
    # With none of its events known yet, a thread's kind is 0.
    gone = [
        actor
        for actor in actors[1:]
        if (kinds[actor] == Kind.THREAD_END or (over and kinds[actor]))
        and is_programs(now.trace, actor)
    ]
    gone.sort(key=now.times.__getitem__)
    shown = gone[-MOST_GONE:]
    errors = _errors(now, process) if shown else {}
    return tuple(_told(now, actor, errors) for actor in shown), len(gone) - len(shown)


def _told(now: Standing, actor: int, errors: dict[str, str]) -> ActorAt:
    info = now.trace.actors[actor]
    said = errors.get(_plain(info.name), "")
    state = State.CRASHED if said else State.ENDED
    since = now.times[actor]
    return ActorAt(actor, info.process, info.thread, info.name, state, since, "", None, None, said)


def _errors(now: Standing, process: int) -> dict[str, str]:
    """What threads of a process were ended by, by their names; where two have one name nothing is
    known of either."""
    trace = now.trace
    ring = trace.ring_of(process).ring
    found = [error for error in printed_errors(trace) if error.thread and error.ring == ring]
    if not found:
        return {}
    names = Counter(_plain(trace.actors[actor].name) for actor in trace.processes[process].actors)
    return {
        error.thread: error.message
        for error in found
        if (error.time <= now.t or now.over[process]) and names[error.thread] == 1
    }


def _plain(name: str) -> str:
    """``Thread-1 (work)`` without what it runs, as a traceback calls it."""
    return name.partition(" (")[0]
