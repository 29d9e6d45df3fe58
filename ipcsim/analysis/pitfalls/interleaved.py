"""Whose lines were mixed with others' on the screen?"""

from __future__ import annotations

from zlib import crc32

import numpy as np

from ipcsim.analysis.finding import Finding
from ipcsim.events import Kind
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.sentences import names

FEW = 3
MOST = 20_000
SPACE = 1 << 32 | crc32(b" ")
"""Fingerprint of what print() writes between two values, where nothing is buffered."""


class _Lines:
    """How often a line was begun by one process and gone on with by another."""

    def __init__(self) -> None:
        self.done = 0
        self.mixed = 0
        self.first = 0
        self.who: set[int] = set()
        self._open: tuple[int, int] | None = None
        """Whose line is unfinished (ring), and since when."""
        self._broken: dict[int, tuple[int, int]] = {}
        """Ring -> when its line was left unfinished, and who wrote into it."""
        self._in_pieces: set[int] = set()
        """Rings whose streams are unbuffered: one print() is several writes."""

    def advance(self, trace: History) -> None:
        """Take in what has been printed since the last time."""
        fresh = sorted(trace.outputs[self.done : self.done + MOST], key=lambda piece: piece.time)
        self.done += len(fresh)
        for piece in fresh:
            ring = piece.ring
            if piece.stream != 1 or ring is None or not piece.data:
                continue
            if self._open is not None and self._open[0] != ring:
                self._broken[self._open[0]] = self._open[1], ring
            left = self._broken.pop(ring, None)
            if left is not None and self._counts(trace, ring, left[0], piece.time):
                self.mixed += 1
                self.first = self.first or left[0]
                self.who |= {ring, left[1]}
            ended = piece.data.endswith((b"\n", b"\r"))
            self._open = None if ended else (ring, piece.time)

    def _counts(self, trace: History, ring: int, left: int, time: int) -> bool:
        """Whether a line was left and gone on with by two statements of the program.

        That a single print() is torn apart is the doing of an unbuffered stream.
        """
        process = next((i for i in trace.processes if trace.ring_of(i.process).ring == ring), None)
        if process is None:
            return False
        store = trace.store
        mine = store.of_actor(process.actors[0])
        if ring not in self._in_pieces:
            written = mine[store.kind.view[mine] == Kind.OUTPUT]
            if not (trace.raw.args(trace.rows(written)) == SPACE).any():
                return True
            self._in_pieces.add(ring)
        low, high = store.count_until(left), store.count_until(time)
        between = mine[mine.searchsorted(np.uint32(low)) : mine.searchsorted(np.uint32(high))]
        return bool((trace.raw.places(trace.rows(between)) != 0).any())


def find(trace: History) -> list[Finding]:
    """At most one."""
    lines: _Lines = trace.remembered("lines", _Lines)
    lines.advance(trace)
    processes = {
        info.process: info.name
        for info in trace.processes
        if trace.ring_of(info.process).ring in lines.who
    }
    if lines.mixed < FEW or len(processes) < 2:
        return []
    return [
        Finding(
            "interleaved",
            ngettext(
                "{count} time {who} wrote into another's unfinished line.",
                "{count} times {who} wrote into each other's unfinished lines.",
                lines.mixed,
            ).format(count=grouped(lines.mixed), who=names(list(processes.values()))),
            _(
                "The screen belongs to all processes. Each write goes out as it is; what is "
                "printed "
                "by several writes can have others' in between."
            ),
            tuple(processes),
            time=lines.first,
            remedy=_("One print() for a whole line, or a Lock held over all of its parts."),
            reference="multiprocessing: Synchronization between processes",
        )
    ]
