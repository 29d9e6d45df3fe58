"""A process where there is no room for a card: tile, number, dot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Rect
from ipcsim.gui.stage.anatomy.parts import badge_home
from ipcsim.gui.stage.arranging.plan import Form, Slot
from ipcsim.gui.stage.composing.faces import ENDINGS, WRONG, Face
from ipcsim.gui.stage.drawing.cards import frame
from ipcsim.gui.stage.drawing.pen import CENTRE, Pen
from ipcsim.gui.stage.drawing.signs import sign
from ipcsim.gui.stage.drawing.texts import shortened
from ipcsim.supervisor.messages import State


def tile(pen: Pen, rect: Rect, face: Face) -> None:
    """Badge, sign, and what it does if there is room."""
    s = pen.sizes
    if face.state in ENDINGS:
        _stone(pen, rect, face)
        return
    frame(pen, rect, face, s.px(6))
    x = rect.x + s.bar + s.px(4)
    inner = Rect(x, rect.y, rect.right - s.px(5) - x, rect.h)
    two = rect.h >= s.badge + s.row + s.px(4)
    disc = badge_home(Slot(rect, Form.TILE), s)
    top = disc.y
    pen.badge(disc, face.label, face.colour, face.away or face.state is State.WAITING)
    size = round(s.badge * 0.62)
    mark = Rect(inner.right - size, top + (s.badge - size) / 2, size, size)
    sign(pen, mark, face.state, pen.palette.red if face.state in WRONG else pen.palette.dim)
    words = face.sentence if face.state in WRONG else face.operation
    ink = pen.palette.red if face.state in WRONG else pen.palette.text
    if two:
        font = pen.small if face.state in WRONG else pen.mono_small
        if rect.h > s.badge + 2.4 * s.row and pen.width(words, pen.name) <= inner.w:
            font = pen.name
        below = Rect(inner.x, disc.bottom, inner.w, rect.bottom - s.px(3) - disc.bottom)
        pen.text(below, words, font, ink)
    else:
        room = Rect(disc.right + s.px(4), rect.y, mark.x - disc.right - s.px(7), rect.h)
        short = words.split(".")[-1]
        if pen.width(short, pen.mono_small) <= room.w:
            pen.text(room, short, pen.mono_small, ink)


def mini(pen: Pen, rect: Rect, face: Face) -> None:
    """A number in a frame."""
    s = pen.sizes
    if face.state in ENDINGS:
        _stone(pen, rect, face)
        return
    small = rect.h < s.badge * 1.2
    frame(pen, rect, face, s.px(4 if small else 5))
    room = Rect(rect.x + s.bar, rect.y, rect.w - s.bar - 1, rect.h)
    ink = pen.palette.red if face.state in WRONG else pen.palette.text
    label = (
        shortened(face.label, room.w, pen.small_bold)
        if (pen.width(face.label, pen.small_bold) > room.w)
        else face.label
    )
    pen.text(room, label, pen.small_bold, ink, CENTRE)


def dot(pen: Pen, rect: Rect, face: Face) -> None:
    """Filled = on the move, hollow = waiting, a cross = died."""
    p = pen.painter
    wrong = face.state in WRONG
    colour = pen.palette.red if wrong else pen.who(face.colour)
    if face.state in ENDINGS:
        pen.box(rect.inset(rect.w * 0.3), 1, pen.palette.faint)
        return
    width = max(1.2, rect.w * 0.16)
    pen.pen(colour, width)
    p.setBrush(colour if face.state is State.RUNNING or wrong else Qt.BrushStyle.NoBrush)
    p.drawEllipse(QRectF(*rect.inset(width / 2 + 0.5)))
    if wrong:
        sign(pen, rect, face.state, pen.theme.on(colour))


def _stone(pen: Pen, rect: Rect, face: Face) -> None:
    """What is left of an ended tile."""
    faded = mix(pen.palette.background, pen.who(face.colour), 0.4)
    pen.box(rect, pen.sizes.px(4), None, faded, max(1.0, pen.stroke * 0.6))
    pen.text(rect, face.label, pen.small, pen.palette.faint, CENTRE)
