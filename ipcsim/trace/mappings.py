"""Files mapped into memory as arrays, and given back beside whoever drops the last of them.

A recording is deleted when its run is closed, but its pages are freed with the last mapping: half a
second for a gigabyte. The garbage collector may drop it in any frame of a later run.
"""

from __future__ import annotations

import mmap
import threading
import time
import weakref
from queue import SimpleQueue
from typing import Final

import numpy as np

from ipcsim.trace.columns import Array

_dropped: Final[SimpleQueue[mmap.mmap]] = SimpleQueue()
_starting: Final = threading.Lock()
_threads: Final[list[threading.Thread]] = []


def mapped_bytes(fileno: int, size: int) -> Array:
    """The first ``size`` bytes of an open file, to be read; raises OSError, ValueError."""
    mapping = mmap.mmap(fileno, size, access=mmap.ACCESS_READ)
    found: Array = np.frombuffer(mapping, np.uint8)
    with _starting:
        if not _threads:
            _threads.append(threading.Thread(target=_give_back, name="give back", daemon=True))
            _threads[0].start()
    # Every array that is made of this one keeps it alive.
    weakref.finalize(found, _dropped.put, mapping).atexit = False
    return found


def _give_back() -> None:
    while True:
        mapping = _dropped.get()
        while not _closed(mapping):
            time.sleep(0.001)
        del mapping


def _closed(mapping: mmap.mmap) -> bool:
    try:
        mapping.close()
    except BufferError:
        return False  # the array is just about to let go of it
    return True
