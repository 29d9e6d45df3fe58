"""Which locks a program needs: each is left open in turn, and the program explored again.

A lock that lets everybody in and yet changes no outcome of any interleaving isn't needed, for these
parameters and as far as shared objects of multiprocessing are concerned: what the lock may protect
besides, a file or an output, isn't seen. Barriers and the locks inside queues are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from ipcsim.explore.explorer import Exploration, explore
from ipcsim.explore.settings import Program, Settings
from ipcsim.language import _
from ipcsim.operations import Op

_DIRECT: Final = {"__enter__", "acquire"}


@dataclass(frozen=True, slots=True)
class Need:
    """What became of a program without one of its locks."""

    lock: str
    """Its name."""
    needed: bool | None
    """None: not known, since not all interleavings were explored."""
    sentence: str


def needs(
    program: Program,
    with_all: Exploration,
    settings: Settings,
    progress: Callable[[Exploration], None] = lambda _: None,
) -> Iterator[Need]:
    """Explore ``program`` without each of the locks that it acquires itself.

    Args:
        with_all: the exploration with all of them.
        settings: of each exploration; its time is for each lock.

    Raises:
        ControlError: control was lost.
    """
    before = set(with_all.tally.kinds)
    for lock in locks_of(with_all):
        without = explore(replace(program, ignored=frozenset({lock})).executor, settings, progress)
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
            ).format(lock=lock, count=without.tally.distinct)
            yield Need(lock, False, sentence)
        else:
            sentence = _(
                "whether {lock} is needed is not known: {count} interleavings without it show no "
                "new outcome"
            ).format(lock=lock, count=without.tally.distinct)
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
