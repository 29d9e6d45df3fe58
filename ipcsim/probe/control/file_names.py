"""Names in directories: whether there is such a file, removing, renaming, making folders."""

from __future__ import annotations

import os
import sys

from ipcsim.operations import Looks, Op
from ipcsim.probe.control.asking import ask, passing, result
from ipcsim.probe.control.connections import FAILED
from ipcsim.probe.control.descriptors import replace_in_os
from ipcsim.probe.control.file_paths import for_program, key_of, path_of
from ipcsim.probe.control.file_records import recorded
from ipcsim.probe.instruments.imports import when_imported
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.type_words import Any, Final

_WHETHER: Final = frozenset(
    ["exists", "lexists", "isfile", "isdir", "islink", "is_file", "is_dir", "is_symlink", "access"]
)
"""Functions of the library that look at a file only to say whether it is there."""


def install() -> None:
    """Make them ask from now on."""
    for name in ("stat", "lstat"):
        replace_in_os(name, _stat)
    replace_in_os("access", _asking(Looks.EXISTS, "os.access({})"))
    for name in ("listdir", "scandir"):
        replace_in_os(name, _list(name))
    for name in ("unlink", "remove", "rmdir", "mkdir"):
        replace_in_os(name, _change(f"os.{name}({{}})"))
    for name in ("rename", "replace", "link"):
        replace_in_os(name, _change_two(f"os.{name}({{}})"))
    replace_in_os("symlink", _symlink)
    replace_in_os("truncate", _truncate)
    when_imported("shutil", _remove_trees)


def _stat(real: Any, path: Any, **named: Any) -> Any:
    found = None if isinstance(path, int) or named.get("dir_fd") is not None else path_of(path)
    if found is None:
        return real(path, **named)
    frame: Any = sys._getframe(2)
    called, looks = "os.stat", Looks.SIZE
    for _ in range(3):
        name = frame.f_code.co_name
        if name in _WHETHER:
            called, looks = name, Looks.EXISTS
            break
        frame = frame.f_back
        if frame is None or name not in ("stat", "lstat"):
            break
    return _looked(real, found, looks, f"{called}({{}})", path, **named)


def _asking(looks: Looks, said: str) -> Any:
    def look(real: Any, path: Any, *arguments: Any, **named: Any) -> Any:
        found = None if isinstance(path, int) or named else path_of(path)
        if found is None:
            return real(path, *arguments, **named)
        return _looked(real, found, looks, said, path, *arguments)

    return look


def _looked(real: Any, found: str, looks: Looks, said: str, *arguments: Any, **named: Any) -> Any:
    key = key_of(found, said=said)
    ask(Op.STAT, key, looks)
    result(FAILED)
    with recorded(key):
        seen = real(*arguments, **named)
    result(1 if looks is not Looks.EXISTS or seen else 0)
    return seen


def _list(name: str) -> Any:
    def names(real: Any, path: Any = ".") -> Any:
        found = None if isinstance(path, int) else path_of("." if path is None else path)
        if found is None:
            return real(path)
        key = key_of(found, said=f"os.{name}({{}})")
        ask(Op.STAT, key, Looks.NAMES)
        with recorded(key):
            seen = real(path)
        # In whatever order the system has them, it would not be the same in every run.
        return sorted(seen) if name == "listdir" else seen

    return names


def _change(said: str) -> Any:
    def change(real: Any, path: Any, *arguments: Any, **named: Any) -> Any:
        found = None if named.get("dir_fd") is not None else path_of(path)
        key = None
        if found is not None:
            key = key_of(_name_itself(found, path), said=said)
            ask(Op.NAME, key)
            result(FAILED)
        with recorded(key):
            done = real(path, *arguments, **named)
        if found is not None:
            result(1)
        return done

    return change


def _name_itself(found: str, path: Any) -> str:
    """Who removes or makes a link means the link, not what it leads to."""
    if os.path.islink(path):
        return os.path.abspath(os.fsdecode(path))
    return found


def _change_two(said: str) -> Any:
    def change(real: Any, src: Any, dst: Any, **named: Any) -> Any:
        first, second = (None, None) if named else (path_of(src), path_of(dst))
        if first is None or second is None:
            return real(src, dst, **named)
        key = key_of(first, second, said=said)
        ask(Op.NAME, key)
        result(FAILED)
        with recorded(key):
            done = real(src, dst)
        result(1)
        return done

    return change


def _symlink(real: Any, src: Any, dst: Any, *arguments: Any, **named: Any) -> Any:
    found = None if named.get("dir_fd") is not None else path_of(dst)
    key = None
    if found is not None:
        key = key_of(found, said="os.symlink({})")
        ask(Op.NAME, key)
        result(FAILED)
    with recorded(key):
        real(src, dst, *arguments, **named)
    if found is not None:
        result(1)


def _truncate(real: Any, path: Any, length: int) -> None:
    found = None if isinstance(path, int) else path_of(path)
    key = None
    if found is not None:
        key = key_of(found, said="truncate {}")
        ask(Op.WRITE, key)
    with recorded(key):
        real(path, length)


def _remove_trees(shutil: Any) -> None:
    real = shutil.rmtree

    def rmtree(path: Any, *arguments: Any, **named: Any) -> Any:
        try:
            found = path_of(path) if for_program(sys._getframe(1)) else None
            if found is None:
                return real(path, *arguments, **named)
            key = key_of(found, said="shutil.rmtree({})")
            ask(Op.NAME, key)
            with recorded(key), passing():
                return real(path, *arguments, **named)
        except BaseException as error:
            drop_frame(error)
            raise

    rmtree.__doc__, rmtree.__module__ = real.__doc__, real.__module__
    rmtree.__qualname__ = "rmtree"
    rmtree.avoids_symlink_attacks = getattr(real, "avoids_symlink_attacks", False)  # type: ignore[attr-defined]
    shutil.rmtree = rmtree
