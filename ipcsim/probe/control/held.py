"""What a value holds besides its attributes, where that can't be seen by comparing plain values.

Of what isn't named here (most iterators, objects made in C) only the identity is known.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from types import FunctionType, GeneratorType, MemberDescriptorType, MethodType

from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.type_words import Any, Final


def is_of_program(value: Any) -> bool:
    """Whether a class or function is the program's own."""
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    return bool(file) and not is_library(str(file))


def held_by(value: Any) -> tuple[Any, ...] | None:
    """What it holds now; None if it is of no kind that holds anything."""
    kind = type(value)
    if kind is FunctionType:
        return value.__defaults__, value.__kwdefaults__, *_in_cells(value)
    if kind is MethodType:
        return value.__self__, value.__func__
    if kind is GeneratorType:
        return (value.gi_frame and value.gi_frame.f_lasti,)
    said = _SAYS.get((kind.__module__, kind.__name__))
    if said is not None:
        return tuple(said(value))
    inside, slots = _in_container(value, kind), _in_slots(value, kind)
    return None if inside is None and not slots else (*(inside or ()), *slots)


def may_change(value: Any) -> bool:
    """Whether it may hold something else some time; a function's defaults are taken to stay."""
    kind = type(value)
    if kind is FunctionType:
        return value.__closure__ is not None
    return kind is not MethodType and not issubclass(kind, tuple)


def _in_container(value: Any, kind: type) -> tuple[Any, ...] | None:
    if issubclass(kind, dict):
        real: Any = OrderedDict if issubclass(kind, OrderedDict) else dict
        return *real.keys(value), *real.values(value)
    if issubclass(kind, bytearray):
        return (bytes(value),)
    for base in (list, tuple, deque, set, frozenset):
        if issubclass(kind, base):
            return tuple(base.__iter__(value))
    return None


def _in_cells(function: FunctionType) -> list[Any]:
    cells = []
    for cell in function.__closure__ or ():
        try:
            cells.append(cell.cell_contents)
        except ValueError:
            cells.append(None)  # it is empty
    return cells


def _in_slots(value: Any, kind: type) -> list[Any]:
    found = []
    for base in kind.__mro__:
        inside = vars(base)
        # The library's classes keep what they have found out once in theirs.
        if "__slots__" in inside and is_of_program(base):
            slots = [one for one in inside.values() if type(one) is MemberDescriptorType]
            for slot in slots:
                try:
                    found.append(slot.__get__(value))
                except AttributeError:
                    found.append(None)
    return found


_SAYS: Final[dict[tuple[str, str], Any]] = {
    ("array", "array"): lambda value: [value.tobytes()],
    ("functools", "_lru_cache_wrapper"): lambda value: [repr(value.cache_info())],
    ("functools", "partial"): lambda value: [value.func, value.args, value.keywords],
    ("itertools", "count"): lambda value: [repr(value)],
    ("random", "Random"): lambda value: [hash(value.getstate())],
}
"""By a class's module and name, what tells of the state of its values."""
