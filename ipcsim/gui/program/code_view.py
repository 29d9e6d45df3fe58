"""The program on screen: the very file that runs, with every process's badge at its line."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QTextBlock
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from ipcsim.gui.look.margin import Margin
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.program.beyond import DOWN, UP, Beyond
from ipcsim.gui.program.code_badges import Target, draw_marks
from ipcsim.gui.program.code_marks import Difference, Mark
from ipcsim.gui.program.code_steps import draw_steps, steps, strip_width
from ipcsim.gui.program.highlight import PythonColours

COLOURS_MS = 30
COLUMNS = 44
"""Of a lesson's longest lines."""
NOTHING = Difference(frozenset(), frozenset())


class CodeView(QPlainTextEdit):
    """One file. A click on a line's text filters by it, a click on a badge selects its process."""

    line_clicked = Signal(int)
    """A line, from 1; 0: the filtered line was clicked again."""
    process_clicked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._theme = theme
        self._colours = PythonColours(self.document(), theme)
        self._numbers = Margin(self, self.paint_numbers)
        self._marks: Mapping[int, list[Mark]] = {}
        self.difference = NOTHING
        """What is tinted."""
        self.wrong = 0
        """The line an exception came from; 0 none."""
        self._filtered = 0
        self._badges: dict[int, list[Target]] = {}
        """Where they stand on each line."""
        self._above, self._below = (Beyond(self, arrow, theme) for arrow in (UP, DOWN))
        for beyond in (self._above, self._below):
            beyond.line_wanted.connect(self.show_line)
        self.updateRequest.connect(self._scroll_numbers)
        self.verticalScrollBar().valueChanged.connect(self._show_beyond)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.setFont(theme.font(13, mono=True))
        # The style sheet's font for everything would win over setFont.
        self.setStyleSheet(
            f'QPlainTextEdit {{ font-family: "JetBrains Mono", monospace; '
            f"font-size: {theme.text_px(13, mono=True)}px; }}"
        )
        self._colours.set_theme(theme)
        for beyond in (self._above, self._below):
            beyond.set_theme(theme)
        self._make_room()
        self.viewport().update()
        self._numbers.update()

    def show_text(self, text: str) -> None:
        """Show another file."""
        if text == self.toPlainText():
            return
        # Loading what knows the colours takes longer than showing the window.
        if "pygments.lexers.python" in sys.modules:
            self._colours.read(text)
        else:
            QTimer.singleShot(COLOURS_MS, self._colour)
        self.setPlainText(text)
        self._marks, self.difference, self.wrong, self._filtered = {}, NOTHING, 0, 0
        self._make_room()
        self._show_beyond()

    def _colour(self) -> None:
        self._colours.read(self.toPlainText())
        self._colours.rehighlight()

    def show_marks(self, marks: Mapping[int, list[Mark]]) -> None:
        """Show who is at which line, from 1."""
        before, self._marks = self._marks, marks
        if before == marks:
            return
        for line in before.keys() | marks.keys():
            if before.get(line) != marks.get(line):
                self._update_line(line)
        if before.keys() != marks.keys():
            self._numbers.update()
        self._show_beyond()

    def show_difference(self, difference: Difference) -> None:
        """Tint the lines that the other variant has differently."""
        self.difference = difference
        self.viewport().update()

    def show_wrong(self, line: int) -> None:
        """Mark the line an exception came from, and make it visible; 0 unmarks."""
        if line != self.wrong:
            self.wrong = line
            if line:
                self.show_line(line)
            self.viewport().update()
            self._numbers.update()

    def show_filter(self, line: int) -> None:
        """Outline the line that the other views are filtered by; 0 none."""
        self._filtered = line
        self.viewport().update()

    def show_line(self, line: int) -> None:
        """Scroll so that a line is visible, a few lines above the middle if it wasn't."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return
        box = self._box(block)
        if box.top() < 0 or box.bottom() > self.viewport().height():
            rows = self.viewport().height() // max(1, self.fontMetrics().height())
            self.verticalScrollBar().setValue(max(0, line - 1 - rows // 3))

    def wanted_width(self) -> int:
        """Pixels in which a lesson's longest lines are seen whole."""
        letters = self.fontMetrics().horizontalAdvance("0" * COLUMNS)
        margins = self.viewportMargins().left() + 2 * self.document().documentMargin()
        return round(letters + margins + self.verticalScrollBar().sizeHint().width() + 1)

    # --- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        if area.contains(self.viewport().rect()):
            self._badges.clear()
        # What belongs to the line above reaches into the next.
        painted = [
            row for row in self._visible() if row[1].bottom() >= area.top() - row[1].height()
        ]
        painted = [row for row in painted if row[1].top() <= area.bottom() + 1]
        behind = QPainter(self.viewport())
        for block, box in painted:
            self._paint_ground(behind, block.blockNumber() + 1, box)
        behind.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block, box in painted:
            line = block.blockNumber() + 1
            on_line = self._marks.get(line)
            self._badges.pop(line, None)
            if on_line:
                theme, metrics = self._theme, self.fontMetrics()
                right = float(self.viewport().width() - theme.px(10))
                colours = theme.palette
                ground = colours.red_surface if line == self.wrong else colours.line
                badges = draw_marks(painter, box, right, on_line, metrics, ground, theme)
                self._badges[line] = badges
                self._paint_steps(painter, block, on_line, badges[-1][0].left() - theme.px(3))
        painter.end()

    def _paint_ground(self, painter: QPainter, line: int, box: QRectF) -> None:
        colours = self._theme.palette
        row = QRectF(0, box.top(), self.viewport().width(), box.height())
        if line in self.difference.changed:
            painter.fillRect(row, colours.changed)
        if line == self.wrong:
            painter.fillRect(row, colours.red_surface)
        elif line in self._marks:
            painter.fillRect(row, colours.line)
        if line in self.difference.missing:
            painter.fillRect(QRectF(0, box.top() - 1, row.width(), 2), colours.builtin)
        if line == self._filtered:
            painter.setPen(QPen(colours.link, 1))
            painter.drawRect(row.adjusted(0.5, 0.5, -1.5, -0.5))

    def _paint_steps(
        self, painter: QPainter, block: QTextBlock, on_line: list[Mark], right: float
    ) -> None:
        """An addition in place, opened: below its line if that is empty, else behind it."""
        found = steps(block.text(), on_line)
        if found is None:
            return
        theme, box, below = self._theme, self._box(block), block.next()
        font = theme.font(12, 600)
        width = strip_width(found, font, theme)
        inset = box.height() * 0.08
        if below.isValid() and not below.text().strip():
            box = self._box(below)
            right = self.viewport().width() - theme.px(10)
        elif self.fontMetrics().horizontalAdvance(block.text()) + theme.px(20) + width > right:
            return
        place = QRectF(0, box.top() + inset, right - theme.px(4), box.height() - 2 * inset)
        draw_steps(painter, place, found, font, theme)

    def paint_numbers(self, painter: QPainter) -> None:
        """Draw the line numbers into the margin at the left."""
        colours, width = self._theme.palette, self._numbers.width()
        painter.fillRect(QRect(0, 0, width, self.viewport().height()), colours.background)
        painter.setFont(self._theme.font(12, mono=True))
        for block, box in self._visible():
            line = block.blockNumber() + 1
            row = QRectF(0, box.top(), width, box.height())
            if line == self.wrong:
                painter.fillRect(row, colours.red_surface)
                painter.fillRect(QRectF(0, box.top(), self._theme.px(3), box.height()), colours.red)
            elif line in self._marks:
                painter.fillRect(row, colours.line)
            painter.setPen(colours.text if line in self._marks else colours.faint)
            place = row.adjusted(0, 0, -self._theme.px(12), 0)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(line)
            )

    # --- geometry and mouse

    def _visible(self) -> list[tuple[QTextBlock, QRectF]]:
        """Lines on screen, each with its box."""
        result = []
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > self.viewport().height():
                break
            result.append((block, box))
            block = block.next()
        return result

    def _update_line(self, line: int) -> None:
        """Draw a line anew, and the one below, in which an addition may be opened."""
        block = self.document().findBlockByNumber(line - 1)
        if block.isValid():
            box = self._box(block)
            around = QRectF(0, box.top(), self.viewport().width(), 2 * box.height())
            self.viewport().update(around.adjusted(0, -2, 0, 2).toAlignedRect())

    def _show_beyond(self) -> None:
        """Whoever is at a line out of sight stands at the edge."""
        height = self.viewport().height()
        whole = [row for row in self._visible() if row[1].top() >= 0 and row[1].bottom() <= height]
        if not whole:
            return
        first, last = whole[0][0].blockNumber() + 1, whole[-1][0].blockNumber() + 1
        lines = sorted(self._marks)
        above = {line: self._marks[line] for line in reversed(lines) if line < first}
        below = {line: self._marks[line] for line in lines if line > last}
        inside = self.viewport().geometry()
        for beyond, marks in ((self._above, above), (self._below, below)):
            beyond.show_marks(marks)
            beyond.place(inside.right() + 1, inside.bottom() + 1, whole[0][1].height())

    def _box(self, block: QTextBlock) -> QRectF:
        return self.blockBoundingGeometry(block).translated(self.contentOffset())

    def _make_room(self) -> None:
        digits = max(2, len(str(self.blockCount())))
        width = self._theme.px(22) + digits * self.fontMetrics().horizontalAdvance("0")
        self.setViewportMargins(width, 0, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(
            inside.left(), inside.top(), self.viewportMargins().left(), inside.height()
        )

    def _scroll_numbers(self, rect: QRect, dy: int) -> None:
        if dy:
            # Badges stand at the right edge: scrolled pixels would leave parts of them behind.
            self.viewport().update()
        if dy or rect.contains(self.viewport().rect()):
            self._numbers.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()
        self._show_beyond()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        for disc, process in itertools.chain.from_iterable(self._badges.values()):
            if disc.contains(event.position()):
                self.process_clicked.emit(process)
                return
        block = self.cursorForPosition(event.position().toPoint()).block()
        if not self._box(block).adjusted(0, 0, 9999, 0).contains(event.position()):
            return
        line = block.blockNumber() + 1
        self.line_clicked.emit(0 if line == self._filtered else line)
