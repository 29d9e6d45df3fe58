"""``os.open``, ``os.read``, ``os.write`` and their like, for the program's own files."""

from __future__ import annotations

import os
import sys

from ipcsim.operations import Looks, Op, Opens
from ipcsim.probe.control.asking import ask, result
from ipcsim.probe.control.cells import digest
from ipcsim.probe.control.connections import FAILED
from ipcsim.probe.control.file_paths import (
    for_program,
    has_opened,
    key_of,
    opens_to_write,
    path_of,
    path_of_descriptor,
)
from ipcsim.probe.control.file_records import recorded
from ipcsim.probe.control.files import before_close
from ipcsim.probe.control.unwatched import says_named_pipe, says_pipe
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_FLAGS: Final = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND")


def install() -> None:
    """Make them ask from now on."""
    replace_in_os("open", _open)
    for name in ("read", "pread", "readv", "preadv"):
        replace_in_os(name, _read)
    for name, data in (("write", 1), ("pwrite", 1), ("writev", None), ("pwritev", None)):
        replace_in_os(name, _write(data))
    replace_in_os("ftruncate", _truncate)
    replace_in_os("lseek", _seek)
    replace_in_os("sendfile", _copy(out=0, into=1))
    replace_in_os("copy_file_range", _copy(out=1, into=0))
    replace_in_os("close", _close)


def replace_in_os(name: str, before: Any) -> None:
    """Have ``before(real, *arguments)`` called in place of a function of ``os``, where the program
    calls it; it asks and calls it."""
    real = getattr(os, name, None)
    if real is None:
        return

    def stands_in(*arguments: Any, **named: Any) -> Any:
        try:
            if not for_program(sys._getframe(1)):
                return real(*arguments, **named)
            return before(real, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise

    function = like(real, stands_in)
    # By this name a pickle finds it: the module of C, which imports use, keeps its own.
    function.__module__ = "os"
    setattr(os, name, function)
    for found in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if real in found:
            found.add(function)


def _open(real: Any, path: Any, flags: int, mode: int = 0o777, **named: Any) -> int:
    found = None if named else path_of(path)
    if found is None or os.path.isdir(found):
        says_named_pipe(path, "os.open()")
        return int(real(path, flags, mode, **named))
    changes = 0
    if flags & (os.O_WRONLY | os.O_RDWR):
        changes |= Opens.WRITABLE
    if flags & os.O_TRUNC:
        changes |= Opens.TRUNCATES | Opens.WRITABLE
    if flags & os.O_CREAT and not os.path.lexists(found):
        changes |= Opens.CREATES | Opens.WRITABLE
    names = " | ".join(name for name in _FLAGS if flags & getattr(os, name)) or "O_RDONLY"
    key = key_of(found, said=f"os.open({{}}, {names})")
    if changes:
        opens_to_write(found)
    ask(Op.OPEN, key, changes)
    result(FAILED)
    with recorded(key):
        fd = int(real(path, flags, mode))
    has_opened(fd, found)
    result(1)
    return fd


def _key(fd: Any, said: str) -> bytes | None:
    path = path_of_descriptor(fd) if type(fd) is int else None
    return None if path is None else key_of(path, said=said)


def _read(real: Any, fd: Any, *arguments: Any, **named: Any) -> Any:
    key = _key(fd, "read {}")
    if key is None:
        says_pipe(fd, f"os.{real.__name__}()")
        return real(fd, *arguments, **named)
    ask(Op.READ, key)
    with recorded(key) as call:
        data = real(fd, *arguments, **named)
        call.read(data)
    result(digest(data))
    return data


def _write(data: int | None) -> Any:
    def write(real: Any, *arguments: Any, **named: Any) -> Any:
        key = _key(arguments[0], "write {}")
        if key is not None:
            ask(Op.WRITE, key, -1 if data is None else digest(bytes(arguments[data])))
        else:
            says_pipe(arguments[0], f"os.{real.__name__}()")
        with recorded(key) as call:
            if data is not None:
                call.wrote(arguments[data])
            return real(*arguments, **named)

    return write


def _truncate(real: Any, fd: Any, length: int) -> None:
    key = _key(fd, "truncate {}")
    if key is not None:
        ask(Op.WRITE, key)
    with recorded(key):
        real(fd, length)


def _seek(real: Any, fd: Any, position: int, how: int) -> int:
    key = _key(fd, "end of {}") if how == os.SEEK_END else None
    if key is not None:
        ask(Op.STAT, key, Looks.SIZE)
    return int(real(fd, position, how))


def _copy(out: int, into: int) -> Any:
    def copy(real: Any, *arguments: Any, **named: Any) -> Any:
        if len(arguments) > 1:
            source = _key(arguments[into], "read {}")
            if source is not None:
                ask(Op.READ, source)
            target = _key(arguments[out], "write {}")
            if target is not None:
                ask(Op.WRITE, target)
            with recorded(target), recorded(source):
                return real(*arguments, **named)
        return real(*arguments, **named)

    return copy


def _close(real: Any, fd: Any) -> None:
    if type(fd) is int:
        before_close(fd)
    real(fd)
