"""Which files are a program's own, and what they are called in every run.

Files are known by their path. What the interpreter and the library open for themselves is not the
program's, and neither are devices, pipes and standard streams.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from types import CodeType, FrameType

from ipcsim.operations import SAID
from ipcsim.probe.control.actors import current
from ipcsim.probe.control.asking import passing, unseen
from ipcsim.probe.control.naming import next_key
from ipcsim.probe.instruments.callers import is_library
from ipcsim.probe.instruments.tracebacks import is_ours
from ipcsim.probe.type_words import Any, Final

_ON_BEHALF: Final = frozenset(
    (
        *("pathlib", "shutil", "genericpath", "posixpath", "ntpath", "os", "glob", "fnmatch"),
        *("json", "pickle", "csv", "shelve", "dbm", "logging", "configparser", "fileinput"),
        *("codecs", "contextlib", "zipfile", "tarfile", "gzip", "bz2", "lzma", "_compression"),
        *("mailbox", "plistlib", "tempfile"),
    )
)
"""Modules of the library that open files for the program and not for themselves."""
_TRIES_FOLDERS: Final = "_get_default_tempdir"
"""Makes a file only to see whether it can."""
_STREAMS: Final = 2
"""Descriptors up to this one are the standard streams."""
_LONGEST: Final = 160
_SEPARATOR: Final = SAID.encode()

_stat, _lstat, _fstat, _readlink = os.stat, os.lstat, os.fstat, getattr(os, "readlink", None)
"""Before they are made to ask."""
_real_paths: dict[tuple[str, str], str] = {}
_behalf: dict[str, bool] = {}
_elsewhere: tuple[str, ...] = tuple(
    {
        os.path.join(os.path.abspath(folder), "")
        for folder in (
            *(["/proc", "/sys", "/dev"] if os.name == "posix" else ()),
            sys.prefix,
            sys.base_prefix,
            sys.exec_prefix,
            os.path.dirname(os.__file__),
        )
    }
    - {os.path.join(os.sep, "")}
)
_SHARED_MEMORY: Final = "/dev/shm/"


def _acts_for_others(code: CodeType) -> bool:
    filename = code.co_filename
    if code.co_name == _TRIES_FOLDERS:
        return False
    known = _behalf.get(filename)
    if known is None:
        folder, name = os.path.split(filename)
        names = {os.path.splitext(name)[0], os.path.basename(folder)}
        if filename.startswith("<frozen "):
            names = {filename[len("<frozen ") : -1]}
        known = _behalf[filename] = not is_ours(filename) and not names.isdisjoint(_ON_BEHALF)
    return known


def for_program(
    frame: FrameType | None, on_behalf: Callable[[CodeType], bool] = _acts_for_others
) -> bool:
    """Whether ``frame``, which calls a function of ours, does so for the program: itself, or by
    code of the library that acts on its behalf."""
    if current() is None:
        return False
    while frame is not None:
        if not is_library(frame.f_code.co_filename):
            return True
        if not on_behalf(frame.f_code):
            return False
        frame = frame.f_back
    return False


def path_of(path: Any) -> str | None:
    """The absolute path of a file that a program names; None if it isn't one of its own files.

    A file that isn't there may become one.
    """
    try:
        path = os.fspath(path)
    except TypeError:
        return None
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not path or "\0" in path:
        return None
    found = _real_path(path)
    if found.startswith(_elsewhere) and not found.startswith(_SHARED_MEMORY):
        return None
    try:
        mode = _stat(found).st_mode
    except OSError:
        return found
    return found if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else None


def _real_path(path: str) -> str:
    with passing():
        folder, name = os.path.split(path)
        # A folder's links are taken to stay as they are: asking every time would be dear.
        known = ("" if os.path.isabs(path) else os.getcwd()), folder
        real = _real_paths.get(known)
        if real is None:
            real = _real_paths[known] = os.path.realpath(folder)
        found = os.path.normpath(os.path.join(real, name)) if name else real
        try:
            is_link = stat.S_ISLNK(_lstat(found).st_mode)
        except OSError:
            is_link = False
        return os.path.realpath(found) if is_link else found


def path_of_descriptor(fd: int) -> str | None:
    """As :func:`path_of`, of a file that is open; None too for one that has lost its name."""
    if fd <= _STREAMS:
        return None
    try:
        if not stat.S_ISREG(_fstat(fd).st_mode):
            return None
    except OSError:
        return None
    found = opened[fd][0] if fd in opened else None
    if _readlink is not None and sys.platform == "linux":
        # It may have been renamed.
        try:
            found = _readlink(f"/proc/self/fd/{fd}")
        except OSError:
            return found
    if found is None or (found.startswith(_elsewhere) and not found.startswith(_SHARED_MEMORY)):
        return None
    return found


def opens_to_write(path: str) -> None:
    """The program opens a file to write to it: it had better be known by this name alone."""
    try:
        status = _stat(path)
    except OSError:
        return
    if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        unseen(f"{os.path.basename(path)} (a hard link)")


opened: dict[int, tuple[str, str]] = {}
"""By descriptor the path that was opened, and a name for the open file, which forked children
share."""


def has_opened(fd: int, path: str) -> None:
    """The program has opened a file."""
    opened[fd] = path, next_key()


def owner_of(fd: int) -> str:
    """A name for the open file that a descriptor belongs to."""
    if fd not in opened:
        has_opened(fd, "")
    return opened[fd][1]


def key_of(path: str, *others: str, said: str = "", kind: str = "file") -> bytes:
    """Key of a request that is about these files; ``said``: how a person would write it."""
    keys = "\0".join(f"{kind}:{one}" for one in (path, *others))
    return os.fsencode(keys) + (_SEPARATOR + said.encode()[:_LONGEST] if said else b"")


def written(text: str) -> str:
    """Text of the program's within what a person would write: braces stand for themselves."""
    return text.replace("{", "{{").replace("}", "}}")


Real = Callable[..., Any]
