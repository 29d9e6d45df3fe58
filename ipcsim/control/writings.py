"""What a program writes of which only bodies are run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

Said = tuple[bytes, bytes]
"""To stdout and stderr."""
NOTHING: Final[Said] = b"", b""


class Writings:
    """Files that main and its workers write to, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = NOTHING
        self._starts = 0
        self._opened: list[int] = []
        """Where to look how long they are."""
        self.files = self._named()
        """For stdout and stderr."""

    def renew(self) -> tuple[Path, Path]:
        """Other files for a program that starts: somebody may still write to the former ones (a
        resource tracker does when all are gone)."""
        self.close()
        for file in self.files:
            file.unlink(missing_ok=True)
        self._starts += 1
        self.files = self._named()
        return self.files

    def begin(self) -> None:
        """What there is now was written by main before its workers' bodies."""
        output, errors = self.files
        self._before = output.read_bytes(), errors.read_bytes()
        self._opened = [os.open(file, os.O_RDONLY) for file in self.files]

    def take(self) -> Said:
        """What main and the bodies have written; the bodies' part is forgotten with this."""
        return self._take(0), self._take(1)

    def added(self, errors: bytes) -> bool:
        """Whether bodies have written something of this to stderr."""
        return len(errors) != len(self._before[1])

    def close(self) -> None:
        """Nobody writes any more."""
        while self._opened:
            os.close(self._opened.pop())

    def _named(self) -> tuple[Path, Path]:
        return self._folder / f"out-{self._starts}", self._folder / f"err-{self._starts}"

    def _take(self, which: int) -> bytes:
        file, before = self.files[which], self._before[which]
        if os.lseek(self._opened[which], 0, os.SEEK_END) == len(before):
            return before
        found = file.read_bytes()
        os.truncate(file, len(before))
        return found
