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
        self._of_place: dict[tuple[int, int], int] = {}
        self._files: dict[str, dict[int, tuple[int, _Statement]]] = {}
        self._flows: dict[tuple[int, int], bool] = {}

    def of(self, rows: Array, processes: Array) -> Array:
        """Number of the statement of each event; UNKNOWN where it has no place."""
        places = self.trace.raw.places(rows)
        pairs = processes.astype(np.int64) << 32 | places
        unique, which = np.unique(pairs, return_inverse=True)
        found = [self._known(pair >> 32, pair & 0xFFFFFFFF) for pair in unique.tolist()]
        numbers: Array = np.array(found, np.int32)[which]
        return numbers

    def flows(self, reads: Array, writes: Array) -> Array:
        """For pairs of statements: does the second write what it has computed from the first?

        That is so in one statement (``n.value += 1``), or where the second uses a variable that
        the first has assigned, in the same function.
        """
        pairs = reads.astype(np.int64) << 32 | writes.astype(np.int64) & 0xFFFFFFFF
        unique, which = np.unique(pairs, return_inverse=True)
        found = [self._flow(pair >> 32, pair & 0xFFFFFFFF) for pair in unique.tolist()]
        flows: Array = np.array(found, bool)[which]
        return flows

    def _flow(self, read: int, write: int) -> bool:
        if read < 0 or write >= len(self._keys):
            return False
        if read == write:
            return True
        known = self._flows.get((read, write))
        if known is None:
            (file, function, first), (other, within, second) = self._keys[read], self._keys[write]
            known = False
            if file == other and function == within:
                statements = self._statements(file)
                a, b = statements.get(first), statements.get(second)
                known = a is not None and b is not None and bool(a[1].assigned & b[1].used)
            self._flows[read, write] = known
        return known

    def _known(self, process: int, number: int) -> int:
        known = self._of_place.get((process, number))
        if known is None:
            place = self.trace.ring_of(process).place(number) if number else None
            if place is None:
                return UNKNOWN
            known = self._of_place[process, number] = self._look(place)
        return known

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
