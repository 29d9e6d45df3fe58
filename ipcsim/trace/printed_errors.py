"""Tracebacks that the program has printed, read from its output as it comes: how a thread ended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ipcsim.trace.history import History

BEGIN = re.compile(r"Exception in thread (.+?)(?: \([^()]*\))?:$")
FRAME = re.compile(r'  File "(.+)", line (\d+)')
TRACEBACK = "Traceback (most recent call last):"
_WORDS = ("Exception in thread ", TRACEBACK)
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
            if piece.ring not in self._open and not any(words in text for words in _WORDS):
                # A program may print a great deal else.
                self._text[piece.ring] = text.rpartition("\n")[2]
                continue
            *lines, self._text[piece.ring] = text.replace("\r\n", "\n").split("\n")
            for line in lines:
                self._take(trace, piece.ring, piece.time, line)

    def _take(self, trace: History, ring: int | None, time: int, line: str) -> None:
        begins = BEGIN.search(line)  # what was printed before may not have ended its line
        if begins is not None:
            self._open[ring] = Error(begins.group(1), time, ring)
            return
        if line.endswith(TRACEBACK) and ring not in self._open:
            self._open[ring] = Error("", time, ring)
            return
        error = self._open.get(ring)
        if error is None:
            return
        error.lines += 1
        frame = FRAME.match(line)
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


def printed_errors(trace: History) -> list[Error]:
    """The tracebacks that the program has printed, as far as its output is known."""
    errors: Errors = trace.remembered("printed errors", Errors)
    errors.advance(trace)
    return errors.found
