"""A dialog that is never larger than the window it belongs to: what has no room is scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget


class Sheet(QDialog):
    """Shows one widget; the arrow keys scroll it."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setWindowTitle(title)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self._area)

    def show_content(self, content: QWidget) -> None:
        """Show a widget, as large as it likes to be, or as there is room for."""
        content.setObjectName("body")
        self._area.setWidget(content)
        content.ensurePolished()
        wanted = content.sizeHint()
        window = self._parent.window()
        bar = self._area.verticalScrollBar().sizeHint().width()
        height = min(wanted.height() + 2, window.height())
        wide = wanted.width() + 2 + (bar if height < wanted.height() + 2 else 0)
        self.resize(min(wide, window.width()), height)
        self._area.setFocus(Qt.FocusReason.OtherFocusReason)
