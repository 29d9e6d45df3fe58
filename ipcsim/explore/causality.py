"""What happened before what in an execution, and which races there were."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from ipcsim.control.steps import TIMEOUT, Candidate, Step
from ipcsim.explore.dependence import Event, event_of, process_of, touched
from ipcsim.explore.refusals import refused, without_waiting
from ipcsim.operations import Op

Clock = list[int]
"""For each actor, by its number, the index of its last step that happened before; -1 for none."""

_TAKES: Final = frozenset({Op.ACQUIRE, Op.TRY_ACQUIRE, Op.RECEIVE, Op.ACCEPT, Op.SEND})
_TRY: Final = Op.TRY_ACQUIRE
_GIVES: Final = frozenset({Op.RELEASE, Op.COUNT, Op.POLL, Op.WAIT})
_WAITS: Final = frozenset({Op.ACQUIRE, Op.RECEIVE, Op.SEND, Op.JOIN, Op.WAIT, Op.ACCEPT, Op.BEGIN})


class Race(NamedTuple):
    """Two dependent operations with nothing between them that orders them."""

    first: int
    """Index of the step that came first."""
    second: Event
    """What could have come before it."""
    at: int | None
    """Of the second's step; None if it never happened (its actor stayed blocked, or was killed)."""
    before: Clock
    """What must come before the second in any case."""


