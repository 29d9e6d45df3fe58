"""The tree of what has been tried: a line a branch, a dot a step, the end in words of form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.run.turns import Tried

MOST = 6
"""More branches than this are shown by the last ones."""


@dataclass(frozen=True)
class Dot:
    """A step in the picture."""

    node: Tried
    column: int
    row: int
    parent: tuple[int, int] | None
    """Column and row of the step before."""


def arranged(root: Tried) -> list[Dot]:
    """Where each step stands: further right is later, each branch has a row."""
    dots: list[Dot] = []
    row = -1
    waiting: list[tuple[Tried, int, tuple[int, int] | None, bool]] = [(root, 0, None, True)]
    while waiting:
        node, column, parent, new = waiting.pop()
        row += new
        dots.append(Dot(node, column, row, parent))
        for n, child in reversed(list(enumerate(node.children))):
            # The first child goes on in the row; the others begin one below all before them.
            waiting.append((child, column + 1, (column, row), n > 0))
    return dots


class TriedView(QWidget):
    """Shown once there is more than one branch; a click goes to a step."""

    node_clicked = Signal(object)
    """A :class:`Tried`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._dots: list[Dot] = []
        self._colours: Mapping[str, int] = {}
        self._path: set[int] = set()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_tree(self, root: Tried, at: Tried, colours: Mapping[str, int]) -> None:
        """Show a tree.

        Args:
            root: its beginning.
            at: where we are.
            colours: of each actor.
        """
        self._dots = arranged(root)
        self._colours = colours
        self._path = {id(root), *(id(node) for node in at.path())}
        self.setVisible(self.rows > 1 and not self.theme.presenting)
        self.updateGeometry()
        self.update()

    @property
    def rows(self) -> int:
        """How many branches there are."""
        return max((dot.row for dot in self._dots), default=0) + 1

    def sizeHint(self) -> QSize:
        return QSize(0, self.theme.px(8) + min(self.rows, MOST) * self.theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.theme.palette
        painter.fillRect(self.rect(), palette.strip)
        for dot in self._dots:
            self._line(painter, dot)
        for dot in self._dots:
            self._dot(painter, dot)
        painter.end()

    def _line(self, painter: QPainter, dot: Dot) -> None:
        if dot.parent is None:
            return
        on = id(dot.node) in self._path
        palette = self.theme.palette
        painter.setPen(QPen(palette.text if on else palette.outline, 1.6 if on else 1.0))
        start, end = self._place(*dot.parent), self._place(dot.column, dot.row)
        corner = QPointF(start.x(), end.y())
        painter.drawLine(start, corner)
        painter.drawLine(corner, end)

    def _dot(self, painter: QPainter, dot: Dot) -> None:
        palette, turn = self.theme.palette, dot.node.turn
        colour = self.theme.identity(self._colours.get(turn.actor, 0)) if turn else palette.dim
        on = id(dot.node) in self._path
        centre, radius = self._place(dot.column, dot.row), self.theme.px(4 if on else 3)
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if on else palette.strip)
        painter.drawEllipse(centre, radius, radius)
        if dot.node.outcome:
            mark = QRectF(centre.x() + radius + 3, centre.y() - 8, self.theme.px(16), 16)
            painter.setPen(palette.red if dot.node.fails else palette.text)
            painter.setFont(self.theme.font(12, 700))
            painter.drawText(
                mark, Qt.AlignmentFlag.AlignVCenter.value, "✗" if dot.node.fails else "✓"
            )

    def _place(self, column: int, row: int) -> QPointF:
        last = max((dot.column for dot in self._dots), default=1)
        room = self.width() - self.theme.px(44)
        step = min(float(self.theme.px(16)), room / max(last, 1))
        # Where there are too many, the newest are worth more.
        row -= max(0, self.rows - MOST)
        y = self.theme.px(4) + (row + 0.5) * self.theme.px(14)
        return QPointF(self.theme.px(14) + column * step, y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        dot = self._near(event.position())
        self.setToolTip("" if dot is None else dot.node.outcome or _call(dot.node))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dot = self._near(event.position())
        if dot is not None:
            self.node_clicked.emit(dot.node)

    def _near(self, place: QPointF) -> Dot | None:
        reach = float(self.theme.px(9))
        found: Dot | None = None
        for dot in self._dots:
            away = (self._place(dot.column, dot.row) - place).manhattanLength()
            if away <= reach:
                found, reach = dot, away
        return found


def _call(node: Tried) -> str:
    return f"{node.turn.actor}: {node.turn.call}" if node.turn is not None else ""
