"""Which barriers are broken, or wait for more than will ever come?"""

from __future__ import annotations

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import (
    NOTICE,
    WRONG,
    Finding,
    locations,
    place_of,
    thread_name,
)
from ipcsim.events import Kind
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.objects import BARRIERS
from ipcsim.trace.sentences import name_of, names


def find(trace: History) -> list[Finding]:
    """A finding for each."""
    end = end_of(trace)
    found = []
    for facts in trace.registry.all:
        if facts.kind in BARRIERS:
            found += _broken(trace, facts.object) + _short(end, facts.object)
    return found


def _broken(trace: History, obj: int) -> list[Finding]:
    store = trace.store
    broken = store.of(obj, Kind.BARRIER_BROKEN)
    if not len(broken):
        return []
    itself = trace.raw.args(trace.rows(broken)) == 1  # by an error of another kind
    aborts = store.of(obj, Kind.BARRIER_ABORT)
    first = int(broken[0])
    resets = _resets(trace, obj, first)
    actors = list(dict.fromkeys(store.actor.view[broken].tolist()))
    victims = dict.fromkeys(store.actor.view[broken[~itself]].tolist())
    cause = int([*aborts, *broken[itself], *resets, first][0])
    if len(aborts):
        sentence = _("{who} broke {name} (line {line}), so that {victims} gave up waiting.")
    elif itself.any() and victims:
        sentence = _(
            "{name} broke: an error left the wait() of {who} (line {line}), and {victims} got "
            "BrokenBarrierError."
        )
    elif itself.any():
        sentence = _("{name} broke: an error left the wait() of {who} (line {line}).")
    elif resets:
        sentence = _(
            "{who} reset {name} (line {line}) while others waited there: {victims} got "
            "BrokenBarrierError."
        )
    else:
        sentence = _(
            "{name} broke: not all had come in time, and {victims} got BrokenBarrierError (line "
            "{line})."
        )
    sentence = sentence.format(
        who=thread_name(trace, int(store.actor.view[cause])),
        name=trace.objects[obj].name,
        line=trace.at_line(place_of(trace, cause)),
        victims=names([thread_name(trace, actor) for actor in victims]),
    )
    return [
        Finding(
            "broken_barrier",
            sentence,
            _(
                "A broken barrier lets nobody through: all who wait, and all who come, get an "
                "error."
            ),
            tuple(dict.fromkeys(trace.actors[a].process for a in actors)),
            (obj,),
            locations(place_of(trace, cause), place_of(trace, first)),
            store.time(cause),
            (int(store.where.view[cause]), int(store.where.view[first])),
            # Who can't come should say so: abort() is the way.
            severity=NOTICE if len(aborts) else WRONG,
            remedy=_("Give it the number of those who come, and whoever can't come calls abort()."),
            moments=(store.time(first),),
            reference="threading: Barrier Objects",
        )
    ]


def _resets(trace: History, obj: int, broken: int) -> list[int]:
    """Resets (ordinals) while the one waited who then found the barrier broken."""
    store = trace.store
    waits, resets = store.of(obj, Kind.BARRIER_WAIT), store.of(obj, Kind.BARRIER_RESET)
    mine = waits[(store.actor.view[waits] == store.actor.view[broken]) & (waits < broken)]
    found: list[int] = resets[(resets < broken) & (resets > mine[-1:].max(initial=0))].tolist()
    return found


def _short(end: End, obj: int) -> list[Finding]:
    """Those who wait for good at a barrier."""
    now, trace = end.now, end.trace
    there = [a for a in now.waiters(obj, Kind.BARRIER_WAIT) if now.args[a] < 0]
    parties = trace.registry.all[obj].number("parties") or 0
    if not there or not end.movers.isdisjoint(there):
        return []
    living = [actor for actor, at in enumerate(now.last) if at >= 0]
    if not end.stands_still([a for a in living if not trace.actors[a].thread]):
        return []
    came = trace.store.of(obj, Kind.BARRIER_WAIT)
    users = set(trace.store.actor.view[came[: now.until(came)]].tolist())
    place = now.place(there[0])
    words = {
        "name": trace.objects[obj].name,
        "parties": parties,
        "there": len(there),
        "who": names([name_of(now, actor) for actor in there]),
        "line": trace.at_line(place),
    }
    roles = {trace.processes[now.process(actor)].role for actor in there} - {""}
    gone = [
        info.name
        for info in trace.processes
        if info.role in roles and now.over[info.process] and info.actors[0] not in there
    ]
    if gone:
        words["gone"] = names(gone)
        sentence = _(
            "{name} waits for {parties}: {who} have come (line {line}), but {gone} has ended "
            "without coming."
        )
    elif len(users) < parties:
        words["users"] = len(users)
        sentence = ngettext(
            "{name} is for {parties}, and only {users} ever comes to it: {who} waits for ever "
            "(line {line}).",
            "{name} is for {parties}, and only {users} ever come to it: {who} wait for ever (line "
            "{line}).",
            len(users),
        )
    else:
        return []  # the others are kept by something else, which is told
    return [
        Finding(
            "barrier_short",
            sentence.format(**words),
            _(
                "A Barrier opens when as many have come as it was made for. One who doesn't come "
                "keeps all the others."
            ),
            tuple(dict.fromkeys(now.process(actor) for actor in there)),
            (obj,),
            locations(place),
            end.t,
            tuple(int(now.rows[actor]) for actor in there),
            remedy=_("Give it the number of those who come, and whoever can't come calls abort()."),
            moments=tuple(sorted(now.times[actor] for actor in there)),
            reference="threading: Barrier Objects",
        )
    ]
