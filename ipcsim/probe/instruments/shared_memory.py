"""``multiprocessing.shared_memory``: SharedMemory and ShareableList.

What the program does with ``buf`` can't be known: that it took it is recorded once. The block
inside a ShareableList stands for the list.
"""

from __future__ import annotations

import os
import sys
from time import perf_counter_ns
from types import ModuleType

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe.instruments.callers import called_by_program, creator, frame_above, place_above
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.replacing import replace
from ipcsim.probe.recorder import belongs, emit, emit_span, gate, new_object, token
from ipcsim.probe.type_words import Any

_ATTACH, _DETACH, _UNLINK = int(Kind.ATTACH), int(Kind.DETACH), int(Kind.UNLINK)
_RAW_ACCESS, _INDEX = int(Kind.RAW_ACCESS), int(Kind.INDEX)
_READ, _WRITE = int(Kind.READ), int(Kind.WRITE)


def install() -> None:
    """Watch shared memory from now on."""
    when_imported("multiprocessing.shared_memory", _instrument)


def _instrument(module: Any) -> None:
    if hasattr(module, "_posixshmem"):
        _note_as_it_is_made(module)
    _instrument_block(module.SharedMemory, module.__file__)
    _instrument_list(module.ShareableList)


def _note_as_it_is_made(module: Any) -> None:
    """Note a block before anything else is done with it: who made it may be killed any time.

    To start the resource tracker, which comes next, takes a millisecond.
    """
    real = module._posixshmem

    def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
        descriptor: int = real.shm_open(path, flags, mode=mode)
        block = sys._getframe(1).f_locals.get("self")
        # What isn't tracked (3.13) is meant to outlive the program.
        if flags & os.O_CREAT and getattr(block, "_track", True):
            belongs(f"/dev/shm/{path.lstrip('/')}", os.fstat(descriptor).st_ino)
        return descriptor

    # Under control it isn't the module itself any more.
    module._posixshmem = ModuleType("_posixshmem", real.__doc__)
    module._posixshmem.__dict__.update(vars(real), shm_open=shm_open)


def _instrument_block(block: Any, own_file: str) -> None:
    real_init, real_close, real_unlink = block.__init__, block.close, block.unlink
    real_buf = block.buf

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        self._ipcsim_object, self._ipcsim_raw = 0, False
        real_init(self, *arguments, **named)
        created = bool(named.get("create", len(arguments) > 1 and arguments[1]))
        caller = frame_above(2)  # above the wrapper that `replace` makes
        if caller.f_code.co_filename != own_file:
            _introduce(
                self, self, ObjectKind.SHARED_MEMORY, created, place_above(creator(self, caller))
            )

    def close(self: Any) -> None:
        if self._buf is not None and self._ipcsim_object:
            gate()
            emit(_DETACH, self._ipcsim_object, place_above(frame_above(1)), 0)
        real_close(self)

    def unlink(self: Any) -> None:
        if self._ipcsim_object:
            gate()
            emit(_UNLINK, self._ipcsim_object, place_above(frame_above(1)), 0)
        real_unlink(self)

    def buf(self: Any) -> Any:
        if not self._ipcsim_raw and self._ipcsim_object and called_by_program():
            self._ipcsim_raw = True
            gate()
            emit(_RAW_ACCESS, self._ipcsim_object, place_above(frame_above(1)), 0)
        return real_buf.fget(self)

    # An attach that fails is closed by __del__ without having been begun.
    block._ipcsim_object, block._ipcsim_raw = 0, False
    replace(block, __init__, close, unlink)
    block.buf = property(buf, doc=real_buf.__doc__)


def _introduce(thing: Any, block: Any, kind: str, created: bool, place: int) -> None:
    number = new_object(kind, block.name, created, place, size=block.size)
    thing._ipcsim_object = block._ipcsim_object = number
    emit(_ATTACH, number, place, block.size)


def _instrument_list(shareable: Any) -> None:
    real_init = shareable.__init__
    real_get, real_set = shareable.__getitem__, shareable.__setitem__

    def __init__(self: Any, sequence: Any = None, *, name: str | None = None) -> None:
        self._ipcsim_object = 0
        real_init(self, sequence, name=name)
        created = sequence is not None
        place = place_above(creator(self, frame_above(1)))
        _introduce(self, self.shm, ObjectKind.SHAREABLE_LIST, created, place)

    def __getitem__(self: Any, position: int) -> Any:
        gate()
        place = place_above(frame_above(1))
        began = perf_counter_ns()
        value = real_get(self, position)
        _say_index(self, position, place)
        emit_span(_READ, began, self._ipcsim_object, place, token(value))
        return value

    def __setitem__(self: Any, position: int, value: Any) -> None:
        gate()
        place = place_above(frame_above(1))
        began = perf_counter_ns()
        real_set(self, position, value)
        _say_index(self, position, place)
        emit_span(_WRITE, began, self._ipcsim_object, place, token(value))

    replace(shareable, __init__, __getitem__, __setitem__)


def _say_index(shareable: Any, position: int, place: int) -> None:
    index = position if position >= 0 else position + len(shareable)
    emit(_INDEX, shareable._ipcsim_object, place, index)
