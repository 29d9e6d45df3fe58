"""What threads of one process share besides objects: its memory, where the library's code uses it.

What a thread does between one step and its next is part of the first. Where that is plain Python of
the library's, which other threads' plain Python depends on, the step touches that memory:

- a queue's ``put`` and ``close`` append to a buffer once they have its locks; the feeder takes from
  it without a lock, after it has released one or sent a message;
- a manager's server does what it is asked for once it has received it; a class of the program's own
  may do more there after any step.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ipcsim.control.steps import Touch
from ipcsim.operations import Op

if TYPE_CHECKING:
    from ipcsim.control.actors import Actor

_APPENDS: Final = re.compile(r"\.(notempty|cond\.lock)\b")
"""Names of the locks that a put has when it appends; a JoinableQueue's takes two."""


def memory_touches(actor: Actor, op: Op, title: str, of_program: bool) -> tuple[Touch, ...]:
    """What a step touches of its process's memory.

    ``title``: of the operation's object; ``of_program``: the program's own code is on the stack.
    """
    if actor.role == "server":
        if op is Op.RECEIVE or of_program:
            return (Touch(f"memory of {actor.process}", True),)
    elif actor.role == "feeder":
        if op in (Op.RELEASE, Op.SEND):
            return (Touch(f"buffers of {actor.process}", False),)
    elif op is Op.ACQUIRE and _APPENDS.search(title):
        return (Touch(f"buffers of {actor.process}", True),)
    return ()
