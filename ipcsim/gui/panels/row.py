"""A zone of the timeline that is drawn once and shown many times."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.panels.timeline.layout import Box


class Row(QGraphicsObject):
    """A rectangle of the scene that keeps its picture until it is stale.

    A cursor that moves, or another widget over it, then costs a copy of pixels only. What is drawn
    is decided when it is painted: a hidden panel costs nothing.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.box = Box(0, 0, 1, 1)
        self._picture: QImage | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take another look."""
        self.theme = theme
        self.stale()

    def place(self, box: Box) -> None:
        """Move to a place of the scene."""
        if box != self.box:
            self.prepareGeometryChange()
            self.box = box
            self.setPos(box.x, box.y)
            self.stale()

    def stale(self) -> None:
        """Draw anew at the next paint."""
        self._picture = None
        self.update()

    def draw(self, painter: QPainter) -> None:
        """Draw on a ground of the background's colour; 0, 0 is the box's corner."""
        raise NotImplementedError

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.box.width, self.box.height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        ratio = painter.device().devicePixelRatio()
        picture = self._picture
        if picture is None or picture.devicePixelRatio() != ratio:
            picture = QImage(
                max(1, round(self.box.width * ratio)),
                max(1, round(self.box.height * ratio)),
                QImage.Format.Format_RGB32,
            )
            picture.setDevicePixelRatio(ratio)
            picture.fill(self.theme.palette.background)
            inner = QPainter(picture)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(inner)
            inner.end()
            self._picture = picture
        painter.drawImage(0, 0, picture)


@cache
def text_flags(*flags: Qt.AlignmentFlag) -> int:
    """Flags for ``QPainter.drawText`` with a rectangle, on one line."""
    result = Qt.TextFlag.TextSingleLine.value
    for flag in flags:
        result |= flag.value
    return result
