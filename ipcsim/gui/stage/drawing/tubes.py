"""Tubes: queues and pipes. They carry messages from one process to another."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPen

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.anatomy.tubes import pipe_lanes
from ipcsim.gui.stage.drawing.pen import CENTRE, LEFT, RIGHT, Pen
from ipcsim.gui.stage.drawing.texts import NARROWEST


@dataclass(frozen=True, slots=True)
class TubeFace:
    """What is seen of a tube, besides its tokens and who waits."""

    name: str
    count: str
    """``3/8``, or the depth alone."""
    slots: int
    open_end: bool = False
    """Unbounded: there is always room at the end where messages enter."""
    full: bool = False
    closed: bool = False
    thin: bool = False
    """SimpleQueue: no buffer of its own."""
    stack: bool = False
    flip: bool = False
    more: int = 0
    """Messages beyond those that have a slot."""
    filled: int = 0
    """At a high rate slots are filled instead of single tokens shown."""
    fill_colour: int = 0
    foot: str = ""
    foot_strong: str = ""


def tube(pen: Pen, rect: Rect, face: TubeFace, body: Rect, label: Rect, foot: Rect) -> None:
    """The tube itself, in its rectangle; ``body``, ``label`` and ``foot`` relative to it."""
    p, s, c = pen.painter, pen.sizes, pen.palette
    edge = pen.stroke * (0.6 if face.thin else 1.0)
    count = pen.width(face.count, pen.small_bold)
    pen.text(label, face.count, pen.small_bold, c.text, RIGHT)
    name = Rect(label.x, label.y, label.w - count - s.px(8), label.h)
    pen.text(name, face.name, pen.heading, c.text, LEFT, middle=True)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(c.surface)
    p.drawRoundedRect(QRectF(*body), s.px(4), s.px(4))
    _walls(pen, body, face, edge)
    _slots(pen, body, face)
    if face.closed:
        _cap(pen, body, face.flip)
    if foot.h > 0:
        both = pen.width(face.foot, pen.small) + pen.width(face.foot_strong, pen.heading)
        x = foot.centre.x - both / 2
        # Lines to processes below pass behind the words.
        p.fillRect(QRectF(x - s.px(2), foot.y, both + s.px(4), foot.h), c.background)
        used = pen.text(
            Rect(x, foot.y, foot.right - x, foot.h), face.foot_strong, pen.heading, c.text
        )
        pen.text(Rect(x + used, foot.y, foot.right - x - used, foot.h), face.foot, pen.small, c.dim)


def _walls(pen: Pen, body: Rect, face: TubeFace, edge: float) -> None:
    """Upper and lower wall, and the ends: one that is open has no wall."""
    p, c = pen.painter, pen.palette
    r = body.inset(edge / 2)
    if not face.open_end and not face.stack:
        pen.box(body, pen.sizes.px(4), None, c.object, edge)
    else:
        open_left = (not face.flip) and not face.stack
        fade = QLinearGradient(r.x, 0, r.right, 0)
        clear = mix(c.background, c.object, 0.0)
        fade.setColorAt(0.0 if open_left else 1.0, clear)
        fade.setColorAt(0.18 if open_left else 0.82, c.object)
        fade.setColorAt(1.0 if open_left else 0.0, c.object)
        p.setPen(QPen(fade, edge))
        p.drawLine(QPointF(r.x, r.y), QPointF(r.right, r.y))
        p.drawLine(QPointF(r.x, r.bottom), QPointF(r.right, r.bottom))
        x = r.right if open_left else r.x
        pen.line(Point(x, r.y), Point(x, r.bottom), c.object, edge)
    if face.full:
        # The end where the next one would enter is shut: thick.
        x = body.right - edge * 1.5 if face.flip or face.stack else body.x
        pen.box(Rect(x, body.y, edge * 2.2, body.h), edge, c.text)


def _slots(pen: Pen, body: Rect, face: TubeFace) -> None:
    """Dotted places, or a fill where single tokens would only flicker."""
    s, c = pen.sizes, pen.palette
    inset = s.px(3)
    width = (body.w - s.px(6)) / max(face.slots, 1)
    for index in range(face.slots):
        from_left = face.flip or face.stack
        x = body.x + inset + index * width
        if not from_left:
            x = body.right - inset - (index + 1) * width
        place = Rect(x + 1, body.y + inset + 1, width - 2, body.h - 2 * inset - 2)
        if index < face.filled:
            pen.box(place, s.px(3), pen.who(face.fill_colour))
        elif not face.open_end or index < 1:
            pen.box(place, s.px(3), None, mix(c.surface, c.outline, 0.7), 1.0, (2.0, 2.0))
    if face.more:
        x = body.right - width - inset if face.flip else body.x + inset
        pen.value(Rect(x, body.y, width, body.h), f"+{face.more}", c.text)


def _cap(pen: Pen, body: Rect, flip: bool) -> None:
    """Closed: nothing enters any more."""
    width = pen.sizes.px(6)
    x = body.right - width / 2 if flip else body.x - width / 2
    out = pen.sizes.px(3)
    pen.box(Rect(x, body.y - out, width, body.h + 2 * out), width / 3, pen.palette.object)


def far_tube(pen: Pen, rect: Rect, face: TubeFace, share: float) -> None:
    """From afar: name, depth, rate; the fill says how full."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, rect.h / 2, c.surface)
    if share > 0:
        fill = rect.inset(pen.stroke)
        width = max(fill.w * min(share, 1.0), fill.h)
        x = fill.x if face.flip else fill.right - width
        ground = mix(c.surface, pen.who(face.fill_colour), 0.45)
        pen.box(Rect(x, fill.y, width, fill.h), fill.h / 2, ground)
    pen.box(rect, rect.h / 2, None, c.text if face.full else c.object, pen.stroke * 0.8)
    # Whoever waits at an end stands half over it.
    room = rect.inset(s.badge * 0.5 + s.px(3), 0)
    figures = face.count + (f" · {face.foot_strong}" if face.foot_strong else "")
    width = pen.width(figures, pen.small_bold)
    pen.text(room, figures, pen.small_bold, c.text, RIGHT)
    name = Rect(room.x, room.y, room.w - width - s.px(6), room.h)
    pen.text(name, face.name, pen.small, c.text, LEFT, middle=True)


