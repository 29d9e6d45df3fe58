"""What the last row of the table asks, or answers."""

from __future__ import annotations

from ipcsim.language import _
from ipcsim.run.step_words import short_names, with_short_names
from ipcsim.run.stepping import Stepping


def question(stepping: Stepping, stopped: bool) -> tuple[str, bool]:
    """The sentence, and whether it tells of something wrong.

    Args:
        stopped: a person has ended the program.
    """
    if stepping.seat.released:
        return _("everybody goes on without control"), False
    if stepping.going_back:
        return _("going back …"), False
    if stepping.awaited:
        awaited = [one.name for one in stepping.outsiders if one.actor in stepping.awaited]
        return _("waiting for {names}").format(names=", ".join(awaited)), False
    if stepping.outsiders and not any(offer.enabled for offer in stepping.offers()):
        return _("only who is outside control goes on"), False
    found = stepping.outcome()
    if found is None:
        return _("who goes next?"), False
    if stopped:
        return _("stopped"), False
    names = short_names(stepping.seat.controller.actors)
    return with_short_names(found.sentence, names), found.fails
