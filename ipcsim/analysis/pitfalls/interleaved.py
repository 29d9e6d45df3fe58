"""Whose lines were mixed with others' on the screen?"""

from __future__ import annotations

from ipcsim.analysis.finding import Finding
from ipcsim.language import _, ngettext
from ipcsim.trace.history import History
from ipcsim.trace.sentences import names

FEW = 3
MOST = 20_000


class _Lines:
    """How often a line was begun by one process and gone on with by another."""

    def __init__(self) -> None:
        self.done = 0
        self.mixed = 0
        self.first = 0
        self.who: set[int] = set()
        self._open: int | None = None

    def advance(self, trace: History) -> None:
        """Take in what has been printed since the last time."""
        fresh = sorted(trace.outputs[self.done : self.done + MOST], key=lambda piece: piece.time)
        self.done += len(fresh)
        for piece in fresh:
            if piece.stream != 1 or piece.ring is None or not piece.data:
                continue
            if self._open is not None and self._open != piece.ring:
                self.mixed += 1
                self.first = self.first or piece.time
                self.who |= {self._open, piece.ring}
            self._open = None if piece.data.endswith((b"\n", b"\r")) else piece.ring


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
            ).format(count=lines.mixed, who=names(list(processes.values()))),
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
