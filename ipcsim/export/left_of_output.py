"""What stays of the output in a recording without values: how Python itself tells of errors."""

from __future__ import annotations

import re
from typing import Final

from ipcsim.analysis.pitfalls.starting import NO_GUARD, UNPICKLABLE
from ipcsim.trace.printed_errors import BEGIN, FRAME, TRACEBACK

LEFT_OUT: Final = "…"
_STDERR: Final = 2
_TYPE: Final = re.compile(r"[A-Za-z_][\w.]*(?=:|$)")
_OWN_WORDS: Final = (*(words.decode() for words in NO_GUARD), *UNPICKLABLE)
_MOST: Final = 4096
"""Bytes of an unfinished line: a longer one is none that Python writes."""


def own_words(text: str) -> str:
    """Those of Python's own words in ``text`` by which findings know an error."""
    return "".join(LEFT_OUT + words for words in _OWN_WORDS if words in text) + LEFT_OUT


class Printed:
    """Reads the output of all processes, piece by piece."""

    def __init__(self) -> None:
        self._begun: dict[int, bytes] = {}
        """Ring -> the unfinished line of its stderr, which may be written in pieces."""
        self._telling: set[int] = set()
        """Rings of which a traceback has begun."""

    def left(self, ring: int, stream: int, data: bytes) -> bytes:
        """What stands in the place of a piece of output: nothing for a part of a line of stderr."""
        if stream != _STDERR:
            end = data[-1:] if data.endswith((b"\n", b"\r")) else b""
            return LEFT_OUT.encode() + end
        *lines, rest = (self._begun.pop(ring, b"") + data).split(b"\n")
        if len(rest) < _MOST:
            self._begun[ring] = rest
        shown = (self._line(ring, line.decode("utf-8", "replace").rstrip("\r")) for line in lines)
        return "".join(f"{line}\n" for line in shown).encode()

    def _line(self, ring: int, line: str) -> str:
        begins = BEGIN.search(line)
        if begins is not None or line.endswith(TRACEBACK):
            self._telling.add(ring)
            return TRACEBACK if begins is None else begins.group()
        if ring not in self._telling:
            return own_words(line)
        frame = FRAME.match(line)
        if frame is not None:
            return frame.group()
        if not line or line.startswith(" "):
            return f"    {own_words(line)}"
        self._telling.discard(ring)
        kind = _TYPE.match(line)
        return f"{kind.group() if kind else ''}: {own_words(line)}"
