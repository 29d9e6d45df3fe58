"""Which processes could work side by side, and are made to work one after the other?

P13, join in the loop that starts; waiting for each result before the next task is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of
from ipcsim.analysis.pitfalls.straggler import straggler
from ipcsim.analysis.sites import sites
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.objects import POOLS
from ipcsim.trace.sentences import names

FEW = 3
LONG_NS = 20_000_000


def find(trace: History) -> list[Finding]:
    """A finding for each loop or pool."""
    found = _joined_in_the_loop(trace)
    for facts in trace.registry.all:
        if facts.kind in POOLS:
            found += _one_at_a_time(trace, facts.object) or straggler(trace, facts.object)
    return found


def _joined_in_the_loop(trace: History) -> list[Finding]:
    """Each child is joined before the next one is started, by the same two places."""
    store = trace.store
    if len(sites(trace, -1, Kind.STARTED).first) > 64:
        return []
    events = store.of(-1, Kind.STARTED, Kind.JOIN_WAIT)
    found = []
    for actor in np.unique(store.actor.view[events]).tolist():
        mine = events[store.actor.view[events] == actor][:4096]
        rows = trace.rows(mine)
        kinds = store.kind.view[mine]
        args, places = trace.raw.args(rows), trace.raw.places(rows)
        starts = np.flatnonzero(kinds == Kind.STARTED)
        groups: dict[int, list[int]] = {}
        for at in starts.tolist():
            groups.setdefault(int(places[at]), []).append(at)
        for loop in groups.values():
            followed = [
                at + 1 < len(mine) and kinds[at + 1] == Kind.JOIN_WAIT and args[at + 1] == args[at]
                for at in loop
            ]
            if len(loop) >= FEW - 1 and all(followed):
                found += _loop(trace, mine, args, loop)
    return found


def _loop(trace: History, mine: Array, args: Array, loop: list[int]) -> list[Finding]:
    start, join = int(mine[loop[0]]), int(mine[loop[0] + 1])
    places = [place_of(trace, start), place_of(trace, join)]
    times = trace.store.times(mine).tolist()
    children = [trace.process_of_pid(int(args[at]), times[at + 1]) for at in loop]
    known = [child for child in children if child is not None]
    if len(known) < 2:
        return []
    actor = int(trace.store.actor.view[start])
    process = trace.actors[actor].process
    return [
        Finding(
            "serialised",
            _(
                "{who} joins each process (line {join}) before it starts the next one (line "
                "{start}): "
                "{children} ran one after the other, never two at a time."
            ).format(
                who=trace.processes[process].name,
                start=trace.at_line(places[0]),
                join=trace.at_line(places[1]),
                children=names([trace.processes[child].name for child in known]),
            ),
            _(
                "join() waits until the process has ended. In the loop that starts the "
                "processes it "
                "makes them a sequence of calls, only dearer."
            ),
            (process, *known),
            (),
            locations(*places),
            trace.store.time(join),
            tuple(int(row) for row in trace.rows(mine[[loop[0], loop[0] + 1]])),
            severity=NOTICE,
            remedy=_("Two loops: start all of them, then join all of them."),
            pitfall="P13",
            reference="multiprocessing: Process.join()",
        )
    ]


@dataclass(frozen=True, slots=True)
class _Job:
    submitted: int
    """Ordinals."""
    waited: int
    got: int


def _jobs(trace: History, pool: int) -> list[_Job]:
    """A pool's jobs whose results were waited for, in the order of submission."""
    store = trace.store
    events = store.of(pool, Kind.SUBMIT, Kind.RESULT_WAIT, Kind.RESULT_GOT)[:8192]
    jobs = (trace.raw.args(trace.rows(events)) & 0xFFFFFFFF).tolist()
    steps: dict[int, dict[int, int]] = {}
    for ordinal, job, kind in zip(
        events.tolist(), jobs, store.kind.view[events].tolist(), strict=True
    ):
        steps.setdefault(job, {}).setdefault(kind, ordinal)
    return [
        _Job(step[Kind.SUBMIT], step.get(Kind.RESULT_WAIT, -1), step[Kind.RESULT_GOT])
        for step in steps.values()
        if Kind.SUBMIT in step and Kind.RESULT_GOT in step
    ]


def _workers(trace: History, pool: int) -> int:
    return trace.registry.all[pool].number("workers") or 0


def _one_at_a_time(trace: History, pool: int) -> list[Finding]:
    """Single tasks each of which is waited for before the next is handed in."""
    store = trace.store
    submits = store.of(pool, Kind.SUBMIT)[:8192]
    single = trace.raw.args(trace.rows(submits)) >> 32 == 1
    jobs = sorted(_jobs(trace, pool), key=lambda job: job.submitted)
    if len(jobs) < FEW or not single.all() or _workers(trace, pool) < 2 or len(jobs) < len(submits):
        return []
    waited = [job for job in jobs if job.waited >= 0]
    in_turn = all(one.got < other.submitted for one, other in pairwise(jobs))
    time = sum(store.time(job.got) - store.time(job.waited) for job in waited)
    if not in_turn or len(waited) < FEW or time < LONG_NS:
        return []
    submit, wait = place_of(trace, jobs[0].submitted), place_of(trace, jobs[0].got)
    process = trace.actors[int(store.actor.view[jobs[0].submitted])].process
    return [
        Finding(
            "serialised",
            _(
                "{who} waits for each result (line {wait}) before it hands in the next task (line "
                "{submit}): of {workers} workers of {name} only one at a time had work."
            ).format(
                who=trace.processes[process].name,
                wait=trace.at_line(wait),
                submit=trace.at_line(submit),
                workers=_workers(trace, pool),
                name=trace.objects[pool].name,
            ),
            _(
                "submit() gives a future at once; asking it for its result waits. Who asks before "
                "the next task is in has turned a pool into a slow call."
            ),
            (process,),
            (pool,),
            locations(submit, wait),
            store.time(jobs[0].got),
            tuple(int(store.where.view[o]) for o in (jobs[0].submitted, jobs[0].got)),
            severity=NOTICE,
            remedy=_(
                "Hand in all tasks first, keep the futures in a list, then ask for the results."
            ),
            moments=(store.time(jobs[1].submitted),),
            reference="concurrent.futures: Executor Objects",
        )
    ]
