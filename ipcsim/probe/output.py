"""Who writes what: a record before each write(2) to stdout or stderr.

The streams stay the program's own objects; only the raw layer below their buffers is replaced, so
encoding, buffering and newlines are as they were. ``os.write(1, ...)`` goes unnoted.
"""

from __future__ import annotations

import io
import sys

from ipcsim.events import Kind
from ipcsim.probe import gate, ring
from ipcsim.probe.instruments import under_control
from ipcsim.probe.instruments.tracebacks import drop_frame
from ipcsim.probe.recorder import emit, fingerprint, fresh_text
from ipcsim.probe.type_words import Any

_OUTPUT, _OUTPUT_TEXT = int(Kind.OUTPUT), int(Kind.OUTPUT_TEXT)
_MOST_TEXT = 4096
"""Bytes of one write whose text is recorded, where that is asked for."""
_MOST_END = 256
"""Bytes at the end of one write, where only the ends are asked for."""


class FileIO(io.FileIO):
    """The raw layer of stdout or stderr, which notes what is about to be written."""

    __module__ = "_io"
    _ipcsim_late, _ipcsim_write = staticmethod(sys.is_finalizing), io.FileIO.write

    def write(self, data: Any, /) -> Any:
        """Write as io.FileIO does."""
        if self._ipcsim_late():
            # An interpreter that ends takes modules' names away, then flushes what is buffered.
            return self._ipcsim_write(data)
        try:
            descriptor = self.fileno()
            if descriptor in (1, 2):
                under_control.before_output(descriptor)
                emit(_OUTPUT, descriptor, 0, fingerprint(data))
                wanted = gate.page_byte(ring.PAGE_RECORD_TEXT)
                if wanted:
                    part = data[:_MOST_TEXT] if wanted == ring.WHOLE else data[-_MOST_END:]
                    text = bytes(part).decode("utf-8", "replace")
                    emit(_OUTPUT_TEXT, descriptor, 0, fresh_text(text))
            # A loop's step, unlike a call, is not followed by the handlers of signals. What was
            # written and then interrupted on its way back would be written again by the buffer.
            for written in map(self._ipcsim_write, (data,)):
                return written
        except BaseException as error:
            drop_frame(error)
            raise


def install() -> None:
    """Note what goes through ``sys.stdout`` and ``sys.stderr`` from now on."""
    for stream in (sys.stdout, sys.stderr):
        if type(stream) is not io.TextIOWrapper:
            continue
        buffer: Any = stream.buffer
        try:
            if type(buffer) is io.BufferedWriter and type(buffer.raw) is io.FileIO:
                buffer.flush()
                size = getattr(buffer.raw, "_blksize", io.DEFAULT_BUFFER_SIZE)
                buffer.__init__(_noting(buffer.raw), size)  # type: ignore[misc]
            elif type(buffer) is io.FileIO:  # python -u
                _reopen(stream, _noting(buffer))
        except (OSError, ValueError):
            continue  # the stream is closed: nothing will be written to it


def _noting(raw: io.FileIO) -> FileIO:
    noting = FileIO(raw.fileno(), raw.mode, closefd=False)
    noting.name = raw.name
    _originals.append(raw)
    return noting


def _reopen(stream: Any, raw: FileIO) -> None:
    how = stream.encoding, stream.errors, _NEWLINE, stream.line_buffering, stream.write_through
    mode = stream.mode
    stream.__init__(raw, *how)
    stream.mode = mode


_NEWLINE = None if sys.platform == "win32" else "\n"
_originals: list[io.FileIO] = []
"""The text layer asks the raw layer that it was made with whether it is closed."""

FileIO.__qualname__ = "FileIO"
