"""The margin at the left of a text: line numbers, colour bars, badges."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget


class Margin(QWidget):
    """Draws what its text tells it to."""

    def __init__(self, text: QWidget, paint: Callable[[QPainter], None]) -> None:
        super().__init__(text)
        self._paint = paint
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter)
        painter.end()
