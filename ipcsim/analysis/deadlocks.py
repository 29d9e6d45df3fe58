"""Which living processes wait for one another in a circle?

A thread is *stuck* if its wait has no timeout and all that could end it are stuck too; a deadlock
is a circle among the stuck (:mod:`ipcsim.analysis.waiting`). Others beside it may go on.
"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations
from ipcsim.analysis.waiting import Waiting, waiting_at
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.gates import holders_of
from ipcsim.trace.history import History
from ipcsim.trace.operations import operations
from ipcsim.trace.sentences import name_of, place_at


def find(trace: History) -> list[Finding]:
    """A finding for each circle."""
    end = end_of(trace)
    waiting = waiting_at(end.now)
    graph = _stuck(waiting)
    return [_finding(end, circle, graph, waiting) for circle in _circles(graph)]


def in_circles(trace: History) -> set[int]:
    """The threads that are part of a circle at the end."""
    graph = _stuck(waiting_at(end_of(trace).now))
    return {actor for circle in _circles(graph) for actor in circle}


def _stuck(waiting: Waiting) -> dict[int, set[int]]:
    """The part of the graph whose threads can only be freed by each other."""
    stuck = {
        actor: others
        for actor, others in waiting.for_whom.items()
        if others and actor not in waiting.guessed
    }
    while True:
        free = [
            actor
            for actor, others in stuck.items()
            if not (others & stuck.keys() if actor in waiting.for_all else others <= stuck.keys())
        ]
        if not free:
            return {actor: others & stuck.keys() for actor, others in stuck.items()}
        for actor in free:
            del stuck[actor]


def _circles(graph: dict[int, set[int]]) -> list[list[int]]:
    """Strongly connected parts of the graph with a circle in them (Tarjan)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    found: list[list[int]] = []

    def visit(node: int) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while True:
                other = stack.pop()
                part.append(other)
                if other == node:
                    break
            if len(part) > 1 or node in graph[node]:
                found.append(_in_order(part, graph))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def _in_order(part: list[int], graph: dict[int, set[int]]) -> list[int]:
    """The threads of a circle, each before one it waits for, as far as possible."""
    order = [min(part)]
    while True:
        following = sorted((graph[order[-1]] & set(part)) - set(order))
        if not following:
            return order + sorted(set(part) - set(order))
        order.append(following[0])


def _finding(end: End, circle: list[int], graph: dict[int, set[int]], waiting: Waiting) -> Finding:
    now, trace = end.now, end.trace
    rows = [int(now.rows[actor]) for actor in circle]
    places = [now.place(actor) for actor in circle]
    parts = []
    for actor, row, place in zip(circle, rows, places, strict=True):
        others = ", ".join(name_of(now, other) for other in sorted(graph[actor] & set(circle)))
        parts.append(
            _("{who} waits in `{operation}` (line {line}) for {others}{since}").format(
                who=name_of(now, actor),
                operation=operations(trace).text(row, now.objects[actor]),
                line=trace.at_line(place),
                others=others,
                since=_hold(end, actor) if len(circle) > 1 else "",
            )
        )
    objects = [now.objects[actor] for actor in circle if now.objects[actor] >= 0]
    kinds = {now.kinds[actor] for actor in circle}
    explanation, remedy = _advice(len(circle), kinds)
    if len(circle) == 1:
        sentence = _("{who} waits in `{operation}` (line {line}) for itself{since}.").format(
            who=name_of(now, circle[0]),
            operation=operations(trace).text(rows[0], now.objects[circle[0]]),
            line=trace.at_line(places[0]),
            since=_hold(end, circle[0], itself=True),
        )
    else:
        sentence = _("Deadlock: {parts}.").format(parts="; ".join(parts))
    of_queue = Kind.FEEDER_WAIT in kinds
    return Finding(
        "deadlock",
        sentence,
        explanation,
        tuple(dict.fromkeys(now.process(actor) for actor in circle)),
        tuple(dict.fromkeys(objects)),
        locations(*places),
        end.t,
        tuple(rows),
        tuple((actor, now.objects[actor]) for actor in circle),
        remedy=remedy,
        moments=tuple(sorted(now.times[actor] for actor in circle)),
        waits=waiting.arrows(),
        pitfall="P1" if of_queue else "",
        reference="multiprocessing: Programming guidelines, Joining processes that use queues"
        if of_queue
        else "",
    )


def _hold(end: End, actor: int, itself: bool = False) -> str:
    """Where the lock that a thread waits for was taken."""
    if end.now.kinds[actor] != Kind.ACQUIRE_WAIT:
        return ""
    holders = holders_of(end.now, end.now.objects[actor])
    if len(holders) != 1:
        return ""
    place = place_at(end.now, holders[0][0], holders[0][1])
    if place is None:
        return ""
    words = _(": it took it at line {line}") if itself else _(", who took it at line {line}")
    return words.format(line=end.trace.at_line(place))


def _advice(size: int, kinds: set[int]) -> tuple[str, str]:
    """Explanation and remedy of a circle, by the kinds of its waits."""
    if kinds == {Kind.RESULT_WAIT}:
        return (
            _(
                "A task that waits for another task of its own pool keeps a worker that could do "
                "it. Once all workers wait so, none is left."
            ),
            _("Wait for results outside the pool's tasks, or give the inner tasks a pool."),
        )
    if size == 1:
        return (
            _(
                "A Lock doesn't know who holds it: who asks for it again while holding it waits "
                "for ever, for itself."
            ),
            _(
                "Use an RLock, which lets its holder in again, or don't take the lock in what is "
                "called while it is held."
            ),
        )
    each = _(
        "Each waits for something that another of them must do first, so none of them ever goes on."
    )
    if Kind.FEEDER_WAIT in kinds:
        return each, _("Take everything out of the queue before join().")
    if kinds & {Kind.SEND_WAIT, Kind.SEND}:
        return each, _(
            "A pipe holds some 64 KiB; more waits until the other end receives. Let one end "
            "receive "
            "first, or send from a thread."
        )
    if Kind.GET_WAIT in kinds or Kind.RECV_WAIT in kinds:
        return each, _(
            "Somebody has to send first: put in what ends the receiver (one for each) before "
            "waiting for it, or give get() a timeout."
        )
    if Kind.PUT_WAIT in kinds:
        return each, _("Let somebody take out of the queue while it fills, or give it more room.")
    if Kind.ACQUIRE_WAIT not in kinds:
        return each, ""
    if kinds != {Kind.ACQUIRE_WAIT}:
        return each, _(
            "Hold no lock while waiting for somebody who needs it: give it back before join() or "
            "get()."
        )
    return each, _(
        "Taking locks in one order everywhere makes such a circle impossible; so does taking "
        "none while holding another."
    )
