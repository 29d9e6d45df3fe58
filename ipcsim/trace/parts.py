"""Parts of a shared object: elements by index, of a manager's dictionary or namespace by key.

Keys and texts are numbered by each process for itself; here they become numbers of the run.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ipcsim.events import TOKEN_SIZED, TOKEN_TEXT
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.tokens import label_of

WHOLE: Final = -1
UNASKED: Final = 1 << 60
_ASKS: Final = " in"
"""How a call that asks whether there is a key is written: ``'page' in``."""
_FIRST_KEY: Final = -2
_TAG: Final = 7


class Parts:
    """The parts of one object, and values of it that can be compared."""

    def __init__(self, trace: History, obj: int) -> None:
        self.trace = trace
        self.obj = obj
        self.keys: list[str] = []
        self._numbers: dict[str, int] = {}
        self._elements: dict[tuple[int, int], int] = {}
        self._values: dict[tuple[int, int], int] = {}
        self._texts: dict[str, int] = {}

    def elements(self, elements: Array, processes: Array) -> Array:
        """Elements as the records have them -> elements of the run: -2 - number of the key."""
        keyed = elements < WHOLE
        if not keyed.any():
            return elements
        found: Array = elements.copy()
        at = np.flatnonzero(keyed)
        for place, process, element in zip(
            at.tolist(), processes[at].tolist(), elements[at].tolist(), strict=True
        ):
            number = self._elements.get((process, element))
            if number is None:
                text = self.trace.ring_of(process).text(-1 - element)
                number = self._elements[process, element] = self.key(text)
            found[place] = number
        return found

    def key(self, text: str) -> int:
        """The element of a key."""
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = _FIRST_KEY - len(self.keys)
            self.keys.append(text)
        return number

    def asked_for(self, elements: Array, rows: Array, processes: Array, calls: Array) -> Array:
        """The same with the keys that CALLs ask for; UNASKED for all other CALLs."""
        found: Array = elements.astype(np.int64)
        for at in np.flatnonzero(calls).tolist():
            text = self.trace.ring_of(int(processes[at])).text(self.trace.raw.arg(int(rows[at])))
            found[at] = UNASKED
            if text.endswith(_ASKS):
                key = text[: -len(_ASKS)]
                if key.isdigit():
                    found[at] = int(key)
                elif key[:1] in "'\"":
                    found[at] = self.key(key.strip("'\""))
                else:
                    found[at] = self.key(key)
        return found

    def comparable(self, tokens: Array, processes: Array) -> Array:
        """Tokens in which what looks alike is alike, whatever process has numbered its texts."""
        tags = tokens & _TAG
        named = (tags == TOKEN_TEXT) | (tags == TOKEN_SIZED)
        if not named.any():
            return tokens
        found: Array = tokens.copy()
        at = np.flatnonzero(named)
        for place, process, token in zip(
            at.tolist(), processes[at].tolist(), tokens[at].tolist(), strict=True
        ):
            number = self._values.get((process, token))
            if number is None:
                text = label_of(token, self.trace.ring_of(process).text)
                number = self._texts.setdefault(text, len(self._texts)) << 3 | TOKEN_TEXT
                self._values[process, token] = number
            found[place] = number
        return found

    def name(self, element: int) -> str:
        """An element as the program writes it: ``row[3]``, ``hits['page']``, ``counter``."""
        name = self.trace.objects[self.obj].name
        if element == WHOLE:
            return name
        if element > WHOLE:
            return f"{name}[{element}]"
        return part_name(name, self.keys[_FIRST_KEY - element], self._is_namespace())

    def _is_namespace(self) -> bool:
        return self.trace.registry.all[self.obj].words("type") == "Namespace"


def part_name(name: str, key: str, attribute: bool) -> str:
    """A part of a named object by its key, as the program would write it."""
    if attribute:
        return f"{name}.{key}"
    plain = key[:1].isdigit() or key[:1] in "(-'\"" or key in ("None", "True", "False")
    return f"{name}[{key}]" if plain else f"{name}[{key!r}]"
