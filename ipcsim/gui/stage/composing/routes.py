"""Ways of red lines over the stage: bent so that they pass behind as little as can be."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipcsim.gui.stage.anatomy.geometry import Point, Rect

_BENDS = (0.34, 0.22, 0.5, 0.12, 0.75, 0.0, -0.2, -0.34, -0.5, -0.75, 2.5, -2.5)
"""To one hand if it can be: there and back are then two lines that enclose the circle. The last
two lead over what stands side by side."""
_SHORTEST = 3
"""So many times the space at its ends a line is at least."""
_SAMPLES = 49
_BEHIND, _CROSSING, _OUTSIDE, _TURN = 1.0, 0.6, 3.0, 0.25
"""What it costs to pass behind a thing, to cross another line, to leave the stage, and to be the
next of the bends instead of the one before."""

Line = tuple[Point, ...]
_Points = NDArray[np.float64]


class Port(NamedTuple):
    """What a line comes from or leads to: it begins and ends at its edge."""

    rect: Rect
    round: bool = False

    def touches(self, other: Port, space: float = 0.0) -> bool:
        """Whether one stands on the other, or no further away than ``space``, in pixels."""
        return self.rect.inset(-space).touches(other.rect)

    def moved_out(self, by: float) -> Port:
        """The same, larger on all sides."""
        return Port(self.rect.inset(-by), self.round)


Leg = tuple[Port, Port]


@lru_cache(maxsize=32)
def routes(
    legs: tuple[Leg, ...], things: tuple[Rect, ...], stage: Rect, space: float
) -> tuple[Line, ...]:
    """The line of each leg, as points from edge to edge; empty where two ports touch.

    Args:
        things: what a line should not pass behind; those that are a leg's own don't count for it.
        space: how far from a port's edge a line ends, in pixels.
    """
    found: list[Line] = []
    taken = _Taken(stage, space * 1.5)
    boxes = np.array(things, float).reshape(-1, 4)
    for start, end in legs:
        if start.touches(end):
            found.append(())
            continue
        others = boxes[[not _same(t, start.rect) and not _same(t, end.rect) for t in things]]
        best, least = np.empty((0, 2)), float("inf")
        for turn, bend in enumerate(_BENDS):
            points = _clipped(_curve(start.rect.centre, end.rect.centre, bend), start, end, space)
            if not space * _SHORTEST < _length(points) or (turn >= len(_BENDS) - 2 and len(best)):
                continue
            cost = _cost(points, others, taken, stage) + turn * _TURN
            if cost < least:
                best, least = points, cost
        taken.add(best)
        found.append(tuple(Point(float(x), float(y)) for x, y in best))
    return tuple(found)


def _same(thing: Rect, port: Rect) -> bool:
    return thing.contains(*port.centre)


def _curve(a: Point, b: Point, bend: float) -> _Points:
    dx, dy = b.x - a.x, b.y - a.y
    top = np.array([(a.x + b.x) / 2 + dy * bend, (a.y + b.y) / 2 - dx * bend])
    t = np.linspace(0.0, 1.0, _SAMPLES)[:, None]
    curve: _Points = (1 - t) ** 2 * np.array(a) + 2 * t * (1 - t) * top + t**2 * np.array(b)
    return curve


def _length(points: _Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 1 else 0.0


def _clipped(points: _Points, start: Port, end: Port, space: float) -> _Points:
    """From where a line has left its first port for good to where it enters the other."""
    left = np.flatnonzero(_inside(points, start.moved_out(space)))
    entered = np.flatnonzero(_inside(points, end.moved_out(space)))
    first = int(left[-1]) if len(left) else 0
    last = int(entered[0]) if len(entered) else len(points) - 1
    return points[first : last + 1]


def _inside(points: _Points, port: Port) -> NDArray[np.bool_]:
    x, y, w, h = port.rect
    if port.round:
        away: _Points = np.hypot(*(points - np.array(port.rect.centre)).T)
        return np.asarray(away <= w / 2)
    within = (points >= (x, y)) & (points <= (x + w, y + h))
    return np.asarray(within.all(axis=1))


class _Taken:
    """Where lines pass already, as squares of the stage: lines are told from each other at once,
    however many there are."""

    def __init__(self, stage: Rect, side: float) -> None:
        self._side, self._corner = max(side, 1.0), np.array((stage.x, stage.y))
        self._size = np.array((int(stage.w / self._side) + 3, int(stage.h / self._side) + 3))
        self._squares = np.zeros(self._size, bool)

    def add(self, points: _Points) -> None:
        """A line more; what is beside it is taken, too."""
        at = self._at(points)
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                x, y = np.clip(at + np.array((across, down)), 0, self._size - 1).T
                self._squares[x, y] = True

    def met(self, points: _Points) -> float:
        """How many points of a line are on others."""
        x, y = self._at(points).T
        return float(self._squares[x, y].sum())

    def _at(self, points: _Points) -> NDArray[np.int64]:
        squares = ((points - self._corner) / self._side + 1).astype(np.int64)
        within: NDArray[np.int64] = np.clip(squares, 0, self._size - 1)
        return within


def _cost(points: _Points, boxes: _Points, taken: _Taken, stage: Rect) -> float:
    x, y = points[:, :1], points[:, 1:]
    inside = (x >= boxes[:, 0]) & (x <= boxes[:, 0] + boxes[:, 2])
    inside &= (y >= boxes[:, 1]) & (y <= boxes[:, 1] + boxes[:, 3])
    cost = _BEHIND * float(inside.any(axis=1).sum())
    beyond = (x < stage.x) | (x > stage.right) | (y < stage.y) | (y > stage.bottom)
    cost += _OUTSIDE * float(beyond.sum())
    return cost + _CROSSING * taken.met(points)
