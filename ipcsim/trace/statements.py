"""Which accesses belong to one statement, and which statement uses what another has read."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

import numpy as np

from ipcsim.parsing import parse
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.moment import Place

UNKNOWN = -1
_UNASKED = -2
_MOST_PLACES = 1 << 20
"""No process has so many places."""


@dataclass(slots=True)
class _Statement:
    assigned: set[str] = field(default_factory=set)
    """Variables that it gives values to."""
    used: set[str] = field(default_factory=set)
    """Variables that it reads."""


class Statements:
    """Numbers the statements of the program as they are met."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._keys: list[tuple[str, str, int]] = []
        self._files: dict[str, dict[int, tuple[int, _Statement]]] = {}
        self._by_place: Array = np.full((1, 1), UNKNOWN, np.int32)
        """By process and place: the statement's number, _UNASKED where it isn't known yet."""
        self._flows: Array = np.zeros((0, 0), np.int8)
        """By two statements: 1, 0, or _UNASKED."""

    def of(self, rows: Array, processes: Array) -> Array:
        """Number of the statement of each event; UNKNOWN where it has no place."""
        places = self.trace.raw.places(rows)
        places[places >= _MOST_PLACES] = 0
        self._by_place = _room(self._by_place, int(processes.max()) + 1, int(places.max()) + 1)
        # No place at all has the number 0.
        self._by_place[:, 0] = UNKNOWN
        found: Array = self._by_place[processes, places]
        unasked = found == _UNASKED
        if unasked.any():
            for pair in np.unique(processes[unasked].astype(np.int64) << 32 | places[unasked]):
                process, place = int(pair) >> 32, int(pair) & 0xFFFFFFFF
                known = self._known(process, place)
                if known is not None:
                    self._by_place[process, place] = known
            found = self._by_place[processes, places]
            found[found == _UNASKED] = UNKNOWN
        return found

    def flows(self, reads: Array, writes: Array) -> Array:
        """For pairs of statements: does the second write what it has computed from the first?

        That is so in one statement (``n.value += 1``), or where the second uses a variable that
        the first has assigned, in the same function.
        """
        self._flows = _room(self._flows, len(self._keys), len(self._keys))
        known = (reads >= 0) & (writes >= 0)
        found: Array = np.zeros(len(reads), np.int8)
        found[known] = self._flows[reads[known], writes[known]]
        unasked = found == _UNASKED
        if unasked.any():
            for pair in np.unique(reads[unasked].astype(np.int64) << 32 | writes[unasked]):
                read, write = int(pair) >> 32, int(pair) & 0xFFFFFFFF
                self._flows[read, write] = self._flow(read, write)
            found[unasked] = self._flows[reads[unasked], writes[unasked]]
        return found.astype(bool)

    def _flow(self, read: int, write: int) -> bool:
        if read == write:
            return True
        (file, function, first), (other, within, second) = self._keys[read], self._keys[write]
        if file != other or function != within:
            return False
        statements = self._statements(file)
        a, b = statements.get(first), statements.get(second)
        return a is not None and b is not None and bool(a[1].assigned & b[1].used)

    def _known(self, process: int, number: int) -> int | None:
        """None: its place hasn't been read yet."""
        place = self.trace.ring_of(process).place(number)
        return self._look(place) if place is not None else None

    def _look(self, place: Place) -> int:
        line = self._statements(place.file).get(place.line, (place.line, None))[0]
        key = (place.file, place.function, line)
        if key not in self._numbers:
            self._numbers[key] = len(self._keys)
            self._keys.append(key)
        return self._numbers[key]

    def _statements(self, path: str) -> dict[int, tuple[int, _Statement]]:
        found = self._files.get(path)
        if found is None:
            source = self.trace.sources.get(path)
            if source is None:
                return {}
            found = self._files[path] = _parse(source)
        return found


def _parse(source: str) -> dict[int, tuple[int, _Statement]]:
    """Line -> first line and variables of the statement (or head of a compound one) it is in."""
    found: dict[int, tuple[int, _Statement]] = {}
    for node in ast.walk(parse(source)):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        end = node.end_lineno or node.lineno
        if isinstance(body, list) and body:
            end = max(node.lineno, body[0].lineno - 1)
        statement = _Statement()
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and node.lineno <= part.lineno <= end:
                stores = isinstance(part.ctx, ast.Store)
                (statement.assigned if stores else statement.used).add(part.id)
        for line in range(node.lineno, end + 1):
            if node.lineno >= found.get(line, (0, statement))[0]:
                found[line] = node.lineno, statement
    return found


def _room(table: Array, rows: int, columns: int) -> Array:
    """A table with room for so much; what is new in it is _UNASKED."""
    height, width = table.shape
    if rows <= height and columns <= width:
        return table
    height, width = max(rows, height), max(columns, width)
    grown: Array = np.full((height + height // 2, width + width // 2), _UNASKED, table.dtype)
    grown[: table.shape[0], : table.shape[1]] = table
    return grown
