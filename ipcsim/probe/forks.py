"""The ring of a forked child is made by its parent, before the fork.

A child pays two microseconds for each page that it is the first to touch. Making and mapping a file
and saying hello touch two hundred of them; what is left for the child is to take over what is
ready: to write its pid and the time into the ring and to change a few names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Final

from ipcsim.events import RECORD_SIZE, Kind
from ipcsim.probe import ring, texts, writer
from ipcsim.probe.texts import Fact

_HELLO: Final = int(Kind.HELLO)
_PID: Final = '{"pid":%9d'
"""The first 16 bytes of a HELLO's facts, which are its text's first piece."""


def _nothing() -> dict[str, Fact]:
    return {}


facts_of_child: list[Callable[[], dict[str, Fact]]] = [_nothing]
"""Tells what is known of the child that is about to be forked."""


class Unborn:
    """A ring that waits for its process, and what the writer is to begin with in it."""

    __slots__ = ("_descriptor", "_hello_at", "_path", "_state", "lineage", "name", "role")

    def __init__(self, directory: str, parent: str, lineage: str) -> None:
        """``parent`` is the name of the ring of this process. Raises OSError."""
        self.lineage = lineage
        known = facts_of_child[0]()
        self.role = texts.text(str(known["role"])) if "role" in known else 0
        """Number of the text that says what the child will run, where that is known."""
        self.name, self._descriptor = ring.new_ring(directory)
        self._path = os.path.join(directory, self.name)
        # What this process records from here on the child doesn't know.
        forked_at = writer.position()
        facts: dict[str, Fact] = {
            "ppid": os.getpid(),
            "lineage": lineage,
            "parent_ring": parent,
            "forked_at": forked_at,
            "python": sys.version.split()[0],
            "start_method": "fork",
            **known,
        }
        number, records = texts.pieces(f"{_PID % 0},{texts.json_of(facts)[1:]}")
        self._hello_at = ring.HEADER_SIZE + len(records) * RECORD_SIZE
        records.append((0, number, 0, 0, _HELLO))
        # Written, not mapped: a mapping would have to be undone here after the fork.
        image = bytearray(self._hello_at + RECORD_SIZE)
        ring.write_header(image, parent, forked_at, lineage)
        self._state = writer.beginning(image, records)
        os.write(self._descriptor, image)

    def be_born(self) -> None:
        """In the child: record this process in the ring. Raises OSError."""
        buffer, pid, now = ring.take_ring(self._descriptor), os.getpid(), perf_counter_ns()
        buffer[ring.HEADER_SIZE : ring.HEADER_SIZE + 16] = (_PID % pid).encode()
        ring.U64.pack_into(buffer, self._hello_at, now)
        writer.take_over(buffer, self._path, self._state)
        ring.claim(buffer, pid, now)

    def forget(self) -> None:
        """In the parent, which has no use for it."""
        os.close(self._descriptor)
