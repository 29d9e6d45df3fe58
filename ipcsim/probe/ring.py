"""The file of a process's records, and the page by which the session speaks to all processes.

Both are memory-mapped files in the session's private directory. A ring survives the death of its
process at any moment with everything in it. Its space is allocated beforehand, since a file
system that is full when a mapped page is first touched kills the program (SIGBUS).

Space is allocated a piece at a time on the first way round, so that a process that records little
starts as fast as without us; ``allocated`` says how far.

A ring is a header of one page and ``capacity`` slots of 32 bytes. Record number ``n`` (from 0) is
in slot ``n % capacity``. The process writes everything but ``drained``, which its reader writes:
records below it have been read, so their slots may be used again.

A file has one ring or several (see ``forks``), RING_SIZE bytes each. ``base`` is where one begins.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import time

from ipcsim.probe.bundled import map_quietly
from ipcsim.probe.type_words import Final

RING_MAGIC: Final = b"IPCSIM-RING\0"
RING_VERSION: Final = 3
HEADER_SIZE: Final = 4096
RING_SIZE: Final = 1 << 20
"""Bytes of a ring's file. 32,640 records last 10 ms at the highest rate of a Python program
(3 million a second), which is what a reader beside eight busy processes may need to come round;
half of it was full in one poll of a hundred."""
CAPACITY: Final = (RING_SIZE - HEADER_SIZE) // 32

RING_HEADER: Final = struct.Struct("<12sHHIQ64s64s64s")
"""magic, version, byte-order mark, capacity, forked_at, name of the ring, of the parent's ring,
lineage. The byte-order mark is 0x0102, stored in the machine's order."""
PID_AND_CLOCK: Final = struct.Struct("<IQ")
PID_AT: Final = 236
STATE_AT: Final = 248
"""One byte, which is stored last: who sees a ring taken sees all of its header."""
FREE: Final = 0
KEPT: Final = 1
"""For a child that is about to be forked."""
TAKEN: Final = 2
"""It is a process's."""
DRAINED_AT: Final = 256
LOST_AT: Final = 320
ALLOCATED_AT: Final = 384
FIRST_PIECE: Final = (32 << 10) // 32
"""Slots that are allocated when a ring is made; then ALLOCATED_MORE at once."""
ALLOCATED_MORE: Final = (128 << 10) // 32
_PIECES: Final = -(-(CAPACITY - FIRST_PIECE) // ALLOCATED_MORE)
"""Each has a byte at ALLOCATED_AT: several threads may allocate the same one, and none is undone by
a thread that comes late, as a count would be."""
NOT_FORKED: Final = (1 << 64) - 1
U64: Final = struct.Struct("<Q")

PAGE_SIZE: Final = 4096
PAGE_NAME: Final = "control"
PAUSED: Final = 1
SLOWED: Final = 2
# Offsets in the control page. Byte 0 is looked at by every operation of every watched process:
# PAUSED | SLOWED, 0 in a free run.
PAGE_FLAGS: Final = 0
PAGE_CLOSED: Final = 1
"""Not 0: the session is over, nobody reads the rings any more."""
PAGE_RECORD_TEXT: Final = 2
"""Not 0: the text of what is written to stdout and stderr is recorded by the probe:
WHOLE, or ENDS, which is enough to see whose lines are mixed and who raised what."""
WHOLE: Final = 1
ENDS: Final = 2
PAGE_PACE: Final = 8
"""u64: mean hold of an operation, ns."""
PAGE_SEED: Final = 16
PAGE_HEARTBEAT: Final = 24
"""u64: when the supervisor was last seen, ns."""
PAGE_HELD: Final = 40
"""u64: for how long so far some thread of the run was held, ns; see ``gate.held_ns``."""
PAGE_UNRECORDED: Final = 48
"""u64: pid of a process that couldn't make its ring, 0 if none."""
PAGE_READERS: Final = 2048
"""u64 each: who was the last to take something from a pipe whose inode, modulo READERS, is that."""
READERS: Final = 256

Buffer = mmap.mmap
_ring_prefix: Final = "ring-"


class RingError(Exception):
    """A file is not a ring of this version."""


def map_file(path: str, size: int, quiet: bool = False) -> Buffer:
    """Map ``size`` bytes of an existing file for reading and writing.

    A ``quiet`` mapping, for watched processes, keeps no file descriptor: the program's own ones
    have the numbers that they have without us, and ``os.closerange`` can't make us close or write
    a file of the program. Such a mapping is never to be closed or dropped; see ``bundled.keep``.
    """
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    try:
        return _map(descriptor, size, quiet)
    finally:
        os.close(descriptor)


def make_file(path: str, size: int, quiet: bool = False) -> Buffer:
    """Create a private file of ``size`` bytes whose space is allocated, and map it.

    Raises OSError if there is no room.
    """
    descriptor = _create(path, size, [(0, size)])
    try:
        return _map(descriptor, size, quiet)
    except BaseException:
        os.unlink(path)
        raise
    finally:
        os.close(descriptor)


def _create(path: str, size: int, allocated: list[tuple[int, int]]) -> int:
    """A new file's descriptor. Only what is ``allocated``, (offset, bytes), may be touched."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            for offset, length in allocated:
                os.posix_fallocate(descriptor, offset, length)
            # Last: who sees it in its whole size may touch it.
            os.ftruncate(descriptor, size)
        else:
            os.write(descriptor, bytes(size))
    except BaseException:
        os.close(descriptor)
        os.unlink(path)
        raise
    return descriptor


def _map(descriptor: int, size: int, quiet: bool) -> Buffer:
    return map_quietly(descriptor, size) if quiet else mmap.mmap(descriptor, size)


def make_ring(directory: str, parent: str, lineage: str) -> tuple[str, Buffer]:
    """Make a ring for this process: its file's name and the mapping. Raises OSError."""
    name, ring = make_rings(directory, 1)
    write_header(ring, 0, name, parent, NOT_FORKED, lineage)
    claim(ring, 0, os.getpid(), time.perf_counter_ns())
    return name, ring


def make_rings(directory: str, count: int) -> tuple[str, Buffer]:
    """Make a file of rings that are nobody's so far: its name and the mapping. Raises OSError."""
    name = new_name(count)
    first = HEADER_SIZE + FIRST_PIECE * 32
    pieces = [(number * RING_SIZE, first) for number in range(count)]
    descriptor = _create(os.path.join(directory, name), count * RING_SIZE, pieces)
    try:
        return name, _map(descriptor, count * RING_SIZE, quiet=True)
    finally:
        os.close(descriptor)


def new_name(count: int = 1) -> str:
    """A name for a ring or a file of so many: who made it, and when."""
    return f"{_ring_prefix}{os.getpid()}-{count}-{time.perf_counter_ns():x}"


def size_of(name: str) -> int:
    """Bytes of a file of rings, by its name, once it is made."""
    return int(name.split("-")[2]) * RING_SIZE


def write_header(
    ring: Buffer, base: int, name: str, parent: str, forked_at: int, lineage: str
) -> None:
    """Write all that is known before the ring is claimed.

    ``forked_at`` is the index in the parent's ring from which on the two differ, NOT_FORKED if
    the process has not inherited the parent's numbers.
    """
    if not hasattr(os, "posix_fallocate"):
        ring[base + ALLOCATED_AT : base + ALLOCATED_AT + _PIECES] = b"\1" * _PIECES
    U64.pack_into(ring, base + DRAINED_AT, 0)
    U64.pack_into(ring, base + LOST_AT, 0)
    RING_HEADER.pack_into(
        ring,
        base,
        RING_MAGIC,
        RING_VERSION,
        0x0102 if sys.byteorder == "little" else 0x0201,
        CAPACITY,
        forked_at,
        name.encode(),
        parent.encode(),
        lineage.encode()[:64],
    )


def claim(ring: Buffer, base: int, pid: int, clock: int) -> None:
    """Make it the ring of this process, for all to see."""
    PID_AND_CLOCK.pack_into(ring, base + PID_AT, pid, clock)
    ring[base + STATE_AT] = TAKEN


def lap(index: int) -> int:
    """Which time round the ring a record is written, from 1: the last number in its slot."""
    return index // CAPACITY + 1


def allocated(ring: Buffer, base: int) -> int:
    """How many slots of a ring may be used."""
    pieces = ring[base + ALLOCATED_AT : base + ALLOCATED_AT + _PIECES]
    count = _PIECES - len(pieces.lstrip(b"\1"))
    return min(FIRST_PIECE + count * ALLOCATED_MORE, CAPACITY)


def allocate_more(path: str, ring: Buffer, base: int) -> int:
    """Allocate the next piece of a ring: the number of slots that may be used now. OSError."""
    first = allocated(ring, base)
    more = min(ALLOCATED_MORE, CAPACITY - first)
    if more > 0:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
        try:
            os.posix_fallocate(descriptor, base + HEADER_SIZE + first * 32, more * 32)
        finally:
            os.close(descriptor)
        ring[base + ALLOCATED_AT + (first - FIRST_PIECE) // ALLOCATED_MORE] = 1
    return first + more


class RingHeader:
    """What a ring says of its process. Raises RingError on one of another version."""

    __slots__ = ("capacity", "clock", "forked_at", "lineage", "name", "parent", "pid")

    def __init__(self, ring: Buffer, base: int) -> None:
        magic, version, order, capacity, forked_at, *names = RING_HEADER.unpack_from(ring, base)
        if magic != RING_MAGIC or version != RING_VERSION or order != 0x0102:
            raise RingError(f"not a ring, or of version {version}, not {RING_VERSION}")
        self.pid: int
        self.clock: int
        self.pid, self.clock = PID_AND_CLOCK.unpack_from(ring, base + PID_AT)
        self.capacity: int = capacity
        self.forked_at: int | None = None if forked_at == NOT_FORKED else forked_at
        self.name, self.parent, self.lineage = (name.rstrip(b"\0").decode() for name in names)


def is_ring_name(name: str) -> bool:
    """Whether a file of the session's directory is a ring by its name."""
    return name.startswith(_ring_prefix)
