"""Whether a process is still what it was: the values that can be reached from some, descriptors."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import is_
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

_PLAIN: Final = (int, float, complex, bool, type(None), str, bytes)
_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
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
        self._lengths = self._how_long()
        self._keys = list(chain.from_iterable(self._dicts))
        self._values = list(self._now())
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
            return (inside,)
        return ()

    def _how_long(self) -> list[int]:
        return [*map(len, self._dicts), *map(len, self._lists)]

    def _now(self) -> Iterator[Any]:
        values = chain.from_iterable(map(_values_of, self._dicts))
        return chain(values, chain.from_iterable(self._lists), map(_inside_of, self._owners))

    def is_untouched(self) -> bool:
        """Whether every part is the very object that it was."""
        return (
            self._how_long() == self._lengths
            and all(map(is_, self._now(), self._values))
            and all(map(is_, chain.from_iterable(self._dicts), self._keys))
            and [plainly(value, depth) for value, depth in self._sets] == self._were
        )


_values_of: Final = dict.values


def _inside_of(value: Any) -> Any:
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


class Descriptors:
    """What the descriptors of this process are, and the lowest that is free."""

    def __init__(self) -> None:
        self._known = _open_descriptors()
        self._were = self._now()

    def changed(self) -> bool:
        """Whether one has been opened, closed or replaced."""
        return self._now() != self._were

    def _now(self) -> list[int]:
        try:
            lowest = os.dup(0)
        except OSError:
            return []
        os.close(lowest)
        return [lowest, *map(_inode, self._known)]


def _inode(fd: int) -> int:
    try:
        return os.fstat(fd).st_ino
    except OSError:
        return -1


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
