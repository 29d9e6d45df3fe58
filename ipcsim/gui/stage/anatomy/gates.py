"""Where the parts of a gate are: seats, the line before them, a room or places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ipcsim.gui.stage.anatomy.geometry import Rect, Sizes
from ipcsim.gui.stage.anatomy.parts import Line
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.arranging.plan import Node


@dataclass(frozen=True, slots=True)
class GateParts:
    """A gate: a line before its seats, and for some a room or places."""

    label: Rect
    foot: Rect
    seats: tuple[Rect, ...]
    line: Line
    room: Rect
    room_spots: tuple[Rect, ...]
    sign: Rect
    """Boom of an event, bar of a barrier, bell of a condition."""


@lru_cache(maxsize=2048)
def gate_parts(node: Node, shape: Shape, seats: int, sizes: Sizes) -> GateParts:
    """The parts of a gate with so many seats or places."""
    rect, level = node.rect, node.level
    if level is Level.FAR:
        return _far_gate(rect, shape, seats, sizes)
    label = Rect(rect.x, rect.y, rect.w, sizes.label)
    foot_h = 0 if level is Level.SMALL else sizes.label
    foot_h = foot_h if shape is not Shape.EVENT else 0
    body = Rect(rect.x, label.bottom, rect.w, rect.h - sizes.label - foot_h)
    foot = Rect(rect.x, body.bottom, rect.w, foot_h)
    if shape is Shape.CONDITION:
        return _condition(label, body, foot, sizes)
    if shape is Shape.EVENT:
        return _event(label, body, foot, sizes)
    if shape is Shape.BARRIER:
        return _barrier(label, body, foot, seats, sizes)
    side = min(sizes.seat * 1.25, body.h)
    gap = sizes.px(4)
    # Three have room to wait for a single seat without hiding one another.
    zone = rect.w * 0.58
    if seats > 1:
        # One, and the number of the others where seats leave so much.
        spare = rect.w - seats * (side + gap)
        zone = min(max(spare, sizes.step * 1.6), sizes.badge * 2.6)
    fit = max(int((rect.w - zone) // (side + gap)), 1)
    number = min(max(seats, 1), fit)
    y = body.centre.y - side / 2
    x = rect.x + zone
    places = tuple(Rect(x + i * (side + gap), y, side, side).rounded() for i in range(number))
    return GateParts(label, foot, places, _line_to(x, rect.x, body, sizes), _NONE, (), _NONE)


_NONE = Rect(0, 0, 0, 0)


def _line_to(x: float, left: float, body: Rect, sizes: Sizes) -> Line:
    """A line that ends left of ``x`` and reaches to ``left``."""
    badge, gap = sizes.badge, sizes.px(6)
    room = x - gap - left
    step = badge * 1.06
    count = max(int((room - badge) // step) + 1, 1)
    if count < 3 and room >= badge * 1.7:
        # Badges overlap rather than vanish, as people in a line do.
        step = badge * 0.62
        count = max(int((room - badge) // step) + 1, 1)
    y = body.centre.y - badge / 2
    spots = tuple(Rect(x - gap - badge - i * step, y, badge, badge).rounded() for i in range(count))
    number = sizes.small * 1.5

    def _beside(kept: int) -> float:
        """Where the number of the others has to end."""
        return spots[kept - 1].x - sizes.px(3) if kept else x - gap

    kept = next(k for k in range(count - 1, -1, -1) if _beside(k) - left >= number or not k)
    return Line(spots, Rect(left, y, _beside(kept) - left, badge), kept)


def _far_gate(rect: Rect, shape: Shape, seats: int, sizes: Sizes) -> GateParts:
    high = side = rect.h - sizes.px(4)
    if shape in (Shape.EVENT, Shape.BARRIER) or seats > 1:
        # A word or a figure stands where a lock has its seat.
        side = sizes.small * (4.6 if shape is Shape.EVENT else 3)
    seat = Rect(rect.right - side - sizes.px(2), rect.y + sizes.px(2), side, high)
    line = _line_to(seat.x, seat.x - sizes.badge * 2.2, rect, sizes)
    label = Rect(rect.x, rect.y, rect.w - side - sizes.badge * 2.2, rect.h)
    return GateParts(label, _NONE, (seat.rounded(),), line, _NONE, (), seat)


def _condition(label: Rect, body: Rect, foot: Rect, sizes: Sizes) -> GateParts:
    side = min(sizes.seat, body.h)
    x = body.x + body.w * 0.26
    seat = Rect(x, body.centre.y - side / 2, side, side).rounded()
    bell = sizes.px(30)
    begin = seat.right + sizes.px(22)
    room = Rect(begin, body.y, body.right - bell - begin, body.h).rounded()
    step = sizes.badge * 1.08
    count = max(int((room.w - sizes.px(8)) // step), 1)
    y = room.centre.y - sizes.badge / 2
    spots = tuple(
        Rect(room.x + sizes.px(5) + i * step, y, sizes.badge, sizes.badge).rounded()
        for i in range(count)
    )
    sign = Rect(room.right + sizes.px(4), room.y, bell - sizes.px(4), room.h)
    return GateParts(label, foot, (seat,), _line_to(seat.x, body.x, body, sizes), room, spots, sign)


def _event(label: Rect, body: Rect, foot: Rect, sizes: Sizes) -> GateParts:
    boom = Rect(body.x + body.w * 0.58, body.y, body.w * 0.4, body.h).rounded()
    line = _line_to(boom.x, body.x, body, sizes)
    return GateParts(label, foot, (), line, _NONE, (), boom)


def _barrier(label: Rect, body: Rect, foot: Rect, parties: int, sizes: Sizes) -> GateParts:
    bar = sizes.px(8)
    free = body.w - bar - sizes.px(16)
    # Places for everybody: rather overlapping ones than too few.
    step = max(min(sizes.badge * 1.1, free / max(parties, 1)), sizes.badge * 0.5)
    fit = max(int(free / step + 0.01), 1)
    count = min(max(parties, 1), fit)
    width = count * step + sizes.px(8)
    box = Rect(body.centre.x - (width + bar) / 2, body.y, width, body.h).rounded()
    y = box.centre.y - sizes.badge / 2
    spots = tuple(
        Rect(
            box.x + sizes.px(4) + i * step + (step - sizes.badge) / 2, y, sizes.badge, sizes.badge
        ).rounded()
        for i in range(count)
    )
    sign = Rect(box.right + sizes.px(5), box.y - sizes.px(3), bar, box.h + sizes.px(6))
    rest = Rect(box.x, box.bottom, box.w, sizes.label)
    return GateParts(label, foot, (), Line(spots, rest), box, spots, sign)
