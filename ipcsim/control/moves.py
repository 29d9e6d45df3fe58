"""What follows from a choice: known of its actor's history, or seen when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ipcsim.control import enabling, locks
from ipcsim.control.astray import Astray
from ipcsim.control.contents import UNKNOWN, Contents
from ipcsim.control.executor import ControlError
from ipcsim.control.histories import Point
from ipcsim.control.known import Known, Move, Tie
from ipcsim.control.objects import Objects
from ipcsim.control.steps import KILL, TIMEOUT, Candidate, Choice, Operation, Step
from ipcsim.control.virtual_time import advance, wake_in_time
from ipcsim.operations import Op
from ipcsim.probe.control.protocol import Answer

Turn = Callable[[Point, Answer, int, Objects], Point]
"""Has an actor go on from a point; with its answer, the clock, and what objects there are."""
_LOOKS: Final = frozenset({Op.READ, Op.COUNT, Op.OUTPUT})
_PLAIN: Final = _LOOKS | {Op.WRITE}
"""Nobody else can go on, or can't any more, because of them."""
_ORDERS: Final = frozenset({Op.ACQUIRE, Op.RELEASE})
_RELEASE: Final = Op.RELEASE
_JOIN: Final = Op.JOIN
_END: Final = Op.END
_SLEEP: Final = Op.SLEEP
_GO: Final = Answer.GO
_NOTHING: Final[list[Step]] = []


@dataclass(slots=True)
class _Moment:
    """A state that is looked at for who can go on."""

    clock_ns: int
    early: bool
    ignored: frozenset[str]
    steps: list[Step]
    actors: dict[str, Point]
    objects: Contents


