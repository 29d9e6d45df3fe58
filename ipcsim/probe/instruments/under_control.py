"""What instruments do differently where every leaf operation asks a controller.

Everything an object is asked for is a step there: an instrument doesn't try before it waits, and
what it looks at for its records' sake passes freely.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from ipcsim.probe.type_words import Any

asks = False
"""Whether leaf operations ask."""


def passing() -> AbstractContextManager[Any]:
    """``with passing():`` nothing asks."""
    made: AbstractContextManager[Any] = _passing()
    return made


def begin(context: Any) -> None:
    """Leaf operations ask from now on, except in ``with context():``."""
    global asks, _passing
    asks, _passing = True, context


def in_vain(*_: object) -> bool:
    """Stands for trying to acquire, where that would be a step."""
    return False


def before_output(descriptor: int) -> None:
    """Called before each write to stdout or stderr; control puts its own function here."""


accessed: Any = None
"""Called with a raw cell that somebody has accessed, where that is recorded: see ``raw_cells``."""
_passing: Any = nullcontext
