"""Small messages in few steps: every other message, and every error, is as without the probe."""

from __future__ import annotations

import errno
import multiprocessing.connection
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ipcsim.probe.instruments import connection_bytes
from ipcsim.probe.instruments.connection_bytes import NOTHING, reading, writing
from ipcsim.probe.instruments.connection_waits import comes_soon, prepare
from tests.probe.watching import INTERPRETERS, run, run_bare

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs use Unix pipes")

ODD = """
import array, multiprocessing as mp, os, struct, threading, time, traceback
from fcntl import ioctl
from multiprocessing.connection import Connection
from termios import FIONREAD

def told(what, call, *args):
    try:
        print(what, call(*args))
    except BaseException:
        print(what, traceback.format_exc())

def write(end, pieces, reader=None):
    for piece in pieces:
        os.write(end.fileno(), piece)
        while reader is not None and ioctl(reader.fileno(), FIONREAD, bytes(4)) != bytes(4):
            time.sleep(0.001)
    end.close()

def sizes(duplex):
    there, here = mp.Pipe(duplex)
    there, here = (there, here) if not duplex else (here, there)
    for size in 0, 1, 3, 4, 5, 4096, 16383, 16384, 16385, 60000:
        here.send_bytes(bytes([size % 251]) * size)
        got = there.recv_bytes()
        print(size, len(got), set(got))
    for size in 0, 1, 100:
        here.send_bytes(b"x" * size)
        into = array.array("B", bytes(200))
        print(there.recv_bytes_into(into, 7), sum(into[:7]), sum(into))
    here.send_bytes(b"first")
    here.send("second")
    print(there.recv_bytes(), there.recv(), there.poll())
    here.send_bytes(b"whole")
    print(there.recv_bytes(5))
    here.send_bytes(b"too long")
    told("longer than allowed", there.recv_bytes, 3)

def pieces():
    head = struct.pack("!i", 10)
    for cut in [], [head[:2]], [head], [head + b"12345"], [head + b"1234567890"]:
        reader, writer = mp.Pipe(False)
        write(writer, cut)  # all that comes is there
        told(f"at once {cut}", reader.recv_bytes)
    for cut in [head[:1], head[1:]], [head + b"12345", b"67890"], [head[:3], head[3:], b"1"]:
        reader, writer = mp.Pipe(False)
        thread = threading.Thread(target=write, args=(writer, cut, reader))
        thread.start()
        told(f"one by one {cut}", reader.recv_bytes)
        thread.join()

def errors():
    ours, theirs = mp.Pipe()
    ours.send("goes")
    theirs.send("unread")
    theirs.recv()
    theirs.send("unread as well")
    ours.send("never read")
    theirs.close()
    print(ours.recv(), ours.recv())
    told("reset", ours.recv)
    told("end", ours.recv)
    told("broken", ours.send, 1)
    for blocking in False, True:
        reader, writer = mp.Pipe(False)
        os.set_blocking(reader.fileno(), blocking)
        if not blocking:
            told("would wait", reader.recv)
        writer.send(blocking)
        told("comes", reader.recv)
    os.set_blocking(writer.fileno(), False)
    try:
        while True: writer.send_bytes(b"x" * 3000)
    except BlockingIOError:
        print("full", traceback.format_exc())
    reader, writer = mp.Pipe(False)
    other = os.dup(writer.fileno())
    os.close(writer.fileno())
    told("closed below", writer.send, 1)
    os.dup2(other, writer.fileno())
    number = reader.fileno()
    other = os.dup(number)
    os.close(number)
    told("closed below", reader.recv)
    os.dup2(other, number)
    writer.send("again")
    told("again", reader.recv)

def other_ways():
    class Seen(Connection):
        def _send(self, data, *rest):
            print("sends", bytes(data[:4]))
            return super()._send(data, *rest)
        def _recv(self, size, *rest):
            print("receives", size)
            return super()._recv(size, *rest)
    a, b = mp.Pipe()
    seen = Seen(os.dup(a.fileno()))
    seen.send("x")
    b.send(b.recv())
    print(seen.recv())
    real = Connection._recv
    Connection._recv = lambda self, size: print("reads", size) or real(self, size)
    sends = Connection._send
    Connection._send = lambda self, data: print("writes", bytes(data[:4])) or sends(self, data)
    a.send("patched")
    print(b.recv())

if __name__ == "__main__":
    sizes(False)
    sizes(True)
    pieces()
    errors()
    other_ways()
"""


@pytest.mark.parametrize("python", INTERPRETERS)
def test_whatever_comes_through_is_as_bare(tmp_path: Path, python: str) -> None:
    """Sizes, pieces, ends and errors with their tracebacks; subclasses and patched methods."""
    bare = run_bare(ODD, tmp_path, python=python)
    watched = run(ODD, tmp_path, python=python)
    assert bare.code == 0, bare.stderr
    for said in ("ConnectionResetError", "BrokenPipeError", "got end of file during message"):
        assert said in bare.stdout
    assert watched.stdout == bare.stdout
    assert (watched.code, watched.stderr) == (bare.code, bare.stderr)


class End(multiprocessing.connection.Connection):
    """A connection of a class that is prepared as if it recorded."""


prepare(End)


@pytest.fixture
def ends() -> Iterator[tuple[End, End]]:
    """Who reads and who writes."""
    read, write = os.pipe()
    with End(read, writable=False) as reader, End(write, readable=False) as writer:
        yield reader, writer


def test_a_kernel_that_cannot_read_without_waiting(
    ends: tuple[End, End], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked once; then whether something is there is asked in the other way."""
    asked = []

    def refuse(*_: Any) -> int:
        asked.append(1)
        raise OSError(errno.EOPNOTSUPP, "not here")

    monkeypatch.setattr(connection_bytes, "_read_into", refuse)
    reader, writer = ends
    read = reading(End)
    assert read(reader, None) is NOTHING
    for message in b"one", b"two":
        writer.send_bytes(message)
        assert read(reader, None).getvalue() == message
    assert asked == [1]


def test_what_is_written_in_pieces_is_written_once(
    ends: tuple[End, End], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may take less than it is given."""
    monkeypatch.setattr(connection_bytes, "_write", lambda to, data: os.write(to, data[:6]))
    reader, writer = ends
    writing(End)(writer, b"a message")
    writer.close()
    assert reader.recv_bytes() == b"a message"
    with pytest.raises(EOFError):
        reader.recv_bytes()


def test_looking_for_what_comes_soon(ends: tuple[End, End]) -> None:
    """Where it is in vain it is tried ever more seldom; what does come brings the hope back."""
    reader, writer = ends
    writer.send_bytes(b"is there")
    assert comes_soon(reader)
    assert reader.recv_bytes() == b"is there"

    def tries() -> list[int]:
        """At which of the next calls somebody has looked."""
        looked = []
        for call in range(400):
            before = reader._ipcsim_hope  # type: ignore[attr-defined]
            assert not comes_soon(reader)
            if before > 0:
                looked.append(call)
        return looked

    fewer = tries()
    breaks = [after - before for before, after in pairwise(fewer) if after - before > 1]
    assert fewer[0] == 0
    assert breaks == [33, 65, 129]
    writer.send_bytes(b"again")
    assert any(comes_soon(reader) for _ in range(1100))
    assert comes_soon(reader)
