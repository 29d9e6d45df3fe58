"""Whose locks and queues were collected before the child that is to have them could take them?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.finding import Finding, locations
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.happenings import raised
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place

_TAKES_OVER = "multiprocessing.synchronize.__setstate__"


def find(trace: History) -> list[Finding]:
    """A finding for each child that found a semaphore removed as it unpickled its arguments."""
    store = trace.store
    found = []
    for ordinal in store.of(-1, Kind.RAISED).tolist():
        row = int(store.where.view[ordinal])
        facts = raised(trace, row)
        if facts.get("type") != "FileNotFoundError" or facts.get("within") != _TAKES_OVER:
            continue
        process = trace.process_of_row(row)
        place = _started_at(trace, process)
        who = trace.processes[process].name
        found.append(
            Finding(
                "collected_too_early",
                _(
                    "{who} was to be handed a lock or a queue (line {line}) that had been removed "
                    "before {who} could take it: nothing in its parent referred to it any more."
                ).format(who=who, line=trace.at_line(place)),
                _(
                    "Under spawn and forkserver start() returns before the child has unpickled its "
                    "arguments, and the Process object forgets them. What nobody else refers to is "
                    "collected then, and its semaphore is removed under the child's feet."
                ),
                (process,),
                (),
                locations(place),
                store.time(ordinal),
                (row,),
                remedy=_(
                    "Keep the lock or the queue in a variable of the parent until the child has "
                    "ended: `lock = Lock()`, then `Process(target=work, args=(lock,))`."
                ),
                reference="multiprocessing: Programming guidelines, Explicitly pass resources to "
                "child processes",
            )
        )
    return found


def _started_at(trace: History, process: int) -> Place | None:
    """The line that started a process."""
    info = trace.processes[process]
    started = trace.store.of(-1, Kind.STARTED)
    hits = np.flatnonzero(trace.raw.args(trace.rows(started)) == info.pid)
    return trace.place(int(trace.rows(started[hits])[-1])) if len(hits) else None
