"""Follows a schedule, and notices where the program has other operations than the schedule."""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.control.schedule import Schedule, Turn
from ipcsim.control.steps import Choice, Operation, State
from ipcsim.language import _


@dataclass
class Following:
    """The decisions of a schedule.

    Where the program doesn't offer what the schedule says, ``departed`` says why. With ``anyway``
    it goes on as far as it can then: whoever is at its turn goes on; otherwise it ends there.
    """

    schedule: Schedule
    anyway: bool = False
    departed: str = ""
    followed: int = 0
    """How many choices were made as the schedule says."""

    def decide(self, state: State) -> Choice | None:
        """The scheduler."""
        index = len(state.steps)
        if not self.departed and index < len(self.schedule.turns):
            self._compare(state, index)
            if not self.departed:
                self.followed += 1
                return self.schedule.turns[index].choice
        if self.departed and not self.anyway:
            return None
        enabled = state.enabled()
        last = state.steps[-1].actor if state.steps else ""
        chosen = next((c for c in enabled if c.actor == last), enabled[0])
        return Choice(chosen.actor, chosen.choices[0])

    def _compare(self, state: State, index: int) -> None:
        turn = self.schedule.turns[index]
        actor, what = turn.choice
        found = next((c for c in state.candidates if c.actor == actor), None)
        names = {"step": index + 1, "actor": actor, "call": turn.call}
        if found is None:
            self.departed = _("step {step}: {actor} is to do {call}, but there is no {actor}")
        elif turn.call and _is_other(turn, found.operation):
            names["other"] = found.operation.call
            self.departed = _("step {step}: {actor} is to do {call}, but it is at {other}")
        elif not found.enabled:
            names["reason"] = found.reason
            self.departed = _("step {step}: {actor} is to do {call}, but it {reason}")
        elif what not in found.choices:
            self.departed = _("step {step}: {actor} is to do {call} otherwise than it can")
        self.departed = self.departed.format(**names)


def _is_other(turn: Turn, operation: Operation) -> bool:
    """Whether an operation isn't the one the schedule was made with.

    Its line may have moved, or what it is done to may be called otherwise; not both.
    """
    if operation.call == turn.call:
        return False
    number = operation.line.number if operation.line is not None else 0
    return number != turn.line or _verb(operation.call) != _verb(turn.call)


def _verb(call: str) -> str:
    """``acquire()`` of ``start.lock.acquire()``; ``read`` of ``read counter``."""
    return call.rpartition(".")[2] if call.endswith(")") else call.partition(" ")[0]
