"""A process whose body is run again and again, to explore many schedules without forking for each.

Between two runs everything that the body can have changed is put back or compared: shared memory
and semaphores are put back by one of the processes, each compares its own globals, arguments,
descriptors and threads. Any difference is told, and ends the rerunning.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import sha1
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from ipcsim.operations import Op
from ipcsim.probe.control import asking, semaphores
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.imports import when_imported

_PLAIN: Final = (int, float, complex, bool, type(None), str, bytes)
_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
_DEEP: Final = 8


def repeated(process: Any, say_raised: Callable[[BaseException], None]) -> Callable[[], None]:
    """The ``run`` of ``process``, as often as the controller wants."""
    real_run = process.run

    def run() -> None:
        before = Before((process._args, process._kwargs))
        while True:
            asking.border(Op.BEGIN)
            error: BaseException | None = None
            code = 0
            try:
                real_run()
            except BaseException as raised:
                error, code = raised, 1
                say_raised(raised)
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            answer = asking.border(Op.END, code)
            if answer == Answer.RESET:
                asking.tell(shared=before.shared())
            changed = before.put_back(answer == Answer.RESET)
            if answer == Answer.GO:
                if error is not None:
                    raise error
                return
            if changed:
                asking.tell(changed=changed)

    return run


def watch_blocks() -> None:
    """Notice whoever uses blocks of ``multiprocessing.shared_memory``: they aren't put back."""
    when_imported("multiprocessing.shared_memory", _watch)


def _watch(shared_memory: Any) -> None:
    real = shared_memory.SharedMemory.__init__

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        _blocks.append(True)
        real(self, *arguments, **named)

    shared_memory.SharedMemory.__init__ = __init__


_blocks: list[bool] = []


class Before:
    """What a process and the memory it shares were like before its body ran."""

    def __init__(self, arguments: object) -> None:
        self._arguments = arguments
        self._blocks = [(arena.buffer, bytes(arena.buffer)) for arena in _arenas()]
        self._values = [(lock, lock.real_value()) for lock in semaphores.everyone()]
        self._modules, self._fds = _modules(), _open_descriptors()
        self._mine = self._look()
        self._clock, self._used = asking.clock_ns, asking.used_names()

    def shared(self) -> str:
        """Digest of the shared state now."""
        digest = sha1(usedforsecurity=False)
        for buffer, _ in self._blocks:
            digest.update(buffer)
        digest.update(repr([lock.real_value() for lock, _ in self._values]).encode())
        return digest.hexdigest()

    def put_back(self, shared: bool) -> str:
        """Put back what can be; what can't is named."""
        if _blocks or any(hasattr(module, "mmap") for module in self._modules):
            return "it may share memory that can't be put back"
        if any(lock.held_here() for lock, _ in self._values):
            return "a lock is still held"
        if len(self._values) != len(semaphores.everyone()) or len(self._blocks) != len(_arenas()):
            return "it has made shared objects"
        if shared:
            for buffer, saved in self._blocks:
                if buffer[:] != saved:
                    buffer[:] = saved
            for lock, value in self._values:
                lock.set_real_value(value)
        asking.clock_ns = self._clock
        asking.use_names(self._used)
        for function in asking.at_begin:
            function()
        now = self._look()
        changed = [name for name, was in self._mine.items() if now[name] != was]
        return f"it has changed its {' and '.join(changed)}" if changed else ""

    def _look(self) -> dict[str, object]:
        return {
            "globals": [_of(dict(vars(module)), _DEEP) for module in self._modules],
            "arguments": _of(self._arguments, _DEEP),
            "descriptors": _descriptors(self._fds),
            "modules": len(sys.modules),
            "threads": len(getattr(sys.modules.get("threading"), "_active", ())),
        }


def _arenas() -> list[Any]:
    heap = sys.modules.get("multiprocessing.heap")
    return list(heap.BufferWrapper._heap._arenas) if heap is not None else []


def _descriptors(known: list[int]) -> tuple[object, ...]:
    """What the descriptors of a process are, and the lowest that is free."""
    try:
        lowest = os.dup(0)
    except OSError:
        return ()
    os.close(lowest)
    return lowest, *(_inode(fd) for fd in known)


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


def _modules() -> list[ModuleType]:
    """The program's own modules."""
    return [
        module
        for module in list(sys.modules.values())
        if type(module) is ModuleType
        and getattr(module, "__file__", None)
        and not is_library(str(module.__file__))
    ]


def _of(value: Any, depth: int) -> object:
    """Something comparable that changes when a plain value does."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth == 0 or kind in _CODE:
        return id(value)
    if kind in (list, tuple):
        return kind.__name__, tuple([_of(item, depth - 1) for item in value])
    if kind is dict:
        return tuple(
            [
                (_of(key, depth - 1), _of(item, depth - 1))
                for key, item in value.items()
                if key != "__builtins__"
            ]
        )
    if kind in (set, frozenset):
        return frozenset(_of(item, depth - 1) for item in value)
    try:
        inside = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return id(value)
    return id(value), _of(dict(inside), depth - 1) if type(inside) is dict else 0
