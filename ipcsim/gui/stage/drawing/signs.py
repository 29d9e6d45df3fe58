"""The small signs of a state: running, waiting, asleep, held, ended, died."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import Pen
from ipcsim.supervisor.messages import State


def sign(pen: Pen, rect: Rect, state: State, colour: QColor) -> None:
    """The sign of a state in a square."""
    draw = _SIGNS.get(state)
    if draw is not None:
        draw(pen, rect, colour)


def _triangle(pen: Pen, r: Rect, colour: QColor) -> None:
    left, right = r.x + r.w * 0.18, r.x + r.w * 0.9
    top, bottom = r.y + r.h * 0.1, r.y + r.h * 0.9
    pen.polygon([Point(left, top), Point(right, r.centre.y), Point(left, bottom)], colour)


def _ready(pen: Pen, r: Rect, colour: QColor) -> None:
    left, right = r.x + r.w * 0.22, r.x + r.w * 0.84
    path = QPainterPath(QPointF(left, r.y + r.h * 0.16))
    path.lineTo(right, r.centre.y)
    path.lineTo(left, r.y + r.h * 0.84)
    path.closeSubpath()
    pen.pen(colour, max(1.4, r.w * 0.12))
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.drawPath(path)


def _hourglass(pen: Pen, r: Rect, colour: QColor) -> None:
    width = max(1.3, r.w * 0.11)
    left, right = r.x + r.w * 0.2, r.x + r.w * 0.8
    top, bottom = r.y + r.h * 0.08, r.y + r.h * 0.92
    path = QPainterPath(QPointF(left, top))
    path.lineTo(right, top)
    path.lineTo(left, bottom)
    path.lineTo(right, bottom)
    path.closeSubpath()
    pen.pen(colour, width)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.drawPath(path)


def _bars(pen: Pen, r: Rect, colour: QColor) -> None:
    for x in (0.22, 0.58):
        pen.box(Rect(r.x + r.w * x, r.y + r.h * 0.1, r.w * 0.22, r.h * 0.8), 0, colour)


def _moon(pen: Pen, r: Rect, colour: QColor) -> None:
    disc, bite = QPainterPath(), QPainterPath()
    disc.addEllipse(QRectF(r.x + r.w * 0.1, r.y + r.h * 0.08, r.w * 0.84, r.h * 0.84))
    bite.addEllipse(QRectF(r.x + r.w * 0.42, r.y - r.h * 0.06, r.w * 0.76, r.h * 0.76))
    pen.painter.setPen(Qt.PenStyle.NoPen)
    pen.painter.setBrush(colour)
    pen.painter.drawPath(disc.subtracted(bite))


def _dots(pen: Pen, r: Rect, colour: QColor) -> None:
    pen.painter.setPen(Qt.PenStyle.NoPen)
    pen.painter.setBrush(colour)
    size = r.w * 0.2
    for x in (0.05, 0.4, 0.75):
        pen.painter.drawEllipse(QRectF(r.x + r.w * x, r.centre.y - size / 2, size, size))


def _square(pen: Pen, r: Rect, colour: QColor) -> None:
    pen.box(r.inset(r.w * 0.18), r.w * 0.06, colour)


def _cross(pen: Pen, r: Rect, colour: QColor) -> None:
    width = max(1.6, r.w * 0.15)
    i = r.inset(r.w * 0.2)
    pen.line(Point(i.x, i.y), Point(i.right, i.bottom), colour, width)
    pen.line(Point(i.x, i.bottom), Point(i.right, i.y), colour, width)


def bolt(pen: Pen, r: Rect, colour: QColor) -> None:
    """A bolt: terminate, kill, a signal."""
    points = [(0.62, 0.0), (0.18, 0.56), (0.46, 0.56), (0.34, 1.0), (0.84, 0.4), (0.54, 0.4)]
    pen.polygon([Point(r.x + r.w * x, r.y + r.h * y) for x, y in points], colour)


_SIGNS = {
    State.STARTING: _dots,
    State.RUNNING: _triangle,
    State.WAITING: _hourglass,
    State.ASLEEP: _moon,
    State.HELD: _bars,
    State.READY: _ready,
    State.OUTSIDE: _triangle,
    State.ENDING: _hourglass,
    State.ENDED: _square,
    State.CRASHED: _cross,
    State.KILLED: _cross,
    State.TERMINATED: bolt,
}
