"""What ``is_set`` of an Event has answered: of polling no more than says something new."""

from __future__ import annotations

from os import getpid
from types import FrameType

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import place_above
from ipcsim.probe.recorder import emit
from ipcsim.probe.type_words import Any, Final
from ipcsim.probe.whose import everywhere

_ASKED: Final = int(Kind.EVENT_ASKED)


def asked(keeper: Any, number: int, frame: FrameType, answer: bool) -> None:
    """Record an answer, unless it is the same as the last one there: not set.

    Args:
        keeper: an object of this event alone that may have an attribute more.
        number: of the event.
        frame: who asked.
    """
    if answer:
        keeper._ipcsim_asked = None
        emit(_ASKED, number, place_above(frame), 1)
        return
    here = frame.f_code, frame.f_lasti, everywhere.mine(), getpid()
    if getattr(keeper, "_ipcsim_asked", None) != here:
        keeper._ipcsim_asked = here
        emit(_ASKED, number, place_above(frame), 0)
