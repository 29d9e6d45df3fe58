"""What was everybody doing when time was up, where not all were blocked?

Nothing is wrong with a program for its taking longer than it was given; but who looks for a hang
wants to know who waited for whom, and what the others were at.
"""

from __future__ import annotations

from typing import Final

from ipcsim.analysis import blocked
from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import NOTICE, Finding, locations
from ipcsim.events import Kind
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.own_threads import is_programs
from ipcsim.trace.sentences import name_of, operation_of

_MOST_TOLD: Final = 6
"""So many are told of; of others how many there were."""


def find(trace: History) -> list[Finding]:
    """Of a run that ``--timeout`` has ended: who was at something, and who waited meanwhile."""
    if trace.ended is None or not trace.ended.timed_out:
        return []
    end = end_of(trace)
    now = end.now
    unseen = {
        info.actors[0]
        for info in trace.processes
        if not now.over[info.process] and now.last[info.actors[0]] < 0 and not info.is_server
    }
    busy = [actor for actor in sorted(end.movers | unseen) if is_programs(trace, actor)]
    if not busy:
        return []
    return [_busy(end, busy), *blocked.meanwhile(trace)]


def _busy(end: End, actors: list[int]) -> Finding:
    now = end.now
    parts = [_doing(end, actor) for actor in actors[:_MOST_TOLD]]
    rest = len(actors) - len(parts)
    if rest:
        parts.append(ngettext("{n} other", "{n} others", rest).format(n=rest))
    return Finding(
        "still_going",
        _("When time was up not all were blocked: {parts}.").format(parts="; ".join(parts)),
        _(
            "Whether it would have come to an end can't be said. Who computes, or waits for what "
            "isn't watched (another program, a file, the network), is seen only at what it did "
            "last."
        ),
        tuple(dict.fromkeys(now.process(actor) for actor in actors)),
        (),
        locations(*(now.place(actor) for actor in actors[:_MOST_TOLD])),
        end.t,
        tuple(int(now.rows[actor]) for actor in actors[:_MOST_TOLD] if now.last[actor] >= 0),
        severity=NOTICE,
        remedy=_("A longer --timeout, if the program is only slow."),
    )


def _doing(end: End, actor: int) -> str:
    now = end.now
    place, who = now.place(actor), name_of(now, actor)
    seen = now.last[actor] >= 0
    since = now.times[actor] if seen else end.trace.processes[now.process(actor)].started
    operation, seconds = operation_of(now, actor) if seen else "", (end.t - since) / 1e9
    if place is None or not operation:
        return _("nothing was seen of {who} for {seconds:.1f} s").format(who=who, seconds=seconds)
    line = end.trace.at_line(place)
    if now.kinds[actor] == Kind.SLEEP:
        return _("{who} slept in `{operation}` (line {line}) for {seconds:.1f} s").format(
            who=who, operation=operation, line=line, seconds=seconds
        )
    return _("{who} was last seen {seconds:.1f} s before, at `{operation}` (line {line})").format(
        who=who, operation=operation, line=line, seconds=seconds
    )
