"""P8: who changes a copy and believes it shared? Plain globals, and what a manager hands out."""

from __future__ import annotations

import ast

from ipcsim.analysis.finding import Finding, location, locations, place_of
from ipcsim.analysis.sites import sites
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import PROXIES
from ipcsim.trace.sentences import names
from ipcsim.trace.syntax import Function, Source, own_nodes, syntax
from ipcsim.trace.tokens import label_of

CHANGES = frozenset(
    [
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "appendleft",
        "popleft",
    ]
)
CHANGEABLE = ("list", "dict", "set", "deque", "bytearray", "[", "{", "'#")
"""What labels of such values begin with; the last one is of what has been left out on request."""


def find(trace: History) -> list[Finding]:
    """Globals that processes change for themselves, and changes to a copy from a manager."""
    found = _globals(trace)
    for facts in trace.registry.all:
        if facts.kind in PROXIES and facts.words("type") in ("dict", "list", "Namespace"):
            found += _nested(trace, facts.object)
    return found


def _globals(trace: History) -> list[Finding]:
    """``global count; count += 1`` in a process's target, where the parent reads it too."""
    store = trace.store
    runs: dict[str, list[int]] = {}
    for ordinal in store.of(-1, Kind.TARGET)[:4096].tolist():
        process = trace.actors[int(store.actor.view[ordinal])].process
        info = trace.processes[process]
        if not info.is_main and info.role:
            runs.setdefault(info.role, []).append(ordinal)
    found = []
    for path, source in syntax(trace).sources():
        for role, ordinals in runs.items():
            functions = source.functions(role)
            if len(functions) != 1:
                continue
            for name, line in _changed_globals(functions[0]).items():
                if not _read_elsewhere(source, name, functions[0], runs):
                    continue
                who = [trace.actors[int(store.actor.view[o])].process for o in ordinals]
                found.append(
                    Finding(
                        "plain_global",
                        _(
                            "{who} changed the global `{name}` (line {line}), each in a memory "
                            "of its "
                            "own: nobody else sees it."
                        ).format(
                            who=names([trace.processes[process].name for process in who]),
                            name=name,
                            line=trace.at_line(Place(path, line)),
                        ),
                        _(
                            "Every process has its own globals: under fork a copy from the "
                            "moment of "
                            "the fork, under spawn a fresh start. Nothing flows back."
                        ),
                        tuple(who),
                        (),
                        (f"{path}:{line}",),
                        store.time(ordinals[0]),
                        tuple(int(store.where.view[o]) for o in ordinals[:30]),
                        remedy=_(
                            "A Value or Array with its lock, a Manager, or a message in a Queue."
                        ),
                        pitfall="P8",
                        reference="multiprocessing: Programming guidelines, Global variables",
                    )
                )
    return found


def _changed_globals(function: Function) -> dict[str, int]:
    """Globals that a function gives values to, each with the line."""
    nodes = list(own_nodes(function))
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    return {
        node.id: node.lineno
        for node in nodes
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in declared
    }


def _read_elsewhere(
    source: Source, name: str, target: Function, runs: dict[str, list[int]]
) -> bool:
    """Whether a function reads a global that no process's target calls."""
    within = {id(function) for role in runs for function in source.functions(role)}
    within = _called(source, target, within | {id(target)})
    for node in ast.walk(source.tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or id(node) in within:
            continue
        if any(
            isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
            for part in own_nodes(node)
        ):
            return True
    return False


def _called(source: Source, function: Function, known: set[int]) -> set[int]:
    """A function (by identity) and all that it calls by name, as far as that can be seen."""
    todo = [function]
    while todo:
        for node in own_nodes(todo.pop()):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            for called in source.functions(name):
                if id(called) not in known:
                    known.add(id(called))
                    todo.append(called)
    return known


def _nested(trace: History, obj: int) -> list[Finding]:
    """``shared['names'].append(x)``: the change is made to a copy."""
    found: dict[str, Finding] = {}
    store = trace.store
    for ordinal in sites(trace, obj, Kind.READ).first:
        place = place_of(trace, ordinal)
        here = syntax(trace).at(place)
        if here is None or place is None or not _changes_copy(*here):
            continue
        row = int(store.where.view[ordinal])
        process = trace.process_of_row(row)
        label = label_of(trace.raw.arg(row), trace.ring_of(process).text)
        if not label.startswith(CHANGEABLE):
            continue  # another proxy, or nothing that can change
        actors = sorted(sites(trace, obj, Kind.READ).threads)
        found.setdefault(
            location(place),
            Finding(
                "changed_copy",
                _(
                    "{who} changed a copy of what {name} holds (line {line}): what a manager "
                    "gives out "
                    "is a copy, and the change never goes back to it. The update is lost."
                ).format(
                    who=trace.processes[process].name,
                    name=trace.objects[obj].name,
                    line=trace.at_line(place),
                ),
                _(
                    "A proxy's `[...]` sends a message and gets a copy. \"If standard (non-proxy) "
                    "list or dict objects are contained in a referent, modifications to those "
                    'mutable values will not be propagated through the manager."'
                ),
                tuple(dict.fromkeys(trace.actors[actor].process for actor in actors)) or (process,),
                (obj,),
                locations(place),
                store.time(ordinal),
                (row,),
                remedy=_(
                    "Put a manager's list or dict inside (`manager.list()`), or assign the changed "
                    "copy back to the key, under a lock."
                ),
                pitfall="P8",
                reference="multiprocessing: Proxy Objects (note on mutable values)",
            ),
        )
    return list(found.values())


def _changes_copy(source: Source, node: ast.AST) -> bool:
    """Whether what was read is changed in place: ``d[k].append(x)``, ``d[k][i] = x``."""
    if isinstance(node, ast.Attribute) and isinstance(source.parents.get(node), ast.Call):
        node = source.parents[node]
    outer = source.parents.get(node)
    if isinstance(outer, ast.Subscript) and outer.value is node:
        return isinstance(outer.ctx, (ast.Store, ast.Del))
    if not isinstance(outer, ast.Attribute) or outer.value is not node:
        return False
    if isinstance(outer.ctx, ast.Store):
        return True
    call = source.parents.get(outer)
    return isinstance(call, ast.Call) and call.func is outer and outer.attr in CHANGES
