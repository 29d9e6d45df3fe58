"""A sentence for which the status line has no room: as at 250 %, or while presenting."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from ipcsim.gui.look.style import set_property
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.look.words import plain

SHOWN_MS = 8000
"""For so long; what is wrong stays until something else is said, or it is clicked."""


class Saying(QLabel):
    """Lies over the window's foot, so that nothing moves when it comes and goes."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("saying")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self._parent = parent
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._place()

    def say(self, sentence: str, wrong: bool = False) -> None:
        """Show a sentence; empty takes it away."""
        self._timer.stop()
        self.setText(plain(sentence))
        set_property(self, "tone", "red" if wrong else "")
        self.setVisible(bool(sentence))
        if sentence:
            self._place()
            self.raise_()
            if not wrong:
                self._timer.start(SHOWN_MS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        wide, high = self._parent.width(), self._parent.height()
        height = min(self.heightForWidth(wide), high // 3)
        self.setGeometry(0, high - height, wide, height)
