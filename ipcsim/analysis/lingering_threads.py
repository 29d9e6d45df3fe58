"""Which processes have done their work and can't end, since a thread of theirs waits for good?"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations
from ipcsim.analysis.waiting import waiting_at
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.own_threads import kept_alive_by
from ipcsim.trace.sentences import operation_of, reason_of


def find(trace: History) -> list[Finding]:
    """A finding for each process that waited for its threads when it was last left alone."""
    end = end_of(trace)
    now = end.now
    waiting = waiting_at(now)
    found = []
    for info in trace.processes:
        main = info.actors[0]
        left = kept_alive_by(now, info.process)
        if (
            left
            and end.lasts(main)
            and all(
                now.states[actor] == State.WAITING and not waiting.may_end(actor, end.movers)
                for actor in left
            )
        ):
            found.append(_finding(end, info.process, left))
    return found


def _finding(end: End, process: int, threads: list[int]) -> Finding:
    now, trace = end.now, end.trace
    main, first = trace.processes[process].actors[0], threads[0]
    return Finding(
        "cannot_end",
        _(
            "{who} has done its work and can't end: its thread {thread} waits in `{operation}` "
            "(line {line}): {reason}."
        ).format(
            who=trace.processes[process].name,
            thread=trace.actors[first].name,
            operation=operation_of(now, first),
            line=trace.at_line(now.place(first)),
            reason=reason_of(now, first),
        ),
        _(
            "A process ends when all of its threads have ended, daemon threads aside, and nobody "
            "can stop a thread from outside."
        ),
        (process,),
        tuple(now.objects[actor] for actor in threads if now.objects[actor] >= 0),
        locations(*(now.place(actor) for actor in threads)),
        end.t,
        tuple(int(now.rows[actor]) for actor in (main, *threads)),
        remedy=_(
            "Tell the thread that it is over, by a last item or an Event, and join it; or start it "
            "with daemon=True."
        ),
        moments=(now.times[main],),
        reference="threading: Thread Objects (on daemon threads)",
    )
