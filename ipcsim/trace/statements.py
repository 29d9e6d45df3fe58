"""Which accesses belong to one statement, and which to one function."""

from __future__ import annotations

import ast

import numpy as np

from ipcsim.trace.columns import Array
from ipcsim.trace.moment import Place
from ipcsim.trace.trace import Trace

_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
)


class Statements:
    """Numbers statements and functions of the program as they are met."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._numbers: dict[tuple[str, int | str], int] = {}
        self._of_place: dict[tuple[int, int], tuple[int, int]] = {}
        self._firsts: dict[str, dict[int, int]] = {}

    def of(self, rows: Array, processes: Array) -> tuple[Array, Array]:
        """Numbers of the statement and of the function of each event; -1 where unknown."""
        places = self.trace.raw.places(rows)
        pairs = processes.astype(np.int64) << 32 | places
        unique, which = np.unique(pairs, return_inverse=True)
        found = np.array(
            [self._known(pair >> 32, pair & 0xFFFFFFFF) for pair in unique.tolist()], np.int32
        ).reshape(-1, 2)
        return found[which, 0], found[which, 1]

    def _known(self, process: int, number: int) -> tuple[int, int]:
        known = self._of_place.get((process, number))
        if known is None:
            place = self.trace.ring_of(process).place(number) if number else None
            known = (-1, -1) if place is None else self._look(place)
            if place is not None:
                self._of_place[process, number] = known
        return known

    def _look(self, place: Place) -> tuple[int, int]:
        line = self._first_line(place)
        statement = self._numbers.setdefault((place.file, line), len(self._numbers))
        function = self._numbers.setdefault((place.file, place.function), len(self._numbers))
        return statement, function

    def _first_line(self, place: Place) -> int:
        """The first line of the statement that a place is in."""
        firsts = self._firsts.get(place.file)
        if firsts is None:
            source = self.trace.sources.get(place.file)
            if source is None:
                return place.line
            firsts = self._firsts[place.file] = _first_lines(source)
        return firsts.get(place.line, place.line)


def _first_lines(source: str) -> dict[int, int]:
    """Line -> first line of the simple statement (or the head of a compound one) it is in."""
    firsts: dict[int, int] = {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return firsts
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            end = node.end_lineno or node.lineno
            if isinstance(node, _COMPOUND):
                body = node.body[0] if node.body else node
                end = max(node.lineno, body.lineno - 1)
            for line in range(node.lineno, end + 1):
                firsts[line] = max(node.lineno, firsts.get(line, 0))
    return firsts
