"""A process whose body is run again and again, to explore many schedules without forking for each.

Between two runs everything that the body can have changed is put back or compared: shared memory
and semaphores are put back by one of the processes, each compares its own globals, arguments,
descriptors and threads. Any difference is told, and ends the rerunning.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha1
from itertools import chain
from operator import is_
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from ipcsim.operations import Op
from ipcsim.probe.control import asking, chance, handing, semaphores
from ipcsim.probe.control.protocol import Answer
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.imports import when_imported

_PLAIN: Final = (int, float, complex, bool, type(None), str, bytes)
_CODE: Final = (ModuleType, FunctionType, BuiltinFunctionType, type)
_DEEP: Final = 8
_OURS: Final = __name__.partition(".")[0]


def prepare(table: dict[str, Any]) -> None:
    """Bodies of this program's processes will be run again; they hand on the turn at a ``table``:
    its ``path``, and names of ``semaphores``."""
    watch_blocks()
    handing.open_table(**table)


def repeated(process: Any, say_raised: Callable[[BaseException], None]) -> Callable[[], None]:
    """The ``run`` of ``process``, as often as the controller wants."""
    real_run = process.run

    def run() -> None:
        handing.take_place()
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
            if answer == Answer.GO:
                if error is not None:
                    raise error
                return
            shared = before.shared() if answer == Answer.RESET else 0
            changed = before.put_back(answer == Answer.RESET)
            if changed:
                asking.tell(changed=changed)
            asking.result(shared)

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
        self._modules = _modules()
        self._maps = any(hasattr(module, "mmap") for module in self._modules)
        self._descriptors = Descriptors()
        self._loaded = self._counts()
        self._mine, self._inside = self._look(), self._enter()
        self._clock, self._used = asking.clock_ns, asking.used_names()

    def shared(self) -> int:
        """Digest of the shared state now."""
        digest = sha1(usedforsecurity=False)
        for buffer, _ in self._blocks:
            digest.update(buffer)
        digest.update(repr([lock.real_value() for lock, _ in self._values]).encode())
        return int.from_bytes(digest.digest()[:8], "little") >> 1

    def put_back(self, shared: bool) -> str:
        """Put back what can be; what can't is named."""
        if _blocks or self._maps:
            return "it may share memory that can't be put back"
        if any(lock.held_here() for lock, _ in self._values):
            return "a lock is still held"
        if len(self._values) != semaphores.how_many() or len(self._blocks) != len(_arenas()):
            return "it has made shared objects"
        if shared:
            for buffer, saved in self._blocks:
                if buffer[:] != saved:
                    buffer[:] = saved
            for lock, value in self._values:
                lock.set_real_value(value)
        asking.clock_ns = self._clock
        asking.use_names(self._used)
        chance.begin()
        counts = self._counts()
        changed = [name for name, was in self._loaded.items() if counts[name] != was]
        if not self._inside.is_untouched():
            # Something is another object now; perhaps it is an equal one.
            now = self._look()
            changed += [name for name, was in self._mine.items() if now[name] != was]
            self._inside = self._enter()
        if self._descriptors.changed():
            changed.append("descriptors")
        return f"it has changed its {' and '.join(changed)}" if changed else ""

    def _counts(self) -> dict[str, int]:
        threading = sys.modules.get("threading")
        return {"modules": len(sys.modules), "threads": len(getattr(threading, "_active", ()))}

    def _look(self) -> dict[str, object]:
        return {
            "globals": [_of(vars(module), _DEEP) for module in self._modules],
            "arguments": _of(self._arguments, _DEEP),
        }

    def _enter(self) -> Inside:
        return Inside(*map(vars, self._modules), self._arguments)


class Inside:
    """Everything that can be reached from some values, by identity: whether it is still the same.

    What it says to be untouched is equal to what it was (:func:`_of`); what isn't may be, too.
    """

    def __init__(self, *values: Any) -> None:
        self._dicts: list[dict[Any, Any]] = []
        self._lists: list[list[Any]] = []
        self._owners: list[Any] = []
        self._sets: list[tuple[Any, int]] = []
        seen: set[int] = set()
        # Whatever is nearest comes first, so that everything is gone into as deep as can be.
        todo = deque((value, _DEEP) for value in values)
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
        self._were = [_of(value, depth) for value, depth in self._sets]

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
            and [_of(value, depth) for value, depth in self._sets] == self._were
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


def _arenas() -> list[Any]:
    heap = sys.modules.get("multiprocessing.heap")
    return list(heap.BufferWrapper._heap._arenas) if heap is not None else []


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
        and module.__name__.partition(".")[0] != _OURS
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
    inside = _inside_of(value)
    if inside is None:
        return id(value)
    return id(value), _of(inside, depth - 1) if type(inside) is dict else 0
