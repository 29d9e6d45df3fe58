"""Reads a recording, finished or still growing, into a trace.

A recording is 16 bytes of magic and version, then blocks: a header of 32 bytes and a payload that
is padded to a multiple of 8. What can't be read ends the reading: everything before it is kept, and
:attr:`RecordingReader.damage` says in a sentence what is wrong.
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Final

from ipcsim.language import _, grouped
from ipcsim.supervisor.messages import Message
from ipcsim.supervisor.recording import (
    BLOCK_HEADER,
    FILE_HEADER,
    NO_RING,
    RECORDING_MAGIC,
    RECORDING_VERSION,
)
from ipcsim.trace import block_facts
from ipcsim.trace.growing import Growing
from ipcsim.trace.raw import Raw
from ipcsim.trace.trace import Trace

_START: Final = len(FILE_HEADER)
_MOST = 1 << 30
"""No payload is longer than this, in bytes."""
_SETTLE_AT = 400_000
"""Events to gather before they are sorted into history, where more are at hand."""


class RecordingError(ValueError):
    """The file is no recording, or of a version that this program doesn't know."""


class RecordingReader:
    """Reads one recording from its beginning, as far as it is whole."""

    def __init__(self, path: Path | str) -> None:
        """
        Raises:
            RecordingError: the file can't be opened, or is no recording; a sentence.
        """
        path = Path(path)
        self.damage = ""
        """What is wrong with the file, in a sentence; empty while nothing is."""
        self.finished = False
        """Whether the recording's end has been read."""
        try:
            self._raw = Raw(path)
            start = self._raw.start(len(FILE_HEADER))
        except (OSError, ValueError) as error:
            raise RecordingError(
                _("{name} can't be opened: {reason}.").format(
                    name=path.name, reason=getattr(error, "strerror", None) or error
                )
            ) from error
        if len(start) < _START or not start.startswith(RECORDING_MAGIC):
            self._raw.close()
            raise RecordingError(_("{name} is no recording of ipcsim.").format(name=path.name))
        version = int.from_bytes(start[len(RECORDING_MAGIC) :], "little")
        if version != RECORDING_VERSION:
            self._raw.close()
            raise RecordingError(
                _("{name} is a recording of version {version}; this ipcsim reads {known}.").format(
                    name=path.name, version=version, known=RECORDING_VERSION
                )
            )
        self._at = _START
        self._gathered = 0
        self._settled: int | None = None
        self._last_cut: int | None = None

    def feed(self, trace: Growing, end: int | None = None) -> list[Message]:
        """Read on, and make history of what is read.

        Args:
            trace: takes what is read; always the same one.
            end: bytes of the file that are whole, as the supervisor says; None: the file is no
                longer written to, so read all of it, and say where it is damaged.

        Returns:
            The messages of the supervisor that were met.
        """
        messages = self.read(trace, end)
        self.settle(trace)
        if end is None and not self.finished:
            if not self.damage:
                self._spoil(_("The recording ends in the middle, at byte {at}"), trace)
            trace.settle(None)
            trace.cut_off = True
        return messages

    def read(self, trace: Growing, end: int | None = None) -> list[Message]:
        """Read on as ``feed`` does; what is read waits to be settled."""
        size = self._raw.grow(finished=end is None)
        trace.read_from(self._raw)
        limit = size if end is None else min(end, size)
        messages: list[Message] = []
        while not self.damage and self._at + BLOCK_HEADER.size <= limit:
            name, length, crc, ring, first, time = BLOCK_HEADER.unpack_from(
                self._raw.bytes.data, self._at
            )
            start = self._at + BLOCK_HEADER.size
            following = start + length + -length % 8
            if length > _MOST or not name.isalpha():
                self._spoil(_("The recording is damaged at byte {at}"), trace)
                break
            if start + length > limit:
                break
            payload = self._raw.bytes[start : start + length].data
            # What a living supervisor has just written is as it has written it.
            if end is None and zlib.crc32(payload) != crc:
                self._spoil(_("The recording is damaged at byte {at}"), trace)
                break
            try:
                self._apply(trace, name, payload, ring, first, time, start, messages)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, struct.error):
                self._spoil(_("The recording has a block that can't be read at byte {at}"), trace)
                break
            self._at = following
        return messages

    def settle(self, trace: Growing, most: int | None = None) -> bool:
        """Make history of what has been read until the last cut.

        Of many events only about ``most`` are taken, the oldest. Returns whether there are more.
        """
        # What was stamped after one cut, though written before it, waits for the next.
        left = bool(trace.store.pending) and self._last_cut != self._settled
        if self._last_cut is None or not (self._gathered or left):
            return False
        return self._settle(trace, self._last_cut, most)

    @property
    def read_to(self) -> int:
        """Bytes of the file that have been read: whole blocks."""
        return self._at

    def close(self) -> None:
        """Close the file; the trace stays readable."""
        self._raw.close()

    def _spoil(self, sentence: str, trace: Growing) -> None:
        self.damage = _("{what}; everything before it is shown ({count} events).").format(
            what=sentence.format(at=self._at), count=grouped(trace.known_count)
        )

    def _settle(self, trace: Growing, cut: int | None, most: int | None = None) -> bool:
        more = trace.settle(cut, most)
        if not more:
            self._gathered, self._settled = 0, cut
        return more

    def _apply(
        self,
        trace: Growing,
        name: bytes,
        payload: memoryview,
        ring: int,
        first: int,
        time: int,
        start: int,
        messages: list[Message],
    ) -> None:
        if name == b"EVNT":
            self._gathered += trace.add_events(ring, first, start, len(payload))
        elif name == b"CUTT":
            self._last_cut = time
            trace.cut_at(time)
            if self._gathered >= _SETTLE_AT:
                self._settle(trace, time)
        elif name == b"OUTP":
            writer = None if ring == NO_RING else ring
            length = len(payload)
            messages.append(trace.outputs.add(writer, first, time, self._raw, start, length))
        elif name == b"LOSS":
            trace.lose(ring, first, time)
        elif name in (b"HEAD", b"RING", b"STAT", b"FILE", b"TAIL"):
            facts = json.loads(bytes(payload).decode("utf-8", "surrogatepass"))
            if name == b"HEAD":
                trace.head = block_facts.head(facts)
            elif name == b"RING":
                ring, pid = int(facts["ring"]), int(facts["pid"])
                trace.add_process(ring, pid, facts.get("parent"), time, str(facts.get("name", "")))
            elif name == b"FILE":
                trace.add_source(str(facts["path"]), str(facts["text"]), bool(facts.get("package")))
            elif name == b"STAT":
                status = block_facts.status(facts)
                trace.set_status(status)
                messages.append(status)
            else:
                ended = block_facts.ended(facts)
                self._settle(trace, None)
                trace.set_ended(ended, time)
                self.finished = True
                messages.append(ended)


def read_recording(path: Path | str) -> tuple[Trace, RecordingReader]:
    """A whole recording from a file.

    Raises:
        RecordingError: it is no recording; a sentence.
    """
    reader, trace = RecordingReader(path), Trace()
    reader.feed(trace)
    return trace, reader
