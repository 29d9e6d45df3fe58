"""``time.sleep``."""

from __future__ import annotations

import time

from ipcsim.events import Kind
from ipcsim.probe.instruments.callers import frame_above, is_library
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.timed import held_until_gate, nanoseconds
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, gate, held_ns
from ipcsim.probe.recorder import place as place_at

_SLEEP, _WOKE = int(Kind.SLEEP), int(Kind.WOKE)
_real_sleep = time.sleep


def install() -> None:
    """Replace ``time.sleep``; the program's ``from time import sleep`` comes later and gets it."""
    stand_in(time, sleep)


def sleep(seconds: float, /) -> None:
    """As ``time.sleep``, and seen."""
    frame = frame_above(1)
    try:
        if is_library(frame.f_code.co_filename) or not _is_duration(seconds):
            return _real_sleep(seconds)
        gate()
        place = place_at(frame)
        emit(_SLEEP, 0, place, nanoseconds(seconds))
        held = held_ns()
        _real_sleep(seconds)
        while True:
            more, held = held_until_gate(held)
            if more <= 0:
                break
            _real_sleep(more / 1e9)
    except BaseException as error:
        drop_frame(error)
        raise
    emit(_WOKE, 0, place, 0)
    return None


def _is_duration(seconds: object) -> bool:
    """Whether it is a plain number; anything else is for the real function to judge."""
    return type(seconds) in (int, float) and seconds >= 0  # type: ignore[operator]
