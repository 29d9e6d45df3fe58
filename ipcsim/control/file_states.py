"""What was at a path, and how to make it so again."""

from __future__ import annotations

import base64
import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class FileState:
    """What was at a path."""

    mode: int
    """As of ``stat``; 0: nothing."""
    content: bytes = b""
    target: str = ""
    """Of a link."""
    times: tuple[int, int] = (0, 0)
    """Of the last access and change, ns since the epoch."""
    names: dict[str, FileState] = field(default_factory=dict)
    """What a folder contained, as far as that was noted."""

    def as_json(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "mode": self.mode,
            "content": base64.b64encode(self.content).decode(),
            "target": self.target,
            "times": self.times,
            "names": {name: inside.as_json() for name, inside in self.names.items()},
        }

    @classmethod
    def of_json(cls, facts: dict[str, Any]) -> FileState:
        """What :meth:`as_json` made. Raises KeyError, TypeError, ValueError."""
        accessed, changed = facts["times"]
        return cls(
            facts["mode"],
            base64.b64decode(facts["content"]),
            facts["target"],
            (accessed, changed),
            {name: cls.of_json(inside) for name, inside in facts["names"].items()},
        )


def restore(path: str, was: FileState) -> None:
    """Make what is at a path as it was. Raises OSError."""
    try:
        status = os.lstat(path)
    except OSError:
        status = None
    kind = stat.S_IFMT(was.mode)
    if status is not None and stat.S_IFMT(status.st_mode) != kind:
        _remove(path, status)
        status = None
    if stat.S_ISREG(was.mode):
        if status is None or Path(path).read_bytes() != was.content:
            Path(path).write_bytes(was.content)
        if os.lstat(path).st_mode != was.mode:
            os.chmod(path, stat.S_IMODE(was.mode))
        os.utime(path, ns=was.times)
    elif stat.S_ISDIR(was.mode):
        if status is None:
            os.mkdir(path, stat.S_IMODE(was.mode))
        for name, inside in was.names.items():
            restore(os.path.join(path, name), inside)
    elif stat.S_ISLNK(was.mode) and (status is None or os.readlink(path) != was.target):
        if status is not None:
            os.unlink(path)
        os.symlink(was.target, path)


def _remove(path: str, status: Any) -> None:
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(path, ignore_errors=True)
    else:
        os.unlink(path)
