"""The virtual clock: what ``time`` tells and how it sleeps under control.

It advances only by the controller's decision, so a program that looks at the time sees the same in
every repetition of a schedule. Every look takes a microsecond, so that a loop that waits for a
moment by looking at the clock comes to an end. Instruments see the real time.
"""

from __future__ import annotations

import sys
import time

from ipcsim.operations import Op
from ipcsim.probe.control import actors, asking
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import stand_in
from ipcsim.probe.instruments.timed import nanoseconds
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.type_words import Any, Final

_WALL_NS: Final = 1_800_000_000_000_000_000
"""What the wall clock shows at the start of every controlled run."""
_STEADY_NS: Final = 1_000_000_000_000
_LOOK_NS: Final = 1_000
_CAPTURED: Final = (("threading", "_time", "monotonic"), ("queue", "time", "monotonic"))
"""Names by which the library has kept a clock's function for itself."""


def install() -> None:
    """Replace the clocks of ``time``; ``sleep`` becomes a step."""
    for name, start in (("time", _WALL_NS), ("monotonic", _STEADY_NS), ("perf_counter", 0)):
        stand_in(time, _seconds(getattr(time, name), start))
        stand_in(time, _nanoseconds(getattr(time, f"{name}_ns"), start))
    stand_in(time, _sleep(time.sleep))
    for module, name, clock in _CAPTURED:
        when_imported(module, _recapture(name, clock))


def _recapture(name: str, clock: str) -> Any:
    return lambda module: setattr(module, name, getattr(time, clock))


def _look() -> int:
    asking.clock_ns += _LOOK_NS
    return asking.clock_ns


def _seconds(real: Any, start: int) -> Any:
    def clock() -> float:
        if actors.current() is None or is_ours(sys._getframe(1).f_code.co_filename):
            return float(real())
        return (start + _look()) / 1e9

    clock.__name__ = real.__name__
    return clock


def _nanoseconds(real: Any, start: int) -> Any:
    def clock() -> int:
        if actors.current() is None or is_ours(sys._getframe(1).f_code.co_filename):
            return int(real())
        return start + _look()

    clock.__name__ = real.__name__
    return clock


def _sleep(real: Any) -> Any:
    def sleep(seconds: Any, /) -> None:
        if actors.current() is None or type(seconds) not in (int, float) or seconds < 0:
            real(seconds)
        else:
            asking.ask(Op.SLEEP, b"", nanoseconds(seconds))

    return sleep
