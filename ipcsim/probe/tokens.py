"""What the sender says of a value in 64 bits, and what identifies a message's bytes.

No method of a payload is called: only values whose type is exactly a builtin are looked into.
"""

from __future__ import annotations

import struct
from zlib import crc32

from ipcsim.events import (
    FINGERPRINT_BYTES,
    SIZE_UNKNOWN,
    TOKEN_CONSTANT,
    TOKEN_FLOAT,
    TOKEN_INT,
    TOKEN_SHORT,
    TOKEN_SIZED,
    TOKEN_TEXT,
)
from ipcsim.probe.texts import fresh_text, text
from ipcsim.probe.type_words import Any, Final

_TOP: Final = 1 << 60
_WORD: Final = (1 << 64) - 1
_MOST_CHARACTERS: Final = 16
_MOST_ITEMS: Final = 4
_float = struct.Struct("<d")
_bits = struct.Struct("<q")
_constants: Final = {id(None): 0, id(True): 1, id(False): 2, id(...): 3}
_scalars: Final = frozenset((int, float, str, bool, type(None)))
_sized: Final = frozenset(
    (list, tuple, dict, set, frozenset, bytes, bytearray, str, range, memoryview)
)
_name_of_type = type.__dict__["__name__"].__get__


def token(value: object) -> int:
    """The token of a value, as described in ``ipcsim.events``."""
    kind = type(value)
    if kind is int:
        number: int = value  # type: ignore[assignment]
        if -_TOP <= number < _TOP:
            return number << 3 | TOKEN_INT
        return (
            _labelled(_shortened(hex(number))) if number.bit_length() < 4096 else _size(value, kind)
        )
    constant = _constants.get(id(value))
    if constant is not None:
        return constant << 3 | TOKEN_CONSTANT
    if kind is str:
        return _text_token(value)  # type: ignore[arg-type]
    if kind is float:
        bits: int = _bits.unpack(_float.pack(value))[0]
        return bits & ~7 | TOKEN_FLOAT
    if kind is tuple or kind is list:
        items: tuple[Any, ...] = value  # type: ignore[assignment]
        if len(items) <= _MOST_ITEMS and all(plain(item) for item in items):
            return _labelled(_shortened(repr(value)))
    elif kind is bytes and len(value) <= 12:  # type: ignore[arg-type]
        return _labelled(_shortened(repr(value)))
    return _size(value, kind)


def fingerprint(data: Any) -> int:
    """Length and CRC-32 of the first 64 bytes of a bytes-like object, as OUTPUT has it."""
    if type(data) is not bytes:
        data = memoryview(data).cast("B")
    length = len(data)
    if length > FINGERPRINT_BYTES:
        return min(length, 0x7FFFFFFF) << 32 | crc32(data[:FINGERPRINT_BYTES])
    return length << 32 | crc32(data)


def plain(item: object) -> bool:
    """Whether ``repr`` may show it: a short value of an exactly builtin type."""
    kind = type(item)
    if kind is str:
        return len(item) <= 64  # type: ignore[arg-type]
    if kind is int:
        return -_TOP <= item < _TOP  # type: ignore[operator]
    return kind in _scalars


def _text_token(value: str) -> int:
    if len(value) <= 7:
        data = value.encode("utf-8", "backslashreplace")
        if len(data) <= 7:
            word = int.from_bytes(data, "little") << 8 | len(data) << 3 | TOKEN_SHORT
            return _signed(word)
    return _labelled(_shortened(value))


def _shortened(label: str) -> str:
    if len(label) <= _MOST_CHARACTERS:
        return label
    return label[: _MOST_CHARACTERS - 1] + "…"


def _labelled(label: str) -> int:
    return fresh_text(label) << 3 | TOKEN_TEXT


def _size(value: Any, kind: type) -> int:
    size = SIZE_UNKNOWN
    if kind in _sized:
        size = value.nbytes if kind is memoryview else len(value)
    name: int = text(_name_of_type(kind)) & 0xFFFFFF
    return _signed(min(size, SIZE_UNKNOWN) << 27 | name << 3 | TOKEN_SIZED)


def _signed(word: int) -> int:
    word &= _WORD
    return word - (1 << 64) if word >> 63 else word
