"""Who waits for a signal that has come already, and who believes a signal without looking?"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.ending import End, end_of
from ipcsim.analysis.finding import Finding, locations, place_of
from ipcsim.analysis.sites import sites
from ipcsim.events import Kind
from ipcsim.language import _
from ipcsim.trace.history import History
from ipcsim.trace.objects import CONDITIONS, FLAGS
from ipcsim.trace.sentences import name_of, names
from ipcsim.trace.syntax import Source, syntax


def find(trace: History) -> list[Finding]:
    """Lost wake-ups, missed signals, and waits without a loop round them."""
    end = end_of(trace)
    found = []
    for facts in trace.registry.all:
        if facts.kind in CONDITIONS:
            found += _lost_wakeup(end, facts.object) + _without_while(trace, facts.object)
        elif facts.kind in FLAGS:
            found += _missed_signal(end, facts.object)
    return found


def _lost_wakeup(end: End, obj: int) -> list[Finding]:
    """Threads that wait for good at a condition that was notified before they came."""
    now, store = end.now, end.trace.store
    calls = store.of(obj, Kind.NOTIFY)
    calls = calls[: now.until(calls)]
    late = [
        actor
        for actor in now.waiters(obj, Kind.WAIT)
        if now.args[actor] < 0 and len(calls) and int(calls[-1]) < now.last[actor]
    ]
    notifiers = set(store.actor.view[calls[-4096:]].tolist())
    if not late or not end.stands_still([*late, *notifiers]):
        return []
    place, call = now.place(late[0]), place_of(end.trace, int(calls[-1]))
    notifier = int(store.actor.view[int(calls[-1])])
    return [
        Finding(
            "lost_wakeup",
            _(
                "Lost wake-up: {who} called notify (line {call}) before {waiters} waited at {name} "
                "(line {line}). A notify that nobody hears is gone, and there won't be another."
            ).format(
                who=name_of(now, notifier),
                call=end.trace.at_line(call),
                waiters=names([name_of(now, actor) for actor in late]),
                name=end.trace.objects[obj].name,
                line=end.trace.at_line(place),
            ),
            _(
                "A Condition has no memory: notify() wakes those who wait at this moment. What has "
                "happened must stand in a variable that is looked at, under the lock, before "
                "waiting."
            ),
            tuple(dict.fromkeys(now.process(actor) for actor in [notifier, *late])),
            (obj,),
            locations(call, place),
            store.time(int(calls[-1])),
            (int(store.where.view[int(calls[-1])]), *(int(now.rows[actor]) for actor in late)),
            remedy=_("`while not ready: condition.wait()`, with `ready` set before notify()."),
            moments=tuple(sorted(now.times[actor] for actor in late)),
            reference="threading: Condition Objects (on wait_for())",
        )
    ]


def _missed_signal(end: End, obj: int) -> list[Finding]:
    """Threads that wait for good for an event that was set and cleared before they passed."""
    now, store = end.now, end.trace.store
    sets, clears = store.of(obj, Kind.EVENT_SET), store.of(obj, Kind.EVENT_CLEAR)
    sets, clears = sets[: now.until(sets)], clears[: now.until(clears)]
    waiters = [a for a in now.waiters(obj, Kind.EVENT_WAIT) if now.args[a] < 0]
    if not waiters or not len(sets) or not len(clears) or clears[-1] < sets[-1]:
        return []
    if not end.stands_still([*waiters, *store.actor.view[sets[-4096:]].tolist()]):
        return []
    clear = int(clears[clears.searchsorted(np.uint32(int(sets[-1])))])
    set_place, clear_place, place = (
        place_of(end.trace, int(sets[-1])),
        place_of(end.trace, clear),
        now.place(waiters[0]),
    )
    clearer = int(store.actor.view[clear])
    return [
        Finding(
            "lost_wakeup",
            _(
                "Missed signal: {name} was set (line {set}) and cleared again by {who} (line "
                "{clear}) before {waiters} could pass (line {line})."
            ).format(
                name=end.trace.objects[obj].name,
                set=end.trace.at_line(set_place),
                clear=end.trace.at_line(clear_place),
                who=name_of(now, clearer),
                waiters=names([name_of(now, actor) for actor in waiters]),
                line=end.trace.at_line(place),
            ),
            _(
                "An Event lets through who looks while it is set. Set and cleared at once it is a "
                "flash: who isn't there already sees nothing of it."
            ),
            tuple(dict.fromkeys(now.process(actor) for actor in [clearer, *waiters])),
            (obj,),
            locations(set_place, clear_place, place),
            store.time(int(sets[-1])),
            tuple(int(store.where.view[ordinal]) for ordinal in (int(sets[-1]), clear)),
            remedy=_("Leave it set; or clear it only when all have confirmed that they passed."),
            moments=(store.time(clear),),
            reference="threading: Event Objects",
        )
    ]


def _without_while(trace: History, obj: int) -> list[Finding]:
    """Calls of wait() that no ``while`` stands round."""
    found: dict[tuple[str, int], Finding] = {}
    for ordinal in sites(trace, obj, Kind.WAIT).first:
        place = place_of(trace, ordinal)
        here = syntax(trace).at(place)
        if here is None or place is None or not _goes_on_unseen(*here):
            continue
        actor = int(trace.store.actor.view[ordinal])
        name = trace.objects[obj].name
        process = trace.actors[actor].process
        found.setdefault(
            (place.file, place.line),
            Finding(
                "wait_without_while",
                _(
                    "{who} waits at {name} (line {line}) without a `while` round it: when it is "
                    "woken it goes on without looking whether what it waited for is still true."
                ).format(who=trace.processes[process].name, name=name, line=trace.at_line(place)),
                _(
                    "Between notify() and the moment the woken thread has the lock again, others "
                    "may have been faster. Being woken means: look again."
                ),
                (process,),
                (obj,),
                locations(place),
                trace.store.time(ordinal),
                (int(trace.store.where.view[ordinal]),),
                remedy=_("`while` in place of `if`, or `condition.wait_for(lambda: ...)`."),
                reference="threading: Condition Objects (on wait_for())",
            ),
        )
    return list(found.values())


def _goes_on_unseen(source: Source, node: ast.AST) -> bool:
    """Whether a call of wait() isn't inside a loop that looks again."""
    call = node if isinstance(node, ast.Call) else source.parents.get(node)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr != "wait":
        return False
    # Who waits for so long at most may only want to pause; not if it was for an answer to `if`.
    asked = not call.args and not call.keywords
    for outer, part in source.above(call):
        if isinstance(outer, (ast.While, ast.Return)):
            return False  # it looks again, or hands the answer on to somebody who may
        if isinstance(outer, (ast.With, ast.AsyncWith)):
            break
        asked = asked or (isinstance(outer, ast.If) and part in outer.body)
    return asked
