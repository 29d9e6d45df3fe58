"""The interleaving table as a model: a column a process, a row an operation, columns of values.

Of a long run a window of operations around a moment is in the table; it moves on before its end is
reached, so the table looks as long as the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt

from ipcsim.export.interleaving import KINDS, Interleaving, Line, interleaving
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme, mix
from ipcsim.gui.panels.tables.delegate import CURRENT, STRUCK, WHO
from ipcsim.gui.panels.tables.long_table import NO_INDEX, Index, LongModel
from ipcsim.language import _, grouped, ngettext
from ipcsim.trace.trace import Trace

REACH = 120
"""So many operations before and after the moment are in the table."""

_BLOCK = 1 << 16
_IS_OPERATION = np.zeros(256, bool)
_IS_OPERATION[list(KINDS)] = True
_EMPTY = Interleaving((), (), (), ())


class InterleavingModel(LongModel):
    """The operations around a moment."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.identities: Mapping[int, Identity] = {}
        self.table = _EMPTY
        self._trace: Trace | None = None
        self._numbers: list[int] = []
        self._times = np.zeros(0, np.int64)
        self._bounds = (0, 0)
        """Ordinals: the first in the table, and the first that is not."""
        self._total = -1
        self._counted = [0]
        """Operations before every block of events."""

    def set_trace(self, trace: Trace | None) -> None:
        """Show another run."""
        self._trace = trace
        self._total = -1
        self._counted = [0]
        self._take(_EMPTY, (0, 0))

    @property
    def before(self) -> bool:
        """Whether the run has operations before those in the table."""
        return self._bounds[0] > 0

    @property
    def after(self) -> bool:
        """Whether the run has operations after those in the table."""
        return self._trace is not None and self._bounds[1] < self._trace.event_count

    def show_around(self, time: int) -> bool:
        """Have the operations around a moment in the table; whether it has changed."""
        trace = self._trace
        if trace is None or not trace.event_count:
            return False
        at, total = trace.store.count_until(time), trace.event_count
        first, end = self._bounds
        if end > first:
            inner = (end - first) // 8
            early = at < first + inner and first > 0
            late = at > end - inner and end < total
            # Behind the last event known, a growing run brings more with every frame.
            if not early and not late and (self._total == total or end < self._total):
                return False
        self._total = total
        first, end = self._around(at)
        begin, finish = trace.store.time(first), trace.store.time(end - 1)
        table = interleaving(trace, begin, finish, limit=4 * REACH)
        self._take(table, (first, end))
        return True

    def _around(self, at: int) -> tuple[int, int]:
        """Ordinals between which REACH operations lie on either side."""
        trace = self._trace
        assert trace is not None
        kinds, total, span = trace.store.kind.view, trace.event_count, 4 * REACH
        while True:
            first, end = max(at - span, 0), min(at + span, total)
            back = np.flatnonzero(_IS_OPERATION[kinds[first:at]])
            ahead = np.flatnonzero(_IS_OPERATION[kinds[at:end]])
            enough = (back.size >= REACH or not first) and (ahead.size >= REACH or end == total)
            if enough or span > 1 << 20:
                break
            span *= 4
        if back.size > REACH:
            first += int(back[-REACH])
        if ahead.size > REACH:
            end = at + int(ahead[REACH])
        return first, max(end, first + 1)

    def _take(self, table: Interleaving, bounds: tuple[int, int]) -> None:
        columns = self.columnCount()
        heads = self.table.names
        self._bounds = bounds
        self._times = np.array([line.time for line in table.lines], np.int64)
        self._numbers = self._number(table)
        if 2 + len(table.names) != columns or heads != table.names:
            self.beginResetModel()
            self.table, self._rows = table, 0
            self.endResetModel()
        else:
            self.table = table

    def _number(self, table: Interleaving) -> list[int]:
        """The number of each line within the run."""
        trace = self._trace
        if trace is None or not table.lines:
            return []
        number = self._operations_before(self._bounds[0])
        numbers = []
        for line in table.lines:
            number += line.count
            numbers.append(number)
        return numbers

    def _operations_before(self, ordinal: int) -> int:
        """How many operations lie before an event; whole blocks of a long run are counted once."""
        assert self._trace is not None
        kinds, whole = self._trace.store.kind.view, ordinal // _BLOCK
        while len(self._counted) <= whole:
            start = (len(self._counted) - 1) * _BLOCK
            more = np.count_nonzero(_IS_OPERATION[kinds[start : start + _BLOCK]])
            self._counted.append(self._counted[-1] + int(more))
        rest = _IS_OPERATION[kinds[whole * _BLOCK : ordinal]]
        return self._counted[whole] + int(np.count_nonzero(rest))

    @property
    def widest_number(self) -> str:
        """The last number of a line, as it is shown."""
        return grouped(self._numbers[-1]) if self._numbers else ""

    def row_until(self, time: int) -> int:
        """The last row at or before a moment; -1 if there is none."""
        return int(self._times.searchsorted(time, "right")) - 1

    def part(self, rows: range) -> Interleaving:
        """Some rows as a table of their own."""
        return replace(self.table, lines=self.table.lines[rows.start : rows.stop])

    def between(self, t0: int, t1: int) -> Interleaving:
        """The table of another stretch of the run."""
        return _EMPTY if self._trace is None else interleaving(self._trace, t0, t1)

    def total(self) -> int:
        return len(self.table.lines)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else 2 + len(self.table.names)

    def process_of(self, column: int) -> int | None:
        """Which process has a column."""
        processes = self.table.processes
        return processes[column - 1] if 1 <= column <= len(processes) else None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        process = self.process_of(section)
        if role == Qt.ItemDataRole.FontRole:
            return self.theme.font(13, 700, mono=True)
        if role == WHO:
            return None if process is None else self.identities.get(process)
        if role == Qt.ItemDataRole.DisplayRole:
            names = ("", *self.table.names, "")
            return names[section] if section < len(names) else ""
        return None

    def data(
        self,
        index: Index,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        row, column = self.first + index.row(), index.column()
        if row >= self.total():
            return None
        line = self.table.lines[row]
        if role == CURRENT:
            return row == self.current
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, row, column)
        if role == STRUCK:
            return line.overwritten and self.process_of(column) == line.process
        if role == Qt.ItemDataRole.FontRole:
            if column == 0:
                return self.theme.font(12, mono=True)
            strong = column > len(self.table.processes)
            last = column == self.columnCount() - 1
            return self.theme.font(13, 600 if strong else 400, mono=not last)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == 0:
            return Qt.AlignmentFlag.AlignRight
        return None

    def _text(self, line: Line, row: int, column: int) -> str:
        if column == 0:
            return "…" if line.row < 0 else grouped(self._numbers[row])
        process = self.process_of(column)
        if process is not None:
            return self.operation(line) if line.process == process else ""
        value = column - 1 - len(self.table.processes)
        if value < len(line.values):
            return line.values[value]
        if not line.overwrites:
            return ""
        return ngettext("{count} update lost", "{count} updates lost", 1).format(count=1)

    def operation(self, line: Line) -> str:
        """What a line says in its process's column."""
        several = len({obj for obj, _element in self.table.cells}) > 1
        if several and line.object in {obj for obj, _element in self.table.cells}:
            assert self._trace is not None
            name = self._trace.objects[line.object].name
            return _("{operation} · {name}").format(operation=line.text, name=name)
        return line.text

    def _colour(self, line: Line, column: int) -> Any:
        palette = self.theme.palette
        if column == 0:
            return palette.faint
        process = self.process_of(column)
        if process is not None:
            who = self.identities.get(process)
            if who is None:
                return palette.text
            colour = self.theme.identity(who.colour)
            # On a light ground identity colours are for shapes: text must be darker.
            return colour if self.theme.dark else mix(colour, palette.text, 0.45)
        return palette.red if column == self.columnCount() - 1 else palette.text
