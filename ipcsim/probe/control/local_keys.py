"""Keys of objects that belong to one process: thread locks, thread queues.

A fork copies them; from then on the copy is another object and gets a key of its own. What is made
while no actor runs, or as a module of the library is imported, is called after the line that makes
it, so that it is the same in every run, whoever imports it and uses it first.
"""

from __future__ import annotations

import os
from types import FrameType

from ipcsim.probe.control import actors, naming
from ipcsim.probe.control.calls import made_at
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.type_words import Any

_made: dict[str, int] = {}


class LocalKey:
    """What the controller calls an object of this process; told when it is used first."""

    __slots__ = ("_base", "_facts", "_home", "_key", "_kind", "_origin")

    def __init__(self, kind: str, creator: FrameType | None, **facts: Any) -> None:
        self._kind = kind
        self._facts = facts
        self._home: str | None = None
        """The process in which it was used last."""
        self._key = b""
        if actors.current() is not None and not _is_at_import(creator):
            self._base = naming.next_key()
            self._origin = naming.process_name()
        else:
            self._base = _called_after(creator)
            self._origin = ""
        if creator is not None:
            facts.update(made_at(creator))
            if is_library(creator.f_code.co_filename):
                facts["internal"] = True

    def told(self, value: int) -> bytes:
        """The key; ``value`` is what the object counts now, before the operation."""
        home = naming.process_name()
        if self._home != home:
            self._home = home
            key = self._base if home == self._origin else f"{home}~{self._base}"
            self._key = key.encode()
            actors.tell(object=key, kind=self._kind, value=value, **self._facts)
        return self._key


def creator_of(frame: FrameType | None) -> FrameType | None:
    """The first frame from ``frame`` outwards that isn't the probe's."""
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def _is_at_import(frame: FrameType | None) -> bool:
    """Whether a module of the library makes it as it is imported, which may be done before."""
    while frame is not None and is_library(frame.f_code.co_filename):
        if frame.f_code.co_name == "<module>":
            return True
        frame = frame.f_back
    return False


def _called_after(creator: FrameType | None) -> str:
    if creator is None:
        base = "start"
    else:
        base = f"{os.path.basename(creator.f_code.co_filename)}:{creator.f_lineno}"
    number = _made[base] = _made.get(base, 0) + 1
    return f"{base}#{number}"
