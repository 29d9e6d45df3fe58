"""Objects of one process: thread locks, thread queues, pools, executors.

A fork copies them; from then on the copy is another object. So the copies are introduced anew at
their first use in the child.
"""

from __future__ import annotations

import itertools
import os
import weakref
from types import FrameType
from typing import Any

from ipcsim.probe import forks
from ipcsim.probe.instruments.callers import creator, frame_above, place_above
from ipcsim.probe.recorder import new_object

_numbers = itertools.count(1)
_known: dict[int, tuple[weakref.ref[Any], str, dict[str, Any]]] = {}


def introduce(thing: Any, kind: str, frame: FrameType | None, **facts: Any) -> int:
    """Record the OBJECT of ``thing``, made by `frame`, and keep its number in the thing.

    Its number is ``thing._ipcsim_object``; 0 there means: ask ``number_of``.
    """
    identity = id(thing)

    def forget(_: object, known: dict[int, Any] = _known) -> None:
        known.pop(identity, None)

    _known[identity] = weakref.ref(thing, forget), kind, facts
    return _record(thing, kind, True, creator(thing, frame), facts)


def number_of(thing: Any) -> int:
    """Number of a thing, introduced again if this process has it from its parent."""
    number: int = thing._ipcsim_object
    if number or id(thing) not in _known:
        return number
    _, kind, facts = _known[id(thing)]
    return _record(thing, kind, False, frame_above(1), facts)


def _record(
    thing: Any, kind: str, created: bool, frame: FrameType | None, facts: dict[str, Any]
) -> int:
    key = f"local:{os.getpid()}:{next(_numbers)}"
    number = new_object(kind, key, created, place_above(frame), **facts)
    thing._ipcsim_object = number
    return number


def _forget_numbers() -> None:
    for reference, _, _ in list(_known.values()):
        thing = reference()
        if thing is not None:
            thing._ipcsim_object = 0


forks.calls_in_child.append((_known, _forget_numbers))
