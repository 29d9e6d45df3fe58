"""Which locks are taken in different orders, so that a deadlock only waits for its moment?"""

from __future__ import annotations

from ipcsim.analysis import deadlocks
from ipcsim.analysis.finding import Finding, location, place_of, thread_name
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.lock_graph import INSISTS, Edge, lock_graph


def find(trace: History, so_far: bool = False) -> list[Finding]:
    """A finding for each circle in the lock graph that no deadlock of this run has shown.

    ``so_far``: in the graph as far as it has been brought forward.
    """
    graph = lock_graph(trace, 0 if so_far else None)
    known: tuple[int, list[list[Edge]]] | None = trace.remembered("lock circles", lambda: None)
    if known is None or known[0] != graph.version:
        known = (graph.version, graph.circles())
        trace.remember("lock circles", known)
    if not known[1]:
        return []
    shown = [set(finding.objects) for finding in deadlocks.find(trace)]
    return [
        _finding(trace, circle)
        for circle in known[1]
        if not any({edge.held for edge in circle} <= locks for locks in shown)
    ]


def _finding(trace: History, circle: list[Edge]) -> Finding:
    names = trace.objects
    parts, places, rows, times = [], [], [], []
    for edge in circle:
        place, before = place_of(trace, edge.wanted_at), place_of(trace, edge.held_at)
        parts.append(
            _("{who} takes {wanted} (line {line}) while it holds {held} (line {before})").format(
                who=thread_name(trace, edge.actor),
                wanted=names[edge.wanted].name,
                held=names[edge.held].name,
                line=trace.at_line(place),
                before=trace.at_line(before),
            )
        )
        places += [location(before), location(place)]
        for ordinal in (edge.held_at, edge.wanted_at):
            rows.append(int(trace.store.where.view[ordinal]))
            times.append(trace.store.time(ordinal))
    if all(edge.how == INSISTS for edge in circle):
        words = _("Two orders: {parts}. If they come at the same time, each waits for the other.")
        if len(circle) > 2:
            words = _("No order: {parts}. If all come at the same time, none of them goes on.")
    else:
        words = _(
            "Two orders: {parts}. If they come at the same time, each waits until its time runs "
            "out, and gives up work that could have been done."
        )
    return Finding(
        "lock_order",
        words.format(parts="; ".join(parts)),
        _(
            "A circle in the order in which locks are taken is a deadlock that waits for its "
            "moment, also if it didn't come in this run."
        ),
        tuple(dict.fromkeys(trace.actors[edge.actor].process for edge in circle)),
        tuple(dict.fromkeys(edge.held for edge in circle)),
        tuple(dict.fromkeys(place for place in places if place)),
        times[0],
        tuple(rows),
        happened=False,
        remedy=_(
            "Take the locks in one order everywhere, for instance sorted by number; or put one "
            "lock before all of them."
        ),
        moments=tuple(sorted(times)),
    )
