"""Whose piece of output is whose: by the notes that processes leave before they write."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from zlib import crc32

import pytest

from ipcsim.events import FINGERPRINT_BYTES
from ipcsim.supervisor.output import Stream


class Written:
    """A stream and the writing end of it."""

    def __init__(self) -> None:
        reader, self.end = os.pipe()
        self.stream = Stream(1, reader)

    def note(self, ring: int, data: bytes) -> None:
        """What the probe says before a write."""
        fingerprint = len(data) << 32 | crc32(data[:FINGERPRINT_BYTES])
        self.stream.note(time.perf_counter_ns(), ring, fingerprint)

    def read(self, data: bytes = b"", everything: bool = False) -> list[tuple[int | None, bytes]]:
        """The pieces told once these bytes were written."""
        os.write(self.end, data)
        self.stream.read()
        return [(piece.ring, piece.data) for piece in self.stream.pieces(everything)]


@pytest.fixture
def written() -> Iterator[Written]:
    """A stream nobody has written to."""
    made = Written()
    yield made
    os.close(made.end)
    made.stream.close()


def test_what_one_writes_in_a_row_is_one_piece(written: Written) -> None:
    for ring, data in [(1, b"one\n"), (1, b"two\n"), (2, b"three\n")]:
        written.note(ring, data)
    assert written.read(b"one\ntwo\nthree\n") == [(1, b"one\ntwo\n"), (2, b"three\n")]


def test_bytes_wait_for_their_note(written: Written) -> None:
    assert written.read(b"late\n") == []
    written.note(3, b"late\n")
    assert written.read() == [(3, b"late\n")]


def test_a_long_write_comes_in_parts(written: Written) -> None:
    """A terminal hands over 4 KB at a time; nobody waits for the end, or forgets the writer."""
    data = b"x" * 300_000 + b"\n"
    written.note(1, data)
    written.note(2, b"after\n")
    told = []
    for begin in range(0, len(data), 4096):
        told += written.read(data[begin : begin + 4096])
    assert {ring for ring, _ in told} == {1}
    assert b"".join(piece for _, piece in told) == data
    assert written.read(b"after\n") == [(2, b"after\n")]


def test_who_is_killed_amid_a_write_owes_nothing(written: Written) -> None:
    written.note(1, b"x" * 10_000)
    written.note(2, b"other\n")
    assert written.read(b"x" * 4096) == [(1, b"x" * 4096)]
    written.stream.killed(2)
    assert written.read(b"x" * 10) == [(1, b"x" * 10)]
    written.stream.killed(1)
    assert written.read(b"other\n") == [(2, b"other\n")]


def test_what_nobody_has_noted_is_told_in_lines(written: Written) -> None:
    assert written.read(b"by itself\nhalf", everything=True) == [(None, b"by itself\nhalf")]


def test_a_piece_does_not_grow_without_end(written: Written) -> None:
    line = b"a line of some length\n"
    for _ in range(5000):
        written.note(1, line)
    os.write(written.end, line * 2500)
    written.stream.read()
    told = written.read(line * 2500)
    assert [ring for ring, _ in told] == [1, 1]
    assert b"".join(piece for _, piece in told) == line * 5000
    assert max(len(piece) for _, piece in told) <= 65536
