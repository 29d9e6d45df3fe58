"""The three layers of the stage as graphics items: lines, what stands still, what moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.gui.stage.drawing.sprites import Op, Sprites
from ipcsim.gui.stage.motion.shapes import Direct


class Layer(pg.GraphicsObject):  # type: ignore[misc]
    """Draws a list of pictures over the whole stage.

    As long as the list stays the same, the layer is copied as a whole.
    """

    def __init__(self, sprites: Sprites) -> None:
        super().__init__()
        self.sprites = sprites
        self._rect = QRectF()
        self._items: Sequence[Op | Direct] = ()
        self._dim: Callable[[Op], bool] | None = None
        self._kept: QPixmap | None = None
        self._same = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def resize(self, width: float, height: float) -> None:
        """The stage's size in pixels."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)
        self._kept = None

    def put(self, items: Sequence[Op | Direct], dim: Callable[[Op], bool] | None = None) -> None:
        """What is drawn from now on.

        Args:
            dim: tells of a picture whether it is dimmed; None dims nothing.
        """
        if dim is None and self._dim is None and self._items == items:
            self._same = True
            return
        self._items, self._dim = items, dim
        self._same = False
        self._kept = None
        self.update()

    def forget(self) -> None:
        """The theme or the screen has changed."""
        self._kept = None
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if not self._items:
            return
        if self._same and self._kept is None:
            self._kept = self._whole()
        if self._kept is not None:
            painter.drawPixmap(QPointF(0, 0), self._kept)
        else:
            self.draw(painter)

    def draw(self, painter: QPainter) -> None:
        """Draw everything with a painter, for the screen or for an export."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen: Pen | None = None
        pixmap = self.sprites.pixmap
        for item in self._items:
            if isinstance(item, Op):
                if self._dim is not None:
                    painter.setOpacity(0.25 if self._dim(item) else 1.0)
                painter.drawPixmap(QPointF(item.x - item.bleed, item.y - item.bleed), pixmap(item))
            else:
                pen = pen or Pen(painter, self.sprites.theme)
                item.draw(pen, *item.args)
        painter.setOpacity(1.0)

    def _whole(self) -> QPixmap:
        ratio = self.sprites.ratio
        size = self._rect.size() * ratio
        whole = QPixmap(max(round(size.width()), 1), max(round(size.height()), 1))
        whole.setDevicePixelRatio(ratio)
        whole.fill(Qt.GlobalColor.transparent)
        painter = QPainter(whole)
        self.draw(painter)
        painter.end()
        return whole
