"""The table of events: any number of rows, told when they are seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain
from ipcsim.gui.panels.tables.delegate import CURRENT, WHO
from ipcsim.gui.panels.tables.event_filter import Wanted, chosen, kind_text
from ipcsim.gui.panels.tables.long_table import NO_INDEX, Index, LongModel
from ipcsim.gui.panels.time_text import moment
from ipcsim.language import _
from ipcsim.trace.queries import EventView
from ipcsim.trace.trace import Trace

TIME, PROCESS, OPERATION, OBJECT, VALUE, PLACE, SENTENCE = range(7)
_KEPT = 2000
MICROSECOND = 1_000
"""ns: events that lie nearer can't be told apart by their time."""


class EventsModel(LongModel):
    """Events of a run that a filter lets through, in order of time."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.identities: Mapping[int, Identity] = {}
        self._trace: Trace | None = None
        self._wanted = Wanted()
        self._everything = True
        self._chosen: list[np.ndarray[Any, np.dtype[np.uint32]]] = []
        self._ends = np.zeros(1, np.int64)
        self._seen = 0
        self._known: dict[int, EventView] = {}

    @property
    def wanted(self) -> Wanted:
        """The filter."""
        return self._wanted

    def set_trace(self, trace: Trace | None) -> None:
        """Show another run."""
        self._trace = trace
        self._known.clear()
        self._begin()

    def set_wanted(self, wanted: Wanted) -> None:
        """Filter otherwise."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._everything = wanted.everything
            self._begin()

    def grow(self) -> bool:
        """Take in what has been recorded since; whether anything has."""
        trace = self._trace
        if trace is None:
            return False
        count = trace.event_count
        if count == self._seen:
            return False
        if not self._everything:
            self._append(chosen(trace, self._wanted, self._seen, count))
        self._seen = count
        return True

    def total(self) -> int:
        return self._seen if self._everything else int(self._ends[-1])

    def ordinal(self, row: int) -> int:
        """The event of a row of all rows."""
        if self._everything:
            return row
        part = int(np.searchsorted(self._ends, row, "right")) - 1
        return int(self._chosen[part][row - self._ends[part]])

    def row_until(self, time: int) -> int:
        """The last row at or before a moment; -1 if there is none."""
        if self._trace is None:
            return -1
        bound = self._trace.store.count_until(time)
        if self._everything:
            return min(bound, self._seen) - 1
        before = -1
        for part, start in zip(self._chosen, self._ends.tolist(), strict=False):
            if not len(part) or part[0] >= bound:
                break
            before = start + int(part.searchsorted(np.uint32(bound))) - 1
        return before

    def told(self, row: int) -> EventView | None:
        """The event of a row of all rows; None if its record can't be told."""
        if self._trace is None:
            return None
        ordinal = self.ordinal(row)
        found = self._known.get(ordinal)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            try:
                found = self._trace.event(int(self._trace.rows(np.array([ordinal]))[0]))
            except LookupError:
                return None
            self._known[ordinal] = found
        return found

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else 7

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (TIME, PLACE):
            return Qt.AlignmentFlag.AlignRight
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (
                _("Time"),
                _("Process"),
                _("Operation"),
                _("Object"),
                _("Value"),
                _("Line"),
                _("What happened"),
            )[section]
        return None

    def data(
        self,
        index: Index,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        row = self.first + index.row()
        if row >= self.total():
            return None
        if role == CURRENT:
            return row == self.current
        column = index.column()
        if role == Qt.ItemDataRole.FontRole:
            return self.theme.font(13, mono=column in (OPERATION, VALUE))
        if role == Qt.ItemDataRole.ForegroundRole:
            palette = self.theme.palette
            return palette.dim if column in (TIME, PLACE, OBJECT) else palette.text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = column in (TIME, PLACE)
            return Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        if role not in (Qt.ItemDataRole.DisplayRole, WHO, Qt.ItemDataRole.ToolTipRole):
            return None
        event = self.told(row)
        if event is None:
            return None
        if role == WHO:
            return self.identities.get(event.process) if column == PROCESS else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(event.sentence)
        return self._text(event, column)

    def time_text(self, time: int) -> str:
        """A moment as the table shows it."""
        begin = self._trace.begin if self._trace is not None else 0
        return moment(time - begin, MICROSECOND)

    def _text(self, event: EventView, column: int) -> str:
        trace = self._trace
        assert trace is not None
        if column == TIME:
            return self.time_text(event.time)
        if column == PROCESS:
            return trace.processes[event.process].name
        if column == OPERATION:
            return event.operation or kind_text(event.kind)
        if column == OBJECT:
            return "" if event.object is None else trace.objects[event.object].name
        if column == VALUE:
            return event.label
        if column == PLACE:
            return "" if event.place is None else str(event.place.line)
        return plain(event.sentence)

    def _begin(self) -> None:
        self.current = -1
        self._seen = 0
        self._chosen, self._ends = [], np.zeros(1, np.int64)
        if self._trace is not None:
            self.grow()

    def _append(self, found: np.ndarray[Any, np.dtype[np.uint32]]) -> None:
        if not len(found):
            return
        # Few large parts instead of one for each frame.
        if self._chosen and len(self._chosen[-1]) < 65_536:
            self._chosen[-1] = np.concatenate((self._chosen[-1], found))
            self._ends[-1] += len(found)
            return
        self._chosen.append(found)
        self._ends = np.append(self._ends, self._ends[-1] + len(found))
