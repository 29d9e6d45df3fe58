"""The same recording without arguments and values, to be passed on.

What was equal stays equal: each value becomes a name of its own (``'#1'``, ``'#2'``, ...), so that
messages, lost updates and overwritten values are still told. None, types and sizes stay, and names
of files, objects and processes, and the program's sources; what it printed and was given, messages
of exceptions and what its calls were called with do not.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from ipcsim.analysis.pitfalls.interleaved import SPACE
from ipcsim.events import RECORD_SIZE, TOKEN_CONSTANT, TOKEN_NONE, TOKEN_SHORT, TOKEN_SIZED, Kind
from ipcsim.export.left_of_output import LEFT_OUT, Printed
from ipcsim.export.left_of_texts import call_left, error_left, file_call_left, object_left
from ipcsim.supervisor.recording import BLOCK_HEADER, FILE_HEADER, RecordingWriter
from ipcsim.trace.columns import Array
from ipcsim.trace.intake import RECORDS
from ipcsim.trace.introductions import PIECE, Ring
from ipcsim.trace.recording import read_recording
from ipcsim.trace.tokens import label_of
from ipcsim.trace.trace import Trace

_TOKENS: Final = [Kind.WATCH, Kind.PUT, Kind.SEND, Kind.READ, Kind.WRITE, Kind.RESULT]
_FINGERPRINTS: Final = [Kind.FEED, Kind.GET, Kind.SEND_WAIT, Kind.SENT, Kind.RECV]
_KEPT: Final = [
    *(Kind.HELLO, Kind.PLACE, Kind.THREAD, Kind.NOTE),
    *(Kind.START, Kind.TARGET, Kind.CALL_FAILED, Kind.SERVE),
]
"""Their texts hold no values."""
_TAG: Final = 7
_NONE: Final = TOKEN_CONSTANT
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH_BITS: Final = 0xFFFF
_QUOTES: Final = "'\""
_Text = tuple[int, int]
"""Ring and number of a text."""


def leave_out_values(recording: Path, output: Path) -> str:
    """Write a recording anew.

    Returns:
        What is wrong with the recording, in a sentence: it is written as far as it is whole.

    Raises:
        RecordingError: the recording can't be read.
        OSError: the file can't be written.
    """
    trace, reader = read_recording(recording)
    reader.close()
    for meaning in trace.rings.values():
        meaning.texts.sort()
    names = _Names()
    texts, printed = _Texts(trace, names), Printed()
    for kind, ring, _first, _time, payload in _blocks(trace, reader.read_to):
        if kind == b"EVNT":
            texts.look_at(ring, np.frombuffer(payload, RECORDS, len(payload) // RECORD_SIZE))
    writer = RecordingWriter(output)
    try:
        for kind, ring, first, time, payload in _blocks(trace, reader.read_to):
            if kind == b"EVNT":
                records = np.frombuffer(payload, RECORDS, len(payload) // RECORD_SIZE).copy()
                texts.rewrite(ring, records)
                names.rename(records, trace.rings[ring])
                writer.block(kind, records.tobytes(), ring, first, time)
            elif kind == b"OUTP":
                left = printed.left(ring, first, bytes(payload))
                writer.block(kind, left, ring, first, time)
            elif kind in (b"HEAD", b"STAT"):
                writer.facts(kind, _said(kind, json.loads(bytes(payload))), ring, time)
            else:
                writer.block(kind, bytes(payload), ring, first, time)
            if not writer.flush():
                break
    finally:
        writer.close()
    if writer.failure is not None:
        raise writer.failure
    return reader.damage


def _blocks(trace: Trace, end: int) -> Iterator[tuple[bytes, int, int, int, memoryview]]:
    """Type, ring, first, time and payload of all blocks until a place in the file."""
    at, data = len(FILE_HEADER), trace.raw.bytes.data
    while at < end:
        kind, length, _crc, ring, first, time = BLOCK_HEADER.unpack_from(data, at)
        at += BLOCK_HEADER.size
        yield kind, ring, first, time, data[at : at + length]
        at += length + -length % 8


def _said(kind: bytes, facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of the run or of a process."""
    if kind == b"HEAD":
        facts |= {"argv": [], "parameters": {}, "without_values": True}
    else:
        facts["detail"] = str(facts.get("detail", "")).split(":")[0]
    return facts


