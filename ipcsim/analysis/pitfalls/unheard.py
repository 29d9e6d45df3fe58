"""Whose answer does nobody hear? P10, errors of pool tasks; P12, a target's return value."""

from __future__ import annotations

import ast

from ipcsim.analysis.finding import NOTICE, WRONG, Finding, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.objects import POOLS
from ipcsim.trace.sentences import names
from ipcsim.trace.syntax import own_nodes, syntax

_TELLING = frozenset(["append", "put", "put_nowait", "send", "send_bytes", "set", "update"])


def find(trace: History) -> list[Finding]:
    """Errors that nobody asked for, and return values that nobody gets."""
    if trace.lost:
        return []
    found = []
    for facts in trace.registry.all:
        if facts.kind in POOLS:
            found += _unheard_errors(trace, facts.object)
    return found + _return_values(trace)


def _unheard_errors(trace: History, pool: int) -> list[Finding]:
    store = trace.store
    ends = store.of(pool, Kind.TASK_END)
    args = trace.raw.args(trace.rows(ends))
    failed = [(int(o), -int(a) & 0xFFFFFFFF) for o, a in zip(ends[args < 0], args[args < 0])]  # noqa: B905
    if not failed:
        return []
    asked = store.of(pool, Kind.RESULT_GOT, Kind.CALLBACK, Kind.RESULT_WAIT)
    heard = set((trace.raw.args(trace.rows(asked)) & 0xFFFFFFFF).tolist())
    submits = store.of(pool, Kind.SUBMIT)
    by_job = dict(
        zip(
            (trace.raw.args(trace.rows(submits)) & 0xFFFFFFFF).tolist(),
            submits.tolist(),
            strict=True,
        )
    )
    silent = [(ordinal, job) for ordinal, job in failed if job not in heard]
    # Results that are collected by concurrent.futures.wait() and the like name no job.
    if not silent or len(store.of(-1, Kind.RESULT_GOT)) or trace.ended is None:
        return []
    ordinal, job = silent[0]
    submit = by_job.get(job)
    place = None if submit is None else place_of(trace, submit)
    worker = trace.actors[int(store.actor.view[ordinal])].process
    words = ngettext(
        "{count} task of {name} ended by an exception that nobody has heard of",
        "{count} tasks of {name} ended by exceptions that nobody has heard of",
        len(silent),
    )
    detail = _(" (the first in {who}; handed in at line {line}, its result never asked for).")
    return [
        Finding(
            "unheard_error",
            words.format(count=len(silent), name=trace.objects[pool].name)
            + detail.format(who=trace.processes[worker].name, line=trace.at_line(place)),
            _(
                "An exception in a pool's task travels with its result. If nobody asks for the "
                "result, nobody learns of it, and the program ends as if all were well."
            ),
            (worker,),
            (pool,),
            locations(place),
            store.time(ordinal),
            (int(store.where.view[ordinal]),),
            remedy=_(
                "Keep every result and call get() on it, or give apply_async an error_callback."
            ),
            pitfall="P10",
            reference="multiprocessing: AsyncResult.get()",
        )
    ]


def _return_values(trace: History) -> list[Finding]:
    """Targets of processes with a ``return`` of something."""
    store = trace.store
    targets: dict[str, list[int]] = {}
    for ordinal in store.of(-1, Kind.TARGET)[:4096].tolist():
        process = trace.actors[int(store.actor.view[ordinal])].process
        if not trace.processes[process].is_main:
            targets.setdefault(trace.processes[process].role, []).append(ordinal)
    found = []
    for role, ordinals in targets.items():
        for path, source in syntax(trace).sources():
            functions = source.functions(role)
            values = [node for function in functions for node in own_nodes(function)]
            given = sorted(
                node.lineno
                for node in values
                if isinstance(node, ast.Return)
                and node.value is not None
                and not isinstance(node.value, ast.Constant)
            )
            returned = [o for o in ordinals if _has_returned(trace, o)]
            if len(functions) != 1 or not given or not returned or _only_ends(functions[0]):
                continue
            who = [trace.actors[int(store.actor.view[o])].process for o in returned]
            found.append(
                Finding(
                    "lost_return_value",
                    _(
                        "{who} returned a value from `{role}` (line {line}), and nobody gets it: a "
                        "process has no return value."
                    ).format(
                        who=names([trace.processes[process].name for process in who]),
                        role=role,
                        line=given[0],
                    ),
                    _(
                        "A target runs in a process of its own; what it returns is thrown away. "
                        "join() returns None, always."
                    ),
                    tuple(who),
                    (),
                    (f"{path}:{given[0]}",),
                    store.time(returned[0]),
                    tuple(int(store.where.view[o]) for o in returned[:30]),
                    # Who tells the others anyway may return what nobody needs.
                    severity=NOTICE if _tells(functions[0]) else WRONG,
                    remedy=_(
                        "Put the answer into a Queue, or use a Pool, whose calls have results."
                    ),
                    pitfall="P12",
                    reference="multiprocessing: Exchanging objects between processes",
                )
            )
    return found


def _has_returned(trace: History, target: int) -> bool:
    process = trace.actors[int(trace.store.actor.view[target])].process
    mine = trace.store.of_actor(trace.processes[process].actors[0])
    kinds = trace.store.kind.view[mine[-16:]]
    return bool((kinds == Kind.RETURNED).any())


def _tells(function: ast.AST) -> bool:
    """Whether a function hands anything on by other ways than its return value."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _TELLING)
        or (isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store))
        for node in own_nodes(function)
    )


def _only_ends(function: ast.AST) -> bool:
    """Whether it returns only what another call gives: ``return print()``."""
    return all(
        isinstance(node.value, ast.Call)
        for node in own_nodes(function)
        if isinstance(node, ast.Return) and node.value is not None
    )
