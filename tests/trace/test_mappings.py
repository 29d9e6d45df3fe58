"""What is mapped into memory is given back, beside whoever drops it."""

from __future__ import annotations

import gc
import mmap
import threading
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

from ipcsim.trace import mappings
from ipcsim.trace.columns import Array
from ipcsim.trace.mappings import mapped_bytes

_SIZE = 1 << 16


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> SimpleQueue[tuple[int, threading.Thread]]:
    """The sizes of what is given back, and who does it."""
    found: SimpleQueue[tuple[int, threading.Thread]] = SimpleQueue()
    close = mappings._closed

    def note(mapping: mmap.mmap) -> bool:
        size = len(mapping)
        if not close(mapping):
            return False
        found.put((size, threading.current_thread()))
        return True

    monkeypatch.setattr(mappings, "_closed", note)
    return found


def _mapped(folder: Path, size: int) -> Array:
    path = folder / "file"
    path.write_bytes(bytes(range(256)) * (_SIZE // 256))
    with path.open("rb") as file:
        return mapped_bytes(file.fileno(), size)


def test_another_thread_gives_it_back(
    tmp_path: Path, closed: SimpleQueue[tuple[int, threading.Thread]]
) -> None:
    array = _mapped(tmp_path, _SIZE - 11)
    assert array[255] == 255
    del array
    while (given := closed.get(timeout=20))[0] != _SIZE - 11:
        pass  # another test's
    assert given[1] is not threading.current_thread()


def test_also_when_garbage_is_collected(
    tmp_path: Path, closed: SimpleQueue[tuple[int, threading.Thread]]
) -> None:
    circle: list[object] = [_mapped(tmp_path, _SIZE - 12)]
    circle.append(circle)
    del circle
    gc.collect()
    while (given := closed.get(timeout=20))[0] != _SIZE - 12:
        pass
    assert given[1] is not threading.current_thread()


def test_not_while_a_part_of_it_is_read(
    tmp_path: Path, closed: SimpleQueue[tuple[int, threading.Thread]]
) -> None:
    array = _mapped(tmp_path, _SIZE - 16)
    word = array[8:24].view(np.uint64)[1:]
    held = array[16:32].data
    del array
    later = _mapped(tmp_path, _SIZE - 13)
    del later
    sizes: list[int] = []
    while not sizes or sizes[-1] != _SIZE - 13:
        sizes.append(closed.get(timeout=20)[0])
    assert _SIZE - 16 not in sizes
    assert (word.tobytes(), bytes(held)) == (bytes(range(16, 24)), bytes(range(16, 32)))
    del word
    held.release()
    while closed.get(timeout=20)[0] != _SIZE - 16:
        pass
