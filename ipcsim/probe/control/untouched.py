"""Whether a process is still what it was: the values that can be reached from some, descriptors."""

from __future__ import annotations

import os
import sys
from types import BuiltinFunctionType, FunctionType, ModuleType

from ipcsim.probe.type_words import Any, Final

PLAIN: Final = (int, float, complex, bool, type(None), str, bytes)
_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
_system: Any = sys.modules[os.name]
_dup, _close, _fstat, _stat = _system.dup, _system.close, _system.fstat, _system.stat
"""None that stands in for one of these: that would take longer than what it calls."""
DEEP: Final = 8
"""So far inside one another values are looked at."""


def inside_of(value: Any) -> Any:
    """The dict of its attributes, if it has one."""
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


class Descriptors:
    """What the descriptors of this process are, and how many."""

    def __init__(self) -> None:
        self._known = [fd for fd in _open_descriptors() if _is_open(fd)]
        self._counted = _how_many() == len(self._known)
        self._were = self._now()

    def changed(self) -> bool:
        """Whether one has been opened, closed or replaced."""
        return self._now() != self._were

    def _now(self) -> list[int]:
        try:
            more = _how_many() if self._counted else _lowest(self._known[0])
            return [more, *[_fstat(fd).st_ino for fd in self._known]]
        except (OSError, IndexError):
            return []


def _how_many() -> int:
    """How many are open, where Linux tells (from 6.2 on)."""
    try:
        size: int = _stat("/proc/self/fd").st_size
    except OSError:
        return -1
    return size


def _lowest(known: int) -> int:
    """The lowest number that is free: the next to be opened will have it."""
    found: int = _dup(known)
    _close(found)
    return found


def _is_open(fd: int) -> bool:
    try:
        _fstat(fd)
    except OSError:
        return False
    return True


def _open_descriptors() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        return []


def plainly(value: Any, depth: int) -> object:
    """Something comparable that changes when a plain value does."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if depth == 0 or kind in _CODE:
        return id(value)
    if kind in (list, tuple):
        return kind.__name__, tuple([plainly(item, depth - 1) for item in value])
    if kind is dict:
        return tuple(
            [
                (plainly(key, depth - 1), plainly(item, depth - 1))
                for key, item in value.items()
                if key != "__builtins__"
            ]
        )
    if kind in (set, frozenset):
        return frozenset(plainly(item, depth - 1) for item in value)
    inside = inside_of(value)
    if inside is None:
        return id(value)
    return id(value), plainly(inside, depth - 1) if type(inside) is dict else 0
