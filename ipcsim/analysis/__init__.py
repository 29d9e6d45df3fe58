"""Questions to a trace, one a file; each answers with findings in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

from ipcsim.analysis import (
    asked_events,
    barriers,
    blocked,
    conditions,
    deadlocks,
    exceptions,
    fairness,
    feeders,
    flow,
    incomplete,
    leaks,
    lingering_threads,
    livelock,
    lock_order,
    lost_updates,
    orphaned_locks,
    races,
    raw_memory,
    semaphores,
    snapshots,
    thread_errors,
    time_up,
    unacknowledged,
    unreceived,
)
from ipcsim.analysis.alike import alike
from ipcsim.analysis.finding import NOTICE, WRONG, Finding
from ipcsim.analysis.packages import is_of_a_package
from ipcsim.analysis.pitfalls import (
    collected,
    forking,
    guesses,
    interleaved,
    interrupted,
    own_memory,
    own_server,
    pools,
    serialised,
    starting,
    unheard,
)
from ipcsim.trace.conflicts import conflicts
from ipcsim.trace.history import History
from ipcsim.trace.lock_graph import lock_graph

__all__ = ["NOTICE", "WRONG", "Finding", "advance", "asked", "findings", "ranked"]

QUESTIONS = (
    exceptions,
    thread_errors,
    starting,
    collected,
    forking,
    deadlocks,
    livelock,
    orphaned_locks,
    pools,
    interrupted,
    conditions,
    barriers,
    semaphores,
    lock_order,
    lost_updates,
    races,
    asked_events,
    snapshots,
    own_server,
    own_memory,
    guesses,
    feeders,
    lingering_threads,
    unheard,
    interleaved,
    unacknowledged,
    unreceived,
    leaks,
    blocked,
    time_up,
    serialised,
    flow,
    fairness,
    raw_memory,
    incomplete,
)
"""In order of what a person wants to know first: causes before what they lead to."""
ORDERED = (races, snapshots, raw_memory)
"""Who asks what comes before what, event by event: in a flood that lags behind."""


def advance(trace: History, most: int) -> bool:
    """Do a part of what the next :func:`findings` would have to do; whether nothing is left.

    Args:
        trace: a run that goes on.
        most: about so many events, a tenth of a microsecond to two each.
    """
    lock_graph(trace, most)
    return conflicts(trace, most).done >= len(trace.store)


def findings(trace: History, so_far: bool = False) -> list[Finding]:
    """All findings of a run, of the run so far if it still goes on; what is wrong first.

    Args:
        trace: a run, whole or growing.
        so_far: where :func:`advance` has still much to do, don't wait for it: the answers that
            depend on it are the last ones that were complete.
    """
    return ranked(trace, [finding for answer in asked(trace, so_far) for finding in answer])


def asked(trace: History, so_far: bool = False) -> Iterator[list[Finding]]:
    """The answers of :func:`findings`, one question after the other, for :func:`ranked`."""
    for answer in _answers(trace, so_far):
        yield [finding for finding in answer if not is_of_a_package(trace, finding)]


def _answers(trace: History, so_far: bool) -> Iterator[list[Finding]]:
    lagging = so_far and conflicts(trace, 0).done < len(trace.store)
    for question in QUESTIONS:
        key = "found", question.__name__
        if question in ORDERED and lagging:
            yield trace.remembered(key, list)
            continue
        partly = question is lock_order and so_far
        answer = lock_order.find(trace, so_far=True) if partly else question.find(trace)
        if question in ORDERED:
            trace.remember(key, answer)
        yield answer


def ranked(trace: History, found: list[Finding]) -> list[Finding]:
    """All findings of a run, in the order of the questions; what is wrong first."""
    return sorted(alike(trace, found), key=lambda finding: not finding.is_wrong)