class Causality:
    """The happens-before relation of one execution, and its races.

    Args:
        steps: the execution.
        advances: indices of steps before which the virtual clock moved on: nobody could do
            anything then, so that all earlier steps are before all later ones.
    """

    def __init__(self, steps: Sequence[Step], advances: Collection[int] = ()) -> None:
        self.steps = steps
        self.actors: dict[str, int] = {}
        for step in steps:
            self.actors.setdefault(step.actor, len(self.actors))
        self.clocks: list[Clock] = []
        self._owners: list[int] = []
        """Of each step, the number of its actor."""
        self._befores: list[Clock] = []
        self._conflicts: list[list[int]] = []
        self._advances = advances
        self._floor: Clock = [-1] * len(self.actors)
        self._last: dict[str, int] = {}
        self._accesses: dict[str, list[int]] = {}
        self._writes: dict[str, list[int]] = {}
        for step in steps:
            self._add(step)

    def _add(self, step: Step) -> None:
        index = step.index
        if index in self._advances:
            self._floor = [-1] * len(self.actors)
            for actor, last in self._last.items():
                self._floor[self.actors[actor]] = last
        before = self._before(step.actor)
        for earlier in step.after:
            if not self._gives(earlier, step):
                _join(before, self.clocks[earlier])
        touches = touched(step.actor, step.operation)
        if refused(step):
            touches = [(name, False) for name, _ in touches]
        conflicts = self._conflicting(touches, step.after)
        clock = before.copy()
        if self._advances:
            _join(clock, self._floor)
        for earlier in (*conflicts, *step.after):
            # Most that conflict are before what has been joined already, the last coming first.
            if not self._covers(clock, earlier):
                _join(clock, self.clocks[earlier])
        owner = self.actors[step.actor]
        clock[owner] = index
        self._owners.append(owner)
        self.clocks.append(clock)
        self._befores.append(before)
        self._conflicts.append(conflicts)
        self._last[step.actor] = index
        for name, writes in touches:
            self._accesses.setdefault(name, []).append(index)
            if writes:
                self._writes.setdefault(name, []).append(index)

    def _before(self, actor: str) -> Clock:
        """What an actor's next operation comes after, whatever is scheduled.

        If the clock has moved on since the actor's last step, it was waiting then: with less taken
        by others it could have gone on before.
        """
        last = self._last.get(actor)
        return [-1] * len(self.actors) if last is None else self.clocks[last].copy()

    def _gives(self, earlier: int, step: Step) -> bool:
        """Whether a step only gave what another one takes, so that it might have taken what
        somebody else took: a RELEASE before an ACQUIRE, a SEND before a RECEIVE."""
        giver = self.steps[earlier].operation.op
        return step.operation.op not in (Op.BEGIN, Op.JOIN) and giver not in (Op.START, Op.END)

    def _conflicting(self, touches: list[tuple[str, bool]], given: Collection[int]) -> list[int]:
        """Earlier steps that conflict, the last first; those that are before one of them by the
        same object may be missing."""
        found: set[int] = set()
        for name, writes in touches:
            wrote = self._writes.get(name, [])
            writing = len(wrote) - 1
            for index in reversed(self._accesses.get(name, []) if writes else wrote):
                found.add(index)
                if writing < 0 or wrote[writing] != index:
                    continue
                writing -= 1
                # Everything earlier is before a write. What gave and what failed may be stepped
                # over by a race, so the search for its partner goes on behind it.
                if index not in given and self._takes(index):
                    break
        return sorted(found, reverse=True)

    def _takes(self, index: int) -> bool:
        """Whether a step took something that another one could have taken in its place; plain
        accesses count, since they can always be exchanged."""
        step = self.steps[index]
        op = step.operation.op
        if op is _TRY or refused(step):
            return step.result == 1
        if op in _TAKES:
            return step.what != TIMEOUT
        return op not in _GIVES

    def before(self, earlier: int, later: int) -> bool:
        """Whether one step happened before another."""
        return self._covers(self.clocks[later], earlier)

    def _covers(self, clock: Clock, index: int) -> bool:
        return clock[self._owners[index]] >= index

    def races(self, since: int = 0) -> Iterator[Race]:
        """Races whose second step has at least the index ``since``."""
        for step in self.steps[since:]:
            waits = step.operation.op in _WAITS and step.what != TIMEOUT
            given = set(step.after) if waits else set()
            yield from self._races(
                event_of(step),
                step.index,
                self._befores[step.index],
                self._conflicts[step.index],
                given,
            )
            if step.what == TIMEOUT:
                yield from self._instead_of_timeout(step)

    def _instead_of_timeout(self, step: Step) -> Iterator[Race]:
        """A wait that timed out could have been served, had somebody else taken less."""
        last = max((i for i in self._steps_of(step.actor) if i < step.index), default=None)
        before = [-1] * len(self.actors) if last is None else self.clocks[last]
        takers = [i for i in self._conflicts[step.index] if self._takes(i)]
        yield from self._races(Event(step.actor, "", step.operation), None, before, takers, set())

    def _steps_of(self, actor: str) -> list[int]:
        return [step.index for step in self.steps if step.actor == actor]

    def pending_races(self, pending: Sequence[Candidate]) -> Iterator[Race]:
        """Races of operations that never happened because their actors stayed blocked."""
        for candidate in pending:
            touches = touched(candidate.actor, candidate.operation)
            event = Event(candidate.actor, "", candidate.operation)
            conflicts = self._conflicting(touches, ())
            takers = [i for i in conflicts if self._takes(i)]
            yield from self._races(event, None, self._before(candidate.actor), takers, set())

    def killed_races(self, offered: Sequence[Sequence[Candidate]], since: int) -> Iterator[Race]:
        """Races of operations whose actors were killed before them with the signals."""
        for step in self.steps[since:]:
            if step.operation.op is not Op.SIGNAL:
                continue
            for candidate in offered[step.index]:
                if process_of(candidate.actor) != step.operation.object or not candidate.enabled:
                    continue
                if self._last.get(candidate.actor, -1) > step.index:
                    continue
                last = self._last.get(candidate.actor)
                before = [-1] * len(self.actors) if last is None else self.clocks[last]
                event = Event(candidate.actor, candidate.choices[0], candidate.operation)
                yield Race(step.index, event, None, before)

    def _races(
        self, event: Event, index: int | None, before: Clock, conflicts: list[int], given: set[int]
    ) -> Iterator[Race]:
        covers = [before]
        for first in conflicts:
            if self.steps[first].actor == event.actor:
                continue
            if any(self._covers(clock, first) for clock in covers):
                continue
            if first in given:
                continue
            if any(self.before(first, giver) for giver in given) and not self._takes(first):
                continue
            covers.append(self.clocks[first])
            yield Race(first, event, index, before)

    def independent_of(self, first: int) -> list[int]:
        """Later steps that did not happen after a step."""
        later = range(first + 1, len(self.steps))
        return [index for index in later if not self._covers(self.clocks[index], first)]

    def marks(self) -> Iterator[tuple[object, ...]]:
        """Each step as what it is and what came before it, in whatever order both happened."""
        numbers: dict[int, tuple[str, int]] = {}
        counts: dict[str, int] = {}
        for step in self.steps:
            number = counts.get(step.actor, 0)
            counts[step.actor] = number + 1
            numbers[step.index] = (step.actor, number)
            past = sorted(numbers[last] for last in self.clocks[step.index] if last >= 0)
            operation = int(step.operation.op)
            yield (step.actor, number, operation, step.what, tuple(past))

    def fingerprint(self) -> bytes:
        """The same for two executions if, and only if, they are one trace.

        An attempt that is refused, and made again by the library without the program's knowing,
        makes no trace another one.
        """
        visible, advances = without_waiting(self.steps, self._advances)
        if len(visible) < len(self.steps):
            return Causality(visible, advances).fingerprint()
        names = sorted(self.actors)
        order = [self.actors[name] for name in names]
        lines: list[list[int]] = [[] for _ in names]
        counts = [0] * len(names)
        numbers: list[int] = []
        whats = []
        for step, clock, owner in zip(self.steps, self.clocks, self._owners, strict=True):
            numbers.append(counts[owner])
            if step.what:
                whats.append(f"{step.actor} {counts[owner]} {step.what}")
            counts[owner] += 1
            line = lines[owner]
            line.append(step.operation.op)
            line += [numbers[clock[other]] if clock[other] >= 0 else -1 for other in order]
        digest = hashlib.blake2b("\n".join([*names, *sorted(whats)]).encode(), digest_size=16)
        for number in order:
            digest.update(array("q", [len(lines[number]), *lines[number]]).tobytes())
        return digest.digest()


def _join(clock: Clock, other: Clock) -> None:
    for actor, last in enumerate(other):
        if last > clock[actor]:
            clock[actor] = last
