"""What is to be put back, on disk, so that it can be should an exploration be killed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Final

from ipcsim.control.file_states import FileState, restore
from ipcsim.language import _

_NAME: Final = "journal"
_LATE_NS: Final = 2_000_000_000
"""Between a permission and the end of what it permits, at most, ns."""
_KEPT: Final = ".before-ipcsim"


class Journal:
    """The files of the execution under way, as they were. ``folder``: of its exploration."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def note(self, path: str, was: FileState) -> None:
        """A file is about to be changed."""
        with self._path.open("a", encoding="ascii") as lines:
            lines.write(json.dumps({"path": path, "was": was.as_json()}) + "\n")

    def touch(self) -> None:
        """A file that has been noted is about to be changed again."""
        os.utime(self._path)

    def clear(self) -> None:
        """Everything has been put back."""
        self._path.unlink(missing_ok=True)


def put_back_left(folder: Path) -> list[str]:
    """Put back what an exploration that was killed has changed. All its processes have ended.

    A file that has been changed since by somebody else stays as it is; what it was before the
    exploration is put beside it, as ``NAME.before-ipcsim``.

    Args:
        folder: of that exploration.

    Returns:
        A sentence for each file that isn't as that exploration has left it, or can't be put back.
    """
    journal = folder / _NAME
    try:
        until = journal.stat().st_mtime_ns + _LATE_NS
        lines = journal.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    said = []
    for line in reversed(lines):
        try:
            facts = json.loads(line)
            path, was = facts["path"], FileState.of_json(facts["was"])
        except (ValueError, KeyError, TypeError):
            continue  # killed while it wrote this line: the change was not permitted yet
        try:
            if _last_change(path) <= until:
                restore(path, was)
                sentence = _("{file} is again as it was before an exploration that was killed.")
            elif was.mode:
                restore(path + _KEPT, was)
                sentence = _(
                    "{file} was changed by an exploration that was killed, and later by somebody"
                    " else; what it was before is in {kept}."
                )
            else:
                continue
            said.append(sentence.format(file=path, kept=path + _KEPT))
        except (OSError, shutil.Error) as error:
            sentence = _("{file} was changed by an exploration that was killed: {error}")
            said.append(sentence.format(file=path, error=error))
    return said


def _last_change(path: str) -> int:
    """When anything at or below a path was last written, ns since the epoch; 0: nothing there."""
    try:
        last = os.lstat(path).st_mtime_ns
    except OSError:
        return 0
    for folder, _folders, files in os.walk(path):
        last = max([last, *(os.lstat(os.path.join(folder, name)).st_mtime_ns for name in files)])
    return last
