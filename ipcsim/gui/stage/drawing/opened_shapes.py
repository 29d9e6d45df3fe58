"""How the inside of a queue or a condition looks."""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.gui.look.theme import mix
from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, DASHED, LEFT, OBJECT, RIGHT, Pen
from ipcsim.gui.stage.drawing.signs import sign
from ipcsim.language import _
from ipcsim.supervisor.messages import State

Who = tuple[str, int]
"""Label and colour of a badge."""


@dataclass(frozen=True, slots=True)
class BufferFace:
    """A sender: its own buffer, and the thread that feeds the pipe from it."""

    label: str
    colour: int
    name: str
    tokens: tuple[str, ...]
    more: int
    stuck: bool
    """The feeder stands before a full pipe."""


@dataclass(frozen=True, slots=True)
class OpenedQueue:
    """From the buffers of the senders through the pipe to who waits for it."""

    name: str
    kind: str
    buffers: tuple[BufferFace, ...]
    inside: str
    share: float
    """How full the pipe is, in 16ths."""
    carrier: str
    putters: tuple[Who, ...]
    getters: tuple[Who, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class GateRow:
    """Somebody on the seat, in the line or in the waiting room."""

    place: str
    label: str
    colour: int
    name: str
    time: str


@dataclass(frozen=True, slots=True)
class OpenedGate:
    """A condition: its lock and its waiting room, by name."""

    name: str
    kind: str
    rows: tuple[GateRow, ...]
    more: int
    foot: str
    wrong: bool


def _frame(pen: Pen, rect: Rect, name: str, kind: str) -> Rect:
    """The raised sheet with its title; answers the room below."""
    s, c = pen.sizes, pen.palette
    pen.box(rect.inset(-s.px(3)), s.px(12), mix(c.background, c.surface, 0.3))
    pen.box(rect, s.px(10), c.surface, c.link, pen.stroke)
    head = Rect(rect.x + s.px(14), rect.y + s.px(6), rect.w - s.px(28), s.label)
    used = pen.text(head, name, pen.heading, c.text)
    rest = Rect(head.x + used + s.px(8), head.y, head.w - used - s.px(8), head.h)
    pen.text(rest, kind, pen.mono_small, c.dim)
    pen.text(rest, "✕", pen.small, c.dim, RIGHT)
    top = head.bottom + s.px(6)
    return Rect(head.x, top, head.w, rect.bottom - s.px(10) - top)


def opened_queue(pen: Pen, rect: Rect, face: OpenedQueue) -> None:
    """Buffer and feeder of each sender → the pipe → who waits at its other end."""
    s, c = pen.sizes, pen.palette
    room = _frame(pen, rect, face.name, face.kind)
    if face.foot:
        foot = Rect(room.x, room.bottom - s.label, room.w, s.label)
        pen.text(foot, face.foot, pen.small, c.dim)
        room = Rect(room.x, room.y, room.w, room.h - s.label)
    left = Rect(room.x, room.y, room.w * 0.44, room.h)
    middle = Rect(left.right + s.px(24), room.y, room.w * 0.26, room.h)
    right = Rect(middle.right + s.px(24), room.y, room.right - middle.right - s.px(24), room.h)
    tall = min(s.px(34), room.h)
    pipe = Rect(middle.x, middle.centre.y - tall / 2, middle.w, tall)
    if face.buffers:
        step = min(room.h / len(face.buffers), 2 * (s.badge + s.px(6)))
        y = room.centre.y - step * len(face.buffers) / 2
        for one in face.buffers:
            place = Rect(left.x, y, left.w, step)
            _buffer(pen, place, one)
            _arrow(pen, Point(left.right + s.px(2), place.centre.y), Point(pipe.x, pipe.centre.y))
            y += step
    else:
        _people(pen, left, face.putters, _("nobody waits to put"), at_right=True)
        _arrow(pen, Point(left.right + s.px(2), pipe.centre.y), Point(pipe.x, pipe.centre.y))
    _pipe(pen, pipe, face)
    _arrow(pen, Point(pipe.right, pipe.centre.y), Point(right.x - s.px(2), pipe.centre.y))
    _people(pen, right, face.getters, _("nobody waits to get"), at_right=False)


def _buffer(pen: Pen, rect: Rect, face: BufferFace) -> None:
    s, c = pen.sizes, pen.palette
    size = min(s.badge, rect.h / 2)
    top = rect.centre.y - size - s.px(2)
    pen.badge(Rect(rect.x, top, size, size), face.label, face.colour)
    name = Rect(rect.x + size + s.px(6), top, rect.w - size - s.px(6), size)
    pen.text(name, face.name, pen.small, c.text, LEFT, middle=True)
    row = Rect(rect.x + size + s.px(6), rect.centre.y + s.px(2), rect.w - size - s.px(6), size)
    used = pen.text(row, _("buffer"), pen.small, c.dim)
    x = row.x + used + s.px(6)
    mark = size * 0.8
    more = face.more + len(face.tokens)
    for label in face.tokens:
        wide = max(size, min(pen.width(label, pen.small_bold) + s.px(8), s.px(36)))
        if x + wide > row.right - mark - s.px(22):
            break
        pen.token(Rect(x, row.y, wide, row.h), label, face.colour, ghost=True)
        x += wide + s.px(3)
        more -= 1
    if more:
        pen.text(Rect(x, row.y, row.right - x, row.h), f"+{more}", pen.small_bold, c.text)
    if not face.tokens:
        pen.text(Rect(x, row.y, row.right - x, row.h), _("empty"), pen.small, c.faint)
    if face.stuck:
        place = Rect(row.right - mark, row.centre.y - mark / 2, mark, mark)
        sign(pen, place, State.WAITING, c.text)


def _pipe(pen: Pen, rect: Rect, face: OpenedQueue) -> None:
    s, c = pen.sizes, pen.palette
    pen.box(rect, rect.h / 2, c.background)
    if face.share > 0:
        wide = max(rect.w * face.share, rect.h)
        fill = Rect(rect.right - wide, rect.y, wide, rect.h).inset(pen.stroke)
        pen.box(fill, fill.h / 2, mix(c.background, c.object, 0.45))
    pen.box(rect, rect.h / 2, None, c.object, pen.stroke)
    pen.text(rect.inset(s.px(8), 0), face.inside, pen.small_bold, c.text, CENTRE)
    below = Rect(rect.x, rect.bottom + s.px(1), rect.w, s.label)
    pen.text(below, face.carrier, pen.small, c.dim, CENTRE)


def _people(pen: Pen, rect: Rect, people: tuple[Who, ...], nobody: str, at_right: bool) -> None:
    """Badges in line, the first nearest to the pipe."""
    s, c = pen.sizes, pen.palette
    size = s.badge
    y = rect.centre.y - size / 2
    if not people:
        row = Rect(rect.x, y, rect.w, size)
        pen.text(row, nobody, pen.small, c.faint, RIGHT if at_right else LEFT)
        return
    for index, (label, colour) in enumerate(people):
        x = rect.x + index * size * 1.1
        if at_right:
            x = rect.right - size - index * size * 1.1
        if rect.x <= x and x + size <= rect.right:
            pen.badge(Rect(x, y, size, size), label, colour)


def _arrow(pen: Pen, start: Point, end: Point) -> None:
    c, size = pen.palette, pen.sizes.px(7)
    pen.line(start, end.towards(start, 0.2), c.object, max(1.0, pen.sizes.px(1.3)))
    pen.arrow_head(end, start, c.object, size)


def opened_gate(pen: Pen, rect: Rect, face: OpenedGate) -> None:
    """Who has the lock, who waits for it in which order, who is in wait(); since when."""
    s, c = pen.sizes, pen.palette
    room = _frame(pen, rect, face.name, face.kind)
    words = {"seat": _("its lock"), "line": _("in line for it"), "room": _("waiting room")}
    wide = max(pen.width(word, pen.small) for word in words.values()) + s.px(10)
    size, before = s.badge, ""
    y = room.y
    for row in face.rows:
        if row.place != before:
            pen.text(Rect(room.x, y, wide, size), words[row.place], pen.small, c.dim)
        before = row.place
        spot = Rect(room.x + wide, y, size, size)
        if row.place == "seat":
            ground = pen.who(row.colour) if row.label else None
            pen.box(spot, size * 0.2, ground, c.object, pen.stroke, () if row.label else DASHED)
            if ground is not None:
                pen.text(spot, row.label, pen.small_bold, pen.theme.on(ground), CENTRE)
        elif row.colour != OBJECT or row.label:
            pen.badge(spot, row.label, row.colour)
        text = Rect(spot.right + s.px(8), y, room.right - spot.right - s.px(8), size)
        taken = pen.text(text, row.time, pen.small, c.dim, RIGHT) if row.time else 0.0
        name = Rect(text.x, y, text.w - taken - s.px(8), size)
        pen.text(name, row.name, pen.small, c.text if row.label else c.dim)
        y += size + s.px(6)
    said = face.foot
    if face.more:
        said = f"+{face.more}  {said}"
    pen.text(Rect(room.x, y, room.w, size), said, pen.small, c.red if face.wrong else c.dim)
