"""Pictures that are kept: each distinct picture is painted once, then only copied.

An :class:`Op` says what to draw where. Its picture depends on its size and arguments alone, so
these are its key. Copying is what makes 64 cards and 500 tokens a matter of a few milliseconds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from math import ceil
from typing import Any, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from ipcsim.gui.look.theme import Theme
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.drawing.pen import Pen

KEPT = 3000
"""Pictures kept at most, the longest unused is dropped first."""
_KEPT_PIXELS = 12_000_000


class Op(NamedTuple):
    """One picture in one place."""

    draw: Callable[..., None]
    """Called with a pen, the rectangle (at 0, 0) and ``args``."""
    x: float
    y: float
    w: float
    h: float
    args: tuple[Any, ...] = ()
    """Hashable; together with the size they are all that the picture depends on."""
    bleed: int = 2
    """How far it may draw over its rectangle, in pixels."""
    members: tuple[int, ...] = ()
    """Processes it belongs to: what isn't part of a deadlock is dimmed while one is shown."""
    things: tuple[int, ...] = ()
    """Objects it belongs to."""


def op(draw: Callable[..., None], rect: Rect, *args: Any, bleed: int = 2) -> Op:
    """A picture of a rectangle's size at its place."""
    return Op(draw, rect.x, rect.y, rect.w, rect.h, args, bleed)


class Sprites:
    """The pictures kept for one theme and one screen."""

    def __init__(self, theme: Theme, ratio: float = 1.0) -> None:
        self.theme = theme
        self.ratio = ratio
        self._kept: OrderedDict[tuple[Any, ...], QPixmap] = OrderedDict()
        self._pixels = 0

    def pixmap(self, item: Op) -> QPixmap:
        """The picture of an op."""
        key = (item.draw, item.w, item.h, item.args)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = self._paint(item)
        self._kept[key] = found
        self._pixels += found.width() * found.height()
        while len(self._kept) > KEPT or (self._pixels > _KEPT_PIXELS and len(self._kept) > 1):
            _key, old = self._kept.popitem(last=False)
            self._pixels -= old.width() * old.height()
        return found

    def draw(self, painter: QPainter, items: Iterable[Op]) -> None:
        """Draw ops in their order."""
        pixmap = self.pixmap
        copy = painter.drawPixmap
        for item in items:
            copy(QPointF(item.x - item.bleed, item.y - item.bleed), pixmap(item))

    def _paint(self, item: Op) -> QPixmap:
        width, height = item.w + 2 * item.bleed, item.h + 2 * item.bleed
        picture = QPixmap(max(ceil(width * self.ratio), 1), max(ceil(height * self.ratio), 1))
        picture.setDevicePixelRatio(self.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )
        painter.translate(item.bleed, item.bleed)
        item.draw(Pen(painter, self.theme), Rect(0, 0, item.w, item.h), *item.args)
        painter.end()
        return picture
