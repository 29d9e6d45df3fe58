"""Whether a process is still what it was: the values that can be reached from some, descriptors."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Iterable
from itertools import chain, repeat
from operator import is_
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

_PLAIN: Final = (int, float, complex, bool, type(None), str, bytes)
_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
_system: Any = sys.modules[os.name]
_dup, _close, _fstat, _stat = _system.dup, _system.close, _system.fstat, _system.stat
"""None that stands in for one of these: that would take longer than what it calls."""
DEEP: Final = 8
"""So far inside one another values are looked at."""


class Inside:
    """Everything that can be reached from some values, by identity: whether it is still the same.

    What it says to be untouched is equal to what it was (:func:`plainly`); what isn't may be, too.
    """

    def __init__(self, *values: Any) -> None:
        self._dicts: list[dict[Any, Any]] = []
        self._lists: list[list[Any]] = []
        self._owners: list[Any] = []
        self._insides: list[dict[str, Any]] = []
        self._sets: list[tuple[Any, int]] = []
        seen: set[int] = set()
        # Whatever is nearest comes first, so that everything is gone into as deep as can be.
        todo = deque((value, DEEP) for value in values)
        while todo:
            value, depth = todo.popleft()
            kind = type(value)
            if kind in _PLAIN or kind in _CODE or depth == 0 or id(value) in seen:
                continue
            seen.add(id(value))
            todo.extend((part, depth - 1) for part in self._parts(value, kind, depth))
        self._long: list[Any] = [*self._dicts, *self._lists]
        self._lengths = [*map(len, self._long)]
        # Views: they give what there is then.
        self._all: list[Iterable[Any]] = [*map(_values_of, self._dicts), *self._long]
        self._parts_were = [*chain.from_iterable(self._all)]
        self._were = [plainly(value, depth) for value, depth in self._sets]

    def _parts(self, value: Any, kind: type, depth: int) -> Iterable[Any]:
        if kind is tuple:
            return tuple(value)
        if kind is list:
            self._lists.append(value)
            return tuple(value)
        if kind is dict:
            self._dicts.append(value)
            items = [part for key, part in value.items() if key != "__builtins__"]
            return [*value, *items]
        if kind is set or kind is frozenset:
            self._sets.append((value, depth))
            return ()
        inside = _inside_of(value)
        if type(inside) is dict:
            self._owners.append(value)
            self._insides.append(inside)
            return (inside,)
        return ()

    def is_untouched(self) -> bool:
        """Whether every part is the very object that it was."""
        try:
            return (
                [*map(len, self._long)] == self._lengths
                and all(map(is_, chain.from_iterable(self._all), self._parts_were))
                and all(map(is_, map(_attribute, self._owners, _INSIDE), self._insides))
                and [plainly(value, depth) for value, depth in self._sets] == self._were
            )
        except AttributeError:
            return False  # it is of another class now


_values_of: Final = dict.values
_attribute: Final = object.__getattribute__
_INSIDE: Final = repeat("__dict__")


def _inside_of(value: Any) -> Any:
    try:
        return _attribute(value, "__dict__")
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
    if kind in _PLAIN:
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
    inside = _inside_of(value)
    if inside is None:
        return id(value)
    return id(value), plainly(inside, depth - 1) if type(inside) is dict else 0
