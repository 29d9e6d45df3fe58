"""What processes can share that nobody asks for: said, so that nobody claims to have seen all.

Memory that is mapped, sockets, bare pipes and named ones, other programs: what a program does with
them is its own business, but of an exploration in which it did the count is not of all
interleavings.
"""

from __future__ import annotations

import os
import stat
import sys
from functools import wraps
from types import CodeType, FrameType

from ipcsim.probe.control.asking import unseen
from ipcsim.probe.control.file_paths import for_program
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame, is_ours
from ipcsim.probe.type_words import Any, Final

_STREAMS: Final = 2
_fstat, _stat = os.fstat, os.stat
_SERVERS: Final = ("socket", "socketserver", "server", "client", "request", "ssl")
"""Modules of the library that make sockets for the program."""


def install() -> None:
    """Say so from now on."""
    when_imported("mmap", _instrument_maps)
    when_imported("socket", _instrument_sockets)
    when_imported("subprocess", _instrument_programs)


def says_pipe(fd: Any, call: str) -> None:
    """The program reads or writes a descriptor that isn't a file's."""
    if type(fd) is int and fd > _STREAMS:
        try:
            mode = _fstat(fd).st_mode
        except OSError:
            return
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            unseen(call)


def says_named_pipe(path: Any, call: str) -> None:
    """The program opens what isn't one of its files."""
    try:
        mode = _stat(path).st_mode
    except (OSError, ValueError, TypeError):  # which opening it will raise
        return
    if stat.S_ISFIFO(mode):
        unseen(call)


def _instrument_maps(mmap: Any) -> None:
    real = mmap.mmap

    class asking(real):  # type: ignore[misc, valid-type]
        __slots__ = ()

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            try:
                if _is_shared(mmap, *arguments, **named) and _for_program(sys._getframe(1)):
                    unseen("mmap()")
                return real.__new__(cls, *arguments, **named)
            except BaseException as error:
                drop_frame(error)
                raise

    asking.__name__, asking.__qualname__, asking.__module__ = "mmap", "mmap", real.__module__
    asking.__doc__ = real.__doc__
    mmap.mmap = asking


def _is_shared(mmap: Any, *arguments: Any, **named: Any) -> bool:
    flags = named.get("flags", arguments[2] if len(arguments) > 2 else 0)
    access = named.get("access", 0)
    private = getattr(mmap, "MAP_PRIVATE", 0)
    return not (flags & private or access == mmap.ACCESS_COPY)


def _instrument_sockets(socket: Any) -> None:
    kind = socket.socket
    real = kind.__init__

    @wraps(real)
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        try:
            real(self, *arguments, **named)
            if _for_program(sys._getframe(1), _SERVERS):
                unseen("socket()")
        except BaseException as error:
            drop_frame(error)
            raise

    kind.__init__ = __init__


def _instrument_programs(subprocess: Any) -> None:
    real = subprocess.Popen.__init__

    @wraps(real)
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        try:
            if _for_program(sys._getframe(1), ("subprocess",)):
                unseen("subprocess")
            real(self, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise

    subprocess.Popen.__init__ = __init__


def _for_program(frame: FrameType | None, behalf: tuple[str, ...] = ()) -> bool:
    """Whether the program calls, itself or through these modules of the library."""
    return for_program(frame, lambda code: is_ours(code.co_filename) or _module(code) in behalf)


def _module(code: CodeType) -> str:
    return os.path.splitext(os.path.basename(code.co_filename))[0]
