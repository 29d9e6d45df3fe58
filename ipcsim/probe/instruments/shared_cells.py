"""Pieces of shared memory: what a Value, an Array and their raw kind are in the records."""

from __future__ import annotations

import os

from ipcsim.events import ObjectKind
from ipcsim.probe import recorder
from ipcsim.probe.instruments import under_control
from ipcsim.probe.texts import Fact
from ipcsim.probe.type_words import Any, Final

FAILED: Final = object()
"""Stands for the value of an access that has raised."""


def introduce(raw: Any, created: bool, place: int) -> int:
    """Record the OBJECT of a piece of shared memory."""
    facts: dict[str, Fact] = {}
    length = getattr(raw, "_length_", None)
    code = getattr(raw._type_ if length is not None else type(raw), "_type_", None)
    name = (raw._type_ if length is not None else type(raw)).__name__
    facts["type"] = code if isinstance(code, str) else name
    if length is not None:
        facts["size"] = length
    elif created:
        with under_control.passing():
            value = getattr(raw, "value", None)
        if type(value) in (int, float, bool, bytes, str):
            facts["initial"] = str(value)
    if hasattr(raw, "_fields_"):
        facts["fields"] = ",".join(field[0] for field in raw._fields_)
    kind = ObjectKind.VALUE if length is None else ObjectKind.ARRAY
    return recorder.new_object(kind, _key(raw), created, place, **facts)


def _key(raw: Any) -> str:
    try:
        (arena, start, _), _ = raw._wrapper._state
        status = os.fstat(arena.fd)
        return f"arena:{status.st_dev}:{status.st_ino}:{start}"
    except (AttributeError, OSError):
        return f"arena:{os.getpid()}:{id(raw):x}"


def number_of(value: Any) -> int:
    """Object number of a Value or Array, introduced now if it came from another process."""
    number: int = value._ipcsim_number
    if not number:
        number = value._ipcsim_number = introduce(value._obj, False, 0)
    return number
