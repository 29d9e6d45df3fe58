"""Where the parts of an object's picture are: slots, seats, and the spots on which badges stand.

Pure functions of the object's rectangle; drawing, flights and tests ask the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ipcsim.gui.stage.geometry import Point, Rect, Sizes
from ipcsim.gui.stage.plan import Form, Node, Slot
from ipcsim.gui.stage.shapes import Level, Shape

MOST_SLOTS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """Spots in a line of waiting badges; the first is next."""

    spots: tuple[Rect, ...]
    rest: Rect
    """Where the number of those beyond stands."""
    shares: bool = False
    """That number takes the last spot."""

    def of(self, count: int) -> tuple[tuple[Rect, ...], int]:
        """Spots for ``count`` badges and how many have none."""
        shown = min(count, len(self.spots))
        if self.shares and count > len(self.spots) > 1:
            # Where badges overlap one place is too narrow for a number.
            tight = self.spots[0].x - self.spots[1].x < self.spots[0].w
            shown = max(len(self.spots) - (2 if tight else 1), 1)
        return self.spots[:shown], count - shown


@dataclass(frozen=True, slots=True)
class TubeParts:
    """A tube: messages enter at ``mouth`` and leave at ``exit``."""

    label: Rect
    body: Rect
    foot: Rect
    slots: tuple[Rect, ...]
    """The next one out first."""
    mouth: Point
    exit: Point
    putters: Line
    getters: Line
    flip: bool


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
def tube_parts(node: Node, shape: Shape, bound: int | None, sizes: Sizes) -> TubeParts:
    """The parts of a tube.

    Args:
        bound: how many messages it may hold; None: any number.
    """
    rect, level, flip = node.rect, node.level, node.flip
    badge = sizes.badge
    if level is Level.FAR:
        half = Rect(rect.x - badge * 0.5, rect.centre.y - badge / 2, badge, badge)
        other = half.moved(rect.w, 0)
        left, right = _single(half, sizes), _single(other, sizes)
        mouth, out = Point(rect.x, rect.centre.y), Point(rect.right, rect.centre.y)
        if flip:
            left, right, mouth, out = right, left, out, mouth
        empty = Rect(rect.x, rect.bottom, rect.w, 0)
        return TubeParts(rect, rect, empty, (), mouth, out, left, right, flip)
    shown = {Level.LARGE: 2, Level.NORMAL: 2, Level.SMALL: 1}[level]
    step = badge * 0.64
    zone = badge + (shown - 1) * step + sizes.px(5)
    label = Rect(rect.x + zone, rect.y, rect.w - 2 * zone, sizes.label)
    foot_h = 0 if level is Level.SMALL else sizes.label
    top = label.bottom
    inner_h = rect.h - sizes.label - foot_h
    least = sizes.small * (1.45 if sizes.presenting or level >= Level.SMALL else 1.9)
    if bound is None:
        least = max(least, sizes.small * (1.9 if sizes.presenting else 2.5))
    room = rect.w - 2 * zone - sizes.px(6)
    most = max(int(room // least), 1)
    count = min(bound if bound is not None else MOST_SLOTS, most, MOST_SLOTS)
    count = max(count, 1)
    slot = min(room / count, max(sizes.small * 3.6, inner_h * 1.1))
    slot = min(slot, room / count)
    width = slot * count + sizes.px(6)
    body = Rect(rect.centre.x - width / 2, top, width, inner_h).rounded()
    wide = min(max(body.w, sizes.small * 10), rect.w)
    label = Rect(body.centre.x - wide / 2, label.y, wide, label.h)
    inset = sizes.px(3)
    slots = []
    for index in range(count):
        x = body.right - inset - (index + 1) * slot
        if flip:
            x = body.x + inset + index * slot
        slots.append(Rect(x + 1, body.y + inset + 1, slot - 2, body.h - 2 * inset - 2))
    y = body.centre.y - badge / 2
    gap = sizes.px(4)
    lefts = tuple(
        Rect(body.x - gap - badge - i * step, y, badge, badge).rounded() for i in range(shown)
    )
    rights = tuple(
        Rect(body.right + gap + i * step, y, badge, badge).rounded() for i in range(shown)
    )
    note = sizes.label
    left = Line(lefts, Rect(body.x - zone, y + badge, zone, note))
    right = Line(rights, Rect(body.right + gap, y + badge, zone, note))
    mouth, out = Point(body.x, body.centre.y), Point(body.right, body.centre.y)
    if shape is Shape.STACK:
        # One mouth: what came last leaves first, and all wait at the same end.
        first = Rect(body.x, body.y, slot, body.h).inset(1, inset + 1)
        slots = [first.moved(inset + i * slot, 0) for i in range(count)]
        mouth = out
        left, right = Line(rights, right.rest), Line(lefts, left.rest)
        left, right = left, Line(tuple(s.moved(0, badge * 0.9) for s in rights), right.rest)
    elif flip:
        left, right, mouth, out = right, left, out, mouth
    foot = Rect(rect.x, body.bottom, rect.w, foot_h)
    return TubeParts(label, body, foot, tuple(slots), mouth, out, left, right, flip)


def _single(spot: Rect, sizes: Sizes) -> Line:
    return Line((spot.rounded(),), Rect(spot.x, spot.bottom, spot.w * 2, sizes.label))


def pipe_lanes(body: Rect, number: int, sizes: Sizes) -> tuple[Rect, ...]:
    """The lanes between a pipe's two plugs."""
    plug, gap = sizes.px(8), sizes.px(3)
    number = max(number, 1)
    tall = min((body.h - gap * (number - 1)) / number, max(sizes.px(26), sizes.small * 1.6))
    top = body.centre.y - (tall * number + gap * (number - 1)) / 2
    return tuple(
        Rect(body.x + plug, top + index * (tall + gap), body.w - 2 * plug, tall)
        for index in range(number)
    )


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
    zone = rect.w * 0.42 if seats <= 1 else sizes.step * 1.6
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
    end = spots[-2].x - sizes.px(3) if step >= badge and count > 1 else spots[-1].right
    if step < badge and count > 2:
        end = spots[-3].x - sizes.px(3)
    return Line(spots, Rect(left, y, end - left, badge), shares=True)


