"""The program's stdout and stderr in the window: whose piece is whose."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import Any, Final
from zlib import crc32

from ipcsim.events import FINGERPRINT_BYTES
from ipcsim.supervisor.messages import Output

_READ: Final = 65536
_WAIT_S: Final = 0.05
"""So long bytes wait for the note of who is writing them."""
_FORGET_S: Final = 2.0
_NOBODY: Final = -1


_Note = tuple[int, int, int, int]
"""A process was about to write: when, its ring, how many bytes, crc32 of the first of them."""


class Stream:
    """The reading end of the program's stdout (1) or stderr (2)."""

    def __init__(self, number: int, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.number = number
        self.descriptor = descriptor
        self.open = True
        self._bytes = bytearray()
        self._since = 0.0
        self._notes: list[_Note] = []
        self._ring = self._when = self._owed = 0
        """Who is writing, since when, and how many bytes are still to come."""

    def read(self, everything: bool = False) -> None:
        """Take what is there, without waiting; at most some 100 KB unless ``everything``."""
        while self._read(_READ if not everything else sys.maxsize):
            pass

    def _read(self, most: int) -> bool:
        """Whether there was something. A terminal gives 4 KB at a time."""
        if not self.open or len(self._bytes) > most:
            return False
        try:
            data = os.read(self.descriptor, _READ)
        except BlockingIOError:
            return False
        except OSError:  # a terminal nobody has open any more
            data = b""
        if not data:
            self.open = False
        if not self._bytes:
            self._since = time.monotonic()
        self._bytes += data
        return bool(data)

    def note(self, when: int, ring: int, fingerprint: int) -> None:
        """Process ``ring`` was about to write bytes of this fingerprint."""
        self._notes.append((when, ring, fingerprint >> 32, fingerprint & 0xFFFFFFFF))

    def pieces(self, everything: bool = False) -> list[Output]:
        """What has been read, in order, with its writers; ``everything``: wait for no note."""
        self._notes.sort()
        found: list[Output] = []
        # Of the piece that grows: what one process writes in a row is one.
        begin = end = since = when = 0
        writer: int | None = _NOBODY
        ring: int | None
        while end < len(self._bytes):
            if self._owed or self._begun(end):
                when, ring = self._when, self._ring
                length = min(self._owed, len(self._bytes) - end)
                self._owed -= length
            elif everything or time.monotonic() - self._since > _WAIT_S:
                when, ring = time.perf_counter_ns(), None
                length = (self._bytes.find(b"\n", end) + 1 or len(self._bytes)) - end
            else:
                break
            self._since = time.monotonic()
            if ring != writer or end + length - begin > _READ:
                self._append(found, writer, since, begin, end)
                begin, writer, since = end, ring, when
            end += length
        self._append(found, writer, since, begin, end)
        del self._bytes[:end]
        oldest = time.perf_counter_ns() - int(_FORGET_S * 1e9)
        if not self._bytes and self._notes and self._notes[0][0] < oldest:
            self._notes = [note for note in self._notes if note[0] >= oldest]
        return found

    def killed(self, ring: int) -> None:
        """Process ``ring`` writes no more: what is owed of its last write need not come."""
        if ring == self._ring:
            self._owed = 0

    def close(self) -> None:
        """Read nothing any more."""
        self.open = False
        with contextlib.suppress(OSError):
            os.close(self.descriptor)

    def _begun(self, at: int) -> bool:
        """Whether a write is known to begin there: the earliest whose note the bytes fit.

        Its end may come later: a terminal hands over a long one in many parts.
        """
        there = len(self._bytes) - at
        for index, (when, ring, length, crc) in enumerate(self._notes):
            head = min(length, FINGERPRINT_BYTES)
            if there >= head > 0 and crc32(self._bytes[at : at + head]) == crc:
                self._when, self._ring, self._owed = when, ring, length
                del self._notes[index]
                return True
        return False

    def _append(
        self, found: list[Output], ring: int | None, when: int, begin: int, end: int
    ) -> None:
        if begin < end:
            found.append(Output(ring, self.number, when, bytes(self._bytes[begin:end])))


def open_terminals() -> tuple[int, int, int, int]:
    """Two pseudo-terminals: descriptors of the windows's and the program's side, for stdin and
    stdout, then for stderr."""
    import pty
    import termios

    sides: list[int] = []
    for _ in range(2):
        master, slave = pty.openpty()
        mode: list[Any] = termios.tcgetattr(slave)
        # Newlines stay what the program writes: its pieces are recognised by their bytes.
        mode[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, mode)
        sides += [master, slave]
    return sides[0], sides[1], sides[2], sides[3]
