"""What a selection says: "61 % waiting in put between the marks"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ipcsim.events import Kind
from ipcsim.gui.look.identity import Identity
from ipcsim.language import _
from ipcsim.trace.durations import duration
from ipcsim.trace.kinds import WAITS
from ipcsim.trace.trace import Trace

VERBS: dict[int, str] = {
    Kind.PUT_WAIT: "put",
    Kind.GET_WAIT: "get",
    Kind.ALL_DONE_WAIT: "join",
    Kind.JOIN_WAIT: "join",
    Kind.THREAD_JOIN_WAIT: "join",
    Kind.FEEDER_WAIT: "join_thread",
    Kind.SEND_WAIT: "send",
    Kind.SEND: "send",
    Kind.RECV_WAIT: "recv",
    Kind.POLL_WAIT: "poll",
    Kind.ACQUIRE_WAIT: "acquire",
    Kind.WAIT: "wait",
    Kind.EVENT_WAIT: "wait",
    Kind.BARRIER_WAIT: "wait",
    Kind.CALL: "a manager's call",
    Kind.RESULT_WAIT: "get",
}
"""The API's name of what each kind of wait is in."""

_IS_WAIT = np.zeros(256, bool)
_IS_WAIT[list(WAITS)] = True


@dataclass(frozen=True, slots=True)
class Statistic:
    """How some processes spent a stretch of time."""

    length: int
    """ns from mark to mark."""
    events: int
    alive: int
    """ns in all that the processes were alive."""
    waiting: dict[str, int]
    """ns in all, by what they waited in."""

    @property
    def waited(self) -> int:
        """ns in all."""
        return sum(self.waiting.values())


def statistic(trace: Trace, t0: int, t1: int, process: int | None = None) -> Statistic:
    """Count a stretch of time.

    Args:
        trace: the run.
        t0: ns.
        t1: ns.
        process: only this one; else all but the main process, if there are others.
    """
    store = trace.store
    chosen = [p for p in trace.processes if process is None or p.process == process]
    if process is None and len(chosen) > 1:
        chosen = [p for p in chosen if not p.is_main]
    alive, events = 0, 0
    waiting: dict[str, int] = defaultdict(int)
    first, end = store.count_until(t0 - 1), store.count_until(t1)
    for info in chosen:
        last = info.ended if info.ended is not None else trace.end
        begin, finish = max(t0, info.started), min(t1, last)
        if finish <= begin:
            continue
        alive += finish - begin
        mine = store.of_actor(info.actors[0])
        low, high = mine.searchsorted(np.array([first, end], np.uint32)).tolist()
        events += high - low
        # The wait under way at the first mark counts, too.
        part = mine[max(low - 1, 0) : high]
        kinds = store.kind.view[part]
        times = np.append(store.times(part), finish).clip(begin, finish)
        lengths = np.diff(times)
        for kind in np.unique(kinds[_IS_WAIT[kinds]]).tolist():
            spent = int(lengths[kinds == kind].sum())
            if spent:
                waiting[VERBS[kind]] += spent
    return Statistic(t1 - t0, events, alive, dict(waiting))


def sentence(
    trace: Trace,
    selection: tuple[int, int],
    identities: Mapping[int, Identity],
    process: int | None = None,
) -> str:
    """The statistic of a selection in words.

    Args:
        trace: the run.
        selection: the marks, ns.
        identities: gives the selected process's name.
        process: the selected process, if there is one.
    """
    found = statistic(trace, *selection, process)
    length = duration(found.length)
    if not found.alive:
        return _("{length} between the marks: nobody was alive").format(length=length)
    share = round(100 * found.waited / found.alive)
    who = identities.get(process) if process is not None else None
    name = who.name if who is not None else ""
    if not found.waiting or not share:
        text = _("nobody waited") if who is None else _("{name} didn't wait").format(name=name)
        return _("{text} between the marks ({length})").format(text=text, length=length)
    verbs = sorted(found.waiting, key=lambda verb: -found.waiting[verb])
    if who is None:
        pattern = _("{share} % waiting in {verb} between the marks ({length})")
    else:
        pattern = _("{name}: {share} % waiting in {verb} between the marks ({length})")
    # The share belongs to the operation named; what else was waited in is not added to it.
    main = round(100 * found.waiting[verbs[0]] / found.alive)
    return pattern.format(name=name, share=main, verb=verbs[0], length=length)
