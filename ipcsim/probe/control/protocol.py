"""The conversation between an actor and the controller, over a stream socket of the actor's own.

An actor sends *requests* and, before them, *facts*. A request is a header, the key of the object it
is about, and where in the program it is; the answer has a fixed size. All integers are
little-endian. A fact is a header with ``op`` 0 whose text is JSON; nobody answers it.
"""

from __future__ import annotations

import struct
from enum import IntEnum

from ipcsim.probe.type_words import Final

REQUEST: Final = struct.Struct("<BBHHIqqq")
"""op, ready, length of the key, length of the place, sequence number, argument, result of the
actor's last operation, thread's clock (ns)."""
ANSWER: Final = struct.Struct("<IIq")
"""Sequence number of the request, :class:`Answer`, the virtual clock (ns since the start)."""
FACT: Final = 0


class Answer(IntEnum):
    """What an actor is told to do."""

    __hash__ = int.__hash__  # as that of operations

    GO = 1
    """Perform the operation."""
    TIMEOUT = 2
    """Its timeout has passed: give up."""
    LOOK = 3
    """Ask the real object again whether it is ready, and tell."""
    FREE = 4
    """Leave control: go on without asking ever again."""
    SKIP = 6
    """Go on as if it had been done: the lock lets everybody in."""
    AGAIN = 7
    """Run the body again."""
    RESET = 8
    """Put back what is shared, then as AGAIN."""
    QUIT = 5
    """End this process at once."""
