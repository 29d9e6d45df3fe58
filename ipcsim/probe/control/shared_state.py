"""What the processes of a program share, put back to what it was."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress

from ipcsim.probe.control import semaphores
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.type_words import Any, Final

_STANDARD: Final = (0, 1, 2)
_LARGEST: Final = (1 << 61) - 1


class SharedState:
    """Memory and semaphores of multiprocessing, and how far files have been read, as they are."""

    def __init__(self) -> None:
        self._blocks = [(arena.buffer, bytes(arena.buffer)) for arena in arenas()]
        self._lost = any(block.buf is None for block in _named)
        self._names = {block.name for block in _named}
        self._blocks += [(block.buf, bytes(block.buf)) for block in _named if block.buf is not None]
        self._values = [(lock, lock.real_value()) for lock in semaphores.everyone()]
        self._files = _files()

    def digest(self) -> int:
        """Of memory and semaphores as they are now, above 0; the same in all processes that come
        from one: they have the same hash seed."""
        values = [lock.real_value() for lock, _ in self._values]
        blocks = [bytes(buffer) for buffer, _ in self._blocks]
        return hash((*values, *blocks)) % _LARGEST + 1

    def missed(self) -> str:
        """What there is now that can't be put back."""
        if self._lost or any(block.name not in self._names for block in _named):
            return "it may share memory that can't be put back"
        return ""

    def put_back(self) -> None:
        """Make it what it was."""
        for buffer, saved in self._blocks:
            if buffer[:] != saved:
                buffer[:] = saved
        for lock, value in self._values:
            lock.set_real_value(value)
        for descriptor, offset in self._files:
            with suppress(OSError):
                os.lseek(descriptor, offset, os.SEEK_SET)


def arenas() -> list[Any]:
    """The memory that ``Value``, ``Array`` and the like of this process lie in."""
    heap = sys.modules.get("multiprocessing.heap")
    return list(heap.BufferWrapper._heap._arenas) if heap is not None else []


def _files() -> list[tuple[int, int]]:
    """Files that are open, which forked processes read and write on from where another stopped."""
    found = []
    try:
        names = os.listdir("/dev/fd")
    except OSError:
        return []
    for descriptor in map(int, names):
        with suppress(OSError):
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            if regular and descriptor not in _STANDARD:
                found.append((descriptor, os.lseek(descriptor, 0, os.SEEK_CUR)))
    return found


def watch_blocks() -> None:
    """Keep account of the blocks of ``multiprocessing.shared_memory`` from now on."""
    when_imported("multiprocessing.shared_memory", _watch)


def _watch(shared_memory: Any) -> None:
    real = shared_memory.SharedMemory.__init__

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        real(self, *arguments, **named)
        _named.append(self)

    shared_memory.SharedMemory.__init__ = __init__


_named: list[Any] = []
"""Blocks that this process, or one that it comes from, has made or attached."""
