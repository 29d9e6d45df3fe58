"""The spinners for what a program counts, under the program's own names."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ipcsim.gui.choosing.choice import Choice
from ipcsim.gui.choosing.count import Count
from ipcsim.gui.look.theme import Theme


class Counters(QWidget):
    """A row of :class:`Count`; takes no space where nothing is counted."""

    changed = Signal(str, int)
    """Name and new value."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.counts: list[Count] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._row.setSpacing(theme.px(10))
        for count in self.counts:
            count.set_theme(theme)

    def show_choice(self, choice: Choice) -> None:
        """Another program, or other values."""
        texts = {one.name: choice.value(one) for one in choice.counting}
        wanted = {name: int(text) for name, text in texts.items() if text.isdecimal()}
        if wanted == {count.name: count.value for count in self.counts}:
            return
        for count in self.counts:
            self._row.removeWidget(count)
            count.hide()
            count.deleteLater()
        self.counts = []
        for name, value in wanted.items():
            alone, first = len(wanted) == 1, not self.counts
            count = Count(name, value, self._theme, tight=not alone, keys=first)
            count.changed.connect(self.changed)
            self._row.addWidget(count)
            self.counts.append(count)
        self.setVisible(bool(self.counts))

    def step(self, by: int) -> None:
        """More or fewer of the first thing that is counted."""
        if self.counts:
            self.counts[0].step(by)
