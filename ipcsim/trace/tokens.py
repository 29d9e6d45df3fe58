"""What a sender said of a value, in words: the 64 bits of a token become a label."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

from ipcsim.events import (
    CONSTANTS,
    SIZE_UNKNOWN,
    TOKEN_CONSTANT,
    TOKEN_FLOAT,
    TOKEN_INT,
    TOKEN_NONE,
    TOKEN_SHORT,
    TOKEN_SIZED,
    TOKEN_TEXT,
)
from ipcsim.trace.columns import Array

_TAG = 7


def number_of(token: int) -> float | int | None:
    """The number that a token stands for, or None if it is none."""
    tag = token & _TAG
    if tag == TOKEN_INT:
        return token >> 3
    if tag == TOKEN_FLOAT:
        value: float = struct.unpack("<d", struct.pack("<q", token & ~_TAG))[0]
        return float(f"{value:.14g}")
    if tag == TOKEN_CONSTANT and (token >> 3) in (1, 2):
        return int(token >> 3 == 1)
    return None


def label_of(token: int, text: Callable[[int], str]) -> str:
    """A token as a person reads it.

    Args:
        token: signed 64 bits.
        text: gives the text of a number in the ring that the token comes from.
    """
    tag = token & _TAG
    if tag == TOKEN_INT:
        return str(token >> 3)
    if tag == TOKEN_NONE:
        return ""
    if tag == TOKEN_FLOAT:
        return repr(number_of(token))
    if tag == TOKEN_CONSTANT:
        index = token >> 3
        return CONSTANTS[index] if 0 <= index < len(CONSTANTS) else "?"
    word = token & (1 << 64) - 1
    if tag == TOKEN_SHORT:
        size = word >> 3 & 7
        return repr((word >> 8).to_bytes(7, "little")[:size].decode("utf-8", "replace"))
    if tag == TOKEN_TEXT:
        return text(word >> 3)
    if tag == TOKEN_SIZED:
        name, size = text(word >> 3 & 0xFFFFFF), word >> 27 & SIZE_UNKNOWN
        return name if size == SIZE_UNKNOWN else f"{name}·{size}"
    return "?"


def numbers(tokens: Array) -> Array:
    """The numbers that tokens stand for; nan for the others."""
    tags = tokens & _TAG
    whole = tags == TOKEN_INT
    found: Array = (tokens >> 3).astype(np.float64)
    if whole.all():
        return found
    found[~whole] = np.nan
    floats = tags == TOKEN_FLOAT
    if floats.any():
        found[floats] = (tokens[floats] & ~np.int64(_TAG)).view(np.float64)
    truths = (tags == TOKEN_CONSTANT) & ((tokens >> 3 == 1) | (tokens >> 3 == 2))
    found[truths] = (tokens[truths] >> 3 == 1).astype(np.float64)
    return found
