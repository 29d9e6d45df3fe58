"""Which PUT a GET takes: known by the item's identity, so right for any order."""

from __future__ import annotations

import itertools
import os
from collections import Counter, deque
from collections.abc import Collection

from ipcsim.probe.type_words import Any


class Puts:
    """Which items are in a queue, and as which PUT each of them came."""

    __slots__ = ("_count", "_inside", "_pid", "_size")

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._count = itertools.count()
        self._inside: dict[int, deque[int]] = {}
        self._size = 0

    def put(self, item: Any) -> None:
        """To be called in the order of the PUT records."""
        if self._pid != os.getpid():  # the copy of a forked child begins anew
            self._start()
        self._inside.setdefault(id(item), deque()).append(next(self._count))
        self._size += 1

    def get(self, item: Any) -> int:
        """Index of the PUT that brought the item, -1 if none did."""
        if self._pid != os.getpid():
            self._start()
        indices = self._inside.get(id(item))
        if not indices:
            return -1
        index = indices.popleft()
        self._size -= 1
        if not indices:
            self._inside.pop(id(item), None)
        return index

    def __len__(self) -> int:
        return self._size

    def gone(self, items: Collection[Any]) -> list[int]:
        """Indices of what has left by another way than ``get``: only `items` are inside.

        To be called while nobody else puts or gets. What a queue keeps may be others' objects than
        were put; of those that aren't found among them the oldest have left.
        """
        count = self._size - len(items)
        if count <= 0 or self._pid != os.getpid():
            return []
        kept = Counter(map(id, items))
        missing = [
            (index, key)
            for key, indices in self._inside.items()
            for index in list(indices)[: max(len(indices) - kept[key], 0)]
        ]
        left = sorted(missing)[:count]
        for _index, key in left:
            self._inside[key].popleft()
            if not self._inside[key]:
                del self._inside[key]
        self._size -= len(left)
        return [index for index, _key in left]
