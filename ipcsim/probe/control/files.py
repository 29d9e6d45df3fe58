"""``open``: each read and write that a file object makes is a step, and so is opening.

Under control the raw file below the buffers is of a class that asks. What the buffers hold, what
iterating, flushing and closing read and write when, is the library's own doing, as ever.
"""

from __future__ import annotations

import builtins
import io
import os
import stat
import sys

from ipcsim.operations import Op, Opens
from ipcsim.probe.control import file_paths
from ipcsim.probe.control.actors import current
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
from ipcsim.probe.control.unwatched import says_named_pipe, says_pipe
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.standing_in import like
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_FLAGS: Final = frozenset("axrwb+t")
_isfile = os.path.isfile
_lexists = os.path.lexists


def install() -> None:
    """Make files that are opened from now on ask."""
    asking_open = _opening(builtins.open)
    builtins.open = io.open = asking_open
    if sys.version_info < (3, 11):
        # Functions of C are no methods there where they are kept; ours would be.
        when_imported("pathlib", _keep_for_pathlib)


def _keep_for_pathlib(pathlib: Any) -> None:
    kept = pathlib._NormalAccessor
    for name, known in list(vars(kept).items()):
        now = io.open if name == "open" else getattr(os, name, None)
        if not name.startswith("_") and callable(known) and now is not None:
            setattr(kept, name, staticmethod(now))


def _opening(real: Any) -> Any:
    def open(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        try:
            if (
                current() is not None
                and for_program(sys._getframe(1))
                and _is_usual(mode, buffering, encoding, errors, newline)
            ):
                raw = _raw(file, mode, closefd, opener)
                if raw is not None:
                    return _with_buffers(raw, mode, buffering, encoding, errors, newline)
            return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        except BaseException as error:
            drop_frame(error)
            raise

    function = like(real, open)
    function.__module__ = io.__name__  # where a pickle finds it
    return function


def _is_usual(mode: Any, buffering: Any, *text: Any) -> bool:
    """Whether ``open`` wouldn't complain of its arguments: it says so itself otherwise."""
    if type(mode) is not str or type(buffering) is not int:
        return False
    flags = set(mode)
    if flags - _FLAGS or len(flags) < len(mode) or len(flags & set("axrw")) != 1:
        return False
    if "b" in flags:
        return "t" not in flags and text == (None, None, None) and buffering != 1
    return buffering != 0


def _raw(file: Any, mode: str, closefd: bool, opener: Any) -> io.FileIO | None:
    """The raw file; None if it isn't one of the program's own."""
    flags = "".join(c for c in mode if c in "axrw+")
    if isinstance(file, int):
        if path_of_descriptor(file):
            return File(file, flags, closefd)
        says_pipe(file, "open()")
        return None
    path = path_of(file)
    if path is None:
        says_named_pipe(file, "open()")
    if path is None or not isinstance(file, (str, bytes, os.PathLike)):
        return None
    if os.path.isdir(path):
        return File(file, flags, closefd, opener) if opener is not None else None
    said = f"open({{}}, {mode!r})"
    key = key_of(path, said=said)
    if flags != "r":
        opens_to_write(path)
    ask(Op.OPEN, key, opens(path, flags))
    result(FAILED)
    with recorded(key):
        made = File(file, flags, closefd, opener)
    has_opened(made.fileno(), path)
    result(1)
    return made


def opens(path: str, flags: str) -> int:
    """What opening a file does, as far as can be told before."""
    found = 0
    if flags != "r":
        found |= Opens.WRITABLE
        if "w" in flags:
            found |= Opens.TRUNCATES
        if not flags.startswith("r") and not _lexists(path):
            found |= Opens.CREATES
    return found


def _with_buffers(
    raw: io.FileIO,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    """The layers that ``open`` puts over a raw file."""
    made: Any = raw
    try:
        if buffering == 0:
            return made
        size = buffering
        if size in (-1, 1):
            size = max(getattr(raw, "_blksize", 0), 1) or io.DEFAULT_BUFFER_SIZE
        kind = io.BufferedReader if "r" in mode else io.BufferedWriter
        made = io.BufferedRandom(raw, size) if "+" in mode else kind(raw, size)
        if "b" in mode:
            return made
        made = io.TextIOWrapper(made, encoding, errors, newline, buffering == 1)
        made.mode = mode
        return made
    except BaseException:
        made.close()
        raise


class File(io.FileIO):
    """A raw file that asks before it reads and writes."""

    def _key(self, said: str) -> bytes | None:
        """Key of the file, if whoever reads or writes it is under control."""
        if current() is None or self.closed:
            return None
        path = path_of_descriptor(self.fileno())
        return None if path is None else key_of(path, said=said)

    def readinto(self, buffer: Any) -> Any:
        """See :class:`io.FileIO`."""
        key = self._key("read {}")
        if key is None:
            return super().readinto(buffer)
        ask(Op.READ, key)
        with recorded(key) as call:
            count = super().readinto(buffer)
            data = bytes(memoryview(buffer)[: count or 0])
            call.read(data)
        result(digest(data))
        return count

    def read(self, size: int | None = -1, /) -> Any:
        """See :class:`io.FileIO`."""
        return _whole(self._key("read {}"), super().read, -1 if size is None else size)

    def readall(self) -> Any:
        """See :class:`io.FileIO`."""
        return _whole(self._key("read {}"), super().readall)

    def write(self, data: Any, /) -> Any:
        """See :class:`io.FileIO`."""
        key = self._key("write {}")
        if key is not None:
            ask(Op.WRITE, key, digest(bytes(data)))
        with recorded(key) as call:
            call.wrote(data)
            return super().write(data)

    def truncate(self, size: int | None = None, /) -> Any:
        """See :class:`io.FileIO`."""
        key = self._key("truncate {}")
        if key is not None:
            ask(Op.WRITE, key)
        with recorded(key):
            return super().truncate(size)

    def seek(self, position: int, whence: int = 0, /) -> Any:
        """See :class:`io.FileIO`. Only the file's end depends on others."""
        key = self._key("end of {}") if whence == os.SEEK_END else None
        if key is not None:
            ask(Op.STAT, key, 1)
        return super().seek(position, whence)

    def close(self) -> None:
        """See :class:`io.FileIO`."""
        if not self.closed and self.closefd:
            before_close(self.fileno())
        super().close()


File.__name__ = File.__qualname__ = "FileIO"
File.__module__ = "_io"


def _whole(key: bytes | None, real: Any, *arguments: Any) -> Any:
    if key is None:
        return real(*arguments)
    ask(Op.READ, key)
    with recorded(key) as call:
        data = real(*arguments)
        call.read(data)
    result(digest(data or b""))
    return data


def before_close(fd: int) -> None:
    """Called before a descriptor is closed: whatever hangs on it comes to its end."""
    for function in at_close:
        function(fd)
    file_paths.opened.pop(fd, None)


at_close: list[Any] = []


def is_regular(fd: int) -> bool:
    """Whether a descriptor is a file's."""
    try:
        return stat.S_ISREG(file_paths._fstat(fd).st_mode)
    except OSError:
        return False
