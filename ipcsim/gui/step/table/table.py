"""The interleaving as it is stepped, a column an actor; its last row asks who goes next."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.step.table.actions import boxes, tip
from ipcsim.gui.step.table.measures import Measures
from ipcsim.gui.step.table.painting import TablePainter
from ipcsim.gui.step.table.rows import Content, fitting
from ipcsim.language import _

LEAST = 108
"""Pixels at 100 % that an actor's column needs at least."""


class StepTable(QWidget):
    """Shows a :class:`Content`; what is clicked is told."""

    actor_clicked = Signal(str)
    """The cell of an actor in the last row."""
    actor_menu = Signal(str, QPoint)
    """The same with the right button, and where on the screen."""
    action_clicked = Signal(str, str)
    """A small button in an actor's cell of the last row: the actor and what."""
    row_clicked = Signal(int)
    """A turn's number, from 1."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._canvas = _Canvas(theme, self)
        self._theme = theme
        self._whole = Content()
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._canvas, 1)
        row.addWidget(self.bar)
        self.bar.valueChanged.connect(self._canvas.update)
        self.setAccessibleName(_("turns, and who goes next"))

    @property
    def content(self) -> Content:
        """What is shown, as far as there is room for it."""
        return self._whole

    @property
    def question(self) -> str:
        """What the last row says."""
        return self._canvas.question

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._canvas.theme = self._theme = theme
        self.fit()

    def show_content(self, content: Content, question: str, wrong: bool = False) -> None:
        """Show other turns.

        Args:
            question: what the last row says beside the candidates, or instead of them.
            wrong: the question is an answer that is wrong.
        """
        grown = len(content.rows) != len(self.content.rows)
        self._whole = content
        self._canvas.question, self._canvas.wrong = question, wrong
        self.fit(to_end=grown)

    def fit(self, to_end: bool = False) -> None:
        """Work out what has room."""
        most = max(3, self.width() // self._theme.px(LEAST))
        self._canvas.content = fitting(self._whole, most)
        visible = self._canvas.measures().visible
        self.bar.setRange(0, max(0, len(self.content.rows) - visible))
        self.bar.setPageStep(max(1, visible))
        self.bar.setVisible(self.bar.maximum() > 0)
        if to_end:
            self.bar.setValue(self.bar.maximum())
        self._canvas.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(to_end=True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.bar.setValue(self.bar.value() - round(event.angleDelta().y() / 40))


class _Canvas(QWidget):
    """Draws, and finds out what is under the mouse."""

    def __init__(self, theme: Theme, table: StepTable) -> None:
        super().__init__()
        self.theme = theme
        self.content = Content()
        self.question = ""
        self.wrong = False
        self._table = table
        self._hover = ""
        self._action = ""
        self.setMouseTracking(True)

    def measures(self) -> Measures:
        return Measures.of(self.theme, self.content, self.width(), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.theme.palette.background)
        TablePainter(painter, self.theme, self.content, self.measures()).draw(
            self._table.bar.value(), self.question, self.wrong, self._hover, self._action
        )
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        actor, action = self._actor_at(x, y), self._action_at(x, y)
        offer = (self.content.offers or {}).get(actor)
        hover = actor if action or (offer is not None and offer.enabled) else ""
        reason = offer.reason if offer is not None else ""
        self.setToolTip(tip(self.content, actor, action) if action else reason)
        if (hover, action) != (self._hover, self._action):
            self._hover, self._action = hover, action
            hand = Qt.CursorShape.PointingHandCursor if hover else Qt.CursorShape.ArrowCursor
            self.setCursor(hand)
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = self._action = ""
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        actor, action = self._actor_at(x, y), self._action_at(x, y)
        if actor and event.button() is Qt.MouseButton.RightButton:
            self._table.actor_menu.emit(actor, event.globalPosition().toPoint())
        elif actor and action:
            self._table.action_clicked.emit(actor, action)
        elif actor:
            self._table.actor_clicked.emit(actor)
        elif event.button() is Qt.MouseButton.LeftButton:
            row = self.measures().row_at(y)
            first = self._table.bar.value()
            if row is not None and first + row < len(self.content.rows):
                self._table.row_clicked.emit(self.content.rows[first + row].number)

    def action_boxes(self, actor: str) -> dict[str, QRectF]:
        """Where the buttons of an actor's cell are, by what they do."""
        measures = self.measures()
        row = measures.question(self._table.bar.value(), len(self.content.rows))
        for column, (left, width) in zip(self.content.columns, measures.columns, strict=True):
            if column.actor == actor:
                cell = QRectF(left, row.top(), width, row.height())
                found = boxes(self.theme, self.content, column, cell)
                return {action.what: box for action, box in found.items()}
        return {}

    def _action_at(self, x: float, y: float) -> str:
        """Which button is there."""
        found = self.action_boxes(self._actor_at(x, y))
        return next((what for what, box in found.items() if box.contains(x, y)), "")

    def _actor_at(self, x: float, y: float) -> str:
        """Whose cell of the last row, or whose heading, is there."""
        measures = self.measures()
        inside = measures.question(self._table.bar.value(), len(self.content.rows))
        if not (inside.top() <= y <= inside.bottom() or y < measures.head):
            return ""
        for column, (left, width) in zip(self.content.columns, measures.columns, strict=True):
            if QRectF(left, 0, width, self.height()).contains(x, y):
                return column.actor
        return ""
