"""Columns as wide as what has been seen in them; the last one has the rest, or what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.tables.long_table import LongTable

EDGE = 8 + 6
"""Pixels at 100 % beside a text."""


class Columns:
    """Of a long table. They only grow, so that nothing jumps while rows go by."""

    def __init__(
        self, table: LongTable, most: Mapping[int, int], spare: Sequence[int] = ()
    ) -> None:
        """Args:
        table: of whose visible rows the texts are measured.
        most: columns that grow, and up to how many pixels at 100 %; 0 is without end.
        spare: columns that say what others say, too: left out, in this order, where the last one
            has no room otherwise.
        """
        self._table, self._most = table, dict(most)
        self._spare = tuple(spare)
        self._measured: tuple[int, ...] = ()
        self._needed = 0
        self._wide: dict[int, int] = {}
        """Of what can be left out, also while it is."""

    def forget(self) -> None:
        """Another run, or another look: begin anew."""
        self._measured, self._needed, self._wide = (), 0, {}
        for column in self._spare:
            self._table.view.showColumn(column)

    def fit(self, theme: Theme) -> None:
        """Take in what is visible now."""
        view, model = self._table.view, self._table.model
        rows, last = model.rowCount(), model.columnCount() - 1
        seen = (model.first, rows, model.total())
        if seen != self._measured:
            self._measured = seen
            for column, most in self._most.items():
                wide = self._widest(column, rows) + theme.px(EDGE)
                wide = min(wide, theme.px(most)) if most else wide
                if column == last:
                    self._needed = max(self._needed, wide)
                elif wide > (view.columnWidth(column) or self._wide.get(column, 0)):
                    # One that is left out has no width of its own; it has it again afterwards.
                    view.setColumnWidth(column, wide)
                    self._wide |= {column: wide} if column in self._spare else {}
        self._wide |= {c: w for c in self._spare if (w := view.columnWidth(c))}
        others = sum(view.columnWidth(c) for c in range(last) if c not in self._spare)
        room = view.viewport().width() - others - sum(self._wide.values())
        for column in self._spare:
            left_out = room < self._needed
            room += self._wide.get(column, 0) if left_out else 0
            if view.isColumnHidden(column) != left_out:
                view.setColumnHidden(column, left_out)
        wide = max(room, self._needed)
        if wide != view.columnWidth(last):
            view.setColumnWidth(last, wide)

    def _widest(self, column: int, rows: int) -> int:
        model, widest = self._table.model, 0.0
        for row in range(rows):
            index = model.index(row, column)
            text = index.data(Qt.ItemDataRole.DisplayRole)
            font = index.data(Qt.ItemDataRole.FontRole)
            if text and isinstance(font, QFont):
                widest = max(widest, QFontMetricsF(font).horizontalAdvance(str(text)))
        return int(widest) + 1
