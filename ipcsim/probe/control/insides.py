"""Everything that can be reached from some values, by identity: whether it is still the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import chain, repeat
from operator import is_
from types import BuiltinFunctionType, FunctionType, ModuleType

from ipcsim.probe.control.held import held_by, is_of_program, may_change
from ipcsim.probe.control.untouched import DEEP, PLAIN, inside_of, plainly
from ipcsim.probe.type_words import Any, Final

_ATTRIBUTES: Final = repeat("__dict__")
_attribute: Final = object.__getattribute__


class Inside:
    """All that lies inside some values.

    What it says to be untouched is equal to what it was (:func:`plainly`); what isn't may be, too,
    unless that is :meth:`changed`.
    """

    def __init__(self, *values: Any) -> None:
        self._sets: list[tuple[Any, int]] = []
        plain, hidden = _Parts(), _Parts()
        seen: set[int] = set()
        # Whatever is nearest comes first, so that everything is gone into as deep as can be.
        todo = deque((value, DEEP, plain) for value in values)
        while todo:
            value, depth, where = todo.popleft()
            if type(value) in PLAIN or depth == 0 or id(value) in seen:
                continue
            seen.add(id(value))
            if where is plain and type(value) in (set, frozenset):
                self._sets.append((value, depth))
                continue
            todo.extend((part, depth - 1, where) for part in where.enter(value))
            todo.extend((part, depth - 1, hidden) for part in hidden.enter_hidden(value))
        self._sets_were = [plainly(value, depth) for value, depth in self._sets]
        hidden.begin()
        self._hidden, self._all = hidden, plain.joined(hidden)
        self._all.begin()

    def is_untouched(self) -> bool:
        """Whether every part is the very object that it was."""
        return (
            self._all.are_same()
            and [plainly(value, depth) for value, depth in self._sets] == self._sets_were
        )

    def changed(self) -> bool:
        """Whether something is another that nobody would see by comparing plain values."""
        return not self._hidden.are_same()


class _Parts:
    """Values, and what was in them."""

    def __init__(self) -> None:
        self._dicts: list[Any] = []
        self._lists: list[list[Any]] = []
        self._owners: list[Any] = []
        """Those with attributes."""
        self._holders: list[Any] = []
        """Those that are gone through one by one."""

    def enter(self, value: Any) -> Iterable[Any]:
        """What a plain value is compared by, or an object's attributes."""
        kind = type(value)
        if kind is tuple:
            return tuple(value)
        if kind is list:
            self._lists.append(value)
            return tuple(value)
        if kind is dict:
            self._dicts.append(value)
            items = [part for key, part in value.items() if key != "__builtins__"]
            return [*value, *items]
        inside = None if kind in _CODE or issubclass(kind, type) else inside_of(value)
        if type(inside) is dict:
            self._owners.append(value)
            return (inside,)
        return ()

    def enter_hidden(self, value: Any) -> Iterable[Any]:
        """What it isn't compared by."""
        kind = type(value)
        if kind in _CONTAINERS or kind in (ModuleType, BuiltinFunctionType):
            return ()
        if kind is FunctionType or issubclass(kind, type):
            if not is_of_program(value):
                return ()
            inside = vars(value)
            self._dicts.append(inside)
            if kind is not FunctionType:
                return tuple(inside.values())
        held = held_by(value)
        if held is not None and may_change(value):
            self._holders.append(value)
        return held or ()

    def joined(self, other: _Parts) -> _Parts:
        """Those of both."""
        both = _Parts()
        for name, found in vars(both).items():
            found += [*getattr(self, name), *getattr(other, name)]
        return both

    def begin(self) -> None:
        """They are all here: what is in them is what they are compared with."""
        every = [*self._dicts, *self._lists]
        self._empty = [one for one in every if not one]
        self._filled = [one for one in every if one]
        self._lengths = [*map(len, self._filled)]
        # Views: they give what there is then.
        values = [one.values() for one in self._dicts if one]
        self._views: list[Iterable[Any]] = [*values, *self._filled]
        self._were = [*chain.from_iterable(self._views)]
        self._insides = [inside_of(one) for one in self._owners]
        self._held = [*map(_held_now, self._holders)]

    def are_same(self) -> bool:
        """Whether the very same objects are in them."""
        try:
            return (
                not any(self._empty)
                and [*map(len, self._filled)] == self._lengths
                and all(map(is_, chain.from_iterable(self._views), self._were))
                and all(map(is_, map(_attribute, self._owners, _ATTRIBUTES), self._insides))
                and [*map(_held_now, self._holders)] == self._held
            )
        except AttributeError:
            return False  # one is of another class now


_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
_CONTAINERS: Final = (tuple, list, dict)


def _held_now(value: Any) -> list[tuple[object, Any]]:
    """What it holds, to be compared; kept, so that nothing else gets the identity of a part."""
    return [(part if type(part) in PLAIN else id(part), part) for part in held_by(value) or ()]
