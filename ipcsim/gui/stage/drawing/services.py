"""Frames round cards: a pool with its trays, a manager with what it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from ipcsim.gui.stage.anatomy.geometry import Point, Rect
from ipcsim.gui.stage.drawing.pen import CENTRE, LEFT, RIGHT, Pen
from ipcsim.language import _


@dataclass(frozen=True, slots=True)
class PoolFace:
    """What is seen of a pool or executor, besides its workers."""

    name: str
    kind: str
    waiting: tuple[str, ...]
    waiting_count: int
    done_count: int
    broken: bool = False


def pool(pen: Pen, rect: Rect, face: PoolFace, box: Rect) -> None:
    """The frame with the tray of tasks before it and the results behind it."""
    s, c = pen.sizes, pen.palette
    edge = c.red if face.broken else c.object
    pen.box(box, s.px(7), None, edge, pen.stroke)
    label = Rect(box.x + s.px(8), box.y, box.w - s.px(16), s.label)
    used = pen.text(label, face.name, pen.heading, c.text, LEFT, middle=True)
    x = label.x + used + s.px(8)
    pen.text(Rect(x, label.y, label.right - x, label.h), face.kind, pen.small, c.dim)
    gap = s.px(20)
    left = Rect(rect.x, box.y, box.x - rect.x - gap, box.h)
    _tray(pen, left, face)
    y = box.centre.y
    for x in (box.x, box.right + gap - s.px(2)):
        tip, back = Point(x - s.px(3), y), Point(x - gap + s.px(5), y)
        pen.line(back, tip, c.object, max(1.0, s.px(1.5)))
        pen.arrow_head(tip, back, c.object, s.px(8))
    right = Rect(box.right + gap, box.y, rect.right - box.right - gap, box.h)
    middle = Rect(right.x, right.centre.y - s.token / 2, right.w, s.token)
    text = str(face.done_count)
    wide = min(max(pen.width(text, pen.small_bold) + s.px(14), s.token), right.w)
    spot = Rect(middle.x, middle.y, wide, s.token)
    pen.box(spot, s.px(5), None, c.object, pen.stroke * 0.8)
    pen.text(spot, text, pen.small_bold, c.text, CENTRE)
    below = Rect(right.x, spot.bottom, right.w, s.label)
    pen.text(below, _("done"), pen.small, c.dim, LEFT)


def _tray(pen: Pen, area: Rect, face: PoolFace) -> None:
    """Tasks nobody has begun, the next one nearest to the frame."""
    s, c = pen.sizes, pen.palette
    gap = s.px(4)
    columns = max(int((area.w + gap) // (s.token * 1.25 + gap)), 1)
    wide = (area.w - gap * (columns - 1)) / columns
    rows = max(int((area.h - s.label) // (s.token + gap)), 1)
    shown = face.waiting[: columns * rows]
    used = -(-len(shown) // columns)
    top = area.centre.y - (used * (s.token + gap) + s.label) / 2
    for index, label in enumerate(shown):
        row, column = divmod(index, columns)
        x = area.right - (column + 1) * wide - column * gap
        pen.token(Rect(x, top + row * (s.token + gap), wide, s.token), label, 0)
    rest = face.waiting_count - len(shown)
    said = f"+{rest}" if rest > 0 and shown else ""
    if not shown:
        said = _("{n} waiting").format(n=face.waiting_count)
        top = area.centre.y - s.label / 2
    below = Rect(area.x, top + used * (s.token + gap), area.w, s.label)
    pen.text(below, said, pen.small, c.dim, RIGHT)


@dataclass(frozen=True, slots=True)
class ManagerFace:
    """What a manager keeps, as far as it has been seen."""

    contents: tuple[tuple[str, str], ...]
    more: int = 0
    name: str = ""
    """As long as its server has not started."""


def manager(pen: Pen, rect: Rect, face: ManagerFace, head: float) -> None:
    """The frame of a manager below its server's card: the real objects live in it."""
    s, c = pen.sizes, pen.palette
    pen.box(rect, s.px(7), c.background, c.object, pen.stroke)
    gap = s.px(6)
    if face.name:
        title = Rect(rect.x + s.px(10), rect.y, rect.w - s.px(20), head)
        pen.text(title, face.name, pen.heading, c.dim, LEFT, True)
    columns = 2 if rect.w >= s.small * 18 and len(face.contents) > 1 else 1
    wide = (rect.w - gap * (columns + 1)) / columns
    tall = s.token
    y = rect.y + head + gap
    shown = 0
    for index, (name, value) in enumerate(face.contents):
        row, column = divmod(index, columns)
        place = Rect(rect.x + gap + column * (wide + gap), y + row * (tall + gap), wide, tall)
        if place.bottom > rect.bottom - 2:
            break
        shown += 1
        pen.box(place, s.px(3), c.surface, c.outline, max(1.0, s.px(1)))
        inner = place.inset(s.px(6), 0)
        used = pen.text(
            Rect(inner.x, inner.y, inner.w * 0.6, inner.h), name, pen.small, c.dim, LEFT, True
        )
        rest = Rect(inner.x + used + s.px(6), inner.y, inner.w - used - s.px(6), inner.h)
        pen.text(rest, value, pen.mono_small, c.text, RIGHT)
    left = len(face.contents) - shown + face.more
    if left:
        corner = Rect(rect.x, rect.bottom - s.label - 2, rect.w - gap, s.label)
        pen.text(corner, f"+{left}", pen.small, c.dim, RIGHT)


_NUMBERED = ("]", *"0123456789")


def far(
    pen: Pen,
    rect: Rect,
    name: str,
    text: str,
    wrong: bool = False,
    warning: bool = False,
    free: float | None = None,
) -> None:
    """From afar: name and one figure; red edge: wrong, amber: could become wrong.

    Args:
        free: so far from its left nothing stands on it; all of it where it isn't said.
    """
    s, c = pen.sizes, pen.palette
    edge = c.red if wrong else c.amber if warning else c.object
    pen.box(rect, s.px(5), c.surface, edge, pen.stroke * 0.8)
    room = rect.inset(s.px(8), 0)
    width = min(pen.width(text, pen.small_bold), room.w * 0.6)
    pen.text(Rect(room.right - width, room.y, width, room.h), text, pen.small_bold, c.text, RIGHT)
    wide = room.w - width - s.px(6) if free is None else free - s.px(10)
    # The number at its end tells it from its like.
    numbered = name.endswith(_NUMBERED)
    pen.text(Rect(room.x, room.y, wide, room.h), name, pen.small, c.dim, LEFT, numbered)
