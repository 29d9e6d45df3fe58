"""Which connections are the program's: introduced, inherited, arrived from elsewhere.

Of a one-way pipe both ends have the same inode; their keys differ by a final ``:r`` or ``:w``.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from types import FrameType

from ipcsim.events import Kind, ObjectKind
from ipcsim.probe import forks
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.recorder import emit, new_object
from ipcsim.probe.recorder import place as place_at
from ipcsim.probe.type_words import Any

_DUPLICATED = int(Kind.DUPLICATED)

# The files of the standard library that use connections for purposes of their own.
_INTERNAL = (
    "queues.py",
    "managers.py",
    "pool.py",
    "connection.py",
    "resource_sharer.py",
    "heap.py",
    "forkserver.py",
)

plain_class: dict[type, type] = {}
"""By each of CPython's classes, which record, the one for connections that aren't the program's.

``_ipcsim_object`` of a connection is the number of its object, 0 if it has arrived and hasn't been
used, -1 if it isn't the program's.
"""
_ends: weakref.WeakSet[Any] = weakref.WeakSet()
arrived: list[weakref.ref[Any]] = []
"""Ends that were unpickled; a queue may claim them yet."""
_internal_files: dict[str, bool] = {}


def make_internal(connection: Any) -> None:
    """Make a connection that is a part of something else (a queue) one that doesn't record."""
    plain = plain_class.get(type(connection))
    if plain is not None:
        connection.__class__ = plain
        _ends.discard(connection)


def internal(connection: Any) -> Any:
    """A fresh connection as one that doesn't record, and that nobody has seen yet.

    It is made anew: an object whose class is changed keeps its attributes in a dictionary of its
    own, which makes each use of it slower.
    """
    plain = plain_class[type(connection)]
    made = plain(connection._handle, connection._readable, connection._writable)
    connection._handle = None
    return made


def say_arrived(programs: bool = True) -> None:
    """Introduce the ends that were unpickled and not claimed by a queue since the last call.

    Not the `programs`: if one of them is used by the program after all, it is introduced then.
    """
    while arrived:
        end: Any = arrived.pop()()
        if programs and type(end) in plain_class and not end._ipcsim_object:
            end._ipcsim_object = _introduce(end, False, None)


def _say_inherited() -> None:
    """In a forked child: it holds every end that its parent held."""
    for end in list(_ends):
        if end._ipcsim_object > 0 and end._handle is not None:
            emit(_DUPLICATED, end._ipcsim_object, 0, 0)


forks.calls_in_child += (arrived, arrived.clear), (_ends.data, _say_inherited)  # type: ignore[attr-defined]


def key_of(connection: Any) -> tuple[str, bool]:
    """The key of an end, and whether it is one of a pair of sockets or named pipes (two-way)."""
    if sys.platform == "win32":
        return f"pipe:{os.getpid()}:{connection._handle}", connection.readable
    status = os.fstat(connection._handle)
    if stat.S_ISFIFO(status.st_mode):
        return f"pipe:{status.st_ino}:{'r' if connection._readable else 'w'}", False
    return f"pipe:{status.st_ino}", True


def _introduce(
    connection: Any, created: bool, frame: FrameType | None, **facts: str | bool | None
) -> int:
    """Record the OBJECT of an end, and that it is held here if it came from elsewhere."""
    key, two_way = key_of(connection)
    place = place_at(frame) if frame is not None else 0
    if not two_way:
        facts.setdefault("peer", key[:-1] + ("w" if connection._readable else "r"))
    number = new_object(
        ObjectKind.PIPE_END,
        key,
        created,
        place,
        readable=connection._readable,
        writable=connection._writable,
        duplex=two_way,
        **facts,
    )
    _ends.add(connection)
    if not created:
        emit(_DUPLICATED, number, place, 0)
    return number


def watch(connection: Any, frame: FrameType | None, **facts: str | bool | None) -> None:
    """Introduce a fresh connection of the program's."""
    connection._ipcsim_object = _introduce(connection, True, frame, **facts)


def is_internal(filename: str) -> bool:
    """Whether code of this file uses connections for the library's own purposes."""
    answer = _internal_files.get(filename)
    if answer is None:
        answer = is_library(filename) and os.path.basename(filename) in _INTERNAL
        _internal_files[filename] = answer
    return answer


def unchecked(method: Any, leaf: str) -> Any:
    """The ``leaf`` that a connection's ``method`` calls when it has checked what it is given.

    None if the method isn't CPython's own: then what it does isn't known. Nor of a connection that
    records, which looks at who has called.
    """
    end, code = getattr(method, "__self__", None), getattr(method, "__code__", None)
    plain: Any = type(end)
    if plain not in plain_class.values() or code is None:
        return None
    return getattr(end, leaf) if code.co_filename == plain.fileno.__code__.co_filename else None


def number_of(connection: Any, frame: FrameType | None) -> int:
    """The object number of an end; one that was unpickled is introduced at its first use."""
    number: int = connection._ipcsim_object
    if not number:
        number = connection._ipcsim_object = _introduce(connection, False, frame)
    return number
