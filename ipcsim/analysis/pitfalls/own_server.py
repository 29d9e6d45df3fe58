"""Which methods of a class in a manager's server ran at the same time without a lock?"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.finding import Finding, locations
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import PROXIES
from ipcsim.trace.syntax import Function, own_nodes, syntax

_MOST = 8192
_STANDARD = frozenset(
    ["dict", "list", "Namespace", "Value", "Array", "Pool", "Iterator", "AsyncResult"]
)
_LOCKS = frozenset(map(int, (Kind.ACQUIRED, Kind.ACQUIRE_WAIT, Kind.NOT_ACQUIRED)))


def find(trace: History) -> list[Finding]:
    """At most one finding for each object of an own class."""
    found = []
    for facts in trace.registry.all:
        if facts.kind in PROXIES and facts.words("type") not in _STANDARD:
            found += _overlapping(trace, facts.object)
    return found


def _overlapping(trace: History, obj: int) -> list[Finding]:
    """Two calls that the server ran at the same time, where the method changes its object."""
    store = trace.store
    events = store.of(obj, Kind.SERVE, Kind.SERVED)[:_MOST]
    running: dict[int, tuple[int, str]] = {}
    for ordinal, actor, kind in zip(
        events.tolist(),
        store.actor.view[events].tolist(),
        store.kind.view[events].tolist(),
        strict=True,
    ):
        if kind == Kind.SERVED:
            running.pop(actor, None)
            continue
        row = int(store.where.view[ordinal])
        method = trace.ring_of(trace.process_of_row(row)).text(trace.raw.arg(row))
        for other, (began, with_method) in running.items():
            change = _change(trace, method) or _change(trace, with_method)
            if change is not None and not _takes_lock(trace, other, began, ordinal):
                return [_finding(trace, obj, method, (began, ordinal), change)]
        running[actor] = ordinal, method
    return []


def _change(trace: History, method: str) -> Place | None:
    """Where a method gives a new value to an attribute that it also reads."""
    for path, source in syntax(trace).sources():
        for function in source.functions(method):
            line = _updates(function)
            if line:
                return Place(path, line)
    return None


def _updates(function: Function) -> int:
    reads, writes = set(), {}
    for node in own_nodes(function):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id != "self":
            continue
        if isinstance(node.ctx, ast.Store):
            writes[node.attr] = node.lineno
        else:
            reads.add(node.attr)
    for node in own_nodes(function):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            reads.add(node.target.attr)
    return next((line for name, line in writes.items() if name in reads), 0)


def _takes_lock(trace: History, actor: int, began: int, until: int) -> bool:
    """Whether a server's thread has asked for a lock in the call that it serves."""
    store = trace.store
    mine = store.of_actor(actor)
    low, high = mine.searchsorted(np.array([began, until], np.uint32)).tolist()
    following = store.kind.view[mine[low : high + 8]].tolist()
    for kind in following[1:]:
        if kind == Kind.SERVED:
            return False
        if kind in _LOCKS:
            return True
    return False


def _finding(
    trace: History, obj: int, method: str, pair: tuple[int, int], change: Place
) -> Finding:
    store = trace.store
    server = trace.actors[int(store.actor.view[pair[0]])].process
    calls = store.of(obj, Kind.CALL)
    clients = np.unique(trace.process_of_actors(store.actor.view[calls])).tolist()
    return Finding(
        "data_race",
        _(
            "The server of {name} ran two calls of `{method}` at the same time, each in a "
            "thread of "
            "its own, without a lock: `{method}` reads and changes its object (line {line}), "
            "and one "
            "of two changes can be lost."
        ).format(name=trace.objects[obj].name, method=method, line=trace.at_line(change)),
        _(
            "A manager's server has a thread for each client. A class of one's own is called "
            "by all "
            "of them at once, as any class that several threads use."
        ),
        tuple(dict.fromkeys([server, *clients])),
        (obj,),
        locations(change),
        store.time(pair[1]),
        tuple(int(store.where.view[o]) for o in pair),
        happened=False,
        remedy=_("A threading.Lock in the class, held by every method that reads and changes."),
        moments=(store.time(pair[0]),),
        reference="multiprocessing: Customized managers",
    )
