"""Gates make wait: locks, semaphores, conditions, events, barriers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, DASHED, LEFT, RIGHT, Pen

_CLAUSE = re.compile("[:：]")


@dataclass(frozen=True, slots=True)
class GateFace:
    """Words of a gate."""

    name: str
    note: str = ""
    """Right of the name: the kind, 3/4, not set."""
    foot: str = ""
    foot_red: bool = False


def words(pen: Pen, rect: Rect, face: GateFace, label: Rect, foot: Rect) -> None:
    """Name, kind and what is said below a gate; the rectangles are relative to ``rect``."""
    s, c = pen.sizes, pen.palette
    room = label.w - pen.width(face.note, pen.small) - s.px(8)
    used = pen.text(
        Rect(label.x, label.y, max(room, label.w * 0.5), label.h),
        face.name,
        pen.heading,
        c.text,
        LEFT,
        middle=True,
    )
    x = label.x + used + s.px(8)
    below = foot.h > 0
    note, ink = face.note, c.dim
    if face.foot_red and not below:
        # What is wrong has room, what follows from it hasn't.
        note, ink = _CLAUSE.split(face.foot, maxsplit=1)[0], c.red
    pen.text(Rect(x, label.y, label.right - x, label.h), note, pen.small, ink)
    if below and face.foot:
        pen.text(foot, face.foot, pen.small, c.red if face.foot_red else c.dim)


def seat(
    pen: Pen,
    rect: Rect,
    label: str,
    colour: int,
    taken: bool,
    extra: bool = False,
    orphaned: bool = False,
    times: int = 1,
) -> None:
    """A seat, painted by who holds it.

    Args:
        extra: a permit too many: amber.
        orphaned: its holder is dead: a red edge.
        times: how often it is held (RLock).
    """
    s, c = pen.sizes, pen.palette
    radius = rect.h * 0.2
    edge = pen.stroke
    outline = c.amber if extra else c.object
    if not taken:
        pen.box(rect, radius, c.surface, outline, edge, DASHED)
        return
    ground = pen.who(colour)
    if orphaned:
        pen.box(rect, radius, mix(c.background, ground, 0.45), c.red, edge * 1.5)
        ink = c.text
    else:
        pen.box(rect, radius, ground, outline, edge)
        ink = pen.theme.on(ground)
    if times > 1:
        upper = Rect(rect.x, rect.y + rect.h * 0.04, rect.w, rect.h * 0.52)
        lower = Rect(rect.x, rect.y + rect.h * 0.46, rect.w, rect.h * 0.5)
        if rect.h >= s.small * 2.1:
            pen.text(upper, label, pen.small_bold, ink, CENTRE)
            pen.text(lower, f"×{times}", pen.small_bold, ink, CENTRE)
            return
        label = f"{label}×{times}"
    pen.text(rect.inset(1, 0), label, pen.small_bold, ink, CENTRE)


def boom(pen: Pen, rect: Rect, lifted: float) -> None:
    """An event's boom: down = stop, up = pass.

    Args:
        lifted: 0 down to 1 up, in 16ths.
    """
    s, c = pen.sizes, pen.palette
    post = s.px(9)
    arm = s.px(6)
    x = rect.x + rect.w * 0.52
    # The pivot stands low enough for the raised arm to stay in the picture.
    pivot = Point(x, rect.y + rect.h * 0.56)
    pen.box(
        Rect(x - post / 2, pivot.y - post / 2, post, rect.bottom - pivot.y + post / 2),
        s.px(2),
        c.object,
    )
    angle = pi - lifted * pi * 0.36
    # Raised it must stay below the name.
    length = min(rect.w * 0.5, rect.h * 1.1) * (1.0 - 0.42 * lifted)
    end = Point(pivot.x + cos(angle) * length, pivot.y - sin(angle) * length)
    pen.pen(c.text if lifted < 0.5 else c.object, arm)
    pen.painter.drawLine(QPointF(*pivot), QPointF(*end))
    pen.painter.setPen(Qt.PenStyle.NoPen)
    pen.painter.setBrush(c.object)
    r = post * 0.62
    pen.painter.drawEllipse(QRectF(pivot.x - r, pivot.y - r, 2 * r, 2 * r))


def places(pen: Pen, rect: Rect, count: int, step: float, size: float, broken: bool) -> None:
    """The row of places of a barrier; broken: cracked and red."""
    s, c = pen.sizes, pen.palette
    pen.box(
        rect,
        s.px(5),
        c.red_surface if broken else c.surface,
        c.red if broken else c.object,
        pen.stroke,
    )
    for index in range(count):
        x = rect.x + s.px(4) + index * step + (step - size) / 2
        spot = QRectF(x, rect.centre.y - size / 2, size, size)
        pen.pen(mix(c.surface, c.outline, 0.8), 1.2, (2.0, 2.0))
        pen.painter.setBrush(Qt.BrushStyle.NoBrush)
        pen.painter.drawEllipse(spot)
    if broken:
        path = QPainterPath(QPointF(rect.centre.x - s.px(3), rect.y - s.px(4)))
        for dx, share in ((4, 0.3), (-5, 0.48), (5, 0.7), (-2, 1.0)):
            path.lineTo(rect.centre.x + s.px(dx), rect.y + rect.h * share + s.px(4) * share)
        pen.pen(c.red, pen.stroke * 1.2)
        pen.painter.setBrush(Qt.BrushStyle.NoBrush)
        pen.painter.drawPath(path)


def bar(pen: Pen, rect: Rect, open_: bool, broken: bool) -> None:
    """The bar behind a barrier's places."""
    c = pen.palette
    if open_:
        rect = Rect(rect.x, rect.y - rect.h * 0.32, rect.w, rect.h * 0.45)
    pen.box(rect, rect.w * 0.3, c.red if broken else c.object)


