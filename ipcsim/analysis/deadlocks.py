"""Which living processes wait for one another in a circle?

Who waits for whom: for a lock its holder; for the end of a process its main thread; for an item any
of those that have put into the queue; for a free slot any of those that have taken from it. A
thread is *stuck* if its wait has no timeout and all that could end it are stuck too; a deadlock is
a circle among the stuck. Others beside it may go on.
"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, at_line, locations
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.gates import holders_of
from ipcsim.trace.history import History
from ipcsim.trace.kinds import TIMED
from ipcsim.trace.operations import operations
from ipcsim.trace.sentences import dead_readers, name_of
from ipcsim.trace.standing import Standing
from ipcsim.trace.tubes import holders_of_end

_GIVERS = {
    Kind.GET_WAIT: Kind.PUT,
    Kind.PUT_WAIT: Kind.GET,
    Kind.RECV_WAIT: Kind.SEND,
    Kind.SEND_WAIT: Kind.RECV,
    Kind.SEND: Kind.RECV,
    Kind.FEEDER_WAIT: Kind.GET,
    Kind.ALL_DONE_WAIT: Kind.TASK_DONE,
}
"""A wait -> what another must do to end it."""


def find(trace: History) -> list[Finding]:
    """A finding for each circle."""
    end = end_of(trace)
    graph = _stuck(_waits_for(end.now))
    return [_finding(end, circle, graph) for circle in _circles(graph)]


def _waits_for(now: Standing) -> dict[int, set[int]]:
    """By waiting thread: the threads any of which could end its wait."""
    graph: dict[int, set[int]] = {}
    for actor, state in enumerate(now.states):
        kind, obj = now.kinds[actor], now.objects[actor]
        if state not in (State.WAITING, State.ENDING) or now.over[now.process(actor)]:
            continue
        if kind in TIMED and now.args[actor] >= 0:
            continue
        if kind == Kind.ACQUIRE_WAIT:
            graph[actor] = {
                holder
                for holder, _since, _depth in holders_of(now, obj)
                if not now.over[now.process(holder)]
            }
        elif kind == Kind.JOIN_WAIT:
            process = now.trace.process_of_pid(now.args[actor], now.t)
            if process is not None and not now.over[process]:
                graph[actor] = {now.trace.processes[process].actors[0]}
        elif kind == Kind.GET_WAIT and dead_readers(now, obj):
            continue
        elif kind in _GIVERS and obj >= 0:
            graph[actor] = _givers(now, actor, kind, obj)
    return {actor: others for actor, others in graph.items() if others}


def _givers(now: Standing, actor: int, kind: int, obj: int) -> set[int]:
    """Living threads that have done before what would end the wait."""
    target = obj
    if now.trace.registry.all[obj].kind == ObjectKind.PIPE_END:
        peer = now.trace.registry.peer(obj)
        target = obj if peer is None else peer
    done = now.store.of(target, _GIVERS[Kind(kind)])
    actors = set(now.store.actor.view[done[: now.until(done)][-8192:]].tolist())
    if target != obj and not actors:
        # Nobody has done so yet: whoever holds the other end could.
        actors = {now.trace.processes[process].actors[0] for process in holders_of_end(now, target)}
    return {other for other in actors if other != actor and not now.over[now.process(other)]}


def _stuck(graph: dict[int, set[int]]) -> dict[int, set[int]]:
    """The part of the graph whose threads can only be freed by each other."""
    stuck = dict(graph)
    while True:
        free = [actor for actor, others in stuck.items() if not others <= stuck.keys()]
        if not free:
            return stuck
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


def _finding(end: End, circle: list[int], graph: dict[int, set[int]]) -> Finding:
    now, trace = end.now, end.trace
    rows = [int(now.rows[actor]) for actor in circle]
    places = [now.place(actor) for actor in circle]
    parts = []
    for actor, row, place in zip(circle, rows, places, strict=True):
        others = ", ".join(name_of(now, other) for other in sorted(graph[actor] & set(circle)))
        parts.append(
            _("{who} waits in `{operation}` (line {line}) for {others}").format(
                who=name_of(now, actor),
                operation=operations(trace).text(row, now.objects[actor]),
                line=at_line(place),
                others=others,
            )
        )
    if len(circle) == 1:
        sentence = _("{who} waits in `{operation}` (line {line}) for itself.").format(
            who=name_of(now, circle[0]),
            operation=operations(trace).text(rows[0], now.objects[circle[0]]),
            line=at_line(places[0]),
        )
    else:
        sentence = _("Deadlock: {parts}.").format(parts="; ".join(parts))
    objects = [now.objects[actor] for actor in circle if now.objects[actor] >= 0]
    return Finding(
        "deadlock",
        sentence,
        _(
            "Each waits for something that another of them must do first, so none of them ever "
            "goes on. Taking locks in one order everywhere makes such a circle impossible."
        ),
        tuple(dict.fromkeys(now.process(actor) for actor in circle)),
        tuple(dict.fromkeys(objects)),
        locations(*places),
        end.t,
        tuple(rows),
        tuple((actor, now.objects[actor]) for actor in circle),
    )
