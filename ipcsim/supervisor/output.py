"""The program's stdout and stderr in the window: whose piece is whose."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

from ipcsim.events import FINGERPRINT_BYTES
from ipcsim.supervisor.messages import Output

_READ: Final = 65536
_WAIT_S: Final = 0.05
"""So long bytes wait for the note of who is writing them."""
_FORGET_S: Final = 2.0


@dataclass(slots=True)
class _Note:
    """A process was about to write."""

    time: int
    ring: int
    length: int
    crc: int


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

    def read(self, everything: bool = False) -> None:
        """Take what is there, without waiting; at most some 100 KB unless ``everything``."""
        while self._read(_READ if not everything else sys.maxsize) and everything:
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
        self._notes.append(_Note(when, ring, fingerprint >> 32, fingerprint & 0xFFFFFFFF))

    def pieces(self, everything: bool = False) -> list[Output]:
        """What has been read, in order, with its writers; ``everything``: wait for no note."""
        found: list[Output] = []
        self._notes.sort(key=_time_of)
        while self._bytes:
            note = next((n for n in self._notes if self._fits(n)), None)
            if note is not None:
                self._notes.remove(note)
                self._append(found, note.ring, note.time, note.length)
            elif everything or time.monotonic() - self._since > _WAIT_S:
                newline = self._bytes.find(b"\n") + 1
                length = newline or len(self._bytes)
                self._append(found, None, time.perf_counter_ns(), length)
            else:
                break
        oldest = time.perf_counter_ns() - int(_FORGET_S * 1e9)
        if not self._bytes and self._notes and self._notes[0].time < oldest:
            self._notes = [note for note in self._notes if note.time >= oldest]
        return found

    def close(self) -> None:
        """Read nothing any more."""
        self.open = False
        with contextlib.suppress(OSError):
            os.close(self.descriptor)

    def _fits(self, note: _Note) -> bool:
        head = min(note.length, FINGERPRINT_BYTES)
        return len(self._bytes) >= note.length > 0 and crc32(self._bytes[:head]) == note.crc

    def _append(self, found: list[Output], ring: int | None, when: int, length: int) -> None:
        data = bytes(self._bytes[:length])
        del self._bytes[:length]
        self._since = time.monotonic()
        if found and found[-1].ring == ring and len(found[-1].data) + length <= _READ:
            last = found.pop()
            found.append(Output(ring, self.number, last.time, last.data + data))
        else:
            found.append(Output(ring, self.number, when, data))


def _time_of(note: _Note) -> int:
    return note.time


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
