"""An execution under control with the turns that were made in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ipcsim.control.steps import KILL, Candidate, Choice, Step
from ipcsim.run.offers import offers
from ipcsim.run.seat import Seat
from ipcsim.run.step_words import literal_call, short_names
from ipcsim.run.turns import Offer, Turn


@dataclass
class Course:
    """Leaf steps are the seat's; turns are groups of them."""

    seat: Seat
    turns: list[Turn] = field(default_factory=list)
    prelude: int = 0
    """Leaf steps before the first turn."""

    def choices(self, first: int = 0) -> list[Choice]:
        """The leaf choices so far, from the ``first`` one on."""
        return [Choice(step.actor, step.what) for step in self.seat.steps[first:]]

    def end(self, turns: int) -> int:
        """Index after the last leaf step of the first so many turns."""
        return self.turns[turns - 1].end if turns else self.prelude

    def offers(self, public: bool) -> list[Offer]:
        """Who could make the next turn, and who can't and why; nobody while somebody is busy."""
        state = self.seat.state
        return [] if state is None else offers(self.seat.controller, state, public)

    def candidate(self, actor: str) -> Candidate | None:
        """What the scheduler knows of an actor that is at an operation."""
        state = self.seat.state
        if state is None:
            return None
        return next((one for one in state.candidates if one.actor == actor), None)

    def can(self, actor: str) -> bool:
        """Whether an actor can go on."""
        candidate = self.candidate(actor)
        return candidate is not None and candidate.enabled

    def allows(self, choice: Choice) -> bool:
        """Whether a choice of a schedule can be made now."""
        if choice.what == KILL:
            return choice.actor in self.seat.controller.actors
        if not choice.what and self.seat.is_able(choice.actor):
            return True
        candidate = self.candidate(choice.actor)
        return candidate is not None and (candidate.enabled or bool(choice.what))

    def name(self, actor: str) -> str:
        """What an actor is called on screen."""
        return short_names(self.seat.controller.actors).get(actor, actor)

    def words(self, step: Step) -> str:
        """What a leaf step has done."""
        return literal_call(step.operation, self.seat.controller.objects, whole=False)
