"""The lines of the output on screen, each with its writers' colours and badge at its left."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from ipcsim.gui.look.badge import draw_badge
from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.margin import Margin
from ipcsim.gui.look.theme import Theme
from ipcsim.gui.output.text import Piece

LINES = 10_000
LINE_LENGTH = 4_000
"""Characters: Qt lays a line out as a whole, however long."""


@dataclass
class _Line:
    writers: list[int | None] = field(default_factory=list)
    time: int = 0
    length: int = 0
    error: bool = False


class OutputLines(QPlainTextEdit):
    """Keeps the last ten thousand lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._theme = theme
        self._who: Mapping[int, Identity] = {}
        self._lines: deque[_Line] = deque([_Line()])
        self._open = True
        self._until: int | None = None
        self._margin = Margin(self, self.paint_margin)
        self.updateRequest.connect(lambda *_area: self._margin.update())
        self._at_end = True
        """Whether the last line stays in sight: until a person scrolls up."""
        bar = self.verticalScrollBar()
        bar.actionTriggered.connect(lambda _action: self._scrolled())
        # Lines that are wrapped otherwise, in another size or type, take another height.
        bar.rangeChanged.connect(lambda _low, _high: self._stay())

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.setStyleSheet(
            f'QPlainTextEdit {{ font-family: "JetBrains Mono", monospace; '
            f"font-size: {theme.text_px(13, mono=True)}px; border: 1px solid transparent; }} "
            f"QPlainTextEdit:focus {{ border-color: {theme.palette.link.name()}; }}"
        )
        self.setViewportMargins(theme.px(38), 0, 0, 0)
        self._place_margin()
        # Where the window has no room for more, the last line at least is seen, and not cut off.
        self.setMinimumHeight(self.fontMetrics().height() + theme.px(12))

    def show_identities(self, who: Mapping[int, Identity]) -> None:
        """Who the writers are."""
        self._who = who
        self._margin.update()

    def show_time(self, time: int | None) -> None:
        """Dim the lines written later than ``time``; None dims none."""
        if time != self._until:
            self._until = time
            self.viewport().update()

    def clear_lines(self) -> None:
        """Begin with nothing."""
        self.clear()
        self._lines = deque([_Line()])
        self._open = self._at_end = True

    def writers(self, line: int) -> list[int | None]:
        """Who has written a line that is kept, counted from 0."""
        return self._lines[line].writers

    def last(self, count: int) -> list[str]:
        """The last lines with something on them, oldest first; no errors, and none that is later
        than the moment shown."""
        found: list[str] = []
        block = self.document().lastBlock()
        for line in reversed(self._lines):
            if not line.error and (self._until is None or line.time <= self._until):
                found += [text] if (text := block.text().strip()) else []
            if len(found) == count:
                break
            block = block.previous()
        return found[::-1]

    def to_end(self) -> None:
        """Show the last line, and stay there."""
        self._at_end = True
        self._stay()

    def append(self, pieces: Iterable[Piece]) -> int:
        """Add pieces at the end; returns how many characters were not kept."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cut = 0
        for piece in pieces:
            if not self._open:
                cursor.insertBlock()
                self._lines.append(_Line())
                self._open = True
            cut += self._add(cursor, piece)
            self._open = not piece.ends_line
        # Blocks that come and go in one edit leave Qt a wrong count of wrapped lines: the end of a
        # flood would be scrolled out of sight.
        cursor.endEditBlock()
        over = len(self._lines) - LINES
        if over > 0:
            cut += self._drop(over)
        self._stay()
        self._margin.update()
        return cut

    def _scrolled(self) -> None:
        bar = self.verticalScrollBar()
        self._at_end = bar.sliderPosition() >= bar.maximum() - 1

    def _stay(self) -> None:
        if self._at_end:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _add(self, cursor: QTextCursor, piece: Piece) -> int:
        line = self._lines[-1]
        if piece.overwrites:
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.removeSelectedText()
            line.writers, line.length = [], 0
        line.time = piece.time
        line.error = line.error or piece.stream == 2
        text = piece.text[: max(0, LINE_LENGTH - line.length)]
        if text and (not line.writers or line.writers[-1] != piece.writer):
            line.writers.append(piece.writer)
            if len(line.writers) == 2:
                self._underline(cursor.block(), line.writers[0])
        form = QTextCharFormat()
        if len(line.writers) > 1:
            form = self._underlined(piece.writer)
        cursor.insertText(text, form)
        line.length += len(text)
        return len(piece.text) - len(text)

    def _drop(self, count: int) -> int:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.movePosition(
            QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor, count
        )
        cursor.removeSelectedText()
        return sum(self._lines.popleft().length for _line in range(count))

    def _underline(self, block: QTextBlock, writer: int | None) -> None:
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(self._underlined(writer))

    def _underlined(self, writer: int | None) -> QTextCharFormat:
        """Where several write one line, each one's part is underlined in its colour."""
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        form.setUnderlineColor(self._colour(writer))
        return form

    def _colour(self, writer: int | None) -> QColor:
        who = self._who.get(writer) if writer is not None else None
        return self._theme.palette.outline if who is None else self._theme.identity(who.colour)

    # --- drawing

    def paint_margin(self, painter: QPainter) -> None:
        """Draw the colour bars, and a badge wherever the writer changes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, before = self._theme, object()
        block = self.firstVisibleBlock()
        bar = theme.px(28)
        while block.isValid() and block.blockNumber() < len(self._lines):
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                return
            line = self._lines[block.blockNumber()]
            share = box.height() / max(1, len(line.writers))
            for number, writer in enumerate(line.writers):
                top = box.top() + number * share
                painter.fillRect(QRectF(bar, top + 1, theme.px(3), share - 2), self._colour(writer))
            writer = line.writers[0] if line.writers else None
            who = self._who.get(writer) if writer is not None else None
            if who is not None and writer != before:
                radius = min(box.height() * 0.46, theme.px(9))
                draw_badge(painter, QPointF(theme.px(15), box.center().y()), radius, who, theme)
            before = writer if line.writers else object()
            block = block.next()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._until is None:
            return
        painter = QPainter(self.viewport())
        veil = QColor(self._theme.palette.background)
        veil.setAlphaF(0.65)
        block = self.firstVisibleBlock()
        while block.isValid() and block.blockNumber() < len(self._lines):
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                break
            if self._lines[block.blockNumber()].time > self._until:
                painter.fillRect(box, veil)
            block = block.next()
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_margin()
        self._stay()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons():
            # Who selects beyond the edge scrolls, too.
            self._scrolled()

    def _place_margin(self) -> None:
        inside = self.contentsRect()
        self._margin.setGeometry(
            QRect(inside.left(), inside.top(), self.viewportMargins().left(), inside.height())
        )
