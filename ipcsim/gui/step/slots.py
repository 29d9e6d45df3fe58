"""What keys do in Step, where that is something else than otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ipcsim.gui.choosing.pace import Pace
from ipcsim.gui.step.desk import StepDesk
from ipcsim.gui.step.returning import Returning

Slots = dict[str, Callable[[], object]]
_COMMANDS = {"next_event": "on", "previous_event": "back", "begin": "home", "end": "end"}


def step_slots(desk: StepDesk, returning: Returning, pace: Pace, otherwise: Slots) -> Slots:
    """The slots of all keys: in Step its own, else ``otherwise``."""
    own: Slots = {key: partial(desk.command, name) for key, name in _COMMANDS.items()}
    own |= {f"process_{n}": partial(desk.type_digit, n) for n in range(10)}
    found = dict(otherwise)
    for name, verb in own.items():
        found[name] = partial(_either, desk, verb, otherwise[name])
    found["step_mode"] = lambda: pace.choose("full" if pace.stepping else "step")
    found["explore"] = desk.explore_wanted.emit
    found["open_up"] = desk.toggle_granularity
    found["step_line"] = desk.step_line
    found["step_blocked"] = desk.until_blocked
    for n in range(1, 10):
        found[f"mark_{n}"] = partial(returning.mark, n)
        found[f"return_{n}"] = partial(returning.go, n)
    return found


def _either(
    desk: StepDesk, in_step: Callable[[], object], otherwise: Callable[[], object]
) -> object:
    return in_step() if desk.active else otherwise()
