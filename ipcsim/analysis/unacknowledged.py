"""Which items were taken from a queue and never reported by task_done()?"""

from __future__ import annotations

from ipcsim.analysis.ending import end_of
from ipcsim.analysis.finding import NOTICE, WRONG, Finding, locations, place_of
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.sentences import names


def find(trace: History) -> list[Finding]:
    """A finding for each such queue. None while the run goes on: they may still be at work."""
    end = end_of(trace)
    now = end.now
    if end.still_runs or trace.lost:
        return []
    store = trace.store
    found = []
    for facts in trace.registry.all:
        obj = facts.object
        joins = store.of(obj, Kind.ALL_DONE_WAIT)
        done = store.of(obj, Kind.TASK_DONE)
        if facts.kind != ObjectKind.JOINABLE_QUEUE and not len(done):
            continue
        gets = store.of(obj, Kind.GET)
        left = now.until(gets) - now.until(done)
        if left <= 0:
            continue
        by_process: dict[int, int] = {}
        for sign, events in ((1, gets), (-1, done)):
            for process in trace.process_of_actors(store.actor.view[events]).tolist():
                by_process[process] = by_process.get(process, 0) + sign
        guilty = sorted(p for p, count in by_process.items() if count > 0)
        words = ngettext(
            "{count} item taken from {name} was never reported by task_done()",
            "{count} items taken from {name} were never reported by task_done()",
            left,
        ).format(count=grouped(left), name=trace.objects[obj].name)
        last = int(gets[-1])
        place = place_of(trace, last)
        waits = now.waiters(obj, Kind.ALL_DONE_WAIT)
        if guilty:
            words += _(", by {who}").format(who=names([trace.processes[p].name for p in guilty]))
        found.append(
            Finding(
                "never_acknowledged",
                words + (_(": join() waits for ever.") if waits else "."),
                _(
                    "A JoinableQueue counts what was put in; each task_done() takes one off, and "
                    'join() waits for zero. Every item counts, the one that says "stop" too.'
                ),
                tuple(guilty),
                (obj,),
                locations(place),
                store.time(last),
                (int(store.where.view[last]),),
                severity=WRONG if waits or len(joins) else NOTICE,
                remedy=_("task_done() for every get(), best in `finally`."),
                moments=(end.t,),
                reference="multiprocessing: JoinableQueue.task_done()",
            )
        )
    return found
