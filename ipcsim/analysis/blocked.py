"""Which processes were still blocked at the end, for how long, in what, and who was in the way?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ipcsim.analysis import deadlocks
from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import NOTICE, Finding, locations
from ipcsim.analysis.waiting import Waiting, waiting_at
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.gates import holders_of
from ipcsim.trace.history import History
from ipcsim.trace.operations import operations
from ipcsim.trace.sentences import joins_of, name_of, place_at, reason_of


def find(trace: History) -> list[Finding]:
    """A finding for every thread that was blocked when the program was last left alone.

    Threads that are part of a deadlock are told there.
    """
    return _told(trace, for_good=True)


def meanwhile(trace: History) -> list[Finding]:
    """A notice for every thread that waited while others went on, any of which may end its wait."""
    explanation = _("Others were going on when time was up, and might have ended this wait.")
    return [
        replace(finding, severity=NOTICE, explanation=explanation, remedy="")
        for finding in _told(trace, for_good=False)
    ]


def _told(trace: History, for_good: bool) -> list[Finding]:
    end = end_of(trace)
    circles = deadlocks.in_circles(trace)
    waiting = waiting_at(end.now)
    return [
        _finding(end, actor, waiting)
        for actor in _waiting(end)
        if actor not in circles and waiting.may_end(actor, end.movers) != for_good
    ]


def _waiting(end: End) -> Iterator[int]:
    for info in end.trace.actors:
        actor = info.actor
        waits = end.now.states[actor] == State.WAITING and not info.is_feeder
        if not waits or end.now.over[info.process] or not end.lasts(actor):
            continue
        if not _is_about_to_return(end, actor):
            yield actor


def _is_about_to_return(end: End, actor: int) -> bool:
    """Whether a thread joins a process that has ended: on a busy machine it takes its time."""
    process = joins_of(end.now, actor) if end.now.kinds[actor] == Kind.JOIN_WAIT else None
    return process is not None and end.now.over[process]


def _finding(end: End, actor: int, waiting: Waiting) -> Finding:
    now, trace, since = end.now, end.trace, end.now.times[actor]
    row, obj = int(now.rows[actor]), now.objects[actor]
    place = now.place(actor)
    places = [place]
    processes = [now.process(actor)]
    if obj >= 0 and now.kinds[actor] == Kind.ACQUIRE_WAIT:
        for holder, taken, _depth in holders_of(now, obj):
            places.append(place_at(now, holder, taken))
            processes.append(now.process(holder))
    operation = operations(trace).text(row, obj)
    where = _(" (line {line})").format(line=trace.at_line(place)) if place is not None else ""
    return Finding(
        "blocked",
        _("{who} was blocked for {seconds:.1f} s in `{operation}`{where}: {reason}.").format(
            who=name_of(now, actor),
            seconds=(end.t - since) / 1e9,
            operation=operation or "?",
            where=where,
            reason=reason_of(now, actor),
        ),
        _(
            "A process that is still blocked when everything stands still waits for something "
            "that never comes: a lock that nobody gives back, a message that nobody sends, the "
            "end of a process that can't end."
        ),
        tuple(dict.fromkeys(processes)),
        (obj,) if obj >= 0 else (),
        locations(*places),
        end.t,
        (row,),
        remedy=_remedy(now.kinds[actor]),
        moments=(since,),
        waits=waiting.arrows(),
    )


def _remedy(kind: int) -> str:
    if kind in (Kind.GET_WAIT, Kind.RECV_WAIT):
        return _("Announce the end, once for each receiver; or wait with a timeout.")
    if kind in (Kind.PUT_WAIT, Kind.SEND_WAIT, Kind.SEND):
        return _("Let somebody receive before so much is sent.")
    if kind in (Kind.JOIN_WAIT, Kind.THREAD_JOIN_WAIT):
        return _("Look at what keeps the one that is waited for; join(timeout) comes back.")
    return ""
