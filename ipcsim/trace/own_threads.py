"""Which threads the program has started itself.

Of others, the library's, it is known only what they do to the program's things: where they are
between that, and that they go on, isn't.
"""

from __future__ import annotations

from ipcsim.events import Kind
from ipcsim.trace.history import History
from ipcsim.trace.standing import Standing


def is_programs(trace: History, actor: int) -> bool:
    """Whether a thread is a process's main thread or one that the program has started."""
    if not trace.actors[actor].thread:
        return True
    known: dict[int, bool] = trace.remembered("threads of the program", dict)
    own = known.get(actor)
    if own is None:
        mine = trace.store.of_actor(actor)
        if not len(mine):
            return False
        begins = trace.store.kind.view[int(mine[0])] == Kind.THREAD_BEGIN
        own = known[actor] = bool(begins) and not trace.actors[actor].is_feeder
    return own


def kept_alive_by(now: Standing, process: int) -> list[int]:
    """The threads whose ends a process waits for that has done its work."""
    main, *others = now.trace.processes[process].actors
    if now.kinds[main] not in (Kind.RETURNED, Kind.ENDING) or now.over[process]:
        return []
    return [
        actor
        for actor in others
        if now.last[actor] >= 0
        and now.kinds[actor] != Kind.THREAD_END
        and is_programs(now.trace, actor)
        and not _is_daemon(now.trace, actor)
    ]


def _is_daemon(trace: History, actor: int) -> bool:
    began = int(trace.store.of_actor(actor)[0])
    return bool(trace.raw.arg(int(trace.store.where.view[began])))
