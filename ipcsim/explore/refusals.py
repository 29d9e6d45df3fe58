"""Attempts that are refused since somebody has a lock: they look how it is, and change nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from ipcsim.control.steps import Step
from ipcsim.operations import REFUSED, Op

_WAITING: Final = (Op.QUERY, Op.CHANGE)
"""Not EXECUTE: a commit that is refused keeps new readers out."""
_TRY: Final = Op.TRY_ACQUIRE
_CHANGE: Final = Op.CHANGE


def refused(step: Step) -> bool:
    """Whether a step that would have written has only looked."""
    op = step.operation.op
    return (op is _TRY and step.result == 0) or (op is _CHANGE and step.result == REFUSED)


def without_waiting(
    steps: Sequence[Step], advances: Collection[int]
) -> tuple[Sequence[Step], Collection[int]]:
    """An execution without the attempts at a database that were refused and made again later.

    The program doesn't learn of them, and whether the attempt came before or after the lock was
    given back makes no difference to anybody.

    Args:
        advances: indices of steps before which the virtual clock moved on.
    """
    again = _made_again(steps)
    if not again:
        return steps, advances
    kept = [step for step in steps if step.index not in again]
    # What is left out counts as the step that comes next.
    number = {}
    for index in range(len(steps)):
        number[index] = index - sum(1 for one in again if one < index)
    found = []
    for step in kept:
        database = step.operation.op in _WAITING
        after = () if database else tuple(number[one] for one in step.after if one not in again)
        found.append(replace(step, index=number[step.index], after=after))
    return found, {number[one] for one in advances if one < len(steps)}


def _made_again(steps: Sequence[Step]) -> set[int]:
    """Indices of attempts that were refused, and are followed by another one."""
    waiting: dict[str, int] = {}
    found = set()
    for step in steps:
        last = waiting.pop(step.actor, None)
        if last is not None and step.operation.arg >= 0:
            found.add(last)
        if step.operation.op in _WAITING and step.result == REFUSED:
            waiting[step.actor] = step.index
    return found
