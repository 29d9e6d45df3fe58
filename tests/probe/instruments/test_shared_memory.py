"""Shared memory blocks and lists: who is attached, what is read and written, raw access once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcsim.events import Kind
from tests.probe.watching import run

PROGRAM = """
import sys
from multiprocessing import get_context, shared_memory

def child(block, numbers):
    block.buf[0] = block.buf[1] = 1
    numbers[-1] = numbers[0] + 4
    block.close()
    numbers.shm.close()

if __name__ == "__main__":
    block = shared_memory.SharedMemory(create=True, size=100)
    numbers = shared_memory.ShareableList([3, 0])
    process = get_context(sys.argv[1]).Process(target=child, args=(block, numbers))
    process.start()
    process.join()
    print(numbers[1])
    for one in (block, numbers.shm):
        one.close()
        one.unlink()
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_blocks_and_lists(tmp_path: Path, method: str) -> None:
    watched = run(PROGRAM, tmp_path, method)
    assert watched.stdout == "7\n"
    block, numbers = watched.key("SharedMemory"), watched.key("ShareableList")
    attached = 1 if method == "fork" else 2
    for key in (block, numbers):
        assert len(watched.of(Kind.ATTACH, key=key)) == attached
        assert len(watched.of(Kind.DETACH, key=key)) == 2
        assert len(watched.of(Kind.UNLINK, key=key)) == 1
    assert watched.objects[block]["size"] >= 100
    assert [event.ring for event in watched.of(Kind.RAW_ACCESS, key=block)] == [1]
    accesses = watched.of(Kind.READ, Kind.WRITE, key=numbers)
    assert [(event.kind.name, event.value) for event in accesses] == [
        ("READ", 3),
        ("WRITE", 7),
        ("READ", 7),
    ]
    assert [event.arg for event in watched.of(Kind.INDEX, key=numbers)] == [0, 1, 1]
