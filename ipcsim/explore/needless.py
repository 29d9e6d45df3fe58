"""Which locks and barriers a program needs: each is left open in turn, and all is explored again.

A lock that lets everybody in, or a barrier that holds nobody up, and that yet changes no outcome of
any interleaving isn't needed, for these parameters and as far as shared objects of multiprocessing
are concerned: what it may protect besides, a file or an output, isn't seen. The locks inside queues
are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ipcsim.explore.explorer import Exploration, explore
from ipcsim.explore.settings import Program, Settings
from ipcsim.language import _, grouped
from ipcsim.operations import Op

_DIRECT: Final = {"__enter__", "acquire"}
_OF_BARRIER: Final = ".cond.lock.acquire()"
"""What a call of a barrier's ``wait`` does first: its condition's lock is the barrier's own."""


@dataclass(frozen=True, slots=True)
class Need:
    """What became of a program without one of its locks or barriers."""

    lock: str
    """Its name, or the barrier's."""
    needed: bool | None
    """None: not known, since not all interleavings were explored."""
    sentence: str


def needs(
    program: Program,
    with_all: Exploration,
    settings: Settings,
    progress: Callable[[Exploration], None] = lambda _: None,
) -> Iterator[Need]:
    """Explore ``program`` without each of the locks and barriers that it uses itself.

    Args:
        with_all: the exploration with all of them.
        settings: of each exploration; its time is for each lock.

    Raises:
        ControlError: control was lost.
    """
    before = set(with_all.tally.kinds)
    barriers = barriers_of(with_all)
    for lock in [*locks_of(with_all), *barriers]:
        if lock in barriers:
            # Whoever leaves a barrier out runs other code than the bodies that are run again.
            own = frozenset({lock + _OF_BARRIER.removesuffix(".acquire()")})
            make = replace(program, ignored=own).forked
        else:
            make = replace(program, ignored=frozenset({lock})).executor
        without = explore(make, settings, progress)
        new = [k for k in without.tally.sorted() if k.key not in before]
        new.sort(key=lambda kind: not kind.fails)
        gone = before - set(without.tally.kinds)
        if new:
            what = new[0].outcome.sentence
            sentence = _("{lock} is needed: without it, {what}").format(lock=lock, what=what)
            yield Need(lock, True, sentence)
        elif gone and without.exhausted:
            what = with_all.tally.kinds[sorted(gone)[0]].outcome.sentence
            sentence = _("without {lock} there is no longer: {what}").format(lock=lock, what=what)
            yield Need(lock, True, sentence)
        elif with_all.exhausted and without.exhausted:
            sentence = _(
                "{lock} isn't needed with these parameters: leaving it open changes no outcome of "
                "all {count} interleavings (what isn't shared by multiprocessing isn't seen)"
            ).format(lock=lock, count=grouped(without.tally.distinct))
            yield Need(lock, False, sentence)
        else:
            sentence = _(
                "whether {lock} is needed is not known: {count} interleavings without it show no "
                "new outcome"
            ).format(lock=lock, count=grouped(without.tally.distinct))
            yield Need(lock, None, sentence)


def locks_of(state: Exploration) -> list[str]:
    """Names of the locks that the program itself acquires, in the order of their first use."""
    found: dict[str, None] = {}
    for kind in state.tally.kinds.values():
        for step in kind.shortest.steps:
            operation = step.operation
            if operation.op is Op.ACQUIRE and operation.inside in _DIRECT:
                found[operation.call.removesuffix(".acquire()")] = None
    return list(found)


def barriers_of(state: Exploration) -> list[str]:
    """Names of the barriers that the program itself waits at, in the order of their first use."""
    found: dict[str, None] = {}
    for kind in state.tally.kinds.values():
        for step in kind.shortest.steps:
            operation = step.operation
            first = operation.op is Op.ACQUIRE and not operation.goes_on
            if first and operation.inside == "wait" and operation.call.endswith(_OF_BARRIER):
                found[operation.call.removesuffix(_OF_BARRIER)] = None
    events = {
        step.operation.call.partition(".flag.")[0]
        for kind in state.tally.kinds.values()
        for step in kind.shortest.steps
        if ".flag." in step.operation.call
    }
    return [name for name in found if name not in events]
