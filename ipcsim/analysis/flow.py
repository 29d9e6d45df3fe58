"""Which queues hold their producers up, and which messages only go round in circles?"""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.analysis.finding import NOTICE, Finding, locations, place_of, thread_name
from ipcsim.events import Kind, ObjectKind
from ipcsim.language import _, grouped
from ipcsim.trace.channels import channel
from ipcsim.trace.columns import Array
from ipcsim.trace.durations import duration
from ipcsim.trace.history import History
from ipcsim.trace.objects import QUEUES
from ipcsim.trace.sentences import names
from ipcsim.trace.store import Fresh
from ipcsim.trace.syntax import syntax

WAITS = 5
SHARE = 0.2
ROUNDS = 10
ROUND_SHARE = 0.3


class _Flow:
    """What went through a queue, brought forward as it grows."""

    def __init__(self, trace: History, obj: int) -> None:
        self.trace = trace
        self.obj = obj
        kinds = (Kind.PUT_WAIT, Kind.PUT, Kind.GET)
        self._fresh = Fresh(trace.store, obj, kinds)
        self._last: dict[int, int] = {}
        self.waits = self.waited = self.gets = self.rounds = 0
        self.waiters: set[int] = set()
        self.turners: set[int] = set()
        self.first_wait = self.first_round = -1

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        fresh, store = self._fresh.take(), self.trace.store
        if not len(fresh):
            return
        self.gets += int(np.count_nonzero(store.kind.view[fresh] == Kind.GET))
        actors = store.actor.view[fresh]
        order = np.argsort(actors, kind="stable")
        for mine in np.split(order, np.flatnonzero(np.diff(actors[order])) + 1):
            self._thread(int(actors[mine[0]]), fresh[mine])

    def _thread(self, actor: int, ordinals: Array) -> None:
        store = self.trace.store
        before = self._last.get(actor)
        if before is not None:
            ordinals = np.concatenate([np.array([before], ordinals.dtype), ordinals])
        self._last[actor] = int(ordinals[-1])
        kinds = store.kind.view[ordinals]
        now, then = kinds[1:], kinds[:-1]
        waits = np.flatnonzero((then == Kind.PUT_WAIT) & (now == Kind.PUT))
        if len(waits):
            self.waits += len(waits)
            times = store.times(ordinals)
            self.waited += int((times[waits + 1] - times[waits]).sum())
            self.waiters.add(actor)
            self.first_wait = _first(self.first_wait, int(ordinals[waits[0]]))
        back = np.flatnonzero((then == Kind.GET) & (now == Kind.PUT))
        if len(back):
            self._put_back(actor, ordinals[back], ordinals[back + 1])

    def _put_back(self, actor: int, gets: Array, puts: Array) -> None:
        """Count the items that were put back as they came."""
        one, raw = channel(self.trace, self.obj), self.trace.raw
        taken = one.put_of_get(one.gets.searchsorted(gets))
        known = (taken >= 0) & (taken < len(one.puts))
        given = raw.args(self.trace.rows(puts[known]))
        source = one.puts[taken[known]]
        labels = [one.token(int(put)).label for put in taken[known].tolist()]
        alike = raw.args(self.trace.rows(source)) == given
        same = np.array([a and bool(text) for a, text in zip(alike.tolist(), labels, strict=True)])
        if not same.any() or not self._depends(int(puts[known][int(np.argmax(same))])):
            return
        self.rounds += int(np.count_nonzero(same))
        self.turners.add(actor)
        self.first_round = _first(self.first_round, int(gets[known][int(np.argmax(same))]))

    def _depends(self, put: int) -> bool:
        """Whether an item is put back because of what it is: ``if to != me: mail.put(to)``.

        Who lends things through a queue puts every one back.
        """
        here = syntax(self.trace).at(place_of(self.trace, put))
        if here is None:
            return False
        source, node = here
        call = node if isinstance(node, ast.Call) else source.parents.get(node)
        if (
            not isinstance(call, ast.Call)
            or not call.args
            or not isinstance(call.args[0], ast.Name)
        ):
            return False
        name = call.args[0].id
        return any(
            isinstance(outer, ast.If)
            and part is not outer.test
            and any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(outer.test))
            for outer, part in source.above(call)
        )


def find(trace: History) -> list[Finding]:
    """Back-pressure (a notice), and messages that are put back again and again."""
    found = []
    for facts in trace.registry.all:
        if facts.kind not in QUEUES:
            continue
        obj = facts.object
        one: _Flow = trace.remembered(("flow", obj), lambda obj=obj: _Flow(trace, obj))
        one.advance()
        found += _pressure(one) + _circles(one)
    return found


def _pressure(one: _Flow) -> list[Finding]:
    trace = one.trace
    puts = trace.store.of(one.obj, Kind.PUT)
    if one.waits < WAITS or len(puts) < 2 or _is_locked_pipe(one):
        return []
    span = trace.store.time(int(puts[-1])) - trace.store.time(int(puts[0]))
    share = one.waited / max(1, span * len(one.waiters))
    if share < SHARE:
        return []
    place = place_of(trace, one.first_wait)
    return [
        Finding(
            "back_pressure",
            _(
                "{name} was full {count} times, and {who} waited {time} for a free place (line "
                "{line}): those who take are slower than those who put."
            ).format(
                name=trace.objects[one.obj].name,
                count=grouped(one.waits),
                who=_names(trace, one.waiters),
                time=duration(one.waited),
                line=trace.at_line(place),
            ),
            _(
                "A bounded queue slows the fast side down to the slow one (back-pressure). Without "
                "a bound the queue would grow instead, and with it the memory and the delay."
            ),
            tuple(sorted({trace.actors[actor].process for actor in one.waiters})),
            (one.obj,),
            locations(place),
            trace.store.time(one.first_wait),
            (int(trace.store.where.view[one.first_wait]),),
            severity=NOTICE,
            remedy=_("If that is too slow: more consumers, or less work for each item."),
        )
    ]


def _is_locked_pipe(one: _Flow) -> bool:
    """Who puts into a SimpleQueue waits for others who put, not for a free place."""
    return one.trace.registry.all[one.obj].kind == ObjectKind.SIMPLE_QUEUE


def _circles(one: _Flow) -> list[Finding]:
    trace = one.trace
    if one.rounds < ROUNDS or one.rounds < ROUND_SHARE * one.gets:
        return []
    place = place_of(trace, one.first_round)
    return [
        Finding(
            "starvation",
            _(
                "{count} of {gets} times an item was taken from {name} and put back as it was, "
                "by {who} (line {line}): it went round in circles while its receiver waited."
            ).format(
                count=grouped(one.rounds),
                gets=grouped(one.gets),
                name=trace.objects[one.obj].name,
                who=_names(trace, one.turners),
                line=trace.at_line(place),
            ),
            _(
                "Who puts back what isn't for him takes it again at once, and keeps away the "
                "one it "
                "is for: both are busy, and nothing gets done."
            ),
            tuple(sorted({trace.actors[actor].process for actor in one.turners})),
            (one.obj,),
            locations(place),
            trace.store.time(one.first_round),
            (int(trace.store.where.view[one.first_round]),),
            remedy=_("A queue for each receiver, and the sender chooses."),
        )
    ]


def _first(one: int, other: int) -> int:
    """The earlier of two ordinals; -1 is none."""
    return other if one < 0 else min(one, other)


def _names(trace: History, actors: set[int]) -> str:
    return names([thread_name(trace, actor) for actor in sorted(actors)])
