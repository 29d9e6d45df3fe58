"""Watched globals of a process at a moment."""

from __future__ import annotations

from ipcsim.events import Kind
from ipcsim.trace.columns import Array
from ipcsim.trace.history import History
from ipcsim.trace.standing import Standing
from ipcsim.trace.tokens import label_of


class Watched:
    """By process: the events that told a new value."""

    def __init__(self, trace: History) -> None:
        self.trace = trace
        self._at = 0
        self._of: dict[int, list[tuple[int, str, str]]] = {}

    def until(self, process: int, k: int) -> tuple[tuple[str, str], ...]:
        """Names and values after ``k`` events, in the order of their first appearance."""
        values: dict[str, str] = {}
        for ordinal, name, label in self._of.get(process, ()):
            if ordinal >= k:
                break
            values[name] = label
        return tuple(values.items())

    def advance(self) -> None:
        """Take in what has happened since the last time."""
        store = self.trace.store
        found: Array = store.of(-1, Kind.WATCH)
        for ordinal in found[self._at :].tolist():
            row = int(store.where.view[ordinal])
            process = self.trace.process_of_row(row)
            ring = self.trace.ring_of(process)
            told = (
                ring.text(self.trace.raw.number(row)),
                label_of(self.trace.raw.arg(row), ring.text),
            )
            self._of.setdefault(process, []).append((ordinal, *told))
        self._at = len(found)


def watched_at(now: Standing, process: int) -> tuple[tuple[str, str], ...]:
    """Name and value of the watched globals of a process."""
    found: Watched = now.trace.remembered("watched", lambda: Watched(now.trace))
    found.advance()
    return found.until(process, now.k)