@dataclass(frozen=True, slots=True)
class LaneFace:
    """One direction of a pipe."""

    colour: int
    """Who writes it."""
    share: float
    """How full, 0 to 1, in 16ths."""
    to_right: bool
    closed: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class PipeFace:
    """A pipe with its lanes."""

    name: str
    count: str
    """In words."""
    depth: str
    """The number alone, where words leave no room for the name."""
    lanes: tuple[LaneFace, ...]
    foot: str = ""
    ends: tuple[str, str] | None = None
    """What the ends are called, from left to right."""


def pipe(pen: Pen, rect: Rect, face: PipeFace, body: Rect, label: Rect, foot: Rect) -> None:
    """Two plugs and a lane for each direction."""
    s, c = pen.sizes, pen.palette
    _label_pipe(pen, face, label)
    plug = s.px(8)
    for x in (body.x, body.right - plug):
        pen.box(Rect(x, body.y - s.px(2), plug, body.h + s.px(4)), s.px(2), c.object)
    for place, lane in zip(pipe_lanes(body, len(face.lanes), s), face.lanes, strict=False):
        _lane(pen, place, lane)
    if foot.h > 0:
        pen.text(foot, face.foot, pen.small, c.dim, CENTRE)


def _label_pipe(pen: Pen, face: PipeFace, label: Rect) -> None:
    s, c = pen.sizes, pen.palette
    if face.ends is not None:
        left, right = (pen.width(name, pen.heading) + s.px(8) for name in face.ends)
        between = Rect(label.x + left, label.y, label.w - left - right, label.h)
        # So wide that the names stay where they are when a number comes and goes.
        if between.w >= pen.width("888", pen.small_bold):
            pen.text(label, face.ends[0], pen.heading, c.text, LEFT)
            pen.text(label, face.ends[1], pen.heading, c.text, RIGHT)
            whole = pen.width(face.count, pen.small_bold) <= between.w
            pen.text(between, face.count if whole else face.depth, pen.small_bold, c.text, CENTRE)
            return
    name = face.name if face.ends is None else face.ends[0]
    room = label.w - s.px(8) - pen.width(name, pen.heading) * NARROWEST
    said = face.count if pen.width(face.count, pen.small_bold) <= room else face.depth
    count = pen.width(said, pen.small_bold)
    pen.text(label, said, pen.small_bold, c.text, RIGHT)
    left_over = Rect(label.x, label.y, label.w - count - s.px(8), label.h)
    pen.text(left_over, name, pen.heading, c.text, LEFT, middle=True)


def _lane(pen: Pen, place: Rect, lane: LaneFace) -> None:
    s, c = pen.sizes, pen.palette
    radius = place.h / 2
    pen.box(place, radius, c.surface)
    if lane.share > 0:
        ground = mix(c.surface, pen.who(lane.colour), 0.75)
        width = max(place.w * min(lane.share, 1.0), place.h)
        x = place.right - width if lane.to_right else place.x
        pen.box(Rect(x, place.y, width, place.h), radius, ground)
    pen.box(place, radius, None, c.object, pen.stroke * 0.7)
    end = place.right - s.px(9) if lane.to_right else place.x + s.px(9)
    back = end - s.px(12) if lane.to_right else end + s.px(12)
    y = place.centre.y
    ink = c.dim if lane.share < 0.9 else pen.theme.on(pen.who(lane.colour))
    pen.line(Point(back, y), Point(end, y), ink, max(1.0, pen.stroke * 0.7))
    pen.arrow_head(Point(end, y), Point(back, y), ink, s.px(6))
    if lane.text:
        ink = c.text if lane.share < 0.5 else pen.theme.on(pen.who(lane.colour))
        # The arrow stays readable beside it.
        left = place.x + (s.px(6) if lane.to_right else s.px(24))
        room = Rect(left, place.y, place.w - s.px(30), place.h)
        pen.text(room, lane.text, pen.small_bold, ink, CENTRE)
    if lane.closed:
        width = s.px(5)
        x = place.right - width if lane.to_right else place.x
        pen.box(Rect(x, place.y - 1, width, place.h + 2), width / 3, c.text)
