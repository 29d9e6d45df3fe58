"""A recording, read from its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ipcsim.language import _
from ipcsim.trace.recording import RecordingReader
from ipcsim.trace.trace import Trace


@dataclass
class Loaded:
    """What a file holds."""

    trace: Trace
    reader: RecordingReader
    """Keeps the file open: the trace reads from it."""

    @property
    def damage(self) -> str:
        """What is wrong with the file though it could be read; empty if nothing is."""
        return self.reader.damage

    @property
    def note(self) -> str:
        """What is wrong with the file, or what was left out of it; empty if nothing is."""
        if self.damage or not self.trace.head.get("without_values"):
            return self.damage
        return _("Saved without arguments and values: #1, #2, … stand for them.")

    @property
    def program(self) -> Path | None:
        """The program that ran, as a path on the machine where it did."""
        name = self.trace.head.get("program")
        return Path(name) if isinstance(name, str) else None

    @property
    def arguments(self) -> list[str]:
        """The command line arguments that the program was given."""
        return [str(argument) for argument in self.trace.head.get("argv") or ()]

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters that were given."""
        return dict(self.trace.head.get("parameters") or {})

    @property
    def start_method(self) -> str | None:
        """The start method that was asked for; None is Python's own."""
        method = self.trace.head.get("start_method")
        return method if isinstance(method, str) else None

    @property
    def lesson(self) -> str:
        """``lost_update/broken``; empty if it was none."""
        return str(self.trace.head.get("lesson") or "")


def load(path: Path) -> Loaded:
    """Read a recording.

    Raises:
        RecordingError: it can't be read at all; a sentence.
    """
    reader = RecordingReader(path)
    loaded = Loaded(Trace(), reader)
    reader.feed(loaded.trace)
    return loaded
