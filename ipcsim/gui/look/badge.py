"""A badge: the numbered disc by which a process is known wherever it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ipcsim.gui.look.identity import Identity
from ipcsim.gui.look.theme import Theme


def draw_badge(
    painter: QPainter,
    centre: QPointF,
    radius: float,
    who: Identity,
    theme: Theme,
    hollow: bool = False,
) -> None:
    """Draw a badge.

    Args:
        painter: with antialiasing on.
        centre: of the disc.
        radius: in pixels.
        who: gives number and colour.
        theme: the look.
        hollow: for one that waits; main's is always hollow.
    """
    colour = theme.identity(who.colour)
    hollow = hollow or who.colour == 0
    width = max(1.5, radius * 0.18)
    painter.setPen(QPen(colour, width))
    painter.setBrush(theme.palette.background if hollow else colour)
    inner = radius - width / 2
    painter.drawEllipse(centre, inner, inner)
    font = theme.font(12, 700)
    font.setPixelSize(max(6, round(radius * (1.25, 1.05, 0.85)[min(len(who.label), 3) - 1])))
    painter.setFont(font)
    painter.setPen(theme.palette.text if hollow else theme.on(colour))
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, who.label)


def draw_pill(painter: QPainter, box: QRectF, text: str, colour: QColor, theme: Theme) -> None:
    """Draw the outline that stands for several of one group, with a text in it."""
    painter.setPen(QPen(colour, max(1.5, box.height() * 0.09)))
    painter.setBrush(theme.palette.background)
    radius = box.height() / 2
    painter.drawRoundedRect(box, radius, radius)
    font = theme.font(12, 700)
    font.setPixelSize(round(box.height() * 0.62))
    painter.setFont(font)
    painter.setPen(theme.palette.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Badge(QWidget):
    """A badge as a widget; takes no space while it has nobody to show."""

    def __init__(self, theme: Theme, size: float = 22) -> None:
        super().__init__()
        self._theme = theme
        self._size = size
        self._who: Identity | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_identity(self, who: Identity | None) -> None:
        """Show whose turn it is; None hides the badge."""
        if who != self._who:
            self._who = who
            # Not by hiding: a widget that is shown before it has a parent is a window.
            self.updateGeometry()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = self._theme.px(self._size) if self._who is not None else 0
        return QSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._who is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QPointF(self.width() / 2, self.height() / 2)
        draw_badge(painter, centre, self._theme.px(self._size) / 2, self._who, self._theme)
        painter.end()
