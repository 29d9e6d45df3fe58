"""Who is at lines of the program that are out of sight: at the edge that they are beyond."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.code_marks import BADGES, Mark
from ipcsim.language import _

UP, DOWN = "↑", "↓"


class Beyond(QWidget):
    """Badges behind an arrow, ``↓ 47``; a click asks for the nearest of their lines."""

    line_wanted = Signal(int)

    def __init__(self, parent: QWidget, arrow: str, theme: Theme) -> None:
        super().__init__(parent)
        self._arrow = arrow
        self._marks: list[Mark] = []
        self._lines: list[int] = []
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self._font = theme.font(12, 600)
        self.update()

    def show_marks(self, marks: Mapping[int, list[Mark]]) -> None:
        """Show who is at which line out of sight; hidden where there is nobody.

        ``marks`` are by line, the nearest one first.
        """
        lines = list(marks)
        found = [mark for line in lines for mark in marks[line]]
        if (found, lines) == (self._marks, self._lines):
            return
        self._marks, self._lines = found, lines
        self.setVisible(bool(found))
        if found:
            names = ", ".join(dict.fromkeys(mark.who.name for mark in found))
            self.setToolTip(_("{names}: line {line}").format(names=names, line=self._lines[0]))
        self.update()

    def place(self, width: int, height: int, row: float) -> None:
        """Stand at the right edge of a text of ``width`` times ``height`` pixels, one row high."""
        theme, tall = self._theme, round(row * 1.15)
        wide = round(self._text_width() + self._badges() * (self._disc(tall) + theme.px(3)))
        left = max(0, width - wide - theme.px(20))
        self.setGeometry(left, 0 if self._arrow == UP else height - tall, width - left, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colours.line)
        painter.setPen(QPen(colours.outline, 1))
        edge = self.height() - 1 if self._arrow == UP else 0
        painter.drawLine(0, edge, self.width(), edge)
        disc, middle = self._disc(self.height()), QRectF(self.rect()).center()
        right = self.width() - theme.px(10)
        for mark in reversed(self._marks[: self._badges()]):
            middle.setX(right - disc / 2)
            draw_badge(painter, middle, disc / 2, mark.who, theme, mark.waiting)
            right -= round(disc + theme.px(3))
        painter.setFont(self._font)
        painter.setPen(colours.text)
        room = QRectF(0, 0, right - theme.px(3), self.height())
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, align, self._text())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the text below isn't pressed

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._lines:
            self.line_wanted.emit(self._lines[0])

    def _badges(self) -> int:
        return len(self._marks) if len(self._marks) <= BADGES else 0

    def _disc(self, tall: int) -> float:
        return min(tall * 0.9, float(self._theme.px(22)))

    def _text(self) -> str:
        """The line, if it is one; how many there are, if they are too many for badges."""
        if not self._badges():
            return f"{self._arrow} {len(self._marks)}"
        return f"{self._arrow} {self._lines[0]}" if len(self._lines) == 1 else self._arrow

    def _text_width(self) -> int:
        return QFontMetrics(self._font).horizontalAdvance(self._text()) if self._marks else 0
