"""Texts in the ring: names, places, facts. Each is a number and comes in pieces of 16 bytes."""

from __future__ import annotations

import itertools
import struct

from ipcsim.events import Kind
from ipcsim.probe import writer
from ipcsim.probe.type_words import Final

_TEXT: Final = int(Kind.TEXT)
_MOST_BYTES: Final = 0xFFFF
_MOST_INTERNED: Final = 20_000
_piece = struct.Struct("<Qq")
_numbers = itertools.count(1)
_interned: dict[str, int] = {}

Fact = str | int | bool | float | None
"""What a fact of a process or an object may be."""


def text(string: str) -> int:
    """Number of an interned text; its pieces are recorded at its first use."""
    number = _interned.get(string)
    if number is None:
        number = fresh_text(string)
        if len(_interned) < _MOST_INTERNED:
            _interned[string] = number
    return number


def fresh_text(string: str) -> int:
    """Number of a text that won't come again (a message's label); not kept."""
    number, records = pieces(string)
    put = writer.put
    for record in records:
        put(*record)
    return number


def pieces(string: str) -> tuple[int, list[tuple[int, int, int, int, int]]]:
    """A new text's number and its records: time, arg, object, place, kind."""
    number = next(_numbers)
    data = string.encode("utf-8", "backslashreplace")
    if len(data) > _MOST_BYTES:
        data = data[:_MOST_BYTES].decode("utf-8", "ignore").encode()
    length = len(data)
    padded = data + bytes(-length % 16 or (16 if not length else 0))
    return number, [
        (time, arg, number, part << 16 | length, _TEXT)
        for part, (time, arg) in enumerate(_piece.iter_unpack(padded))
    ]


def facts_text(facts: dict[str, Fact]) -> int:
    """Number of a text that is a JSON object."""
    return fresh_text(json_of(facts))


def json_of(facts: dict[str, Fact]) -> str:
    """A JSON object."""
    return "{" + ",".join(f"{_quote(k)}:{_json(v)}" for k, v in facts.items()) + "}"


def _quote(string: str) -> str:
    # To load the module takes a spawned child a third of a millisecond.
    if string.isascii() and string.isprintable() and '"' not in string and "\\" not in string:
        return f'"{string}"'
    try:
        # The C function alone: the json package would take some milliseconds.
        from _json import encode_basestring_ascii
    except ImportError:
        from json.encoder import py_encode_basestring_ascii as encode_basestring_ascii
    return encode_basestring_ascii(string)


def _json(value: Fact) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(str(value))
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return "null"
    return repr(value)
