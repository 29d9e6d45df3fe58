"""Files as they were before an execution changed them, to be put back after it.

An execution works on the program's real files, as a bare run does. Before each operation that may
change a file its content, or that there is none, is noted; so the next execution finds what the
first one found. Executions that use files outside of their own temporary folder are made one at a
time, whoever explores.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

from ipcsim.control.executor import ControlError
from ipcsim.control.file_keys import is_file, is_lock, path_of
from ipcsim.control.file_states import FileState, restore
from ipcsim.control.journal import Journal
from ipcsim.language import _
from ipcsim.operations import Op, Opens

_MOST_BYTES: Final = 256 << 20
"""So much is kept of all files together."""
_BESIDE_DATABASE: Final = ("", "-journal", "-wal", "-shm")
_DATABASE: Final = (Op.QUERY, Op.CHANGE, Op.EXECUTE)


class Originals:
    """What the files of one program were like.

    ``own``: a folder that nobody else uses. ``alone``: executions that use others' files wait for
    one another. ``journal``: where it is written down, should this process be killed.
    """

    def __init__(
        self, own: Path | None = None, *, alone: bool = False, journal: Journal | None = None
    ) -> None:
        self._journal = journal
        self._own = f"{own}{os.sep}" if own is not None else None
        self._alone = alone
        self._noted: dict[str, FileState] = {}
        self._bytes = 0
        self._turn: int | None = None

    @property
    def used(self) -> bool:
        """Whether the execution has changed files, or somebody else's."""
        return bool(self._noted) or self._turn is not None

    def before(self, op: int, keys: list[str], arg: int) -> None:
        """An operation is about to be permitted.

        Raises:
            ControlError: it would change what can't be put back.
        """
        if not is_file(keys[0]):
            return
        paths = [path_of(key) for key in keys]
        if self._alone and self._turn is None and not is_lock(keys[0]) and not self._owns(paths):
            self._turn = _wait_for_turn()
        if op == Op.OPEN:
            if arg & (Opens.WRITABLE | Opens.CREATES | Opens.TRUNCATES):
                self._note(paths[0])
        elif op == Op.WRITE:
            self._note(paths[0])
        elif op == Op.NAME:
            for path in paths:
                self._note(path, deep=True)
        elif op in _DATABASE:
            for suffix in _BESIDE_DATABASE:
                self._note(paths[0] + suffix)

    def _owns(self, paths: list[str]) -> bool:
        return self._own is not None and all(path.startswith(self._own) for path in paths)

    def put_back(self) -> None:
        """Make everything as it was.

        Raises:
            ControlError: not everything could be put back; the rest is.
        """
        failed = []
        for path in reversed(list(self._noted)):
            try:
                restore(path, self._noted[path])
            except OSError as error:
                failed.append(f"{path}: {error.strerror}")
        self._noted.clear()
        self._bytes = 0
        if self._journal is not None:
            self._journal.clear()
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
        if failed:
            raise ControlError(
                _("what the program has changed could not be put back: {files}").format(
                    files="; ".join(failed)
                )
            )

    def _note(self, path: str, deep: bool = False) -> None:
        journal = None if self._owns([path]) else self._journal
        try:
            if path not in self._noted:
                self._noted[path] = was = self._look(path, deep)
                if journal is not None:
                    journal.note(path, was)
            elif journal is not None:
                journal.touch()
        except OSError as error:
            raise ControlError(
                _("{file} is changed and could not be put back: {error}").format(
                    file=path, error=error.strerror
                )
            ) from error

    def _look(self, path: str, deep: bool) -> FileState:
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return FileState(0)
        found = FileState(status.st_mode, times=(status.st_atime_ns, status.st_mtime_ns))
        if stat.S_ISLNK(status.st_mode):
            found.target = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            self._bytes += status.st_size
            if self._bytes > _MOST_BYTES:
                raise ControlError(
                    _(
                        "{file} is changed and can't be put back for the next execution: its files"
                        " have more than {most} MB. Let it work on a smaller one"
                    ).format(file=path, most=_MOST_BYTES >> 20)
                )
            found.content = Path(path).read_bytes()
        elif stat.S_ISDIR(status.st_mode) and deep:
            for name in os.listdir(path):
                found.names[name] = self._look(os.path.join(path, name), deep)
        return found


def _wait_for_turn() -> int | None:
    """Until nobody else of this user explores a program with files: what to close then."""
    try:
        import fcntl
    except ImportError:
        return None
    with contextlib.suppress(OSError):
        # Their own folder, locked as a whole, needs no file of ours that others could get hold of.
        home = os.open(Path.home(), os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(home, fcntl.LOCK_EX)
        except BaseException:
            os.close(home)
            raise
        return home
    return None
