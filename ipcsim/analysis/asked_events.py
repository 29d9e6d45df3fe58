"""Who found an event not set, and set it after others had found the same?"""

from __future__ import annotations

import ast

from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of, thread_name
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.objects import FLAGS
from ipcsim.trace.syntax import syntax

_MOST = 20_000


def find(trace: History) -> list[Finding]:
    """A notice for each event whose check two threads have passed before either had set it.

    An event that is set and nothing else may be set by both: only where more is done under the
    check does it matter who is first.
    """
    found = []
    for facts in trace.registry.all:
        if facts.kind in FLAGS:
            found += _of(trace, facts.object)
    return found


def _of(trace: History, obj: int) -> list[Finding]:
    store = trace.store
    events = store.of(obj, Kind.EVENT_ASKED, Kind.EVENT_SET, Kind.EVENT_CLEAR)[:_MOST]
    answers = trace.raw.args(trace.rows(events)).tolist()
    inside: dict[int, int] = {}
    """Who has been told that it isn't set and is under the `if`: the ordinal of its question."""
    acted: list[tuple[int, int]] = []
    """Question and act of those who have set it since it was last clear."""
    for ordinal, kind, actor, answer in zip(
        events.tolist(),
        store.kind.view[events].tolist(),
        store.actor.view[events].tolist(),
        answers,
        strict=True,
    ):
        if kind == Kind.EVENT_CLEAR:
            inside.clear()
            acted.clear()
        elif kind == Kind.EVENT_ASKED:
            inside.pop(actor, None)
            if not answer:
                inside[actor] = ordinal
        elif actor in inside and _guards(trace, inside[actor], ordinal):
            acted.append((inside.pop(actor), ordinal))
            if len(acted) == 2 and acted[1][0] < acted[0][1]:
                return [_finding(trace, obj, acted)]
    return []


def _guards(trace: History, question: int, act: int) -> bool:
    """Whether the act stands under an ``if`` that asks the question, with more than itself."""
    here, there = syntax(trace).at(place_of(trace, question)), place_of(trace, act)
    if here is None or there is None:
        return False
    source, node = here
    for outer, part in source.above(node):
        if isinstance(outer, ast.If) and part is outer.test:
            last = outer.body[-1].end_lineno or 0
            return outer.body[0].lineno <= there.line <= last and len(outer.body) > 1
    return False


def _finding(trace: History, obj: int, acted: list[tuple[int, int]]) -> Finding:
    (first, one), (second, other) = acted
    actors = [int(trace.store.actor.view[ordinal]) for ordinal in (first, second)]
    rows = [int(trace.store.where.view[ordinal]) for ordinal in (first, second, one, other)]
    return Finding(
        "check_then_act",
        _(
            "{who} and {other} both found {name} not set (line {begin}) before either had set it "
            "(line {end}): both have done what only one of them was to do."
        ).format(
            who=thread_name(trace, actors[0]),
            other=thread_name(trace, actors[1]),
            name=trace.objects[obj].name,
            begin=trace.at_line(place_of(trace, first)),
            end=trace.at_line(place_of(trace, one)),
        ),
        _(
            "Check-then-act: is_set() and set() are each safe by themselves, but between the two "
            "others may ask the same and get the same answer."
        ),
        tuple(dict.fromkeys(trace.actors[actor].process for actor in actors)),
        (obj,),
        locations(*(place_of(trace, ordinal) for ordinal in (first, one, second, other))),
        trace.store.time(second),
        tuple(rows),
        severity=NOTICE,
        remedy=_("Look and act under one lock; or let `lock.acquire(block=False)` choose the one."),
        moments=(trace.store.time(one), trace.store.time(other)),
    )
