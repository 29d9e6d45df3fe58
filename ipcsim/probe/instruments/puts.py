"""Which PUT a GET takes: known by the item's identity, so right for any order."""

from __future__ import annotations

import itertools
import os
from collections import deque
from typing import Any


class Puts:
    """Which items are in a queue, and as which PUT each of them came."""

    __slots__ = ("_count", "_inside", "_pid")

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._count = itertools.count()
        self._inside: dict[int, deque[int]] = {}

    def put(self, item: Any) -> None:
        """To be called in the order of the PUT records."""
        if self._pid != os.getpid():  # the copy of a forked child begins anew
            self._start()
        self._inside.setdefault(id(item), deque()).append(next(self._count))

    def get(self, item: Any) -> int:
        """Index of the PUT that brought the item, -1 if none did."""
        if self._pid != os.getpid():
            self._start()
        indices = self._inside.get(id(item))
        if not indices:
            return -1
        index = indices.popleft()
        if not indices:
            self._inside.pop(id(item), None)
        return index

    def get_all(self) -> list[int]:
        """Indices of all that are inside, which is then empty."""
        indices = sorted(index for same in self._inside.values() for index in same)
        self._inside.clear()
        return indices if self._pid == os.getpid() else []
