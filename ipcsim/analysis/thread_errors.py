"""Which threads ended by an exception? Python says so on stderr, and goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ipcsim.analysis.finding import Finding
from ipcsim.language import _
from ipcsim.trace.history import History

_BEGIN = re.compile(r"Exception in thread (.+?)(?: \([^()]*\))?:$")
_FRAME = re.compile(r'  File "(.+)", line (\d+)')
_TRACEBACK = "Traceback (most recent call last):"
_MOST_LINES = 200


@dataclass(slots=True)
class Error:
    """A traceback, as it was printed."""

    thread: str
    """Empty: not of a thread that the program has started."""
    time: int
    ring: int | None
    file: str = ""
    line: str = "?"
    message: str = ""
    lines: int = 0


class Errors:
    """Tracebacks, read from the output as it comes."""

    def __init__(self) -> None:
        self.found: list[Error] = []
        self._done = 0
        self._text: dict[int | None, str] = {}
        self._open: dict[int | None, Error] = {}

    def advance(self, trace: History) -> None:
        """Take in what has been printed since the last time."""
        fresh = trace.outputs[self._done :]
        self._done += len(fresh)
        for piece in fresh:
            text = self._text.get(piece.ring, "") + piece.data.decode("utf-8", "replace")
            *lines, self._text[piece.ring] = text.replace("\r\n", "\n").split("\n")
            for line in lines:
                self._take(trace, piece.ring, piece.time, line)

    def _take(self, trace: History, ring: int | None, time: int, line: str) -> None:
        begins = _BEGIN.match(line)
        if begins is not None:
            self._open[ring] = Error(begins.group(1), time, ring)
            return
        if line == _TRACEBACK and ring not in self._open:
            self._open[ring] = Error("", time, ring)
            return
        error = self._open.get(ring)
        if error is None:
            return
        error.lines += 1
        frame = _FRAME.match(line)
        if frame is not None:
            path = frame.group(1)
            if path in trace.sources and path not in trace.packages:
                error.file, error.line = frame.groups()
        elif line and not line.startswith((" ", "Traceback")):
            error.message = line
            self.found.append(error)
            del self._open[ring]
        elif error.lines > _MOST_LINES:
            del self._open[ring]


def find(trace: History) -> list[Finding]:
    """A finding for each."""
    errors = printed_errors(trace)
    rings = {trace.ring_of(info.process).ring: info.process for info in trace.processes}
    found = []
    for error in errors:
        if not error.thread:
            continue
        process = rings.get(error.ring) if error.ring is not None else None
        place = f"{error.file}:{error.line}" if error.file else ""
        found.append(
            Finding(
                "exception",
                _("Thread {thread} of {who} ended by {error} (line {line}).").format(
                    thread=error.thread,
                    who=_("a process") if process is None else trace.processes[process].name,
                    error=error.message,
                    line=error.line,
                ),
                _(
                    "An exception that leaves a thread ends that thread only. The process goes on, "
                    "and ends with exit code 0 as if nothing had happened."
                ),
                () if process is None else (process,),
                (),
                (place,) if place else (),
                error.time,
                remedy=_("Catch it in the thread and tell the others, or use a pool with results."),
            )
        )
    return found


def printed_errors(trace: History) -> list[Error]:
    """The tracebacks that the program has printed, as far as its output is known."""
    errors: Errors = trace.remembered("printed errors", Errors)
    errors.advance(trace)
    return errors.found
