"""Which processes can't end because a queue still has items that don't fit into its pipe?"""

from __future__ import annotations

from ipcsim.analysis.ending import end_of
from ipcsim.analysis.finding import Finding, locations
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.sentences import why


def find(trace: History) -> list[Finding]:
    """A finding for each process that waited for its feeder when it was last left alone."""
    end = end_of(trace)
    now = end.now
    found = []
    for info in trace.processes:
        actor = info.actors[0]
        if now.over[info.process] or now.states[actor] != State.ENDING:
            continue
        if now.kinds[actor] != Kind.FEEDER_WAIT or not end.lasts(actor) or end.movers:
            continue  # who moves may yet take what is in the queue
        obj = now.objects[actor]
        row = int(now.rows[actor])
        found.append(
            Finding(
                "cannot_end",
                why(now, actor),
                _(
                    "A process that has put items into a queue waits at its end until all of them "
                    "are in the pipe. If nobody takes them, it never ends, and whoever joins it "
                    "waits too."
                ),
                (info.process,),
                (obj,) if obj >= 0 else (),
                locations(now.place(actor)),
                end.t,
                (row,),
                remedy=_("Take everything out of the queue before join()."),
                moments=(now.times[actor],),
                pitfall="P1",
                reference=(
                    "multiprocessing: Programming guidelines, Joining processes that use queues"
                ),
            )
        )
    return found
