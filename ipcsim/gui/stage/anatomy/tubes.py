"""Where the parts of a tube are: slots, mouth and exit, and where those who wait stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ipcsim.gui.stage.anatomy.geometry import Point, Rect, Sizes
from ipcsim.gui.stage.anatomy.parts import Line
from ipcsim.gui.stage.anatomy.shapes import Level, Shape
from ipcsim.gui.stage.arranging.plan import Node

MOST_SLOTS = 12


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
    step = badge * 1.04
    zone = badge + (shown - 1) * step + sizes.px(5)
    label = Rect(rect.x + zone, rect.y, rect.w - 2 * zone, sizes.label)
    foot_h = 0 if level is Level.SMALL else sizes.label
    top = label.bottom
    inner_h = rect.h - sizes.label - foot_h
    least = sizes.small * (1.45 if sizes.presenting or level >= Level.SMALL else 1.9)
    if bound is None:
        # None and (4, 2) are to be read.
        least = max(least, sizes.small * (2.4 if sizes.presenting else 3.2))
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
