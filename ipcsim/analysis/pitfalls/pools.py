"""P3 and P4: pools whose workers have died, and results asked for when the pool is gone."""

from __future__ import annotations

from typing import Final

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations, place_of
from ipcsim.analysis.pitfalls.interrupted import interrupted
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _
from ipcsim.supervisor.messages import State
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place
from ipcsim.trace.objects import POOLS
from ipcsim.trace.people import ProcessInfo
from ipcsim.trace.sentences import name_of

_JOB: Final = 0xFFFFFFFF


def find(trace: History) -> list[Finding]:
    """A finding for each task that died with its worker, and each result that can't come."""
    end = end_of(trace)
    found = []
    for facts in trace.registry.all:
        if facts.kind in POOLS:
            dead = _died(end, facts.object)
            found += dead or _after_the_end(end, facts.object)
    return found


def _died(end: End, pool: int) -> list[Finding]:
    trace, store = end.trace, end.trace.store
    begun: dict[int, int] = {}
    events = store.of(pool, Kind.TASK_BEGIN, Kind.TASK_END)[-65536:]
    for ordinal, actor, kind in zip(
        events.tolist(),
        store.actor.view[events].tolist(),
        store.kind.view[events].tolist(),
        strict=True,
    ):
        if kind == Kind.TASK_BEGIN:
            begun[actor] = ordinal
        else:
            begun.pop(actor, None)
    closed = store.of(pool, Kind.CLOSE)
    found = []
    for actor, ordinal in begun.items():
        info = trace.processes[trace.actors[actor].process]
        if info.ended is None or info.process in end.cut_short or interrupted(info):
            continue
        if (
            info.state == State.TERMINATED
            and len(closed)
            and store.time(int(closed[-1])) < info.ended
        ):
            continue  # the pool has ended it
        mine = store.of_actor(actor)
        place = place_of(trace, int(mine[-1])) or _handed_in(trace, pool, ordinal)
        found.append(_dead(end, pool, info, ordinal, place))
    return found


def _handed_in(trace: History, pool: int, begun: int) -> Place | None:
    """Where the job was handed in, a task of which was begun."""
    job = trace.raw.arg(int(trace.store.where.view[begun])) & _JOB
    for ordinal in trace.store.of(pool, Kind.SUBMIT)[::-1].tolist():
        if trace.raw.arg(int(trace.store.where.view[ordinal])) & _JOB == job:
            return place_of(trace, ordinal)
    return None


def _dead(end: End, pool: int, info: ProcessInfo, ordinal: int, place: Place | None) -> Finding:
    """A worker that died in the middle of the task that began at ``ordinal``."""
    trace = end.trace
    notices = trace.registry.all[pool].kind == ObjectKind.EXECUTOR
    sentence = (
        _(
            "{who} died in the middle of a task of {name} ({reason}): its future, and all that "
            "had no result yet, fail with BrokenProcessPool."
        )
        if notices
        else _(
            "{who} died in the middle of a task of {name} ({reason}): the result of that task "
            "never comes."
        )
    )
    return Finding(
        "worker_died",
        sentence.format(
            who=info.name,
            name=trace.objects[pool].name,
            reason=info.detail or _("exit code {code}").format(code=info.exit_code),
        ),
        _(
            "A multiprocessing.Pool starts another worker but doesn't know which task was "
            "lost; whoever waits for it waits for ever. concurrent.futures raises "
            "BrokenProcessPool."
        ),
        (info.process,),
        (pool,),
        locations(place),
        info.ended or end.t,
        (int(trace.store.where.view[ordinal]),),
        remedy=_("get(timeout=...), or a ProcessPoolExecutor, which notices."),
        pitfall="P3",
        reference="concurrent.futures: BrokenProcessPool",
    )


def _after_the_end(end: End, pool: int) -> list[Finding]:
    """Somebody waits for a result of a pool whose workers have all been ended."""
    trace, now = end.trace, end.now
    waiting = now.waiters(pool, Kind.RESULT_WAIT)
    if not waiting:
        return []
    store = trace.store
    closed = store.of(pool, Kind.CLOSE)
    closed = closed[: now.until(closed)]
    begun = store.of(pool, Kind.TASK_BEGIN)
    workers = {trace.actors[a].process for a in set(store.actor.view[begun[-4096:]].tolist())}
    if not len(closed) or int(closed[-1]) > now.last[waiting[0]]:
        return []
    if any(not now.over[process] for process in workers):
        return []
    places = [place_of(trace, int(closed[-1])), now.place(waiting[0])]
    return [
        Finding(
            "get_after_pool",
            _(
                "{who} waits for a result of {name} (line {line}) after the pool was ended (line "
                "{close}): the `with` block had called terminate()."
            ).format(
                who=name_of(now, waiting[0]),
                name=trace.objects[pool].name,
                line=trace.at_line(places[1]),
                close=trace.at_line(places[0]),
            ),
            _(
                "Leaving `with Pool()` ends the workers at once; results that aren't there "
                "never come."
            ),
            (now.process(waiting[0]),),
            (pool,),
            locations(*places),
            end.t,
            (int(now.rows[waiting[0]]),),
            remedy=_("Ask for the results inside the `with` block."),
            moments=(now.times[waiting[0]],),
            pitfall="P4",
            reference="multiprocessing: Pool.terminate() and the context manager",
        )
    ]
