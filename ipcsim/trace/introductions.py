"""What the numbers in a ring mean: texts, places, objects, threads.

Each ring introduces its own. A forked child goes on with its parent's numbers, so what it doesn't
introduce itself is looked up in the parent, up to the record at which it was forked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ipcsim.events import FIELD
from ipcsim.trace.columns import Array
from ipcsim.trace.moment import Place

PIECE = 16
_CHUNKS = 48
_HIGHEST = 0xFFFFFFFF
"""Number of a text: a damaged record may have any."""


class Texts:
    """The texts of one ring, found in the recording when they are asked for."""

    def __init__(self, piece: Callable[[int], bytes]) -> None:
        self._piece = piece
        self._chunks: list[tuple[Array, Array, Array]] = []
        self._sorted = False
        """Whether the first chunk is in order of number."""
        self._known: dict[int, str] = {}

    def add(self, numbers: Array, parts: Array, wheres: Array) -> None:
        """Pieces that a block brought: text number, part << 16 | length, place in the file."""
        self._chunks.append((numbers.copy(), parts.copy(), wheres))
        if len(self._chunks) > _CHUNKS:
            self.sort()

    def sort(self) -> None:
        """Put all pieces in order of number: texts are found faster."""
        if self._chunks:
            whole = [np.concatenate(columns) for columns in zip(*self._chunks, strict=True)]
            order = np.argsort(whole[0], kind="stable")
            self._chunks = [(whole[0][order], whole[1][order], whole[2][order])]
            self._sorted = True

    def get(self, number: int) -> str | None:
        """The text, or None while it isn't whole."""
        known = self._known.get(number)
        if known is not None:
            return known
        if not 0 <= number <= _HIGHEST:
            return None
        found: dict[int, int] = {}
        length, needed = -1, 1
        for n in range(len(self._chunks) - 1, -1, -1):
            numbers, parts, wheres = self._chunks[n]
            if n or not self._sorted:
                hits = np.flatnonzero(numbers == number).tolist()
            else:
                # Of their own type: another one would make a copy of all of them.
                ends = np.array((number, number + 1), numbers.dtype)
                low, high = numbers.searchsorted(ends).tolist()
                hits = range(low, high)
            for hit in hits:
                part = int(parts[hit])
                length = part & 0xFFFF
                needed = max(1, -(-length // PIECE))
                # A text that was made shorter afterwards has more pieces than it needs.
                if part >> 16 < needed:
                    found[part >> 16] = int(wheres[hit])
            if length >= 0 and len(found) >= needed:
                break
        else:
            return None
        data = b"".join(self._piece(found[part]) for part in sorted(found))[:length]
        text = data.decode("utf-8", "replace")
        if len(self._known) > 4096:
            self._known.clear()
        self._known[number] = text
        return text


class Ring:
    """The numbers of one process."""

    def __init__(self, ring: int, piece: Callable[[int], bytes]) -> None:
        self.ring = ring
        self.parent: Ring | None = None
        """Where inherited numbers are looked up."""
        self.forked_at = 0
        self.texts = Texts(piece)
        self.hello: dict[str, Any] = {}
        self._places: dict[int, tuple[int, int]] = {}
        self._parsed: dict[int, Place | None] = {}
        self._objects: dict[int, tuple[int, int]] = {}
        self.numbers: npt.NDArray[np.int32] = np.full(64, -1, np.int32)
        """Object number -> object; -1 where unknown."""
        self.numbers[0] = -1

    def text(self, number: int) -> str:
        """A text; empty if it isn't (wholly) in the recording."""
        return self.known_text(number) or ""

    def known_text(self, number: int) -> str | None:
        """A text, or None if it isn't (wholly) in the recording."""
        text = self.texts.get(number)
        if text is None and self.parent is not None:
            text = self.parent.known_text(number)
        return text

    def facts(self, number: int) -> dict[str, Any]:
        """A text that is a JSON object; empty if it is none."""
        try:
            value = json.loads(self.text(number))
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def introduce_place(self, number: int, text: int, index: int) -> None:
        """A PLACE record."""
        self._places[number] = text, index
        self._parsed.pop(number, None)

    def introduce_object(self, number: int, obj: int, index: int) -> None:
        """An OBJECT record."""
        self._objects[number] = obj, index
        self._remember(number, obj)

    def object(self, number: int, before: int = 1 << 62) -> int:
        """The object of a number introduced before record ``before``; -1 if there is none."""
        found = self._objects.get(number)
        if found is not None and found[1] < before:
            return found[0]
        if self.parent is not None:
            return self.parent.object(number, self.forked_at)
        return -1

    def objects(self, numbers: Array) -> Array:
        """The objects of many numbers; -1 for none, -2 for not (yet) introduced."""
        highest = int(numbers.max(initial=0))
        if highest >= len(self.numbers):
            if highest > 1 << 24:
                numbers = np.where(numbers > 1 << 24, 0, numbers)
                highest = int(numbers.max(initial=0))
            grown = np.full(max(highest + 1, 2 * len(self.numbers)), -1, np.int32)
            grown[: len(self.numbers)] = self.numbers
            self.numbers = grown
        found: Array = self.numbers[numbers]
        if len(found) and found.min() >= 0:
            return found
        missing = (found < 0) & (numbers > 0)
        if missing.any():
            for number in np.unique(numbers[missing]).tolist():
                obj = self.object(number)
                if obj >= 0:
                    self._remember(number, obj)
            found = self.numbers[numbers]
            found[(found < 0) & (numbers > 0)] = -2
        return found

    def _remember(self, number: int, obj: int) -> None:
        if number < len(self.numbers):
            self.numbers[number] = obj
        elif number <= 1 << 24:
            grown = np.full(max(number + 1, 2 * len(self.numbers)), -1, np.int32)
            grown[: len(self.numbers)] = self.numbers
            grown[number] = obj
            self.numbers = grown

    def place(self, number: int, before: int = 1 << 62) -> Place | None:
        """The place of a number introduced before record ``before``."""
        if number in self._parsed and before == 1 << 62:
            return self._parsed[number]
        found = self._places.get(number)
        if found is None or found[1] >= before:
            return None if self.parent is None else self.parent.place(number, self.forked_at)
        place = _parse(self.text(found[0]))
        self._parsed[number] = place
        return place


def _parse(text: str) -> Place | None:
    fields = text.split(FIELD)
    try:
        file, (line, end_line, column, end_column) = fields[0], map(int, fields[1:5])
    except ValueError:
        return None
    function = fields[5] if len(fields) > 5 else ""
    return Place(file, line, end_line, column, end_column, function)
