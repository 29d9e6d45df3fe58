"""Our own icons, in the colour that they are asked for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ipcsim.resources import resource


def icon(name: str, colour: QColor, size: int) -> QIcon:
    """An icon of ``resources/icons``.

    Args:
        name: without ``.svg``.
        colour: takes the place of ``currentColor``.
        size: in pixels.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    return _icon(name, colour.name(), size)


def application_icon() -> QIcon:
    """The picture of ipcsim itself."""
    result = QIcon()
    for size in (16, 32, 64, 128):
        result.addPixmap(_pixmap(resource("icons/ipcsim.svg").read_bytes(), size))
    return result


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, size: int) -> QIcon:
    text = resource(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QIcon(_pixmap(text.encode(), size))


def _pixmap(svg: bytes, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
