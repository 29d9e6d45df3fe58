"""Lines that leave and arrive level."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect

Curve = tuple[Point, Point]


def along(curve: Curve, share: float) -> Point:
    """The point at ``share`` of a curve that leaves and arrives level."""
    a, b = curve
    m = (a.x + b.x) / 2
    u = 1.0 - share
    x = u**3 * a.x + 3 * u * u * share * m + 3 * u * share * share * m + share**3 * b.x
    y = u**3 * a.y + 3 * u * u * share * a.y + 3 * u * share * share * b.y + share**3 * b.y
    return Point(x, y)


def curve_path(curve: Curve) -> QPainterPath:
    """The same for a painter."""
    a, b = curve
    m = (a.x + b.x) / 2
    path = QPainterPath(QPointF(*a))
    path.cubicTo(QPointF(m, a.y), QPointF(m, b.y), QPointF(*b))
    return path


def side(rect: Rect, to: Point) -> Point:
    """The middle of that side of a card that faces a point."""
    if to.x >= rect.right:
        return Point(rect.right, rect.centre.y)
    if to.x <= rect.x:
        return Point(rect.x, rect.centre.y)
    return Point(rect.centre.x, rect.bottom if to.y > rect.centre.y else rect.y)
