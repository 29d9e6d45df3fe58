"""What turns are made of: each of these goes on whenever everybody waits, and ends when done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ipcsim.control.steps import KILL, Choice, Operation
from ipcsim.language import _
from ipcsim.operations import Op
from ipcsim.run.course import Course
from ipcsim.run.offers import helpers, helping
from ipcsim.run.policies import Policy, RandomWalk
from ipcsim.run.seat import Seat
from ipcsim.run.spec import RunSpec
from ipcsim.run.turns import Effect, Offer, Tried, Turn

_EDGES: Final = {Op.BEGIN, Op.END}
_HELPS: Final = 500
"""Steps of helpers that one turn may need."""

Task = Iterator[None]
Until = Callable[[], bool]


class Moves:
    """The turns of the execution on show; :class:`Stepping` says when."""

    def __init__(self, spec: RunSpec) -> None:
        self.spec = spec
        self.course = Course(Seat(spec))
        self.public = True
        """A turn is a public call of the program; else each leaf operation is one."""
        self.policy: Policy = RandomWalk()
        """Who goes on where the person leaves that open."""
        self.ahead: list[Choice] = []
        """What comes next if nobody chooses otherwise: undone, or from a schedule."""
        self.notice = ""
        """Why the last command stopped, one sentence."""
        self.tried = Tried()
        self.at = self.tried
        """Where in the tree of what was tried."""
        self.awaited: tuple[str, ...] = ()
        """Who is outside control, and waited for: until one of them comes back."""
        self._halted = False
        self._whom = ""
        """Who works first where several could."""

    def offers(self) -> list[Offer]:
        """Who could make the next turn, and who can't and why."""
        return self.course.offers(self.public)

    def offer(self, actor: str) -> Offer | None:
        """What an actor is about to do."""
        return next((offer for offer in self.offers() if offer.actor == actor), None)

    def _begin(self, course: Course) -> Task:
        """Main runs its code up to its first operation."""
        yield from self._begin_and_end(course)
        course.prelude = len(course.seat.steps)
        if self.ahead[: course.prelude] == course.choices():
            del self.ahead[: course.prelude]

    def _chosen(self, choice: Choice, whom: str = "") -> Task:
        """A turn that a person has chosen: what lay ahead is no more, unless it is the same.

        Args:
            whom: of several who could be woken, or whose message could arrive, this one.
        """
        first = len(self.course.seat.steps)
        offer = self.offer(choice.actor) if whom else None
        self._whom = whom
        yield from self._turn(choice)
        self._whom = ""
        if offer is not None and offer.effect is Effect.HANDS and self.course.can(whom):
            yield from self._turn(Choice(whom))
        made = self.course.choices(first)
        if made and self.ahead[: len(made)] == made:
            del self.ahead[: len(made)]
        elif made:
            self.ahead = []

    def _scheduled(self) -> Task:
        """A turn of the schedule's, or else of the scheduler's, choice."""
        if self.ahead:
            yield from self._follow()
            return
        if not any(one.enabled for one in self.offers()):
            outside = [one.actor for one in self.course.seat.outsiders()]
            yield from self._until_inside(self.course, outside)
        actors = [one.actor for one in self.offers() if one.enabled and not one.helper]
        actors = actors or [one.actor for one in self.offers() if one.enabled]
        if actors:
            last = self.course.turns[-1].actor if self.course.turns else ""
            yield from self._turn(Choice(self.policy.choose(actors, last)))

    def _alone(self, actor: str, until: Until) -> Task:
        while not self._halted:
            offer = self.offer(actor)
            if offer is None or not offer.enabled:
                return
            yield from self._chosen(Choice(actor))
            if until():
                return

    def _run(self, until: Until, most: int) -> Task:
        for _turn in range(most):
            made = len(self.course.seat.steps)
            yield from self._scheduled()
            if len(self.course.seat.steps) == made or self._halted or until():
                return

    def _turn(self, choice: Choice) -> Task:
        """One turn: the leaves of a call, and those of helpers that it needs."""
        course, offer = self.course, self.offer(choice.actor)
        first = len(course.seat.steps)
        if not choice.what:
            if self.public:
                yield from self._help(course, choice.actor)
            candidate = course.candidate(choice.actor)
            if candidate is None or not candidate.enabled:
                yield from self._close_turn(first, choice, offer)
                return
            choice = Choice(choice.actor, candidate.choices[0])
        course.seat.grant(choice)
        yield
        if self.public and choice.what != KILL:
            yield from self._complete(course, choice.actor)
        yield from self._close_turn(first, choice, offer)

    def _close_turn(self, first: int, choice: Choice, offer: Offer | None) -> Task:
        course = self.course
        if self.public and not self.ahead:
            yield from self._begin_and_end(course)
        end = len(course.seat.steps)
        if end == first:
            return
        call, line = ("", None) if offer is None else (offer.call, offer.line)
        after = self.offer(choice.actor)
        waits = after is not None and after.inside and not after.enabled
        turn = Turn(first, end, choice.actor, call, line, choice.what, waits)
        course.turns.append(turn)
        self.at = self.at.child(turn, tuple(course.choices(first)))

    def _help(self, course: Course, actor: str) -> Task:
        """Others work until the actor can go on, or they can't: threads of the library, and who is
        in the middle of a call on the same object, as those that a notify wakes.
        """
        for _step in range(_HELPS):
            candidate = course.candidate(actor)
            if candidate is None or candidate.enabled or course.seat.state is None:
                return
            able = helping(course.seat.controller, course.seat.state, candidate)
            if not able:
                return
            chosen = next((one for one in able if one.actor == self._whom), able[0])
            course.seat.grant(Choice(chosen.actor))
            yield

    def _complete(self, course: Course, actor: str) -> Task:
        """The leaves that are left of the call; a process that is through ends."""
        while True:
            yield from self._help(course, actor)
            candidate = course.candidate(actor)
            if candidate is None or not candidate.enabled:
                return
            operation = candidate.operation
            # Without a line of the program's it is on its way out, and has things to put in order.
            leaving = operation.op is Op.END or not operation.of_program
            if not (operation.goes_on or leaving or self._prints_on(course, operation)):
                return
            if "" not in candidate.choices:
                return  # its timeout passes: a choice of its own
            course.seat.grant(Choice(actor))
            yield

    def _until_inside(self, course: Course, actors: Sequence[str]) -> Task:
        """Somebody outside control comes back by itself, or never; a new command ends the wait."""
        self.awaited = tuple(actors)
        while actors and all(map(course.seat.is_outside, actors)):
            if course is not self.course:
                self.awaited = tuple(actors)  # what has been done is done again, whatever is wanted
            if not self.awaited:
                return
            yield
        self.awaited = ()

    def _begin_and_end(self, course: Course) -> Task:
        """Who has been started runs up to its first operation; who is through ends."""
        while course.seat.state is not None:
            new = [one for one in course.seat.state.candidates if one.operation.op in _EDGES]
            if not new:
                return
            course.seat.grant(Choice(new[0].actor))
            yield

    def _follow(self) -> Task:
        """One turn along what lies ahead."""
        course, choice = self.course, self.ahead[0]
        first, actor = len(course.seat.steps), choice.actor
        offer = self.offer(actor)
        while self.ahead:
            choice = self.ahead[0]
            if not choice.what and course.seat.is_outside(choice.actor):
                yield from self._until_inside(course, [choice.actor])
                if course.seat.is_outside(choice.actor):
                    break
                offer = offer or self.offer(actor)
            if not course.allows(choice):
                self.notice = self._impossible(choice)
                break
            self.ahead.pop(0)
            course.seat.grant(choice)
            yield
            if not (self.public and self.ahead and self._same_turn(actor)):
                break
        yield from self._close_turn(first, Choice(actor, choice.what), offer)

    def _same_turn(self, actor: str) -> bool:
        """Whether what lies ahead belongs to the turn that is being made."""
        after = self.course.candidate(self.ahead[0].actor)
        if after is None or self.ahead[0].what:
            return False
        operation = after.operation
        if operation.op in _EDGES or after in helpers(self.course.seat.state):
            return True
        mine, seat = self.course.candidate(actor), self.course.seat
        if after.actor != actor and mine is not None and seat.state is not None:
            # In the middle of its call it needs others that are in the middle of theirs.
            return mine.operation.goes_on and after in helping(seat.controller, seat.state, mine)
        goes_on = operation.goes_on or not operation.of_program
        return after.actor == actor and (goes_on or self._prints_on(self.course, operation))

    @staticmethod
    def _prints_on(course: Course, operation: Operation) -> bool:
        """Whether it is another part of what was just printed."""
        last = course.seat.steps[-1].operation
        return operation.op is last.op is Op.OUTPUT and operation.line == last.line

    def _impossible(self, choice: Choice) -> str:
        """Why the schedule can't go on."""
        offer, name = self.offer(choice.actor), self.course.name(choice.actor)
        if offer is None:
            return _("The schedule can't go on: {name} isn't there.").format(name=name)
        return _("The schedule can't go on: {name} {reason}.").format(
            name=name, reason=offer.reason or _("is somewhere else")
        )