class _Names:
    """What values are called instead, and messages' fingerprints."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._key = secrets.token_bytes(16)
        """Forgotten afterwards: who has the recording can't try out what has this fingerprint."""

    def of(self, label: str) -> str:
        """The name of what is shown as ``label``."""
        number = self._numbers.setdefault(label, len(self._numbers) + 1)
        digits = ""
        while number:
            number, digit = divmod(number, len(_DIGITS))
            digits = _DIGITS[digit] + digits
        return f"#{digits}"

    def rename(self, records: Array, ring: Ring) -> None:
        """Put names in the place of the values in a block's records."""
        _each(records, _TOKENS, lambda token: self._token(token, ring))
        _each(records, _FINGERPRINTS, self._fingerprint)
        _each(records, [Kind.OUTPUT], self._printed)

    def _token(self, token: int, ring: Ring) -> int:
        if token in (TOKEN_NONE, _NONE) or token & _TAG == TOKEN_SIZED:
            return token
        name = self.of(label_of(token, ring.text)).encode()
        word = int.from_bytes(name, "little") << 8 | len(name) << 3 | TOKEN_SHORT
        return word - (1 << 64) if word >> 63 else word

    def _fingerprint(self, mark: int) -> int:
        if mark < 1 << 32:
            return mark  # -1, or the index of a PUT
        digest = blake2b(mark.to_bytes(8, "little"), digest_size=4, key=self._key).digest()
        return mark >> 32 << 32 | int.from_bytes(digest, "little")

    def _printed(self, mark: int) -> int:
        """That of a space stays: it tells a print() in pieces from several statements."""
        return mark if mark == SPACE else self._fingerprint(mark)


def _each(records: Array, kinds: list[Kind], change: Callable[[int], int]) -> None:
    at = np.flatnonzero(np.isin(records["kind"], kinds))
    if len(at):
        found, which = np.unique(records["arg"][at], return_inverse=True)
        changed = np.array([change(arg) for arg in found.tolist()], np.int64)
        records["arg"][at] = changed[which.reshape(-1)]


class _Texts:
    """Which texts stay, and what takes the place of others; all that is left is empty."""

    def __init__(self, trace: Trace, names: _Names) -> None:
        self._trace = trace
        self._names = names
        self._kept: set[_Text] = set()
        self._instead: dict[_Text, bytes] = {}
        self._changes: dict[int, Callable[[str], str]] = {
            Kind.OBJECT: object_left,
            Kind.RAISED: error_left,
            Kind.CALL: self._call,
            Kind.FILE_CALL: file_call_left,
            Kind.OUTPUT_TEXT: lambda _text: LEFT_OUT,
        }

    def look_at(self, ring: int, records: Array) -> None:
        """What a block's records say of texts, in their own ring or in one it was forked from."""
        kinds, args = records["kind"], records["arg"]
        sized = np.isin(kinds, _TOKENS) & (args & _TAG == TOKEN_SIZED)
        self._keep(ring, args[np.isin(kinds, _KEPT)])
        self._keep(ring, args[sized] >> 3 & 0xFFFFFF)
        self._keep(ring, records["object"][kinds == Kind.WATCH])
        self._change(ring, -1 - args[(kinds == Kind.INDEX) & (args < 0)], self._names.of)
        for kind, change in self._changes.items():
            self._change(ring, args[kinds == kind], change)

    def rewrite(self, ring: int, records: Array) -> None:
        """Put other texts into the pieces in a block's records."""
        for at in np.flatnonzero(records["kind"] == Kind.TEXT).tolist():
            text = ring, int(records["object"][at])
            if text not in self._kept:
                instead = self._instead.get(text, b"")
                place = int(records["place"][at])
                begin = (place >> 16) * PIECE
                piece = instead[begin : begin + PIECE].ljust(PIECE, b"\0")
                records["time"][at] = int.from_bytes(piece[:8], "little")
                records["arg"][at] = int.from_bytes(piece[8:], "little", signed=True)
                records["place"][at] = place & ~_LENGTH_BITS | len(instead)

    def _keep(self, ring: int, numbers: Array) -> None:
        self._kept.update(self._owned(ring, n) for n in np.unique(numbers).tolist())

    def _change(self, ring: int, numbers: Array, change: Callable[[str], str]) -> None:
        for number in np.unique(numbers).tolist():
            text = self._owned(ring, number)
            if text not in self._instead:
                known = self._trace.rings[ring].text(number)
                room = max(1, -(-len(known.encode()) // PIECE)) * PIECE
                self._instead[text] = change(known).encode()[:room]

    def _owned(self, ring: int, number: int) -> _Text:
        """The ring that has introduced a text."""
        meaning: Ring | None = self._trace.rings[ring]
        while meaning is not None and meaning.texts.get(number) is None:
            meaning = meaning.parent
        return (ring if meaning is None else meaning.ring), number

    def _call(self, text: str) -> str:
        key = text.removesuffix(" in")
        if key != text:
            # An index is no value, and an INDEX says it too.
            return text if key.isdigit() else f"{self._names.of(key.strip(_QUOTES))!r} in"
        return call_left(text)