class Moves:
    """The states of a program's bodies, of which all are at their first points in the beginning.

    ``guesses``: what is known of each actor by itself is taken for what it will do. ``early`` and
    ``ignored`` are the controller's.
    """

    def __init__(
        self,
        points: tuple[Point, ...],
        objects: Objects,
        *,
        guesses: bool,
        early: bool,
        ignored: frozenset[str],
    ) -> None:
        self.states = 0
        """How many are known."""
        self.outdated = False
        """What is known doesn't tell apart what has to be."""
        self._guesses, self._early, self._ignored = guesses, early, ignored
        self._places = {point.name: place for place, point in enumerate(points)}
        self._known: dict[object, dict[tuple[Point, ...], Known]] = {}
        """By contents, clock and who was last, all states."""
        self._sleeps = any(map(_sleeps, points))
        clock_ns = max(point.since_ns for point in points)
        self.first = self._state(points, Contents(objects), clock_ns, _NOTHING, {})

    def forget(self) -> None:
        """Begin anew."""
        first = self.first
        first.next.clear()
        first.contents.forget()
        for point in first.points:
            point.next.clear()
        self._known.clear()
        first.alike.clear()
        self.states, self.outdated = 0, False

    def find_out(self, known: Known, choice: Choice, steps: list[Step], turn: Turn) -> Move:
        """What a choice leads to that hasn't been made in a state yet, after these steps.

        Raises:
            Astray: it can't be made by bodies that are run again.
            ControlError: there is no such actor, or it isn't at an operation.
        """
        name, what = choice
        place = self._places.get(name, -1)
        point = known.points[place]
        operation = point.operation
        if place < 0 or operation is None:
            raise ControlError(f"{name} isn't at an operation")
        if what == KILL:
            raise Astray(f"{name} is killed")
        op, contents, clock_ns, tie = operation.op, known.contents, known.clock_ns, None
        if op is _JOIN:
            then, tie = point.end(), Tie(cause=operation.object)
        elif op is _END:
            then, tie = point.end(), Tie(lets=name)
        else:
            then = self._then(known, point, operation, what, turn)
            clock_ns = then.since_ns
            if op in _ORDERS:
                tie = self._tie(contents, operation)
        request = then.request
        result = request.result if request is not None else 0
        step = Step(len(steps), name, operation, what, result)
        after = contents if op in _LOOKS and not then.made else contents.after(point, step, then)
        points = (*known.points[:place], then, *known.points[place + 1 :])
        plain = known.calm and op in _PLAIN and clock_ns == known.clock_ns
        past = [*steps, step] if self._sleeps else _NOTHING
        if plain and after is contents and not past:
            alike = known.alike
        else:
            alike = self._known.setdefault((after, clock_ns, _lately(past)), {})
        to = alike.get(points) if self._guesses else None
        if to is None:
            self.states += 1
            if plain and _goes_on(then):
                to = _with_another(known, points, after, then, alike)
            else:
                to = self._state(points, after, clock_ns, past, alike)
            alike[points] = to
        move = known.next[choice] = Move(step, then.row, to, tie)
        return move

    def _then(
        self, known: Known, point: Point, operation: Operation, what: str, turn: Turn
    ) -> Point:
        """Where an actor comes to that has something to do."""
        contents, answer = known.contents, _GO
        clock_ns = known.clock_ns
        if what or operation.op is _SLEEP:
            clock_ns = enabling.clock_after(clock_ns, point, what)
            answer = Answer.TIMEOUT if what == TIMEOUT else _GO
        if self._ignored and contents.get(operation.object).name in self._ignored:
            answer = Answer.SKIP
        found = contents.found(operation) if self._guesses else UNKNOWN
        then = None if found is UNKNOWN else point.next.get((answer, clock_ns, found))
        if then is None:
            then = turn(point, answer, clock_ns, contents.objects)
            if found is not UNKNOWN:
                point.next[answer, clock_ns, found] = then
            if not self._sleeps and _sleeps(then):
                self._sleeps = self.outdated = True
        return then

    def _tie(self, contents: Contents, operation: Operation) -> Tie | None:
        """What ties to others what is done to a lock."""
        key = operation.object
        if operation.op is _RELEASE:
            return Tie(lets=key)
        was_let = locks.was_let(contents.get(key), key, self._ignored)
        return Tie(cause=key) if was_let else None

    def _state(
        self,
        points: tuple[Point, ...],
        contents: Contents,
        clock_ns: int,
        past: list[Step],
        alike: dict[tuple[Point, ...], Known],
    ) -> Known:
        """A state that nobody has come to yet; ``past`` counts only if somebody sleeps."""
        actors = dict(zip(self._places, points, strict=True))
        moment = _Moment(clock_ns, self._early, self._ignored, past, actors, contents)
        asking = [point for point in points if point.request is not None]
        candidates = [enabling.candidate(moment, point) for point in asking]
        if asking and not any(candidate.enabled for candidate in candidates):
            candidates = advance(moment, asking, candidates)
        else:
            wake_in_time(asking, candidates)
        enabled = [candidate for candidate in candidates if candidate.enabled]
        calm = moment.clock_ns == clock_ns and not any(
            c.operation.op is _SLEEP or c.choices == (TIMEOUT,) for c in candidates
        )
        return Known(points, contents, tuple(candidates), moment.clock_ns, enabled, calm, alike)


def _with_another(
    known: Known,
    points: tuple[Point, ...],
    contents: Contents,
    then: Point,
    alike: dict[tuple[Point, ...], Known],
) -> Known:
    """A state like a known one, but for one who is at another point, and can go on there."""
    candidate, before = then.candidate, known.candidates
    if candidate is None:
        assert then.operation is not None
        candidate = then.candidate = Candidate(then.name, then.operation, True)
    at = 0
    while before[at].actor != then.name:
        at += 1
    candidates = (*before[:at], candidate, *before[at + 1 :])
    enabled = [candidate for candidate in candidates if candidate.enabled]
    return Known(points, contents, candidates, known.clock_ns, enabled, True, alike)


def _sleeps(point: Point) -> bool:
    return point.operation is not None and point.operation.op is _SLEEP


def _goes_on(point: Point) -> bool:
    """Whether nobody can keep an actor from going on at this point."""
    return point.operation is not None and point.operation.op not in enabling.MAY_WAIT


def _lately(past: list[Step]) -> tuple[str, int]:
    """Who has made the last steps, and how many since it slept: whether it goes on sleeping
    depends on that."""
    count = 0
    for step in reversed(past):
        if step.actor != past[-1].actor:
            break
        count += 1
        if step.operation.op is _SLEEP:
            break
    return (past[-1].actor, count) if past else ("", 0)
