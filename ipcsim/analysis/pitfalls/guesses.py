"""P9: who believes what empty() and qsize() say?"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.finding import Finding, locations, place_of, thread_name
from ipcsim.analysis.sites import sites
from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.channels import channel
from ipcsim.trace.history import History
from ipcsim.trace.objects import QUEUES, THREAD_QUEUES
from ipcsim.trace.sentences import names
from ipcsim.trace.syntax import Source, syntax

GUESSES = ("empty", "qsize", "full")
MANY = 4096


def find(trace: History) -> list[Finding]:
    """Blocking gets behind a look, looks at the method itself, looks right after a put."""
    found = _without_parentheses(trace)
    for facts in trace.registry.all:
        if facts.kind in QUEUES:
            found += _behind_a_look(trace, facts.object)
            if facts.kind not in THREAD_QUEUES:
                found += _too_early(trace, facts.object)
    return found


def _behind_a_look(trace: History, obj: int) -> list[Finding]:
    """Several consumers that get() without a timeout because the queue wasn't empty."""
    where = sites(trace, obj, Kind.GET, Kind.GET_WAIT)
    consumers: dict[int, int] = {}
    looked = None
    for ordinal in where.first:
        here = syntax(trace).at(place_of(trace, ordinal))
        look = None if here is None else _look_before(*here)
        if look is not None:
            looked = looked or look
            consumers.setdefault(int(trace.store.actor.view[ordinal]), ordinal)
    if len(consumers) < 2 or looked is None:
        return []
    first = min(consumers.values())
    place = place_of(trace, first)
    return [
        Finding(
            "empty_is_a_guess",
            _(
                "{who} ask whether {name} is empty (line {look}) and then call get() (line "
                "{line}), "
                "which waits: between the two another may take the last item, and whoever is late "
                "waits for ever."
            ).format(
                who=names([thread_name(trace, actor) for actor in sorted(consumers)]),
                name=trace.objects[obj].name,
                look=looked,
                line=trace.at_line(place),
            ),
            _(
                'empty(), full() and qsize() say what was true a moment ago. "Because of '
                'multithreading/multiprocessing semantics, this is not reliable."'
            ),
            tuple(dict.fromkeys(trace.actors[actor].process for actor in sorted(consumers))),
            (obj,),
            locations(place),
            trace.store.time(first),
            (int(trace.store.where.view[first]),),
            remedy=_(
                "Don't ask, take: get() until a None comes that the producer puts in for each "
                "consumer, or get(timeout=...) and Empty."
            ),
            pitfall="P9",
            reference="multiprocessing: Queue.empty()",
        )
    ]


def _look_before(source: Source, node: ast.AST) -> int | None:
    """The line of the ``while`` or ``if`` with a look that a blocking get() stands under."""
    call = node if isinstance(node, ast.Call) else source.parents.get(node)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr != "get" or call.args or call.keywords:
        return None
    queue = ast.dump(call.func.value)
    for outer, part in source.above(call):
        if isinstance(outer, (ast.While, ast.If)) and part is not outer.test:
            for look in ast.walk(outer.test):
                if (
                    isinstance(look, ast.Call)
                    and isinstance(look.func, ast.Attribute)
                    and look.func.attr in GUESSES
                    and ast.dump(look.func.value) == queue
                ):
                    return outer.lineno
    return None


def _without_parentheses(trace: History) -> list[Finding]:
    """``while not tasks.empty:`` asks the method, not the queue."""
    queues = {
        trace.objects[f.object].name: f.object for f in trace.registry.all if f.kind in QUEUES
    }
    if not queues:
        return []
    found = []
    for path, source in syntax(trace).sources():
        for node in ast.walk(source.tree):
            if not isinstance(node, (ast.While, ast.If, ast.IfExp, ast.Assert)):
                continue
            test = node.test
            while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                test = test.operand
            if not isinstance(test, ast.Attribute) or test.attr not in GUESSES:
                continue
            obj = queues.get(ast.unparse(test.value))
            if obj is None:
                continue
            text = ast.unparse(test)
            found.append(
                Finding(
                    "missing_parentheses",
                    _(
                        "`{text}` without parentheses (line {line}) is the method itself, which is "
                        "always true: {name} is never asked."
                    ).format(text=text, line=test.lineno, name=trace.objects[obj].name),
                    _(
                        "A method that isn't called is an object like any other, and objects are "
                        "true. Python says nothing."
                    ),
                    (),
                    (obj,),
                    (f"{path}:{test.lineno}",),
                    trace.begin,
                    remedy=_("`{text}()`; better still: take until the end is announced.").format(
                        text=text
                    ),
                    pitfall="P9",
                )
            )
    return found


def _too_early(trace: History, obj: int) -> list[Finding]:
    """A process finds empty what it has itself put something into."""
    store = trace.store
    empties = store.of(obj, Kind.EMPTY)[:MANY]
    if not len(empties) or trace.lost:
        return []
    one = channel(trace, obj)
    rows = trace.rows(empties)
    began = trace.raw.times(rows)
    spans = trace.raw.spans(rows).astype(np.int64)
    # Only those that did not wait: a timeout gives the feeder its time.
    at_once = (np.int64(1) << spans) < 5_000_000
    puts_until = store.key.view[one.puts].searchsorted(2 * began)
    gets_until = store.key.view[one.gets].searchsorted(2 * began)
    failed_until = store.key.view[one.failed].searchsorted(2 * began)
    inside = puts_until - gets_until - failed_until > 0
    early = []
    for at in np.flatnonzero(inside & at_once).tolist():
        put = int(puts_until[at]) - 1
        actor = int(store.actor.view[int(empties[at])])
        if int(store.actor.view[int(one.puts[put])]) == actor:
            early.append((int(one.puts[put]), int(empties[at])))
    if not early:
        return []
    put, empty = early[0]
    process = trace.actors[int(store.actor.view[empty])].process
    places = [place_of(trace, put), place_of(trace, empty)]
    words = ngettext(
        "{who} found {name} empty (line {line}) right after it had put something in (line {put})",
        "{count} times {who} found {name} empty (line {line}) right after it had put something in "
        "(line {put})",
        len(early),
    )
    return [
        Finding(
            "empty_is_a_guess",
            words.format(
                count=grouped(len(early)),
                who=trace.processes[process].name,
                name=trace.objects[obj].name,
                put=trace.at_line(places[0]),
                line=trace.at_line(places[1]),
            )
            + _(": the feeder thread had not yet written it to the pipe."),
            _(
                'put() hands the item to a feeder thread and returns. "There may be an '
                "infinitesimal delay before the queue's empty() method returns False and "
                'get_nowait() can return without raising queue.Empty."'
            ),
            (process,),
            (obj,),
            locations(*places),
            store.time(put),
            (int(store.where.view[put]), int(store.where.view[empty])),
            remedy=_("get() with a timeout, or wait for the item."),
            moments=(store.time(empty),),
            pitfall="P9",
            reference="multiprocessing: Pipes and Queues (notes on put())",
        )
    ]
