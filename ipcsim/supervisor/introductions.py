"""Reads the few records that the supervisor itself must understand: names, files, keys, exits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ipcsim.events import RECORD, RECORD_SIZE, Kind

_TEXT: Final = int(Kind.TEXT)
_LOOKED_FOR: Final = (
    Kind.HELLO,
    Kind.PLACE,
    Kind.THREAD,
    Kind.LOST,
    Kind.OUTPUT,
    Kind.OUTPUT_TEXT,
    Kind.START,
    Kind.STARTED,
    Kind.REAPED,
    Kind.RAISED,
    Kind.RETURNED,
    Kind.ENDING,
    Kind.EXIT,
    Kind.TERMINATE,
    Kind.KILL,
)
_find = re.compile(b"[" + b"".join(re.escape(bytes([k])) for k in _LOOKED_FOR) + b"]").finditer

Record = tuple[int, int, int, int, int, int, int, int]
"""time, arg, object, place, kind, span, thread, lap."""


class Introductions:
    """Goes through the blocks of one ring."""

    def __init__(self) -> None:
        self._before = b""

    def read(self, data: bytes) -> Iterator[Record]:
        """The records of a block that mean something to the supervisor, in order.

        ``text`` finds the text that one of them names, until the next block is read.
        """
        for match in _find(data[24::RECORD_SIZE]):
            self._at = match.start()
            self._data = data
            yield RECORD.unpack_from(data, match.start() * RECORD_SIZE)
        self._before = data[-_KEPT:] if len(data) >= _KEPT else (self._before + data)[-_KEPT:]

    def text(self, number: int) -> str:
        """The text of this number, whose pieces come shortly before the record that names it.

        Empty if they don't: the text is an old one, used again.
        """
        pieces: dict[int, bytes] = {}
        length = -1
        data, at = self._before + self._data, self._at + len(self._before) // RECORD_SIZE
        for index in range(at - 1, max(-1, at - _FURTHEST), -1):
            offset = index * RECORD_SIZE
            _, _, obj, place, kind, _, _, _ = RECORD.unpack_from(data, offset)
            if kind == _TEXT and obj == number:
                pieces[place >> 16] = data[offset : offset + 16]
                length = place & 0xFFFF
                if len(pieces) * 16 >= length:
                    break
        if length < 0 or len(pieces) * 16 < length:
            return ""
        joined = b"".join(pieces[part] for part in sorted(pieces))[:length]
        return joined.decode("utf-8", "replace")

    def facts(self, number: int) -> dict[str, Any]:
        """A text that is a JSON object; empty if it isn't known."""
        try:
            facts = json.loads(self.text(number) or "{}")
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}


_FURTHEST: Final = 4096 + 64
_KEPT: Final = _FURTHEST * RECORD_SIZE
