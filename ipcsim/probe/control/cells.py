"""Shared memory cells: a read and a write of a Value, an Array's element, a structure's field.

``value += 1`` is a read and a write, each a step of its own, also where the object has no lock
(RawValue, RawArray, ``lock=False``): under control the ctypes object is of a subclass that asks.
What goes through ``memoryview``, NumPy or addresses is not seen.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from binascii import crc32

from ipcsim.operations import Op
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.naming import new_object
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any, Final

_classes: dict[type, type] = {}
_LIMIT: Final = 1 << 62
_READ, _WRITE = Op.READ, Op.WRITE


def install() -> None:
    """Make the ctypes objects of multiprocessing ask from now on."""
    when_imported("multiprocessing.sharedctypes", _replace)


def digest(value: object) -> int:
    """63 bits that tell values apart; a small int is itself."""
    kind = type(value)
    if kind is int or kind is bool:
        number: int = value  # type: ignore[assignment]
        return number if -_LIMIT < number < _LIMIT else hash(number) % _LIMIT
    if kind is float:
        bits: int = struct.unpack("<q", struct.pack("<d", value))[0]
        return bits >> 1
    if kind is bytes or kind is str:
        data: bytes = value if kind is bytes else value.encode()  # type: ignore[assignment,attr-defined]
        return len(data) << 32 | crc32(data)
    return 0


def _replace(sharedctypes: Any) -> None:
    def rebuild_ctype(type_: Any, wrapper: Any, length: int | None) -> Any:
        plain = type_ if length is None else type_ * length
        asking = _asking(plain)
        sharedctypes._ForkingPickler.register(asking, reduce_ctype)
        made = asking.from_buffer(wrapper.create_memoryview())
        made._wrapper = wrapper
        made._ipcsim_key = _alias(wrapper).encode()
        return made

    def reduce_ctype(made: Any) -> Any:
        sharedctypes.assert_spawning(made)
        if hasattr(made, "_length_"):
            return rebuild, (made._type_, made._wrapper, made._length_)
        return rebuild, (type(made).__mro__[1], made._wrapper, None)

    real_new = sharedctypes._new_value

    def _new_value(type_: Any) -> Any:
        made = real_new(type_)
        made._ipcsim_key = new_object("cell", alias=_alias(made._wrapper))
        return made

    rebuild = rebuild_ctype
    rebuild.__module__ = reduce_ctype.__module__ = sharedctypes.__name__
    rebuild.__qualname__ = "rebuild_ctype"
    sharedctypes.rebuild_ctype, sharedctypes.reduce_ctype = rebuild_ctype, reduce_ctype
    sharedctypes._new_value = _new_value


def _alias(wrapper: Any) -> str:
    """What tells this block from others in every process that has it."""
    (arena, start, _), _ = wrapper._state
    fd = getattr(arena, "fd", -1)
    owner = os.fstat(fd).st_ino if fd >= 0 else getattr(arena, "name", id(arena))
    return f"arena:{owner}:{start}"


def _asking(plain: Any) -> Any:
    made = _classes.get(plain)
    if made is None:
        members: dict[str, Any] = {"__module__": plain.__module__, "_ipcsim_key": b""}
        members["_ipcsim_number"] = 0
        if issubclass(plain, ctypes.Array):
            members.update(__getitem__=_get_item(plain), __setitem__=_set_item(plain))
            names = ["value", "raw"] if hasattr(plain, "value") else []
        elif issubclass(plain, (ctypes.Structure, ctypes.Union)):
            names = [field[0] for field in plain._fields_]
        else:
            names = ["value"]
        for name in names:
            suffix = "" if len(names) == 1 else f".{name}"
            members[name] = _property(getattr(plain, name), name, suffix)
        made = _classes[plain] = type(plain)(plain.__name__, (plain,), members)
    return made


def _property(real: Any, name: str, suffix: str) -> property:
    part = suffix.encode()
    read, write = real.__get__, real.__set__

    def get(self: Any) -> Any:
        actor = current()
        if actor is None:
            return read(self)
        ask(_READ, self._ipcsim_key + part)
        value = read(self)
        actor.result = digest(value)
        if under_control.accessed is not None:
            under_control.accessed(self, False, name, value, sys._getframe(1))
        return value

    def put(self: Any, value: Any) -> None:
        if current() is not None:
            ask(_WRITE, self._ipcsim_key + part, digest(value))
        write(self, value)
        if under_control.accessed is not None and current() is not None:
            under_control.accessed(self, True, name, value, sys._getframe(1))

    return property(get, put)


def _part(key: bytes, index: Any, length: int) -> bytes:
    if type(index) is int:
        return b"%s[%d]" % (key, index % length if length else index)
    return key + b"[:]"


def _is_outside(index: Any, length: int) -> bool:
    """Whether there is no such element: going through an array ends by asking for one."""
    return type(index) is int and not -length <= index < length


def _get_item(plain: Any) -> Any:
    real = plain.__getitem__

    def __getitem__(self: Any, index: Any) -> Any:
        if current() is None or _is_outside(index, len(self)):
            return real(self, index)
        ask(Op.READ, _part(self._ipcsim_key, index, len(self)))
        value = real(self, index)
        result(digest(value))
        if under_control.accessed is not None:
            under_control.accessed(self, False, index, value, sys._getframe(1))
        return value

    return __getitem__


def _set_item(plain: Any) -> Any:
    real = plain.__setitem__

    def __setitem__(self: Any, index: Any, value: Any) -> None:
        if current() is not None and not _is_outside(index, len(self)):
            ask(Op.WRITE, _part(self._ipcsim_key, index, len(self)), digest(value))
        real(self, index, value)
        if under_control.accessed is not None and current() is not None:
            under_control.accessed(self, True, index, value, sys._getframe(1))

    return __setitem__
