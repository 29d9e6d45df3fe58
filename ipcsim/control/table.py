"""The controller's end of the table of turns (``probe/control/handing``)."""

from __future__ import annotations

import contextlib
import mmap
import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

from ipcsim.probe.control.handing import (
    ANY,
    AT,
    CONTROLLER,
    DEPARTED,
    FIRST,
    MOST,
    ROW,
    ROWS,
    SIZE,
    WIDTH,
)
from ipcsim.probe.control.protocol import Answer

PLACE: Final = 8
"""How many bytes of a turn say whose it is."""
_STOP: Final = ROW.pack(CONTROLLER, 0, 0, 0, 0, 0, 0, 0)
_BYTES: Final = ROW.size
_PORTION: Final = (ROWS - 1) * _BYTES


class Said(NamedTuple):
    """What an actor asks for."""

    number: int
    """Of what it says, by which the actor knows it."""
    arg: int
    result: int
    """Of the operation before."""
    clock: int


class Table:
    """A table with so many ``places``, and the controller's."""

    def __init__(self, folder: Path, places: int) -> None:
        # Not everywhere there is one; there nothing is forked either.
        import _multiprocessing  # type: ignore[import-not-found]

        # As all semaphores of the run are: should we be killed before nobody needs the names, a
        # later start finds them by the folder (``supervisor.cleanup.noted``).
        name = f"/mp-{folder.name.rpartition('-')[2]}-{secrets.token_hex(2)}"
        self._path = folder / "table"
        self._names = [f"{name}-{n}" for n in range(places + 1)]
        made: list[Any] = []
        for one in self._names:
            made.append(_multiprocessing.SemLock(1, 0, MOST, one, False))
        self._unlink = _multiprocessing.sem_unlink
        self._wake = [semaphore.release for semaphore in made]
        self._wait = made[CONTROLLER].acquire
        with self._path.open("wb") as file:
            file.truncate(SIZE)
        with self._path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), SIZE)
        self._numbers = memoryview(self._memory).cast("q")
        self._last = 0
        self._rest = b""
        self.expect()

    def settings(self) -> dict[str, Any]:
        """What a process needs to take a place."""
        return {"path": str(self._path), "semaphores": self._names}

    def everybody_is_here(self) -> None:
        """Nobody else will open it: names are not needed any more."""
        for name in self._names:
            with contextlib.suppress(FileNotFoundError):
                self._unlink(name)
        self._names = []
        self._path.unlink(missing_ok=True)

    def expect(self) -> None:
        """Whoever says something says it here."""
        self._put(row(0, Answer.GO, 0))

    def go(self, rows: bytes) -> None:
        """Have turns taken, one after the other."""
        self._put(rows[:_PORTION])
        self._rest = rows[_PORTION:]
        self._wake[self._numbers[FIRST]]()

    def wait(self, seconds: float) -> bool:
        """Wait until all turns are taken, or somebody departs; False: not in so many seconds."""
        while self._wait(True, seconds):
            if not self._rest or self.departed:
                return True
            self.go(self._rest)
        return False

    @property
    def departed(self) -> bool:
        """Whether somebody has asked for something else than was expected."""
        return bool(self._numbers[DEPARTED])

    @property
    def position(self) -> int:
        """Which row's turn it is, and how many are left after it."""
        return self._numbers[AT] - len(self._rest)

    def said(self, turn: int = -1) -> Said:
        """What was said at a turn of the last ones: ``-1`` at the last."""
        at = FIRST + WIDTH * (turn % self._last) + 3
        return Said(*self._numbers[at : at + 4])

    def last(self) -> bytes:
        """The last turn, with what was said then."""
        end = 8 * FIRST + _BYTES * self._last
        return self._memory[end - _BYTES : end]

    def close(self) -> None:
        """Nobody uses it any more."""
        self.everybody_is_here()
        self._numbers.release()
        self._memory.close()

    def _put(self, rows: bytes) -> None:
        at = 8 * FIRST
        end = at + len(rows)
        self._memory[at:end] = rows
        self._memory[end : end + _BYTES] = _STOP
        self._numbers[AT], self._numbers[DEPARTED] = FIRST, 0
        self._last = len(rows) // _BYTES


def row(place: int, answer: Answer, clock: int, said: Said | None = None) -> bytes:
    """A turn of the actor at ``place``, and what it will ask for next, if that is known."""
    if said is None:
        return ROW.pack(place, answer, clock, ANY, 0, 0, 0, 0)
    return ROW.pack(place, answer, clock, *said, 0)
