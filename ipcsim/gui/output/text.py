"""What a program has written, cut into lines of pieces of which each has its writer.

Nothing of Qt in here. Bytes come in any portions; a line may be half, and have several writers.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ipcsim.supervisor.messages import Output

# Colours and cursor movements of a terminal: CSI and OSC sequences, and two-character escapes.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_UNDRAWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line."""

    text: str
    """Without line ends."""
    writer: int | None
    """Process."""
    stream: int
    time: int
    ends_line: bool
    overwrites: bool = False
    """The line begins again (a carriage return): what it held is gone."""


class OutputReader:
    """Turns messages into pieces."""

    def __init__(self) -> None:
        self._decoders: dict[int, codecs.IncrementalDecoder] = defaultdict(
            lambda: codecs.getincrementaldecoder("utf-8")("replace")
        )

    def read(self, output: Output) -> Iterator[Piece]:
        """The pieces of one message, in order."""
        text = self._decoders[output.stream].decode(output.data)
        # A terminal turns each \n into \r\n; neither of them begins the line again.
        text = _ESCAPES.sub("", text).replace("\r\n", "\n")
        lines = text.split("\n")
        for number, line in enumerate(lines):
            ends = number < len(lines) - 1
            kept = line.rstrip("\r") if ends else line
            before, again, last = kept.rpartition("\r")
            del before
            shown = _UNDRAWABLE.sub("·", last)
            if shown or ends or again:
                yield Piece(shown, output.ring, output.stream, output.time, ends, bool(again))


def last_line(text: str) -> str:
    """The last line with something on it; for a strip of results."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
