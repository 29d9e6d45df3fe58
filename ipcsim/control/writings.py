"""What a program writes of which only bodies are run, put together with what main makes of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ipcsim.control.expectations import Expected
from ipcsim.control.known import Ending
from ipcsim.control.rerun import Rerun
from ipcsim.control.steps import Execution, Outcome
from ipcsim.control.team import Team

NOTHING: Final = b"", b""
_CLEAN: Final = Outcome("clean", "ended well", False, "clean")


class Writings:
    """Files that main and its workers write to, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = NOTHING
        self._starts = 0
        self.files = self._named()
        """For stdout and stderr."""

    def renew(self) -> tuple[Path, Path]:
        """Other files for a program that starts: somebody may still write to the former ones (a
        resource tracker does when all are gone)."""
        for file in self.files:
            file.unlink(missing_ok=True)
        self._starts += 1
        self.files = self._named()
        return self.files

    def begin(self) -> None:
        """What there is now was written by main before its workers' bodies."""
        output, errors = self.files
        self._before = output.read_bytes(), errors.read_bytes()

    def errors(self) -> bool:
        """Whether bodies have written to stderr."""
        return os.stat(self.files[1]).st_size != len(self._before[1])

    def take(self) -> tuple[bytes, bytes]:
        """What main and the bodies have written; the bodies' part is forgotten with this."""
        return self._take(0), self._take(1)

    def _named(self) -> tuple[Path, Path]:
        return self._folder / f"out-{self._starts}", self._folder / f"err-{self._starts}"

    def _take(self, which: int) -> bytes:
        file, before = self.files[which], self._before[which]
        if os.stat(file).st_size == len(before):
            return before
        found = file.read_bytes()
        os.truncate(file, len(before))
        return found


def put_together(
    team: Team,
    rerun: Rerun,
    ending: Ending,
    end: int | None,
    said: tuple[bytes, bytes],
    expected: Expected | None,
) -> Execution:
    """An execution with its beginning and its ending; until ``end`` where it was left there.

    ``said``: what was written before the ending; ``expected``: what all of it should be.
    """
    seen = ending.execution
    steps, offered = rerun.steps, [*team.offered, *rerun.offered]
    if end is None:
        steps = steps + ending.tail
        offered[-1:] = ending.offered
    output = said[0] + ending.said[0]
    found = seen.outcome
    if expected is not None and found.kind in ("clean", "wrong_result"):
        found = expected.judge(output) or _CLEAN
    return Execution(
        steps[:end],
        offered[: None if end is None else end + 1],
        found,
        output,
        said[1] + ending.said[1],
        seen.exit_codes,
    )
