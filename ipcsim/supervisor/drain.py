"""Reads a process's ring. What a record costs here is a few bulk operations on bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ipcsim.probe import ring
from ipcsim.probe.ring import CAPACITY, HEADER_SIZE, U64, RingHeader

_FIRST_LOOK: Final = 64


class RingReader:
    """The reading end of a ring."""

    def __init__(self, path: str) -> None:
        """Raises OSError, or RingError if the ring isn't ready yet."""
        self.name = os.path.basename(path)
        self._map = ring.map_file(path, ring.RING_SIZE)
        self.header = RingHeader(self._map)
        # Assignment through this view is one store: the writer never sees half a number.
        self._words = memoryview(self._map).cast("Q")
        self._lost: int | None = None
        self.next = 0
        """Index of the next record to be read."""

    def take(self) -> bytes:
        """The records that are there now, at most to the ring's end; their slots are given back."""
        slot = self.next % CAPACITY
        count = 0
        look, most = _FIRST_LOOK, CAPACITY - slot
        if self.next < CAPACITY:
            # What is not allocated must not be touched.
            most = min(most, ring.allocated(self._map) - slot)
        if most <= 0 or not self._is_there(self.next, slot):
            return b""
        while count < most:
            look = min(look, most - count)
            found = self._count(self.next + count, slot + count, look)
            count += found
            if found < look:
                break
            look *= 8
        if not self._is_there(self.next + count - 1, slot + count - 1):
            count -= 1
        begin = HEADER_SIZE + slot * 32
        # Read only now that their indices have been seen.
        data = self._map[begin : begin + count * 32]
        self.next += count
        self._words[ring.DRAINED_AT >> 3] = self.next
        return data

    def lost(self) -> int:
        """How many records the process could not write, for want of room."""
        if self._lost is None:
            lost: int = U64.unpack_from(self._map, ring.LOST_AT)[0]
            return lost
        return self._lost

    def put_away(self, directory: Path) -> None:
        """The process is dead and its ring read: remove the file."""
        self._lost = self.lost()
        self._words.release()
        self._map.close()
        (directory / self.name).unlink(missing_ok=True)

    def _is_there(self, index: int, slot: int) -> bool:
        at = HEADER_SIZE + slot * 32
        if int.from_bytes(self._map[at + 28 : at + 32], "little") != ring.lap(index):
            return False
        return self._map[at + 24] != 0

    def _count(self, index: int, slot: int, look: int) -> int:
        """How many of the next ``look`` slots hold the records that belong there."""
        begin = HEADER_SIZE + slot * 32 + 28
        seen = self._map[begin : begin + look * 32 - 28 : 32]
        # Its low byte tells a lap from the one before.
        return look - len(seen.lstrip(bytes((ring.lap(index) & 255,))))
