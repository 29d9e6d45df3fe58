"""In which order lanes stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.panels.timeline.layout import FULL_LANES
from ipcsim.trace.kinds import WAITING


class Order(Enum):
    """What lanes are sorted by."""

    NUMBER = "number"
    """As their badges are numbered, in whatever order the system has started them."""
    WAIT = "wait"
    """The longest wait in the visible range first."""


def longest_run(states: NDArray[np.uint8], state: int = WAITING) -> int:
    """Length of the longest uninterrupted run of ``state``, in columns."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], states == state, [0]))))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0


def arrange(
    identities: Mapping[int, Identity],
    order: Order,
    states: Callable[[int], NDArray[np.uint8]],
) -> list[int]:
    """The processes from top to bottom.

    Many processes stay together by role, since their lanes are too low for names of their own.

    Args:
        identities: of all processes, in order of appearance.
        order: sorting, within the role where there are many.
        states: a process's states in the visible range; asked only where it matters.
    """
    processes = list(identities)
    if order is Order.NUMBER:
        # Up to six have a colour each, by their number; more of them have that of their role.
        processes.sort(key=lambda process: identities[process].rank)
    else:
        waits = {process: longest_run(states(process)) for process in processes}
        processes.sort(key=lambda process: -waits[process])
    if len(processes) > FULL_LANES:
        roles = list(dict.fromkeys((i.colour != 0, i.role) for i in identities.values()))
        rank = {role: number for number, role in enumerate(roles)}
        main = {p for p, i in identities.items() if i.colour == 0}
        processes.sort(
            key=lambda p: (p not in main, rank[identities[p].colour != 0, identities[p].role])
        )
    return processes


def groups(
    processes: Sequence[int], identities: Mapping[int, Identity]
) -> list[tuple[int, int, Identity]]:
    """Neighbours of one role: first lane, number of lanes, one of them."""
    result: list[tuple[int, int, Identity]] = []
    for number, process in enumerate(processes):
        who = identities[process]
        if result and _same(result[-1][2], who):
            first, count, one = result[-1]
            result[-1] = (first, count + 1, one)
        else:
            result.append((number, 1, who))
    return result


def _same(one: Identity, other: Identity) -> bool:
    return one.role == other.role and (one.colour == 0) == (other.colour == 0)
