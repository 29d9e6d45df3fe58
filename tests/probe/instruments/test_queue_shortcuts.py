"""What the library checks before it writes or reads is left out where it can't object."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.probe.watching import INTERPRETERS, run, run_bare

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the program asks a Unix pipe")


BROKEN = """
import multiprocessing as mp, time
from fcntl import ioctl
from multiprocessing.queues import Queue
from multiprocessing.reduction import ForkingPickler
from termios import FIONREAD
dumps = ForkingPickler.dumps
ways = []
class Packed(Queue):
    def _reset(self, after_fork=False):
        super()._reset(after_fork)
        self._send_bytes, self._recv_bytes = self.pack, self.unpack
    def pack(self, data):
        ways.append("packed")
        self._writer.send_bytes(bytes(data)[::-1])
    def unpack(self):
        ways.append("unpacked")
        return self._reader.recv_bytes()[::-1]
if __name__ == "__main__":
    packed = Packed(ctx=mp.get_context())
    for number in range(3):
        packed.put(number)
    print([packed.get() for _ in range(3)], sorted(ways), flush=True)
    for end in ("_reader", "_writer"):
        refusing = mp.Queue()
        refusing.put("read")
        print(refusing.get(), flush=True)
        getattr(refusing, end).close()
        refusing.put("goes nowhere")
        refusing.close()
        refusing.join_thread()
    closed = mp.Queue()
    closed.put(1)
    closed.put(2)
    while ioctl(closed._reader, FIONREAD, bytes(4))[0] < 2 * (4 + len(dumps(1))):
        time.sleep(0.001)
    print(closed.get(), flush=True)
    closed._reader.close()
    closed.get()
"""


@pytest.mark.parametrize("python", INTERPRETERS)
def test_what_a_connection_refuses_and_another_way_to_send(tmp_path: Path, python: str) -> None:
    """Where the library's checks are left out: nobody can tell."""
    bare = run_bare(BROKEN, tmp_path, python=python)
    watched = run(BROKEN, tmp_path, python=python)
    assert (watched.code, watched.stdout) == (bare.code, bare.stdout)
    # Two threads write: in which order isn't told by anybody.
    assert sorted(watched.stderr.splitlines()) == sorted(bare.stderr.splitlines())
    assert "BrokenPipeError" in bare.stderr
    assert bare.stderr.count("\nOSError: handle is closed") == 2
