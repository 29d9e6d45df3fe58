"""Objects of one process: thread locks, thread queues, executors.

A fork copies them; from then on the copy is another object. So the copies are introduced anew at
their first use in the child.
"""

from __future__ import annotations

import itertools
import os
from types import FrameType

from ipcsim.probe import forks, writer
from ipcsim.probe.instruments.callers import creator, frame_above, place_above
from ipcsim.probe.recorder import new_object
from ipcsim.probe.type_words import Any, Final
from ipcsim.probe.whose import Marks

_numbers = itertools.count(1)
own: Final = Marks()
"""For the spots of such objects: in a forked child they are others."""


class Local:
    """What is known of an object; kept by it, or by something inside it that is its alone."""

    def __init__(self, thing: object, kind: str, frame: FrameType | None, **facts: Any) -> None:
        """Record the OBJECT of ``thing``, made by `frame`."""
        self._kind, self._facts = kind, facts
        self._introduce(True, creator(thing, frame), facts)

    def number(self) -> int:
        """Of the object, introduced again if this process has it from its parent."""
        if self._introduced is not writer.own:
            # The parent's number of it is known here, too.
            self._introduce(False, frame_above(1), {**self._facts, "copy_of": self._number})
        return self._number

    def _introduce(self, created: bool, frame: FrameType | None, facts: dict[str, Any]) -> None:
        key = f"local:{os.getpid()}:{next(_numbers)}"
        self._number = new_object(self._kind, key, created, place_above(frame), **facts)
        self._introduced = writer.own

    def __reduce__(self) -> Any:
        # A program may pickle all but the locks of what it derives from a condition.
        return type(None), ()


forks.calls_in_child.append((own.used, own.forget))
