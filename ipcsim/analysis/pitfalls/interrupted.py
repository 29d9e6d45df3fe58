"""P10: Ctrl-C goes to a pool's workers too, and takes their tasks with it."""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import NOTICE, WRONG, Finding, locations, place_of, process_names
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.people import ProcessInfo

BY_CTRL_C = "KeyboardInterrupt"


def find(trace: History) -> list[Finding]:
    """A finding for each pool whose workers were interrupted."""
    end = end_of(trace)
    found = []
    for facts in trace.registry.all:
        if facts.kind == ObjectKind.POOL:
            found += _of(end, facts.object)
    return found


def interrupted(info: ProcessInfo) -> bool:
    """Whether a process ended by Ctrl-C, as far as it has said so."""
    return info.detail.startswith(BY_CTRL_C)


def _of(end: End, pool: int) -> list[Finding]:
    trace, store = end.trace, end.trace.store
    last: dict[int, int] = {}
    """By worker: the last task that it began or ended."""
    for ordinal in store.of(pool, Kind.TASK_BEGIN, Kind.TASK_END)[-65536:].tolist():
        last[trace.actors[int(store.actor.view[ordinal])].process] = ordinal
    hit = {p: o for p, o in last.items() if interrupted(trace.processes[p])}
    if not hit:
        return []
    lost = [o for o in hit.values() if store.kind.view[o] == Kind.TASK_BEGIN]
    hangs = bool(lost) and (end.stopped or end.still_runs)
    words = {"who": process_names(trace, list(hit)), "name": trace.objects[pool].name}
    if hangs:
        sentence = ngettext(
            "Ctrl-C also reached the workers of {name}: {who} died in the middle of a task, and "
            "{count} result never comes. Whoever waits for it waits for ever.",
            "Ctrl-C also reached the workers of {name}: {who} died in the middle of their tasks, "
            "and {count} results never come. Whoever waits for them waits for ever.",
            len(lost),
        ).format(count=len(lost), **words)
    else:
        sentence = _(
            "Ctrl-C also reached the workers of {name}: {who} ended by KeyboardInterrupt."
        ).format(**words)
    ended = [trace.processes[process].ended for process in hit]
    return [
        Finding(
            "interrupted_pool",
            sentence,
            _(
                "Ctrl-C goes to all processes of a terminal, not to the main process alone. A "
                "pool's worker that is interrupted dies, its task with it, and the pool starts "
                "another worker that knows nothing of that task."
            ),
            tuple(hit),
            (pool,),
            locations(*(place_of(trace, ordinal) for ordinal in lost[:4])),
            min((time for time in ended if time is not None), default=end.t),
            tuple(int(store.where.view[ordinal]) for ordinal in lost[:8]),
            severity=WRONG if hangs else NOTICE,
            remedy=_(
                "Let the workers ignore it: `Pool(initializer=signal.signal, "
                "initargs=(signal.SIGINT, signal.SIG_IGN))`; the main process catches "
                "KeyboardInterrupt and calls terminate() and join()."
            ),
            pitfall="P10",
            reference="multiprocessing: Process Pools (on close(), terminate() and hanging)",
        )
    ]