def room(pen: Pen, rect: Rect, name: str, heard: bool) -> None:
    """The side room of a condition, where wait() waits."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(6), None, c.object if heard else c.outline, pen.stroke * 0.8, DASHED)
    if name:
        pen.text(rect, name, pen.small, c.faint, CENTRE)


def bell(pen: Pen, rect: Rect, strength: float, heard: bool) -> None:
    """notify() rings; over an empty room it fades.

    Args:
        strength: 1 just now to 0 over, in 8ths.
    """
    c = pen.palette
    colour = mix(c.background, c.text if heard else c.red, 0.25 + 0.75 * strength)
    size = min(rect.w, rect.h) * 0.62
    x, y = rect.x + size * 0.1, rect.centre.y
    p = pen.painter
    path = QPainterPath(QPointF(x, y + size * 0.4))
    path.quadTo(x + size * 0.16, y + size * 0.2, x + size * 0.16, y - size * 0.1)
    path.quadTo(x + size * 0.2, y - size * 0.52, x + size * 0.5, y - size * 0.52)
    path.quadTo(x + size * 0.8, y - size * 0.52, x + size * 0.84, y - size * 0.1)
    path.quadTo(x + size * 0.84, y + size * 0.2, x + size, y + size * 0.4)
    path.closeSubpath()
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(colour)
    p.drawPath(path)
    p.drawEllipse(QRectF(x + size * 0.4, y + size * 0.42, size * 0.2, size * 0.2))


def more(pen: Pen, rect: Rect, count: int) -> None:
    """How many more wait than there is room for."""
    pen.text(rect, f"+{count}", pen.small_bold, pen.palette.text, RIGHT)


def ring(pen: Pen, rect: Rect, share: float) -> None:
    """The time left of a timed wait, round a badge.

    Args:
        share: 1 all to 0 nothing left, in 24ths.
    """
    c = pen.palette
    width = max(2.0, rect.w * 0.1)
    r = rect.inset(-width * 0.9)
    pen.pen(c.outline, width)
    pen.painter.setBrush(Qt.BrushStyle.NoBrush)
    pen.painter.drawEllipse(QRectF(*r))
    pen.pen(c.text, width)
    pen.painter.drawArc(QRectF(*r), 90 * 16, round(360 * 16 * share))
