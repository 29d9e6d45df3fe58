"""Lines that leave and arrive level: a curve between two points, or round corners."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect

Curve = tuple[Point, ...]
"""Its two ends, and, where it leads round something, the corners between them."""
_ROUND = 8.0
"""Pixels that a corner takes of each leg."""


def along(curve: Curve, share: float) -> Point:
    """The point at ``share`` of a line."""
    if len(curve) > 2:
        return _along_legs(curve, share)
    a, b = curve
    m = (a.x + b.x) / 2
    u = 1.0 - share
    x = u**3 * a.x + 3 * u * u * share * m + 3 * u * share * share * m + share**3 * b.x
    y = u**3 * a.y + 3 * u * u * share * a.y + 3 * u * share * share * b.y + share**3 * b.y
    return Point(x, y)


def _along_legs(curve: Curve, share: float) -> Point:
    legs = [(a, b, hypot(b.x - a.x, b.y - a.y)) for a, b in pairwise(curve)]
    left = share * sum(length for _a, _b, length in legs)
    for a, b, length in legs:
        if left <= length and length:
            return a.towards(b, left / length)
        left -= length
    return curve[-1]


def curve_path(curve: Curve) -> QPainterPath:
    """The same for a painter."""
    a, b = curve[0], curve[-1]
    path = QPainterPath(QPointF(*a))
    if len(curve) > 2:
        for before, corner, after in zip(curve, curve[1:], curve[2:], strict=False):
            path.lineTo(QPointF(*_short_of(corner, before)))
            path.quadTo(QPointF(*corner), QPointF(*_short_of(corner, after)))
        path.lineTo(QPointF(*b))
        return path
    m = (a.x + b.x) / 2
    path.cubicTo(QPointF(m, a.y), QPointF(m, b.y), QPointF(*b))
    return path


def _short_of(corner: Point, other: Point) -> Point:
    """A little before a corner, on the way to another point."""
    length = hypot(other.x - corner.x, other.y - corner.y)
    return corner.towards(other, min(_ROUND / length, 0.5) if length else 0.0)


def side(rect: Rect, to: Point) -> Point:
    """The middle of that side of a card that faces a point."""
    if to.x >= rect.right:
        return Point(rect.right, rect.centre.y)
    if to.x <= rect.x:
        return Point(rect.x, rect.centre.y)
    return Point(rect.centre.x, rect.bottom if to.y > rect.centre.y else rect.y)
