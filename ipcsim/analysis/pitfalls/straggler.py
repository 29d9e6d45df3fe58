"""P11: which pools have one worker that does all the long tasks, since they lie in one chunk?"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.durations import duration
from ipcsim.trace.history import History
from ipcsim.trace.syntax import syntax

LONG_NS = 20_000_000
IDLE = 0.4


def straggler(trace: History, pool: int) -> list[Finding]:
    """One chunk takes as long as all the rest, and the other workers stand idle."""
    store = trace.store
    events = store.of(pool, Kind.TASK_BEGIN, Kind.TASK_END)[:16384]
    begun: dict[tuple[int, int], int] = {}
    tasks: list[tuple[int, int, int, int]] = []
    rows = trace.rows(events)
    for ordinal, actor, kind, arg in zip(
        events.tolist(),
        store.actor.view[events].tolist(),
        store.kind.view[events].tolist(),
        np.abs(trace.raw.args(rows)).tolist(),
        strict=True,
    ):
        if kind == Kind.TASK_BEGIN:
            begun[actor, arg] = ordinal
        elif (actor, arg) in begun:
            began = begun.pop((actor, arg))
            tasks.append((store.time(ordinal) - store.time(began), began, ordinal, actor))
    chunks = _chunked(trace, pool)
    if len(tasks) < 2 or not chunks:
        return []
    longest = max(tasks)
    others = max((end for _d, _b, end, actor in tasks if actor != longest[3]), default=-1)
    if others < 0:
        return []
    alone = store.time(longest[2]) - max(store.time(others), store.time(longest[1]))
    whole = store.time(longest[2]) - min(store.time(task[1]) for task in tasks)
    if alone < max(LONG_NS, IDLE * whole):
        return []
    process = trace.actors[longest[3]].process
    submit = place_of(trace, chunks)
    return [
        Finding(
            "serialised",
            _(
                "{who} worked {time} on one chunk of {name} (line {line}); for the last {alone} of "
                "it all other workers had nothing to do."
            ).format(
                who=trace.processes[process].name,
                time=duration(longest[0]),
                name=trace.objects[pool].name,
                line=trace.at_line(submit),
                alone=duration(alone),
            ),
            _(
                "A chunk goes to one worker as a whole. If the long tasks lie in one chunk, one "
                "worker does them all while the others wait for it (a straggler)."
            ),
            (process,),
            (pool,),
            locations(submit),
            store.time(others),
            tuple(int(store.where.view[o]) for o in longest[1:3]),
            severity=NOTICE,
            remedy=_("Smaller chunks: `chunksize=1` where tasks are long or of unequal length."),
            moments=(store.time(longest[2]),),
            pitfall="P11",
            reference="multiprocessing: Pool.map(), chunksize",
        )
    ]


def _chunked(trace: History, pool: int) -> int:
    """The first submission with chunks of a size of the program's own; 0 for none."""
    submits = trace.store.of(pool, Kind.SUBMIT)
    several = submits[trace.raw.args(trace.rows(submits)) >> 32 > 1]
    for ordinal in several[:16].tolist():
        here = syntax(trace).at(place_of(trace, ordinal))
        if here is None or not isinstance(here[1], ast.Call):
            continue
        given = [word.value for word in here[1].keywords if word.arg == "chunksize"]
        given += here[1].args[2:3]
        if given and not (isinstance(given[0], ast.Constant) and given[0].value == 1):
            return int(ordinal)
    return 0
