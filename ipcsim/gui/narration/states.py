"""A word for what a process is doing."""

from __future__ import annotations

from ipcsim.language import _
from ipcsim.supervisor.messages import State


def state_word(state: State) -> str:
    """A state in a word."""
    return {
        State.STARTING: _("starting"),
        State.RUNNING: _("running"),
        State.WAITING: _("waiting"),
        State.ASLEEP: _("asleep"),
        State.HELD: _("held"),
        State.READY: _("can go on"),
        State.OUTSIDE: _("outside control"),
        State.ENDING: _("ending"),
        State.ENDED: _("ended"),
        State.CRASHED: _("crashed"),
        State.KILLED: _("killed"),
        State.TERMINATED: _("terminated"),
    }[state]
