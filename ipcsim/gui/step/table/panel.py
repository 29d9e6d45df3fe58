"""The page Step of the panel: buttons, the table of turns, what can be pressed."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.step.table.bar import StepBar
from ipcsim.gui.step.table.table import StepTable
from ipcsim.gui.step.table.tree import TriedView
from ipcsim.language import _

LOW = 170
"""Pixels at 100 %: below this there is room for nothing but the question and a turn."""


class StepPanel(QWidget):
    """A column of three."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.bar = StepBar(theme)
        self.table = StepTable(theme)
        self.tree = TriedView(theme)
        self._hint = QLabel()
        self._hint.setProperty("tone", "dim")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.tree)
        self.tree.hide()
        self._column.addWidget(self._hint)
        self.set_theme(theme)
        self.say("")

    def say(self, sentence: str) -> None:
        """Say something below the table; empty: what can be pressed."""
        keys = _("a number or a card: who goes next   → one step   ← undo   Space go on")
        self._hint.setText(sentence or keys)
        set_property(self._hint, "tone", "strong" if sentence else "dim")

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.bar.set_theme(theme)
        self.table.set_theme(theme)
        self.tree.theme = theme
        self.tree.updateGeometry()
        self._hint.setContentsMargins(theme.px(12), theme.px(2), theme.px(12), theme.px(4))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room the question comes first: the rest has keys."""
        theme, height = self._theme, self.height()
        self._hint.setVisible(height >= theme.px(LOW))
        self.bar.setVisible(not theme.presenting and height >= theme.px(LOW))
