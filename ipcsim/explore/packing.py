"""Runs on their way from one process to another: what both have seen before travels as a number.

Most steps of a run, and what was offered before them, are those of earlier runs. Whoever unpacks
gets the very same objects for them again, so that comparing them costs nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from ipcsim.control.steps import Candidate, Operation, Step
from ipcsim.explore.plan import Run

_MOST: Final = 50_000
"""So many things are remembered; then it begins anew."""


Parts = Operation | list[int] | tuple[Any, ...]
"""An operation; an offer, as numbers of its candidates; a candidate's five parts or a step's six,
with a number for the operation."""


class Packed(NamedTuple):
    """A run."""

    run: Run
    """Without what the numbers stand for."""
    anew: bool
    """What was known before is forgotten."""
    new: list[Parts]
    """What isn't known yet, in the order of its numbers."""
    steps: list[int]
    offered: list[int]
    pending: int
    """Among ``offered``; -1 for none."""


class Packer:
    """Where runs come from."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._kept: list[object] = []
        """No other object may get the identity of one that is known."""
        self._new: list[Parts] = []

    def pack(self, run: Run) -> Packed:
        """A run as it is sent, once."""
        anew = len(self._kept) > _MOST
        if anew:
            self._numbers.clear()
            self._kept.clear()
        self._new = []
        execution = run.execution
        steps = [self._number(step, self._step) for step in execution.steps]
        offered = [self._number(offer, self._offer) for offer in execution.offered]
        without = replace(run, execution=replace(execution, steps=[], offered=[]), pending=())
        pending = len(offered) - 1 if run.pending else -1
        return Packed(without, anew, self._new, steps, offered, pending)

    def _number(self, thing: Any, parts_of: Callable[[Any], Parts]) -> int:
        known = self._numbers.get(id(thing))
        if known is None:
            parts = parts_of(thing)
            known = self._numbers[id(thing)] = len(self._kept)
            self._kept.append(thing)
            self._new.append(parts)
        return known

    def _step(self, step: Step) -> Parts:
        operation = self._number(step.operation, _whole)
        return step.index, step.actor, operation, step.what, step.result, step.after

    def _offer(self, offer: tuple[Candidate, ...]) -> Parts:
        return [self._number(candidate, self._candidate) for candidate in offer]

    def _candidate(self, one: Candidate) -> Parts:
        operation = self._number(one.operation, _whole)
        return one.actor, operation, one.enabled, one.reason, one.choices


def _whole(operation: Operation) -> Parts:
    return operation


class Unpacker:
    """Where runs go to; it must be given all that are packed, in their order."""

    def __init__(self) -> None:
        self._known: list[Any] = []

    def unpack(self, packed: Packed) -> Run:
        """The run as it was."""
        known = self._known
        if packed.anew:
            known.clear()
        for parts in packed.new:
            known.append(self._made(parts))
        execution = replace(
            packed.run.execution,
            steps=[known[number] for number in packed.steps],
            offered=[known[number] for number in packed.offered],
        )
        pending = execution.offered[packed.pending] if packed.pending >= 0 else ()
        return replace(packed.run, execution=execution, pending=pending)

    def _made(self, parts: Parts) -> object:
        known = self._known
        if isinstance(parts, Operation):
            return parts
        if isinstance(parts, list):
            return tuple([known[number] for number in parts])
        if len(parts) == 5:
            actor, operation, *rest = parts
            return Candidate(actor, known[operation], *rest)
        index, actor, operation, *rest = parts
        return Step(index, actor, known[operation], *rest)
