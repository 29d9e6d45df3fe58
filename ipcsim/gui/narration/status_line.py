"""The line at the foot: how many, how much, and what must be known about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain


class StatusLine(QWidget):
    """Facts at the left, the machinery at the right, and sentences that must be read."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facts, self._sentence, self._machinery = QLabel(), QLabel(), QLabel()
        self._whole = ""
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        # A long line of facts is cut off rather than making the window wider.
        self._facts.setMinimumWidth(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._facts)
        self._row.addWidget(self._sentence, 1)
        self._row.addWidget(self._machinery)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        self._row.setSpacing(theme.px(12))
        self.setFixedHeight(max(theme.px(22), self._facts.fontMetrics().height() + theme.px(4)))

    def show_facts(self, facts: list[str], machinery: list[str]) -> None:
        """Show what can be counted."""
        self._facts.setText(" · ".join(facts))
        self._machinery.setText(" · ".join(machinery))
        self._cut()

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Say a sentence until another one is said; empty takes it away."""
        self._whole = plain(sentence)
        self._sentence.setToolTip(self._whole)
        set_property(self._sentence, "tone", "red" if wrong else "")
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    @property
    def fits(self) -> bool:
        """Whether the whole sentence can be read in its place."""
        return self._sentence.text() == self._whole

    def _cut(self) -> None:
        self._row.activate()
        cut, room = Qt.TextElideMode.ElideRight, self._sentence.width()
        self._sentence.setText(self._sentence.fontMetrics().elidedText(self._whole, cut, room))

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._whole

    @property
    def facts(self) -> str:
        """What can be counted, as it stands there."""
        return self._facts.text()
