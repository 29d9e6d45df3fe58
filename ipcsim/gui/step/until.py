"""Until when all go on, by the scheduler's choice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ipcsim.control.actors import Phase
from ipcsim.gui.step.conditions import condition, line_of
from ipcsim.language import _

if TYPE_CHECKING:
    from ipcsim.gui.step.verbs import StepVerbs


def somebody_waits(desk: StepVerbs) -> None:
    """All go on until somebody has to wait who didn't before."""
    waiting = {offer.actor for offer in desk.offers if not offer.enabled}

    def one_more() -> bool:
        assert desk.stepping is not None
        now = {offer.actor for offer in desk.stepping.offers() if not offer.enabled}
        return bool(now - waiting)

    desk.run_until(one_more)


def process_ends(desk: StepVerbs) -> None:
    """All go on until a process ends."""
    if desk.stepping is not None:
        over = _over(desk)
        desk.run_until(lambda: _over(desk) > over)


def update_lost(desk: StepVerbs) -> None:
    """All go on until a write overwrites what its writer hasn't read."""
    lost = _lost(desk)
    desk.run_until(lambda: _lost(desk) > lost)


def typed(desk: StepVerbs, text: str) -> bool:
    """All go on until what a person has typed; whether that makes sense."""
    holds = condition(text, desk.table)
    line = line_of(text)
    if holds is None and line:
        holds = partial(_somebody_at, desk, line)
    if holds is None:
        desk.say(_("A line's number, or a value: counter == 3"))
        return False
    desk.run_until(holds)
    return True


def _somebody_at(desk: StepVerbs, line: int) -> bool:
    stepping = desk.stepping
    if stepping is None or not stepping.turns:
        return False
    offer = stepping.offer(stepping.turns[-1].actor)
    return offer is not None and offer.line is not None and offer.line.number == line


def _over(desk: StepVerbs) -> int:
    assert desk.stepping is not None
    actors = desk.stepping.seat.controller.actors.values()
    return sum(actor.phase is Phase.ENDED for actor in actors)


def _lost(desk: StepVerbs) -> int:
    return sum(row.wrong for row in desk.table().rows)
