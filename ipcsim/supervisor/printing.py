"""What the program prints: read from its streams, told and recorded with its writers."""

from __future__ import annotations

import os
import select
from typing import Any, Final

from ipcsim.supervisor.messages import Output
from ipcsim.supervisor.output import Stream
from ipcsim.supervisor.recording import NO_RING, RecordingWriter
from ipcsim.supervisor.telling import Teller

BACKLOG: Final = 200
"""With so many messages unread by ipcsim nothing more is taken from the program's streams."""


class Printing:
    """The program's streams, where they are ours; else what its processes say they write."""

    def __init__(self, poller: Any, writer: RecordingWriter, teller: Teller) -> None:
        """``poller`` is the supervisor's ``select.poll``, which output wakes; None without one."""
        self._poller = poller
        self._writer = writer
        self._teller = teller
        self._streams: list[Stream] = []

    def take_over(self, streams: list[Stream]) -> None:
        """Read these from now on."""
        self._streams = streams
        for stream in streams:
            if self._poller is not None:
                self._poller.register(stream.descriptor, select.POLLIN)

    @property
    def ours(self) -> bool:
        """Whether the program writes to us."""
        return bool(self._streams)

    @property
    def descriptors(self) -> set[int]:
        """Of the streams; -1 where one is closed."""
        return {stream.descriptor for stream in self._streams}

    def type(self, data: bytes) -> None:
        """Type into the program's terminal."""
        if self._streams:
            os.write(self._streams[0].descriptor, data)

    def read(self, everything: bool) -> None:
        """Take what is there; ``everything`` when nobody writes any more."""
        if not everything and self._teller.backlog() > BACKLOG:
            return
        for stream in self._streams:
            stream.read(everything=everything)
            if not stream.open and self._poller is not None and stream.descriptor >= 0:
                self._poller.unregister(stream.descriptor)
                stream.close()
                stream.descriptor = -1

    def note(self, number: int, when: int, ring: int, fingerprint: int) -> None:
        """Process ``ring`` was about to write to a stream."""
        if len(self._streams) >= number > 0:
            self._streams[number - 1].note(when, ring, fingerprint)

    def killed(self, ring: int) -> None:
        """Process ``ring`` was ended amid whatever it did."""
        for stream in self._streams:
            stream.killed(ring)

    def tell(self, everything: bool) -> None:
        """Tell what has been read; ``everything``: wait for nobody to say who wrote it."""
        for stream in self._streams:
            for piece in stream.pieces(everything or not stream.open):
                self.put_out(piece)

    def put_out(self, piece: Output) -> None:
        """Tell and record a piece."""
        number = NO_RING if piece.ring is None else piece.ring
        self._writer.block(b"OUTP", piece.data, number, piece.stream, piece.time)
        self._teller.printed(piece)

    def close(self) -> None:
        """Read nothing any more."""
        for stream in self._streams:
            if stream.descriptor >= 0:
                stream.close()
