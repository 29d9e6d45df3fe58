"""Which locks turn several processes into one, and who is passed over?"""

from __future__ import annotations

import numpy as np

from ipcsim.analysis.contention import Contention, LongWait, contention
from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of, thread_name
from ipcsim.events import Kind
from ipcsim.language import _, grouped
from ipcsim.trace.durations import duration
from ipcsim.trace.history import History
from ipcsim.trace.objects import LOCKS
from ipcsim.trace.store import rank

LONG_HOLD_NS = 1_000_000
HELD_SHARE = 0.7
FEW = 20
PASSED_OVER = 20
LONG_WAIT_NS = 1_000_000
"""A shorter wait starves nobody, however often a lock changes hands meanwhile."""
UNFAIR = 0.6
ENOUGH = 100


def find(trace: History) -> list[Finding]:
    """Convoys, threads that starve, and unequal shares; all of them notices."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in LOCKS or not len(trace.store.of(facts.object, Kind.ACQUIRE_WAIT)):
            continue
        one = contention(trace, facts.object)
        if len(one.taken) > 1:
            found += _convoy(one) + _passed_over(one) + _unequal(one)
    return found


def _convoy(one: Contention) -> list[Finding]:
    count = sum(one.taken.values())
    waited = sum(one.waited.values())
    share = one.held / one.span
    if count < FEW or one.held < count * LONG_HOLD_NS or share < HELD_SHARE or waited < one.held:
        return []
    trace = one.trace
    first = int(trace.store.of(one.obj, Kind.ACQUIRED)[0])
    place = place_of(trace, first)
    return [
        Finding(
            "convoy",
            _(
                "{name} (line {line}) was held {share:.0%} of the time, {each} at a time, and "
                "{count} "
                "processes waited {waited} for it in all: they worked one after the other."
            ).format(
                name=trace.objects[one.obj].name,
                line=trace.at_line(place),
                share=share,
                each=duration(one.held // count),
                count=len(one.waited),
                waited=duration(waited),
            ),
            _(
                "Whatever is done while a lock is held is done by one process at a time, however "
                "many there are. A convoy forms behind the one who holds it."
            ),
            tuple(dict.fromkeys(trace.actors[actor].process for actor in one.taken)),
            (one.obj,),
            locations(place),
            trace.store.time(first),
            (int(trace.store.where.view[first]),),
            severity=NOTICE,
            remedy=_("Do the work first and take the lock only for what is shared."),
        )
    ]


def _passed_over(one: Contention) -> list[Finding]:
    longest = one.longest
    if longest is None or longest.passed_over < max(PASSED_OVER, 8 * len(one.taken)):
        return []
    trace = one.trace
    if _of_one_access(one, longest):
        return []
    began, ended = trace.store.time(longest.began), trace.store.time(longest.ended)
    if ended - began < LONG_WAIT_NS:
        return []
    place = place_of(trace, longest.began)
    return [
        Finding(
            "passed_over",
            _(
                "{who} waited {time} for {name} (line {line}), while others took it {count} times."
            ).format(
                who=thread_name(trace, longest.actor),
                time=duration(ended - began),
                name=trace.objects[one.obj].name,
                line=trace.at_line(place),
                count=grouped(longest.passed_over),
            ),
            _(
                "Locks of the operating system keep no queue: who gives one back and asks again at "
                "once is often faster than whoever must first be woken."
            ),
            (trace.actors[longest.actor].process,),
            (one.obj,),
            locations(place),
            began,
            tuple(int(trace.store.where.view[o]) for o in (longest.began, longest.ended)),
            severity=NOTICE,
            remedy=_("Hold it less often: collect work, or hand it out by a Queue."),
            moments=(ended,),
        )
    ]


def _of_one_access(one: Contention, wait: LongWait) -> bool:
    """Whether the library held a value's own lock there, for a single access."""
    trace, store = one.trace, one.trace.store
    mine = store.of_actor(wait.actor)
    following = mine[rank(mine, wait.ended) + 1 :][:1]
    if not len(following) or store.kind.view[following[0]] not in (Kind.READ, Kind.WRITE):
        return False
    rows = trace.rows(np.array([wait.ended, int(following[0])]))
    places = trace.raw.places(rows)
    return bool(places[0] == places[1])


def _unequal(one: Contention) -> list[Finding]:
    total = sum(one.taken.values())
    # Of a value's own lock only the holds are recorded that had to wait.
    of_cell = one.trace.registry.all[one.obj].owner is not None
    if total < ENOUGH or one.fairness >= UNFAIR or not one.waits or of_cell:
        return []
    trace = one.trace
    most = max(one.taken, key=lambda actor: one.taken[actor])
    least = min(one.taken, key=lambda actor: one.taken[actor])
    return [
        Finding(
            "unfair",
            _(
                "{name} was shared unequally: {most} had it {many} times, {least} {few} times "
                "(Jain's index {index:.2f}; 1 is equal)."
            ).format(
                name=trace.objects[one.obj].name,
                most=thread_name(trace, most),
                many=grouped(one.taken[most]),
                least=thread_name(trace, least),
                few=grouped(one.taken[least]),
                index=one.fairness,
            ),
            _(
                "Jain's index of fairness is (sum of shares)² / (n × sum of squares): 1 if all "
                "have "
                "had the same, 1/n if one has had everything."
            ),
            tuple(dict.fromkeys(trace.actors[actor].process for actor in (most, least))),
            (one.obj,),
            (),
            one.first,
            (),
            severity=NOTICE,
            remedy=_("If all should get on alike, hand the work out instead of racing for it."),
        )
    ]
