"""Reads a process's ring. What a record costs here is a few bulk operations on bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ipcsim.probe import ring
from ipcsim.probe.ring import CAPACITY, HEADER_SIZE, U64, RingHeader

_FIRST_LOOK: Final = 64


class RingFile:
    """A file of rings: one of a process's own, or several for its forked children."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, or ValueError if it is being made."""
        self.path = path
        size = ring.size_of(path.name)
        if path.stat().st_size != size:
            raise ValueError(path.name)
        self._map = ring.map_file(str(path), size)
        # Assignment through this view is one store: the writer never sees half a number.
        self._words = memoryview(self._map).cast("Q")
        self._states = b""
        self._read: dict[int, RingReader] = {}
        self.maker = ""
        """Name of the ring of the process that made it, once that is known."""

    def new(self) -> list[RingReader]:
        """Readers of the rings that processes have taken since. Raises RingError."""
        states = self._map[ring.STATE_AT :: ring.RING_SIZE]
        if states == self._states:
            return []
        self._states = states
        found = []
        for number, state in enumerate(states):
            base = number * ring.RING_SIZE
            if state == ring.TAKEN and base not in self._read:
                reader = self._read[base] = RingReader(self, self._map, self._words, base)
                found.append(reader)
                header = reader.header
                self.maker = header.parent if len(states) > 1 else header.name
        return found

    def free(self, base: int) -> None:
        """Whose the ring was is dead, and it has been read: another process may take it."""
        end = base + HEADER_SIZE + ring.allocated(self._map, base) * 32
        self._map[base + HEADER_SIZE : end] = bytes(end - base - HEADER_SIZE)
        del self._read[base]
        # Somebody may have taken it before anyone looks again.
        self._states = b""
        self._map[base + ring.STATE_AT] = ring.FREE

    def in_use(self) -> bool:
        """Whether somebody has a ring in it, or may have in a moment."""
        return any(self._map[ring.STATE_AT :: ring.RING_SIZE])

    def put_away(self) -> None:
        """Nobody will have a ring in it any more: remove it."""
        self._words.release()
        self._map.close()
        self.path.unlink(missing_ok=True)


class RingReader:
    """The reading end of a ring."""

    def __init__(self, file: RingFile, data: ring.Buffer, words: memoryview, base: int) -> None:
        self.file = file
        self._map, self._words, self._base = data, words, base
        self.header = RingHeader(data, base)
        self._lost: int | None = None
        self._passed = 0
        self.next = 0
        """Index of the next record to be read."""

    def take(self) -> bytes:
        """The records that are there now, at most to the ring's end; their slots are given back."""
        slot = self.next % CAPACITY
        count = 0
        look, most = _FIRST_LOOK, CAPACITY - slot
        if self.next < CAPACITY:
            # What is not allocated must not be touched.
            most = min(most, ring.allocated(self._map, self._base) - slot)
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
        begin = self._base + HEADER_SIZE + slot * 32
        # Read only now that their indices have been seen.
        data = self._map[begin : begin + count * 32]
        self.next += count
        self._words[self._base + ring.DRAINED_AT >> 3] = self.next
        return data

    def pass_over(self) -> int:
        """Of a dead process: go on behind records that it has written over; how many are lost.

        Nothing is passed over where nothing follows: the last record may have been cut off.
        """
        slot = self.next % CAPACITY
        found = self._next_written(self.next + 1, slot + 1)
        if found is None:
            found = self._next_written(self.next + CAPACITY - slot, 0, slot)
        passed = 0 if found is None else found - self.next
        self.next += passed
        self._passed += passed
        return passed

    def lost(self) -> int:
        """How many records the process could not write, for want of room, or has spoilt."""
        if self._lost is None:
            lost: int = U64.unpack_from(self._map, self._base + ring.LOST_AT)[0]
            return lost + self._passed
        return self._lost

    def put_away(self) -> None:
        """The process is dead and its ring read."""
        self._lost = self.lost()
        self.file.free(self._base)

    def _is_there(self, index: int, slot: int) -> bool:
        at = self._base + HEADER_SIZE + slot * 32
        if int.from_bytes(self._map[at + 28 : at + 32], "little") != ring.lap(index):
            return False
        return self._map[at + 24] != 0

    def _next_written(self, index: int, slot: int, end: int = CAPACITY) -> int | None:
        """Index of the first record there is, from the one of ``index`` in ``slot`` on."""
        if index < CAPACITY:
            end = ring.allocated(self._map, self._base)
        begin = self._base + HEADER_SIZE
        laps = self._map[begin + slot * 32 + 28 : begin + end * 32 : 32]
        low, at = bytes((ring.lap(index) & 255,)), -1
        while (at := laps.find(low, at + 1)) >= 0:
            if self._is_there(index + at, slot + at):
                return index + at
        return None

    def _count(self, index: int, slot: int, look: int) -> int:
        """How many of the next ``look`` slots hold the records that belong there."""
        begin = self._base + HEADER_SIZE + slot * 32 + 28
        seen = self._map[begin : begin + look * 32 - 28 : 32]
        # Its low byte tells a lap from the one before.
        return look - len(seen.lstrip(bytes((ring.lap(index) & 255,))))