def _far_gate(rect: Rect, shape: Shape, seats: int, sizes: Sizes) -> GateParts:
    side = rect.h - sizes.px(4)
    if shape is not Shape.LOCK or seats > 1:
        # A word or a figure stands where a lock has its seat.
        side = sizes.small * (4.6 if shape is Shape.EVENT else 3)
    seat = Rect(rect.right - side, rect.y + sizes.px(2), side, side)
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
    boom = Rect(body.centre.x - sizes.px(8), body.y, body.w * 0.5, body.h).rounded()
    line = _line_to(boom.x, body.x, body, sizes)
    return GateParts(label, foot, (), line, _NONE, (), boom)


def _barrier(label: Rect, body: Rect, foot: Rect, parties: int, sizes: Sizes) -> GateParts:
    bar = sizes.px(8)
    step = sizes.badge * 1.1
    fit = max(int((body.w - bar - sizes.px(16)) // step), 1)
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


@dataclass(frozen=True, slots=True)
class CellParts:
    """A shared value."""

    label: Rect
    value: Rect
    foot: Rect


def cell_parts(node: Node, sizes: Sizes) -> CellParts:
    """The parts of a value's picture."""
    rect = node.rect
    pad = sizes.px(10)
    if node.level is Level.FAR:
        half = rect.w * 0.55
        return CellParts(
            Rect(rect.x + pad / 2, rect.y, half, rect.h),
            Rect(rect.x + half, rect.y, rect.w - half - pad / 2, rect.h),
            _NONE,
        )
    label = Rect(rect.x + pad, rect.y + sizes.px(3), rect.w - 2 * pad, sizes.label)
    foot_h = 0 if node.level is Level.SMALL else sizes.label
    foot = Rect(rect.x + pad / 2, rect.bottom - foot_h - sizes.px(4), rect.w - pad, foot_h)
    value = Rect(rect.x + pad / 2, label.bottom, rect.w - pad, foot.y - label.bottom)
    return CellParts(label, value, foot)


def array_slots(node: Node, count: int, sizes: Sizes) -> tuple[Rect, ...]:
    """The elements of an array that have a place."""
    rect = node.rect
    if node.level is Level.FAR:
        return ()
    least = sizes.small * 2.4
    shown = max(min(count, int(rect.w // least)), 1)
    foot = 0 if node.level is Level.SMALL else sizes.label
    tall = rect.h - sizes.label - foot
    width = min(rect.w / shown, sizes.px(64))
    x = rect.centre.x - width * shown / 2
    return tuple(
        Rect(x + i * width, rect.y + sizes.label, width, tall).rounded() for i in range(shown)
    )


def badge_home(slot: Slot, sizes: Sizes) -> Rect:
    """Where the badge of a process is when it computes."""
    rect, badge = slot.rect, sizes.badge
    if slot.form is Form.CARD:
        tall = max(badge, sizes.name * 1.3)
        roomy = rect.h > tall + sizes.pad * 2.2
        top = rect.y + (sizes.pad * 0.8 if roomy else (rect.h - tall) / 2)
        return Rect(rect.x + sizes.bar + sizes.px(8), round(top + (tall - badge) / 2), badge, badge)
    if slot.form is Form.TILE:
        two = rect.h >= badge + sizes.row + sizes.px(4)
        top = rect.y + (sizes.px(4) if two else (rect.h - badge) / 2)
        return Rect(rect.x + sizes.bar + sizes.px(4), round(top), badge, badge)
    return Rect(rect.centre.x - badge / 2, rect.centre.y - badge / 2, badge, badge)
